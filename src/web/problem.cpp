#include "web/problem.hpp"

#include "text/json.hpp"
#include "web/hall.hpp"
#include "web/writer.hpp"

namespace moothall::web {

int status_of(Reason reason)
{
    switch (reason) {
    case Reason::malformed:
        return 400;
    case Reason::unauthenticated:
        return 401;
    case Reason::forbidden:
        return 403;
    case Reason::not_found:
        return 404;
    case Reason::conflict:
        return 409;
    case Reason::gone:
        return 410;
    case Reason::too_large:
        return 413;
    case Reason::unsupported:
        return 415;
    case Reason::invalid:
        return 422;
    case Reason::too_often:
        return 429;
    }
    return 500;
}

const char* title_of(int status)
{
    switch (status) {
    case 400:
        return translatable("This cannot be read");
    case 401:
        return translatable("Please sign in");
    case 403:
        return translatable("Not allowed");
    case 404:
        return translatable("Not found");
    case 405:
        return translatable("This cannot be done here");
    case 409:
        return translatable("This does not fit any more");
    case 410:
        return translatable("No longer here");
    case 413:
        return translatable("Too large");
    case 415:
        return translatable("Another format is needed");
    case 422:
        return translatable("Something is not right yet");
    case 429:
        return translatable("Too often");
    case 503:
        return translatable("Busy at the moment");
    case 507:
        return translatable("The disk is full");
    default:
        return translatable("Something went wrong");
    }
}

Response problem(const Language& language, int status, std::string_view detail,
                 std::string_view field, std::string_view incident)
{
    JsonWriter json;
    json.begin_object();
    json.field("type", "about:blank");
    json.field("title", language.t(title_of(status)));
    json.field("status", status);
    json.field("detail", detail);
    if (!field.empty()) {
        json.key("errors").begin_array().begin_object();
        json.field("field", field).field("detail", detail);
        json.end_object().end_array();
    }
    if (!incident.empty()) json.field("incident", incident);
    json.end_object();

    Response response;
    response.status = status;
    response.body = json.take();
    response.with("Content-Type", "application/problem+json");
    if (status == 401) response.with("WWW-Authenticate", "Bearer");
    return response;
}

Response bare_page(const Language& language, int status, std::string_view sentence)
{
    Writer page(512);
    page.markup("<!doctype html><html lang=\"");
    page.text(language.code());
    page.markup("\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                "content=\"width=device-width,initial-scale=1\"><title>");
    page.text(language.t(title_of(status)));
    page.markup("</title><h1>");
    page.text(language.t(title_of(status)));
    page.markup("</h1><p>");
    page.text(sentence);
    page.markup("</p><p><a href=\"/\">");
    page.text(language.t("To the front page"));
    page.markup("</a></p></html>");
    return Response::html(page.take(), status);
}

Response error_answer(const Context& context, int status, std::string_view sentence,
                      std::string_view field, std::string_view incident)
{
    if (context.api) return problem(context.language, status, sentence, field, incident);
    if (const auto& page = context.hall.hooks().error_page)
        return Response::html(page(context, status, sentence), status);
    return bare_page(context.language, status, sentence);
}

Response Context::refuse(const Refusal& refusal) const
{
    auto response =
        error_answer(*this, status_of(refusal.reason), language.sentence(refusal), refusal.field);
    if (refusal.reason == Reason::too_often)
        response.with("Retry-After", std::to_string(refusal.retry_after.count()));
    return response;
}

Response Context::show_or_redirect(std::string fragment, const std::string& path) const
{
    if (request != nullptr && request->wants_fragment()) return Response::html(std::move(fragment));
    return Response::see_other(path);
}

} // namespace moothall::web
