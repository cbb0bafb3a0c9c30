#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace moothall::sense {

/// The hash of a piece, grown byte by byte (FNV-1a, 64 bits): a tokenizer hashes all beginnings of
/// a word in one walk over it.
class PieceHash {
public:
    void add(char byte) { state_ = (state_ ^ static_cast<unsigned char>(byte)) * 1099511628211ULL; }
    void add(std::string_view bytes)
    {
        for (const auto byte : bytes) add(byte);
    }
    std::uint64_t value() const { return state_ ^ (state_ >> 29); }

private:
    std::uint64_t state_ = 14695981039346656037ULL;
};

/// Finds the row of a piece by its spelling: open addressing with linear probing, at most half
/// full.
class PieceTable {
public:
    enum class Added : std::uint8_t { yes, already_there, too_crowded };

    explicit PieceTable(std::size_t pieces = 0);

    /// `piece` must outlive the table. Says too_crowded when so many hashes meet that only a file
    /// made for it can be the reason: looking up would take as long as reading the whole table.
    Added add(std::string_view piece, std::int32_t row);

    /// The row whose piece is `beginning` followed by `rest`, both whose PieceHash is `wanted`; -1
    /// if none.
    std::int32_t find(std::uint64_t wanted, std::string_view beginning, std::string_view rest) const
    {
        for (auto at = wanted & mask_;; at = (at + 1) & mask_) {
            const auto& slot = slots_[at];
            if (slot.row < 0) return -1;
            if (slot.tag == tag_of(wanted) && slot.piece.size() == beginning.size() + rest.size() &&
                slot.piece.starts_with(beginning) && slot.piece.ends_with(rest))
                return slot.row;
        }
    }
    std::int32_t find(std::string_view piece) const;

private:
    struct Slot {
        std::string_view piece;
        std::uint32_t tag = 0; // the half of the hash that does not choose the slot
        std::int32_t row = -1;
    };
    static std::uint32_t tag_of(std::uint64_t hash)
    {
        return static_cast<std::uint32_t>(hash >> 32);
    }

    std::vector<Slot> slots_;
    std::uint64_t mask_;
};

/// Finds the row of two neighbouring pieces by the rows of each.
class PairTable {
public:
    explicit PairTable(std::size_t pairs = 0);

    PieceTable::Added add(std::int32_t left, std::int32_t right, std::int32_t row);
    std::int32_t find(std::int32_t left, std::int32_t right) const
    {
        const auto wanted = key(left, right);
        for (auto at = slot_of(wanted);; at = (at + 1) & mask_) {
            const auto& slot = slots_[at];
            if (slot.row < 0 || slot.key == wanted) return slot.row;
        }
    }

private:
    struct Slot {
        std::uint64_t key = 0;
        std::int32_t row = -1;
    };
    static std::uint64_t key(std::int32_t left, std::int32_t right)
    {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 |
               static_cast<std::uint32_t>(right);
    }
    std::uint64_t slot_of(std::uint64_t wanted) const
    {
        return (wanted * 0x9E3779B97F4A7C15ULL >> 32) & mask_;
    }

    std::vector<Slot> slots_;
    std::uint64_t mask_;
};

} // namespace moothall::sense
