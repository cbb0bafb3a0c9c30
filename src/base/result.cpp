#include "base/result.hpp"

#include "base/invariant.hpp"

namespace moothall {

void throw_exception_from_error(const Refusal& refusal, const boost::source_location& where)
{
    throw Bug("took the value of a refusal: " + refusal.sentence + " (" + where.file_name() + ":" +
              std::to_string(where.line()) + ")");
}

} // namespace moothall
