#include "people/naming.hpp"

#include "web/language.hpp"

namespace moothall::people {

std::string name_of(const Someone& someone, const web::Language& language)
{
    return someone.name.empty() ? std::string(language.t("Somebody who left")) : someone.name;
}

} // namespace moothall::people
