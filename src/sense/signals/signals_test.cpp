#include "sense/signals/signals.hpp"

#include "sense/model/model.hpp"
#include "sense/near/random.hpp"
#include "sense/themes/labelled_for_tests.hpp"
#include "text/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

namespace moothall::sense {

namespace {

// Things that are spoken of, far from each other, at rates of their own.
class MadeStream {
public:
    explicit MadeStream(std::uint64_t seed) : points(things), random_(seed) {}

    void add(std::int64_t day, std::size_t thing)
    {
        std::vector<float> point(things, 0.0F);
        point[thing] = 1;
        point[random_.below(things)] += 0.2F;
        points.add(point);
        days.push_back(day);
        said.push_back(thing);
    }
    /// `per_week` texts about each thing, evenly by chance.
    void add_usual(std::int64_t last_day, std::size_t per_week)
    {
        for (std::int64_t day = 0; day <= last_day; ++day)
            for (std::size_t i = 0; i < per_week * things; ++i)
                if (random_.below(7) == 0) add(day, i % things);
    }

    static constexpr std::size_t things = 12;
    Points points;
    std::vector<std::int64_t> days;
    std::vector<std::size_t> said;

private:
    Random random_;
};

} // namespace

TEST(Signals, are_raised_once_for_a_rise_with_the_texts_that_make_it)
{
    MadeStream stream(1);
    stream.add_usual(150, 3);
    for (std::int64_t day = 100; day < 110; ++day)
        for (int i = 0; i < 4; ++i) stream.add(day, 5);
    const auto signals = find_signals(stream.points, stream.days);
    ASSERT_EQ(signals.size(), 1U);
    EXPECT_GE(signals[0].day, 100);
    EXPECT_LE(signals[0].day, 104);
    EXPECT_GT(signals[0].count, 2 * signals[0].expected);
    EXPECT_EQ(stream.said[signals[0].heart], 5U);
    ASSERT_FALSE(signals[0].texts.empty());
    for (const auto text : signals[0].texts) {
        EXPECT_EQ(stream.said[text], 5U);
        EXPECT_LE(stream.days[text], signals[0].day) << "nothing later is known";
    }
    for (std::size_t i = 1; i < signals[0].texts.size(); ++i)
        EXPECT_LE(stream.days[signals[0].texts[i - 1]], stream.days[signals[0].texts[i]]);
}

TEST(Signals, do_not_depend_on_what_came_later)
{
    MadeStream stream(2);
    stream.add_usual(90, 3);
    for (std::int64_t day = 60; day < 70; ++day)
        for (int i = 0; i < 4; ++i) stream.add(day, 2);
    const auto all = find_signals(stream.points, stream.days);
    ASSERT_FALSE(all.empty());
    Points known(MadeStream::things);
    std::vector<std::int64_t> days;
    for (std::size_t i = 0; i < stream.days.size(); ++i)
        if (stream.days[i] <= all[0].day) {
            known.add(stream.points, i);
            days.push_back(stream.days[i]);
        }
    const auto then = find_signals(known, days);
    ASSERT_EQ(then.size(), 1U);
    EXPECT_EQ(then[0].day, all[0].day);
    EXPECT_EQ(then[0].count, all[0].count);
    EXPECT_EQ(then[0].texts.size(), all[0].texts.size());
}

TEST(Signals, are_not_raised_by_chance_or_by_a_busy_season)
{
    std::size_t raised = 0;
    for (std::uint64_t seed = 10; seed < 13; ++seed) {
        MadeStream stream(seed);
        stream.add_usual(180, 4);
        // Twice as much of everything for two weeks, and three times as much on Mondays.
        for (std::int64_t day = 90; day < 104; ++day)
            for (std::size_t thing = 0; thing < MadeStream::things; ++thing)
                if (day % 2 == 0) stream.add(day, thing);
        for (std::int64_t day = 0; day <= 180; day += 7)
            for (std::size_t thing = 0; thing < MadeStream::things; ++thing) stream.add(day, thing);
        raised += find_signals(stream.points, stream.days).size();
    }
    EXPECT_EQ(raised, 0U);
}

TEST(Signals, weigh_the_front_line_more)
{
    MadeStream stream(4);
    stream.add_usual(80, 2);
    const auto usual = stream.days.size();
    for (std::int64_t day = 70; day < 73; ++day) stream.add(day, 7);
    EXPECT_TRUE(find_signals(stream.points, stream.days).empty());
    std::vector<std::uint32_t> weights(stream.days.size(), 1);
    for (auto i = usual; i < weights.size(); ++i) weights[i] = 5;
    SignalSettings settings;
    settings.weights = weights;
    EXPECT_EQ(find_signals(stream.points, stream.days, settings).size(), 1U);
}

TEST(Signals, of_nothing_are_none)
{
    EXPECT_TRUE(find_signals(Points(4), {}).empty());
}

TEST(PredictiveTail, is_that_of_the_tables)
{
    // SciPy 1.17.1: scipy.stats.nbinom.sf(count - 1, base, 1 / (1 + ratio)).
    EXPECT_NEAR(predictive_tail(5, 1, 0.125) / 1.6935087808430323e-05, 1, 1e-9);
    EXPECT_NEAR(predictive_tail(1, 0.5, 0.2), 0.08712907082472313, 1e-12);
    EXPECT_NEAR(predictive_tail(30, 8, 1) / 9.553821291774511e-05, 1, 1e-9);
    EXPECT_NEAR(predictive_tail(12, 3.5, 0.5) / 0.0001581903873685515, 1, 1e-9);
    EXPECT_NEAR(predictive_tail(3, 80, 0.125), 0.9959653855857227, 1e-12);
    EXPECT_EQ(predictive_tail(0, 3, 1), 1);
}

TEST(Signals, tell_apart_two_rises_of_one_week)
{
    MadeStream stream(5);
    stream.add_usual(120, 3);
    for (std::int64_t day = 100; day < 108; ++day)
        for (int i = 0; i < 4; ++i) {
            stream.add(day, 2);
            stream.add(day, 8);
        }
    const auto signals = find_signals(stream.points, stream.days);
    ASSERT_EQ(signals.size(), 2U);
    EXPECT_NE(stream.said[signals[0].heart], stream.said[signals[1].heart]);
}

TEST(Signals, do_not_ring_because_something_rare_was_said_twice_in_the_first_weeks)
{
    std::size_t raised = 0;
    for (std::uint64_t seed = 20; seed < 30; ++seed) {
        MadeStream stream(seed);
        stream.add_usual(45, 1);
        raised += find_signals(stream.points, stream.days).size();
    }
    EXPECT_LE(raised, 1U);
}

TEST(RisingGroups, ring_once_for_a_group_and_seldom_by_chance)
{
    std::size_t by_chance = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Random random(seed);
        constexpr std::size_t groups_count = 40;
        constexpr std::size_t rising = 7;
        std::vector<std::vector<std::uint32_t>> groups(groups_count);
        std::vector<std::int64_t> days;
        const auto add = [&](std::int64_t day, std::size_t group) {
            groups[group].push_back(static_cast<std::uint32_t>(days.size()));
            days.push_back(day);
        };
        for (std::int64_t day = 0; day < 180; ++day)
            for (std::size_t i = 0; i < 2 * groups_count; ++i)
                if (random.below(7) == 0) add(day, i % groups_count);
        for (std::int64_t day = 120; day < 127; ++day)
            for (int i = 0; i < 3; ++i) add(day, rising);
        std::size_t found = 0;
        for (const auto& signal : find_rising_groups(groups, days)) {
            if (signal.group != rising) {
                ++by_chance;
                continue;
            }
            ++found;
            EXPECT_GE(signal.day, 120);
            EXPECT_LE(signal.day, 126);
            EXPECT_GT(signal.count, 2 * signal.expected);
            for (const auto text : signal.texts) {
                EXPECT_THAT(groups[rising], testing::Contains(text));
                EXPECT_LE(days[text], signal.day);
            }
        }
        EXPECT_EQ(found, 1U);
    }
    // Ten streams of half a year, at six in a year if all tests were independent.
    EXPECT_LE(by_chance, 10U);
    EXPECT_TRUE(find_rising_groups({}, {}).empty());
}

TEST(Signals, find_the_bursts_of_a_stream_as_measured)
{
    const auto folder = data_folder();
    if (!folder) GTEST_SKIP() << "MOOTHALL_DATA does not name a folder with the labelled data.";
    const auto bytes = read_bytes(source_file("model/en-192bg.fmse"));
    const auto model = Model::read(bytes);
    ASSERT_TRUE(model);
    auto rows = tsv_rows(*folder + "/sense/stream_banking.tsv");
    rows.erase(rows.begin());
    Points points(model->dimension());
    std::vector<std::int64_t> days;
    for (const auto& row : rows) {
        days.push_back(std::stoll(row.at(1)));
        points.add(model->embed(row.at(3)));
    }
    const auto text = read_text(*folder + "/sense/stream_banking_truth.json");
    const auto bursts = Json::parse(text)->find("bursts");
    std::map<std::string, std::int64_t> delays;
    std::size_t false_alarms = 0;
    const auto signals = find_signals(points, days);
    for (const auto& signal : signals) {
        std::map<std::string, std::size_t> labels;
        for (const auto member : signal.texts) ++labels[rows[member].at(2)];
        const auto label = std::ranges::max_element(labels, {}, [](const auto& entry) {
                               return entry.second;
                           })->first;
        std::optional<std::int64_t> delay;
        for (std::size_t i = 0; i < bursts.size(); ++i) {
            const auto start = *bursts.at(i).find("start_day").integer();
            const auto end = start + *bursts.at(i).find("duration").integer();
            if (*bursts.at(i).find("label").string() == label && signal.day >= start &&
                signal.day <= end)
                delay = signal.day - start;
        }
        if (delay) {
            delays.emplace(label, *delay);
        } else {
            ++false_alarms;
        }
    }
    EXPECT_GE(delays.size(), 7U);
    EXPECT_LE(signals.size(), delays.size() * 3 / 2) << "most rises are raised once";
    EXPECT_LE(false_alarms, 1U);
    std::vector<std::int64_t> sorted;
    for (const auto& [label, delay] : delays) sorted.push_back(delay);
    std::ranges::sort(sorted);
    EXPECT_LE(sorted[sorted.size() / 2], 3);
    RecordProperty("found", std::to_string(delays.size()));
    RecordProperty("median_delay", std::to_string(sorted[sorted.size() / 2]));
    RecordProperty("false_alarms", std::to_string(false_alarms));
}

} // namespace moothall::sense
