// Measures opinion groups without reading files: regrouping from nothing, and the time until one
// new vote shows on the map. See README.md in this folder.

#include "decide/opinions/opinions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace moothall::decide::opinions;

double cpu_seconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

long peak_megabytes()
{
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word)
        if (word == "VmHWM:") {
            long kilobytes = 0;
            status >> kilobytes;
            return kilobytes / 1024;
        }
    return 0;
}

/// Three camps; how many votes people cast has a long tail (log-normal, mean 29).
VoteTable invent(std::size_t people, std::size_t statements, std::uint32_t seed)
{
    std::mt19937 generator(seed);
    const auto draw = [&] { return (static_cast<double>(generator()) + 0.5) / 4294967296.0; };
    std::vector<double> agrees(3 * statements);
    for (auto& share : agrees) share = 0.05 + 0.9 * draw();
    std::vector<std::size_t> deck(statements);
    for (std::size_t at = 0; at < statements; ++at) deck[at] = at;
    VoteTableBuilder builder;
    for (std::size_t person = 0; person < people; ++person) {
        const auto camp = static_cast<std::size_t>(generator()) % 3;
        const double normal =
            std::sqrt(-2 * std::log(draw())) * std::cos(6.283185307179586 * draw());
        const double wanted = std::exp(std::log(29.0) - 0.5 + normal);
        const auto count =
            std::clamp<std::size_t>(static_cast<std::size_t>(wanted + 0.5), 1, statements);
        const auto name = std::to_string(person);
        for (std::size_t at = 0; at < count; ++at) {
            std::swap(deck[at],
                      deck[at + static_cast<std::size_t>(generator()) % (statements - at)]);
            const bool pass = draw() < 0.12;
            const bool agree = draw() < agrees[camp * statements + deck[at]];
            builder.add(name, std::to_string(deck[at]),
                        pass    ? Vote::pass
                        : agree ? Vote::agree
                                : Vote::disagree);
        }
    }
    return std::move(builder).build();
}

} // namespace

int main(int argc, char** argv)
{
    const auto people = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000UL;
    const auto statements = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 500UL;
    auto votes = invent(people, statements, 42);
    const long before_mb = peak_megabytes();

    std::vector<double> times;
    Opinions found;
    for (int run = 0; run < 3; ++run) {
        const double begin = cpu_seconds();
        found = find_opinions(votes);
        times.push_back(cpu_seconds() - begin);
    }
    std::sort(times.begin(), times.end());
    std::printf("%lu people, %lu statements, %zu votes: %zu groups, silhouette %.3f%s\n", people,
                statements, votes.votes(), found.groups.size(), found.silhouette,
                found.silhouette_sampled ? " (sample)" : "");
    std::printf("regroup: %.3f s CPU (median of 3), peak %ld MB (%ld MB before)\n", times[1],
                peak_megabytes(), before_mb);

    times.clear();
    for (std::size_t vote = 0; vote < 21; ++vote) {
        const double begin = cpu_seconds();
        votes.set_vote((vote * 7919) % votes.participants(), (vote * 31) % votes.statements(),
                       Vote::agree);
        found = follow_opinions(votes, found);
        times.push_back(cpu_seconds() - begin);
    }
    std::sort(times.begin(), times.end());
    std::printf("one vote: %.1f ms CPU (median of 21), at most %.1f ms\n", 1e3 * times[10],
                1e3 * times.back());
    return 0;
}
