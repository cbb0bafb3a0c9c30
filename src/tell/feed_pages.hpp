#pragma once

#include "web/router.hpp"

/// Atom feeds (RFC 4287): what is new, in a reader of one's own choice.
namespace moothall::tell {

/// "/voices.atom", "/voices/ID.atom", "/decisions.atom", "/promises.atom", "/feeds/SECRET.atom".
void mount_feed_pages(web::Router& router);
/// Due dates and reviews as a calendar: "/calendar.ics", "/feeds/SECRET.ics".
void mount_calendar_pages(web::Router& router);

/// Whose private feed it is, and how she reads it: her secret is all the proof there is.
struct FeedReader {
    Viewer viewer;
    const web::Language* language;
    Time since; // she is here
};
/// Refused like what does not exist when the secret is not good (any more).
Result<FeedReader> find_feed_reader(const web::Context& context, std::string_view secret);

/// What happened to a decision, promise, procedure, goal or conversation: "/decisions/ID.atom" …;
/// the newest of a theme and of a circle; and the lists of documents, procedures, goals,
/// conversations, themes and signals.
void mount_thing_feeds(web::Router& router);

} // namespace moothall::tell
