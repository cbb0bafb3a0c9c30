#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace moothall::web {

class Router;

/// Upper ends of the buckets in which answering times are counted, in microseconds.
inline constexpr std::array<std::int64_t, 12> duration_buckets_us = {
    250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000};

/// How often a route was asked, and how long the answers took from the whole request to the
/// handing over (writes wait for the disk within it).
struct RouteFigures {
    void count(int status, std::chrono::microseconds took);

    std::array<std::atomic<std::uint64_t>, 6> by_class{}; // [2] counts 200 to 299
    std::array<std::atomic<std::uint64_t>, duration_buckets_us.size()> within{};
    std::atomic<std::uint64_t> took_us{0};
};

/// Writes figures in the Prometheus text format, version 0.0.4.
class MetricsWriter {
public:
    /// Starts a family: what it is, and its type ("counter", "gauge", "histogram").
    void family(std::string_view name, std::string_view type, std::string_view help);
    /// One sample; `labels` as `route="GET /",class="2"`, made of label().
    void sample(std::string_view name, std::string_view labels, double value);
    void sample(std::string_view name, std::string_view labels, std::uint64_t value);
    /// A family of one sample without labels.
    template <class Number>
    void single(std::string_view name, std::string_view type, std::string_view help, Number value)
    {
        family(name, type, help);
        sample(name, {}, value);
    }
    static std::string label(std::string_view name, std::string_view value);

    std::string take() { return std::move(text_); }

private:
    void write_line(std::string_view name, std::string_view labels, std::string_view value);

    std::string text_;
};

/// Requests and times of all routes that were asked at least once; `unmatched` are those of none.
void write_route_metrics(MetricsWriter& metrics, const Router& router,
                         const RouteFigures& unmatched);

/// Memory of this process that is in RAM, in bytes; 0 where it is not known.
std::uint64_t resident_bytes();

} // namespace moothall::web
