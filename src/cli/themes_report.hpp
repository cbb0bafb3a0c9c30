#pragma once

#include "sense/themes/labels.hpp"
#include "sense/themes/themes.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::cli {

struct ThemesReport {
    std::string title; // of the file, say
    std::span<const std::string_view> texts;
    const sense::TextSpace& space;
    const sense::Themes& themes;
    std::span<const sense::ThemeLabel> labels;        // of the themes
    std::span<const sense::ThemeLabel> parent_labels; // of the parents
};

/// One HTML page with everything in it, to be mailed or printed: a bar for each theme, its words
/// and its most central texts. It loads nothing from anywhere, and works in any mail program that
/// shows HTML files.
std::string html_report(const ThemesReport& report);

} // namespace moothall::cli
