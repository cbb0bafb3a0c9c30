#pragma once

#include <span>
#include <string_view>

namespace moothall::cli {

/// `moothall signals FILE.csv --time COLUMN …`: what people suddenly speak of more. `arguments` are
/// the words after the command's name. Answers the exit code.
int signals_command(std::span<const std::string_view> arguments);

} // namespace moothall::cli
