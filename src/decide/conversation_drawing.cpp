#include "decide/conversation_drawing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

namespace moothall::decide {

namespace {

constexpr double margin = 60;
constexpr int edge = 16;                // how near to the picture's edge somebody is shown at most
constexpr std::size_t single_max = 400; // people drawn each by herself; beyond, by cells
constexpr int cell = 14;

void fit(MapDrawing& drawing, const std::vector<MapPoint>& points)
{
    if (points.empty()) return;
    const auto [left, right] = std::ranges::minmax(points, {}, &MapPoint::x);
    const auto [low, high] = std::ranges::minmax(points, {}, &MapPoint::y);
    const double wide = std::max(right.x - left.x, 1e-6);
    const double tall = std::max(high.y - low.y, 1e-6);
    drawing.middle_x = (left.x + right.x) / 2;
    drawing.middle_y = (low.y + high.y) / 2;
    drawing.scale =
        std::min((MapDrawing::width - 2 * margin) / wide, (MapDrawing::height - 2 * margin) / tall);
}

/// People on nearly the same spot become one dot, so large that its area shows how many they are.
std::vector<MapDot> make_dots(const MapDrawing& drawing, const std::vector<MapPoint>& points)
{
    const bool cells = points.size() > single_max;
    std::map<std::tuple<int, int, int, bool>, int> counts;
    for (const auto& point : points) {
        int x = drawing.to_x(point.x);
        int y = drawing.to_y(point.y);
        if (cells) {
            x = x / cell * cell + cell / 2;
            y = y / cell * cell + cell / 2;
        }
        ++counts[{x, y, point.group + 1, point.visitor}];
    }
    // On a phone a picture of 1000 is some 330 wide: what is smaller cannot be seen there.
    const double one = cells ? 6 : 12;
    std::vector<MapDot> dots;
    for (const auto& [place, people] : counts) {
        const auto& [x, y, group, visitor] = place;
        const auto radius = std::min(one * std::sqrt(static_cast<double>(people)), 26.0);
        dots.push_back({x, y, static_cast<int>(std::lround(radius)), group, visitor});
    }
    return dots;
}

using Corner = std::pair<int, int>;

/// The convex hull, by Andrew's monotone chain (Information Processing Letters 9(5), 1979).
std::vector<Corner> hull_of(std::vector<Corner> corners)
{
    std::ranges::sort(corners);
    const auto repeated = std::ranges::unique(corners);
    corners.erase(repeated.begin(), repeated.end());
    if (corners.size() < 3) return corners;
    const auto turns_left = [](Corner a, Corner b, Corner c) {
        return std::int64_t{b.first - a.first} * (c.second - a.second) -
                   std::int64_t{b.second - a.second} * (c.first - a.first) >
               0;
    };
    std::vector<Corner> hull;
    for (int half = 0; half < 2; ++half) {
        const auto begin = hull.size();
        for (const auto& corner : corners) {
            while (hull.size() >= begin + 2 &&
                   !turns_left(hull[hull.size() - 2], hull.back(), corner))
                hull.pop_back();
            hull.push_back(corner);
        }
        hull.pop_back();
        std::ranges::reverse(corners);
    }
    return hull;
}

/// Beside the hull, on the side where it is farthest from every dot; in its middle when there is no
/// room on any side.
Corner place_letter(const MapDrawing& drawing, const std::vector<Corner>& hull, Corner middle)
{
    constexpr int beside = 52;
    constexpr int from_edge = 30;
    if (hull.empty()) return middle;
    const auto [left, right] = std::ranges::minmax(hull, {}, &Corner::first);
    const auto [top, bottom] = std::ranges::minmax(hull, {}, &Corner::second);
    const std::array<Corner, 4> places{
        Corner{top.first, top.second - beside}, Corner{bottom.first, bottom.second + beside},
        Corner{left.first - beside, left.second}, Corner{right.first + beside, right.second}};
    auto best = middle;
    double farthest = 0;
    for (const auto& place : places) {
        if (place.first < from_edge || place.first > MapDrawing::width - from_edge ||
            place.second < from_edge || place.second > MapDrawing::height - from_edge)
            continue;
        double nearest = MapDrawing::width;
        for (const auto& dot : drawing.dots)
            nearest = std::min(nearest,
                               std::hypot(dot.x - place.first, dot.y - place.second) - dot.radius);
        if (nearest <= farthest) continue;
        farthest = nearest;
        best = place;
    }
    return best;
}

std::string to_points(const std::vector<Corner>& corners)
{
    std::string text;
    for (const auto& [x, y] : corners)
        text += (text.empty() ? "" : " ") + std::to_string(x) + "," + std::to_string(y);
    return text;
}

/// Reads numbers that are separated by blanks.
template <class Number, std::size_t count>
std::array<Number, count> read_numbers(std::string_view& text)
{
    std::array<Number, count> numbers{};
    for (auto& number : numbers) {
        const auto* const end = text.data() + text.size();
        const auto* const read = std::from_chars(text.data(), end, number).ptr;
        text.remove_prefix(static_cast<std::size_t>(read - text.data()));
        if (text.starts_with(' ')) text.remove_prefix(1);
    }
    return numbers;
}

int keep_inside(double place, int whole)
{
    return static_cast<int>(std::clamp<long>(std::lround(place), edge, whole - edge));
}

} // namespace

int MapDrawing::to_x(double value) const
{
    return keep_inside(width / 2.0 + (value - middle_x) * scale, width);
}

int MapDrawing::to_y(double value) const
{
    return keep_inside(height / 2.0 - (value - middle_y) * scale, height);
}

MapDrawing draw_map(const std::vector<MapPoint>& points,
                    const std::vector<opinions::Point>& centres)
{
    MapDrawing drawing;
    fit(drawing, points);
    drawing.dots = make_dots(drawing, points);
    for (std::size_t group = 0; group < centres.size(); ++group) {
        std::vector<Corner> corners;
        for (const auto& point : points)
            if (point.group == static_cast<int>(group) && !point.visitor)
                corners.emplace_back(drawing.to_x(point.x), drawing.to_y(point.y));
        const auto hull = hull_of(std::move(corners));
        const auto letter = place_letter(
            drawing, hull, {drawing.to_x(centres[group].x), drawing.to_y(centres[group].y)});
        drawing.groups.push_back({letter.first, letter.second, to_points(hull)});
    }
    return drawing;
}

// A line with the scale, then one for each group ("g": its middle, its hull) and each dot ("d": its
// middle, its radius, its group, 1 for a visitor).

std::string to_text(const MapDrawing& drawing)
{
    std::string text;
    for (const double number : {drawing.middle_x, drawing.middle_y, drawing.scale}) {
        std::array<char, 32> digits{};
        const auto* const end =
            std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        text.append(digits.data(), static_cast<std::size_t>(end - digits.data())).append(" ");
    }
    text += '\n';
    for (const auto& group : drawing.groups)
        text +=
            "g" + std::to_string(group.x) + " " + std::to_string(group.y) + " " + group.hull + "\n";
    for (const auto& dot : drawing.dots) {
        text += 'd';
        for (const int number : {dot.x, dot.y, dot.radius, dot.group, dot.visitor ? 1 : 0}) {
            text += std::to_string(number);
            text += ' ';
        }
        text += '\n';
    }
    return text;
}

MapDrawing read_drawing(std::string_view text)
{
    MapDrawing drawing;
    bool first = true;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (first) {
            const auto [x, y, scale] = read_numbers<double, 3>(line);
            drawing.middle_x = x;
            drawing.middle_y = y;
            drawing.scale = scale;
            first = false;
            continue;
        }
        const bool is_group = line.starts_with('g');
        line.remove_prefix(std::min<std::size_t>(1, line.size()));
        if (is_group) {
            const auto [x, y] = read_numbers<int, 2>(line);
            drawing.groups.push_back({x, y, std::string(line)});
        } else {
            const auto [x, y, radius, group, visitor] = read_numbers<int, 5>(line);
            drawing.dots.push_back({x, y, radius, group, visitor != 0});
        }
    }
    return drawing;
}

} // namespace moothall::decide
