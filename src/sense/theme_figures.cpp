#include "sense/theme_figures.hpp"

#include "people/people.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <unordered_map>
#include <unordered_set>

namespace moothall::sense {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

// A trend of two years fits a phone, and a row.
constexpr std::int64_t weeks_max = 104;
constexpr std::int64_t days_from_monday = 3; // 1 January 1970 was a Thursday

struct Audience {
    ThemeFigures figures;
    std::unordered_set<Id> people;
    std::map<std::int64_t, std::int64_t> weeks;
};

void count_week(Audience& audience, Time said)
{
    ++audience.weeks[week_of(said)];
    auto& figures = audience.figures;
    if (figures.voices == 0 || said < figures.first) figures.first = said;
    if (figures.voices == 0 || said > figures.last) figures.last = said;
    ++figures.voices;
}

void write_out_weeks(Audience& audience)
{
    if (audience.weeks.empty()) return;
    const auto last = audience.weeks.rbegin()->first;
    const auto from = std::max(audience.weeks.begin()->first, last - weeks_max + 1);
    audience.figures.weeks_from = from;
    audience.figures.weeks.assign(static_cast<std::size_t>(last - from + 1), 0);
    for (const auto& [week, voices] : audience.weeks)
        if (week >= from) audience.figures.weeks[static_cast<std::size_t>(week - from)] = voices;
}

} // namespace

std::int64_t week_of(Time time)
{
    const auto day = std::chrono::floor<days>(time).time_since_epoch().count() + days_from_monday;
    return day >= 0 ? day / 7 : (day - 6) / 7;
}

Time start_of_week(std::int64_t week)
{
    return Time{sys_days{days{week * 7 - days_from_monday}}};
}

std::int64_t month_of(Time time)
{
    const std::chrono::year_month_day date{std::chrono::floor<days>(time)};
    return std::int64_t{static_cast<int>(date.year())} * 12 +
           static_cast<std::int64_t>(static_cast<unsigned>(date.month())) - 1;
}

Time start_of_month(std::int64_t month)
{
    return Time{sys_days{std::chrono::year{static_cast<int>(month / 12)} /
                         std::chrono::month{static_cast<unsigned>(month % 12) + 1} / 1}};
}

std::map<Id, GatheredFigures> gather_figures(store::Transaction& transaction, Id organisation,
                                             const std::vector<Id>& themes)
{
    std::map<Id, GatheredFigures> gathered;
    if (themes.empty()) return gathered;
    std::map<Id, std::map<Id, Audience>> audiences; // by theme and closed circle
    std::unordered_map<Id, bool> is_public;
    std::unordered_map<Id, bool> is_outside; // a circle of customers or a community
    for (const auto& row : transaction.query(
             "SELECT circle_id, visibility = 'public', kind IN ('customer', 'community') "
             "FROM circle WHERE org_id = ?1",
             organisation)) {
        is_public[row.id(0)] = row.truth(1);
        is_outside[row.id(0)] = row.truth(2);
    }
    const auto audience_of = [&](Id theme, Id circle) -> Audience& {
        return audiences[theme][is_public[circle] ? Id{} : circle];
    };
    for (const auto& row : transaction.query(R"sql(
             SELECT tv.theme_id, t.circle_id, v.kind, t.created_us, t.author_id,
                    v.supporters - v.inherited + v.unattributed
             FROM theme_voice tv
             JOIN thing t ON t.org_id = tv.org_id AND t.thing_id = tv.voice_id
             JOIN voice v ON v.org_id = tv.org_id AND v.voice_id = tv.voice_id
             WHERE tv.org_id = ?1 AND t.org_id = ?1 AND v.org_id = ?1 AND tv.theme_id IN_IDS(?2)
               AND t.state = 'visible' )sql",
                                             organisation, store::IdList{themes})) {
        auto& audience = audience_of(row.id(0), row.id(1));
        count_week(audience, row.time(3));
        if (row.id(4)) audience.people.insert(row.id(4));
        audience.figures.support += row.integer(5);
        ++gathered[row.id(0)].cells[{row.id(1), row.string(2), month_of(row.time(3))}];
    }
    for (const auto& row : transaction.query(R"sql(
             SELECT tv.theme_id, t.circle_id, s.person_id, s.matters FROM theme_voice tv
             JOIN thing t ON t.org_id = tv.org_id AND t.thing_id = tv.voice_id
             JOIN support s ON s.org_id = tv.org_id AND s.voice_id = tv.voice_id
             WHERE tv.org_id = ?1 AND t.org_id = ?1 AND s.org_id = ?1 AND tv.theme_id IN_IDS(?2)
               AND t.state = 'visible' AND s.confirmed = 1 )sql",
                                             organisation, store::IdList{themes})) {
        auto& audience = audience_of(row.id(0), row.id(1));
        audience.people.insert(row.id(2));
        if (row.text(3) == "vital") ++audience.figures.vital;
        if (row.text(3) == "important") ++audience.figures.important;
    }

    std::vector<Id> people;
    for (const auto& [theme, by_circle] : audiences)
        if (const auto all = by_circle.find(Id{}); all != by_circle.end())
            people.insert(people.end(), all->second.people.begin(), all->second.people.end());
    std::ranges::sort(people);
    people.erase(std::ranges::unique(people).begin(), people.end());
    const auto circles = people::list_open_circles(transaction, organisation, people);

    for (auto& [theme, by_circle] : audiences) {
        const std::unordered_set<Id> known = by_circle[Id{}].people;
        for (auto& [circle, audience] : by_circle) {
            auto& figures = audience.figures;
            if (circle) {
                figures.people = std::ranges::count_if(
                    audience.people, [&](Id person) { return !known.contains(person); });
                figures.circles = is_outside[circle] ? 1 : 0;
            } else {
                figures.people = std::ssize(audience.people);
                auto& touched = gathered[theme].circles;
                for (const Id person : audience.people)
                    if (const auto found = circles.find(person); found != circles.end())
                        for (const Id one : found->second) ++touched[one];
                figures.circles = std::ssize(touched);
            }
            write_out_weeks(audience);
            if (figures.voices > 0) gathered[theme].counts.emplace(circle, figures);
        }
    }
    return gathered;
}

void save_figures(store::Transaction& transaction, Id organisation, const std::vector<Id>& themes,
                  const std::map<Id, GatheredFigures>& gathered)
{
    transaction.execute("DELETE FROM theme_count WHERE org_id = ?1 AND theme_id IN_IDS(?2)",
                        organisation, store::IdList{themes});
    transaction.execute("DELETE FROM theme_cell WHERE org_id = ?1 AND theme_id IN_IDS(?2)",
                        organisation, store::IdList{themes});
    transaction.execute("DELETE FROM theme_circle WHERE org_id = ?1 AND theme_id IN_IDS(?2)",
                        organisation, store::IdList{themes});
    for (const auto& [theme, figures] : gathered) {
        for (const auto& [circle, people] : figures.circles)
            transaction.execute("INSERT INTO theme_circle (org_id, theme_id, circle_id, people) "
                                "VALUES (?1, ?2, ?3, ?4)",
                                organisation, theme, circle, people);
        for (const auto& [circle, count] : figures.counts)
            transaction.execute(R"sql(
                INSERT INTO theme_count (org_id, theme_id, circle_id, voices, people, circles, support, vital,
                    important, first_us, last_us, weeks_from, weeks)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) )sql",
                                organisation, theme, circle, count.voices, count.people,
                                count.circles, count.support, count.vital, count.important,
                                count.first, count.last, count.weeks_from,
                                write_weeks(count.weeks));
        for (const auto& [cell, voices] : figures.cells)
            transaction.execute(R"sql(
                INSERT INTO theme_cell (org_id, theme_id, circle_id, kind, month, voices)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6) )sql",
                                organisation, theme, std::get<0>(cell), std::get<1>(cell),
                                std::get<2>(cell), voices);
    }
}

void refresh_figures(store::Transaction& transaction, Id organisation,
                     const std::vector<Id>& themes)
{
    save_figures(transaction, organisation, themes,
                 gather_figures(transaction, organisation, themes));
}

void add_figures(ThemeFigures& to, const ThemeFigures& more)
{
    if (more.voices == 0) return;
    if (to.voices == 0) {
        to = more;
        return;
    }
    to.voices += more.voices;
    to.people += more.people;
    to.circles += more.circles;
    to.support += more.support;
    to.vital += more.vital;
    to.important += more.important;
    to.first = std::min(to.first, more.first);
    to.last = std::max(to.last, more.last);
    const auto last =
        std::max(to.weeks_from + std::ssize(to.weeks), more.weeks_from + std::ssize(more.weeks)) -
        1;
    const auto from = std::max(std::min(to.weeks_from, more.weeks_from), last - weeks_max + 1);
    std::vector<std::int64_t> weeks(static_cast<std::size_t>(last - from + 1));
    for (const auto* part : {static_cast<const ThemeFigures*>(&to), &more})
        for (std::size_t i = 0; i < part->weeks.size(); ++i) {
            const auto week = part->weeks_from + static_cast<std::int64_t>(i);
            if (week >= from) weeks[static_cast<std::size_t>(week - from)] += part->weeks[i];
        }
    to.weeks_from = from;
    to.weeks = std::move(weeks);
}

std::string write_weeks(const std::vector<std::int64_t>& weeks)
{
    std::string text;
    for (const auto voices : weeks) {
        if (!text.empty()) text += ' ';
        text += std::to_string(voices);
    }
    return text;
}

std::vector<std::int64_t> read_weeks(std::string_view text)
{
    std::vector<std::int64_t> weeks;
    while (!text.empty()) {
        std::int64_t voices = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), voices);
        if (error != std::errc{}) break;
        weeks.push_back(voices);
        text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
    }
    return weeks;
}

} // namespace moothall::sense
