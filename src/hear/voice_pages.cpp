#include "hear/pages.hpp"

#include "hear/listing.hpp"
#include "hear/search.hpp"
#include "hear/templates.hpp"
#include "hear/voice_form.hpp"
#include "people/people.hpp"
#include "text/query.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/list_page.hpp"
#include "web/templates.hpp"

#include <algorithm>

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int replies_shown_max = 300;

/// What later stages have to say on the page of a voice: they are told by Hooks, because hear/ does
/// not know them. Templates wrote it, so it is as safe as the rest of the page.
SafeHtml write_parts(const Request& request, Context& context, const Voice& voice)
{
    const record::Thing thing{voice.id,        "voice",     voice.circle,  voice.state,
                              voice.author.id, voice.title, voice.created, voice.changed};
    web::Writer out(4 * 1024);
    for (const auto& write_part : context.hall.hooks().thing_parts)
        write_part(out, request, context, thing);
    return SafeHtml::trusted_from_store(out.take());
}

/// What was merged into the voice, or it into.
void fill_merged(VoicePageView& page, const Request& request, Context& context, const Voice& voice,
                 std::vector<Merged> merged)
{
    page.merged = std::move(merged);
    const auto from = Id::parse(request.query("from")).value_or(Id{});
    for (const auto& one : page.merged) {
        if (one.id == from) page.from = one.title;
        if (one.author.name.empty() || one.author.id == voice.author.id) continue;
        if (std::ranges::find(page.co_authors, one.author.id, &Someone::id) ==
            page.co_authors.end())
            page.co_authors.push_back(one.author);
    }
    const bool apart = voice.merged_into && voice.apart > 0;
    page.own_supporters = apart ? voice.apart : voice.supporters - voice.inherited;
    page.unattributed = apart ? 0 : voice.unattributed + voice.unattributed_inherited;
    page.may_merge = context.viewer.signed_in() && may_merge(context.viewer, voice.circle) &&
                     voice.state == record::State::visible;
    if (!voice.merged_into) return;
    if (const auto root =
            people::find_seen(context.transaction, voice.merged_into, context.viewer)) {
        page.stands_for = root->title;
        page.stands_for_path = record::path_of("voice", root->id);
    }
}

/// The page of a voice; `refused` is what was wrong with what was sent from it.
Response show_voice(const Request& request, Context& context, Id id,
                    const std::optional<Refusal>& refused)
{
    const auto voice = find_voice(context.transaction, id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    auto replies = list_replies(context.transaction, id, context.viewer, {}, replies_shown_max);
    if (!replies) return context.refuse(replies.error());
    const auto& viewer = context.viewer;
    const auto& language = context.language;
    const bool member = viewer.role_in(voice->circle) >= Role::member;
    const bool steward = viewer.is_steward_of(voice->circle);
    const bool hers =
        may_word(context.transaction, viewer, id, voice->author.id, voice->written_by.id);
    const auto ordered = thread(std::move(replies->replies));
    auto merged =
        voice->branches > 0 ? list_merged(context.transaction, id, viewer) : std::vector<Merged>{};
    std::vector<Id> merged_ids;
    bool wrote_one = false; // of the merged voices: a co-author
    for (const auto& one : merged) {
        merged_ids.push_back(one.id);
        if (viewer.signed_in() && one.author.id == viewer.person) wrote_one = true;
    }

    VoicePageView page{.frame =
                           web::make_frame(request, context, voice->title, web::Section::voices),
                       .voice = *voice,
                       .kind = name_of_kind(voice->kind),
                       .status = chip_of(voice->status, language)};
    page.frame.canonical_url = context.organisation.url + voice->path();
    page.frame.feed_path = "/voices/" + voice->id.text() + ".atom";
    page.frame.picture_path = "/voices/" + voice->id.text() + ".png";
    page.frame.live_path = "/api/v1/events/stream";
    page.now = context.now;
    page.support.csrf = context.csrf;
    page.support.count = voice->backing();
    page.support.pressed = voice->supported;
    page.support.element_id = "support-" + id.text();
    if (member) page.support.path = "/voices/" + id.text() + "/support";
    const std::pair<const char*, const char*> matters[] = {
        {"nice", web::translatable("Nice to have")},
        {"important", web::translatable("Important")},
        {"vital", web::translatable("Vital")}};
    for (const auto& [value, label] : matters)
        page.matters.push_back({std::string(language.t(label)), value, voice->matters == value});
    page.answer = nullptr;
    page.parent_reply = nullptr;
    page.parent =
        Id::parse(refused ? request.form("parent") : request.query("parent")).value_or(Id{});
    for (const auto& reply : ordered) {
        const bool own = viewer.signed_in() &&
                         (reply.author.id == viewer.person || reply.written_by.id == viewer.person);
        if (reply.is_answer) page.answer = &reply;
        if (reply.id == page.parent) page.parent_reply = &reply;
        page.replies.push_back(
            {.reply = reply,
             .may_edit = own,
             .may_choose =
                 steward || wrote_one || (viewer.signed_in() && voice->author.id == viewer.person),
             .may_report = viewer.signed_in() && !own,
             .may_hide = steward || own,
             .may_answer = member,
             .depth_class = reply.depth == 0 ? "" : "depth-" + std::to_string(reply.depth),
             .said_at = {},
             .files = files::shown_files(language, reply.files, reply.id, reply.body_html.html)});
        if (const auto at = std::ranges::find(merged, reply.subject, &Merged::id);
            at != merged.end())
            page.replies.back().said_at = at->title;
    }
    fill_merged(page, request, context, *voice, std::move(merged));
    page.more_replies = !replies->next.empty();
    page.may_reply = member;
    page.files = files::shown_files(language, voice->files, id, voice->body_html.html);
    page.file_field = files::make_file_field(request, context, refused);
    page.is_looked_at = member && is_held(context.transaction, viewer, voice->circle);
    page.may_edit = hers || steward;
    page.may_answer_officially = steward;
    page.may_hide = steward || (viewer.signed_in() && voice->author.id == viewer.person);
    page.may_move = steward && !hers;
    page.takes_back =
        viewer.signed_in() && voice->author.id == viewer.person && !voice->written_by.name.empty();
    page.may_report = viewer.signed_in() && !hers;
    if (steward)
        for (const auto& status : list_statuses(context.transaction, viewer.organisation))
            page.statuses.push_back({status.id.text(),
                                     std::string(language.t(status.name)),
                                     {},
                                     status.id == voice->status.id});
    if (viewer.signed_in()) page.follow = find_follow(context.transaction, id, viewer);
    page.loop = make_loop_line(find_loop(context.transaction, viewer, id, merged_ids), language);
    const auto checks = find_checks(context.transaction, id, viewer);
    if (!checks) return context.refuse(checks.error());
    page.checks = *checks;
    if (voice->state == record::State::hidden)
        page.hidden_reason = find_hiding_reason(context.transaction, id, viewer);
    page.parts = write_parts(request, context, *voice);
    page.official_text = voice->official;
    if (refused && refused->field == "reason") {
        page.official_text = request.form("reason");
        page.official_error = language.sentence(*refused);
        for (auto& status : page.statuses) status.chosen = status.value == request.form("status");
    } else if (refused && (refused->field == "words" || refused->field == "helped")) {
        page.checks.own_words = request.form("words");
        page.check_error = language.sentence(*refused);
    } else if (refused) {
        page.reply_text = request.form("body");
        if (refused->field != "files") page.reply_error = language.sentence(*refused);
    }

    web::Writer out(32 * 1024);
    html::voice(out, language, page);
    return web::show(context, page.frame, out.take(), refused ? 422 : 200);
}

Response get_voice(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    // What was merged leads to what stands for it, in one step; it can still be read alone.
    if (request.query("alone") != "yes")
        if (const auto voice = find_voice(context.transaction, *id, context.viewer);
            voice && !voice->stands() &&
            people::find_seen(context.transaction, voice->merged_into, context.viewer))
            return Response::see_other("/voices/" + voice->merged_into.text() +
                                       "?from=" + id->text());
    return show_voice(request, context, *id, {});
}

Response post_support(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto count =
        request.form("undo") == "yes"
            ? withdraw_support(context.transaction, context.ids, context.now, context.viewer, *id)
            : give_support(context.transaction, context.ids, context.now, context.viewer, *id,
                           request.form("matters"));
    if (!count) return context.refuse(count.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    web::Support support{"/voices/" + id->text() + "/support", context.csrf, voice->backing(),
                         voice->supported, "support-" + id->text()};
    web::Writer out(1024);
    web::html::support(out, context.language, support);
    return context.show_or_redirect(out.take(), voice->path());
}

struct PreparedReply {
    std::string body;
    Rendered rendered;
    files::Received received;
};

Result<web::Prepared> prepare_reply(const Request& request, Context& context)
{
    PreparedReply prepared;
    prepared.received = files::receive_files(request, context);
    prepared.body = files::place_files(request.form("body"), prepared.received.files);
    auto rendered = render_body({}, prepared.body);
    if (!rendered) return rendered.error();
    prepared.rendered = *std::move(rendered);
    return web::Prepared::of(std::move(prepared));
}

Response post_reply(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto voice = must_be_voice(context.transaction, *id, context.viewer); !voice)
        return context.refuse(voice.error());
    const auto& prepared = std::any_cast<const PreparedReply&>(context.prepared);
    const auto refuse = [&](const Refusal& refused) {
        if (refused.reason == Reason::invalid) return show_voice(request, context, *id, refused);
        return context.refuse(refused);
    };
    if (prepared.received.refused) return refuse(*prepared.received.refused);
    NewReply wanted;
    wanted.body = prepared.body;
    wanted.parent = Id::parse(request.form("parent")).value_or(Id{});
    const auto reply = say_reply(context.transaction, context.ids, context.now, context.viewer, *id,
                                 wanted, prepared.rendered);
    if (!reply) return refuse(reply.error());
    if (const auto attached =
            files::attach_files(context, reply->id, reply->subject, prepared.received.files);
        !attached)
        return refuse(attached.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    auto response = Response::see_other(voice->path() + "#" + reply->id.text());
    if (reply->state == record::State::held)
        web::give_notice(
            response, context, web::Tone::warn,
            context.language.t(
                "Thank you. A steward looks at what newcomers say before all see it."));
    return response;
}

Response post_answer(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const bool undo = request.form("undo") == "yes";
    const auto reply = undo ? Id{} : Id::parse(request.form("reply")).value_or(Id{});
    // Only who asks for it takes the mark away.
    if (!undo && !reply)
        return context.refuse(Refusal::invalid("reply", "There is no such reply to this voice."));
    const auto chosen =
        choose_answer(context.transaction, context.ids, context.now, context.viewer, *id, reply);
    if (!chosen) return context.refuse(chosen.error());
    return Response::see_other("/voices/" + id->text() + (reply ? "#" + reply.text() : ""));
}

Result<web::Prepared> prepare_official(const Request& request, Context&)
{
    auto html = render_markdown(request.form("reason"));
    if (!html) return html.error();
    return web::Prepared::of(*std::move(html));
}

Response post_official(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto status = Id::parse(request.form("status")).value_or(Id{});
    const auto voice = answer_officially(context.transaction, context.ids, context.now,
                                         context.viewer, *id, status, request.form("reason"),
                                         std::any_cast<const SafeHtml&>(context.prepared));
    if (!voice) {
        if (voice.error().field == "reason")
            return show_voice(request, context, *id, voice.error());
        return context.refuse(voice.error());
    }
    auto response = Response::see_other(voice->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Answered. Those who follow this voice are told."));
    return response;
}

Response post_check(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto helped = request.form("helped");
    if (helped != "yes" && helped != "no")
        return show_voice(request, context, *id,
                          Refusal::invalid("helped", "Please say whether it helped: yes or no."));
    const auto checks = check_outcome(context.transaction, context.ids, context.now, context.viewer,
                                      *id, helped == "yes", request.form("words"));
    if (!checks) {
        if (checks.error().reason == Reason::invalid)
            return show_voice(request, context, *id, checks.error());
        return context.refuse(checks.error());
    }
    auto response = Response::see_other("/voices/" + id->text() + "#check");
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Thank you. It is part of the record now."));
    return response;
}

Response post_follow(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto voice = must_be_voice(context.transaction, *id, context.viewer); !voice)
        return context.refuse(voice.error());
    const auto changed =
        change_follow(context.transaction, context.ids, context.now, context.viewer, *id,
                      {request.form("replies") == "yes", request.form("outcome") == "yes"});
    if (!changed) return context.refuse(changed.error());
    auto response = Response::see_other("/voices/" + id->text());
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

Response get_supporters(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    constexpr int shown = 100;
    const auto after = read_place_in_list<WholePlace>(request.query("after"));
    if (!after) return context.refuse(after.error());
    auto supporters =
        list_supporters_after(context.transaction, *id, context.viewer, *after, shown + 1);
    if (!supporters) return context.refuse(supporters.error());
    const auto here = "/voices/" + id->text() + "/supporters";
    const auto next = web::cut_page(*supporters, shown, place_of);
    const SupportersPage page{
        web::make_frame(request, context, std::string(context.language.t("Who says \"me too\"")),
                        web::Section::voices),
        *voice,
        *std::move(supporters),
        {.first_path = after->id ? here : std::string(),
         .next_path = next.empty() ? std::string() : here + "?after=" + next,
         .shown = {}}};
    web::Writer out;
    html::supporters(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

Response show_history(const Request& request, Context& context, Id thing, std::string_view back)
{
    const auto revisions = list_revisions(context.transaction, thing, context.viewer);
    if (!revisions) return context.refuse(revisions.error());
    const auto frame =
        web::make_frame(request, context, std::string(context.language.t("What it said before")),
                        web::Section::voices);
    web::Writer out;
    html::history(out, context.language, frame, *revisions, back);
    return web::show(context, frame, out.take());
}

Response get_history(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    return show_history(request, context, *id, voice->path());
}

Response get_reply_history(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto reply = find_reply(context.transaction, *id, context.viewer);
    if (!reply) return context.refuse(reply.error());
    return show_history(request, context, *id,
                        "/voices/" + reply->subject.text() + "#" + id->text());
}

} // namespace

void mount_voice_pages(web::Router& router)
{
    router.get("/voices/:id", get_voice);
    router.post("/voices/:id/support", post_support).act = web::Act::support;
    auto& reply = router.post("/voices/:id/replies", post_reply);
    reply.prepare = prepare_reply;
    reply.body_bytes_max = files::form_bytes_max;
    reply.act = web::Act::reply;
    router.post("/voices/:id/answer", post_answer);
    router.post("/voices/:id/official", post_official).prepare = prepare_official;
    router.post("/voices/:id/follow", post_follow);
    router.post("/voices/:id/check", post_check);
    router.get("/voices/:id/supporters", get_supporters);
    router.get("/voices/:id/history", get_history);
    router.get("/replies/:id/history", get_reply_history);
}

} // namespace moothall::hear
