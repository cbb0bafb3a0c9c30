// The forms: a new conversation, a changed one, a statement; and what other pages show of them.

#include "decide/conversation_pages.hpp"

#include "decide/templates.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::size_t first_statements_max = 100;

/// The statements of a form: one on each line.
std::vector<std::string> read_lines(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        if (text.substr(0, end).find_first_not_of(" \t") != std::string_view::npos)
            lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

ConversationFormPage make_form(const Request& request, Context& context, std::string title,
                               const std::optional<Refusal>& refused,
                               const Conversation& conversation)
{
    const auto& language = context.language;
    ConversationFormPage page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::decisions),
        .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    const auto& form = page.form;
    page.question =
        form.text("question", language.t("What do you want to know?"), conversation.question);
    page.question.hint = language.t("One question: “What should happen when a meter is not read?”");
    page.question.required = true;
    page.question.characters_max = 200;
    page.words = form.text("words", language.t("Tell more"), conversation.words);
    page.words.hint = language.t("Markdown works.");
    page.words.rows = 4;
    page.moderation =
        form.choose("moderation", language.t("New statements"),
                    {{"off", std::string(language.t("Shown at once"))},
                     {"on", std::string(language.t("Wait for you and the stewards")),
                      std::string(language.t("Everybody sees that they wait, and why one was "
                                             "declined."))}},
                    conversation.moderation == StatementsWait::yes ? "on" : "off");
    if (allows_anonymous(context.transaction, context.viewer.organisation)) {
        page.anonymous =
            form.check("anonymous", language.t("People without an account may vote too"),
                       conversation.anonymous);
        page.anonymous->hint =
            language.t("Counted and drawn apart, and without a say in where the groups are.");
    }
    page.closes = form.text(
        "closes_on", language.t("Open until the end of"),
        conversation.closes
            ? moothall::to_text(Date{std::chrono::floor<std::chrono::days>(*conversation.closes)})
            : std::string());
    page.closes.type = "date";
    page.closes.hint = language.t("Empty: until you close it.");
    return page;
}

Response show_form(const Context& context, const ConversationFormPage& page,
                   const std::optional<Refusal>& refused)
{
    web::Writer out(8 * 1024);
    html::conversation_form(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response show_new(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    auto page =
        make_form(request, context, std::string(language.t("Begin a conversation")), refused, {});
    page.path = "/conversations";
    const auto& fields =
        request.method == web::Method::post ? request.form_fields : request.query_fields;
    if (const auto about = Id::parse(fields.get("about")))
        if (const auto thing = people::find_seen(context.transaction, *about, context.viewer)) {
            page.about = *about;
            page.about_title = thing->title;
        }
    page.statements = page.form.text("statements", language.t("Statements to begin with"));
    page.statements->hint = language.t("One on each line; from seven on there can be a map. People "
                                       "add their own.");
    page.statements->rows = 8;
    if (!page.about) {
        std::vector<web::Choice> choices;
        for (const auto& circle : people::list_circles(context.transaction, context.viewer))
            if (circle.mine >= Role::member)
                choices.push_back({circle.id.text(), std::string(language.t(circle.name))});
        page.circle = page.form.choose("circle", language.t("Who can read it"), std::move(choices),
                                       context.viewer.everyone.text());
    }
    page.button = language.t("Begin the conversation");
    return show_form(context, page, refused);
}

Response get_new_conversation(const Request& request, Context& context)
{
    return show_new(request, context, {});
}

Result<web::Prepared> prepare_words(const Request& request, Context&)
{
    auto rendered = hear::render_body({}, request.form("words"));
    if (!rendered) {
        auto refusal = rendered.error();
        refusal.field = "words";
        return refusal;
    }
    return web::Prepared::of(*std::move(rendered));
}

Response post_new_conversation(const Request& request, Context& context)
{
    NewConversation wanted;
    wanted.question = request.form("question");
    wanted.words = request.form("words");
    wanted.about = Id::parse(request.form("about")).value_or(Id{});
    wanted.circle = web::sent_id(request, "circle");
    wanted.moderation =
        request.form("moderation") == "on" ? StatementsWait::yes : StatementsWait::no;
    wanted.anonymous = !request.form("anonymous").empty();
    if (const auto day = request.form("closes_on"); !day.empty()) {
        wanted.closes = parse_last_minute(day);
        if (!wanted.closes)
            return show_new(request, context,
                            Refusal::invalid("closes_on", "Please give a day, as in 2026-05-31."));
    }
    wanted.statements = read_lines(request.form("statements"));
    if (wanted.statements.size() > first_statements_max)
        return show_new(request, context,
                        Refusal::invalid("statements", "Begin with at most 100 statements."));
    const auto begun =
        begin_conversation(context.transaction, context.ids, context.now, context.viewer, wanted,
                           std::any_cast<const hear::Rendered&>(context.prepared));
    if (!begun) {
        auto refusal = begun.error();
        if (refusal.reason != Reason::invalid) return context.refuse(refusal);
        if (refusal.field == "closes_at") refusal.field = "closes_on";
        return show_new(request, context, refusal);
    }
    auto response = Response::see_other(begun->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("It has begun. Whoever sees it may vote on its "
                                        "statements."));
    return response;
}

Response show_conversation_edit(const Request& request, Context& context, Id id,
                                const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto conversation = find_conversation(context.transaction, id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!may_lead(*conversation, context.viewer))
        return context.refuse(Refusal::forbidden("Only who began this conversation and the "
                                                 "circle's stewards may do this."));
    if (!conversation->open)
        return context.refuse(Refusal::conflict("This conversation has been closed."));
    auto page = make_form(request, context, std::string(language.t("Change the conversation")),
                          refused, *conversation);
    page.path = "/conversations/" + id.text();
    page.button = language.t("Save");
    return show_form(context, page, refused);
}

Response get_conversation_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_conversation_edit(request, context, *id, {});
}

Response post_conversation_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    ConversationChange change;
    change.question = request.form("question");
    change.words = request.form("words");
    change.moderation =
        request.form("moderation") == "on" ? StatementsWait::yes : StatementsWait::no;
    if (allows_anonymous(context.transaction, context.viewer.organisation))
        change.anonymous = !request.form("anonymous").empty();
    std::optional<Time> closes;
    if (const auto day = request.form("closes_on"); !day.empty()) {
        closes = parse_last_minute(day);
        if (!closes)
            return show_conversation_edit(
                request, context, *id,
                Refusal::invalid("closes_on", "Please give a day, as in 2026-05-31."));
    }
    change.closes = closes;
    // A day is all that the form knows of the time: the same day is no change.
    if (const auto before = find_conversation(context.transaction, *id, context.viewer);
        before && before->closes && closes &&
        std::chrono::floor<std::chrono::days>(*before->closes) ==
            std::chrono::floor<std::chrono::days>(*closes))
        change.closes.reset();
    const auto changed =
        change_conversation(context.transaction, context.ids, context.now, context.viewer, *id,
                            change, std::any_cast<const hear::Rendered&>(context.prepared));
    if (!changed) {
        auto refusal = changed.error();
        if (refusal.reason != Reason::invalid) return context.refuse(refusal);
        if (refusal.field == "closes_at") refusal.field = "closes_on";
        return show_conversation_edit(request, context, *id, refusal);
    }
    auto response = Response::see_other(changed->path());
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

// -- a statement ----------------------------------------------------------------------------------

Response show_statement_form(const Request& request, Context& context, Id id,
                             const std::optional<Refusal>& refused, bool look_for_similar)
{
    const auto conversation = find_conversation(context.transaction, id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    const auto& language = context.language;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!conversation->open)
        return context.refuse(Refusal::conflict("This conversation has been closed."));
    StatementFormPage page{.frame = web::make_frame(request, context,
                                                    std::string(language.t("Propose a statement")),
                                                    web::Section::decisions),
                           .conversation = *conversation,
                           .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.text = page.form.text("text", language.t("Your statement"));
    page.text.hint = language.t("One sentence that somebody may agree or disagree with. One thing "
                                "at a time.");
    page.text.required = true;
    page.text.characters_max = static_cast<int>(statement_characters_max);
    page.text.rows = 2;
    page.moderation = conversation->moderation == StatementsWait::yes
                          ? language.t("It is shown to others once who leads the conversation "
                                       "accepts it.")
                          : language.t("It is shown to others at once.");
    if (look_for_similar) {
        const auto text =
            request.method == web::Method::post ? request.form("text") : request.query("text");
        page.similar =
            find_similar_statements(context.transaction, *conversation, text, context.viewer);
        page.asked = request.method == web::Method::post && !page.similar.empty();
    }
    web::Writer out(8 * 1024);
    html::statement_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_statement_form(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_statement_form(request, context, *id, {}, !request.query("text").empty());
}

/// A first sending shows the statements that say much the same; a second, with the box ticked,
/// posts it.
Response post_statement(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    const auto text = request.form("text");
    if (request.form("sure").empty() && context.viewer.signed_in() && conversation->open &&
        !find_similar_statements(context.transaction, *conversation, text, context.viewer, 1)
             .empty())
        return show_statement_form(request, context, *id, {}, true);
    const auto said =
        propose_statement(context.transaction, context.ids, context.now, context.viewer, *id, text);
    if (!said) {
        if (said.error().reason == Reason::invalid)
            return show_statement_form(request, context, *id, said.error(), false);
        if (said.error().reason == Reason::conflict && conversation->open)
            return show_statement_form(request, context, *id, said.error(), true);
        return context.refuse(said.error());
    }
    auto response = Response::see_other("/conversations/" + id->text() + "#say");
    web::give_notice(response, context, web::Tone::good,
                     said->state == StatementState::waiting
                         ? context.language.t("Thank you. It waits for who leads the conversation.")
                         : context.language.t("Thank you. Others vote on it now."));
    return response;
}

} // namespace

void write_conversation_part(web::Writer& out, const Request& request, Context& context,
                             const record::Thing& thing)
{
    constexpr int shown = 5;
    if (thing.kind != "theme" && thing.kind != "decision" && thing.kind != "goal") return;
    ConversationQuery query;
    query.about = thing.id;
    query.limit = shown;
    const auto found = list_conversations(context.transaction, query, context.viewer);
    if (!found) return;
    ConversationPart part;
    for (const auto& one : found->conversations) {
        const auto map =
            find_map(context.transaction, context.viewer.organisation, one.id, Points::left_out);
        auto opinions = make_opinions(request, context, one, map, {}, {});
        auto figures =
            context.language.tn("{1} person took part", "{1} people took part", one.people);
        if (!map.groups.empty())
            figures +=
                " · " + context.language.tn("{1} group", "{1} groups", std::ssize(map.groups));
        part.rows.push_back({one.question, one.path(), chip_of(one, context.now, context.language),
                             std::move(figures), std::move(opinions.agreed)});
    }
    if (context.viewer.role_in(thing.circle) >= Role::member &&
        thing.state == record::State::visible)
        part.begin_path = "/conversations/new?about=" + thing.id.text();
    html::conversation_part(out, context.language, part);
}

void mount_conversation_form_pages(web::Router& router)
{
    router.get("/conversations/new", get_new_conversation);
    auto& begin = router.post("/conversations", post_new_conversation);
    begin.prepare = prepare_words;
    begin.act = web::Act::voice;
    router.get("/conversations/:id/edit", get_conversation_edit);
    router.post("/conversations/:id", post_conversation_edit).prepare = prepare_words;
    router.get("/conversations/:id/statements/new", get_statement_form);
    router.post("/conversations/:id/statements", post_statement).act = web::Act::reply;
}

} // namespace moothall::decide
