#pragma once

#include "decide/conversation.hpp"
#include "decide/conversation_vote.hpp"

/// The rows of conversations. Only decide/ includes this.
namespace moothall::decide {

void save_conversation(store::Transaction& transaction, Id organisation,
                       const Conversation& conversation);
void save_changed_conversation(store::Transaction& transaction, Id organisation,
                               const Conversation& conversation);
/// Those of `found` that the viewer sees, in that order.
std::vector<Conversation> load_conversations(store::Transaction& transaction, const Viewer& viewer,
                                             const std::vector<Id>& found);

/// The row stays locked until the end of the transaction: votes, statements and the close of one
/// conversation come one after the other. False when it is not open.
bool lock_conversation(store::Transaction& transaction, Id organisation, Id conversation);

/// Adds to the kept numbers; what is 0 stays. `revision` rises by one.
struct CountChange {
    std::int64_t statements = 0;
    std::int64_t waiting = 0;
    std::int64_t people = 0;
    std::int64_t visitors = 0;
    std::int64_t votes = 0;
    std::int64_t visitor_votes = 0;
};
void change_counts(store::Transaction& transaction, Id organisation, Id conversation,
                   const CountChange& change);

/// The text of a statement as we keep it.
Result<std::string> check_statement(std::string_view wanted);
/// Takes the next number. The caller holds the lock.
void save_statement(store::Transaction& transaction, Id organisation, Statement& statement);
void save_statement_state(store::Transaction& transaction, Id organisation,
                          const Statement& statement);
/// Whoever looks: the caller takes out what is not for the viewer.
std::vector<Statement> load_statements(store::Transaction& transaction, Id organisation,
                                       Id conversation, StatementState state, std::int64_t after,
                                       int limit);
std::optional<Statement> load_statement(store::Transaction& transaction, Id organisation,
                                        Id conversation, Id statement);

struct Participant {
    Id id;
    bool visitor = false;
    std::int64_t votes = 0;
};
std::optional<Participant> load_participant(store::Transaction& transaction, Id organisation,
                                            Id conversation, const Voter& voter);
void save_participant(store::Transaction& transaction, Id organisation, Id conversation,
                      Id participant, const Voter& voter, std::string_view label);

void append_conversation_event(store::Transaction& transaction, IdSource& ids, Time now,
                               Id organisation, const Conversation& conversation,
                               std::string_view verb, Id actor, record::Audience audience,
                               std::vector<Id> concerns = {}, std::string data = {});

} // namespace moothall::decide
