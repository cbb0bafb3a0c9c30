#pragma once

#include "base/result.hpp"
#include "organise/organise.hpp"

#include <cstdint>
#include <string>

namespace moothall::cli {

/// How many commits are read, the newest first: what is older counts next to nothing.
inline constexpr std::int64_t git_commits_max = 20'000;

/// Who wrote which of the files that are there now, from the history of a git repository (of its
/// HEAD; bare or with a working tree). Each commit counts for the files that it changed and for the
/// folders above them, by its author as .mailmap names her; merges and robots ("…[bot]") do not. A
/// commit that is a year older than the newest one counts half, so that who wrote it lately comes
/// first. Refused when there is no repository with a commit.
Result<organise::CodeHistory> read_git_history(const std::string& path);

} // namespace moothall::cli
