// Words and circles that rise: see signals.hpp.

#include "sense/signals/base_rate.hpp"
#include "sense/signals/signals.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <optional>

namespace moothall::sense {

namespace {

/// How much was said from one day to another.
class Tally {
public:
    Tally(std::vector<std::uint32_t> texts, std::span<const std::int64_t> days,
          std::span<const std::uint32_t> weights)
        : texts_(std::move(texts))
    {
        std::ranges::sort(texts_, [&](auto left, auto right) {
            return days[left] < days[right] || (days[left] == days[right] && left < right);
        });
        sums_.push_back(0);
        for (const auto text : texts_) {
            days_.push_back(days[text]);
            sums_.push_back(sums_.back() + (weights.empty() ? 1 : weights[text]));
        }
    }

    const std::vector<std::uint32_t>& texts() const { return texts_; }
    const std::vector<std::int64_t>& days() const { return days_; }
    /// The place of the first text of `day` or later.
    std::size_t begin_of(std::int64_t day) const
    {
        return static_cast<std::size_t>(std::ranges::lower_bound(days_, day) - days_.begin());
    }
    std::uint32_t between(std::int64_t first, std::int64_t last) const
    {
        return sums_[begin_of(last + 1)] - sums_[begin_of(first)];
    }

private:
    std::vector<std::uint32_t> texts_;
    std::vector<std::int64_t> days_;
    std::vector<std::uint32_t> sums_; // running
};

std::vector<std::uint32_t> all_of(std::size_t count)
{
    std::vector<std::uint32_t> texts(count);
    for (std::size_t i = 0; i < count; ++i) texts[i] = static_cast<std::uint32_t>(i);
    return texts;
}

} // namespace

std::vector<GroupSignal> find_rising_groups(std::span<const std::vector<std::uint32_t>> groups,
                                            std::span<const std::int64_t> days,
                                            const SignalSettings& settings)
{
    invariant(settings.weights.empty() || settings.weights.size() == days.size(),
              "every text has a weight, or none");
    std::vector<GroupSignal> signals;
    if (days.empty() || groups.empty()) return signals;
    const Tally all(all_of(days.size()), days, settings.weights);
    const auto bound = settings.false_alarms_a_year / 365 / static_cast<double>(groups.size());
    for (std::size_t group = 0; group < groups.size(); ++group) {
        const Tally own(groups[group], days, settings.weights);
        std::optional<std::int64_t> rang;
        std::optional<std::int64_t> looked;
        // Only a day on which it is spoken of can bring news of it.
        for (const auto day : own.days()) {
            if (day == looked) continue;
            looked = day;
            const auto begin = day - week_days + 1;
            const auto base_begin = std::max(all.days().front(), begin - base_days);
            if (begin - base_begin < base_days_min) continue;
            const auto count = own.between(begin, day);
            if (count < count_min) continue;
            const auto by_days =
                static_cast<double>(week_days) / static_cast<double>(begin - base_begin);
            const auto by_texts =
                static_cast<double>(all.between(begin, day)) /
                std::max(1.0, static_cast<double>(all.between(base_begin, begin - 1)));
            const auto ratio = std::max(by_days, by_texts);
            const auto base = own.between(base_begin, begin - 1) + base_prior;
            if (predictive_tail(count, base, ratio) >= bound) continue;
            const auto is_known = rang && day - *rang <= quiet_days;
            rang = day;
            if (is_known) continue;
            GroupSignal signal{group, day, count, base * ratio, {}};
            for (auto at = own.begin_of(begin); at < own.begin_of(day + 1); ++at)
                signal.texts.push_back(own.texts()[at]);
            signals.push_back(std::move(signal));
        }
    }
    std::ranges::sort(signals, [](const auto& left, const auto& right) {
        return left.day < right.day || (left.day == right.day && left.group < right.group);
    });
    return signals;
}

} // namespace moothall::sense
