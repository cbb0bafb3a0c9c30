#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "decide/decision.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"
#include "text/markdown.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A conversation: people say of short statements whether they agree, and the map shows which of
/// them vote alike, what each such group stands for and what all agree on.
namespace moothall::decide {

inline constexpr std::size_t question_characters_max = 200;
inline constexpr std::size_t statement_characters_max = 280;
inline constexpr std::int64_t statements_max = 1000;
/// Who voted on fewer statements is not placed on the map: too little is known of her.
inline constexpr std::int64_t votes_to_be_placed = 7;

/// Whether statements wait for who leads the conversation before others see them.
enum class StatementsWait : std::uint8_t { no, yes };

struct Conversation {
    Id id;
    Id organisation;
    std::string question;
    std::string words; // Markdown as sent
    SafeHtml words_html;
    Id about; // none: it stands by itself
    std::string about_kind;
    std::string about_title;
    Id circle;
    std::string circle_name;
    bool circle_is_public = true;
    Named owner;
    record::State thing_state = record::State::visible;
    bool open = true;
    StatementsWait moderation = StatementsWait::no;
    bool anonymous = false; // as it is set here; the organisation must allow it too
    Time opens;
    std::optional<Time> closes;
    std::optional<Time> closed;
    Time created;
    Time changed;
    std::int64_t statements = 0; // that are shown
    std::int64_t waiting = 0;
    std::int64_t people = 0;
    std::int64_t visitors = 0; // who voted without an account: counted apart
    std::int64_t votes = 0;
    std::int64_t visitor_votes = 0;
    std::int64_t revision = 0;
    std::int64_t grouped = -1;

    std::string path() const; // /conversations/ID-slug
    bool takes_votes(Time now) const { return open && now >= opens && (!closes || now < *closes); }
};

/// Whether she may accept statements, change and close it: its owner and the circle's stewards.
bool may_lead(const Conversation& conversation, const Viewer& viewer);

struct NewConversation {
    std::string question;
    std::string words;
    Id about;  // a theme, decision or goal
    Id circle; // of one that stands by itself; none: Everyone
    StatementsWait moderation = StatementsWait::no;
    bool anonymous = false;
    std::optional<Time> opens;
    std::optional<Time> closes;
    std::vector<std::string> statements; // to begin with, by its owner
};

/// Whether this organisation lets people take part who have no account. Off until an owner says so.
bool allows_anonymous(store::Transaction& transaction, Id organisation);
inline constexpr std::string_view anonymous_setting = "decide.anonymous";

/// Begins a conversation: whoever may speak in its circle, which is that of what it is about. One
/// event, of the verb given.
Result<Conversation> begin_conversation(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer, const NewConversation& wanted,
                                        const hear::Rendered& rendered,
                                        std::string_view verb = "decide.conversation_opened");

struct ConversationChange {
    std::optional<std::string> question;
    std::optional<std::string> words;
    std::optional<StatementsWait> moderation;
    std::optional<bool> anonymous;
    std::optional<std::optional<Time>> closes;
};
/// Changes what is given, while it is open; nothing is written when all is as it was. `rendered`
/// goes with words. One event.
Result<Conversation> change_conversation(store::Transaction& transaction, IdSource& ids, Time now,
                                         const Viewer& viewer, Id conversation,
                                         const ConversationChange& change,
                                         const std::optional<hear::Rendered>& rendered);

/// Ends it: nothing can be voted or said any more, and the event keeps the counts. Once.
Result<Conversation> close_conversation(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer, Id conversation);

Result<Conversation> find_conversation(store::Transaction& transaction, Id conversation,
                                       const Viewer& viewer);

struct ConversationQuery {
    std::optional<bool> open;
    Id about;
    Id circle;
    int limit = 30;
    std::string after;
};
struct ConversationList {
    std::vector<Conversation> conversations;
    std::string next;
};
/// Those the viewer may see, newest first.
Result<ConversationList> list_conversations(store::Transaction& transaction,
                                            const ConversationQuery& query, const Viewer& viewer);

/// Closes what is due; a chore.
void tend_conversations(store::Database& database, Id organisation, Time now, IdSource& ids);

// -- statements -----------------------------------------------------------------------------------

enum class StatementState : std::uint8_t { shown, waiting, declined };
std::string_view to_text(StatementState state);
std::optional<StatementState> statement_state_of(std::string_view text);

/// How people voted on a statement; visitors apart.
struct VoteCounts {
    std::int64_t agrees = 0;
    std::int64_t disagrees = 0;
    std::int64_t passes = 0;
    std::int64_t seen() const { return agrees + disagrees + passes; }
};

struct Statement {
    Id id;
    Id conversation;
    std::int64_t number = 0;
    std::string text;
    Named author; // none: brought in from a file; without a name: she left
    StatementState state = StatementState::shown;
    std::string reason; // why it was declined
    Named judged_by;
    std::optional<Time> judged;
    Time created;
    VoteCounts people;
    VoteCounts visitors;
};

/// Says one more statement. It is shown at once, unless statements wait here; who leads the
/// conversation need not wait. Refused (conflict) when the very same stands there. One event.
Result<Statement> propose_statement(store::Transaction& transaction, IdSource& ids, Time now,
                                    const Viewer& viewer, Id conversation, std::string_view text);
/// Shows a statement that waits or was declined. Who leads the conversation. One event; refused
/// (conflict) when it is shown already.
Result<Statement> accept_statement(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id conversation, Id statement);
/// Declines one that waits, or takes out one that is shown, with a public reason. One event;
/// refused (conflict) when it was declined already.
Result<Statement> decline_statement(store::Transaction& transaction, IdSource& ids, Time now,
                                    const Viewer& viewer, Id conversation, Id statement,
                                    std::string_view reason);

Result<Statement> find_statement(store::Transaction& transaction, const Conversation& conversation,
                                 Id statement, const Viewer& viewer);

struct StatementQuery {
    StatementState state = StatementState::shown;
    int limit = 30;
    std::int64_t after = -1; // numbers above this one
};
/// By number. Those that wait are for who leads it, and each author's own. Of those declined
/// everybody reads the reason, and only these the text.
std::vector<Statement> list_statements(store::Transaction& transaction,
                                       const Conversation& conversation,
                                       const StatementQuery& query, const Viewer& viewer);

/// Statements of the conversation that say much the same as a text, by the words they share (the
/// cosine of their stems, rare ones weighing more), the most alike first.
std::vector<Statement> find_similar_statements(store::Transaction& transaction,
                                               const Conversation& conversation,
                                               std::string_view text, const Viewer& viewer,
                                               std::size_t limit = 5);

} // namespace moothall::decide
