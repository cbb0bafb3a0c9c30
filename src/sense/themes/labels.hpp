#pragma once

#include "sense/near/points.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::sense {

/// What a theme is called before people name it.
struct ThemeLabel {
    /// One to three of the keywords, the first letter large; without any, the beginning of the
    /// example. No two themes have the same.
    std::string label;
    /// At most five, the most telling first, as people wrote them.
    std::vector<std::string> keywords;
    /// The most central of the short texts: how somebody put it.
    std::optional<std::uint32_t> example;
    /// Of most of its texts: "en", "fr" …, or empty.
    std::string language;
};

struct LabelSettings {
    /// Which texts may speak: labels are made for an audience, and a text that it may not see lends
    /// neither words nor an example. Empty: all.
    std::function<bool(std::uint32_t text)> may_see;
};

/// Names groups of texts by what sets each apart from the others.
///
/// Words and pairs of words (stop words left out, so that "verify my identity" gives "verify
/// identity") are weighed by the share of the group's texts that use them and by how few other
/// groups do: class-based TF-IDF (M. Grootendorst, "BERTopic", 2022, section 3.3), with texts
/// counted instead of occurrences, since one long text should not name a theme. Words are the same
/// by their stem in the language of the group, and appear in their commonest form.
///
/// `group_of` gives the group of each text, negative for none; `points` and `point_of` say which
/// text is central. At most some 200 texts of a group are read, evenly taken.
std::vector<ThemeLabel> label_groups(std::span<const std::string_view> texts,
                                     std::span<const std::int32_t> group_of, std::size_t groups,
                                     const Points& points, std::span<const std::uint32_t> point_of,
                                     const LabelSettings& settings = {});

} // namespace moothall::sense
