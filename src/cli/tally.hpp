#pragma once

#include <span>
#include <string_view>

namespace moothall::cli {

/// `moothall tally EXPORT`: counts a closed decision again from its published ballots. `arguments`
/// are the words after the command's name. Answers the exit code: 1 when the count or the root is
/// not what was published.
int tally_command(std::span<const std::string_view> arguments);

} // namespace moothall::cli
