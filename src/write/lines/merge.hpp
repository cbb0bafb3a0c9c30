#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Two people changed the same text: what each did, put together.
namespace moothall::write {

enum class Origin : std::uint8_t {
    kept,     // nobody changed it
    theirs,   // they did, I did not
    mine,     // I did, they did not
    both,     // both did, and wrote the same
    conflict, // both did, and wrote something else
};

struct Chunk {
    Origin origin = Origin::kept;
    std::string base;
    std::string theirs;
    std::string mine;
    /// A change of mine that they may take or leave.
    bool is_choice() const { return origin == Origin::mine || origin == Origin::conflict; }
    bool operator==(const Chunk&) const = default;
};

/// What became of `base` in both texts, word by word, in order.
///
/// The three-way comparison of S. Khanna, K. Kunal and B. C. Pierce, "A formal investigation of
/// diff3", FSTTCS 2007, section 2, over words in place of lines: what stands between two words that
/// both kept is one chunk. Stricter in one thing: a space alone does not part two chunks, so who
/// changes the word beside the one that another changes is asked, and no sentence is made that
/// neither of them wrote.
std::vector<Chunk> merge(std::string_view base, std::string_view theirs, std::string_view mine);

/// What is taken of a chunk that is a choice.
enum class Take : std::uint8_t { theirs, mine, both };

/// The text that comes of it; `takes` has one for each choice, in order. What is left over counts
/// as theirs, so nothing comes in that nobody took.
std::string put_together(const std::vector<Chunk>& chunks, const std::vector<Take>& takes);

} // namespace moothall::write
