#pragma once

#include <string_view>

namespace moothall::web {

/// The compiled gettext catalogue (.mo) of a language, as embedded by cmake/locale.cmake; empty
/// when there is none. Lives as long as the program.
std::string_view catalogue_of(std::string_view code);

} // namespace moothall::web
