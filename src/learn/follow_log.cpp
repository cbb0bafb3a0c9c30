#include "learn/follow_log.hpp"

#include "hear/hear.hpp"
#include "learn/clock.hpp"
#include "learn/heard_people.hpp"
#include "learn/histogram.hpp"
#include "record/consumer.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace moothall::learn {

namespace {

constexpr std::string_view follower = "learn";
constexpr std::string_view follower_voice = "learn.voice"; // how far a circle's change was counted
constexpr int events_max = 500;                            // in one transaction
constexpr int voices_max = 200;                            // looked through in one transaction

/// A voice on the clock: a row of loop_time.
struct Standing {
    Id circle;
    std::string kind;
    Id theme;
    Id author;
    bool counted = false; // it is visible
    bool stands = false;  // by itself: what was merged is told with what it went into
    Time heard;
    std::array<std::optional<Time>, steps.size()> reached;

    bool operator==(const Standing&) const = default;
};

std::optional<Time> time_or_none(Time time)
{
    return time == Time{} ? std::nullopt : std::optional(time);
}

std::optional<Standing> find_standing(store::Transaction& transaction, Id organisation, Id voice)
{
    auto rows = transaction.query(R"sql(
        SELECT circle_id, kind, theme_id, author_id, counted, stands, heard_us, answered_us, decided_us,
               done_us, told_us
        FROM loop_time WHERE org_id = ?1 AND voice_id = ?2 )sql",
                                  organisation, voice);
    if (!rows.next()) return {};
    Standing standing{rows->id(0),    rows->string(1), rows->id(2),   rows->id(3),
                      rows->truth(4), rows->truth(5),  rows->time(6), {}};
    for (std::size_t step = 0; step < steps.size(); ++step)
        standing.reached[step] = time_or_none(rows->time(7 + static_cast<int>(step)));
    return standing;
}

void save_standing(store::Transaction& transaction, Id organisation, Id voice,
                   const Standing& standing)
{
    const auto at = [&](Step step) {
        return standing.reached[static_cast<std::size_t>(step)].value_or(Time{});
    };
    transaction.execute(R"sql(
        INSERT INTO loop_time (org_id, voice_id, circle_id, kind, theme_id, author_id, counted, stands,
            heard_us, answered_us, decided_us, done_us, told_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        ON CONFLICT (org_id, voice_id) DO UPDATE SET circle_id = excluded.circle_id, kind = excluded.kind,
            theme_id = excluded.theme_id, author_id = excluded.author_id, counted = excluded.counted,
            stands = excluded.stands, heard_us = excluded.heard_us, answered_us = excluded.answered_us, decided_us = excluded.decided_us,
            done_us = excluded.done_us, told_us = excluded.told_us )sql",
                        organisation, voice, standing.circle, standing.kind, standing.theme,
                        standing.author, standing.counted, standing.stands, standing.heard,
                        at(Step::answered), at(Step::decided), at(Step::done), at(Step::told));
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
            SELECT t.circle_id, v.kind, t.author_id, t.state, v.merged_into = 0 OR v.apart > 0, t.created_us
            FROM voice v JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
            WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.voice_id = ?2 )sql",
                                      organisation, voice);
        if (!rows.next()) return {};
        standing =
            Standing{rows->id(0),    rows->string(1), {}, rows->id(2), rows->text(3) == "visible",
                     rows->truth(4), rows->time(5),   {}};
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

std::chrono::seconds span_of(const Standing& standing, Time reached)
{
    return std::max(std::chrono::duration_cast<std::chrono::seconds>(reached - standing.heard),
                    std::chrono::seconds{0});
}

/// What is to be added to the kept figures at the end of a transaction. One write for each line of
/// the clock, however many voices moved on it.
class Figures {
public:
    Figures(store::Transaction& transaction, Id organisation)
        : transaction_(transaction), organisation_(organisation), people_(transaction, organisation)
    {
        for (const auto& row : transaction.query(
                 "SELECT circle_id FROM circle WHERE org_id = ?1 AND visibility = 'public'",
                 organisation))
            public_.insert(row.id(0));
        std::vector<Id> moved;
        for (const auto& row : transaction.query("SELECT circle_id, is_public FROM loop_circle "
                                                 "WHERE org_id = ?1 AND circle_id <> 0",
                                                 organisation)) {
            summed_[row.id(0)] = row.truth(1);
            if (row.truth(1)) were_public_.insert(row.id(0));
            if (row.truth(1) != public_.contains(row.id(0))) moved.push_back(row.id(0));
        }
        for (const Id circle : moved) move(circle);
    }

    /// All that is kept of a circle is in the sum of the public ones, or beside it.
    void add(std::string_view lens, Id circle, std::string_view entry, Step step,
             std::int64_t span_class, int by)
    {
        added_[{std::string(lens), circle, std::string(entry)}].add(step, span_class, by);
        if (is_summed(circle))
            added_[{std::string(lens), Id{}, std::string(entry)}].add(step, span_class, by);
    }

    /// What its author said and got.
    void add_person(const Standing& standing, int by)
    {
        if (!standing.author) return;
        is_summed(standing.circle);
        const auto& reached = standing.reached;
        people_.add(standing.author, standing.circle, reached[0].has_value(),
                    reached[1].has_value() || reached[2].has_value(), by);
    }

    void save()
    {
        people_.save(were_public_, public_);
        for (const auto& [line, histogram] : added_) {
            const auto& [lens, circle, entry] = line;
            if (histogram.is_empty()) continue;
            auto kept = histogram;
            for (const auto& row : transaction_.query(R"sql(
                     SELECT voices FROM loop_line
                     WHERE org_id = ?1 AND lens = ?2 AND circle_id = ?3 AND entry = ?4 )sql",
                                                      organisation_, lens, circle, entry))
                kept.add(row.text(0));
            if (kept.is_empty())
                transaction_.execute(R"sql(
                    DELETE FROM loop_line
                    WHERE org_id = ?1 AND lens = ?2 AND circle_id = ?3 AND entry = ?4 )sql",
                                     organisation_, lens, circle, entry);
            else
                transaction_.execute(R"sql(
                    INSERT INTO loop_line (org_id, lens, circle_id, entry, voices)
                    VALUES (?1, ?2, ?3, ?4, ?5)
                    ON CONFLICT (org_id, lens, circle_id, entry) DO UPDATE SET voices = excluded.voices )sql",
                                     organisation_, lens, circle, entry, kept.text());
        }
    }

private:
    using Line = std::tuple<std::string, Id, std::string>; // lens, circle, entry

    bool is_summed(Id circle)
    {
        const auto known = summed_.find(circle);
        if (known != summed_.end()) return known->second;
        const bool is_public = public_.contains(circle);
        transaction_.execute(R"sql(
            INSERT INTO loop_circle (org_id, circle_id, people, answered, outcomes, is_public)
            VALUES (?1, ?2, 0, 0, 0, ?3) )sql",
                             organisation_, circle, is_public);
        summed_[circle] = is_public;
        return is_public;
    }

    /// A circle that was opened comes into the sum, one that was closed leaves it.
    void move(Id circle)
    {
        people_.move(circle);
        const bool is_public = public_.contains(circle);
        for (const auto& row :
             transaction_.query("SELECT lens, entry, voices FROM loop_line WHERE org_id = ?1 "
                                "AND circle_id = ?2 AND lens IN ('all', 'kind', 'theme', 'month')",
                                organisation_, circle)) {
            Histogram own;
            own.add(row.text(2));
            added_[{row.string(0), Id{}, row.string(1)}].add(is_public ? own : own.negative());
        }
        transaction_.execute(
            "UPDATE loop_circle SET is_public = ?3 WHERE org_id = ?1 AND circle_id = ?2",
            organisation_, circle, is_public);
        summed_[circle] = is_public;
    }

    store::Transaction& transaction_;
    Id organisation_;
    HeardPeople people_;
    std::set<Id> public_;
    std::set<Id> were_public_;  // those in the sum when the transaction began
    std::map<Id, bool> summed_; // the circles that are counted, and whether in the sum
    std::map<Line, Histogram> added_;
};

/// The lists behind the numbers: how long a voice took to a step.
void list_span(store::Transaction& transaction, Id organisation, Id voice, const Standing& standing,
               std::string_view step, Time reached, int by)
{
    if (by < 0) {
        transaction.execute(
            "DELETE FROM loop_span WHERE org_id = ?1 AND step = ?2 AND voice_id = ?3", organisation,
            step, voice);
        return;
    }
    transaction.execute(R"sql(
        INSERT INTO loop_span (org_id, step, voice_id, circle_id, kind, theme_id, month, seconds)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) )sql",
                        organisation, step, voice, standing.circle, standing.kind, standing.theme,
                        month_of(reached), span_of(standing, reached).count());
}

void count_spans(store::Transaction& transaction, Figures& figures, Id organisation, Id voice,
                 const Standing& standing, int by)
{
    std::optional<Time> outcome;
    for (const auto step : steps) {
        const auto reached = standing.reached[static_cast<std::size_t>(step)];
        if (!reached) continue;
        const auto add = [&](std::string_view lens, std::string_view entry) {
            figures.add(lens, standing.circle, entry, step, class_of(span_of(standing, *reached)),
                        by);
        };
        add("all", "");
        add("kind", standing.kind);
        add("month", month_of(*reached));
        if (standing.theme) add("theme", standing.theme.text());
        list_span(transaction, organisation, voice, standing, to_text(step), *reached, by);
        if (step == Step::decided || step == Step::done)
            outcome = outcome ? std::min(*outcome, *reached) : *reached;
    }
    if (outcome) list_span(transaction, organisation, voice, standing, outcome_step, *outcome, by);
}

void count(store::Transaction& transaction, Figures& figures, Id organisation, Id voice,
           const Standing& standing, int by)
{
    if (!standing.counted) return;
    if (standing.stands) count_spans(transaction, figures, organisation, voice, standing, by);
    figures.add_person(standing, by);
}

void bring_up_to_date(store::Transaction& transaction, Figures& figures, Id organisation, Id voice,
                      std::optional<Time> answered)
{
    const auto before = find_standing(transaction, organisation, voice);
    const auto after = read_voice(transaction, organisation, voice, before, answered);
    if (before == after) return;
    if (before) count(transaction, figures, organisation, voice, *before, -1);
    if (!after) return;
    count(transaction, figures, organisation, voice, *after, 1);
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

/// What came of voices through things of a circle counts for everybody while the circle is public,
/// and when it opens or closes no event names those voices: they are looked through in pieces, in
/// the order of their ids. True when all were.
bool recount_circle(store::Transaction& transaction, Figures& figures, Id organisation, Id circle)
{
    Id looked_at = record::lock_consumer(transaction, organisation, follower_voice);
    std::vector<Id> touched;
    int voices = 0;
    for (const auto& row : transaction.query(R"sql(
             SELECT v.voice_id,
                    EXISTS (SELECT 1 FROM loop_step s
                            JOIN thing a ON a.org_id = s.org_id AND a.thing_id = s.about_id
                            WHERE s.org_id = ?1 AND a.org_id = ?1 AND s.thing_id = v.voice_id
                              AND a.circle_id = ?3)
             FROM voice v WHERE v.org_id = ?1 AND v.voice_id > ?2 ORDER BY v.voice_id LIMIT ?4 )sql",
                                             organisation, looked_at, circle, voices_max)) {
        ++voices;
        looked_at = row.id(0);
        if (row.truth(1)) touched.push_back(looked_at);
    }
    for (const Id voice : touched) bring_up_to_date(transaction, figures, organisation, voice, {});
    const bool all = voices < voices_max;
    record::save_consumer(transaction, organisation, follower_voice, all ? Id{} : looked_at);
    return all;
}

/// The events of one transaction: up to a change of a circle, which is worked through by itself.
struct Piece {
    Id last;
    std::int64_t events = 0;
    Id changed_circle;
};
Piece read_piece(store::Transaction& transaction, Id organisation, Id first, Id until)
{
    Piece piece;
    for (const auto& row : transaction.query(R"sql(
             SELECT event_id, verb, thing_id FROM event
             WHERE org_id = ?1 AND event_id > ?2 AND event_id < ?3 ORDER BY event_id LIMIT ?4 )sql",
                                             organisation, first, until, events_max)) {
        const bool of_circle = row.text(1) == "people.circle_changed";
        if (of_circle && piece.events > 0) break;
        piece.last = row.id(0);
        ++piece.events;
        if (!of_circle) continue;
        piece.changed_circle = row.id(2);
        break;
    }
    return piece;
}

} // namespace

std::int64_t follow_log(store::Database& database, Id organisation, Time now)
{
    const Id until = record::first_unsettled(database, now);
    const auto waiting = database.read([&](store::Transaction& transaction) {
        return record::has_news(transaction, organisation, follower, until);
    });
    if (!waiting) return 0;

    return database.write([&](store::Transaction& transaction) -> std::int64_t {
        const Id first = record::lock_consumer(transaction, organisation, follower);
        const auto piece = read_piece(transaction, organisation, first, until);
        if (piece.events == 0) return 0;
        Figures figures(transaction, organisation);
        bool done = true;
        if (piece.changed_circle)
            done = recount_circle(transaction, figures, organisation, piece.changed_circle);
        else
            for (const auto& touched : list_touched(transaction, organisation, first, piece.last))
                bring_up_to_date(transaction, figures, organisation, touched.voice,
                                 touched.answered);
        figures.save();
        if (done) record::save_consumer(transaction, organisation, follower, piece.last);
        return piece.events;
    });
}

} // namespace moothall::learn
