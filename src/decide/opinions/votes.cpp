#include "decide/opinions/votes.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace moothall::decide::opinions {

namespace {

/// FNV-1a with the finaliser of SplitMix64: std::hash may differ from one library to the next, and
/// what hangs on this number must not.
std::uint64_t hash_of(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash ^= static_cast<std::uint8_t>(c);
        hash *= 0x100000001b3;
    }
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
    return hash ^ (hash >> 31);
}

/// A whole number of any length, taken apart so that it can be compared without overflow.
struct WholeNumber {
    bool negative;
    std::string_view digits; // without leading zeros
};

std::optional<WholeNumber> whole_number(std::string_view text)
{
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.empty()) return {};
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return {};
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    return WholeNumber{negative && !text.empty(), text};
}

/// Negative, 0 or positive.
int compare(const WholeNumber& a, const WholeNumber& b)
{
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    const int sign = a.negative ? -1 : 1;
    if (a.digits.size() != b.digits.size()) return a.digits.size() < b.digits.size() ? -sign : sign;
    const int order = a.digits.compare(b.digits);
    return order < 0 ? -sign : order > 0 ? sign : 0;
}

/// Where each id stands once all are sorted: rank[old index] = new index.
std::vector<std::uint32_t> sort_ids(std::vector<std::string>& ids)
{
    std::vector<WholeNumber> numbers;
    numbers.reserve(ids.size());
    for (const auto& id : ids) {
        const auto number = whole_number(id);
        if (!number) break;
        numbers.push_back(*number);
    }
    const bool all_numbers = numbers.size() == ids.size();
    std::vector<std::uint32_t> order(ids.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const int by_value = all_numbers ? compare(numbers[a], numbers[b]) : 0;
        return by_value != 0 ? by_value < 0 : ids[a] < ids[b]; // "07" and "7" are two ids
    });
    std::vector<std::uint32_t> rank(ids.size());
    std::vector<std::string> sorted(ids.size());
    for (std::uint32_t at = 0; at < order.size(); ++at) {
        rank[order[at]] = at;
        sorted[at] = std::move(ids[order[at]]);
    }
    ids = std::move(sorted);
    return rank;
}

std::optional<std::size_t> find(const std::vector<std::string>& ids, std::string_view id)
{
    const auto at = std::find(ids.begin(), ids.end(), id);
    if (at == ids.end()) return {};
    return static_cast<std::size_t>(at - ids.begin());
}

} // namespace

std::optional<std::size_t> VoteTable::find_participant(std::string_view id) const
{
    return find(participant_ids_, id);
}

std::optional<std::size_t> VoteTable::find_statement(std::string_view id) const
{
    return find(statement_ids_, id);
}

std::size_t VoteTable::add_participant(std::string id)
{
    participant_ids_.push_back(std::move(id));
    row_begin_.push_back(row_begin_.back());
    return participant_ids_.size() - 1;
}

std::size_t VoteTable::add_statement(std::string id)
{
    hashes_.push_back(hash_of(id));
    moderated_out_.push_back(0);
    statement_ids_.push_back(std::move(id));
    return statement_ids_.size() - 1;
}

void VoteTable::set_vote(std::size_t participant, std::size_t statement, Vote vote)
{
    invariant(participant < participants() && statement < statements(),
              "a vote is somebody's, on a statement there is");
    const auto begin = statements_.begin() + static_cast<std::ptrdiff_t>(row_begin_[participant]);
    const auto end = statements_.begin() + static_cast<std::ptrdiff_t>(row_begin_[participant + 1]);
    const auto column = static_cast<std::uint32_t>(statement);
    const auto found = std::lower_bound(begin, end, column);
    const auto offset = found - statements_.begin();
    if (found != end && *found == column) {
        votes_[static_cast<std::size_t>(offset)] = static_cast<std::int8_t>(vote);
        return;
    }
    statements_.insert(found, column);
    votes_.insert(votes_.begin() + offset, static_cast<std::int8_t>(vote));
    for (auto row = participant + 1; row < row_begin_.size(); ++row) ++row_begin_[row];
}

void VoteTable::reverse_signs()
{
    for (auto& vote : votes_) vote = static_cast<std::int8_t>(-vote);
}

std::uint32_t VoteTableBuilder::index_of(Index& index, std::vector<std::string>& ids,
                                         std::string_view id)
{
    // Files mostly hold one person's votes together, or one statement's.
    if (!ids.empty() && ids.back() == id) return static_cast<std::uint32_t>(ids.size() - 1);
    const auto found = index.find(id);
    if (found != index.end()) return found->second;
    const auto at = static_cast<std::uint32_t>(ids.size());
    ids.emplace_back(id);
    index.emplace(id, at);
    return at;
}

void VoteTableBuilder::add(std::string_view participant, std::string_view statement, Vote vote,
                           std::int64_t when)
{
    if (when != 0 && when_.empty()) when_.assign(cast_.size(), 0);
    cast_.push_back({index_of(participant_index_, participant_ids_, participant),
                     index_of(statement_index_, statement_ids_, statement),
                     static_cast<std::int8_t>(vote)});
    if (when != 0 || !when_.empty()) when_.push_back(when);
}

VoteTable VoteTableBuilder::build() &&
{
    invariant(cast_.size() < std::numeric_limits<std::uint32_t>::max(),
              "indexes of votes fit 32 bits");
    const auto participant_rank = sort_ids(participant_ids_);
    const auto statement_rank = sort_ids(statement_ids_);

    VoteTable table;
    for (auto& id : statement_ids_) table.add_statement(std::move(id));
    table.participant_ids_ = std::move(participant_ids_);

    // Counting sort by person; what a person cast stays in the order in which it was added.
    std::vector<std::uint32_t> begin(table.participants() + 1, 0);
    for (const auto& cast : cast_) ++begin[participant_rank[cast.participant] + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::uint32_t> order(cast_.size());
    auto next = begin;
    for (std::uint32_t at = 0; at < cast_.size(); ++at)
        order[next[participant_rank[cast_[at].participant]]++] = at;

    table.row_begin_.assign(1, 0);
    table.row_begin_.reserve(table.participants() + 1);
    table.statements_.reserve(cast_.size());
    table.votes_.reserve(cast_.size());
    for (std::size_t row = 0; row < table.participants(); ++row) {
        const std::span<std::uint32_t> own(order.data() + begin[row], begin[row + 1] - begin[row]);
        std::sort(own.begin(), own.end(), [&](std::uint32_t a, std::uint32_t b) {
            if (cast_[a].statement != cast_[b].statement)
                return statement_rank[cast_[a].statement] < statement_rank[cast_[b].statement];
            if (!when_.empty() && when_[a] != when_[b]) return when_[a] < when_[b];
            return a < b;
        });
        for (std::size_t at = 0; at < own.size(); ++at) {
            const auto& cast = cast_[own[at]];
            const bool is_last =
                at + 1 == own.size() || cast_[own[at + 1]].statement != cast.statement;
            if (!is_last) continue;
            table.statements_.push_back(statement_rank[cast.statement]);
            table.votes_.push_back(cast.vote);
        }
        table.row_begin_.push_back(table.votes_.size());
    }
    *this = {};
    return table;
}

} // namespace moothall::decide::opinions
