#include "hall/pages.hpp"

#include "hall/templates.hpp"
#include "people/people.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int shown = 6;

std::vector<hear::Voice> list(Context& context, const hear::VoiceQuery& query)
{
    auto found = hear::list_voices(context.transaction, query, context.viewer);
    return found ? std::move(found->voices) : std::vector<hear::Voice>{};
}

/// The kept figures in a sentence: what the visitor sees first is what came of people's voices.
void fill_headline(FrontPage& page, const web::Language& language,
                   const std::vector<hear::Status>& statuses, const hear::VoiceCounts& counts,
                   const std::string& name)
{
    std::int64_t answered = 0;
    std::int64_t changed = 0;
    for (const auto& [id, count] : counts.statuses) {
        const auto* status = hear::find_status(statuses, id);
        if (status == nullptr || status->category == hear::Category::open) continue;
        answered += count;
        if (status->category == hear::Category::done) changed += count;
    }
    page.is_empty = counts.all == 0;
    if (page.is_empty) {
        page.headline = language.t("Say what you want. See what comes of it.");
    } else {
        page.headline = language.tn("You said {1} thing.", "You said {1} things.", counts.all) +
                        " " + language.tn("{1} was answered.", "{1} were answered.", answered) +
                        " " +
                        language.tn("{1} changed something.", "{1} changed something.", changed);
    }
    page.lead = language.t("{1} and the people it serves run the company together here. Everyone "
                           "sees the same record.",
                           name);
}

Response get_front(const Request& request, Context& context)
{
    const auto& language = context.language;
    FrontPage page{
        .frame = web::make_frame(request, context, context.organisation.name, web::Section::hall)};
    page.frame.canonical_url = context.organisation.url + "/";
    page.now = context.now;
    const auto statuses = hear::list_statuses(context.transaction, context.viewer.organisation);
    fill_headline(page, language, statuses, hear::count_voices(context.transaction, context.viewer),
                  context.organisation.name);
    page.frame.description = page.lead;
    const auto heard = list(context, {.sort = hear::Sort::trending, .limit = shown});
    const auto changed = list(
        context, {.category = hear::Category::done, .sort = hear::Sort::trending, .limit = shown});
    auto coming = list(
        context,
        {.category = hear::Category::started, .sort = hear::Sort::trending, .limit = shown / 2});
    for (auto& voice : list(context, {.category = hear::Category::planned,
                                      .sort = hear::Sort::trending,
                                      .limit = shown / 2}))
        coming.push_back(std::move(voice));
    page.heard = hear::make_rows(heard, context, {});
    page.changed = hear::make_rows(changed, context, {});
    page.coming = hear::make_rows(coming, context, {});
    web::Writer out(32 * 1024);
    html::front(out, language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

void mount_front_pages(web::Router& router)
{
    router.get("/", get_front);
}

} // namespace moothall::hall
