#pragma once

#include "base/result.hpp"
#include "decide/receipts/sha256.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::decide::receipts {

/// Shows that one ballot is in a closed box: that and how, see ballot_box.cpp.
struct Receipt {
    Hash leaf{};            // of the ballot
    std::size_t index = 0;  // of the ballot in the box, from 0
    std::size_t size = 0;   // ballots in the box
    std::vector<Hash> path; // from the leaf up
    Hash root{};
};

/// The hash of one ballot as it lies in the box: SHA-256 of a zero byte and the ballot.
Hash leaf_hash(std::string_view ballot);

/// A closed ballot box: the ballots in the order in which they are published, under one root hash.
class BallotBox {
public:
    explicit BallotBox(std::span<const std::string> ballots);
    explicit BallotBox(std::vector<Hash> leaves);

    std::size_t size() const { return levels_.front().size(); }
    /// What is published: it changes when any ballot is changed, added, taken out or moved.
    Hash root() const;
    /// O(log size).
    Receipt receipt(std::size_t index) const;

private:
    std::vector<std::vector<Hash>> levels_; // leaves first; the last one has a single node
};

/// Whether the receipt's leaf is ballot number `index` of the box of `size` with that root.
bool verify(const Receipt& receipt);

/// The receipt as a voter keeps it and docs/check-receipt.py reads it. `ballot` is what she cast,
/// as it lies in the box; leave it out where she has it elsewhere.
std::string to_json(const Receipt& receipt, std::optional<std::string_view> ballot = {});
/// Reads what to_json wrote. The ballot, where there is one, must have the leaf's hash.
Result<Receipt> parse_receipt(std::string_view json);

} // namespace moothall::decide::receipts
