#pragma once

#include "people/organisation.hpp"

/// Organisations as the commands see them, who come from outside of all of them.
namespace moothall::people {

/// Whether its name, its address (a scheme and a host, no path) and its owner's e-mail address are
/// ones, without a look at the database. The refusal's field is name, url or owner.
Result<void> check_organisation(const NewOrganisation& wanted);

/// Those that the log, its chain, things or hosts name, but that have no row, or no host, of their
/// own any more: no page shows them, so only the audit would miss them.
std::vector<Id> list_lost_organisations(store::Transaction& transaction);

/// The active owner who was here first; none when there is none.
Id find_first_owner(store::Transaction& transaction, Id organisation);

} // namespace moothall::people
