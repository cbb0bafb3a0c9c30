#pragma once

#include "decide/conversation_map.hpp"
#include "decide/opinions/read_votes.hpp"

/// Conversations as Polis' files: comments.csv, votes.csv, participants-votes.csv.
///
/// In these files 1 means that somebody agrees and -1 that she disagrees. One of Polis' own exports
/// and its database have it the other way round: what is read is held against the counts that
/// comments.csv brings along, and turned round where they say so.
namespace moothall::decide {

struct PolisFiles {
    std::vector<opinions::StatementLine> statements;
    opinions::VoteTable votes;
    bool reversed = false; // the signs were turned round
};
/// Reads both; refused with the file's and the line's fault. Votes on statements that comments.csv
/// does not name make the conversation unusable and are refused.
Result<PolisFiles> read_polis(std::string_view comments, std::string_view votes);

/// A request brings in at most so many votes; the command line any number.
inline constexpr std::size_t polis_votes_max = 50'000;

/// Makes a conversation of the files: whoever may begin one. Nobody in it has an account here; the
/// words and the votes are those of the file. One event, of the run.
Result<Conversation> bring_in_polis(store::Transaction& transaction, IdSource& ids, Time now,
                                    const Viewer& viewer, const NewConversation& wanted,
                                    const hear::Rendered& rendered, const PolisFiles& files);

/// The statements with their counts, for everybody who sees the conversation.
std::string write_comments(store::Transaction& transaction, const Conversation& conversation);

/// The votes without names: once it is closed, for who leads it, so that nobody can watch whose
/// votes come in. People are numbered in an order drawn by lot at each export, visitors left out,
/// and every vote carries the time of the close.
enum class VotesAs : std::uint8_t { lines, matrix };
Result<std::string> write_votes(store::Transaction& transaction, const Conversation& conversation,
                                const Viewer& viewer, VotesAs shape);

} // namespace moothall::decide
