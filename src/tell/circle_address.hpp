#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"
#include "web/router.hpp"

#include <string>
#include <string_view>

/// A circle's e-mail address: what a member writes to it becomes a voice there.
namespace moothall::tell {

/// What stands before the @; empty: the circle has none. Whoever may know of the circle may know
/// its address; a steward of it gives and takes it.
Result<std::string> find_circle_address(store::Transaction& transaction, Id circle,
                                        const Viewer& viewer);
/// The circle behind an address, whoever asks: for letters, whose writer is asked afterwards.
Id find_addressed_circle(store::Transaction& transaction, Id organisation, std::string_view name);

/// Gives a circle an address, or takes it (empty). Refused (field "name") when it is no name that
/// stands before an @, is one that mail servers keep for themselves, or another circle's. One
/// event.
Result<void> choose_circle_address(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id circle, std::string_view name);

/// "/circles/:id/mail" and "/api/v1/circles/:id/mail".
void mount_circle_mail(web::Router& router);

} // namespace moothall::tell
