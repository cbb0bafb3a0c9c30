#include "sense/signals/signals.hpp"

#include "base/invariant.hpp"
#include "sense/model/kernels.hpp"
#include "sense/near/threads.hpp"
#include "sense/signals/base_rate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace moothall::sense {

namespace {

// Chosen as what base_rate.hpp holds.
constexpr float like_min = 0.6F;       // to count as saying the same
constexpr float same_rise_min = 0.65F; // for two texts that ring to belong to one signal
constexpr double shared_min = 0.6;     // of the smaller's texts, for two rises to be one
constexpr std::size_t texts_at_once = 64;
constexpr std::size_t days_counted = static_cast<std::size_t>(base_days + 2 * week_days - 1);

// The texts in the order of their days.
class Stream {
public:
    Stream(const Points& points, std::span<const std::int64_t> days,
           std::span<const std::uint32_t> weights)
        : order_(points.size()), rows_(points.dimension())
    {
        std::iota(order_.begin(), order_.end(), 0U);
        std::ranges::sort(order_, [&](auto left, auto right) {
            return days[left] < days[right] || (days[left] == days[right] && left < right);
        });
        rows_.reserve(points.size());
        for (const auto text : order_) {
            rows_.add(points, text);
            days_.push_back(days[text]);
            weights_.push_back(weights.empty() ? 1 : weights[text]);
        }
    }

    std::size_t size() const { return order_.size(); }
    std::uint32_t text(std::size_t at) const { return order_[at]; }
    const Points& rows() const { return rows_; }
    std::int64_t day(std::size_t at) const { return days_[at]; }
    std::uint32_t weight(std::size_t at) const { return weights_[at]; }
    std::int64_t first_day() const { return days_.front(); }
    std::int64_t last_day() const { return days_.back(); }
    /// The place of the first text of `day` or later.
    std::size_t begin_of(std::int64_t day) const
    {
        return static_cast<std::size_t>(std::ranges::lower_bound(days_, day) - days_.begin());
    }

private:
    std::vector<std::uint32_t> order_;
    Points rows_;
    std::vector<std::int64_t> days_;
    std::vector<std::uint32_t> weights_;
};

// For each text how many are like it on each day from 62 days before its own to 6 days after.
class LikeCounts {
public:
    LikeCounts(const Stream& stream, unsigned threads) : stream_(stream), sums_(stream.size())
    {
        for_each_index((stream.size() + texts_at_once - 1) / texts_at_once, threads,
                       [&](std::size_t b) { count_block(b * texts_at_once); });
    }

    /// How many are like the text at `at` from `first` to `last`, days near enough to its own.
    std::uint32_t between(std::size_t at, std::int64_t first, std::int64_t last) const
    {
        const auto& sums = sums_[at];
        return sums[place(at, last + 1)] - sums[place(at, first)];
    }

private:
    std::size_t place(std::size_t at, std::int64_t day) const
    {
        const auto offset = day - (stream_.day(at) - base_days - week_days + 1);
        return static_cast<std::size_t>(
            std::clamp<std::int64_t>(offset, 0, static_cast<std::int64_t>(days_counted)));
    }
    void count_block(std::size_t first)
    {
        const auto last = std::min(stream_.size(), first + texts_at_once);
        const auto begin = stream_.begin_of(stream_.day(first) - base_days - week_days + 1);
        const auto end = stream_.begin_of(stream_.day(last - 1) + week_days);
        for (auto at = first; at < last; ++at) sums_[at].fill(0);
        static const std::vector<float> never(texts_at_once,
                                              std::numeric_limits<float>::infinity());
        std::vector<std::int32_t> products(texts_at_once * texts_at_once);
        std::array<std::uint32_t, texts_at_once> hits{};
        const auto& rows = stream_.rows();
        for (auto other = begin; other < end; other += texts_at_once) {
            const auto count = std::min(texts_at_once, end - other);
            dots(rows.row(first), last - first, rows.row(other), count, rows.stride(),
                 products.data());
            for (auto at = first; at < last; ++at) {
                const auto found =
                    collect_near(products.data() + (at - first) * count, rows.scales() + other,
                                 rows.scales()[at], like_min, never.data(), count, hits.data());
                for (std::size_t h = 0; h < found; ++h) {
                    const auto like = other + hits[h];
                    const auto offset =
                        stream_.day(like) - (stream_.day(at) - base_days - week_days + 1);
                    if (offset >= 0 && offset < static_cast<std::int64_t>(days_counted))
                        sums_[at][static_cast<std::size_t>(offset) + 1] += stream_.weight(like);
                }
            }
        }
        for (auto at = first; at < last; ++at)
            std::partial_sum(sums_[at].begin(), sums_[at].end(), sums_[at].begin());
    }

    const Stream& stream_;
    std::vector<std::array<std::uint32_t, days_counted + 1>> sums_; // running
};

struct Ringing {
    double chance;
    std::size_t at;
    std::uint32_t count;
    double expected;
};

// A signal as it goes on: what belongs to it grows, so that it is known again.
struct Rise {
    std::int64_t last_day;
    std::size_t heart;
    std::set<std::size_t> members;
};

class Watch {
public:
    Watch(const Stream& stream, const LikeCounts& counts, const SignalSettings& settings)
        : stream_(stream), counts_(counts), bound_a_day_(settings.false_alarms_a_year / 365)
    {
    }

    void look_at(std::int64_t day)
    {
        const auto week_begin = day - week_days + 1;
        const auto base_begin = std::max(stream_.first_day(), week_begin - base_days);
        if (week_begin - base_begin < base_days_min) return;
        const auto first = stream_.begin_of(week_begin);
        const auto last = stream_.begin_of(day + 1);
        auto ringing = ringing_texts(day, week_begin, base_begin, first, last);
        // Those that are like each other ring for the same reason; the loudest speaks for them.
        std::ranges::sort(ringing, [](const auto& left, const auto& right) {
            return left.chance < right.chance ||
                   (left.chance == right.chance && left.at < right.at);
        });
        // Not those that are like those: from one to the next a chain leads to what something else
        // makes ring, and two rises that begin in one week would be one.
        std::vector<bool> taken(ringing.size());
        for (std::size_t i = 0; i < ringing.size(); ++i) {
            if (taken[i]) continue;
            std::vector<std::size_t> hearts = {ringing[i].at};
            for (auto j = i + 1; j < ringing.size(); ++j)
                if (!taken[j] && is_same(ringing[i].at, ringing[j].at)) {
                    taken[j] = true;
                    hearts.push_back(ringing[j].at);
                }
            raise(day, ringing[i], hearts, first, last);
        }
    }
    std::vector<Signal> take() { return std::move(signals_); }

private:
    bool is_same(std::size_t left, std::size_t right) const
    {
        return stream_.rows().similarity(left, right) >= same_rise_min;
    }

    std::vector<Ringing> ringing_texts(std::int64_t day, std::int64_t week_begin,
                                       std::int64_t base_begin, std::size_t first,
                                       std::size_t last) const
    {
        std::vector<Ringing> ringing;
        const auto base_count = static_cast<double>(first - stream_.begin_of(base_begin));
        const auto week_count = static_cast<double>(last - first);
        const auto by_days =
            static_cast<double>(week_days) / static_cast<double>(week_begin - base_begin);
        const auto by_texts = week_count / std::max(1.0, base_count);
        for (auto at = first; at < last; ++at) {
            const auto count = counts_.between(at, week_begin, day);
            if (count < count_min) continue;
            const auto base = counts_.between(at, base_begin, week_begin - 1) + base_prior;
            const auto ratio = std::max(by_days, by_texts);
            const auto chance = predictive_tail(count, base, ratio);
            if (chance < bound_a_day_ / week_count)
                ringing.push_back({chance, at, count, base * ratio});
        }
        return ringing;
    }

    void raise(std::int64_t day, const Ringing& loudest, const std::vector<std::size_t>& hearts,
               std::size_t first, std::size_t last)
    {
        std::set<std::size_t> members;
        for (auto at = first; at < last; ++at)
            if (std::ranges::any_of(hearts, [&](auto heart) {
                    return stream_.rows().similarity(at, heart) >= like_min;
                }))
                members.insert(at);
        if (auto* known = rise_like(day, loudest.at, members)) {
            known->last_day = day;
            known->members.merge(members);
            return;
        }
        Signal signal{day, loudest.count, loudest.expected, stream_.text(loudest.at), {}};
        for (const auto at : members) signal.texts.push_back(stream_.text(at));
        signals_.push_back(std::move(signal));
        rises_.push_back({day, loudest.at, std::move(members)});
    }

    Rise* rise_like(std::int64_t day, std::size_t heart, const std::set<std::size_t>& members)
    {
        for (auto& rise : rises_) {
            if (day - rise.last_day > quiet_days) continue;
            const auto shared = static_cast<double>(std::ranges::count_if(
                members, [&](auto member) { return rise.members.contains(member); }));
            const auto smaller = static_cast<double>(std::min(members.size(), rise.members.size()));
            if (is_same(heart, rise.heart) || shared >= shared_min * smaller) return &rise;
        }
        return nullptr;
    }

    const Stream& stream_;
    const LikeCounts& counts_;
    double bound_a_day_;
    std::vector<Signal> signals_;
    std::vector<Rise> rises_;
};

} // namespace

double predictive_tail(std::uint32_t count, double base, double ratio)
{
    invariant(base > 0 && ratio > 0, "something was counted, and for some time");
    if (count == 0) return 1;
    const auto share = ratio / (1 + ratio); // of an event to be one of the later time
    const auto log_term = [&](double k) {
        return std::lgamma(k + base) - std::lgamma(base) - std::lgamma(k + 1) +
               k * std::log(share) + base * std::log1p(-share);
    };
    double sum = 0;
    // Terms upwards from `count`; for counts below what is expected the rest of the sum is surer.
    if (static_cast<double>(count) <= base * ratio) {
        for (std::uint32_t k = 0; k < count; ++k) sum += std::exp(log_term(k));
        return std::clamp(1 - sum, 0.0, 1.0);
    }
    auto term = std::exp(log_term(count));
    for (auto k = static_cast<double>(count); term > sum * 1e-16; ++k) {
        sum += term;
        term *= share * (k + base) / (k + 1);
    }
    return std::min(1.0, sum);
}

std::vector<Signal> find_signals(const Points& points, std::span<const std::int64_t> days,
                                 const SignalSettings& settings)
{
    invariant(days.size() == points.size(), "every text has a day");
    invariant(settings.weights.empty() || settings.weights.size() == points.size(),
              "every text has a weight, or none");
    if (points.size() == 0) return {};
    const Stream stream(points, days, settings.weights);
    // Nothing is raised so soon, and counting what is like what takes nearly all of the time.
    if (stream.last_day() - stream.first_day() < week_days - 1 + base_days_min) return {};
    const LikeCounts counts(stream, settings.threads);
    Watch watch(stream, counts, settings);
    // Only a day that brings texts can bring news.
    for (std::size_t at = 0; at < stream.size(); at = stream.begin_of(stream.day(at) + 1))
        watch.look_at(stream.day(at));
    return watch.take();
}

} // namespace moothall::sense
