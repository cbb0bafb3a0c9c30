#include "learn/follow_log.hpp"

#include "hear/hear.hpp"
#include "learn/clock.hpp"

#include <algorithm>

namespace moothall::learn {

namespace {

constexpr int events_max = 500; // in one transaction

/// A voice on the clock: a row of loop_time.
struct Standing {
    Id circle;
    std::string kind;
    Id theme;
    Id author;
    bool counted = false;
    Time heard;
    std::array<std::optional<Time>, steps.size()> reached;
};

std::optional<Time> time_or_none(Time time)
{
    return time == Time{} ? std::nullopt : std::optional(time);
}

std::optional<Standing> find_standing(store::Transaction& transaction, Id organisation, Id voice)
{
    auto rows = transaction.query(R"sql(
        SELECT circle_id, kind, theme_id, author_id, counted, heard_us, answered_us, decided_us, done_us, told_us
        FROM loop_time WHERE org_id = ?1 AND voice_id = ?2 )sql",
                                  organisation, voice);
    if (!rows.next()) return {};
    Standing standing{rows->id(0),    rows->string(1), rows->id(2), rows->id(3),
                      rows->truth(4), rows->time(5),   {}};
    for (std::size_t step = 0; step < steps.size(); ++step)
        standing.reached[step] = time_or_none(rows->time(6 + static_cast<int>(step)));
    return standing;
}

void save_standing(store::Transaction& transaction, Id organisation, Id voice,
                   const Standing& standing)
{
    const auto at = [&](Step step) {
        return standing.reached[static_cast<std::size_t>(step)].value_or(Time{});
    };
    transaction.execute(R"sql(
        INSERT INTO loop_time (org_id, voice_id, circle_id, kind, theme_id, author_id, counted, heard_us,
            answered_us, decided_us, done_us, told_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT (org_id, voice_id) DO UPDATE SET circle_id = excluded.circle_id, kind = excluded.kind,
            theme_id = excluded.theme_id, author_id = excluded.author_id, counted = excluded.counted,
            heard_us = excluded.heard_us, answered_us = excluded.answered_us, decided_us = excluded.decided_us,
            done_us = excluded.done_us, told_us = excluded.told_us )sql",
                        organisation, voice, standing.circle, standing.kind, standing.theme,
                        standing.author, standing.counted, standing.heard, at(Step::answered),
                        at(Step::decided), at(Step::done), at(Step::told));
}

/// As the voice stands now. When it was answered cannot be read from it; that is carried over and
/// `answered` is the earliest of what the log says now.
std::optional<Standing> read_voice(store::Transaction& transaction, Id organisation, Id voice,
                                   const std::optional<Standing>& before,
                                   std::optional<Time> answered)
{
    std::optional<Standing> standing;
    {
        auto rows = transaction.query(R"sql(
            SELECT t.circle_id, v.kind, t.author_id, t.state, t.created_us
            FROM voice v JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
            WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.voice_id = ?2 )sql",
                                      organisation, voice);
        if (!rows.next()) return {};
        standing = Standing{rows->id(0),
                            rows->string(1),
                            {},
                            rows->id(2),
                            rows->text(3) == "visible",
                            rows->time(4),
                            {}};
    }
    auto& first_answer = standing->reached[0];
    if (before) first_answer = before->reached[0];
    if (answered && (!first_answer || *answered < *first_answer)) first_answer = answered;
    // Each stage it reached, whoever may see through what: the clock tells times, not things.
    for (const auto& reached : hear::list_stages(transaction, organisation, voice)) {
        const auto note = [&](Step step) {
            auto& time = standing->reached[static_cast<std::size_t>(step)];
            if (!time || reached.at < *time) time = reached.at;
        };
        if (reached.stage == hear::Stage::sense && !standing->theme)
            standing->theme = reached.about;
        if (reached.stage == hear::Stage::decide) note(Step::decided);
        if (reached.stage == hear::Stage::act) note(Step::done);
        if (reached.stage == hear::Stage::tell) note(Step::told);
    }
    return standing;
}

// -- counting -------------------------------------------------------------------------------------

std::string month_of(Time time)
{
    return to_rfc3339(time).substr(0, 7);
}

void add_to_histogram(store::Transaction& transaction, Id organisation, std::string_view lens,
                      Id circle, std::string_view entry, Step step, std::int64_t span_class, int by)
{
    transaction.execute(R"sql(
        INSERT INTO loop_histogram (org_id, lens, circle_id, entry, step, class, voices)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (org_id, lens, circle_id, entry, step, class)
        DO UPDATE SET voices = loop_histogram.voices + excluded.voices )sql",
                        organisation, lens, circle, entry, to_text(step), span_class, by);
}

void count_spans(store::Transaction& transaction, Id organisation, Id voice,
                 const Standing& standing, int by)
{
    for (const auto step : steps) {
        const auto reached = standing.reached[static_cast<std::size_t>(step)];
        if (!reached) continue;
        const auto span =
            std::max(std::chrono::duration_cast<std::chrono::seconds>(*reached - standing.heard),
                     std::chrono::seconds{0});
        const auto span_class = class_of(span);
        const auto add = [&](std::string_view lens, std::string_view entry) {
            add_to_histogram(transaction, organisation, lens, standing.circle, entry, step,
                             span_class, by);
        };
        add("all", "");
        add("kind", standing.kind);
        add("month", month_of(*reached));
        if (standing.theme) add("theme", standing.theme.text());
        if (by > 0)
            transaction.execute(R"sql(
                INSERT INTO loop_span (org_id, step, voice_id, circle_id, seconds)
                VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (org_id, step, voice_id)
                DO UPDATE SET circle_id = excluded.circle_id, seconds = excluded.seconds )sql",
                                organisation, to_text(step), voice, standing.circle, span.count());
        else
            transaction.execute(
                "DELETE FROM loop_span WHERE org_id = ?1 AND step = ?2 AND voice_id = ?3",
                organisation, to_text(step), voice);
    }
}

struct PersonFigures {
    std::int64_t voices = 0;
    std::int64_t answered = 0;
    std::int64_t outcomes = 0;
};

/// Adds a voice to what its author has said and got, and follows in the circle's figures.
void count_person(store::Transaction& transaction, Id organisation, const Standing& standing,
                  int by)
{
    if (!standing.author) return;
    PersonFigures was;
    for (const auto& row : transaction.query(R"sql(
             SELECT voices, answered, outcomes FROM loop_person
             WHERE org_id = ?1 AND circle_id = ?2 AND person_id = ?3 )sql",
                                             organisation, standing.circle, standing.author))
        was = {row.integer(0), row.integer(1), row.integer(2)};
    auto is = was;
    const bool answered = standing.reached[0].has_value();
    const bool outcome = standing.reached[1].has_value() || standing.reached[2].has_value();
    is.voices += by;
    if (answered) is.answered += by;
    if (outcome) is.outcomes += by;
    transaction.execute(R"sql(
        INSERT INTO loop_person (org_id, circle_id, person_id, voices, answered, outcomes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (org_id, circle_id, person_id) DO UPDATE SET voices = excluded.voices,
            answered = excluded.answered, outcomes = excluded.outcomes )sql",
                        organisation, standing.circle, standing.author, is.voices, is.answered,
                        is.outcomes);
    const auto step_of_count = [](std::int64_t before, std::int64_t after) {
        return static_cast<std::int64_t>(after > 0) - static_cast<std::int64_t>(before > 0);
    };
    transaction.execute(R"sql(
        INSERT INTO loop_circle (org_id, circle_id, people, answered, outcomes)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, circle_id) DO UPDATE SET people = loop_circle.people + excluded.people,
            answered = loop_circle.answered + excluded.answered,
            outcomes = loop_circle.outcomes + excluded.outcomes )sql",
                        organisation, standing.circle, step_of_count(was.voices, is.voices),
                        step_of_count(was.answered, is.answered),
                        step_of_count(was.outcomes, is.outcomes));
}

void count(store::Transaction& transaction, Id organisation, Id voice, const Standing& standing,
           int by)
{
    if (!standing.counted) return;
    count_spans(transaction, organisation, voice, standing, by);
    count_person(transaction, organisation, standing, by);
}

void bring_up_to_date(store::Transaction& transaction, Id organisation, Id voice,
                      std::optional<Time> answered)
{
    const auto before = find_standing(transaction, organisation, voice);
    const auto after = read_voice(transaction, organisation, voice, before, answered);
    if (before) count(transaction, organisation, voice, *before, -1);
    if (!after) return;
    count(transaction, organisation, voice, *after, 1);
    save_standing(transaction, organisation, voice, *after);
}

/// A voice that events named, and when the first of them answered it.
struct Touched {
    Id voice;
    std::optional<Time> answered;
};

/// The voices of some events. Support does not move the clock, so those many events are left out.
/// A reply answers when somebody of the company gives it to another's voice.
std::vector<Touched> list_touched(store::Transaction& transaction, Id organisation, Id first,
                                  Id last)
{
    std::vector<Touched> touched;
    for (const auto& row : transaction.query(R"sql(
             SELECT v.voice_id, e.verb, e.at_us,
                    CASE WHEN e.verb = 'hear.reply_said' AND e.actor_id <> t.author_id AND
                        (EXISTS (SELECT 1 FROM person p
                                 WHERE p.org_id = ?1 AND p.person_id = e.actor_id AND p.owner = 1)
                         OR EXISTS (SELECT 1 FROM membership m JOIN circle c ON c.org_id = m.org_id AND c.circle_id = m.circle_id
                         WHERE m.org_id = ?1 AND c.org_id = ?1 AND m.person_id = e.actor_id AND c.kind IN ('company', 'team') AND m.role <> 'guest'))
                    THEN 1 ELSE 0 END
             FROM event e
             JOIN event_thing et ON et.org_id = e.org_id AND et.event_id = e.event_id
             JOIN voice v ON v.org_id = e.org_id AND v.voice_id = et.thing_id
             JOIN thing t ON t.org_id = e.org_id AND t.thing_id = et.thing_id
             WHERE e.org_id = ?1 AND et.org_id = ?1 AND v.org_id = ?1 AND t.org_id = ?1
               AND e.event_id > ?2 AND e.event_id <= ?3
               AND e.verb NOT IN ('hear.support_given', 'hear.support_changed', 'hear.support_withdrawn',
                                  'hear.follow_changed')
             ORDER BY v.voice_id, e.event_id )sql",
                                             organisation, first, last)) {
        if (touched.empty() || touched.back().voice != row.id(0))
            touched.push_back({row.id(0), {}});
        const auto verb = row.text(1);
        const bool answers = verb == "hear.status_changed" || verb == "hear.voice_answered" ||
                             verb == "hear.answer_chosen" || row.integer(3) == 1;
        if (answers && !touched.back().answered) touched.back().answered = row.time(2);
    }
    return touched;
}

} // namespace

std::int64_t follow_log(store::Database& database, Id organisation, Time now)
{
    // Transactions of other nodes may commit a little after younger ones: the last moment waits.
    constexpr std::chrono::milliseconds settling{500};
    const Id until = IdSource().next(now - settling);
    const auto waiting = database.read([&](store::Transaction& transaction) {
        auto rows = transaction.query(R"sql(
            SELECT 1 FROM event WHERE org_id = ?1 AND event_id < ?2 AND event_id >
                coalesce((SELECT c.event_id FROM consumer c WHERE c.org_id = ?1 AND c.name = 'learn'), 0)
            LIMIT 1 )sql",
                                      organisation, until);
        return rows.next();
    });
    if (!waiting) return 0;

    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        // The row is the lock: a second node waits here and then finds nothing left.
        transaction.execute(R"sql(
            INSERT INTO consumer (org_id, name, event_id) VALUES (?1, 'learn', 0)
            ON CONFLICT (org_id, name) DO UPDATE SET event_id = consumer.event_id )sql",
                            organisation);
        Id first;
        for (const auto& row :
             transaction.query("SELECT event_id FROM consumer WHERE org_id = ?1 AND name = 'learn'",
                               organisation))
            first = row.id(0);
        Id last;
        std::int64_t events = 0;
        for (const auto& row : transaction.query(R"sql(
                 SELECT event_id FROM event WHERE org_id = ?1 AND event_id > ?2 AND event_id < ?3
                 ORDER BY event_id LIMIT ?4 )sql",
                                                 organisation, first, until, events_max)) {
            last = row.id(0);
            ++events;
        }
        if (events == 0) return 0;
        for (const auto& touched : list_touched(transaction, organisation, first, last))
            bring_up_to_date(transaction, organisation, touched.voice, touched.answered);
        transaction.execute(
            "UPDATE consumer SET event_id = ?2 WHERE org_id = ?1 AND name = 'learn'", organisation,
            last);
        return events;
    });
}

} // namespace moothall::learn
