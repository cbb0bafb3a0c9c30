#pragma once

#include <span>
#include <string_view>

namespace moothall::cli {

/// `moothall opinions VOTES.csv …`: who thinks alike in a file of votes, what sets each group apart
/// and what all share. `arguments` are the words after the command's name. Answers the exit code.
int opinions_command(std::span<const std::string_view> arguments);

} // namespace moothall::cli
