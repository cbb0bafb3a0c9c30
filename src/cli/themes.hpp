#pragma once

#include <span>
#include <string_view>

namespace moothall::cli {

/// `moothall themes FILE.csv …`: what many texts mean together. `arguments` are the words after the
/// command's name. Answers the exit code.
int themes_command(std::span<const std::string_view> arguments);

} // namespace moothall::cli
