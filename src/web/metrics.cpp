#include "web/metrics.hpp"

#include "web/router.hpp"

#include <unistd.h>

#include <charconv>
#include <fstream>

namespace moothall::web {

namespace {

std::string to_digits(double value)
{
    std::array<char, 352> digits; // the longest double has 309 before its point
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed)
            .ptr;
    return {digits.data(), end};
}

std::string route_label(const Route* route)
{
    if (route == nullptr) return MetricsWriter::label("route", "none");
    std::string name(to_text(route->method));
    name += ' ';
    name += route->pattern;
    return MetricsWriter::label("route", name);
}

std::uint64_t asked(const RouteFigures& figures)
{
    std::uint64_t sum = 0;
    for (const auto& count : figures.by_class) sum += count.load(std::memory_order_relaxed);
    return sum;
}

template <class Visit>
void each_asked(const Router& router, const RouteFigures& unmatched, const Visit& visit)
{
    for (const auto& route : router.routes())
        if (asked(*route->figures) > 0) visit(*route->figures, route_label(route.get()));
    if (asked(unmatched) > 0) visit(unmatched, route_label(nullptr));
}

} // namespace

void RouteFigures::count(int status, std::chrono::microseconds took)
{
    const auto number = static_cast<std::size_t>(status / 100);
    by_class[number < by_class.size() ? number : 5].fetch_add(1, std::memory_order_relaxed);
    took_us.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
    for (std::size_t at = 0; at < within.size(); ++at) {
        if (took.count() > duration_buckets_us[at]) continue;
        within[at].fetch_add(1, std::memory_order_relaxed);
        break;
    }
}

void MetricsWriter::family(std::string_view name, std::string_view type, std::string_view help)
{
    text_ += "# HELP ";
    text_ += name;
    text_ += ' ';
    text_ += help;
    text_ += "\n# TYPE ";
    text_ += name;
    text_ += ' ';
    text_ += type;
    text_ += '\n';
}

void MetricsWriter::write_line(std::string_view name, std::string_view labels,
                               std::string_view value)
{
    text_ += name;
    if (!labels.empty()) {
        text_ += '{';
        text_ += labels;
        text_ += '}';
    }
    text_ += ' ';
    text_ += value;
    text_ += '\n';
}

void MetricsWriter::sample(std::string_view name, std::string_view labels, double value)
{
    write_line(name, labels, to_digits(value));
}

void MetricsWriter::sample(std::string_view name, std::string_view labels, std::uint64_t value)
{
    write_line(name, labels, std::to_string(value));
}

std::string MetricsWriter::label(std::string_view name, std::string_view value)
{
    std::string text(name);
    text += "=\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += c == '\n' ? ' ' : c;
    }
    return text += '"';
}

void write_route_metrics(MetricsWriter& metrics, const Router& router,
                         const RouteFigures& unmatched)
{
    metrics.family("moothall_requests_total", "counter", "Requests by route and class of status.");
    each_asked(router, unmatched, [&](const RouteFigures& figures, const std::string& route) {
        for (std::size_t number = 1; number < figures.by_class.size(); ++number)
            if (const auto count = figures.by_class[number].load(std::memory_order_relaxed);
                count > 0)
                metrics.sample("moothall_requests_total",
                               route + "," + MetricsWriter::label("class", std::to_string(number)),
                               count);
    });

    constexpr std::string_view name = "moothall_request_seconds";
    metrics.family(name, "histogram", "Time from the whole request to its answer.");
    each_asked(router, unmatched, [&](const RouteFigures& figures, const std::string& route) {
        // The buckets are read first: a request that comes meanwhile may be in the total only.
        std::uint64_t sum = 0;
        std::string_view bucket = "moothall_request_seconds_bucket";
        for (std::size_t at = 0; at < duration_buckets_us.size(); ++at) {
            sum += figures.within[at].load(std::memory_order_relaxed);
            const auto end = to_digits(static_cast<double>(duration_buckets_us[at]) / 1e6);
            metrics.sample(bucket, route + "," + MetricsWriter::label("le", end), sum);
        }
        const auto count = std::max(asked(figures), sum);
        metrics.sample(bucket, route + ",le=\"+Inf\"", count);
        metrics.sample("moothall_request_seconds_sum", route,
                       static_cast<double>(figures.took_us.load(std::memory_order_relaxed)) / 1e6);
        metrics.sample("moothall_request_seconds_count", route, count);
    });
}

std::uint64_t resident_bytes()
{
    std::ifstream file("/proc/self/statm");
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    if (!(file >> size >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace moothall::web
