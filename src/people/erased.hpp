#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <string_view>

/// Addresses of people who were erased, so that what others bring in does not bring them back. Kept
/// as a hash with a salt of the organisation: nobody can read them, and who knows one can only ask
/// whether it is among them. Who comes back herself is let in like anybody.
namespace moothall::people {

void note_erased(store::Transaction& transaction, Id organisation, std::string_view email);
bool was_erased(store::Transaction& transaction, Id organisation, std::string_view email);

} // namespace moothall::people
