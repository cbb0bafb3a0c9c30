// How often a stream of real texts in which nothing happens rings, by theme, by word and by circle:
//
//     build/bench/bench_sense_still FILE.tsv [FIRST_SEED] [COUNT] [TEXTS]
//
// FILE.tsv holds texts in a column `text`; each stream is TEXTS of them (all, when left out) in an
// order of chance on 180 days, on weekends a third of what workdays bring, from a dozen circles of
// which the first says most. Whatever rings rings for nothing; words and circles as the product
// looks at them, with its bound.

#include "sense/model_file.hpp"
#include "sense/near/random.hpp"
#include "sense/rise_groups.hpp"
#include "sense/signals/signals.hpp"
#include "text/language.hpp"
#include "tsv.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <numeric>
#include <string>

using namespace moothall;
using namespace moothall::sense;

namespace {

constexpr std::int64_t days_long = 180;
constexpr std::int64_t circles_count = 12;

struct Rang {
    std::size_t themes = 0;
    std::size_t words = 0;
    std::size_t circles = 0;
    std::size_t groups = 0; // that were looked at
};

Rang look_at(const std::vector<std::string>& texts, const Points& points, std::uint64_t seed,
             std::size_t count)
{
    Random random(seed * 6007 + 3);
    std::vector<std::size_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(order);
    order.resize(std::min(order.size(), count));
    std::map<Id, std::string> circles;
    for (std::int64_t circle = 1; circle <= circles_count; ++circle)
        circles.emplace(Id{circle}, std::to_string(circle));
    std::vector<VoiceText> voices;
    std::vector<std::int64_t> days;
    Points stream(points.dimension());
    for (const auto text : order) {
        auto day = static_cast<std::int64_t>(random.below(days_long));
        while (day % 7 >= 5 && random.below(3) != 0)
            day = static_cast<std::int64_t>(random.below(days_long));
        days.push_back(day);
        stream.add(points, text);
        const auto circle = random.below(1 + random.below(circles_count));
        voices.push_back({Id{static_cast<std::int64_t>(voices.size()) + 1},
                          Id{static_cast<std::int64_t>(circle) + 1},
                          true,
                          texts[text],
                          {},
                          {},
                          "want"});
    }
    Rang rang;
    rang.themes = find_signals(stream, days).size();
    const auto groups = group_voices(voices, circles);
    rang.groups = groups.voices.size();
    SignalSettings settings;
    settings.false_alarms_a_year = false_alarms_of_groups_a_year;
    for (const auto& signal : find_rising_groups(groups.voices, days, settings))
        ++(signal.group < groups.circles.size() ? rang.circles : rang.words);
    return rang;
}

} // namespace

int main(int count, char** words)
{
    if (count < 2) {
        std::puts("bench_sense_still FILE.tsv [FIRST_SEED] [COUNT] [TEXTS]");
        return 2;
    }
    const auto first = count > 2 ? std::stoul(words[2]) : 100UL;
    const auto streams = count > 3 ? std::stoul(words[3]) : 20UL;
    const auto texts = read_column(words[1], "text");
    const auto most = count > 4 ? std::stoul(words[4]) : texts.size();
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    const auto table = load_model(table_for(views));
    if (!table) {
        std::puts("There is no word table: set MOOTHALL_MODEL to its folder.");
        return 1;
    }
    Points points((*table)->model.dimension());
    for (const auto& text : texts) points.add((*table)->model.embed(text));
    Rang all;
    std::size_t quiet = 0;
    for (auto seed = first; seed < first + streams; ++seed) {
        const auto rang = look_at(texts, points, seed, most);
        all.themes += rang.themes;
        all.words += rang.words;
        all.circles += rang.circles;
        all.groups += rang.groups;
        if ((rang.themes + rang.words + rang.circles) * 60 <= days_long) ++quiet;
    }
    const auto in_60_days = [&](std::size_t number) {
        return static_cast<double>(number) * 60 / days_long / static_cast<double>(streams);
    };
    std::printf(
        "%zu streams of %zu texts, %zu words and circles each: false alarms in 60 days "
        "%.2f of themes, %.2f of words, %.2f of circles, %.2f in all; at most one in %.0f %%\n",
        static_cast<std::size_t>(streams), std::min<std::size_t>(most, texts.size()),
        static_cast<std::size_t>(all.groups / streams), in_60_days(all.themes),
        in_60_days(all.words), in_60_days(all.circles),
        in_60_days(all.themes + all.words + all.circles),
        100 * static_cast<double>(quiet) / static_cast<double>(streams));
}
