#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::web {

/// The parts of the hall that a page can belong to: what the menu marks as "here".
enum class Section : std::uint8_t {
    none,
    hall,
    voices,
    themes,
    decisions,
    promises,
    roadmap,
    people,
    documents,
    strategy,
    report,
    settings,
};

/// One line of the menu. Sections that do not exist are not in it.
struct NavigationEntry {
    Section section;
    const char* label; // an English sentence, marked by translatable()
    std::string path;
};

/// The letter that follows "g" on the keyboard to go there.
constexpr std::string_view shortcut_of(Section section)
{
    switch (section) {
    case Section::none:
        return "";
    case Section::hall:
        return "h";
    case Section::voices:
        return "v";
    case Section::themes:
        return "t";
    case Section::decisions:
        return "d";
    case Section::promises:
        return "p";
    case Section::roadmap:
        return "r";
    case Section::people:
        return "w"; // who
    case Section::documents:
        return "m"; // manual
    case Section::strategy:
        return "s";
    case Section::report:
        return "b"; // bulletin
    case Section::settings:
        return ",";
    }
    return "";
}

} // namespace moothall::web
