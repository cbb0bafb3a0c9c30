#pragma once

#include "base/viewer.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::hear {

/// Finds voices by what they mean. A later stage gives it to the hall (web::Hall::keep); without
/// it, voices are found by their words alone.
///
/// It may name voices that the viewer cannot see: whoever asks holds the answer to the rule of
/// sight. It does not tell of words that only closed circles use.
struct Finder {
    /// Voices that say much the same as a text, the most alike first. None: they are not known yet,
    /// as soon after a start.
    std::function<std::optional<std::vector<Id>>(const Viewer&, std::string_view text,
                                                 std::size_t limit)>
        similar;
    /// Voices about what a query asks for, in whatever words; the nearest first.
    std::function<std::vector<Id>(const Viewer&, std::string_view query, std::size_t limit)> about;
    /// The query with words that nobody uses put right, or the same.
    std::function<std::string(const Viewer&, std::string_view query)> mended;
};

} // namespace moothall::hear
