#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace moothall::web {

/// A colour as screens have it, each part 0 to 255.
struct Colour {
    std::uint8_t red, green, blue;
    auto operator<=>(const Colour&) const = default;
};

/// "#0f6b5c" or "0f6b5c"; none for anything else.
std::optional<Colour> parse_colour(std::string_view text);
std::string to_text(Colour colour); // "#0f6b5c"

/// How far two colours stand apart to the eye, 1 to 21: WCAG 2.2, "contrast ratio".
double contrast(Colour one, Colour other);

/// An organisation's accent, made fit for one ground.
struct Accent {
    Colour accent; // as text and as a ground for buttons
    Colour ink;    // text on it
    Colour wash;   // a pale ground of the same hue
};

/// The accent nearest to `wished` that can be read on all grounds of the light or of the dark
/// theme, and whose ink can be read on it: at least 4.5 to 1 everywhere.
Accent accent_on_light(Colour wished);
Accent accent_on_dark(Colour wished);

/// The style sheet that sets both.
std::string accent_style(Colour wished);

} // namespace moothall::web
