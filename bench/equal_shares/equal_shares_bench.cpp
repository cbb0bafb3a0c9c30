// How long the method of equal shares takes on Pabulib files, reading excluded: CPU seconds, one
// line of JSON for each utility and completion. compare.py runs pabutools beside it.
//
//     bench_equal_shares FILE.pb...

#include "decide/shares/equal_shares.hpp"
#include "decide/shares/pabulib.hpp"
#include "text/json.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace shares = moothall::decide::shares;

constexpr double seconds_enough = 0.5; // for one measurement, all its repetitions together
constexpr std::size_t repetitions_max = 51;

double cpu_seconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// The median over as many runs as fit into half a second, at least one.
void measure(const std::string& path, const shares::Election& election,
             const shares::Options& options)
{
    std::vector<double> seconds;
    shares::Outcome outcome;
    const double begin = cpu_seconds();
    do {
        const double before = cpu_seconds();
        outcome = shares::equal_shares(election, options);
        seconds.push_back(cpu_seconds() - before);
    } while (cpu_seconds() - begin < seconds_enough && seconds.size() < repetitions_max);
    std::ranges::sort(seconds);

    moothall::JsonWriter json;
    json.begin_object()
        .field("file", path)
        .field("voters", election.voter_count())
        .field("projects", election.projects().size())
        .field("utility", shares::to_text(options.utility))
        .field("completion", shares::to_text(options.completion))
        .field("seconds", seconds[seconds.size() / 2])
        .field("increments", outcome.increments)
        .field("runs", outcome.runs);
    json.key("selected").begin_array();
    for (const auto project : outcome.selected) json.value(election.projects()[project].id);
    json.end_array().end_object();
    std::puts(json.take().c_str());
}

} // namespace

int main(int count, char** words)
{
    for (int at = 1; at < count; ++at) {
        const std::string path = words[at];
        std::ifstream file(path, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file),
                               std::istreambuf_iterator<char>()};
        const auto reading = shares::read_pabulib(text);
        if (!reading.election) {
            std::fprintf(stderr, "%s:%zu: %s\n", path.c_str(), reading.problem->line,
                         reading.problem->text().c_str());
            return 1;
        }
        const auto& election = *reading.election;
        for (const auto utility : {shares::Utility::cost, shares::Utility::cardinality,
                                   shares::Utility::points, shares::Utility::borda}) {
            if (!shares::can_give(election.kind(), utility)) continue;
            for (const auto completion : {shares::Completion::none, shares::Completion::add1}) {
                shares::Options options;
                options.utility = utility;
                options.completion = completion;
                measure(path, election, options);
            }
        }
    }
    return 0;
}
