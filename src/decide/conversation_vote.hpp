#pragma once

#include "decide/conversation.hpp"
#include "decide/opinions/votes.hpp"
#include "text/json.hpp"

/// Who says what of the statements. Nobody but she herself is ever told.
namespace moothall::decide {

/// Who votes: a person, or a browser without an account.
struct Voter {
    Id person;
    std::string visitor; // the hash of its cookie (hash_visitor); empty: none

    bool known() const { return person || !visitor.empty(); }
};
/// The hash under which a browser is known in one conversation; another in each, so that its votes
/// in two of them cannot be put side by side.
std::string hash_visitor(std::string_view cookie, Id conversation);

std::string_view to_text(opinions::Vote vote); // agree | disagree | pass
std::optional<opinions::Vote> vote_of(std::string_view text);

/// Casts or changes one vote while the conversation takes votes. The first brings her in. She is
/// placed on the map as it stands at once; the map itself follows in the background. One event,
/// which only she sees and which names neither the statement nor the vote; none when she votes as
/// before.
Result<void> cast_opinion(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id conversation, Id statement, opinions::Vote vote,
                          const Voter& voter);

/// How a voter stands in a conversation.
struct OpinionStanding {
    std::int64_t voted = 0; // on statements that are shown
    std::int64_t votes = 0; // all of hers
    bool placed = false;
    double x = 0;
    double y = 0;
    int group = -1;
};
OpinionStanding find_opinion_standing(store::Transaction& transaction,
                                      const Conversation& conversation, const Voter& voter);

/// The statement that she is asked about next; none when she voted on all of them.
///
/// Drawn by Polis' priority (opinions/representation.hpp: routing_priority), so that what is new,
/// agreed with and far from the middle comes earlier and everything comes now and then. The draw
/// depends on who she is and on nothing else: the page shows the same statement until she voted on
/// it. (P. Efraimidis and P. Spirakis, "Weighted random sampling with a reservoir", Information
/// Processing Letters 97(5), 2006.)
std::optional<Statement> find_next_statement(store::Transaction& transaction,
                                             const Conversation& conversation, const Voter& voter);

struct OwnOpinion {
    Statement statement;
    opinions::Vote vote;
    Time cast;
};
/// What she voted, by the statements' numbers.
std::vector<OwnOpinion> list_own_opinions(store::Transaction& transaction,
                                          const Conversation& conversation, const Voter& voter);

/// Writes "conversations", "statements" and "opinions": what she began, said and voted.
void write_own_opinions(store::Transaction& transaction, JsonWriter& json, Id organisation,
                        Id person);
/// Puts `sentence` in the place of what she said as statements, and of the reasons that she gave
/// for declining others'. Before forget_opinions. No event: hall/ writes one for all stages.
void forget_statements(store::Transaction& transaction, Id organisation, Id person,
                       std::string_view sentence);
/// Takes out her votes, and her name from what she said. The maps are found anew without her. No
/// event.
void forget_opinions(store::Transaction& transaction, Id organisation, Id person);

} // namespace moothall::decide
