#pragma once

#include "people/people.hpp"
#include "sense/cells.hpp"
#include "sense/pages.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Voices by two lenses at once. What is counted comes from cells.hpp.
namespace moothall::sense {

/// How the values of lenses are called, by their id as text.
struct LensNames {
    std::map<std::string, std::string> themes;
    std::map<std::string, std::string> circles;
};
/// Pure. `now` parts the last three months from the three before, for the trend of each cell.
CrossTable make_table(const std::vector<VoiceCell>& cells, std::string_view lens,
                      std::string_view by, const LensNames& names, Time now,
                      const web::Language& language);

/// The table as `viewer` sees it; `themes` are those of the lens that has themes (topics, if
/// neither has), as she sees them.
CrossTable find_table(store::Transaction& transaction, std::string_view lens, std::string_view by,
                      const std::vector<NamedTheme>& themes, const Viewer& viewer, Time now,
                      const web::Language& language);

/// Whose themes a table of these two lenses is about: one of the two, or topics.
std::string_view theme_lens_of(std::string_view lens, std::string_view by);

/// Whether a circle is one of those that a lens looks at.
bool is_of_lens(std::string_view lens, const people::Circle& circle);

std::string label_of_month(std::int64_t month, const web::Language& language);
/// The part of an address that shows the voices of a month.
std::string days_of_month(std::int64_t month);

} // namespace moothall::sense
