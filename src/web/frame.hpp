#pragma once

#include "base/viewer.hpp"
#include "web/navigation.hpp"
#include "web/organisation.hpp"
#include "web/parts.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What is around every page: head, menu, notices, footer. A page is made in three steps:
///
///     auto frame = make_frame(request, context, "Voices", Section::voices);
///     web::Writer out;
///     html::voice_list(out, context.language, page);   // {% extends "web/layout.html" page.frame
///     %} return show(context, frame, out.take());
namespace moothall::web {

struct Context;
class Router;

struct Frame {
    std::string title;            // of the page, without the organisation's name
    std::string description = {}; // for search engines and for previews of links
    const Organisation* organisation = nullptr;
    const Viewer* viewer = nullptr;
    std::span<const NavigationEntry> navigation = {};
    Section section = Section::none;
    std::string path = {};          // this page's, with its query: where to come back to
    std::string canonical_url = {}; // with the host, without the query
    std::string csrf = {};
    std::optional<Notice> notice = std::nullopt;

    // What people/ and tell/ know of the viewer: filled in by Hooks::furnish.
    std::string person_name = {};
    std::int64_t unread = 0;
    std::int64_t unread_chats = 0;
    std::string theme = {}; // light, dark, or empty: as the browser says
    bool shortcuts = true;  // keyboard shortcuts are on
    // Where things are, also by Hooks::furnish; what is empty is not shown.
    std::string person_path = {};
    std::string search_path = {};
    std::string say_path = {};
    std::string notices_path = {};
    std::string settings_path = {};
    std::string sign_in_path = {}; // make_frame() adds the way back
    std::string sign_out_path = {};

    // What a page may set.
    std::string feed_path = {};     // its Atom feed
    std::string calendar_path = {}; // the dates in it, as a calendar
    std::string picture_path = {};  // what a link to it is shown with elsewhere
    std::string live_path = {};     // the stream of events to listen to
    bool narrow = false;            // a page to read or fill in: one measure wide
    bool indexed = true;            // search engines may list it

    bool signed_in() const { return viewer != nullptr && viewer->signed_in(); }
    std::string accent_path() const; // the style sheet of the organisation's colour, if it has one
    std::string language_path(std::string_view code) const;
    std::string theme_path(std::string_view name) const;
};

Frame make_frame(const Request& request, const Context& context, std::string title,
                 Section section);

/// The page as an answer. A notice that was waiting is shown once.
Response show(const Context& context, const Frame& frame, std::string page, int status = 200);

/// Lets the page that is shown next begin with a notice: for an answer that redirects.
void give_notice(Response& response, const Context& context, Tone tone, std::string_view text);

/// The page around an error. `number` is the request's own, for who asks the operator.
std::string error_page(const Context& context, int status, std::string_view sentence);

/// Adds the style sheet of the accent and the switches of language and theme for those who are not
/// signed in: GET /assets/accent/…, /language/:code and /theme/:name (cookies `language`, `theme`).
void mount_frame(Router& router);

} // namespace moothall::web
