// /api/v1/conversations.

#include "decide/conversation_pages.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "text/place.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"

#include <charconv>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

void write_time(JsonWriter& json, std::string_view field, const std::optional<Time>& time)
{
    if (time)
        json.field(field, *time);
    else
        json.null_field(field);
}

void write_known(JsonWriter& json, std::string_view field, const Named& named)
{
    if (!named.id || named.name.empty()) {
        json.null_field(field);
        return;
    }
    json.key(field).begin_object().field("id", named.id).field("name", named.name).end_object();
}

void write_json(JsonWriter& json, const Conversation& conversation)
{
    json.begin_object().field("id", conversation.id).field("question", conversation.question);
    json.field("words", conversation.words).field("url", conversation.path());
    json.field("state", conversation.open ? "open" : "closed");
    json.key("circle").begin_object().field("id", conversation.circle);
    json.field("name", conversation.circle_name).end_object();
    write_known(json, "owner", conversation.owner);
    if (conversation.about)
        json.key("about")
            .begin_object()
            .field("id", conversation.about)
            .field("kind", conversation.about_kind)
            .field("title", conversation.about_title)
            .end_object();
    else
        json.null_field("about");
    json.field("moderation", conversation.moderation == StatementsWait::yes ? "on" : "off");
    json.field("anonymous", conversation.anonymous).field("opens_at", conversation.opens);
    write_time(json, "closes_at", conversation.closes);
    write_time(json, "closed_at", conversation.closed);
    json.field("statements", conversation.statements).field("waiting", conversation.waiting);
    json.field("people", conversation.people).field("votes", conversation.votes);
    json.field("visitors", conversation.visitors);
    json.field("visitor_votes", conversation.visitor_votes);
    json.field("created_at", conversation.created).end_object();
}

void write_counts(JsonWriter& json, std::string_view field, const VoteCounts& counts)
{
    json.key(field).begin_object().field("agree", counts.agrees);
    json.field("disagree", counts.disagrees).field("pass", counts.passes).end_object();
}

void write_json(JsonWriter& json, const Statement& statement)
{
    json.begin_object().field("id", statement.id).field("number", statement.number);
    json.field("text", statement.text).field("state", to_text(statement.state));
    write_known(json, "author", statement.author);
    json.field("reason", statement.reason);
    write_known(json, "judged_by", statement.judged_by);
    write_counts(json, "votes", statement.people);
    write_counts(json, "visitor_votes", statement.visitors);
    json.field("created_at", statement.created).end_object();
}

template <class Thing>
std::string to_json(const Thing& thing)
{
    JsonWriter json(1024);
    write_json(json, thing);
    return json.take();
}

Response answer(const Context& context, const Result<Conversation>& conversation)
{
    if (!conversation) return context.refuse(conversation.error());
    return Response::json(to_json(*conversation));
}

Response get_conversations(const Request& request, Context& context)
{
    ConversationQuery query;
    const auto state = request.query("state");
    if (!state.empty() && state != "open" && state != "closed")
        return context.refuse(Refusal::invalid("state", "Conversations are open or closed."));
    if (!state.empty()) query.open = state == "open";
    const auto about = web::query_id(request, "about");
    if (!about) return context.refuse(about.error());
    // What one may not see is not behind any conversation either.
    if (*about && !people::find_seen(context.transaction, *about, context.viewer))
        return web::list_response(std::vector<Conversation>{}, {},
                                  [](JsonWriter&, const Conversation&) {});
    query.about = *about;
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    query.circle = *circle;
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    query.limit = *limit;
    query.after = request.query("after");
    const auto list = list_conversations(context.transaction, query, context.viewer);
    if (!list) return context.refuse(list.error());
    return web::list_response(
        list->conversations, list->next,
        [](JsonWriter& json, const Conversation& one) { write_json(json, one); });
}

/// What a new conversation and a changed one have in common, with its words rendered.
struct ConversationWish {
    NewConversation fresh;
    ConversationChange change;
    std::optional<hear::Rendered> rendered;
};

Result<std::optional<Time>> read_time(const Json& body, std::string_view field)
{
    const auto text = web::read_text(body, field);
    if (!text) return text.error();
    if (!*text || (*text)->empty()) return std::optional<Time>{};
    const auto time = parse_time(**text);
    if (!time) return Refusal::invalid(std::string(field), "This is no time.");
    return time;
}

Result<void> read_rules(const Json& body, ConversationWish& wish)
{
    const auto moderation = web::read_text(body, "moderation");
    if (!moderation) return moderation.error();
    if (*moderation) {
        if (**moderation != "on" && **moderation != "off")
            return Refusal::invalid("moderation", "Moderation is on or off.");
        wish.change.moderation = **moderation == "on" ? StatementsWait::yes : StatementsWait::no;
        wish.fresh.moderation = *wish.change.moderation;
    }
    const auto anonymous = web::read_truth(body, "anonymous");
    if (!anonymous) return anonymous.error();
    wish.change.anonymous = *anonymous;
    wish.fresh.anonymous = anonymous->value_or(false);
    const auto opens = read_time(body, "opens_at");
    if (!opens) return opens.error();
    wish.fresh.opens = *opens;
    const auto closes = read_time(body, "closes_at");
    if (!closes) return closes.error();
    wish.fresh.closes = *closes;
    if (body.find("closes_at")) wish.change.closes = *closes;
    return {};
}

Result<ConversationWish> read_conversation(const Request& request)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    ConversationWish wish;
    auto question = web::read_text(*body, "question");
    if (!question) return question.error();
    wish.change.question = *question;
    wish.fresh.question = question->value_or("");
    auto words = web::read_text(*body, "words");
    if (!words) return words.error();
    wish.change.words = *words;
    wish.fresh.words = words->value_or("");
    if (auto good = read_rules(*body, wish); !good) return good.error();
    const auto about = web::read_id(*body, "about");
    if (!about) return about.error();
    wish.fresh.about = about->value_or(Id{});
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wish.fresh.circle = circle->value_or(Id{});
    auto statements = web::read_texts(*body, "statements", 100);
    if (!statements) return statements.error();
    wish.fresh.statements = statements->value_or(std::vector<std::string>{});
    auto rendered = hear::render_body({}, wish.fresh.words);
    if (!rendered) {
        auto refusal = rendered.error();
        refusal.field = "words";
        return refusal;
    }
    wish.rendered = *std::move(rendered);
    return wish;
}

Result<web::Prepared> prepare_wish(const Request& request, Context&)
{
    auto wish = read_conversation(request);
    if (!wish) return wish.error();
    return web::Prepared::of(*std::move(wish));
}

Response post_conversation(const Request&, Context& context)
{
    const auto& wish = std::any_cast<const ConversationWish&>(context.prepared);
    const auto begun = begin_conversation(context.transaction, context.ids, context.now,
                                          context.viewer, wish.fresh, *wish.rendered);
    if (!begun) return context.refuse(begun.error());
    return web::created(to_json(*begun), "/api/v1/conversations/" + begun->id.text());
}

Response get_conversation(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, find_conversation(context.transaction, *id, context.viewer));
}

Response patch_conversation(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& wish = std::any_cast<const ConversationWish&>(context.prepared);
    return answer(context, change_conversation(context.transaction, context.ids, context.now,
                                               context.viewer, *id, wish.change, wish.rendered));
}

Response post_conversation_close(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return answer(context, close_conversation(context.transaction, context.ids, context.now,
                                              context.viewer, *id));
}

// -- statements -----------------------------------------------------------------------------------

Response get_statements(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    StatementQuery query;
    if (const auto state = request.query("state"); !state.empty()) {
        const auto known = statement_state_of(state);
        if (!known)
            return context.refuse(
                Refusal::invalid("state", "Statements are shown, waiting or declined."));
        query.state = *known;
    }
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    query.limit = *limit;
    if (const auto after = request.query("after"); !after.empty()) {
        const auto read = std::from_chars(after.data(), after.data() + after.size(), query.after);
        if (read.ec != std::errc{} || read.ptr != after.data() + after.size())
            return context.refuse(not_a_place());
    }
    ++query.limit; // one more, to know whether there are more
    auto statements = list_statements(context.transaction, *conversation, query, context.viewer);
    std::string next;
    if (std::ssize(statements) > *limit) {
        statements.pop_back();
        next = std::to_string(statements.back().number);
    }
    return web::list_response(
        statements, next, [](JsonWriter& json, const Statement& one) { write_json(json, one); });
}

Response get_similar(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    return web::list_response(
        find_similar_statements(context.transaction, *conversation, request.query("text"),
                                context.viewer),
        {}, [](JsonWriter& json, const Statement& one) { write_json(json, one); });
}

Response post_statement(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto text = web::read_text(*body, "text");
    if (!text) return context.refuse(text.error());
    const auto said = propose_statement(context.transaction, context.ids, context.now,
                                        context.viewer, *id, text->value_or(""));
    if (!said) return context.refuse(said.error());
    return web::created(to_json(*said),
                        "/api/v1/conversations/" + id->text() + "/statements/" + said->id.text());
}

Response get_statement(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto statement = web::path_id(request, "statement");
    if (!statement) return context.refuse(statement.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    const auto found =
        find_statement(context.transaction, *conversation, *statement, context.viewer);
    if (!found) return context.refuse(found.error());
    return Response::json(to_json(*found));
}

Response post_statement_accept(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto statement = web::path_id(request, "statement");
    if (!statement) return context.refuse(statement.error());
    const auto judged = accept_statement(context.transaction, context.ids, context.now,
                                         context.viewer, *id, *statement);
    if (!judged) return context.refuse(judged.error());
    return Response::json(to_json(*judged));
}

Response post_statement_decline(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto statement = web::path_id(request, "statement");
    if (!statement) return context.refuse(statement.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto reason = web::read_text(*body, "reason");
    if (!reason) return context.refuse(reason.error());
    const auto judged = decline_statement(context.transaction, context.ids, context.now,
                                          context.viewer, *id, *statement, reason->value_or(""));
    if (!judged) return context.refuse(judged.error());
    return Response::json(to_json(*judged));
}

// -- votes ----------------------------------------------------------------------------------------

std::string standing_json(Context& context, const Conversation& conversation, const Voter& voter)
{
    const auto standing = find_opinion_standing(context.transaction, conversation, voter);
    const auto next = find_next_statement(context.transaction, conversation, voter);
    JsonWriter json(1024);
    json.begin_object().field("voted", standing.voted).field("of", conversation.statements);
    json.field("placed", standing.placed);
    if (standing.placed)
        json.field("x", standing.x)
            .field("y", standing.y)
            .field("group", std::to_string(standing.group));
    else
        json.null_field("x").null_field("y").null_field("group");
    if (next)
        write_json(json.key("next"), *next);
    else
        json.null_field("next");
    return json.end_object().take();
}

Response put_statement_vote(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto statement = web::path_id(request, "statement");
    if (!statement) return context.refuse(statement.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto text = web::read_text(*body, "vote");
    if (!text) return context.refuse(text.error());
    const auto vote = vote_of(text->value_or(""));
    if (!vote)
        return context.refuse(Refusal::invalid("vote", "A vote is agree, disagree or pass."));
    // A program has an account: browsers without one vote on the page.
    const Voter voter{context.viewer.person, {}};
    const auto cast = cast_opinion(context.transaction, context.ids, context.now, context.viewer,
                                   *id, *statement, *vote, voter);
    if (!cast) return context.refuse(cast.error());
    return Response::json(standing_json(context, *conversation, voter));
}

Response get_next(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    return Response::json(standing_json(context, *conversation, {context.viewer.person, {}}));
}

Response get_votes(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    return web::list_response(
        list_own_opinions(context.transaction, *conversation, {context.viewer.person, {}}), {},
        [](JsonWriter& json, const OwnOpinion& one) {
            json.begin_object().field("statement", one.statement.id);
            json.field("text", one.statement.text).field("vote", to_text(one.vote));
            json.field("cast_at", one.cast).end_object();
        });
}

void write_votes(JsonWriter& json, const GroupVotes& votes)
{
    json.begin_object().field("agree", votes.agrees);
    json.field("disagree", votes.disagrees).field("seen", votes.seen).end_object();
}

std::string_view word_of(opinions::Direction direction)
{
    return direction == opinions::Direction::agree ? "agree" : "disagree";
}

Response get_opinions(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    const auto map = find_map(context.transaction, context.viewer.organisation, *id, Points::read);
    JsonWriter json(16 * 1024);
    json.begin_object().field("up_to_date", map.revision == conversation->revision);
    write_time(json, "found_at", map.revision < 0 ? std::nullopt : std::optional<Time>(map.found));
    json.field("people", map.people).field("placed", map.placed);
    json.field("visitors_placed", map.visitors_placed).key("groups").begin_array();
    for (std::size_t at = 0; at < map.groups.size(); ++at) {
        const auto& group = map.groups[at];
        json.begin_object().field("id", std::to_string(at)).field("letter", letter_of(at));
        json.field("size", group.size).field("visitors", group.visitors);
        json.field("x", group.x).field("y", group.y).key("represented_by").begin_array();
        for (const auto& one : group.stands_for) {
            json.begin_object().field("statement", one.statement);
            json.field("direction", word_of(one.direction)).field("repness", one.repness);
            json.field("p", one.probability);
            json.key("here");
            write_votes(json, one.here);
            json.key("elsewhere");
            write_votes(json, one.elsewhere);
            json.end_object();
        }
        json.end_array().end_object();
    }
    json.end_array().key("agreed").begin_array();
    for (const auto& one : map.agreed) {
        json.begin_object().field("statement", one.statement);
        json.field("direction", word_of(one.direction)).field("share", one.share);
        json.key("votes").begin_array();
        for (const auto& votes : one.votes) write_votes(json, votes);
        json.end_array().end_object();
    }
    json.end_array().key("divided").begin_array();
    for (const auto& one : map.divided)
        json.begin_object()
            .field("statement", one.statement)
            .field("spread", one.spread)
            .end_object();
    json.end_array().key("map").begin_array();
    for (const auto& point : map.points)
        json.begin_object()
            .field("x", point.x)
            .field("y", point.y)
            .field("group", std::to_string(point.group))
            .field("visitor", point.visitor)
            .end_object();
    return Response::json(json.end_array().end_object().take());
}

} // namespace

void mount_conversation_api(web::Router& router)
{
    router.get("/api/v1/conversations", get_conversations);
    auto& begin = router.post("/api/v1/conversations", post_conversation);
    begin.prepare = prepare_wish;
    begin.act = web::Act::voice;
    router.get("/api/v1/conversations/:id", get_conversation);
    router.patch("/api/v1/conversations/:id", patch_conversation).prepare = prepare_wish;
    router.post("/api/v1/conversations/:id/close", post_conversation_close);
    router.get("/api/v1/conversations/:id/statements", get_statements);
    router.post("/api/v1/conversations/:id/statements", post_statement).act = web::Act::reply;
    router.get("/api/v1/conversations/:id/statements/similar", get_similar);
    router.get("/api/v1/conversations/:id/statements/:statement", get_statement);
    router.post("/api/v1/conversations/:id/statements/:statement/accept", post_statement_accept);
    router.post("/api/v1/conversations/:id/statements/:statement/decline", post_statement_decline);
    router.put("/api/v1/conversations/:id/statements/:statement/vote", put_statement_vote);
    router.get("/api/v1/conversations/:id/next", get_next);
    router.get("/api/v1/conversations/:id/votes", get_votes);
    router.get("/api/v1/conversations/:id/opinions", get_opinions);
}

} // namespace moothall::decide
