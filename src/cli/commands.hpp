#pragma once

#include <span>
#include <string_view>

/// The commands of `moothall`. Each takes the words after its name and gives the exit code: 0 good,
/// 1 the work failed, 2 wrong usage.
namespace moothall::cli {

using Words = std::span<const std::string_view>;

int run(Words words);

int init_command(Words words);
int serve_command(Words words);
int token_command(Words words);
int audit_command(Words words);

} // namespace moothall::cli
