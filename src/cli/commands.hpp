#pragma once

#include "cli/arguments.hpp"

#include <span>
#include <string>
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
int import_command(Words words);
int export_command(Words words);
int backup_command(Words words);
int restore_command(Words words);

/// `import moothall FILE`: a hall out of an export.
int import_hall(const Arguments& arguments, const std::string& path);

} // namespace moothall::cli
