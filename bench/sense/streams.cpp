// How many bursts find_signals() finds in streams that are made by chance, how soon, and how often
// it rings for nothing:
//
//     build/bench/bench_sense_streams FILE.tsv [FIRST_SEED] [COUNT] [plain|shaped]
//
// FILE.tsv holds labelled texts. In each stream of 180 days eight labels burst: half of their texts
// come in 7, 14 or 21 days, everything else at any time. "Shaped" streams are harder: bursts begin
// slowly, a quarter of the other labels is absent, no label has more than 60 to 199 texts, and
// weekends are quiet. Settings were chosen on seeds 0 to 15, so measure on others.

#include "sense/model_file.hpp"
#include "sense/near/random.hpp"
#include "sense/signals/signals.hpp"
#include "tsv.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>

using namespace moothall::sense;

namespace {

constexpr std::int64_t days_long = 180;
constexpr std::size_t bursts_count = 8;
constexpr std::size_t texts_min = 100; // of a label that bursts

struct Labelled {
    Points points;
    std::vector<std::size_t> label_of;
    std::size_t labels = 0;
};

Labelled read_labelled(const char* path, const Model& model)
{
    Labelled found{Points(model.dimension()), {}, 0};
    std::map<std::string, std::size_t> numbers;
    for (const auto& text : read_column(path, "text")) found.points.add(model.embed(text));
    for (const auto& label : read_column(path, "label"))
        found.label_of.push_back(numbers.emplace(label, numbers.size()).first->second);
    found.labels = numbers.size();
    return found;
}

struct Burst {
    std::int64_t start;
    std::int64_t duration;
};

struct MadeStream {
    Points points;
    std::vector<std::int64_t> days;
    std::vector<std::size_t> labels;
    std::map<std::size_t, Burst> bursts; // by label
};

MadeStream make_stream(const Labelled& data, std::uint64_t seed, bool shaped)
{
    Random random(seed * 7919 + (shaped ? 17 : 0) + 1);
    MadeStream stream{Points(data.points.dimension()), {}, {}, {}};
    std::vector<std::size_t> sizes(data.labels);
    for (const auto label : data.label_of) ++sizes[label];
    std::vector<std::size_t> large;
    for (std::size_t label = 0; label < data.labels; ++label)
        if (sizes[label] >= texts_min) large.push_back(label);
    random.shuffle(large);
    for (std::size_t i = 0; i < std::min(bursts_count, large.size()); ++i) {
        const auto duration = 7 * (1 + static_cast<std::int64_t>(random.below(3)));
        stream.bursts[large[i]] = {85 + static_cast<std::int64_t>(random.below(60)), duration};
    }
    std::vector<std::size_t> most(data.labels, data.label_of.size());
    for (std::size_t label = 0; shaped && label < data.labels; ++label)
        most[label] =
            !stream.bursts.contains(label) && random.below(4) == 0 ? 0 : 60 + random.below(140);
    const auto below = [&](std::int64_t bound) {
        return static_cast<std::int64_t>(random.below(static_cast<std::size_t>(bound)));
    };
    const auto usual_day = [&] {
        for (;;) {
            const auto day = below(days_long);
            if (!shaped || day % 7 < 5 || random.below(10) >= 6) return day;
        }
    };
    std::vector<std::size_t> order(data.label_of.size());
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(order);
    std::vector<std::size_t> used(data.labels);
    for (const auto text : order) {
        const auto label = data.label_of[text];
        if (used[label] == most[label]) continue;
        const auto burst = stream.bursts.find(label);
        auto day = usual_day();
        if (burst != stream.bursts.end() && used[label] % 2 == 0) {
            const auto duration = burst->second.duration;
            const auto into = below(duration);
            day = burst->second.start + (shaped ? std::max(into, below(duration)) : into);
        }
        ++used[label];
        stream.points.add(data.points, text);
        stream.days.push_back(day);
        stream.labels.push_back(label);
    }
    return stream;
}

struct Outcome {
    std::vector<std::int64_t> delays; // one of each burst that was found, the shortest first
    int wrong = 0;
    int repeated = 0;
};

Outcome outcome_of(const MadeStream& stream)
{
    Outcome outcome;
    std::set<std::size_t> found;
    for (const auto& signal : find_signals(stream.points, stream.days)) {
        std::map<std::size_t, std::size_t> said;
        for (const auto text : signal.texts) ++said[stream.labels[text]];
        const auto label = std::ranges::max_element(said, {}, [](const auto& entry) {
                               return entry.second;
                           })->first;
        const auto burst = stream.bursts.find(label);
        const auto delay = burst == stream.bursts.end() ? -1 : signal.day - burst->second.start;
        if (delay < 0 || delay > burst->second.duration) {
            ++outcome.wrong;
        } else if (found.insert(label).second) {
            outcome.delays.push_back(delay);
        } else {
            ++outcome.repeated;
        }
    }
    std::ranges::sort(outcome.delays);
    return outcome;
}

} // namespace

int main(int count, char** words)
{
    if (count < 2) {
        std::puts("bench_sense_streams FILE.tsv [FIRST_SEED] [COUNT] [plain|shaped]");
        return 2;
    }
    const auto first = count > 2 ? std::stoul(words[2]) : 100UL;
    const auto streams = count > 3 ? std::stoul(words[3]) : 20UL;
    const auto shaped = count > 4 && std::string(words[4]) == "shaped";
    const auto found_table = load_model(english_table);
    if (!found_table) {
        std::puts("There is no word table: set MOOTHALL_MODEL to its folder.");
        return 1;
    }
    const auto& table = *found_table;
    const auto data = read_labelled(words[1], table->model);
    std::size_t found = 0;
    std::size_t most = 0;
    std::size_t quiet = 0;
    int wrong = 0;
    int repeated = 0;
    std::vector<std::int64_t> delays;
    for (auto seed = first; seed < first + streams; ++seed) {
        const auto outcome = outcome_of(make_stream(data, seed, shaped));
        found += outcome.delays.size();
        most += outcome.delays.size() + 1 >= bursts_count ? 1U : 0U;
        quiet += outcome.wrong * 60 <= days_long ? 1U : 0U;
        wrong += outcome.wrong;
        repeated += outcome.repeated;
        delays.insert(delays.end(), outcome.delays.begin(), outcome.delays.end());
    }
    std::ranges::sort(delays);
    const auto by_stream = [&](auto value) {
        return static_cast<double>(value) / static_cast<double>(streams);
    };
    std::printf("%zu streams: %.2f of %zu bursts, 7 or more in %.0f %%; delay %ld days in the "
                "median, %ld in nine of ten; %.2f false alarms in 60 days, at most one in %.0f %%; "
                "%.1f repeated\n",
                static_cast<std::size_t>(streams), by_stream(found), bursts_count,
                100 * by_stream(most), delays.empty() ? -1L : delays[delays.size() / 2],
                delays.empty() ? -1L : delays[delays.size() * 9 / 10],
                by_stream(wrong) * 60 / static_cast<double>(days_long), 100 * by_stream(quiet),
                by_stream(repeated));
}
