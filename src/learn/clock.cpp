#include "learn/clock.hpp"

#include "hear/hear.hpp"
#include "learn/histogram.hpp"
#include "people/people.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

namespace moothall::learn {

namespace {

constexpr double classes_a_doubling = 8;

std::string_view to_text(ClockLens lens)
{
    switch (lens) {
    case ClockLens::all:
    case ClockLens::circle: // the same rows, not summed over circles
        return "all";
    case ClockLens::kind:
        return "kind";
    case ClockLens::theme:
        return "theme";
    case ClockLens::month:
        return "month";
    }
    return "all";
}

/// The circles into which the viewer sees; with `circle`, that one alone if she does.
std::vector<Id> list_seen_circles(store::Transaction& transaction, const Viewer& viewer, Id circle)
{
    std::vector<Id> circles;
    for (const auto& row : transaction.query(R"sql(
             SELECT c.circle_id FROM circle c
             WHERE c.org_id = ?1 AND (?3 = 0 OR c.circle_id = ?3)
               AND (c.visibility = 'public' OR c.circle_id IN
                    (SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)) )sql",
                                             viewer.organisation, viewer.person, circle))
        circles.push_back(row.id(0));
    return circles;
}

/// Which rows together are what the viewer sees: the sum of the public circles (0), and each that
/// she sees and that is not in it.
std::vector<Id> list_counts(store::Transaction& transaction, const Viewer& viewer)
{
    std::vector<Id> counts{Id{}};
    for (const auto& row : transaction.query(R"sql(
             SELECT l.circle_id, l.is_public, c.visibility = 'public',
                    EXISTS (SELECT 1 FROM membership m
                            WHERE m.org_id = ?1 AND m.circle_id = l.circle_id AND m.person_id = ?2)
             FROM loop_circle l JOIN circle c ON c.org_id = l.org_id AND c.circle_id = l.circle_id
             WHERE l.org_id = ?1 AND c.org_id = ?1 )sql",
                                             viewer.organisation, viewer.person)) {
        const bool summed = row.truth(1);
        const bool is_public = row.truth(2);
        // It was closed a moment ago: until the log is followed the sum tells too much.
        if (summed && !is_public) return list_seen_circles(transaction, viewer, {});
        if (!summed && (is_public || row.truth(3))) counts.push_back(row.id(0));
    }
    return counts;
}

/// People of these circles, each once: by name, which is for the moment in which no sum holds.
HeardRate count_people(store::Transaction& transaction, const Viewer& viewer,
                       const std::vector<Id>& circles)
{
    HeardRate rate;
    for (const auto& row : transaction.query(R"sql(
             SELECT count(*), coalesce(sum(CASE WHEN s.answered > 0 THEN 1 ELSE 0 END), 0),
                    coalesce(sum(CASE WHEN s.outcomes > 0 THEN 1 ELSE 0 END), 0)
             FROM (SELECT p.person_id, sum(p.answered) AS answered, sum(p.outcomes) AS outcomes
                   FROM loop_person p
                   WHERE p.org_id = ?1 AND p.circle_id IN_IDS(?2) GROUP BY p.person_id) s )sql",
                                             viewer.organisation, store::IdList{circles}))
        rate = {row.integer(0), row.integer(1), row.integer(2)};
    return rate;
}

/// The titles of circles or themes that the viewer sees.
std::map<std::string, std::string> titles_of(store::Transaction& transaction, const Viewer& viewer,
                                             const std::vector<Id>& things)
{
    std::map<std::string, std::string> titles;
    if (things.empty()) return titles;
    for (const auto& row :
         transaction.query(store::Sql("SELECT t.thing_id, t.title FROM thing t "
                                      "WHERE t.org_id = ?1 AND t.thing_id IN_IDS(?3) AND ") +
                               people::seen,
                           viewer.organisation, viewer.person, store::IdList{things}))
        titles[row.id(0).text()] = row.string(1);
    return titles;
}

} // namespace

std::string_view to_text(Step step)
{
    static constexpr std::array<std::string_view, steps.size()> names{"answered", "decided", "done",
                                                                      "told"};
    return names[static_cast<std::size_t>(step)];
}

std::optional<Step> step_of(std::string_view text)
{
    for (const auto step : steps)
        if (to_text(step) == text) return step;
    return {};
}

std::int64_t class_of(std::chrono::seconds span)
{
    const auto seconds = static_cast<double>(std::max<std::int64_t>(span.count(), 0));
    return static_cast<std::int64_t>(std::floor(classes_a_doubling * std::log2(seconds + 1)));
}

std::chrono::seconds middle_of(std::int64_t span_class)
{
    const auto middle = (static_cast<double>(span_class) + 0.5) / classes_a_doubling;
    return std::chrono::seconds(std::llround(std::exp2(middle) - 1));
}

Spans spans_of(const std::vector<std::pair<std::int64_t, std::int64_t>>& voices_by_class)
{
    Spans spans;
    for (const auto& [span_class, voices] : voices_by_class) spans.voices += voices;
    const auto at_rank = [&](std::int64_t rank) {
        std::int64_t passed = 0;
        for (const auto& [span_class, voices] : voices_by_class) {
            passed += voices;
            if (passed >= rank) return middle_of(span_class);
        }
        return std::chrono::seconds{0};
    };
    if (spans.voices == 0) return spans;
    spans.median = at_rank((spans.voices + 1) / 2);
    spans.ninth = at_rank((spans.voices * 9 + 9) / 10);
    return spans;
}

ClockSight find_clock_sight(store::Transaction& transaction, const Viewer& viewer, Id circle)
{
    return {circle ? list_seen_circles(transaction, viewer, circle)
                   : list_counts(transaction, viewer),
            circle};
}

std::vector<ClockLine> read_clock(store::Transaction& transaction, const Viewer& viewer,
                                  ClockLens lens, Id circle)
{
    return read_clock(transaction, viewer, lens,
                      lens == ClockLens::circle
                          ? ClockSight{list_seen_circles(transaction, viewer, circle), circle}
                          : find_clock_sight(transaction, viewer, circle));
}

std::vector<ClockLine> read_clock(store::Transaction& transaction, const Viewer& viewer,
                                  ClockLens lens, const ClockSight& sight)
{
    std::map<std::string, Histogram> by_entry;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT h.circle_id, h.entry, h.voices FROM loop_line h
             WHERE h.org_id = ?1 AND h.lens = ?2 AND h.circle_id IN_IDS(?3) )sql",
                           viewer.organisation, to_text(lens), store::IdList{sight.counts}))
        by_entry[lens == ClockLens::circle ? row.id(0).text() : row.string(1)].add(row.text(2));
    const bool named = lens == ClockLens::circle || lens == ClockLens::theme;
    std::vector<Id> things;
    for (const auto& [entry, histogram] : by_entry)
        if (named)
            if (const auto id = Id::parse(entry)) things.push_back(*id);
    const auto titles = titles_of(transaction, viewer, things);
    std::vector<ClockLine> lines;
    for (const auto& [entry, histogram] : by_entry) {
        ClockLine line{.entry = entry, .name = {}, .spans = {}};
        if (named) {
            const auto title = titles.find(entry);
            if (title == titles.end()) continue;
            line.name = title->second;
        }
        for (const auto step : steps)
            line.spans[static_cast<std::size_t>(step)] = histogram.spans(step);
        lines.push_back(std::move(line));
    }
    if (lens != ClockLens::month)
        std::ranges::sort(lines, [](const ClockLine& one, const ClockLine& other) {
            return one.spans[0].voices != other.spans[0].voices
                       ? one.spans[0].voices > other.spans[0].voices
                       : one.entry < other.entry;
        });
    return lines;
}

HeardRate read_heard_rate(store::Transaction& transaction, const Viewer& viewer, Id circle)
{
    return read_heard_rate(transaction, viewer, find_clock_sight(transaction, viewer, circle));
}

HeardRate read_heard_rate(store::Transaction& transaction, const Viewer& viewer,
                          const ClockSight& sight)
{
    const auto& counts = sight.counts;
    if (counts.empty()) return {};
    if (!sight.circle && counts.front()) return count_people(transaction, viewer, counts);
    HeardRate rate;
    for (const auto& row : transaction.query(R"sql(
             SELECT l.circle_id, l.people, l.answered, l.outcomes, l.more_people, l.more_answered, l.more_outcomes
             FROM loop_circle l WHERE l.org_id = ?1 AND l.circle_id IN_IDS(?2) )sql",
                                             viewer.organisation, store::IdList{counts})) {
        const bool whole = row.id(0) == counts.front(); // the others say what they add to it
        rate.people += row.integer(whole ? 1 : 4);
        rate.answered += row.integer(whole ? 2 : 5);
        rate.outcomes += row.integer(whole ? 3 : 6);
    }
    if (counts.size() == 1) return rate;
    for (const auto& row : transaction.query(R"sql(
             SELECT coalesce(sum(CASE WHEN a.person_id IS NULL THEN 1 ELSE 0 END), 0),
                    coalesce(sum(CASE WHEN s.answered > 0 AND coalesce(a.answered, 0) = 0 THEN 1 ELSE 0 END), 0),
                    coalesce(sum(CASE WHEN s.outcomes > 0 AND coalesce(a.outcomes, 0) = 0 THEN 1 ELSE 0 END), 0)
             FROM (SELECT p.person_id, sum(p.answered) AS answered, sum(p.outcomes) AS outcomes
                   FROM loop_person p
                   WHERE p.org_id = ?1 AND p.several = 1 AND p.circle_id IN_IDS(?2) GROUP BY p.person_id) s
             LEFT JOIN loop_person a ON a.org_id = ?1 AND a.person_id = s.person_id AND a.circle_id = 0 )sql",
                                             viewer.organisation, store::IdList{counts})) {
        rate.people += row.integer(0);
        rate.answered += row.integer(1);
        rate.outcomes += row.integer(2);
    }
    return rate;
}

SpanPage list_spans(store::Transaction& transaction, const Viewer& viewer, const SpanQuery& query)
{
    // A cursor is "seconds-id" of the last line.
    std::int64_t seconds = std::numeric_limits<std::int64_t>::max();
    Id last;
    const std::string_view after = query.after;
    if (const auto dash = after.find('-'); dash != std::string_view::npos) {
        const auto id = Id::parse(after.substr(dash + 1));
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(after.data(), after.data() + dash, number);
        if (id && error == std::errc{} && end == after.data() + dash) {
            seconds = number;
            last = *id;
        }
    }
    // Asked so, and not as "any or this one", each walks its own index.
    auto sql =
        store::Sql("SELECT s.voice_id, t.title, s.seconds FROM loop_span s CROSS JOIN thing t "
                   "WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.step = ?3 "
                   "AND t.thing_id = s.voice_id AND (s.seconds, s.voice_id) < (?8, ?9)");
    sql += query.circle ? store::SqlLiteral(" AND s.circle_id = ?4")
                        : store::SqlLiteral(" AND ?4 = ?4");
    sql += query.kind.empty() ? store::SqlLiteral(" AND ?5 = ?5")
                              : store::SqlLiteral(" AND s.kind = ?5");
    sql +=
        query.theme ? store::SqlLiteral(" AND s.theme_id = ?6") : store::SqlLiteral(" AND ?6 = ?6");
    sql += query.month.empty() ? store::SqlLiteral(" AND ?7 = ?7")
                               : store::SqlLiteral(" AND s.month = ?7");
    sql += " AND ";
    sql += people::seen;
    sql += " ORDER BY s.seconds DESC, s.voice_id DESC LIMIT ?10";
    SpanPage page;
    for (const auto& row :
         transaction.query(sql, viewer.organisation, viewer.person,
                           query.step ? to_text(*query.step) : outcome_step, query.circle,
                           query.kind, query.theme, query.month, seconds, last, query.limit + 1)) {
        if (std::ssize(page.voices) == query.limit) {
            const auto& end = page.voices.back();
            page.next = std::to_string(end.span.count()) + '-' + end.voice.text();
            break;
        }
        page.voices.push_back({row.id(0), row.string(1), std::chrono::seconds(row.integer(2))});
    }
    return page;
}

} // namespace moothall::learn
