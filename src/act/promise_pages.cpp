#include "act/commitment_store.hpp"
#include "act/pages.hpp"
#include "act/templates.hpp"
#include "hear/loop.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "text/markdown.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>
#include <array>

namespace moothall::act {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// Which promises the list shows: a word of the address, and what the tab is called.
struct Selection {
    std::string_view word;
    const char* label;
    bool running;
    bool overdue;
    std::optional<CommitmentState> state;
    bool not_kept = false;
    bool apart = false;

    /// It overlaps with others, and is for who comes from a number.
    bool is_of_number() const { return not_kept || apart; }
};
const std::array<Selection, 7> selections{{
    {"overdue", web::translatable("Overdue"), false, true, {}},
    {"running", web::translatable("Open"), true, false, {}},
    {"kept", web::translatable("Kept"), false, false, CommitmentState::kept},
    {"broken", web::translatable("Broken"), false, false, CommitmentState::broken},
    {"withdrawn", web::translatable("Withdrawn"), false, false, CommitmentState::withdrawn},
    // Whose day was over, and what was broken: what the kept-rate counts against it.
    {"not-kept", web::translatable("Not kept"), false, false, {}, true},
    {"in-no-rate", web::translatable("In no rate"), false, false, {}, false, true},
}};

const Selection& selection_of(const Request& request, const KeptRate& all)
{
    const auto word = request.query("state");
    for (const auto& selection : selections)
        if (selection.word == word) return selection;
    // Overdue first: what slipped is what to look at, while there is any.
    return all.listed_overdue() > 0 && word.empty() ? selections[0] : selections[1];
}

/// As many as the list has, also those that are in no rate.
std::int64_t count_of(const KeptRate& rate, std::string_view word)
{
    if (word == "overdue") return rate.listed_overdue();
    if (word == "running") return rate.listed_open();
    if (word == "kept") return rate.kept + rate.apart.kept;
    if (word == "not-kept") return rate.judged() - rate.kept;
    if (word == "in-no-rate") return rate.apart.all();
    if (word == "broken") return rate.broken + rate.apart.broken;
    return rate.withdrawn + rate.given_up + rate.apart.withdrawn;
}

/// The address of the list with some of its fields.
std::string address_of(const Request& request, std::string_view without, std::string_view name,
                       std::string_view value)
{
    std::string path = "/promises";
    for (const auto* field :
         {"state", "person", "to", "circle", "voice", "decision", "theme", "month"})
        if (field != without && field != name && !request.query(field).empty())
            web::add_field(path, field, request.query(field));
    if (!value.empty()) web::add_field(path, name, value);
    return path;
}

/// What a filter is called; empty: nothing that the viewer may know of.
std::string name_of(Context& context, std::string_view field, Id id)
{
    if (field == "circle") {
        const auto circle = people::find_circle(context.transaction, id, context.viewer);
        return circle ? std::string(context.language.t(circle->name)) : std::string();
    }
    if (const auto person = people::find_person(context.transaction, id, context.viewer))
        return field == "to" ? context.language.t("to {1}", person->name) : person->name;
    const auto thing = people::find_seen(context.transaction, id, context.viewer);
    return thing ? thing->title : std::string();
}

Response get_promises(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto rates = list_kept_rates(context.transaction, context.viewer);
    const auto all = find_kept_rate(context.transaction, context.viewer);
    const auto& selection = selection_of(request, all);
    CommitmentQuery query;
    query.running = selection.running;
    query.overdue = selection.overdue;
    query.state = selection.state;
    query.not_kept = selection.not_kept;
    query.apart = selection.apart;
    query.after = request.query("after");
    PromisesPage page{.frame =
                          web::make_frame(request, context, std::string(language.t("Promises")),
                                          web::Section::promises)};
    for (const auto& [field, id] : {std::pair{"person", &query.person},
                                    {"to", &query.to},
                                    {"circle", &query.circle},
                                    {"voice", &query.voice},
                                    {"decision", &query.decision},
                                    {"theme", &query.theme}}) {
        *id = Id::parse(request.query(field)).value_or(Id{});
        if (!*id) continue;
        auto name = name_of(context, field, *id);
        if (name.empty()) name = language.t("a filter");
        page.chosen.push_back({std::move(name), address_of(request, field, {}, {}), true});
    }
    const auto month = request.query("month");
    query.month = parse_date(std::string(month) + "-01");
    if (query.month)
        page.chosen.push_back(
            {web::name_of_month(month, language), address_of(request, "month", {}, {}), true});
    const auto found = list_commitments(context.transaction, context.now, query, context.viewer);
    if (!found) return context.refuse(found.error());
    page.kept = make_kept_chart(list_kept_months(context.transaction, context.viewer, query.circle),
                                query.circle, language);
    for (const auto& one : selections) {
        if (one.is_of_number() && &one != &selection) continue;
        page.tabs.push_back({std::string(language.t(one.label)),
                             address_of(request, {}, "state", one.word), &one == &selection,
                             page.chosen.empty() ? count_of(all, one.word) : -1});
    }
    page.frame.feed_path = "/promises.atom";
    page.frame.calendar_path = "/calendar.ics";
    page.frame.live_path = "/api/v1/events/stream";
    page.rows = make_rows(found->commitments, language);
    if (!query.after.empty())
        page.pages.first_path = address_of(request, {}, "state", selection.word);
    if (!found->next.empty())
        page.pages.next_path = address_of(request, {}, "state", selection.word) +
                               "&after=" + web::percent_encode(found->next);
    page.empty = {std::string(language.t("No promise here")),
                  std::string(language.t("Look at another state, or promise something yourself.")),
                  {},
                  {}};
    page.all = all;
    page.rates = rates;
    page.now = context.now;
    web::Writer out(24 * 1024);
    html::promises(out, language, page);
    return web::show(context, page.frame, out.take());
}

/// A person or circle as somebody writes it: a name or an id.
Result<Id> find_beneficiary(Context& context, std::string_view text)
{
    const auto name = normalise_line(text);
    if (name.empty()) return Id{};
    if (const auto id = Id::parse(name))
        if (people::find_seen(context.transaction, *id, context.viewer)) return *id;
    if (const Id person =
            people::find_mentioned(context.transaction, context.viewer.organisation, name))
        return person;
    const auto folded = fold(name);
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (fold(circle.name) == folded || fold(context.language.t(circle.name)) == folded)
            return circle.id;
    return Refusal::invalid("to", "There is no such person or circle that you can see.");
}

Response show_form(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const bool sent = request.method == web::Method::post;
    const auto field = [&](std::string_view name) {
        return sent ? request.form(name) : request.query(name);
    };
    const auto id_in = [&](std::string_view name) { return Id::parse(field(name)).value_or(Id{}); };
    const web::FilledForm form(language, request, refused);
    PromiseFormPage page{.frame = web::make_frame(request, context,
                                                  std::string(language.t("Promise something")),
                                                  web::Section::promises),
                         .form = form};
    page.frame.narrow = true;
    page.voice = id_in("voice");
    page.decision = id_in("decision");
    page.request = id_in("request");
    std::string what;
    std::string to;
    std::string due;
    if (page.request)
        if (const auto asked =
                organise::find_request(context.transaction, page.request, context.viewer)) {
            what = made_title(asked->words, 200);
            if (asked->due) due = moothall::to_text(*asked->due);
            if (asked->about_kind == "voice") page.voice = asked->about;
            if (asked->about_kind == "decision") page.decision = asked->about;
            to = asked->asker.name;
        }
    for (const Id source : {page.voice, page.decision})
        if (source)
            if (const auto thing = people::find_seen(context.transaction, source, context.viewer)) {
                page.source_title = thing->title;
                page.source_path = record::path_of(thing->kind, thing->id);
                if (const auto author =
                        people::find_person(context.transaction, thing->author, context.viewer);
                    author && to.empty())
                    to = author->name;
            }
    page.what = form.text("what", language.t("What do you promise?"), what);
    page.what.required = true;
    page.what.characters_max = static_cast<int>(hear::title_characters_max);
    page.to = form.text("to", language.t("To whom?"), to);
    page.to.required = true;
    page.to.hint =
        language.t("The name of a person or a circle. They are told, also when it slips.");
    page.due = form.text("due", language.t("By when?"), due);
    page.due.type = "date";
    page.due.required = true;
    page.by = form.text("by", language.t("Who promises?"));
    page.by.hint = language.t("Left empty, it is you. Somebody else is asked first.");
    web::Writer out;
    html::promise_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_new(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in to promise something."));
    return show_form(request, context, {});
}

/// A promise that is wished of somebody else is a request first: she must take it.
Response ask_for_promise(const Request& request, Context& context, Id person, const Date& due)
{
    const Id voice = web::sent_id(request, "voice");
    const Id decision = web::sent_id(request, "decision");
    const auto asked =
        organise::make_request(context.transaction, context.ids, context.now, context.viewer,
                               {.about = voice ? voice : decision,
                                .person = person,
                                .words = std::string(request.form("what")),
                                .due = due});
    if (!asked) {
        auto refusal = asked.error();
        if (refusal.field == "person") refusal.field = "by";
        if (refusal.field == "words") refusal.field = "what";
        return show_form(request, context, refusal);
    }
    auto response = Response::see_other(asked->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Asked. It is a promise once it is taken."));
    return response;
}

Response post_promise(const Request& request, Context& context)
{
    NewCommitment wanted;
    wanted.what = request.form("what");
    wanted.voice = web::sent_id(request, "voice");
    wanted.decision = web::sent_id(request, "decision");
    wanted.request = web::sent_id(request, "request");
    const auto due = parse_date(request.form("due"));
    if (!due)
        return show_form(request, context,
                         Refusal::invalid("due", "Please give a day, as in 2026-05-31."));
    wanted.due = *due;
    const auto by =
        organise::find_named(context.transaction, context.viewer, request.form("by"), "by");
    if (!by) return show_form(request, context, by.error());
    if (*by && *by != context.viewer.person) return ask_for_promise(request, context, *by, *due);
    const auto to = find_beneficiary(context, request.form("to"));
    if (!to) return show_form(request, context, to.error());
    wanted.to = *to;
    const auto made =
        make_commitment(context.transaction, context.ids, context.now, context.viewer, wanted);
    if (!made) return show_form(request, context, made.error());
    auto response = Response::see_other(made->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Promised. Those it was made to are told."));
    return response;
}

/// The status "done", for a steward of the voice that a kept promise was for, while it says less.
Id done_status_for(Context& context, const Commitment& commitment)
{
    if (commitment.state != CommitmentState::kept || !commitment.voice) return {};
    const auto voice = hear::find_voice(context.transaction, commitment.voice, context.viewer);
    if (!voice || !context.viewer.is_steward_of(voice->circle)) return {};
    if (voice->status.category == hear::Category::done ||
        voice->status.category == hear::Category::declined)
        return {};
    const auto statuses = hear::list_statuses(context.transaction, context.viewer.organisation);
    const auto done = std::ranges::find(statuses, hear::Category::done, &hear::Status::category);
    return done == statuses.end() ? Id{} : done->id;
}

/// With a refusal, the form that was sent to `sent_to` comes back as it was typed.
Response show_promise(const Request& request, Context& context, Id id,
                      const std::optional<Refusal>& refused, std::string_view sent_to = {})
{
    const auto commitment = find_commitment(context.transaction, context.now, id, context.viewer);
    if (!commitment) return context.refuse(commitment.error());
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    PromisePage page{
        .frame = web::make_frame(request, context, commitment->what, web::Section::promises),
        .commitment = *commitment,
        .chip = chip_of(*commitment, language)};
    page.frame.canonical_url = context.organisation.url + commitment->path();
    page.frame.feed_path = record::path_of("commitment", commitment->id) + ".atom";
    page.frame.narrow = true;
    page.moderating = hear::find_moderating(
        context.transaction, viewer,
        *record::find_thing(context.transaction, viewer.organisation, id), page.frame.csrf);
    auto voices = list_voices_behind(context.transaction, viewer.organisation, commitment->voice,
                                     commitment->decision);
    if (commitment->decision) voices.push_back(commitment->decision);
    page.loop =
        hear::make_loop_line(hear::find_loop(context.transaction, viewer, id, voices), language);
    const auto callouts = list_callouts(context.transaction, id, viewer);
    for (const auto& callout : callouts)
        page.callouts.push_back(view_of(callout, viewer, language));
    const bool speaks = viewer.role_in(commitment->circle) >= Role::member;
    page.mine = viewer.signed_in() && commitment->by.id == viewer.person;
    page.may_break = page.mine || (viewer.is_steward_of(commitment->circle) && commitment->overdue);
    page.may_call_out = speaks && commitment->by.id && commitment->by.id != viewer.person;
    page.made_to_me = viewer.signed_in() && commitment->to == viewer.person;
    page.done_status = done_status_for(context, *commitment);
    page.now = context.now;
    if (refused) {
        page.refused = language.sentence(*refused);
        page.why = request.form("why");
        page.due = request.form("due");
        page.sent_to = sent_to;
        page.title = request.form("title");
        page.body = request.form("body");
    }
    web::Writer out(16 * 1024);
    html::promise(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_promise(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_promise(request, context, *id, {});
}

Response after_change(const Request& request, Context& context, Id id,
                      const Result<Commitment>& changed, std::string_view sent_to,
                      std::string_view notice)
{
    if (!changed) {
        if (changed.error().reason == Reason::invalid)
            return show_promise(request, context, id, changed.error(), sent_to);
        return context.refuse(changed.error());
    }
    auto response = Response::see_other(changed->path());
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

Response post_keeping(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        keep_commitment(context.transaction, context.ids, context.now,
                                        context.viewer, *id, request.form("why")),
                        "keeping", context.language.t("Kept. Those it was made to are told."));
}

Response post_breaking(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        break_commitment(context.transaction, context.ids, context.now,
                                         context.viewer, *id, request.form("why")),
                        "breaking",
                        context.language.t("Said openly. Those it was made to are told."));
}

Response post_withdrawal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(request, context, *id,
                        withdraw_commitment(context.transaction, context.ids, context.now,
                                            context.viewer, *id, request.form("why")),
                        "withdrawal",
                        context.language.t("Said openly. Those it was made to are told."));
}

Response post_moving(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return after_change(
        request, context, *id,
        move_commitment(context.transaction, context.ids, context.now, context.viewer, *id,
                        parse_date(request.form("due")).value_or(Date{}), request.form("why")),
        "moving", context.language.t("Moved. The old day stays visible."));
}

Result<web::Prepared> prepare_callout(const Request& request, Context&)
{
    auto rendered = hear::render_body(request.form("title"), request.form("body"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_callout(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto opened =
        open_callout(context.transaction, context.ids, context.now, context.viewer,
                     {*id, std::string(request.form("title")), std::string(request.form("body"))},
                     std::any_cast<const hear::Rendered&>(context.prepared));
    if (!opened) {
        if (opened.error().reason == Reason::invalid)
            return show_promise(request, context, *id, opened.error(), "callouts");
        return context.refuse(opened.error());
    }
    auto response = Response::see_other(opened->about_path + "#callout-" + opened->id.text());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Called out. Who promised must answer in the open."));
    return response;
}

} // namespace

web::Chip chip_of(const Commitment& commitment, const web::Language& language)
{
    const auto say = [&](const char* label, web::Tone tone) {
        return web::Chip{std::string(language.t(label)), tone};
    };
    if (commitment.overdue) return say(web::translatable("Overdue"), web::Tone::bad);
    switch (commitment.state) {
    case CommitmentState::kept:
        if (const auto late = commitment.days_late(); late > 0)
            return {language.tn("Kept, {1} day late", "Kept, {1} days late", late),
                    web::Tone::warn};
        return say(web::translatable("Kept"), web::Tone::good);
    case CommitmentState::broken:
        return say(web::translatable("Broken"), web::Tone::bad);
    case CommitmentState::withdrawn:
        return say(web::translatable("Withdrawn"), web::Tone::plain);
    case CommitmentState::moved:
        return say(web::translatable("Moved"), web::Tone::warn);
    case CommitmentState::open:
        break;
    }
    return say(web::translatable("Open"), web::Tone::accent);
}

std::vector<PromiseRow> make_rows(const std::vector<Commitment>& commitments,
                                  const web::Language& language)
{
    std::vector<PromiseRow> rows;
    for (const auto& commitment : commitments)
        rows.push_back({commitment, chip_of(commitment, language)});
    return rows;
}

void write_part(web::Writer& out, const Request&, Context& context, const record::Thing& thing)
{
    constexpr int shown = 20;
    if (thing.kind != "voice" && thing.kind != "decision") return;
    CommitmentQuery query;
    (thing.kind == "voice" ? query.voice : query.decision) = thing.id;
    query.limit = shown;
    const auto found = list_commitments(context.transaction, context.now, query, context.viewer);
    if (!found) return;
    std::vector<Callout> callouts;
    if (thing.kind == "voice") {
        if (auto own = find_callout(context.transaction, thing.id, context.viewer))
            callouts.push_back(*std::move(own));
    } else {
        callouts = list_callouts(context.transaction, thing.id, context.viewer);
    }
    ThingPart part;
    part.thing = thing.id;
    part.kind = thing.kind;
    part.rows = make_rows(found->commitments, context.language);
    for (const auto& callout : callouts) {
        part.callouts.push_back(view_of(callout, context.viewer, context.language));
        part.callouts.back().with_about = thing.kind == "voice";
        part.callouts.back().with_title = thing.kind != "voice";
    }
    part.more = !found->next.empty();
    part.may_promise =
        context.viewer.signed_in() && thing.state == record::State::visible &&
        (context.viewer.role_in(thing.circle) >= Role::member || context.viewer.is_company());
    part.csrf = context.csrf;
    part.now = context.now;
    html::thing_part(out, context.language, part);
}

void mount_promise_pages(web::Router& router)
{
    router.get("/promises", get_promises);
    router.get("/promises/new", get_new);
    router.post("/promises", post_promise).act = web::Act::voice;
    router.get("/promises/:id", get_promise);
    router.post("/promises/:id/keeping", post_keeping);
    router.post("/promises/:id/breaking", post_breaking);
    router.post("/promises/:id/withdrawal", post_withdrawal);
    router.post("/promises/:id/moving", post_moving);
    auto& callout = router.post("/promises/:id/callouts", post_callout);
    callout.prepare = prepare_callout;
    callout.act = web::Act::voice;
}

} // namespace moothall::act
