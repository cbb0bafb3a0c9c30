#pragma once

#include <string>
#include <string_view>

namespace moothall::web {

class Language;

/// What stands around an amount.
struct AroundAmount {
    std::string before;
    std::string after;
};

/// €12 · 12 € where the unit is the sign or the code (ISO 4217) of a currency; else it stands last:
/// 12 days.
AroundAmount around_amount(std::string_view unit, const Language& language);

} // namespace moothall::web
