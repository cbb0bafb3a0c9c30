#include "hall/documents.hpp"
#include "hall/templates.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::size_t words_around_bytes = 120;

/// Where a word begins, so that none is cut.
std::string end_of(std::string_view text)
{
    if (text.size() <= words_around_bytes) return std::string(text);
    const auto space = text.find(' ', text.size() - words_around_bytes);
    return space == std::string_view::npos ? std::string() : "…" + std::string(text.substr(space));
}
std::string start_of(std::string_view text)
{
    if (text.size() <= words_around_bytes) return std::string(text);
    const auto space = text.rfind(' ', words_around_bytes);
    return space == std::string_view::npos ? std::string()
                                           : std::string(text.substr(0, space)) + "…";
}

// -- making one -----------------------------------------------------------------------------------

Response show_form(const Request& request, Context& context, Id id,
                   const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto document = write::find_document(context.transaction, id, context.viewer);
    if (!document) return context.refuse(document.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in to suggest it."));
    DocumentFormPage page{
        .frame = web::make_frame(request, context, std::string(language.t("Suggest an edit")),
                                 web::Section::documents),
        .path = "/documents/" + id.text() + "/suggestions",
        .back = document->path(),
        .back_title = document->title,
        .lead = std::string(language.t("Write it as it should be. Those who keep it see what you "
                                       "changed, and take all of it, a part, or say why not.")),
        .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.title = page.form.text("title", language.t("Title"), document->title);
    page.title.characters_max = 200;
    page.title.required = true;
    page.words = page.form.text("words", language.t("What it says"), document->words);
    page.words.rows = 20;
    page.words.required = true;
    page.said = page.form.text("why", language.t("Why?"));
    page.said->rows = 2;
    page.version = request.form("version").empty() ? std::to_string(document->version)
                                                   : std::string(request.form("version"));
    page.button = language.t("Suggest it");
    web::Writer out(32 * 1024);
    html::document_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_form(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_form(request, context, *id, {});
}

Response post_suggestion(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto made =
        write::make_suggestion(context.transaction, context.ids, context.now, context.viewer, *id,
                               {.title = std::string(request.form("title")),
                                .words = std::string(request.form("words")),
                                .why = std::string(request.form("why")),
                                .version = web::read_whole(request.form("version")).value_or(-1)});
    if (!made) {
        if (made.error().reason == Reason::invalid)
            return show_form(request, context, *id, made.error());
        return context.refuse(made.error());
    }
    auto response = Response::see_other(made->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Thank you. Those who keep the document are told, and you "
                                        "are told what became of it."));
    return response;
}

// -- one that was made ----------------------------------------------------------------------------

struct Both {
    write::Suggestion suggestion;
    write::Document document;
};
Result<Both> find_both(const Request& request, Context& context)
{
    const auto document_id = web::path_id(request);
    if (!document_id) return document_id.error();
    const auto id = web::path_id(request, "suggestion");
    if (!id) return id.error();
    auto suggestion = write::find_suggestion(context.transaction, *id, context.viewer);
    if (!suggestion || suggestion->document != *document_id) return Refusal::not_found();
    auto document = write::find_document(context.transaction, *document_id, context.viewer);
    if (!document) return document.error();
    return Both{*std::move(suggestion), *std::move(document)};
}

Response show_suggestion(const Request& request, Context& context,
                         const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto both = find_both(request, context);
    if (!both) return context.refuse(both.error());
    const auto& [suggestion, document] = *both;
    SuggestionPage page{
        .frame =
            web::make_frame(request, context, language.t("Suggestion for “{1}”", document.title),
                            web::Section::documents),
        .document = document,
        .suggestion = suggestion,
        .chip = chip_of(suggestion, language),
        .choices = choices_of(write::chunks_of(context.transaction, context.viewer.organisation,
                                               suggestion, document))};
    page.frame.indexed = false;
    const auto base = write::find_version(context.transaction, context.viewer.organisation,
                                          document.id, suggestion.version);
    if (!base) return context.refuse(base.error());
    page.base_title = base->title;
    page.other_title = suggestion.title != base->title;
    page.may_settle = suggestion.is_open() && write::may_edit(document, context.viewer);
    page.may_withdraw = suggestion.is_open() && context.viewer.signed_in() &&
                        suggestion.by.id == context.viewer.person;
    if (refused) {
        page.refused = language.sentence(*refused);
        page.reason = request.form("reason");
    }
    web::Writer out(16 * 1024);
    html::suggestion(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_suggestion(const Request& request, Context& context)
{
    return show_suggestion(request, context, {});
}

/// The page again, when a person can put it right; else the refusal.
Response refuse(const Request& request, Context& context, const Refusal& refused)
{
    if (refused.reason == Reason::invalid || refused.reason == Reason::conflict)
        return show_suggestion(request, context, refused);
    return context.refuse(refused);
}

Response post_acceptance(const Request& request, Context& context)
{
    const auto both = find_both(request, context);
    if (!both) return context.refuse(both.error());
    const auto chunks = write::chunks_of(context.transaction, context.viewer.organisation,
                                         both->suggestion, both->document);
    const auto choices =
        static_cast<std::size_t>(std::ranges::count_if(chunks, &write::Chunk::is_choice));
    const auto accepted = write::accept_suggestion(
        context.transaction, context.ids, context.now, context.viewer, both->suggestion.id,
        {.version = web::read_whole(request.form("version")).value_or(-1),
         .takes = read_takes(request, choices),
         .title = request.form("with_title") == "yes",
         .reason = std::string(request.form("reason"))});
    if (!accepted) return refuse(request, context, accepted.error());
    auto response = Response::see_other(accepted->path());
    web::give_notice(
        response, context, web::Tone::good,
        context.language.t("Taken over. {1} is named in the history.", both->suggestion.by.name));
    return response;
}

Response post_declining(const Request& request, Context& context)
{
    const auto both = find_both(request, context);
    if (!both) return context.refuse(both.error());
    const auto declined =
        write::decline_suggestion(context.transaction, context.ids, context.now, context.viewer,
                                  both->suggestion.id, request.form("reason"));
    if (!declined) return refuse(request, context, declined.error());
    return Response::see_other(declined->path());
}

Response post_withdrawal(const Request& request, Context& context)
{
    const auto both = find_both(request, context);
    if (!both) return context.refuse(both.error());
    const auto withdrawn = write::withdraw_suggestion(context.transaction, context.ids, context.now,
                                                      context.viewer, both->suggestion.id);
    if (!withdrawn) return refuse(request, context, withdrawn.error());
    return Response::see_other(both->document.path());
}

} // namespace

std::vector<ChoiceView> choices_of(const std::vector<write::Chunk>& chunks)
{
    std::vector<ChoiceView> choices;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (!chunks[i].is_choice()) continue;
        ChoiceView choice{.number = choices.size(), .chunk = chunks[i], .before = {}, .after = {}};
        if (i > 0) choice.before = end_of(chunks[i - 1].theirs);
        if (i + 1 < chunks.size()) choice.after = start_of(chunks[i + 1].theirs);
        choices.push_back(std::move(choice));
    }
    return choices;
}

std::vector<write::Take> read_takes(const Request& request, std::size_t choices)
{
    std::vector<write::Take> takes;
    for (std::size_t i = 0; i < choices; ++i) {
        const auto answer = request.form("choice-" + std::to_string(i));
        takes.push_back(answer == "mine"   ? write::Take::mine
                        : answer == "both" ? write::Take::both
                                           : write::Take::theirs);
    }
    return takes;
}

web::Chip chip_of(const write::Suggestion& suggestion, const web::Language& language)
{
    switch (suggestion.state) {
    case write::SuggestionState::open:
        return {std::string(language.t("Open")), web::Tone::accent};
    case write::SuggestionState::accepted:
        return {std::string(language.t("Taken over")), web::Tone::good};
    case write::SuggestionState::part:
        return {std::string(language.t("Taken over in part")), web::Tone::good};
    case write::SuggestionState::declined:
        return {std::string(language.t("Declined")), web::Tone::warn};
    case write::SuggestionState::withdrawn:
        break;
    }
    return {std::string(language.t("Withdrawn")), web::Tone::plain};
}

void mount_suggestion_pages(web::Router& router)
{
    router.get("/documents/:id/suggest", get_form);
    router.post("/documents/:id/suggestions", post_suggestion).act = web::Act::voice;
    router.get("/documents/:id/suggestions/:suggestion", get_suggestion);
    router.post("/documents/:id/suggestions/:suggestion/acceptance", post_acceptance);
    router.post("/documents/:id/suggestions/:suggestion/declining", post_declining);
    router.post("/documents/:id/suggestions/:suggestion/withdrawal", post_withdrawal);
}

} // namespace moothall::hall
