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
    std::string reason; // reply | mention | outcome | on_behalf | hidden | report | edited
    std::string actor;  // a name; empty: the server
    std::string title;  // of the voice it is about
    std::string path;
    bool read = false;
    Time created;
};

/// What a notification says, in the reader's language.
std::string sentence_of(const Notification& notification, const web::Language& language);

/// Newest first; things that the person may not see (any more) are left out.
std::vector<Notification> list_notifications(store::Transaction& transaction, const Viewer& viewer,
                                             Id before, int limit);
std::int64_t count_unread(store::Transaction& transaction, const Viewer& viewer);
/// Marks one (its id), or all (none), as read.
void mark_read(store::Transaction& transaction, const Viewer& viewer, Id notification, Time now);

/// Works through the events since the last time: notifications for those concerned who may see the
/// thing, and a letter for those who want letters at once. Does a bounded number; gives how many
/// events it saw.
std::int64_t tell_of_events(store::Database& database, Id organisation, Time now, IdSource& ids);

/// Removes all that a person was told: for when she is erased.
void forget_reader(store::Transaction& transaction, Id organisation, Id person);

void mount_notification_pages(web::Router& router);

} // namespace moothall::tell
