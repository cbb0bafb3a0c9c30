#pragma once

#include <span>
#include <string_view>

namespace moothall::cli {

/// `moothall who-knows FILE.csv …`: who wrote about what a question asks. `arguments` are the words
/// after the command's name. Answers the exit code.
int who_knows_command(std::span<const std::string_view> arguments);

} // namespace moothall::cli
