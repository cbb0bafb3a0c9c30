#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What changed between two texts, line by line, as people read it.
namespace moothall::write {

enum class Change : std::uint8_t { kept, taken_out, put_in };

struct Line {
    Change change = Change::kept;
    std::string text; // without its end
    bool operator==(const Line&) const = default;
};

/// All lines of both, in order: what was taken out stands before what came in its place. Read
/// without those put in it is `before`, without those taken out `after`.
///
/// The shortest such list, by the greedy algorithm of E. W. Myers, "An O(ND) difference algorithm
/// and its variations", Algorithmica 1, 1986, section 4. O((n + m) d) for d changed lines, so texts
/// that have little in common would cost a square: beyond `changes_max` changed lines, all that
/// stands between what both begin and end with is shown as taken out and put in.
std::vector<Line> find_difference(std::string_view before, std::string_view after,
                                  int changes_max = 1000);

/// The same for texts that were cut into pieces already: what became of each, in order. Within a
/// run of changes those taken out come first.
std::vector<Change> find_steps(const std::vector<std::string_view>& before,
                               const std::vector<std::string_view>& after, int changes_max = 1000);

/// A run of lines near a change. Lines further away are left out.
struct Hunk {
    std::int64_t left_out = 0; // kept lines between the one before and this
    std::vector<Line> lines;
};
struct Hunks {
    std::vector<Hunk> hunks;
    std::int64_t left_out = 0; // kept lines after the last
};
/// With `around` kept lines before and after each change.
Hunks find_hunks(const std::vector<Line>& lines, std::size_t around = 3);

} // namespace moothall::write
