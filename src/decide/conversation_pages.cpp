// The list of conversations, the page of one, voting, and its statements.

#include "decide/conversation_pages.hpp"

#include "decide/chance.hpp"
#include "decide/templates.hpp"
#include "people/people.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/cookies.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr auto cookie_lifetime = std::chrono::hours{24 * 365};
constexpr int rows_shown = 50;

std::string here_of(const Conversation& conversation)
{
    return "/conversations/" + conversation.id.text();
}

std::string moderation_words(const Conversation& conversation, const web::Language& language)
{
    return std::string(
        conversation.moderation == StatementsWait::yes
            ? language.t("New statements wait here until who leads the conversation accepts them; "
                         "one that is declined gets a public reason.")
            : language.t("New statements are shown at once; one that is taken out gets a public "
                         "reason."));
}

Response get_conversations(const Request& request, Context& context)
{
    const auto& language = context.language;
    ConversationQuery query;
    const auto state = request.query("state");
    if (state == "open" || state == "closed") query.open = state == "open";
    query.circle = Id::parse(request.query("circle")).value_or(Id{});
    query.after = request.query("after");
    std::string about_title;
    std::string base = "/conversations";
    if (const auto about = Id::parse(request.query("about"))) {
        const auto seen = people::find_seen(context.transaction, *about, context.viewer);
        if (!seen) return context.refuse(seen.error());
        query.about = *about;
        about_title = seen->title;
    }
    const auto address = [&](std::string_view of_state, std::string_view after) {
        std::string path = base;
        if (!of_state.empty()) web::add_field(path, "state", of_state);
        if (query.about) web::add_field(path, "about", query.about.text());
        if (query.circle) web::add_field(path, "circle", query.circle.text());
        if (!after.empty()) web::add_field(path, "after", after);
        return path;
    };
    const auto list = list_conversations(context.transaction, query, context.viewer);
    if (!list) return context.refuse(list.error());
    ConversationsPage page{.frame = web::make_frame(request, context,
                                                    std::string(language.t("Where we agree")),
                                                    web::Section::decisions)};
    page.frame.feed_path = "/conversations.atom";
    page.about_title = about_title;
    page.states = {
        {std::string(language.t("All")), address({}, {}), !query.open},
        {std::string(language.t("Open")), address("open", {}), query.open == std::optional(true)},
        {std::string(language.t("Closed")), address("closed", {}),
         query.open == std::optional(false)}};
    for (const auto& one : list->conversations)
        page.rows.push_back({one, chip_of(one, context.now, language)});
    if (!query.after.empty()) page.pages.first_path = address(state, {});
    if (!list->next.empty()) page.pages.next_path = address(state, list->next);
    if (context.viewer.signed_in())
        page.begin_path =
            "/conversations/new" + (query.about ? "?about=" + query.about.text() : std::string());
    page.may_import = context.viewer.is_hall_steward();
    page.empty = {std::string(language.t("No conversation here yet")),
                  std::string(language.t("People vote on short statements, and the map shows which "
                                         "groups think alike and what all of them agree on.")),
                  page.begin_path.empty() ? std::string()
                                          : std::string(language.t("Begin a conversation")),
                  page.begin_path};
    web::Writer out(16 * 1024);
    html::conversations(out, language, page);
    return web::show(context, page.frame, out.take());
}

std::string when_words(const Conversation& conversation, const Context& context)
{
    const auto& language = context.language;
    if (conversation.closed) return language.t("closed on {1}", language.day(*conversation.closed));
    if (context.now < conversation.opens)
        return language.t("opens {1} UTC", language.day_and_clock(conversation.opens));
    if (conversation.closes)
        return language.t("closes {1} UTC", language.day_and_clock(*conversation.closes));
    return {};
}

Response show_conversation(const Request& request, Context& context, Id id,
                           const std::optional<Refusal>& refused)
{
    const auto conversation = find_conversation(context.transaction, id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    const auto& language = context.language;
    const auto voter = voter_of(request, context, *conversation);
    ConversationPage page{
        .frame = web::make_frame(request, context, conversation->question, web::Section::decisions),
        .conversation = *conversation,
        .chip = chip_of(*conversation, context.now, language)};
    page.frame.canonical_url = context.organisation.url + conversation->path();
    page.frame.feed_path = record::path_of("conversation", conversation->id) + ".atom";
    page.now = context.now;
    if (conversation->about)
        page.about_path = record::path_of(conversation->about_kind, conversation->about);
    page.moderation = moderation_words(*conversation, language);
    page.when = when_words(*conversation, context);
    page.card = make_vote_card(request, context, *conversation, voter, page.frame.sign_in_path);
    page.opinions = make_opinions(
        request, context, *conversation,
        find_map(context.transaction, context.viewer.organisation, id, Points::drawn),
        find_opinion_standing(context.transaction, *conversation, voter), here_of(*conversation));
    page.may_lead = may_lead(*conversation, context.viewer);
    page.may_export = page.may_lead && !conversation->open;
    if (refused) page.refused = language.sentence(*refused);
    web::Writer out(32 * 1024);
    html::conversation(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_conversation(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_conversation(request, context, *id, {});
}

Response post_statement_vote(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    auto voter = voter_of(request, context, *conversation);
    std::string cookie;
    if (!voter.known() && lets_visitors_in(context, *conversation)) {
        cookie = make_ballot_code();
        voter.visitor = hash_visitor(cookie, *id);
    }
    const auto statement = Id::parse(request.form("statement"));
    const auto vote = vote_of(request.form("vote"));
    if (!statement || !vote)
        return show_conversation(request, context, *id,
                                 Refusal::invalid("vote", "Please agree, disagree or pass."));
    const auto cast = cast_opinion(context.transaction, context.ids, context.now, context.viewer,
                                   *id, *statement, *vote, voter);
    if (!cast) {
        if (cast.error().reason == Reason::conflict)
            return show_conversation(request, context, *id, cast.error());
        return context.refuse(cast.error());
    }
    const bool own_page = request.form("from") == "mine";
    Response response;
    if (request.wants_fragment() && !own_page) {
        const auto now = find_conversation(context.transaction, *id, context.viewer);
        const auto frame = web::make_frame(request, context, {}, web::Section::decisions);
        web::Writer out;
        html::vote_card(out, context.language,
                        make_vote_card(request, context, *now, voter, frame.sign_in_path));
        response = Response::html(out.take());
    } else {
        response = Response::see_other(here_of(*conversation) +
                                       (own_page ? "/mine#" + statement->text() : "#say"));
    }
    if (!cookie.empty())
        web::set_cookie(response, context, opinion_cookie, cookie, cookie_lifetime);
    return response;
}

Response get_mine(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    OwnOpinionsPage page{.frame = web::make_frame(
                             request, context, std::string(context.language.t("What I said of it")),
                             web::Section::decisions),
                         .conversation = *conversation,
                         .opinions = list_own_opinions(context.transaction, *conversation,
                                                       voter_of(request, context, *conversation)),
                         .may_change = conversation->takes_votes(context.now)};
    page.frame.indexed = false;
    web::Writer out(16 * 1024);
    html::own_opinions(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

Response post_conversation_closing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto closed =
        close_conversation(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!closed) {
        if (closed.error().reason == Reason::conflict)
            return show_conversation(request, context, *id, closed.error());
        return context.refuse(closed.error());
    }
    auto response = Response::see_other(closed->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("It is closed. What was found stays here."));
    return response;
}

// -- statements -----------------------------------------------------------------------------------

std::string counts_words(const VoteCounts& counts, const web::Language& language)
{
    return language.t("{1} agree, {2} disagree, {3} pass", counts.agrees, counts.disagrees,
                      counts.passes);
}

Response show_statements(const Request& request, Context& context, Id id, StatementState state,
                         const std::optional<Refusal>& refused, Id refused_at)
{
    const auto conversation = find_conversation(context.transaction, id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    const auto& language = context.language;
    StatementQuery query{.state = state, .limit = rows_shown};
    if (const auto after = request.query("after"); !after.empty())
        std::from_chars(after.data(), after.data() + after.size(), query.after);
    auto statements = list_statements(context.transaction, *conversation, query, context.viewer);
    const auto votes =
        state == StatementState::shown
            ? find_votes_by_group(context.transaction, context.viewer.organisation, id)
            : VotesByGroup{};
    StatementsPage page{.frame =
                            web::make_frame(request, context, std::string(language.t("Statements")),
                                            web::Section::decisions),
                        .conversation = *conversation,
                        .state = state};
    const auto here = here_of(*conversation) + "/statements";
    page.may_lead = may_lead(*conversation, context.viewer) && conversation->open;
    page.may_propose =
        conversation->open && context.viewer.role_in(conversation->circle) >= Role::member;
    page.states = {{std::string(language.t("Shown")), here, state == StatementState::shown,
                    conversation->statements}};
    if (conversation->moderation == StatementsWait::yes || conversation->waiting > 0)
        page.states.push_back({std::string(language.t("Waiting")), here + "?state=waiting",
                               state == StatementState::waiting, conversation->waiting});
    page.states.push_back({std::string(language.t("Declined")), here + "?state=declined",
                           state == StatementState::declined});
    const auto groups = votes.empty() ? 0 : votes.begin()->second.size();
    for (std::size_t group = 0; group < groups; ++group) page.groups.push_back(letter_of(group));
    for (const auto& one : statements) {
        StatementRow row{one, counts_words(one.people, language)};
        if (one.visitors.seen() > 0) row.visitors = counts_words(one.visitors, language);
        const auto of_groups = votes.find(one.id);
        for (std::size_t group = 0; group < page.groups.size(); ++group)
            row.by_group.push_back({language.t("{1} agrees", page.groups[group]),
                                    of_groups == votes.end() || of_groups->second[group].seen == 0
                                        ? std::string("–")
                                        : language.t("{1} of {2}", of_groups->second[group].agrees,
                                                     of_groups->second[group].seen)});
        page.rows.push_back(std::move(row));
    }
    const auto in_state =
        state == StatementState::shown ? std::string() : "state=" + std::string(to_text(state));
    if (!request.query("after").empty())
        page.pages.first_path = here + (in_state.empty() ? "" : "?" + in_state);
    if (std::ssize(statements) == rows_shown)
        page.pages.next_path = here + "?" + (in_state.empty() ? "" : in_state + "&") +
                               "after=" + std::to_string(statements.back().number);
    page.empty = {
        std::string(language.t("No statement here")),
        std::string(language.t("A statement is one sentence that people agree or disagree "
                               "with."))};
    if (page.may_propose) {
        page.empty.action_label = language.t("Propose a statement");
        page.empty.action_path = here + "/new";
    }
    if (refused) {
        page.refused = language.sentence(*refused);
        page.refused_at = refused_at;
        page.typed = request.form("reason");
    }
    page.now = context.now;
    web::Writer out(32 * 1024);
    html::statements(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_statements(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_statements(
        request, context, *id,
        statement_state_of(request.query("state")).value_or(StatementState::shown), {}, {});
}

Response after_judging(const Request& request, Context& context, Id id, Id statement,
                       const Result<Statement>& judged)
{
    if (!judged) {
        const auto reason = judged.error().reason;
        if (reason == Reason::invalid || reason == Reason::conflict) {
            const auto conversation = find_conversation(context.transaction, id, context.viewer);
            auto state = StatementState::waiting;
            if (conversation)
                if (const auto now = find_statement(context.transaction, *conversation, statement,
                                                    context.viewer))
                    state = now->state;
            return show_statements(request, context, id, state, judged.error(), statement);
        }
        return context.refuse(judged.error());
    }
    auto response =
        Response::see_other("/conversations/" + id.text() + "/statements" +
                            (request.form("from") == "waiting" ? "?state=waiting" : ""));
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

Response post_statement_acceptance(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto statement = web::path_id(request, "statement");
    if (!statement) return context.refuse(statement.error());
    return after_judging(request, context, *id, *statement,
                         accept_statement(context.transaction, context.ids, context.now,
                                          context.viewer, *id, *statement));
}

Response post_declining(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto statement = web::path_id(request, "statement");
    if (!statement) return context.refuse(statement.error());
    return after_judging(request, context, *id, *statement,
                         decline_statement(context.transaction, context.ids, context.now,
                                           context.viewer, *id, *statement,
                                           request.form("reason")));
}

} // namespace

bool lets_visitors_in(Context& context, const Conversation& conversation)
{
    return !context.viewer.signed_in() && conversation.anonymous &&
           allows_anonymous(context.transaction, context.viewer.organisation);
}

Voter voter_of(const Request& request, const Context& context, const Conversation& conversation)
{
    if (context.viewer.signed_in()) return {context.viewer.person, {}};
    if (!conversation.anonymous) return {};
    return {Id{}, hash_visitor(web::read_cookie(request, context.organisation, opinion_cookie),
                               conversation.id)};
}

web::Chip chip_of(const Conversation& conversation, Time now, const web::Language& language)
{
    if (!conversation.open) return {std::string(language.t("Closed")), web::Tone::plain};
    if (!conversation.takes_votes(now))
        return {std::string(language.t("Not open now")), web::Tone::warn};
    return {std::string(language.t("Open")), web::Tone::accent};
}

VoteCard make_vote_card(const Request&, Context& context, const Conversation& conversation,
                        const Voter& voter, const std::string& sign_in_path)
{
    const auto& language = context.language;
    VoteCard card{
        .path = here_of(conversation), .csrf = context.csrf, .all = conversation.statements};
    card.visitor = lets_visitors_in(context, conversation);
    card.may_vote =
        conversation.takes_votes(context.now) && (context.viewer.signed_in() || card.visitor);
    card.may_propose =
        conversation.open && context.viewer.role_in(conversation.circle) >= Role::member;
    const auto standing = find_opinion_standing(context.transaction, conversation, voter);
    card.voted = standing.voted;
    if (!conversation.takes_votes(context.now)) {
        card.not_voting = conversation.open
                              ? language.t("This conversation does not take votes now.")
                              : language.t("This conversation has been closed.");
    } else if (!card.may_vote) {
        card.not_voting = language.t("Sign in to say what you think of each statement.");
        card.sign_in_path = sign_in_path;
    } else {
        card.next = find_next_statement(context.transaction, conversation, voter);
        if (standing.placed)
            card.note = language.t("You are on the map, in group {1}.",
                                   letter_of(static_cast<std::size_t>(standing.group)));
        else if (standing.votes + conversation.statements - standing.voted < votes_to_be_placed)
            card.note = language.tn(
                "There is {1} statement so far. The map begins with people who voted on 7: with "
                "fewer too little is known.",
                "There are {1} statements so far. The map begins with people who voted on 7: with "
                "fewer too little is known.",
                conversation.statements);
        else if (standing.votes < votes_to_be_placed)
            card.note = language.tn(
                "After {1} more vote you are placed on the map: with fewer than 7 too little is "
                "known.",
                "After {1} more votes you are placed on the map: with fewer than 7 too little is "
                "known.",
                votes_to_be_placed - standing.votes);
    }
    return card;
}

void mount_conversation_pages(web::Router& router)
{
    router.get("/conversations", get_conversations);
    router.get("/conversations/:id", get_conversation);
    router.post("/conversations/:id/votes", post_statement_vote);
    router.get("/conversations/:id/mine", get_mine);
    router.post("/conversations/:id/closing", post_conversation_closing);
    router.get("/conversations/:id/statements", get_statements);
    router.post("/conversations/:id/statements/:statement/acceptance", post_statement_acceptance);
    router.post("/conversations/:id/statements/:statement/declining", post_declining);
}

} // namespace moothall::decide
