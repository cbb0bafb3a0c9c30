#pragma once

#include "web/accent.hpp"

#include <string>
#include <string_view>

/// The picture that a link to a page of ours is shown with elsewhere: 1200 × 630 points, drawn from
/// the record in the colours of the house.
namespace moothall::tell {

inline constexpr int preview_width = 1200;
inline constexpr int preview_height = 630;

struct Preview {
    std::string house; // the organisation's name
    std::string kind;  // "Voice", "Decision"
    std::string title;
    std::string status;  // in a coloured field; empty: none
    std::string figures; // "86 people · 12 replies"
    web::Colour accent;
    web::Colour accent_ink;
};

/// The bytes of two font files: what is read large, and the rest.
struct PreviewFonts {
    std::string serif;
    std::string sans;
};

/// The picture as PNG; empty when the fonts cannot be read. A title in a script that needs its
/// letters joined or turned round (Arabic, Hebrew, those of India) is left out: without the library
/// for that it would be wrong, and the rest says whose page it is. Some 15 ms of computation.
std::string draw_preview(const Preview& preview, const PreviewFonts& fonts);

} // namespace moothall::tell
