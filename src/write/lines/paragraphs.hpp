#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Which paragraph of a text is which of the text before, so that what was said beside one stays
/// beside it.
namespace moothall::write {

struct Paragraph {
    std::int64_t id = 0;
    std::string text; // what a reader sees of it
};

/// The id of each paragraph of `after`: that of the paragraph of `before` which it was, or a new
/// one from `next` on, which is moved up.
///
/// What reads as before keeps its id, wherever it moved to. Of the rest those that stand in the
/// same place are compared first, then all with all: the pair that shares the most words goes
/// together as long as that is at least two words in five. Chosen by hand: a paragraph of which
/// more than half was written anew is another one to whoever spoke about it.
std::vector<std::int64_t> follow_paragraphs(const std::vector<Paragraph>& before,
                                            const std::vector<std::string>& after,
                                            std::int64_t& next);

} // namespace moothall::write
