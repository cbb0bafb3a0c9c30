#include "web/response.hpp"

#include <array>

namespace moothall::web {

namespace {

Response with_type(std::string type, std::string body, int status)
{
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.with("Content-Type", std::move(type));
    return response;
}

/// A path of this server as a header may carry it. What would lead a browser elsewhere (`//host`,
/// `/\host`, `https://host`, and the same with tabs or line ends in between, which browsers drop)
/// becomes the front page: the address often comes from a form.
std::string local_path(const std::string& to)
{
    static constexpr std::array<char, 17> digits = {"0123456789ABCDEF"};
    std::string path;
    for (const char c : to) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f || c == '\\') return "/";
        if (byte == ' ' || byte == '"' || byte == '<' || byte == '>' || byte >= 0x80) {
            path += '%';
            path += digits[byte >> 4];
            path += digits[byte & 15];
        } else {
            path += c;
        }
    }
    if (!path.starts_with('/') || path.starts_with("//")) return "/";
    return path;
}

} // namespace

Response Response::html(std::string body, int status)
{
    return with_type("text/html; charset=utf-8", std::move(body), status);
}

Response Response::json(std::string body, int status)
{
    return with_type("application/json", std::move(body), status);
}

Response Response::text(std::string body, int status)
{
    return with_type("text/plain; charset=utf-8", std::move(body), status);
}

Response Response::see_other(const std::string& to)
{
    Response response;
    response.status = 303;
    response.with("Location", local_path(to));
    return response;
}

Response Response::no_content()
{
    Response response;
    response.status = 204;
    return response;
}

} // namespace moothall::web
