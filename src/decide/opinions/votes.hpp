#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace moothall::decide::opinions {

enum class Vote : std::int8_t { disagree = -1, pass = 0, agree = 1 };

/// Who voted what on which statement. Cells that nobody filled are not stored, so memory and time
/// follow the number of votes and not people times statements.
///
/// People and statements are known by their index; a table made by VoteTableBuilder has both in
/// the order of their ids, so that no answer depends on the order of a file: by value when all are
/// whole numbers, else byte by byte.
class VoteTable {
public:
    struct Row {
        std::span<const std::uint32_t> statements; // rising
        std::span<const std::int8_t> votes;        // -1, 0 or 1, parallel to statements
    };

    std::size_t participants() const { return participant_ids_.size(); }
    std::size_t statements() const { return statement_ids_.size(); }
    std::size_t votes() const { return votes_.size(); }

    const std::string& participant_id(std::size_t participant) const
    {
        return participant_ids_[participant];
    }
    const std::string& statement_id(std::size_t statement) const
    {
        return statement_ids_[statement];
    }
    Row row(std::size_t participant) const
    {
        const auto begin = row_begin_[participant];
        const auto count = row_begin_[participant + 1] - begin;
        return {std::span(statements_).subspan(begin, count),
                std::span(votes_).subspan(begin, count)};
    }

    std::optional<std::size_t> find_participant(std::string_view id) const;
    std::optional<std::size_t> find_statement(std::string_view id) const;

    /// Taken out by moderation: it weighs nothing on the map and is never shown for a group.
    bool is_moderated_out(std::size_t statement) const { return moderated_out_[statement] != 0; }
    void moderate_out(std::size_t statement) { moderated_out_[statement] = 1; }
    void let_back_in(std::size_t statement) { moderated_out_[statement] = 0; }

    /// For a conversation that goes on: newcomers come last, whatever their ids are. O(1) each.
    std::size_t add_participant(std::string id);
    std::size_t add_statement(std::string id);
    /// Casts or changes one vote. O(votes) to move what comes after: 0.1 ms at a million.
    void set_vote(std::size_t participant, std::size_t statement, Vote vote);
    /// Makes every agree a disagree and the other way round.
    void reverse_signs();

    /// A number made from the id alone, the same on every machine.
    std::uint64_t statement_hash(std::size_t statement) const { return hashes_[statement]; }

private:
    friend class VoteTableBuilder;

    std::vector<std::string> participant_ids_;
    std::vector<std::string> statement_ids_;
    std::vector<std::uint64_t> hashes_; // of statement ids
    std::vector<std::uint8_t> moderated_out_;
    std::vector<std::size_t> row_begin_{0}; // one more than participants
    std::vector<std::uint32_t> statements_;
    std::vector<std::int8_t> votes_;
};

/// Gathers votes in any order. The last vote of a person on a statement counts.
class VoteTableBuilder {
public:
    /// Of two votes on the same pair the one with the greater `when` counts, and of two with the
    /// same `when` the one added later.
    void add(std::string_view participant, std::string_view statement, Vote vote,
             std::int64_t when = 0);
    std::size_t votes() const { return cast_.size(); }
    VoteTable build() &&;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };
    using Index = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;
    struct Cast {
        std::uint32_t participant;
        std::uint32_t statement;
        std::int8_t vote;
    };

    static std::uint32_t index_of(Index& index, std::vector<std::string>& ids, std::string_view id);

    Index participant_index_;
    Index statement_index_;
    std::vector<std::string> participant_ids_;
    std::vector<std::string> statement_ids_;
    std::vector<Cast> cast_;
    std::vector<std::int64_t> when_; // empty as long as every `when` was 0
};

} // namespace moothall::decide::opinions
