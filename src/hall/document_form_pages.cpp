#include "hall/documents.hpp"
#include "hall/templates.hpp"
#include "organise/organise.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

DocumentFormPage make_document_form(const Request& request, Context& context, std::string title,
                                    const std::optional<Refusal>& refused,
                                    const write::Document& document)
{
    const auto& language = context.language;
    DocumentFormPage page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::documents),
        .back = "/documents",
        .back_title = std::string(language.t("Documents")),
        .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.title = page.form.text("title", language.t("Title"), document.title);
    page.title.characters_max = 200;
    page.title.required = true;
    page.words = page.form.text("words", language.t("What it says"), document.words);
    page.words.hint = language.t("Markdown works.");
    page.words.rows = 20;
    page.words.required = true;
    return page;
}

/// A field of the form beside the text, as it is sent: so it can be said what it was when the form
/// was opened, and what was changed in it is told from what was changed by others meanwhile.
struct OrderField {
    const char* name;
    const char* name_before; // of what it was
    std::string here;        // as the document stands
};
std::string text_of_choice(bool chosen)
{
    return chosen ? "yes" : "";
}
std::array<OrderField, 4> list_order(const write::Document& document)
{
    return {{{"parent", "was-parent", document.parent ? document.parent.text() : std::string()},
             {"place", "was-place", std::to_string(document.place)},
             {"template", "was-template", text_of_choice(document.is_template)},
             {"confirm", "was-confirm", text_of_choice(document.confirm_from > 0)}}};
}

/// What an editor says beside the text.
void add_order(DocumentFormPage& page, Context& context, const write::Document& document)
{
    const auto& language = context.language;
    page.purpose = page.form.text("purpose", language.t("What is it for?"), document.purpose);
    page.purpose->characters_max = 1000;
    std::vector<web::Choice> parents{{"", std::string(language.t("At the top"))}};
    if (const auto others = write::list_documents(
            context.transaction, {.circle = document.home, .limit = 300}, context.viewer))
        for (const auto& other : others->documents)
            if (!other.only_card && other.id != document.id)
                parents.push_back({other.id.text(), other.title});
    // Also one that is older than so many others.
    if (document.parent &&
        std::ranges::find(parents, document.parent.text(), &web::Choice::value) == parents.end())
        if (const auto above =
                write::find_document(context.transaction, document.parent, context.viewer))
            parents.push_back({above->id.text(), above->title});
    page.parent = page.form.choose("parent", language.t("Under which document does it stand?"),
                                   std::move(parents),
                                   document.parent ? document.parent.text() : std::string());
    page.place = page.form.text("place", language.t("Place among its neighbours"),
                                std::to_string(document.place));
    page.place->type = "number";
    page.place->hint = language.t("The smallest comes first.");
    page.is_template = page.form.check(
        "template", language.t("New documents may begin with its words"), document.is_template);
}

Response show_document_form(const Context& context, const DocumentFormPage& page,
                            const std::optional<Refusal>& refused)
{
    web::Writer out(32 * 1024);
    html::document_form(out, context.language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

/// The text with what came with it: pictures are decoded, and the words of a new one rendered,
/// before the transaction.
struct SentDocument {
    files::Received received;
    std::string words;
    Result<SafeHtml> html = SafeHtml(); // of a new one
};

Result<SentDocument> receive_document(const Request& request, Context& context)
{
    SentDocument sent;
    sent.received = files::receive_files(request, context);
    sent.words = files::place_files(request.form("words"), sent.received.files);
    return sent;
}

Result<web::Prepared> prepare_new_document(const Request& request, Context& context)
{
    auto sent = receive_document(request, context);
    if (!sent) return sent.error();
    sent->html = write::render_words(sent->words);
    return web::Prepared::of(*std::move(sent));
}

/// What both wrote is rendered when it is known.
Result<web::Prepared> prepare_document_edit(const Request& request, Context& context)
{
    auto sent = receive_document(request, context);
    if (!sent) return sent.error();
    return web::Prepared::of(*std::move(sent));
}

// -- a new one ------------------------------------------------------------------------------------

Response show_new_document(const Request& request, Context& context,
                           const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    auto homes = list_homes(context);
    if (homes.empty())
        return context.refuse(
            Refusal::forbidden("Documents of a circle are written by its members; those of "
                               "Everyone by people who work here."));
    write::Document begun;
    const auto asked =
        request.query("circle").empty() ? request.form("circle") : request.query("circle");
    const auto home = std::ranges::find(homes, asked, &web::Choice::value);
    const auto chosen = home == homes.end() ? homes.front().value : home->value;
    begun.home = Id::parse(chosen).value_or(Id{});
    begun.parent = Id::parse(request.query("parent")).value_or(Id{});
    if (const auto from = Id::parse(request.query("from")))
        if (const auto sample = write::find_document(context.transaction, *from, context.viewer);
            sample && sample->is_template)
            begun.words = sample->words;
    auto page = make_document_form(request, context, std::string(language.t("Write a document")),
                                   refused, begun);
    page.path = "/documents";
    page.file_field = files::make_file_field(request, context, refused);
    page.lead = language.t("Whoever reads it may comment on its paragraphs, and suggest how it "
                           "should be.");
    add_order(page, context, begun);
    page.is_template.reset();
    page.circle = page.form.choose("circle", language.t("In the tree of which circle?"),
                                   std::move(homes), chosen);
    page.circle->hint = language.t("Who may read it can be changed afterwards.");
    const auto samples = write::list_documents(context.transaction,
                                               {.templates = true, .limit = 20}, context.viewer);
    if (samples)
        for (const auto& sample : samples->documents)
            page.templates.push_back(
                {"/documents/new?circle=" + chosen + "&from=" + sample.id.text(), sample.title});
    page.button = language.t("Write it down");
    return show_document_form(context, page, refused);
}

Response get_new_document(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    return show_new_document(request, context, {});
}

Response post_document(const Request& request, Context& context)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto& [received, words, html] = std::any_cast<const SentDocument&>(context.prepared);
    if (received.refused) return show_new_document(request, context, received.refused);
    if (!html) return show_new_document(request, context, html.error());
    const auto made =
        make_document(context,
                      {.text = {.title = std::string(request.form("title")),
                                .purpose = std::string(request.form("purpose")),
                                .words = words,
                                .said = {}},
                       .home = Id::parse(request.form("circle")).value_or(Id{}),
                       .parent = Id::parse(request.form("parent")).value_or(Id{}),
                       .place = request.form("place").empty()
                                    ? 0
                                    : web::read_whole(request.form("place")).value_or(-1)},
                      *html);
    if (!made) {
        if (made.error().reason == Reason::invalid)
            return show_new_document(request, context, made.error());
        return context.refuse(made.error());
    }
    if (const auto attached = files::attach_files(context, made->id, made->id, received.files);
        !attached)
        return show_new_document(request, context, attached.error());
    auto response = Response::see_other(made->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Written down. Who reads it can say how it should be."));
    return response;
}

// -- one that is there ----------------------------------------------------------------------------

/// As the form shows it: what it stands under only when she may read that.
Result<write::Document> find_shown(Context& context, Id id)
{
    auto document = write::find_document(context.transaction, id, context.viewer);
    if (document && !write::find_document(context.transaction, document->parent, context.viewer))
        document->parent = {};
    return document;
}

Response show_document_edit(const Request& request, Context& context, Id id,
                            const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto document = find_shown(context, id);
    if (!document) return context.refuse(document.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!write::may_edit(*document, context.viewer))
        return context.refuse(Refusal::forbidden(
            "Only members of its circle edit it. Whoever reads it may suggest how it should be."));
    auto page = make_document_form(request, context, std::string(language.t("Edit the document")),
                                   refused, *document);
    page.path = "/documents/" + id.text();
    page.back = document->path();
    page.back_title = document->title;
    page.lead = language.t("What it said before stays visible. If somebody else saves first, what "
                           "both of you wrote is put together.");
    // Shown again it is still what was written on that version, and is put together with the rest.
    page.version = request.form("version").empty() ? std::to_string(document->version)
                                                   : std::string(request.form("version"));
    add_order(page, context, *document);
    // What another changed too is shown to her now: sent once more, it is meant.
    for (auto& [name, name_before, here] : list_order(*document)) {
        const bool is_asked = refused && refused->field == name;
        page.before.push_back({name_before, request.form_fields.has(name_before) && !is_asked
                                                ? std::string(request.form(name_before))
                                                : std::move(here)});
    }
    page.files = files::all_files(
        request, context,
        files::list_files_of(context.transaction, context.viewer.organisation, id));
    page.file_field = files::make_file_field(request, context, refused);
    page.said = page.form.text("said", language.t("What changed?"));
    page.said->rows = 2;
    page.said->hint = language.t("For everybody to read, beside the new version.");
    page.confirm = page.form.check("confirm", language.t("Its circle confirms that it was read"),
                                   document->confirm_from > 0);
    if (document->confirm_from > 0)
        page.read_anew = page.form.check(
            "read_anew", language.t("This version must be read by those who read an older one"));
    page.editing = write::list_editing(context.transaction, context.now, id, context.viewer);
    page.button = language.t("Save");
    return show_document_form(context, page, refused);
}

Response get_document_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_document_edit(request, context, *id, {});
}

/// Says that she begins, so that others see it, and shows the form.
Response post_editing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto begun = write::begin_editing(context.transaction, context.now, context.viewer, *id);
    if (!begun) return context.refuse(begun.error());
    return Response::see_other("/documents/" + id->text() + "/edit");
}

/// What the form says beside the text, to be sent again with the answer.
std::vector<web::Choice> list_order_sent(const Request& request)
{
    std::vector<web::Choice> sent;
    for (const auto& [name, value] : request.form_fields.pairs())
        if (name == "parent" || name == "place" || name == "template" || name == "confirm" ||
            name == "read_anew" || name.starts_with("was-") || name == "remove" ||
            name.starts_with("alt-"))
            sent.push_back({name, value});
    return sent;
}

Response show_conflict(const Request& request, Context& context, const write::Edited& edited)
{
    ConflictPage page{.frame = web::make_frame(
                          request, context,
                          std::string(context.language.t("Two of you changed the same words")),
                          web::Section::documents),
                      .document = edited.document};
    page.frame.narrow = true;
    page.frame.indexed = false;
    for (auto& choice : choices_of(edited.conflict))
        if (choice.conflict()) {
            choice.number = page.conflicts.size();
            page.conflicts.push_back(std::move(choice));
        }
    page.version = request.form("version");
    page.title = request.form("title");
    page.purpose = request.form("purpose");
    page.words = request.form("words");
    page.said = request.form("said");
    page.order = list_order_sent(request);
    page.file_field = files::make_file_field(request, context, {});
    page.file_field.shown = page.file_field.shown && page.file_field.lost;
    web::Writer out(32 * 1024);
    html::document_conflict(out, context.language, page);
    return web::show(context, page.frame, out.take(), web::status_of(Reason::conflict));
}

/// What the form says beside the text, as far as it was changed in it. Refused (conflict) where
/// somebody else changed the same to something else since it was opened.
Result<void> read_order(const Request& request, Context& context, Id id,
                        write::DocumentChange& change)
{
    const auto document = find_shown(context, id);
    if (!document) return document.error();
    const auto is_changed = [&](const OrderField& field) -> Result<bool> {
        const auto sent = request.form(field.name);
        if (!request.form_fields.has(field.name_before)) return true; // a program's, or older
        const auto before = request.form(field.name_before);
        if (sent == before || sent == field.here) return false;
        if (before == field.here) return true;
        auto refused = Refusal::conflict("Somebody else changed this too since you opened the "
                                         "form. Save again, and it is as you say here.");
        refused.field = field.name;
        return refused;
    };
    std::map<std::string_view, bool> changed;
    for (const auto& field : list_order(*document)) {
        const auto said = is_changed(field);
        if (!said) return said.error();
        changed[field.name] = *said;
    }
    if (changed["parent"]) change.parent = Id::parse(request.form("parent")).value_or(Id{});
    if (changed["place"])
        change.place =
            request.form("place").empty() ? 0 : web::read_whole(request.form("place")).value_or(-1);
    if (changed["template"]) change.is_template = request.form("template") == "yes";
    if (changed["confirm"]) change.confirm = request.form("confirm") == "yes";
    change.read_anew = request.form("read_anew") == "yes";
    return {};
}

Response post_document_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto& sent = std::any_cast<const SentDocument&>(context.prepared);
    if (sent.received.refused)
        return show_document_edit(request, context, *id, sent.received.refused);
    write::DocumentChange change;
    change.title = request.form("title");
    change.purpose = request.form("purpose");
    change.words = sent.words;
    change.with_files = !sent.received.files.empty() || files::would_change(request, context, *id);
    change.said = request.form("said");
    change.version = web::read_whole(request.form("version")).value_or(-1);
    if (!request.form("head").empty()) {
        // The answer to what both changed.
        change.head = web::read_whole(request.form("head")).value_or(-1);
        constexpr std::size_t answers_max = 10'000;
        std::size_t answers = 0;
        while (answers < answers_max && !request.form("choice-" + std::to_string(answers)).empty())
            ++answers;
        change.takes = read_takes(request, answers);
    }
    // Also with the answer, which brings what the first form said; one without says nothing of it.
    const auto refuse = [&](const Refusal& refused) {
        return refused.reason == Reason::invalid || refused.reason == Reason::conflict
                   ? show_document_edit(request, context, *id, refused)
                   : context.refuse(refused);
    };
    if (request.form("head").empty() || request.form_fields.has("parent"))
        if (const auto read = read_order(request, context, *id, change); !read)
            return refuse(read.error());
    const auto edited = write::edit_document(context.transaction, context.ids, context.now,
                                             context.viewer, *id, change);
    if (!edited) return refuse(edited.error());
    if (!edited->conflict.empty()) return show_conflict(request, context, *edited);
    if (const auto changed = files::change_files(request, context, *id); !changed)
        return context.refuse(changed.error());
    if (const auto attached = files::attach_files(context, *id, *id, sent.received.files);
        !attached)
        return show_document_edit(request, context, *id, attached.error());
    auto response = Response::see_other(edited->document.path());
    web::give_notice(
        response, context, web::Tone::good,
        edited->merged
            ? context.language.t("Saved, together with what somebody else wrote meanwhile.")
            : context.language.t("Saved. What it said before stays visible."));
    return response;
}

// -- who may read it ------------------------------------------------------------------------------

Response show_rule(const Request& request, Context& context, Id id,
                   const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto document = write::find_document(context.transaction, id, context.viewer);
    if (!document) return context.refuse(document.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!write::may_rule(*document, context.viewer))
        return context.refuse(
            Refusal::forbidden("Who may read it is said by who answers for it, by who decides, and "
                               "by stewards of its circle."));
    RulePage page{.frame =
                      web::make_frame(request, context, std::string(language.t("Who may read it?")),
                                      web::Section::documents),
                  .document = *document,
                  .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.rule = page.form.choose(
        "rule", language.t("Who may read it?"),
        {{"open", std::string(language.t("Open to all"))},
         {"circle", std::string(language.t("Those who see what is in its circle"))},
         {"closed", std::string(language.t("A circle; others are told that it exists, why it is "
                                           "closed, and who decides"))},
         {"hidden", std::string(language.t("A circle; for others it does not exist"))}},
        write::to_text(document->rule));
    std::vector<web::Choice> readers;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (circle.mine >= Role::member && circle.visibility != people::Visibility::open)
            readers.push_back({circle.id.text(), std::string(language.t(circle.name))});
    page.readers =
        page.form.choose("readers", language.t("Which circle reads a closed or hidden one?"),
                         std::move(readers), document->circle.text());
    page.why = page.form.text("why", language.t("Why so?"), document->why);
    page.why.hint = language.t("Whoever is shut out of a closed one reads this.");
    page.why.rows = 2;
    page.decides = page.form.text("decides", language.t("Who decides who may read it?"),
                                  document->decides.name);
    page.decides.hint = language.t("Her name. Left empty, it is you.");
    page.review_on =
        page.form.text("review_on", language.t("When does somebody look at this again?"),
                       document->review_on ? to_text(*document->review_on) : std::string());
    page.review_on.type = "date";
    web::Writer out(16 * 1024);
    html::document_rule(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_rule(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_rule(request, context, *id, {});
}

Response post_rule(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto document = write::find_document(context.transaction, *id, context.viewer);
        !document)
        return context.refuse(document.error());
    const auto refuse = [&](const Refusal& refused) {
        return refused.reason == Reason::invalid ? show_rule(request, context, *id, refused)
                                                 : context.refuse(refused);
    };
    write::RuleChange change;
    const auto rule = write::rule_of(request.form("rule"));
    if (!rule) return refuse(Refusal::invalid("rule", "Choose among the rules shown."));
    change.rule = *rule;
    change.why = request.form("why");
    change.readers = Id::parse(request.form("readers")).value_or(Id{});
    if (!request.form("review_on").empty()) {
        change.review_on = parse_date(request.form("review_on"));
        if (!change.review_on)
            return refuse(Refusal::invalid("review_on", "A day is written as 2026-05-31."));
    }
    const auto decides = organise::find_named(context.transaction, context.viewer,
                                              request.form("decides"), "decides");
    if (!decides) return refuse(decides.error());
    change.decides = *decides;
    const auto changed = write::change_rule(context.transaction, context.ids, context.now,
                                            context.viewer, *id, change);
    if (!changed) return refuse(changed.error());
    auto response = Response::see_other(changed->path());
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

} // namespace

std::vector<web::Choice> list_homes(Context& context)
{
    std::vector<web::Choice> choices;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (write::may_write_in(context.viewer, circle.id))
            choices.push_back({circle.id.text(), std::string(context.language.t(circle.name))});
    return choices;
}

void mount_document_form_pages(web::Router& router)
{
    router.get("/documents/new", get_new_document);
    auto& made = router.post("/documents", post_document);
    made.prepare = prepare_new_document;
    made.body_bytes_max = files::form_bytes_max;
    made.act = web::Act::voice;
    router.get("/documents/:id/edit", get_document_edit);
    router.post("/documents/:id/editing", post_editing);
    auto& edit = router.post("/documents/:id", post_document_edit);
    edit.prepare = prepare_document_edit;
    edit.body_bytes_max = files::form_bytes_max;
    router.get("/documents/:id/rule", get_rule);
    router.post("/documents/:id/rule", post_rule);
}

} // namespace moothall::hall
