#include "decide/receipts/ballot_box.hpp"

#include "base/invariant.hpp"
#include "text/json.hpp"

#include <utility>

/// A Merkle tree of ballots with the hashes of Certificate Transparency (RFC 9162, section 2.1).
///
/// Every ballot is hashed, the hashes are hashed in pairs, these again in pairs, up to a single
/// root; one that has no partner goes up as it is. (That is the RFC's tree, which is defined from
/// the top: the left half holds the largest power of two smaller than the whole.) Leaves are hashed
/// with a zero byte before them and pairs with a one, so that a pair can never pass for a ballot.
///
/// Once the root is published, nobody can change, add, remove or reorder a ballot without changing
/// it. A voter who kept her ballot and the ⌈log₂ n⌉ hashes beside the path from it to the root can
/// compute the root herself, without the box and without us. Two voters who cast the same have the
/// same leaf, so a ballot has to carry something of its own (a random code that only its voter
/// knows) for a receipt to be about hers.
///
/// What it does not show: that nobody stuffed the box. For that the number of ballots must be that
/// of the people who voted, which the record tells.
///
/// Cost: one hash a ballot and one a pair: 100,000 ballots 0.1 s; 64 bytes for each in memory.
namespace moothall::decide::receipts {

namespace {

Hash node_hash(const Hash& left, const Hash& right)
{
    return Sha256().add(std::uint8_t{1}).add(left).add(right).digest();
}

std::vector<Hash> hash_all(std::span<const std::string> ballots)
{
    std::vector<Hash> leaves;
    leaves.reserve(ballots.size());
    for (const auto& ballot : ballots) leaves.push_back(leaf_hash(ballot));
    return leaves;
}

} // namespace

Hash leaf_hash(std::string_view ballot)
{
    return Sha256().add(std::uint8_t{0}).add(ballot).digest();
}

BallotBox::BallotBox(std::span<const std::string> ballots) : BallotBox(hash_all(ballots)) {}

BallotBox::BallotBox(std::vector<Hash> leaves)
{
    levels_.push_back(std::move(leaves));
    while (levels_.back().size() > 1) {
        const auto& below = levels_.back();
        std::vector<Hash> above;
        above.reserve((below.size() + 1) / 2);
        for (std::size_t at = 0; at + 1 < below.size(); at += 2)
            above.push_back(node_hash(below[at], below[at + 1]));
        if (below.size() % 2 == 1) above.push_back(below.back());
        levels_.push_back(std::move(above));
    }
}

Hash BallotBox::root() const
{
    return size() == 0 ? sha256("") : levels_.back().front();
}

Receipt BallotBox::receipt(std::size_t index) const
{
    invariant(index < size(), "a receipt is for a ballot in the box");
    Receipt receipt{levels_.front()[index], index, size(), {}, root()};
    for (const auto& level : levels_) {
        const auto beside = index ^ 1;
        if (beside < level.size()) receipt.path.push_back(level[beside]);
        index /= 2;
    }
    return receipt;
}

bool verify(const Receipt& receipt)
{
    // RFC 9162, section 2.1.3.2: fn and sn are the places of the ballot and of the last one on each
    // level. The path must have just the right length.
    if (receipt.index >= receipt.size) return false;
    auto fn = receipt.index;
    auto sn = receipt.size - 1;
    auto hash = receipt.leaf;
    for (const auto& beside : receipt.path) {
        if (sn == 0) return false;
        if (fn % 2 == 1 || fn == sn) {
            hash = node_hash(beside, hash);
            while (fn % 2 == 0 && fn != 0) {
                fn /= 2;
                sn /= 2;
            }
        } else {
            hash = node_hash(hash, beside);
        }
        fn /= 2;
        sn /= 2;
    }
    return sn == 0 && hash == receipt.root;
}

std::string to_json(const Receipt& receipt, std::optional<std::string_view> ballot)
{
    JsonWriter json;
    json.begin_object();
    if (ballot) json.field("ballot", *ballot);
    json.field("leaf", to_hex(receipt.leaf))
        .field("index", receipt.index)
        .field("size", receipt.size);
    json.key("path").begin_array();
    for (const auto& hash : receipt.path) json.value(to_hex(hash));
    json.end_array();
    json.field("root", to_hex(receipt.root)).end_object();
    return json.take();
}

Result<Receipt> parse_receipt(std::string_view text)
{
    const auto json = Json::parse(text);
    if (!json) return json.error();
    const auto hash_of = [](const Json& value) { return parse_hex(value.string().value_or("")); };
    const auto leaf = hash_of(json->find("leaf"));
    const auto root = hash_of(json->find("root"));
    const auto index = json->find("index").integer();
    const auto size = json->find("size").integer();
    const auto path = json->find("path");
    if (!leaf || !root || !index || !size || *index < 0 || *size < 0 ||
        path.kind() != Json::Kind::array)
        return Refusal::malformed("This is not a receipt.");
    Receipt receipt{
        *leaf, static_cast<std::size_t>(*index), static_cast<std::size_t>(*size), {}, *root};
    for (std::size_t at = 0; at < path.size(); ++at) {
        const auto hash = hash_of(path.at(at));
        if (!hash) return Refusal::malformed("This is not a receipt.");
        receipt.path.push_back(*hash);
    }
    if (const auto ballot = json->find("ballot").string(); ballot && leaf_hash(*ballot) != *leaf)
        return Refusal::invalid("ballot", "The ballot on this receipt is not the one it is for.");
    return receipt;
}

} // namespace moothall::decide::receipts
