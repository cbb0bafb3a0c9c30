#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace moothall::sense {

/// The words that people use, to put right what somebody mistyped.
///
/// A word is put right when it is near to one that is used, by its length in characters: one slip
/// of a finger is forgiven from four characters on, two from eight. The start of a known word is no
/// slip, since people search while they type.
///
/// Each known word is passed by which of its letters it holds before any distance is taken: a slip
/// changes at most two letters of that set, so that of 100,000 words some hundred are compared, and
/// an answer takes a fraction of a millisecond.
class Spelling {
public:
    /// Words are folded; short and very long ones are left out.
    void add(std::string_view word);

    /// The nearest word, the most used of those as near; the word itself when it is known, when it
    /// begins a known one, or when nothing is near.
    std::string_view mended(std::string_view word) const;

    std::size_t size() const { return known_.size(); }
    std::size_t bytes() const; // about

private:
    struct Known {
        std::uint64_t letters; // a bit for each byte that it holds, by its lowest six bits
        std::uint32_t uses;
        std::uint32_t text; // where it begins in texts_
        std::uint8_t size;
    };
    std::string_view text_of(const Known& known) const
    {
        return std::string_view(texts_).substr(known.text, known.size);
    }

    std::vector<Known> known_;
    std::string texts_;
    std::unordered_map<std::string, std::uint32_t> place_of_;
};

} // namespace moothall::sense
