#include "web/frame.hpp"

#include "base/invariant.hpp"
#include "web/accent.hpp"
#include "web/assets.hpp"
#include "web/cookies.hpp"
#include "web/hall.hpp"
#include "web/problem.hpp"
#include "web/router.hpp"
#include "web/templates.hpp"

#include <algorithm>
#include <chrono>

namespace moothall::web {

namespace {

constexpr std::string_view theme_cookie = "theme";
constexpr std::string_view notice_cookie = "notice";
constexpr std::chrono::seconds choice_lifetime = std::chrono::days(365);
// Long enough for a redirect on a slow line; a notice that nobody fetched is stale after it.
constexpr std::chrono::seconds notice_lifetime{60};
constexpr std::size_t notice_bytes_max = 600;
/// Part of the address of the accent's style sheet: to be raised when accent.cpp changes, because
/// browsers keep what they have for a year.
constexpr std::string_view accent_version = "1";

std::string encoded(std::string_view text)
{
    Writer out(text.size() * 2);
    out.url_part(text);
    return out.take();
}

/// Cookie values hold no '%': the same encoding with '_', and '_' itself encoded.
std::string to_cookie_text(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '_';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::optional<std::string> from_cookie_text(std::string_view text)
{
    const auto digit_of = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return -1;
    };
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '_') {
            out += text[at];
            continue;
        }
        if (at + 2 >= text.size()) return {};
        const int high = digit_of(text[at + 1]), low = digit_of(text[at + 2]);
        if (high < 0 || low < 0) return {};
        out += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return out;
}

constexpr std::array<std::pair<char, Tone>, 5> tones{{{'p', Tone::plain},
                                                      {'a', Tone::accent},
                                                      {'g', Tone::good},
                                                      {'w', Tone::warn},
                                                      {'b', Tone::bad}}};

/// The notice that an answer before this one left.
std::optional<Notice> waiting_notice(const Request& request, const Organisation& organisation)
{
    const auto cookie = read_cookie(request, organisation, notice_cookie);
    if (cookie.size() < 2 || cookie.size() > 3 * notice_bytes_max) return {};
    auto text = from_cookie_text(cookie.substr(1));
    if (!text) return {};
    for (const auto& [letter, tone] : tones)
        if (letter == cookie[0]) return Notice{tone, std::move(*text)};
    return {};
}

/// The path to come back to; the front page for what is not ours.
std::string back_path(const Request& request)
{
    const auto back = request.query("back");
    const bool own = back.starts_with('/') && !back.starts_with("//") && !back.starts_with("/\\") &&
                     std::ranges::none_of(back, [](char c) {
                         return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                     });
    return own ? std::string(back) : "/";
}

Response get_accent(const Request& request, Context& context)
{
    // "1-0f6b5c.css"
    auto name = request.path("name");
    const auto suffix = std::string_view(".css");
    const auto prefix = std::string(accent_version) + "-";
    if (!name.starts_with(prefix) || !name.ends_with(suffix) ||
        name.size() != prefix.size() + 6 + suffix.size())
        return context.refuse(Refusal::not_found());
    const auto colour = parse_colour(name.substr(prefix.size(), 6));
    if (!colour) return context.refuse(Refusal::not_found());
    Response response;
    response.with("Content-Type", "text/css; charset=utf-8")
        .with("Cache-Control", "public, max-age=31536000, immutable");
    response.body = accent_style(*colour);
    return response;
}

Response get_language(const Request& request, Context& context)
{
    const auto& codes = Language::codes();
    if (std::ranges::find(codes, request.path("code")) == codes.end())
        return context.refuse(Refusal::not_found());
    auto response = Response::see_other(back_path(request));
    set_cookie(response, context, language_cookie, request.path("code"), choice_lifetime);
    return response;
}

Response get_theme(const Request& request, Context& context)
{
    const auto theme = request.path("name");
    if (theme != "light" && theme != "dark" && theme != "auto")
        return context.refuse(Refusal::not_found());
    auto response = Response::see_other(back_path(request));
    if (theme == "auto")
        clear_cookie(response, context, theme_cookie);
    else
        set_cookie(response, context, theme_cookie, theme, choice_lifetime);
    return response;
}

} // namespace

std::string Frame::accent_path() const
{
    const auto colour = parse_colour(organisation->accent);
    if (!colour) return {};
    return "/assets/accent/" + std::string(accent_version) + "-" + to_text(*colour).substr(1) +
           ".css";
}

std::string Frame::language_path(std::string_view code) const
{
    return "/language/" + std::string(code) + "?back=" + encoded(path);
}

std::string Frame::theme_path(std::string_view name) const
{
    return "/theme/" + std::string(name) + "?back=" + encoded(path);
}

Frame make_frame(const Request& request, const Context& context, std::string title, Section section)
{
    Frame frame;
    frame.title = std::move(title);
    frame.organisation = &context.organisation;
    frame.viewer = &context.viewer;
    frame.section = section;
    frame.path = request.target;
    if (!context.organisation.url.empty())
        frame.canonical_url = context.organisation.url + request.path_text;
    frame.csrf = context.csrf;
    frame.notice = waiting_notice(request, context.organisation);
    const auto theme = read_cookie(request, context.organisation, theme_cookie);
    if (theme == "light" || theme == "dark") frame.theme = theme;

    const auto& hooks = context.hall.hooks();
    frame.navigation = hooks.navigation;
    if (hooks.furnish) hooks.furnish(context, frame);
    if (!frame.sign_in_path.empty() && request.path_text != frame.sign_in_path)
        frame.sign_in_path += "?back=" + encoded(frame.path);
    return frame;
}

Response show(const Context& context, const Frame& frame, std::string page, int status)
{
    auto response = Response::html(std::move(page), status);
    const bool waited = context.request != nullptr &&
                        !read_cookie(*context.request, context.organisation, notice_cookie).empty();
    if (frame.notice && waited) clear_cookie(response, context, notice_cookie);
    return response;
}

void give_notice(Response& response, const Context& context, Tone tone, std::string_view text)
{
    invariant(text.size() <= notice_bytes_max, "a notice is a sentence or two");
    const auto* found = std::ranges::find(tones, tone, [](const auto& one) { return one.second; });
    set_cookie(response, context, notice_cookie, found->first + to_cookie_text(text),
               notice_lifetime);
}

namespace {

/// The texts of a form that was refused without being shown again, so that none is lost. What is
/// not written by hand, as secrets, is not repeated.
std::string all_typed(const Request& request)
{
    std::string typed;
    for (const auto* name : {"title", "text", "body", "reply", "what", "topic", "belief", "for",
                             "measure", "target", "options", "purpose", "happened", "question",
                             "statements", "value", "why", "reason", "words"})
        if (const auto text = request.form(name); !text.empty())
            typed.append(typed.empty() ? "" : "\n\n").append(text);
    return typed;
}

} // namespace

std::string error_page(const Context& context, int status, std::string_view sentence)
{
    static const Request none;
    const auto& request = context.request != nullptr ? *context.request : none;
    auto frame = make_frame(request, context, std::string(context.language.t(title_of(status))),
                            Section::none);
    frame.indexed = false;
    frame.notice.reset(); // it waits for a page that went well
    Writer out;
    html::error(out, context.language, frame, status, sentence, request.nonce, all_typed(request));
    return out.take();
}

void mount_frame(Router& router)
{
    router.get("/assets/accent/:name", get_accent);
    router.get("/language/:code", get_language);
    router.get("/theme/:name", get_theme);
}

} // namespace moothall::web
