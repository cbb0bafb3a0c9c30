#include "base/invariant.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace moothall {

void invariant(bool condition, std::string_view sentence, std::source_location where)
{
    if (condition) return;
    auto text = "invariant broken: " + std::string(sentence) + " (" + where.file_name() + ":" +
                std::to_string(where.line()) + ")";
#ifdef MOOTHALL_ABORT_ON_BUG
    std::fprintf(stderr, "%s\n", text.c_str());
    std::abort();
#else
    throw Bug(text);
#endif
}

} // namespace moothall
