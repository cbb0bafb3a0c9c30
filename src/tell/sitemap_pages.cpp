#include "people/people.hpp"
#include "tell/sitemap.hpp"
#include "web/api.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view lists_of_hall[] = {
    "/",         "/voices",     "/themes", "/decisions",     "/promises", "/documents",
    "/strategy", "/procedures", "/report", "/conversations", "/roadmap",  "/changelog"};

/// A hall in which strangers see nothing has no map, and asks to be left alone.
bool is_public(const Context& context)
{
    return !people::list_public_circles(context.transaction, context.organisation.id).empty();
}

Response get_robots(const Request&, Context& context)
{
    if (!is_public(context)) return Response::text("User-agent: *\nDisallow: /\n");
    return Response::text("User-agent: *\n"
                          "Disallow: /api/\n"
                          "Disallow: /feeds/\n"
                          "Disallow: /settings\n"
                          "Disallow: /sign-in\n"
                          "Disallow: /things/\n"
                          "Sitemap: " +
                          context.organisation.url + "/sitemap.xml\n");
}

/// Addresses of ours hold nothing that XML would have to escape but "&", and these have no query.
void add_location(std::string& out, std::string_view element, std::string_view url, Time changed)
{
    out.append("<").append(element).append("><loc>").append(url).append("</loc>");
    if (changed != Time{}) out.append("<lastmod>").append(to_rfc3339(changed)).append("</lastmod>");
    out.append("</").append(element).append(">\n");
}

Response xml_response(std::string_view root, std::string_view content)
{
    Response response;
    response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + std::string(root) +
                    " xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n" +
                    std::string(content) + "</" + std::string(root) + ">\n";
    response.with("Content-Type", "application/xml; charset=utf-8");
    return response;
}

Response get_sitemap(const Request&, Context& context)
{
    if (!is_public(context)) return context.refuse(Refusal::not_found());
    const auto& house = context.organisation;
    std::string content;
    add_location(content, "sitemap", house.url + "/sitemap/lists.xml", {});
    for (const auto& part : list_sitemap_parts(context.transaction, house.id))
        add_location(content, "sitemap", house.url + "/sitemap/" + part.first.text() + ".xml",
                     part.changed);
    return xml_response("sitemapindex", content);
}

Response get_sitemap_of_lists(const Request&, Context& context)
{
    if (!is_public(context)) return context.refuse(Refusal::not_found());
    std::string content;
    for (const auto path : lists_of_hall)
        add_location(content, "url", context.organisation.url + std::string(path), {});
    return xml_response("urlset", content);
}

/// What strangers see, whoever asks: a map is for programs that are nobody.
Response get_sitemap_part(const Request& request, Context& context)
{
    const auto first = web::path_id(request);
    if (!first) return context.refuse(first.error());
    const auto& house = context.organisation;
    const auto parts = list_sitemap_parts(context.transaction, house.id);
    const auto part = std::ranges::find(parts, *first, &SitemapPart::first);
    if (part == parts.end() || !is_public(context)) return context.refuse(Refusal::not_found());
    const auto next = std::next(part) == parts.end() ? Id{} : std::next(part)->first;
    std::string content;
    for (const auto& page : list_sitemap_pages(context.transaction, house.id, *part, next))
        add_location(content, "url", house.url + page.path, page.changed);
    return xml_response("urlset", content);
}

} // namespace

void mount_sitemap_pages(web::Router& router)
{
    router.get("/robots.txt", get_robots);
    router.get("/sitemap.xml", get_sitemap);
    router.get("/sitemap/lists.xml", get_sitemap_of_lists);
    router.get("/sitemap/:id.xml", get_sitemap_part).slow = true;
}

} // namespace moothall::tell
