#pragma once

#include <span>
#include <string_view>

namespace moothall::cli {

/// `moothall equal-shares FILE.pb …`: shares the budget of a Pabulib file by the method of equal
/// shares. `arguments` are the words after the command's name. Answers the exit code.
int equal_shares_command(std::span<const std::string_view> arguments);

/// `moothall greedy FILE.pb …`: the same file by total utility for the money.
int greedy_command(std::span<const std::string_view> arguments);

} // namespace moothall::cli
