// Who knows this file: the code's components with the people who wrote them, on pages and for
// programs.

#include "organise/code_pages.hpp"

#include "organise/chat_view.hpp"
#include "organise/templates.hpp"
#include "people/people.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/hall.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::organise {

namespace {

using web::Context;
using web::Response;

constexpr int code_lines_shown = 100;

Response get_code_list(const web::Request& request, Context& context)
{
    const auto& language = context.language;
    CodeListPage page{.frame = web::make_frame(request, context, std::string(language.t("Code")),
                                               web::Section::people),
                      .repositories = list_code(context.transaction, context.viewer,
                                                request.query("after"), code_lines_shown + 1),
                      .pages = {},
                      .empty = {std::string(language.t("There is no code here that you can see")),
                                std::string(language.t(
                                    "Whoever runs this server brings in who wrote it: moothall "
                                    "import git REPOSITORY."))}};
    page.frame.indexed = false;
    if (!request.query("after").empty()) page.pages.first_path = "/code";
    if (std::ssize(page.repositories) > code_lines_shown) {
        page.repositories.pop_back();
        page.pages.next_path = "/code?after=" + web::percent_encode(page.repositories.back().name);
    }
    web::Writer out;
    html::code_list(out, language, page);
    return web::show(context, page.frame, out.take());
}

bool may_write_to_author(Context& context, const CodeAuthor& author)
{
    return author.reachable &&
           may_write_to(context.transaction, context.viewer, author.person.id).has_value();
}

Response get_code(const web::Request& request, Context& context)
{
    const auto component = find_code(context.transaction, context.viewer, request.path("path"),
                                     request.query("after"), code_lines_shown);
    if (!component) return context.refuse(component.error());
    CodePage page{.frame =
                      web::make_frame(request, context, component->title(), web::Section::people),
                  .component = *component,
                  .above = {{std::string(context.language.t("Code")), "/code"}},
                  .authors = {},
                  .pages = {}};
    page.frame.indexed = false;
    const auto title = component->title();
    std::string path = "/code";
    for (std::size_t at = 0; at < title.size();) {
        const auto slash = title.find('/', at);
        if (slash == std::string::npos) break;
        const auto name = title.substr(at, slash - at);
        path += '/' + web::percent_encode(name);
        page.above.push_back({name, path});
        at = slash + 1;
    }
    std::vector<Id> people;
    for (const auto& author : component->authors) people.push_back(author.person.id);
    const auto present = list_present(context.transaction, context.viewer, people, context.now);
    // Five at most: each asks for what she lets be seen.
    for (const auto& author : component->authors) {
        const bool here = std::ranges::find(present, author.person.id) != present.end();
        page.authors.push_back({author, may_write_to_author(context, author),
                                author.reachable ? say_when(context, author.person.id, here)
                                                 : std::vector<std::string>{}});
    }
    const auto here = path + '/' + web::percent_encode(title.substr(title.rfind('/') + 1));
    if (!request.query("after").empty()) page.pages.first_path = here;
    if (!component->next.empty())
        page.pages.next_path = here + "?after=" + web::percent_encode(component->next);
    web::Writer out;
    html::code(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

Response get_code_list_json(const web::Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    auto list = list_code(context.transaction, context.viewer, request.query("after"), *limit + 1);
    std::string next;
    if (std::ssize(list) > *limit) {
        list.pop_back();
        next = list.back().name;
    }
    return web::list_response(list, next, [&](JsonWriter& json, const CodeRepository& repository) {
        json.begin_object().field("id", repository.id).field("name", repository.name);
        json.field("commits", repository.commits).field("read_at", repository.read);
        json.field("url", context.organisation.url + repository.path()).end_object();
    });
}

/// {"path","kind","about","people":[…],"items":[…],"next"}
Response get_code_json(const web::Request& request, Context& context)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto component = find_code(context.transaction, context.viewer, request.query("path"),
                                     request.query("after"), *limit);
    if (!component) return context.refuse(component.error());
    JsonWriter json(4096);
    json.begin_object().field("path", component->title());
    json.field("kind", component->folder ? "folder" : "file").field("about", component->thing);
    json.key("people").begin_array();
    for (const auto& author : component->authors) {
        json.begin_object().key("person").begin_object().field("id", author.person.id);
        json.field("name", author.person.name).end_object();
        json.field("commits", author.commits).field("newest_at", author.newest);
        json.field("may_write", may_write_to_author(context, author)).end_object();
    }
    json.end_array().key("items").begin_array();
    for (const auto& line : component->below) {
        json.begin_object().field("name", line.name);
        json.field("kind", line.folder ? "folder" : "file").field("who", line.who);
        json.field("url", context.organisation.url + line.path).end_object();
    }
    json.end_array();
    if (component->next.empty())
        json.null_field("next");
    else
        json.field("next", component->next);
    return Response::json(json.end_object().take());
}

} // namespace

void mount_code_pages(web::Router& router)
{
    router.get("/code", get_code_list);
    router.get("/code/:path*", get_code);
    router.get("/api/v1/code", get_code_list_json);
    router.get("/api/v1/code/component", get_code_json);
}

} // namespace moothall::organise
