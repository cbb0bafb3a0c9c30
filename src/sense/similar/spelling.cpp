#include "sense/similar/spelling.hpp"

#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

namespace moothall::sense {

namespace {

// Chosen by hand.
constexpr std::size_t one_slip_from = 4;
constexpr std::size_t two_slips_from = 8;
constexpr std::size_t word_bytes_max = 40;

/// The number of letters to change, add, leave out or swap with a neighbour (optimal string
/// alignment; F. J. Damerau, "A technique for computer detection and correction of spelling
/// errors", Communications of the ACM 7(3), 1964). Words are folded, so nearly all are one byte a
/// letter.
std::size_t distance(std::string_view left, std::string_view right)
{
    std::array<std::array<std::size_t, word_bytes_max + 1>, 3> rows{};
    auto* before = &rows[0];
    auto* above = &rows[1];
    auto* row = &rows[2];
    std::iota(above->begin(), above->begin() + static_cast<std::ptrdiff_t>(right.size()) + 1,
              std::size_t{0});
    for (std::size_t i = 1; i <= left.size(); ++i) {
        (*row)[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
            auto least = std::min({(*above)[j] + 1, (*row)[j - 1] + 1, (*above)[j - 1] + change});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                least = std::min(least, (*before)[j - 2] + 1);
            (*row)[j] = least;
        }
        auto* const oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return (*above)[right.size()];
}

std::uint64_t letters_of(std::string_view word)
{
    std::uint64_t letters = 0;
    for (const auto byte : word)
        letters |= std::uint64_t{1} << (static_cast<unsigned char>(byte) & 63U);
    return letters;
}

} // namespace

void Spelling::add(std::string_view word)
{
    if (word.size() < one_slip_from || word.size() > word_bytes_max) return;
    const auto [at, is_new] =
        place_of_.try_emplace(std::string(word), static_cast<std::uint32_t>(known_.size()));
    if (!is_new) {
        ++known_[at->second].uses;
        return;
    }
    known_.push_back({letters_of(word), 1, static_cast<std::uint32_t>(texts_.size()),
                      static_cast<std::uint8_t>(word.size())});
    texts_ += word;
}

std::string_view Spelling::mended(std::string_view word) const
{
    const auto characters = count_characters(word);
    if (characters < one_slip_from || word.size() > word_bytes_max ||
        place_of_.contains(std::string(word)))
        return word;
    const std::size_t slips = characters >= two_slips_from ? 2 : 1;
    const auto letters = letters_of(word);
    const Known* best = nullptr;
    auto least = slips + 1;
    for (const auto& known : known_) {
        if (known.size >= word.size() && (letters & ~known.letters) == 0 &&
            text_of(known).starts_with(word))
            return word;
        const auto longer = std::max<std::size_t>(known.size, word.size());
        const auto shorter = std::min<std::size_t>(known.size, word.size());
        if (longer - shorter > slips ||
            static_cast<std::size_t>(std::popcount(letters ^ known.letters)) > 2 * slips)
            continue;
        const auto far = distance(word, text_of(known));
        if (far > slips || far > least) continue;
        if (far < least || known.uses > best->uses ||
            (known.uses == best->uses && text_of(known) > text_of(*best))) {
            least = far;
            best = &known;
        }
    }
    return best == nullptr ? word : text_of(*best);
}

std::size_t Spelling::bytes() const
{
    return known_.size() * (sizeof(Known) + 56) + 2 * texts_.size();
}

} // namespace moothall::sense
