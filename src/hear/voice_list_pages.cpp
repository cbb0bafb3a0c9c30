#include "hear/listing.hpp"
#include "hear/pages.hpp"
#include "hear/templates.hpp"
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

/// The address of the list with one filter changed; a new filter begins at the first page.
class ListAddress {
public:
    explicit ListAddress(const Request& request)
    {
        for (const auto& [name, value] : request.query_fields.pairs())
            if (name != "after" && !value.empty()) fields_.emplace_back(name, value);
    }
    std::string with(std::string_view name, std::string_view value) const
    {
        std::string path = "/voices";
        for (const auto& [field, text] : fields_)
            if (field != name) web::add_field(path, field, text);
        if (!value.empty()) web::add_field(path, name, value);
        return path;
    }
    std::string without(std::string_view name) const { return with(name, {}); }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

void fill_filters(VoicesPage& page, const VoiceQuery& query, const ListAddress& address,
                  const Context& context, const std::vector<Status>& statuses,
                  const VoiceCounts& counts, const std::vector<people::Circle>& circles)
{
    const auto& language = context.language;
    for (const auto& [kind, count] : counts.kinds)
        page.kinds.push_back({std::string(language.t(name_of_kind(kind))),
                              address.with("kind", kind), query.kind == kind, count});
    std::ranges::sort(page.kinds, std::ranges::greater{}, &web::Tab::count);
    for (const auto& status : statuses) {
        const auto found =
            std::ranges::find(counts.statuses, status.id, &std::pair<Id, std::int64_t>::first);
        if (found == counts.statuses.end()) continue;
        page.statuses.push_back(
            {std::string(language.t(status.name)), address.with("status", status.id.text()),
             query.status == status.id || query.category == status.category, found->second});
    }
    for (const auto& [id, count] : counts.circles) {
        const auto found = std::ranges::find(circles, id, &people::Circle::id);
        if (found == circles.end()) continue;
        page.circles.push_back({std::string(language.t(found->name)),
                                address.with("circle", id.text()), query.circle == id, count});
    }
    std::ranges::sort(page.circles, std::ranges::greater{}, &web::Tab::count);
    for (const auto& [tag, count] : count_tags(context.transaction, context.viewer))
        page.tags.push_back(
            {tag.name, address.with("tag", tag.id.text()), query.tag == tag.id, count});

    for (const auto* filters : {&page.kinds, &page.statuses, &page.circles, &page.tags}) {
        const auto* name = filters == &page.kinds      ? "kind"
                           : filters == &page.statuses ? "status"
                           : filters == &page.circles  ? "circle"
                                                       : "tag";
        for (const auto& filter : *filters)
            if (filter.here) page.chosen.push_back({filter.label, address.without(name), true});
    }
}

/// Why a voice stands where it stands, in words; nothing when the row says it anyway.
std::string why_of(const Voice& voice, Sort sort, const web::Language& language)
{
    if (!voice.reach) return {};
    switch (sort) {
    case Sort::pressing:
        return language.t("vital to {1}, important to {2}", voice.reach->vital,
                          voice.reach->important);
    case Sort::circles:
        return language.tn("people of {1} circle", "people of {1} circles", voice.reach->circles);
    case Sort::rising:
        return language.t("{1} people in four weeks, {2} in the twelve before", voice.reach->late,
                          voice.reach->early);
    default:
        return {};
    }
}

Response get_voices(const Request& request, Context& context)
{
    const auto statuses = list_statuses(context.transaction, context.viewer.organisation);
    const auto query = read_voice_query(request, context, statuses);
    const auto found =
        list_voices(context.transaction, query, context.viewer, context.hall.kept<Finder>());
    if (!found) return context.refuse(found.error());
    const auto counts = count_voices(context.transaction, context.viewer);
    const auto circles = people::list_circles(context.transaction, context.viewer);
    const auto& language = context.language;

    VoicesPage page{.frame = web::make_frame(request, context, std::string(language.t("Voices")),
                                             web::Section::voices)};
    page.frame.live_path = "/api/v1/events/stream";
    page.frame.feed_path = "/voices.atom" + request.target.substr(std::min(request.target.find('?'),
                                                                           request.target.size()));
    page.now = context.now;
    page.query = query.query;
    const ListAddress address(request);
    fill_filters(page, query, address, context, statuses, counts, circles);
    if (query.person)
        if (const auto person =
                people::find_person(context.transaction, query.person, context.viewer))
            page.chosen.push_back({person->name, address.without("person"), true});
    if (query.about)
        if (const auto thing = people::find_seen(context.transaction, query.about, context.viewer))
            page.chosen.push_back({thing->title, address.without("theme"), true});
    if (query.from != Time{})
        page.chosen.push_back(
            {language.t("from {1}", language.day(query.from)), address.without("from"), true});
    if (query.until != Time{})
        page.chosen.push_back(
            {language.t("until {1}", language.day(query.until - std::chrono::days{1})),
             address.without("until"), true});

    const auto sort = query.sort.value_or(query.query.empty() ? Sort::trending : Sort::relevance);
    const std::pair<Sort, const char*> sorts[] = {
        {Sort::trending, web::translatable("Trending")},
        {Sort::newest, web::translatable("Newest")},
        {Sort::wanted, web::translatable("Most wanted")},
        {Sort::discussed, web::translatable("Most discussed")},
        {Sort::pressing, web::translatable("Most pressing")},
        {Sort::circles, web::translatable("Most circles")},
        {Sort::rising, web::translatable("Rising")},
        {Sort::mine, web::translatable("Mine")}};
    if (!query.query.empty())
        page.sorts.push_back({std::string(language.t("Best match")), address.without("sort"),
                              sort == Sort::relevance});
    for (const auto& [one, label] : sorts)
        if (one != Sort::mine || context.viewer.signed_in())
            page.sorts.push_back(
                {std::string(language.t(label)), address.with("sort", to_text(one)), one == sort});

    page.rows = make_rows(found->voices, context, query_words(query.query));
    for (auto& row : page.rows) row.why = why_of(row.voice, sort, language);
    constexpr int documents_shown = 5;
    if (!query.query.empty() && query.after.empty()) {
        auto written = write::list_documents(
            context.transaction, {.words = query_words(query.query), .limit = documents_shown},
            context.viewer);
        if (!written) return context.refuse(written.error());
        page.documents = std::move(written->documents);
    }
    if (!query.after.empty()) page.pages.first_path = address.without("after");
    if (!found->next.empty()) page.pages.next_path = address.with("after", found->next);
    if (query.query.empty() && page.chosen.empty() && sort != Sort::mine)
        page.pages.shown = language.tn("{1} voice in all", "{1} voices in all", counts.all);
    if (!query.query.empty())
        page.empty = {
            std::string(language.t("No voice says this yet")),
            std::string(language.t("Try fewer or other words, or be the first to say it.")),
            std::string(language.t("Say something")), "/say"};
    else if (!page.chosen.empty() || sort == Sort::mine)
        page.empty = {std::string(language.t("Nothing fits these filters")),
                      std::string(language.t("Take one off, or look at all voices.")),
                      std::string(language.t("All voices")), "/voices"};
    else
        page.empty = {std::string(language.t("Nobody has said anything yet")),
                      std::string(language.t(
                          "Say what you want, ask, or tell us what we broke. Others can join in.")),
                      std::string(language.t("Say something")), "/say"};

    web::Writer out(32 * 1024);
    html::voices(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response get_roadmap(const Request& request, Context& context)
{
    constexpr int shown = 30;
    const auto& language = context.language;
    RoadmapPage page{
        web::make_frame(request, context, std::string(language.t("Roadmap")), web::Section::voices),
        {},
        true};
    const auto statuses = list_statuses(context.transaction, context.viewer.organisation);
    std::vector<std::vector<Voice>> voices; // the rows point into these
    voices.reserve(3);
    for (const auto category : {Category::planned, Category::started, Category::done}) {
        VoiceQuery query;
        query.category = category;
        query.limit = shown;
        query.sort = category == Category::done ? Sort::newest : Sort::wanted;
        auto found = list_voices(context.transaction, query, context.viewer);
        if (!found) return context.refuse(found.error());
        voices.push_back(std::move(found->voices));
        const auto* status = find_status(statuses, to_text(category));
        RoadmapColumn column;
        if (status != nullptr) column.status = chip_of(*status, language);
        column.rows = make_rows(voices.back(), context, {});
        column.all_path = "/voices?status=" + std::string(to_text(category));
        page.is_empty = page.is_empty && column.rows.empty();
        page.columns.push_back(std::move(column));
    }
    web::Writer out(32 * 1024);
    html::roadmap(out, language, page);
    return web::show(context, page.frame, out.take());
}

} // namespace

VoiceQuery read_voice_query(const Request& request, Context& context,
                            const std::vector<Status>& statuses)
{
    VoiceQuery query;
    query.query = clip(request.query("query"), 200);
    if (is_voice_kind(request.query("kind"))) query.kind = request.query("kind");
    if (const auto text = request.query("status"); !text.empty()) {
        if (const auto category = category_of(text))
            query.category = category;
        else if (const auto* status = find_status(statuses, text))
            query.status = status->id;
    }
    if (const auto text = request.query("tag"); !text.empty())
        if (const auto tag = find_tag(context.transaction, context.viewer.organisation, text))
            query.tag = tag->id;
    query.circle = Id::parse(request.query("circle")).value_or(Id{});
    query.person = Id::parse(request.query("person")).value_or(Id{});
    query.about = Id::parse(request.query("theme")).value_or(Id{});
    // Days, both of them included.
    if (const auto from = parse_date(request.query("from")))
        query.from = std::chrono::sys_days(*from);
    if (const auto until = parse_date(request.query("until")))
        query.until = std::chrono::sys_days(*until) + std::chrono::days{1};
    query.sort = sort_of(request.query("sort"));
    query.after = request.query("after");
    return query;
}

void mount_voice_list_pages(web::Router& router)
{
    router.get("/voices", get_voices);
    router.get("/roadmap", get_roadmap);
}

} // namespace moothall::hear
