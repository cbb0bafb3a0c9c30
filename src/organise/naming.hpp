#pragma once

#include "store/database.hpp"

namespace moothall::organise {

/// Whether somebody is named to those who ask who knows something; she can switch that off.
bool is_named(store::Transaction& transaction, Id organisation, Id person);
void set_named(store::Transaction& transaction, Id organisation, Id person, bool named);

} // namespace moothall::organise
