#include "hear/pages.hpp"

#include "hear/say.hpp"
#include "hear/story.hpp"
#include "hear/templates.hpp"
#include "hear/unconfirmed.hpp"
#include "hear/voice_form.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// One box takes anything: without a title of its own, a voice is called by its first sentence.
void read_text(const Request& request, std::string& title, std::string& body)
{
    body = request.form("text");
    title = normalise_line(request.form("title"));
    if (!title.empty()) return;
    title = made_title(body);
    if (normalise_line(body) == title) body.clear(); // it was all in the first sentence
}

/// The form as it was sent, or as it begins (the query may hold the start of a text).
Response show_form(const Request& request, Context& context, const std::optional<Refusal>& refused,
                   const std::optional<SafeHtml>& preview)
{
    const auto& language = context.language;
    const web::FilledForm form(language, request, refused);
    SayPage page{.frame =
                     web::make_frame(request, context, std::string(language.t("Say something")),
                                     web::Section::voices),
                 .form = form};
    page.frame.narrow = true;
    page.text = form.text("text", language.t("What do you want to say?"));
    page.text.rows = 8;
    page.text.required = true;
    page.text.hint = language.t("Write as you speak. Markdown works; @name calls somebody.");
    if (refused && refused->field == "body") page.text.error = language.sentence(*refused);
    page.title = form.text("title", language.t("Title"));
    page.title.hint = language.t("Left empty, it is the first sentence.");
    page.title.characters_max = static_cast<int>(title_characters_max);
    page.kind = form.choose("kind", language.t("What is it?"), kind_choices(language), "other");
    page.circle = form.choose("circle", language.t("Who should see it?"), circle_choices(context),
                              context.viewer.everyone.text());
    std::string names;
    for (const auto& circle : list_looked_at(context.transaction, context.viewer))
        if (!context.viewer.signed_in() ||
            is_held(context.transaction, context.viewer, circle.circle))
            names += (names.empty() ? "" : ", ") + std::string(language.t(circle.name));
    if (!names.empty())
        page.circle.hint =
            language.t("A steward looks at what newcomers say before all see it, in: {1}.", names);
    page.tags = form.text("tags", language.t("Tags"));
    page.tags.hint = language.t("Separated by commas.");
    page.may_write_for_others = context.viewer.is_company();
    page.on_behalf_of = form.text("on_behalf_of", language.t("For whom do you write?"));
    page.on_behalf_of.hint =
        language.t("The name of a customer who told you. Both names are shown, and she is told.");
    page.stranger = make_stranger_fields(context, form);
    page.files = files::make_file_field(request, context, refused);
    page.has_preview = preview.has_value();
    if (preview) page.preview = *preview;
    std::vector<Voice> similar;
    if (!page.text.value.empty())
        similar = find_similar(context.transaction, page.text.value, context.viewer, 3,
                               context.hall.kept<Finder>());
    page.similar = make_rows(similar, context, {});
    web::Writer out;
    html::say(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_say(const Request& request, Context& context)
{
    return show_form(request, context, {}, {});
}

/// Whom the writer means by a name, among those she may know.
Result<Id> read_on_behalf(const Request& request, Context& context)
{
    const auto name = normalise_line(request.form("on_behalf_of"));
    if (name.empty()) return Id{};
    if (const auto id = Id::parse(name)) return *id;
    const Id person =
        people::find_mentioned(context.transaction, context.viewer.organisation, name);
    if (!person)
        return Refusal::invalid(
            "on_behalf_of",
            "There is nobody, or more than one person, of that name. Write it whole.");
    return person;
}

Response say_without_account(const Request& request, Context& context, const NewVoice& wanted,
                             const Rendered& rendered, ShowForm show)
{
    // A field that people do not see: what fills it in is a program, which hears that all is well.
    if (request.form("website").empty()) {
        if (const auto human = check_form_stamp(context, request.form("stamp")); !human)
            return show(request, context, human.error(), {});
        const auto said =
            say_by_letter(context, request.form("name"), request.form("email"), wanted, rendered);
        if (!said) return show(request, context, said.error(), {});
    }
    auto response = Response::see_other("/voices");
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("A letter is on its way. You are heard once you press the "
                                        "button behind its link, within a day."));
    return response;
}

Response post_say(const Request& request, Context& context)
{
    NewVoice wanted;
    read_text(request, wanted.title, wanted.body);
    if (!request.form("kind").empty()) wanted.kind = request.form("kind");
    wanted.circle = web::sent_id(request, "circle");
    wanted.tags = split_tags(request.form("tags"));
    const auto on_behalf_of = read_on_behalf(request, context);
    if (!on_behalf_of) return show_form(request, context, on_behalf_of.error(), {});
    wanted.on_behalf_of = *on_behalf_of;
    if (wanted.title.empty()) {
        const auto refusal = Refusal::invalid("text", "Please write something first.");
        return show_form(request, context, refusal, {});
    }
    return say(request, context, std::move(wanted), show_form);
}

Response post_preview(const Request& request, Context& context)
{
    std::string title;
    std::string body;
    read_text(request, title, body);
    const auto rendered = render_body(title, body.empty() ? title : body);
    if (!rendered) return show_form(request, context, rendered.error(), {});
    return show_form(request, context, {}, rendered->html);
}

Response get_similar(const Request& request, Context& context)
{
    const auto voices = find_similar(context.transaction, clip(request.query("text"), 200),
                                     context.viewer, 3, context.hall.kept<Finder>());
    web::Writer out(2048);
    html::similar(out, context.language, make_rows(voices, context, {}));
    return Response::html(out.take());
}

std::string joined(const std::vector<Tag>& tags)
{
    std::string text;
    for (const auto& tag : tags) {
        if (!text.empty()) text += ", ";
        text += tag.name;
    }
    return text;
}

Response show_edit(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const bool hers =
        may_word(context.transaction, viewer, *id, voice->author.id, voice->written_by.id);
    if (!hers && !viewer.is_steward_of(voice->circle))
        return context.refuse(
            Refusal::forbidden("Only its author and the circle's stewards may change this voice."));
    const web::FilledForm form(language, request, refused);
    EditPage page{.frame =
                      web::make_frame(request, context, std::string(language.t("Change a voice")),
                                      web::Section::voices),
                  .form = form,
                  .voice = *voice};
    page.frame.narrow = true;
    page.may_change_text = hers;
    page.files = files::all_files(request, context, voice->files);
    page.file_field = files::make_file_field(request, context, refused);
    if (hers) {
        auto title = form.text("title", language.t("Title"), voice->title);
        title.required = true;
        page.lines.push_back(std::move(title));
    }
    auto tags = form.text("tags", language.t("Tags"), joined(voice->tags));
    tags.hint = language.t("Separated by commas.");
    page.lines.push_back(std::move(tags));
    page.body = form.text("body", language.t("Text"), voice->body);
    page.body.rows = 10;
    page.kind = form.choose("kind", language.t("What is it?"), kind_choices(language), voice->kind);
    page.may_move = !hers;
    auto circles = circle_choices(context);
    if (std::ranges::find(circles, voice->circle.text(), &web::Choice::value) == circles.end())
        circles.push_back({voice->circle.text(), voice->circle_name});
    page.circle = form.choose("circle", language.t("Who should see it?"), std::move(circles),
                              voice->circle.text());
    web::Writer out;
    html::voice_edit(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_edit(const Request& request, Context& context)
{
    return show_edit(request, context, {});
}

Response post_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& received = std::any_cast<const files::Received&>(context.prepared);
    if (received.refused) return show_edit(request, context, received.refused);
    VoiceChange change;
    std::optional<Rendered> rendered;
    if (request.form_fields.has("title")) change.title = request.form("title");
    if (request.form_fields.has("body")) {
        change.body = files::place_files(request.form("body"), received.files);
        auto made = render_body(request.form("title"), *change.body);
        if (!made) return show_edit(request, context, made.error());
        rendered = *std::move(made);
    }
    if (request.form_fields.has("kind")) change.kind = request.form("kind");
    if (const auto circle = Id::parse(request.form("circle"))) change.circle = *circle;
    change.tags = split_tags(request.form("tags"));
    const auto voice = edit_voice(context.transaction, context.ids, context.now, context.viewer,
                                  *id, change, rendered);
    if (!voice) {
        if (voice.error().reason == Reason::invalid)
            return show_edit(request, context, voice.error());
        return context.refuse(voice.error());
    }
    // A steward who only sorts it changes neither its text nor what hangs on it.
    if (may_word(context.transaction, context.viewer, *id, voice->author.id,
                 voice->written_by.id)) {
        if (const auto changed = files::change_files(request, context, *id); !changed)
            return context.refuse(changed.error());
        const auto attached = files::attach_files(context, *id, *id, received.files);
        if (!attached) return show_edit(request, context, attached.error());
    }
    return Response::see_other(voice->path());
}

Response show_reply_edit(const Request& request, Context& context,
                         const std::optional<Refusal>& refused)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto reply = find_reply(context.transaction, *id, context.viewer);
    if (!reply) return context.refuse(reply.error());
    const auto& viewer = context.viewer;
    if (!may_word(context.transaction, viewer, *id, reply->author.id, reply->written_by.id))
        return context.refuse(Refusal::forbidden("Only its author may change a reply."));
    const auto& language = context.language;
    const web::FilledForm form(language, request, refused);
    ReplyEditPage page{.frame = web::make_frame(request, context,
                                                std::string(language.t("Change a reply")),
                                                web::Section::voices),
                       .form = form,
                       .body = form.text("body", language.t("Your reply"), reply->body),
                       .action = "/replies/" + id->text() + "/edit",
                       .back = "/voices/" + reply->subject.text() + "#" + id->text(),
                       .files = files::all_files(request, context, reply->files),
                       .file_field = files::make_file_field(request, context, refused)};
    page.frame.narrow = true;
    page.body.rows = 8;
    page.body.required = true;
    web::Writer out;
    html::reply_edit(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_reply_edit(const Request& request, Context& context)
{
    return show_reply_edit(request, context, {});
}

Response post_reply_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& received = std::any_cast<const files::Received&>(context.prepared);
    if (received.refused) return show_reply_edit(request, context, received.refused);
    const auto body = files::place_files(request.form("body"), received.files);
    const auto rendered = render_body({}, body);
    if (!rendered) return show_reply_edit(request, context, rendered.error());
    const auto with_files = !received.files.empty() || files::would_change(request, context, *id)
                                ? WithFiles::changed
                                : WithFiles::same;
    const auto reply = edit_reply(context.transaction, context.ids, context.now, context.viewer,
                                  *id, body, *rendered, with_files);
    if (!reply) {
        if (reply.error().reason == Reason::invalid)
            return show_reply_edit(request, context, reply.error());
        return context.refuse(reply.error());
    }
    if (const auto changed = files::change_files(request, context, *id); !changed)
        return context.refuse(changed.error());
    const auto attached = files::attach_files(context, *id, reply->subject, received.files);
    if (!attached) return show_reply_edit(request, context, attached.error());
    return Response::see_other("/voices/" + reply->subject.text() + "#" + id->text());
}

} // namespace

StrangerFields make_stranger_fields(web::Context& context, const web::FilledForm& form)
{
    const auto& language = context.language;
    StrangerFields fields{.asked = !context.viewer.signed_in()};
    fields.by_invitation =
        fields.asked && context.organisation.sign_up == web::SignUp::by_invitation;
    if (fields.asked) fields.stamp = make_form_stamp(context);
    fields.name = form.text("name", language.t("Your name"));
    fields.name.autocomplete = "name";
    fields.email = form.text("email", language.t("Your e-mail address"));
    fields.email.type = "email";
    fields.email.autocomplete = "email";
    fields.email.required = true;
    return fields;
}

/// Pictures are decoded, and files written to the disk, before the transaction.
Result<web::Prepared> prepare_files(const Request& request, Context& context)
{
    return web::Prepared::of(files::receive_files(request, context));
}

Response say(const Request& request, Context& context, NewVoice wanted, ShowForm show)
{
    const auto& received = std::any_cast<const files::Received&>(context.prepared);
    if (received.refused) return show(request, context, received.refused, {});
    wanted.body = files::place_files(wanted.body, received.files);
    const auto rendered = render_body(wanted.title, wanted.body);
    if (!rendered) return show(request, context, rendered.error(), {});
    if (!context.viewer.signed_in())
        return say_without_account(request, context, wanted, *rendered, show);
    const auto voice =
        say_voice(context.transaction, context.ids, context.now, context.viewer, wanted, *rendered);
    if (!voice) return show(request, context, voice.error(), {});
    if (const auto attached = files::attach_files(context, voice->id, voice->id, received.files);
        !attached)
        return show(request, context, attached.error(), {});
    auto response = Response::see_other(voice->path());
    if (voice->state == record::State::held)
        web::give_notice(
            response, context, web::Tone::warn,
            context.language.t(
                "Thank you. A steward looks at what newcomers say before all see it."));
    else if (stands_on_front(*voice, context.viewer.everyone))
        web::give_notice(response, context, web::Tone::good,
                         context.language.t("Your story stands on the front page."));
    else
        web::give_notice(response, context, web::Tone::good,
                         context.language.t("You were heard. You will be told what comes of it."));
    return response;
}

void mount_say_pages(web::Router& router)
{
    router.get("/say", get_say);
    auto& post = router.post("/say", post_say);
    post.prepare = prepare_files;
    post.body_bytes_max = files::form_bytes_max;
    post.act = web::Act::voice;
    auto& preview = router.post("/say/preview", post_preview);
    preview.body_bytes_max = files::form_bytes_max; // the form holds files already
    preview.reads_only = true;
    router.get("/say/similar", get_similar).act = web::Act::search;
    router.get("/voices/:id/edit", get_edit);
    auto& edit = router.post("/voices/:id/edit", post_edit);
    edit.prepare = prepare_files;
    edit.body_bytes_max = files::form_bytes_max;
    router.get("/replies/:id/edit", get_reply_edit);
    auto& edit_reply = router.post("/replies/:id/edit", post_reply_edit);
    edit_reply.prepare = prepare_files;
    edit_reply.body_bytes_max = files::form_bytes_max;
}

} // namespace moothall::hear
