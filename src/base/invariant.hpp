#pragma once

#include <source_location>
#include <stdexcept>
#include <string_view>

namespace moothall {

/// We broke a promise of our own. Thrown in production, so that the transaction rolls back.
class Bug : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Checks what must hold. Aborts in tests and debug builds, throws Bug in production.
void invariant(bool condition, std::string_view sentence,
               std::source_location where = std::source_location::current());

} // namespace moothall
