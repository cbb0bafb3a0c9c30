#include "web/cookies.hpp"

#include "base/invariant.hpp"
#include "web/router.hpp"

#include <algorithm>

namespace moothall::web {

namespace {

constexpr std::string_view host_prefix = "__Host-";

bool is_cookie_text(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.' || c == '~';
    });
}

std::string cookie_line(bool secure, std::string_view name, std::string_view value)
{
    invariant(!name.empty() && is_cookie_text(name), "a cookie's name is letters and digits");
    invariant(is_cookie_text(value), "a cookie's value needs no quoting");
    std::string line;
    if (secure) line += host_prefix;
    line += name;
    line += '=';
    line += value;
    line +=
        secure ? "; Path=/; Secure; HttpOnly; SameSite=Lax" : "; Path=/; HttpOnly; SameSite=Lax";
    return line;
}

} // namespace

bool uses_secure_cookies(const Request& request, const Organisation& organisation)
{
    return request.secure || (organisation.url.starts_with("https://") && !request.loopback);
}

std::string_view read_cookie(const Request& request, const Organisation& organisation,
                             std::string_view name)
{
    if (!uses_secure_cookies(request, organisation)) return request.cookie(name);
    std::string full(host_prefix);
    full += name;
    return request.cookie(full);
}

void set_cookie(Response& response, const Request& request, const Organisation& organisation,
                std::string_view name, std::string_view value, std::chrono::seconds lifetime)
{
    auto line = cookie_line(uses_secure_cookies(request, organisation), name, value);
    if (lifetime.count() > 0) line += "; Max-Age=" + std::to_string(lifetime.count());
    response.with("Set-Cookie", std::move(line));
}

void set_cookie(Response& response, const Context& context, std::string_view name,
                std::string_view value, std::chrono::seconds lifetime)
{
    invariant(context.request != nullptr, "cookies are for requests");
    set_cookie(response, *context.request, context.organisation, name, value, lifetime);
}

void clear_cookie(Response& response, const Request& request, const Organisation& organisation,
                  std::string_view name)
{
    auto line = cookie_line(uses_secure_cookies(request, organisation), name, {});
    response.with("Set-Cookie", line + "; Max-Age=0");
}

void clear_cookie(Response& response, const Context& context, std::string_view name)
{
    invariant(context.request != nullptr, "cookies are for requests");
    clear_cookie(response, *context.request, context.organisation, name);
}

} // namespace moothall::web
