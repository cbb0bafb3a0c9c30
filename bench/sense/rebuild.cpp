// How many texts keep their theme when new ones come, and how long that takes: one text a line from
// standard input, of which the last 1,000 (or as many as the first argument says) are new.

#include "sense/model_file.hpp"
#include "sense/themes/themes.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>

using namespace moothall::sense;

namespace {

struct Moment {
    std::chrono::steady_clock::time_point wall = std::chrono::steady_clock::now();
    std::clock_t cpu = std::clock();
};

void tell(const char* what, const Moment& since)
{
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - since.wall;
    std::printf("%-28s %6.2f s, %6.2f s of CPU\n", what, wall.count(),
                static_cast<double>(std::clock() - since.cpu) / CLOCKS_PER_SEC);
}

} // namespace

int main(int count, char** words)
{
    const auto added = static_cast<std::size_t>(count > 1 ? std::stoul(words[1]) : 1000UL);
    std::vector<std::string> lines;
    for (std::string line; std::getline(std::cin, line);) lines.push_back(line);
    const std::vector<std::string_view> texts(lines.begin(), lines.end());
    const auto old = std::span(texts).first(texts.size() - added);
    const auto table = load_model(english_table).value();
    TextSpaceSettings settings;
    settings.threads = 2;

    Moment begin;
    auto space = TextSpace::build(table->model, old, settings).value();
    ThemeSettings asked;
    asked.threads = 2;
    const auto before = find_themes(space, asked).value();
    tell("all of them", begin);

    begin = {};
    space.add(std::span(texts).last(added));
    tell("the new ones", begin);
    asked.previous = &before;
    const auto after = find_themes(space, asked).value();
    tell("and the themes again", begin);

    std::size_t assigned = 0;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < old.size(); ++i) {
        if (before.theme_of[i] == no_theme) continue;
        ++assigned;
        if (after.theme_of[i] != no_theme &&
            after.themes[static_cast<std::size_t>(after.theme_of[i])].id ==
                before.themes[static_cast<std::size_t>(before.theme_of[i])].id)
            ++kept;
    }
    std::printf("%zu texts, %zu themes before and %zu after; %.2f %% keep theirs\n", texts.size(),
                before.themes.size(), after.themes.size(),
                100.0 * static_cast<double>(kept) / static_cast<double>(assigned));
}
