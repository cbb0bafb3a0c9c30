#include "sense/model/piece_table.hpp"

#include "base/invariant.hpp"

#include <bit>

namespace moothall::sense {

namespace {

// At half full the longest run in a table of a million honest pieces stays below a hundred.
constexpr std::size_t run_length_max = 1000;

std::size_t slots_for(std::size_t entries)
{
    return std::bit_ceil(entries * 2 + 2);
}

} // namespace

PieceTable::PieceTable(std::size_t pieces) : slots_(slots_for(pieces)), mask_(slots_.size() - 1) {}

PieceTable::Added PieceTable::add(std::string_view piece, std::int32_t row)
{
    invariant(row >= 0, "rows count from nought");
    PieceHash hash;
    hash.add(piece);
    auto at = hash.value() & mask_;
    for (std::size_t run = 0; slots_[at].row >= 0; ++run, at = (at + 1) & mask_) {
        if (slots_[at].piece == piece) return Added::already_there;
        if (run == run_length_max) return Added::too_crowded;
    }
    slots_[at] = {piece, tag_of(hash.value()), row};
    return Added::yes;
}

std::int32_t PieceTable::find(std::string_view piece) const
{
    PieceHash hash;
    hash.add(piece);
    return find(hash.value(), {}, piece);
}

PairTable::PairTable(std::size_t pairs) : slots_(slots_for(pairs)), mask_(slots_.size() - 1) {}

PieceTable::Added PairTable::add(std::int32_t left, std::int32_t right, std::int32_t row)
{
    invariant(row >= 0, "rows count from nought");
    const auto wanted = key(left, right);
    auto at = slot_of(wanted);
    for (std::size_t run = 0; slots_[at].row >= 0; ++run, at = (at + 1) & mask_) {
        if (slots_[at].key == wanted) return PieceTable::Added::already_there;
        if (run == run_length_max) return PieceTable::Added::too_crowded;
    }
    slots_[at] = {wanted, row};
    return PieceTable::Added::yes;
}

} // namespace moothall::sense
