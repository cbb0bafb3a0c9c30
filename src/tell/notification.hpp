#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"
#include "web/language.hpp"
#include "web/router.hpp"

#include <string>
#include <vector>

/// Telling people what concerns them. Everything here follows the log: nothing else announces
/// anything.
namespace moothall::tell {

struct Notification {
    Id id; // the event's
    Id thing;
    std::string verb;
    std::string reason; // mention | reply | outcome, or that of the verb's rule
    std::string actor;  // a name; empty: the server
    std::string title;  // of the thing, or of what a reply answers
    std::string path;
    std::string facts; // what the event says came of it: a JSON object
    bool read = false;
    bool lettered = false; // a letter about it left at once
    Time created;

    // The voice for which she is told of what she did not ask for by name.
    Id because_id;
    std::string because; // its title; empty: none, or the thing itself
    std::string said;    // what was written with it, for letters
    Time because_said;
    bool hers = false; // she said it
    bool asks = false; // she said or backed it, so she is asked whether it helps
};

/// Whether those who said or backed it are asked for their yes or no.
bool asks_whether_it_helped(const Notification& notification);
/// What a notification says, in the reader's language.
std::string sentence_of(const Notification& notification, const web::Language& language);

/// Newest first; things that the person may not see (any more) are left out.
std::vector<Notification> list_notifications(store::Transaction& transaction, const Viewer& viewer,
                                             Id before, int limit);
std::int64_t count_unread(store::Transaction& transaction, const Viewer& viewer);
/// Marks one (its id), or all (none), as read.
void mark_read(store::Transaction& transaction, const Viewer& viewer, Id notification, Time now);

/// Fills in why: titles of the voices in `reasons`, as far as the person sees them.
void explain(store::Transaction& transaction, Id organisation, Id person,
             const std::vector<Id>& reasons, std::vector<Notification>& notifications);

/// Works through the events since the last time: notifications for those concerned who may see the
/// thing, authors first, and a letter for those who want letters at once. Does a bounded number of
/// people, and goes on next time where it stopped; gives how many people it looked at and events it
/// finished: 0 when nothing is left.
std::int64_t tell_of_events(store::Database& database, Id organisation, Time now, IdSource& ids);

/// Removes all that a person was told, and what she chose to be told: for when she is erased.
void forget_reader(store::Transaction& transaction, Id organisation, Id person);

void mount_notification_pages(web::Router& router);

} // namespace moothall::tell
