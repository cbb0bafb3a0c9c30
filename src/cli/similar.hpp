#pragma once

#include <span>
#include <string_view>

namespace moothall::cli {

/// `moothall similar FILE.csv …`: which rows say what a question says. `arguments` are the words
/// after the command's name. Answers the exit code.
int similar_command(std::span<const std::string_view> arguments);

} // namespace moothall::cli
