#include "hall/compared_versions.hpp"
#include "hall/documents.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "text/query.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int tree_max = 300;
constexpr int comments_shown = 100;
constexpr int versions_of_document = 5;

// -- the lists ------------------------------------------------------------------------------------

/// Each after what it stands under, neighbours by their place and title. One whose parent is not
/// here stands at the top.
std::vector<DocumentRow> order_as_tree(const std::vector<write::Document>& documents,
                                       const web::Language& language)
{
    std::unordered_map<Id, std::vector<const write::Document*>> below;
    std::unordered_map<Id, bool> here;
    for (const auto& document : documents) here[document.id] = true;
    for (const auto& document : documents)
        below[here.contains(document.parent) ? document.parent : Id{}].push_back(&document);
    for (auto& [parent, some] : below)
        std::ranges::sort(some, [&](const write::Document* one, const write::Document* other) {
            if (one->place != other->place) return one->place < other->place;
            return compare_in(language.code(), one->title, other->title) < 0;
        });
    std::vector<DocumentRow> rows;
    const auto add = [&](const auto& self, Id parent, int depth) -> void {
        for (const auto* document : below[parent]) {
            rows.push_back({*document, chip_of(*document, language), depth});
            if (below.contains(document->id)) self(self, document->id, depth + 1);
        }
    };
    add(add, Id{}, 0);
    return rows;
}

Response get_documents(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const auto circle = web::query_id(request, "circle");
    if (!circle) return context.refuse(circle.error());
    const auto show = request.query("show");
    write::DocumentQuery query;
    query.circle = *circle;
    if (!request.query("query").empty()) query.words = query_words(request.query("query"));
    query.mine = show == "mine";
    query.templates = show == "templates";
    query.after = request.query("after");
    if (*circle) query.limit = tree_max;
    const auto list = write::list_documents(context.transaction, query, viewer);
    if (!list) return context.refuse(list.error());

    std::string title(language.t(query.mine ? "My documents" : "Documents"));
    std::vector<web::Tab> circles;
    for (const auto& one : people::list_circles(context.transaction, viewer)) {
        const std::string name(language.t(one.name));
        if (one.id == *circle) title = language.t("Documents of {1}", name);
        circles.push_back({name, "/documents?circle=" + one.id.text(), one.id == *circle});
    }
    if (*circle && std::ranges::none_of(circles, &web::Tab::here))
        return context.refuse(Refusal::not_found());
    DocumentsPage page{
        .frame = web::make_frame(request, context, std::move(title), web::Section::documents)};
    page.frame.canonical_url = context.organisation.url + "/documents";
    page.frame.feed_path = "/documents.atom";
    page.frame.calendar_path = "/calendar.ics";
    page.circles = std::move(circles);
    page.circle = *circle ? circle->text() : std::string();
    page.query = request.query("query");
    page.tabs = {{std::string(language.t("All")), "/documents", show.empty() && !*circle}};
    if (viewer.signed_in())
        page.tabs.push_back(
            {std::string(language.t("My documents")), "/documents?show=mine", query.mine});
    page.tabs.push_back(
        {std::string(language.t("Templates")), "/documents?show=templates", query.templates});
    if (*circle)
        page.rows = order_as_tree(list->documents, language);
    else
        for (const auto& document : list->documents)
            page.rows.push_back({document, chip_of(document, language)});
    if (page.query.empty()) page.to_read = write::list_to_read(context.transaction, viewer, 20);
    std::string here = "/documents";
    if (!show.empty()) here += "?show=" + web::percent_encode(show);
    if (*circle) here += std::string(show.empty() ? "?" : "&") + "circle=" + circle->text();
    if (!request.query("after").empty()) page.pages.first_path = here;
    if (!list->next.empty())
        page.pages.next_path = here + (here.find('?') == std::string::npos ? "?" : "&") +
                               "after=" + web::percent_encode(list->next);
    const bool may_write =
        *circle ? write::may_write_in(viewer, *circle)
                : std::ranges::any_of(viewer.memberships, [&](const Membership& membership) {
                      return write::may_write_in(viewer, membership.circle);
                  });
    if (may_write)
        page.new_path = "/documents/new" + (*circle ? "?circle=" + circle->text() : std::string());
    if (may_write)
        page.import_path =
            "/documents/import" + (*circle ? "?circle=" + circle->text() : std::string());
    if (*circle && viewer.signed_in() && !page.rows.empty())
        page.zip_path = "/documents.zip?circle=" + circle->text();
    page.empty = {std::string(language.t("No document here")),
                  std::string(language.t("What we know is written down here, and whoever reads it "
                                         "can say how it should be.")),
                  may_write ? std::string(language.t("Write a document")) : std::string(),
                  page.new_path};
    web::Writer out(16 * 1024);
    html::documents(out, language, page);
    return web::show(context, page.frame, out.take());
}

// -- the page of one ------------------------------------------------------------------------------

std::string_view depth_class_of(int depth)
{
    constexpr std::string_view names[] = {"", "depth-1", "depth-2", "depth-3", "depth-4"};
    return names[std::clamp(depth, 0, 4)];
}

/// What was said, beside the paragraph that it was said of.
Result<void> fill_comments(DocumentPage& page, const Request& request, Context& context)
{
    const auto& viewer = context.viewer;
    const auto& document = page.document;
    const auto said = hear::list_replies(context.transaction, document.id, viewer,
                                         request.query("after"), comments_shown);
    if (!said) return said.error();
    if (!said->next.empty())
        page.more_comments = document.path() + "?after=" + web::percent_encode(said->next);
    std::unordered_map<Id, write::Comment> places;
    if (!said->replies.empty())
        for (auto& place : write::list_comments(context.transaction, document, viewer))
            places.emplace(place.reply, std::move(place));
    std::unordered_map<std::int64_t, ParagraphView*> views;
    for (auto& paragraph : page.paragraphs) views[paragraph.id] = &paragraph;
    for (auto& reply : hear::thread(said->replies)) {
        CommentView comment;
        if (const auto place = places.find(reply.id); place != places.end())
            comment.place = place->second;
        comment.depth_class = depth_class_of(reply.depth);
        const bool own = reply.author.id == viewer.person;
        comment.may_settle =
            viewer.signed_in() && comment.place.reply && reply.depth == 0 && (own || page.may_edit);
        comment.may_report = viewer.signed_in() && !own;
        comment.may_hide = own || viewer.is_steward_of(document.circle);
        comment.reply = std::move(reply);
        auto* view = &page.whole;
        if (comment.place.gone) {
            auto known = std::ranges::find(page.gone, comment.place.paragraph, &ParagraphView::id);
            if (known == page.gone.end())
                known = page.gone.insert(page.gone.end(), {.id = comment.place.paragraph});
            view = &*known;
        } else if (comment.place.paragraph != 0) {
            view = views.at(comment.place.paragraph);
        }
        if (!comment.place.settled) view->open = true;
        view->comments.push_back(std::move(comment));
    }
    // One form at a time: beside the paragraph, or under the comment, that was asked for.
    const auto parent = Id::parse(request.query("parent")).value_or(Id{});
    auto asked = web::read_whole(request.query("paragraph"));
    if (asked && *asked != 0 && !views.contains(*asked)) asked.reset();
    if (parent)
        if (const auto place = places.find(parent); place != places.end() && !place->second.gone)
            asked = place->second.paragraph;
    if (!page.may_comment || !asked) return {};
    auto& view = *asked == 0 ? page.whole : *views.at(*asked);
    view.open = view.asks = true;
    view.parent = parent;
    return {};
}

void fill_contents(DocumentPage& page)
{
    constexpr std::string_view classes[] = {"", "level-1", "level-2", "level-3", "level-4"};
    constexpr std::size_t lines_min = 3;
    for (auto& block : write::blocks_of(page.document)) {
        if (const auto level = block.heading(); level > 0)
            page.contents.push_back({block.id, block.text(), classes[level]});
        page.paragraphs.push_back({.id = block.id, .html = std::move(block.html)});
    }
    if (page.contents.size() < lines_min) page.contents.clear();
}

Response show_card(const Request& request, Context& context, const write::Document& document)
{
    DocumentCardPage page{
        .frame = web::make_frame(request, context, document.title, web::Section::documents),
        .document = document};
    page.frame.indexed = false;
    page.frame.narrow = true;
    web::Writer out(8 * 1024);
    html::document_card(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

Response show_document(const Request& request, Context& context, Id id,
                       const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto& viewer = context.viewer;
    const auto document = write::find_document_or_card(context.transaction, id, viewer);
    if (!document) return context.refuse(document.error());
    if (document->only_card) return show_card(request, context, *document);
    if (document->id != id) return Response::see_other(document->path());
    DocumentPage page{
        .frame = web::make_frame(request, context, document->title, web::Section::documents),
        .document = *document,
        .chip = chip_of(*document, language)};
    page.frame.canonical_url = context.organisation.url + document->path();
    page.frame.description = document->purpose;
    page.frame.feed_path = "/documents/" + id.text() + ".atom";
    page.frame.live_path = "/api/v1/events/stream";
    page.above = write::list_above(context.transaction, *document, viewer);
    const auto below =
        write::list_documents(context.transaction, {.parent = id, .limit = 100}, viewer);
    if (!below) return context.refuse(below.error());
    for (auto& row : order_as_tree(below->documents, language))
        page.below.push_back(std::move(row.document));
    page.may_edit = write::may_edit(*document, viewer);
    page.may_rule = write::may_rule(*document, viewer);
    page.may_comment = viewer.role_in(document->circle) >= Role::member;
    page.may_chat = viewer.signed_in() && document->author.id != viewer.person &&
                    !document->author.name.empty();
    fill_contents(page);
    if (auto filled = fill_comments(page, request, context); !filled)
        return context.refuse(filled.error());
    if (document->suggestions > 0) {
        const auto open = write::list_suggestions(context.transaction, id, viewer, true, {},
                                                  versions_of_document);
        if (!open) return context.refuse(open.error());
        for (const auto& one : open->suggestions)
            page.suggestions.push_back({one, chip_of(one, language)});
    }
    page.versions =
        write::list_versions(context.transaction, viewer.organisation, id, 0, versions_of_document)
            .versions;
    page.files = files::shown_files(
        language, files::list_files_of(context.transaction, viewer.organisation, id), id,
        document->words_html.html);
    page.editing = write::list_editing(context.transaction, context.now, id, viewer);
    if (viewer.signed_in())
        page.moderating = hear::find_moderating(
            context.transaction, viewer,
            record::find_thing(context.transaction, viewer.organisation, id).value(),
            page.frame.csrf);
    if (viewer.signed_in()) page.follow = hear::find_follow(context.transaction, id, viewer);
    if (document->confirm_from > 0 && viewer.signed_in()) {
        page.has_read =
            write::find_reading(context.transaction, id, viewer) >= document->confirm_from;
        page.asks_reading = !page.has_read;
        if (page.may_rule)
            page.readings = write::list_readings(context.transaction, *document, viewer, 100);
    }
    if (refused) {
        page.comment_error = language.sentence(*refused);
        page.comment_text = request.form("body");
    }
    page.now = context.now;
    web::Writer out(32 * 1024);
    html::document(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_document(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_document(request, context, *id, {});
}

// -- what people do there -------------------------------------------------------------------------

Result<web::Prepared> prepare_comment(const Request& request, Context&)
{
    auto rendered = hear::render_body({}, request.form("body"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_comment(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto said =
        comment_on(context, *id,
                   {.body = std::string(request.form("body")),
                    .paragraph = web::read_whole(request.form("paragraph")).value_or(0),
                    .parent = Id::parse(request.form("parent")).value_or(Id{})},
                   std::any_cast<const hear::Rendered&>(context.prepared));
    if (!said) {
        if (said.error().reason == Reason::invalid)
            return show_document(request, context, *id, said.error());
        return context.refuse(said.error());
    }
    auto response = Response::see_other("/documents/" + id->text() + "#" + said->id.text());
    if (said->state == record::State::held)
        web::give_notice(
            response, context, web::Tone::warn,
            context.language.t(
                "Thank you. A steward looks at what newcomers say before all see it."));
    return response;
}

Response post_settling(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto comment = web::path_id(request, "comment");
    if (!comment) return context.refuse(comment.error());
    const auto settled =
        write::settle_comment(context.transaction, context.ids, context.now, context.viewer, *id,
                              *comment, request.form("undo") != "yes");
    if (!settled) return context.refuse(settled.error());
    return Response::see_other("/documents/" + id->text() + "#" + comment->text());
}

Response post_reading(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto read =
        write::confirm_reading(context.transaction, context.ids, context.now, context.viewer, *id,
                               web::read_whole(request.form("version")).value_or(0));
    if (!read) return context.refuse(read.error());
    auto response = Response::see_other("/documents/" + id->text());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Thank you. It is written down that you read it."));
    return response;
}

Response post_document_follow(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto document = write::find_document(context.transaction, *id, context.viewer);
    if (!document) return context.refuse(document.error());
    const bool follows = request.form("outcome") == "yes";
    const auto changed = hear::change_follow(context.transaction, context.ids, context.now,
                                             context.viewer, *id, {follows, follows});
    if (!changed) return context.refuse(changed.error());
    auto response = Response::see_other(document->path());
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

// -- what it said before --------------------------------------------------------------------------

Response get_history(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto document = write::find_document(context.transaction, *id, context.viewer);
    if (!document) return context.refuse(document.error());
    const auto versions =
        write::list_versions(context.transaction, context.viewer.organisation, *id,
                             web::read_whole(request.query("before")).value_or(0), 30);
    const auto suggestions = write::list_suggestions(context.transaction, *id, context.viewer,
                                                     false, request.query("after"), 30);
    if (!suggestions) return context.refuse(suggestions.error());
    DocumentHistoryPage page{
        .frame =
            web::make_frame(request, context, language.t("What “{1}” said before", document->title),
                            web::Section::documents),
        .document = *document,
        .versions = versions.versions};
    page.frame.indexed = false;
    for (const auto& one : suggestions->suggestions)
        page.suggestions.push_back({one, chip_of(one, language)});
    const auto here = "/documents/" + id->text() + "/versions";
    if (versions.next != 0) page.older_versions = here + "?before=" + std::to_string(versions.next);
    if (!suggestions->next.empty())
        page.older_suggestions =
            here + "?after=" + web::percent_encode(suggestions->next) + "#suggestions";
    web::Writer out(16 * 1024);
    html::document_history(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response get_document_version(const Request& request, Context& context)
{
    const auto& language = context.language;
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto document = write::find_document(context.transaction, *id, context.viewer);
    if (!document) return context.refuse(document.error());
    const auto compared = compare_versions(request, context, *id);
    if (!compared) return context.refuse(compared.error());
    DocumentVersionPage page{
        .frame = web::make_frame(request, context,
                                 language.t("{1}, version {2}", document->title,
                                            std::to_string(compared->version.version)),
                                 web::Section::documents),
        .document = *document,
        .compared = *compared,
        .hunks = compared->row_hunks()};
    page.frame.indexed = false;
    web::Writer out(16 * 1024);
    html::document_version(out, language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

std::string_view DocumentRow::depth_class() const
{
    return depth_class_of(depth);
}

web::Chip chip_of(const write::Document& document, const web::Language& language)
{
    switch (document.rule) {
    case write::Rule::open:
        return {std::string(language.t("Open to all")), web::Tone::good};
    case write::Rule::circle:
        return {std::string(language.t("For its circle")), web::Tone::plain};
    case write::Rule::closed:
        return {std::string(language.t("Closed")), web::Tone::warn};
    case write::Rule::hidden:
        break;
    }
    return {std::string(language.t("Hidden")), web::Tone::bad};
}

Result<write::Document> make_document(Context& context, const write::NewDocument& wanted,
                                      const SafeHtml& html)
{
    auto made = write::make_document(context.transaction, context.ids, context.now, context.viewer,
                                     wanted, html);
    if (!made) return made.error();
    hear::follow_by_default(context.transaction, context.organisation.id, made->id,
                            context.viewer.person);
    return made;
}

Result<hear::Reply> comment_on(Context& context, Id id, const NewComment& wanted,
                               const hear::Rendered& rendered)
{
    const auto document = write::find_document(context.transaction, id, context.viewer);
    if (!document) return document.error();
    auto said = hear::say_reply(context.transaction, context.ids, context.now, context.viewer, id,
                                {.body = wanted.body, .parent = wanted.parent}, rendered);
    if (!said) return said.error();
    if (wanted.parent && write::place_beside(context.transaction, context.viewer.organisation,
                                             said->id, wanted.parent))
        return said;
    if (auto placed = write::place_comment(context.transaction, context.viewer, *document, said->id,
                                           wanted.paragraph);
        !placed)
        return placed.error();
    return said;
}

void mount_document_pages(web::Router& router)
{
    router.get("/documents", get_documents);
    router.get("/documents/:id", get_document);
    auto& comment = router.post("/documents/:id/comments", post_comment);
    comment.prepare = prepare_comment;
    comment.act = web::Act::reply;
    router.post("/documents/:id/comments/:comment/settling", post_settling);
    router.post("/documents/:id/reading", post_reading);
    router.post("/documents/:id/follow", post_document_follow);
    router.get("/documents/:id/versions", get_history);
    router.get("/documents/:id/versions/:version", get_document_version);
}

} // namespace moothall::hall
