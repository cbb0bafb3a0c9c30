#include "cli/themes_report.hpp"

#include "text/unicode.hpp"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace moothall::cli {

namespace {

constexpr std::size_t texts_shown = 4;
constexpr std::size_t text_characters_max = 220;

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #22201c; --soft: #6b665c; --line: #d9d4c8; --bar: #8a4b2d; --paper: #fbf9f4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece8df; --soft: #a8a194; --line: #3b372f; --bar: #d08a63; --paper: #1b1916; }
}
body { margin: 0 auto; max-width: 52rem; padding: 2rem 1rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 Georgia, "Times New Roman", serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); }
.soft { color: var(--soft); }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; }
summary svg { width: 100%; height: .5rem; display: block; margin: .2rem 0; }
rect { fill: var(--bar); }
.count { float: right; color: var(--soft); font-variant-numeric: tabular-nums; }
ul { margin: .3rem 0 .6rem; padding-left: 1.2rem; }
)";

std::string escaped(std::string_view text)
{
    std::string result;
    for (const auto byte : text) switch (byte) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += byte;
        }
    return result;
}

// The most central texts of a theme, no two alike.
std::vector<std::uint32_t> central_texts(const ThemesReport& report,
                                         const std::vector<std::uint32_t>& members)
{
    const auto& points = report.space.points();
    const auto& point_of = report.space.point_of();
    std::vector<float> sum(points.dimension());
    for (const auto text : members) points.add_to(sum, point_of[text]);
    sense::Points centre(points.dimension());
    centre.add(sum);
    std::vector<std::pair<float, std::uint32_t>> order;
    for (const auto text : members)
        order.emplace_back(-sense::Points::similarity(points, point_of[text], centre, 0), text);
    std::ranges::sort(order);
    std::vector<std::uint32_t> chosen;
    for (const auto& [near, text] : order) {
        const auto like_one_shown = std::ranges::any_of(chosen, [&, at = text](auto shown) {
            return points.similarity(point_of[shown], point_of[at]) > 0.97F;
        });
        if (!like_one_shown) chosen.push_back(text);
        if (chosen.size() == texts_shown) break;
    }
    return chosen;
}

void write_theme(std::string& page, const ThemesReport& report, std::size_t theme,
                 const std::vector<std::uint32_t>& members, std::size_t greatest)
{
    const auto& label = report.labels[theme];
    const auto width = 100.0 * static_cast<double>(members.size()) / static_cast<double>(greatest);
    char bar[160];
    std::snprintf(bar, sizeof bar,
                  "<svg viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                  "<rect width=\"%.2f\" height=\"4\"/></svg>",
                  width);
    page += "<details><summary><span class=\"count\">" + std::to_string(members.size()) +
            "</span>" + escaped(label.label) + bar + "</summary>\n<p class=\"soft\">";
    for (std::size_t i = 0; i < label.keywords.size(); ++i)
        page += (i == 0 ? "" : " · ") + escaped(label.keywords[i]);
    page += "</p>\n<ul>\n";
    for (const auto text : central_texts(report, members))
        page += "<li>" +
                escaped(clip(normalise_line(report.texts[text]), text_characters_max,
                             Ellipsis::shown)) +
                "</li>\n";
    page += "</ul></details>\n";
}

} // namespace

std::string html_report(const ThemesReport& report)
{
    const auto members = report.themes.members();
    const auto& themes = report.themes.themes;
    const auto greatest = themes.empty() ? 1 : themes.front().size;
    std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<title>Themes of ";
    page += escaped(report.title) + "</title>\n<style>" + style + "</style></head><body>\n<h1>" +
            "What people said: " + escaped(report.title) + "</h1>\n<p class=\"soft\">" +
            std::to_string(report.texts.size()) + " texts, " + std::to_string(themes.size()) +
            " themes; " + std::to_string(report.themes.unassigned()) +
            " belong to none. Open a theme to read how people put it.</p>\n";
    if (report.parent_labels.empty()) {
        for (std::size_t i = 0; i < themes.size(); ++i)
            write_theme(page, report, i, members[i], greatest);
    } else {
        std::vector<std::size_t> sizes(report.parent_labels.size());
        for (const auto& theme : themes)
            sizes[static_cast<std::size_t>(theme.parent)] += theme.size;
        std::vector<std::size_t> order(sizes.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::sort(order, [&](auto left, auto right) {
            return sizes[left] > sizes[right] || (sizes[left] == sizes[right] && left < right);
        });
        for (const auto parent : order) {
            page += "<h2><span class=\"count\">" + std::to_string(sizes[parent]) + "</span>" +
                    escaped(report.parent_labels[parent].label) + "</h2>\n";
            for (std::size_t i = 0; i < themes.size(); ++i)
                if (static_cast<std::size_t>(themes[i].parent) == parent)
                    write_theme(page, report, i, members[i], greatest);
        }
    }
    page += "</body></html>\n";
    return page;
}

} // namespace moothall::cli
