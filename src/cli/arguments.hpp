#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::cli {

/// The words after a command's name, sorted into options and the rest. `--name value` and
/// `--name=value` are the same; `--` ends the options.
class Arguments {
public:
    /// `valued` options take a value, `flags` do not. What is wrong is in `error()`, a sentence.
    Arguments(std::span<const std::string_view> words, std::vector<std::string_view> valued,
              std::vector<std::string_view> flags);

    bool help() const { return has("help"); }
    bool has(std::string_view name) const;
    /// The last value given.
    std::optional<std::string> value(std::string_view name) const;
    std::vector<std::string> values(std::string_view name) const;
    const std::vector<std::string>& rest() const { return rest_; }
    const std::string& error() const { return error_; }

private:
    std::vector<std::pair<std::string, std::string>> options_;
    std::vector<std::string> rest_;
    std::string error_;
};

/// Exit codes of every command.
inline constexpr int good = 0;
inline constexpr int failed = 1;
inline constexpr int wrong_usage = 2;

/// Prints "moothall: SENTENCE" to stderr and gives the code.
int fail(std::string_view sentence, int code = failed);

} // namespace moothall::cli
