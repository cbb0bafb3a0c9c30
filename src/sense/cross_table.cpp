#include "sense/cross_table.hpp"

#include "hear/hear.hpp"
#include "sense/theme_figures.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace moothall::sense {

namespace {

constexpr std::size_t columns_max = 12;
constexpr std::size_t rows_max = 60;

/// One value of a lens: how it is called, the filter that shows its voices, and its place in order.
struct Side {
    std::string label;
    std::string filter;
    std::int64_t voices = 0;
    std::string order; // of what has an order of its own; empty: by voices
};

bool is_of_circles(std::string_view lens)
{
    return lens == "circle" || lens == "customer" || lens == "community";
}

std::string key_of(const VoiceCell& cell, std::string_view lens)
{
    if (is_of_circles(lens)) return cell.circle.text();
    if (lens == "kind") return cell.kind;
    if (lens == "time") return std::to_string(cell.month);
    return cell.theme.text();
}

Side side_of(const std::string& key, std::string_view lens, const LensNames& names,
             const web::Language& language)
{
    if (is_of_circles(lens)) {
        const auto name = names.circles.find(key);
        return {name == names.circles.end() ? key : std::string(language.t(name->second)),
                "circle=" + key,
                0,
                {}};
    }
    if (lens == "kind")
        return {std::string(language.t(hear::name_of_kind(key))), "kind=" + key, 0, {}};
    if (lens == "time") {
        const auto month = std::stoll(key);
        return {label_of_month(month, language), days_of_month(month), 0, key};
    }
    const auto name = names.themes.find(key);
    return {name == names.themes.end() ? key : name->second, "theme=" + key, 0, {}};
}

/// The keys of a side in the order they are shown: months by time, all else by voices; the least
/// are left out.
std::vector<std::string> chosen(const std::map<std::string, Side>& sides, std::size_t most,
                                bool& cut)
{
    std::vector<std::string> keys;
    for (const auto& [key, side] : sides) keys.push_back(key);
    const bool by_time = !sides.empty() && !sides.begin()->second.order.empty();
    std::ranges::sort(keys, [&](const std::string& left, const std::string& right) {
        if (by_time) return std::stoll(left) > std::stoll(right); // the newest first
        const auto a = sides.at(left).voices;
        const auto b = sides.at(right).voices;
        return a > b || (a == b && left < right);
    });
    if (keys.size() > most) {
        cut = true;
        keys.resize(most);
    }
    if (by_time) std::ranges::reverse(keys);
    return keys;
}

/// Voices of one cell in the three months up to now, and in the three before.
struct Quarters {
    std::int64_t voices = 0;
    std::int64_t now = 0;
    std::int64_t before = 0;
};

/// Chosen by hand, as for a whole theme: what people would call rising. Of fewer than three voices
/// nothing is said.
void tell_trend(CrossCell& cell, const Quarters& quarters, const web::Language& language)
{
    constexpr std::int64_t voices_min = 3;
    if (quarters.now >= voices_min && 2 * quarters.now >= 3 * quarters.before) {
        cell.trend = language.t("rising");
        cell.trend_word = "rising";
        cell.arrow = "↗";
    } else if (quarters.before >= voices_min && 5 * quarters.now <= 3 * quarters.before) {
        cell.trend = language.t("falling");
        cell.trend_word = "falling";
        cell.arrow = "↘";
    }
}

} // namespace

std::string label_of_month(std::int64_t month, const web::Language& language)
{
    return language.month(Date{std::chrono::floor<std::chrono::days>(start_of_month(month))});
}

std::string days_of_month(std::int64_t month)
{
    using std::chrono::days;
    const auto first = std::chrono::floor<days>(start_of_month(month));
    const auto last = std::chrono::floor<days>(start_of_month(month + 1)) - days{1};
    return "from=" + moothall::to_text(Date{first}) + "&until=" + moothall::to_text(Date{last});
}

bool is_of_lens(std::string_view lens, const people::Circle& circle)
{
    if (lens == "customer") return circle.kind == people::CircleKind::customer;
    if (lens == "community") return circle.kind == people::CircleKind::community;
    return true;
}

CrossTable make_table(const std::vector<VoiceCell>& cells, std::string_view lens,
                      std::string_view by, const LensNames& names, Time now,
                      const web::Language& language)
{
    constexpr std::int64_t quarter = 3;
    const bool has_time = lens == "time" || by == "time"; // its columns are the trend
    const auto this_month = month_of(now);
    std::map<std::string, Side> rows;
    std::map<std::string, Side> columns;
    std::map<std::pair<std::string, std::string>, Quarters> counts;
    for (const auto& cell : cells) {
        const auto row = key_of(cell, lens);
        const auto column = key_of(cell, by);
        if (!rows.contains(row)) rows.emplace(row, side_of(row, lens, names, language));
        if (!columns.contains(column))
            columns.emplace(column, side_of(column, by, names, language));
        rows.at(row).voices += cell.voices;
        columns.at(column).voices += cell.voices;
        auto& count = counts[{row, column}];
        count.voices += cell.voices;
        const auto age = this_month - cell.month;
        if (age < quarter)
            count.now += cell.voices;
        else if (age < 2 * quarter)
            count.before += cell.voices;
    }
    CrossTable table;
    const auto column_keys = chosen(columns, columns_max, table.cut);
    for (const auto& key : column_keys) table.columns.push_back(columns.at(key).label);
    for (const auto& key : chosen(rows, rows_max, table.cut)) {
        const auto& side = rows.at(key);
        CrossRow row{side.label, "/voices?" + side.filter, {}, side.voices};
        for (const auto& column : column_keys) {
            const auto found = counts.find({key, column});
            const auto count = found == counts.end() ? Quarters() : found->second;
            CrossCell shown{count.voices, row.path + "&" + columns.at(column).filter, {}, {}, {}};
            if (!has_time) tell_trend(shown, count, language);
            row.cells.push_back(std::move(shown));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string_view theme_lens_of(std::string_view lens, std::string_view by)
{
    if (is_theme_lens(lens)) return lens;
    return is_theme_lens(by) ? by : std::string_view("topic");
}

CrossTable find_table(store::Transaction& transaction, std::string_view lens, std::string_view by,
                      const std::vector<NamedTheme>& themes, const Viewer& viewer, Time now,
                      const web::Language& language)
{
    LensNames names;
    for (const auto& theme : themes) names.themes.emplace(theme.id.text(), theme.title);
    std::set<Id> left_out;
    for (const auto& circle : people::list_circles(transaction, viewer)) {
        names.circles.emplace(circle.id.text(), circle.name);
        for (const auto side : {lens, by})
            if (!is_of_lens(side, circle)) left_out.insert(circle.id);
    }
    auto cells = list_cells(transaction, theme_lens_of(lens, by), viewer);
    std::erase_if(cells, [&](const VoiceCell& cell) {
        return !names.themes.contains(cell.theme.text()) || left_out.contains(cell.circle);
    });
    return make_table(cells, lens, by, names, now, language);
}

} // namespace moothall::sense
