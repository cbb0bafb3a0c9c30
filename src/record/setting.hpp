#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>

/// What an organisation has set, as words under a name such as "mail.server". It lies this low
/// because background work asks for it as pages do.
namespace moothall::record {

/// A setting by its name; empty when it was never set.
std::string find_setting(store::Transaction& transaction, Id organisation, std::string_view name);
void save_setting(store::Transaction& transaction, Id organisation, std::string_view name,
                  std::string_view value);

} // namespace moothall::record
