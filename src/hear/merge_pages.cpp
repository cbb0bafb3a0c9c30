#include "hear/merge_pages.hpp"

#include "hear/search.hpp"
#include "hear/templates.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::hear {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int found_max = 8;
constexpr int proposals_max = 20;

Response back(Context& context, const std::string& path, std::string_view notice)
{
    auto response = Response::see_other(path);
    web::give_notice(response, context, web::Tone::good, notice);
    return response;
}

/// "23 + 14 people = 34", and why it is less than the sum.
void fill_sum(MergingPage& page, const MergePreview& preview, const web::Language& language)
{
    page.sum = language.tn("{2} + {3} people = {1}", "{2} + {3} people = {1}", preview.together,
                           language.number(preview.into.supporters),
                           language.number(preview.from.supporters));
    if (preview.both > 0)
        page.twice = language.tn("{1} person backs both and counts once.",
                                 "{1} people back both and count once.", preview.both);
}

/// The voices to choose from: what was searched for, or what says much the same.
std::vector<Voice> find_candidates(Context& context, const Voice& voice, const std::string& query)
{
    const auto* finder = context.hall.kept<Finder>();
    std::vector<Voice> found;
    if (query.empty()) {
        found = find_similar(context.transaction, voice.title, context.viewer, found_max, finder);
    } else {
        auto page = list_voices(context.transaction,
                                {.query = query, .circle = voice.circle, .limit = found_max},
                                context.viewer, finder);
        if (page) found = std::move(page->voices);
    }
    std::erase_if(found, [&](const Voice& one) {
        return one.id == voice.id || one.merged_into == voice.id || one.circle != voice.circle;
    });
    return found;
}

Response show_merging(const Request& request, Context& context, Id into,
                      const std::optional<Refusal>& refused)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice = find_voice(context.transaction, *id, context.viewer);
    if (!voice) return context.refuse(voice.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!may_merge(context.viewer, voice->circle))
        return context.refuse(Refusal::forbidden(
            "Stewards of the circle and people of the company may merge its voices."));
    const auto& language = context.language;
    MergingPage page{.frame =
                         web::make_frame(request, context,
                                         language.t("Merge “{1}” with another voice", voice->title),
                                         web::Section::voices),
                     .voice = *voice};
    page.frame.narrow = true;
    page.query = clip(request.query("query"), 200);
    page.searched = !page.query.empty();
    page.preview = nullptr;
    const auto found = find_candidates(context, *voice, page.query);
    page.found = make_rows(found, context, {});

    std::optional<MergePreview> preview;
    auto problem = refused;
    if (into && !problem) {
        auto made = preview_merge(context.transaction, context.viewer, *id, into);
        if (made)
            preview = *std::move(made);
        else
            problem = made.error();
    }
    std::vector<Voice> pair;
    if (preview) {
        page.preview = &*preview;
        pair = {preview->into, preview->from};
        page.pair = make_rows(pair, context, {});
        for (auto& row : page.pair) row.support.path.clear(); // figures, and not buttons
        fill_sum(page, *preview, language);
    }
    if (problem) page.refused = language.sentence(*problem);
    web::Writer out(16 * 1024);
    html::merging(out, language, page);
    return web::show(context, page.frame, out.take(),
                     problem ? web::status_of(problem->reason) : 200);
}

Response get_merging(const Request& request, Context& context)
{
    return show_merging(request, context, Id::parse(request.query("into")).value_or(Id{}), {});
}

Response post_merging(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto whole = merge_voice(context.transaction, context.ids, context.now, context.viewer,
                                   *id, Id::parse(request.form("into")).value_or(Id{}));
    if (!whole) {
        if (whole.error().reason == Reason::invalid || whole.error().reason == Reason::conflict)
            return show_merging(request, context, {}, whole.error());
        return context.refuse(whole.error());
    }
    return back(context, whole->path() + "#merged",
                context.language.t("Merged. Their authors and all who follow them are told."));
}

Response post_unmerging(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto voice =
        unmerge_voice(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!voice) return context.refuse(voice.error());
    return back(context, voice->path(),
                context.language.t("It stands by itself again, with all that is its own."));
}

Response post_not_meant(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto apart =
        take_support_back(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!apart) return context.refuse(apart.error());
    return back(context, "/voices/" + id->text(),
                context.language.t("Your “me too” is back where you gave it."));
}

Response get_proposals(const Request& request, Context& context)
{
    const auto found =
        list_proposals(context.transaction, context.viewer, request.query("after"), proposals_max);
    if (!found) return context.refuse(found.error());
    const auto& language = context.language;
    ProposalsPage page{.frame =
                           web::make_frame(request, context, std::string(language.t("Said twice?")),
                                           web::Section::voices)};
    page.frame.narrow = true;
    for (const auto& proposal : found->proposals) {
        std::string words;
        for (const auto& word : proposal.words) words += (words.empty() ? "" : " · ") + word;
        const auto people = [&](const Voice& voice) {
            return language.tn("{1} person", "{1} people", voice.backing());
        };
        page.rows.push_back({proposal, people(proposal.older), people(proposal.newer),
                             language.t("{1} alike", language.percent(proposal.score)),
                             words.empty() ? words : language.t("Both say: {1}", words)});
    }
    if (!request.query("after").empty()) page.pages.first_path = "/merging";
    if (!found->next.empty()) page.pages.next_path = "/merging?after=" + found->next;
    page.empty = {std::string(language.t("No two voices seem to mean the same")),
                  std::string(language.t("New pairs show up here soon after they are said.")),
                  std::string(language.t("All voices")), "/voices"};
    web::Writer out(16 * 1024);
    html::merge_proposals(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response post_acceptance(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto whole =
        accept_proposal(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!whole) return context.refuse(whole.error());
    return back(context, "/merging",
                context.language.t("Merged. Their authors and all who follow them are told."));
}

Response post_dismissal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto dismissed =
        dismiss_proposal(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!dismissed) return context.refuse(dismissed.error());
    return back(context, "/merging", context.language.t("This pair does not come back."));
}

} // namespace

void mount_merge_pages(web::Router& router)
{
    router.get("/voices/:id/merging", get_merging).act = web::Act::search;
    router.post("/voices/:id/merging", post_merging);
    router.post("/voices/:id/unmerging", post_unmerging);
    router.post("/voices/:id/not-meant", post_not_meant).act = web::Act::support;
    router.get("/merging", get_proposals);
    router.post("/merging/:id/acceptance", post_acceptance);
    router.post("/merging/:id/dismissal", post_dismissal);
}

} // namespace moothall::hear
