#include "web/dress.hpp"

#include "web/cookies.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace moothall::web {

namespace {

/// No inline script or style, nothing from elsewhere, no frame around us. `form-action` also holds
/// for where a form's answer redirects to: who leaves for another site does so by a link.
constexpr std::string_view page_policy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// What is no page runs nothing, also when a browser is made to show it as one.
constexpr std::string_view other_policy = "default-src 'none'; sandbox; frame-ancestors 'none'";
constexpr std::string_view permissions =
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";

bool same_name(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(left, right, [&](char a, char b) { return lower(a) == lower(b); });
}

void add_missing(Response& response, std::string_view name, std::string_view value)
{
    if (find_header(response, name) == nullptr)
        response.with(std::string(name), std::string(value));
}

/// Strict-Transport-Security is the server's, who knows how the connection came.
void add_security(Response& response, bool page)
{
    // A page with a policy of its own says there who may frame it (the widget).
    const bool framed = find_header(response, "Content-Security-Policy") != nullptr;
    add_missing(response, "Content-Security-Policy", page ? page_policy : other_policy);
    add_missing(response, "X-Content-Type-Options", "nosniff");
    add_missing(response, "Referrer-Policy", "same-origin");
    add_missing(response, "Cross-Origin-Resource-Policy", "same-origin");
    if (page) {
        if (!framed) // for browsers without frame-ancestors
            add_missing(response, "X-Frame-Options", "DENY");
        add_missing(response, "Cross-Origin-Opener-Policy", "same-origin");
        add_missing(response, "Permissions-Policy", permissions);
    }
}

/// A hash of the page as if its forms had no token: those differ each time though they mean the
/// same. Not against forgery, so the quick hash of the standard library will do; nodes that run
/// different builds merely disagree for a while.
std::string entity_tag(std::string_view body, std::string_view csrf, std::string_view visitor)
{
    std::size_t hash = std::hash<std::string_view>{}(visitor);
    const auto length = body.size();
    while (!body.empty()) {
        const auto token = csrf.empty() ? std::string_view::npos : body.find(csrf);
        const auto piece = std::hash<std::string_view>{}(body.substr(0, token));
        hash = (hash ^ piece) * 0x9E3779B97F4A7C15U; // 2^64 divided by the golden ratio, odd
        hash ^= hash >> 32;
        body.remove_prefix(token == std::string_view::npos ? body.size() : token + csrf.size());
    }
    std::array<char, 17> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16).ptr;
    return "W/\"" + std::string(digits.data(), end) + '-' + std::to_string(length) + '"';
}

/// Whether If-None-Match names this tag. "*" is not taken for a match: it says nothing of what the
/// browser has.
bool has_already(const Request& request, std::string_view tag)
{
    auto rest = request.header("if-none-match");
    while (!rest.empty()) {
        auto one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one == tag || (!one.starts_with("W/") && one == tag.substr(2))) return true;
    }
    return false;
}

void give_tag(Response& response, const Request& request, std::string tag)
{
    if (has_already(request, tag)) {
        response.status = 304;
        response.body.clear();
    }
    response.with("ETag", std::move(tag));
}

/// What readers of other programs fetch again and again: feeds, calendars, site maps.
bool is_subscribed(std::string_view type)
{
    return type.starts_with("application/atom+xml") || type.starts_with("text/calendar") ||
           type.starts_with("application/xml");
}

} // namespace

void give_tag(Response& response, const Request& request)
{
    give_tag(response, request, entity_tag(response.body, {}, {}));
}

const std::string* find_header(const Response& response, std::string_view name)
{
    for (const auto& [header, value] : response.headers)
        if (same_name(header, name)) return &value;
    return nullptr;
}

void dress(Response& response, const Dressing& dressing)
{
    const auto& request = dressing.request;
    const auto* type = find_header(response, "Content-Type");
    const bool page = type != nullptr && type->starts_with("text/html");
    const bool tagged = page || (type != nullptr && is_subscribed(*type));
    add_security(response, page);
    if (find_header(response, "Cache-Control") != nullptr) return; // the handler knows better

    if (dressing.forget_session)
        clear_cookie(response, request, dressing.organisation, session_cookie);
    const bool own_cookies = find_header(response, "Set-Cookie") != nullptr;
    const bool guarded = page && !dressing.visitor.empty() && !dressing.csrf.empty() &&
                         !response.shared_body &&
                         response.body.find(dressing.csrf) != std::string::npos;
    if (guarded && read_cookie(request, dressing.organisation, visitor_cookie) != dressing.visitor)
        set_cookie(response, request, dressing.organisation, visitor_cookie, dressing.visitor,
                   std::chrono::seconds(0));
    add_missing(response, "Vary",
                "Cookie, Authorization, Accept-Language, Accept-Encoding, HX-Request");

    const bool reads = request.method == Method::get || request.method == Method::head;
    if (dressing.signed_in || own_cookies || !reads || response.status != 200 || response.stream) {
        response.with("Cache-Control", "private, no-store");
        return;
    }
    response.with("Cache-Control", guarded ? "private, no-cache" : "no-cache");
    if (!tagged || response.shared_body || find_header(response, "ETag") != nullptr) return;
    give_tag(response, request,
             entity_tag(response.body, guarded ? dressing.csrf : std::string_view(),
                        guarded ? dressing.visitor : std::string_view()));
}

} // namespace moothall::web
