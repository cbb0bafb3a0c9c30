#include "cli/arguments.hpp"

#include <algorithm>
#include <cstdio>

namespace moothall::cli {

Arguments::Arguments(std::span<const std::string_view> words, std::vector<std::string_view> valued,
                     std::vector<std::string_view> flags)
{
    flags.emplace_back("help");
    bool options_end = false;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto word = words[at];
        if (options_end || !word.starts_with('-') || word == "-") {
            rest_.emplace_back(word);
            continue;
        }
        if (word == "--") {
            options_end = true;
            continue;
        }
        if (word == "-h") {
            options_.emplace_back("help", "");
            continue;
        }
        const auto equals = word.find('=');
        const auto name = word.starts_with("--")
                              ? word.substr(2, equals == word.npos ? equals : equals - 2)
                              : word;
        if (std::ranges::find(flags, name) != flags.end() && equals == word.npos) {
            options_.emplace_back(name, "");
        } else if (std::ranges::find(valued, name) != valued.end()) {
            if (equals != word.npos) {
                options_.emplace_back(name, word.substr(equals + 1));
            } else if (at + 1 < words.size()) {
                options_.emplace_back(name, words[++at]);
            } else {
                error_ = "--" + std::string(name) + " needs a value.";
                return;
            }
        } else {
            error_ = "There is no option " + std::string(word) + "; --help lists them.";
            return;
        }
    }
}

bool Arguments::has(std::string_view name) const
{
    return std::ranges::any_of(options_, [&](const auto& option) { return option.first == name; });
}

std::optional<std::string> Arguments::value(std::string_view name) const
{
    const auto all = values(name);
    if (all.empty()) return {};
    return all.back();
}

std::vector<std::string> Arguments::values(std::string_view name) const
{
    std::vector<std::string> found;
    for (const auto& [option, value] : options_)
        if (option == name) found.push_back(value);
    return found;
}

int fail(std::string_view sentence, int code)
{
    // One line, also of what a library says in several.
    std::string line(sentence);
    for (auto at = line.find_first_of("\n\t"); at != std::string::npos;
         at = line.find_first_of("\n\t", at + 1))
        line[at] = ' ';
    std::fprintf(stderr, "moothall: %s\n", line.c_str());
    return code;
}

} // namespace moothall::cli
