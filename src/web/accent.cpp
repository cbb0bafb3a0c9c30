#include "web/accent.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

/// An organisation gives one colour, and it may be pale yellow. Text in it must be readable on
/// paper and at night all the same, and it must stay the organisation's own: so only its lightness
/// is moved, as little as needed, in a space where that leaves the hue alone (OKLCH: B. Ottosson,
/// "A perceptual color space for image processing", 2020, https://bottosson.github.io/posts/oklab).
/// Where a screen cannot show the result, its chroma shrinks. A search in steps of 1/200 of the
/// lightness; some microseconds, once for each organisation and year (the answer is kept).
namespace moothall::web {

namespace {

struct Lightness {
    double lightness, chroma, hue; // [0, 1], [0, ~0.4], radians
};
using Linear = std::array<double, 3>; // red, green, blue; light and not its encoding

constexpr double least_contrast = 4.5; // WCAG 2.2, success criterion 1.4.3
// A little more than asked, so that rounding to 256 steps does not fall below.
constexpr double aim = 4.6;

// The grounds that moothall.css has: --paper, --card and --wash. accent_test.cpp reads them there.
constexpr std::array<Colour, 3> light_grounds{
    {{0xfb, 0xf9, 0xf4}, {0xff, 0xff, 0xff}, {0xf3, 0xee, 0xe3}}};
constexpr std::array<Colour, 3> dark_grounds{
    {{0x17, 0x16, 0x14}, {0x20, 0x1f, 0x1c}, {0x2a, 0x28, 0x24}}};

double to_light(std::uint8_t part)
{
    const double value = part / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

std::uint8_t from_light(double light)
{
    const double value = light <= 0.0031308
                             ? light * 12.92
                             : 1.055 * std::pow(std::max(light, 0.0), 1 / 2.4) - 0.055;
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 1.0) * 255));
}

Lightness to_lightness(Colour colour)
{
    const double r = to_light(colour.red), g = to_light(colour.green), b = to_light(colour.blue);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    const double a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
    const double c = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, std::hypot(a, c),
            std::atan2(c, a)};
}

Linear to_linear(const Lightness& colour)
{
    const double a = colour.chroma * std::cos(colour.hue);
    const double c = colour.chroma * std::sin(colour.hue);
    const auto cube = [](double value) { return value * value * value; };
    const double l = cube(colour.lightness + 0.3963377774 * a + 0.2158037573 * c);
    const double m = cube(colour.lightness - 0.1055613458 * a - 0.0638541728 * c);
    const double s = cube(colour.lightness - 0.0894841775 * a - 1.2914855480 * c);
    return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

/// The nearest colour that a screen can show, with less chroma if need be.
Colour to_colour(Lightness colour)
{
    auto linear = to_linear(colour);
    const auto shown = [](double light) { return light >= -0.0005 && light <= 1.0005; };
    while (colour.chroma > 0.001 && !std::ranges::all_of(linear, shown)) {
        colour.chroma *= 0.97;
        linear = to_linear(colour);
    }
    return {from_light(linear[0]), from_light(linear[1]), from_light(linear[2])};
}

double luminance(Colour colour)
{
    return 0.2126 * to_light(colour.red) + 0.7152 * to_light(colour.green) +
           0.0722 * to_light(colour.blue);
}

Accent made(Colour wished, const std::array<Colour, 3>& grounds, bool dark)
{
    const auto start = to_lightness(wished);
    // The wash is nearly the paper, with a breath of the hue.
    const auto wash =
        to_colour({dark ? 0.29 : 0.945, std::min(start.chroma, dark ? 0.035 : 0.022), start.hue});
    const auto reads = [&](Colour colour) {
        return contrast(colour, wash) >= aim && std::ranges::all_of(grounds, [&](Colour ground) {
                   return contrast(colour, ground) >= aim;
               });
    };
    constexpr double step = 1.0 / 200;
    auto place = start;
    auto accent = wished;
    while (!reads(accent) && place.lightness != (dark ? 1 : 0)) {
        place.lightness = std::clamp(place.lightness + (dark ? step : -step), 0.0, 1.0);
        accent = to_colour(place);
    }
    const Colour white{0xff, 0xff, 0xff};
    const auto black = to_colour({0.2, std::min(start.chroma, 0.03), start.hue});
    const auto ink = contrast(white, accent) >= least_contrast ? white : black;
    return {accent, ink, wash};
}

std::string declarations(const Accent& accent)
{
    return "--accent:" + to_text(accent.accent) + ";--accent-ink:" + to_text(accent.ink) +
           ";--accent-wash:" + to_text(accent.wash);
}

} // namespace

std::optional<Colour> parse_colour(std::string_view text)
{
    if (text.starts_with('#')) text.remove_prefix(1);
    if (text.size() != 6) return {};
    std::uint32_t value = 0;
    for (const char c : text) {
        std::uint32_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = static_cast<std::uint32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = static_cast<std::uint32_t>(c - 'a') + 10;
        else if (c >= 'A' && c <= 'F')
            digit = static_cast<std::uint32_t>(c - 'A') + 10;
        else
            return {};
        value = value << 4 | digit;
    }
    return Colour{static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8),
                  static_cast<std::uint8_t>(value)};
}

std::string to_text(Colour colour)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "#";
    for (const auto part : {colour.red, colour.green, colour.blue}) {
        text += digits[part >> 4];
        text += digits[part & 15];
    }
    return text;
}

double contrast(Colour one, Colour other)
{
    const double a = luminance(one), b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

Accent accent_on_light(Colour wished)
{
    return made(wished, light_grounds, false);
}

Accent accent_on_dark(Colour wished)
{
    return made(wished, dark_grounds, true);
}

std::string accent_style(Colour wished)
{
    const auto light = declarations(accent_on_light(wished));
    const auto dark = declarations(accent_on_dark(wished));
    // On paper it is always day.
    return ":root{" + light +
           "}@media screen and (prefers-color-scheme:dark){:root:not([data-theme=\"light\"]){" +
           dark + "}}@media screen{:root[data-theme=\"dark\"]{" + dark + "}}\n";
}

} // namespace moothall::web
