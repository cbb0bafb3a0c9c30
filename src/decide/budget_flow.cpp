// The picture of where the money of a budget came from and went.

#include "decide/budget_view.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace moothall::decide {

namespace {

constexpr std::int64_t flow_width = 360; // a phone's; everything else is scaled from it
constexpr std::int64_t bar_width = 8;
constexpr std::int64_t gap = 5;
constexpr std::int64_t line_height = 15;   // a label needs this much
constexpr std::int64_t money_height = 260; // all the money together
constexpr std::size_t label_characters_max = 30;

std::string shortened(const std::string& text)
{
    if (count_characters(text) <= label_characters_max) return text;
    std::string cut;
    std::size_t characters = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
        if (begins && ++characters == label_characters_max) break;
        cut += text[at];
    }
    return cut + "…";
}

std::string ribbon(std::int64_t top, std::int64_t bottom, std::int64_t to_top,
                   std::int64_t to_bottom)
{
    const auto left = std::to_string(bar_width);
    const auto right = std::to_string(flow_width - bar_width);
    const auto middle = std::to_string(flow_width / 2);
    const auto n = [](std::int64_t value) { return std::to_string(value); };
    return "M" + left + " " + n(top) + "C" + middle + " " + n(top) + " " + middle + " " +
           n(to_top) + " " + right + " " + n(to_top) + "V" + n(to_bottom) + "C" + middle + " " +
           n(to_bottom) + " " + middle + " " + n(bottom) + " " + left + " " + n(bottom) + "Z";
}

} // namespace

Flow make_flow(const std::vector<FlowSource>& sources, const std::vector<FlowTarget>& targets,
               std::string label)
{
    Flow flow;
    flow.label = std::move(label);
    std::vector<std::int64_t> of_source(sources.size());
    std::vector<std::int64_t> of_target(targets.size());
    for (std::size_t to = 0; to < targets.size(); ++to)
        for (std::size_t from = 0; from < sources.size(); ++from) {
            of_source[from] += targets[to].from[from];
            of_target[to] += targets[to].from[from];
        }
    const auto all = std::accumulate(of_target.begin(), of_target.end(), std::int64_t{0});
    if (all == 0) return flow;
    const auto tall = [&](std::int64_t money) {
        return static_cast<std::int64_t>(
            std::llround(static_cast<double>(money) / static_cast<double>(all) *
                         static_cast<double>(money_height)));
    };
    // Right: a bar for each project, with room for its label. Left: the sources, spread over as
    // much.
    std::vector<std::int64_t> target_y(targets.size());
    std::int64_t y = 4;
    for (std::size_t to = 0; to < targets.size(); ++to) {
        const auto height = std::max<std::int64_t>(2, tall(of_target[to]));
        const auto room = std::max(height, line_height);
        target_y[to] = y + (room - height) / 2;
        flow.bars.push_back({flow_width - bar_width, target_y[to], height,
                             targets[to].spent ? "flow-bar" : "flow-bar-rest"});
        flow.labels.push_back(
            {flow_width - bar_width - 5, y + room / 2 + 4, true, shortened(targets[to].name)});
        y += room + gap;
    }
    flow.height = y;
    std::int64_t sources_height = 0;
    std::int64_t shown = 0;
    for (const auto money : of_source)
        if (money > 0) {
            sources_height += std::max(line_height, tall(money));
            ++shown;
        }
    const auto free_height = std::max<std::int64_t>(0, flow.height - sources_height);
    const auto space = shown == 0 ? 0 : free_height / (shown + 1);
    std::vector<std::int64_t> target_used(targets.size());
    y = space;
    std::size_t colour = 0;
    for (std::size_t from = 0; from < sources.size(); ++from) {
        if (of_source[from] == 0) continue;
        const auto height = std::max<std::int64_t>(2, tall(of_source[from]));
        flow.bars.push_back({0, y, height, "flow-bar"});
        std::int64_t used = 0;
        for (std::size_t to = 0; to < targets.size(); ++to) {
            const auto money = targets[to].from[from];
            if (money == 0) continue;
            const auto start = y + tall(used);
            const auto to_start = target_y[to] + tall(target_used[to]);
            used += money;
            target_used[to] += money;
            flow.ribbons.push_back(
                {ribbon(start, y + std::max(tall(used), tall(used - money) + 1), to_start,
                        target_y[to] +
                            std::max(tall(target_used[to]), tall(target_used[to] - money) + 1)),
                 colour % 2 == 0 ? "flow-1" : "flow-2"});
        }
        flow.labels.push_back({bar_width + 5, y + std::max(height, line_height) / 2 + 4, false,
                               shortened(sources[from].name)});
        y += std::max(height, line_height) + space;
        ++colour;
    }
    flow.height = std::max(flow.height, y);
    return flow;
}

} // namespace moothall::decide
