#pragma once

#include "people/person.hpp"

namespace moothall::web {
class Language;
}

namespace moothall::people {

/// What somebody is called on pages, in letters and feeds, also when she left.
std::string name_of(const Someone& someone, const web::Language& language);

} // namespace moothall::people
