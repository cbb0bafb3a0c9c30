#include "organise/answer_time.hpp"

#include "web/language.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace moothall::organise {

namespace {

// Four buckets for each doubling: a median is then right to some 10 %, and twelve weeks fill 68
// rows at most.
constexpr double buckets_for_each_doubling = 4;
constexpr std::int64_t habit_answers_min = 3;

std::int64_t bucket_of(std::chrono::microseconds took)
{
    const auto minutes = std::max(0.0, std::chrono::duration<double, std::ratio<60>>(took).count());
    return static_cast<std::int64_t>(
        std::floor(buckets_for_each_doubling * std::log2(minutes + 1)));
}

/// The middle of a bucket.
std::chrono::microseconds length_of(std::int64_t bucket)
{
    const auto minutes =
        std::exp2((static_cast<double>(bucket) + 0.5) / buckets_for_each_doubling) - 1;
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::duration<double, std::ratio<60>>(minutes));
}

struct Column {
    std::int64_t bucket;
    std::int64_t answers;
};

/// `columns` by bucket, rising.
AnswerTime read_median(const std::vector<Column>& columns)
{
    AnswerTime time;
    for (const auto& column : columns) time.answers += column.answers;
    std::int64_t before = 0;
    for (const auto& column : columns) {
        before += column.answers;
        if (before * 2 < time.answers) continue;
        time.median = length_of(column.bucket);
        break;
    }
    return time;
}

void add(store::Transaction& transaction, Id organisation, Id subject, std::int64_t bucket)
{
    transaction.execute(R"sql(
        INSERT INTO answer_time (org_id, subject_id, bucket, answers) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT (org_id, subject_id, bucket) DO UPDATE SET answers = answer_time.answers + 1 )sql",
                        organisation, subject, bucket);
}

} // namespace

void keep_answer_time(store::Transaction& transaction, Id organisation, Id circle, Id person,
                      std::chrono::microseconds took)
{
    const auto bucket = bucket_of(took);
    if (circle) add(transaction, organisation, circle, bucket);
    add(transaction, organisation, person, bucket);
}

AnswerTime find_answer_time(store::Transaction& transaction, Id organisation, Id circle)
{
    std::vector<Column> columns;
    for (const auto& row : transaction.query(R"sql(
             SELECT bucket, answers FROM answer_time WHERE org_id = ?1 AND subject_id = ?2 ORDER BY bucket )sql",
                                             organisation, circle))
        columns.push_back({row.integer(0), row.integer(1)});
    return read_median(columns);
}

AnswerTime find_answer_time(store::Transaction& transaction, const Viewer& viewer)
{
    std::vector<Column> columns;
    for (const auto& row : transaction.query(R"sql(
             SELECT a.bucket, CAST(sum(a.answers) AS BIGINT) FROM answer_time a
             JOIN circle c ON c.org_id = a.org_id AND c.circle_id = a.subject_id
             WHERE a.org_id = ?1 AND c.org_id = ?1
               AND (c.visibility = 'public' OR c.circle_id IN (SELECT m.circle_id FROM membership m
                                                               WHERE m.org_id = ?1 AND m.person_id = ?2))
             GROUP BY a.bucket ORDER BY a.bucket )sql",
                                             viewer.organisation, viewer.person))
        columns.push_back({row.integer(0), row.integer(1)});
    return read_median(columns);
}

std::optional<Habit> find_habit(store::Transaction& transaction, Id organisation, Id person)
{
    if (!shows_habit(transaction, organisation, person)) return {};
    const auto time = find_answer_time(transaction, organisation, person);
    if (time.answers < habit_answers_min) return {};
    if (time.median <= std::chrono::hours{1}) return Habit::within_an_hour;
    if (time.median <= std::chrono::hours{24}) return Habit::within_a_day;
    if (time.median <= std::chrono::hours{24 * 7}) return Habit::within_a_week;
    return Habit::takes_longer;
}

const char* sentence_of(Habit habit)
{
    switch (habit) {
    case Habit::within_an_hour:
        return web::translatable("usually answers within an hour");
    case Habit::within_a_day:
        return web::translatable("usually answers within a day");
    case Habit::within_a_week:
        return web::translatable("usually answers within a week");
    case Habit::takes_longer:
        break;
    }
    return web::translatable("usually takes longer than a week to answer");
}

bool shows_habit(store::Transaction& transaction, Id organisation, Id person)
{
    auto rows =
        transaction.query("SELECT 1 FROM answer_time_hidden WHERE org_id = ?1 AND person_id = ?2",
                          organisation, person);
    return !rows.next();
}

void show_habit(store::Transaction& transaction, Id organisation, Id person, bool shown)
{
    if (shown)
        transaction.execute("DELETE FROM answer_time_hidden WHERE org_id = ?1 AND person_id = ?2",
                            organisation, person);
    else
        transaction.execute(R"sql(
            INSERT INTO answer_time_hidden (org_id, person_id) VALUES (?1, ?2)
            ON CONFLICT (org_id, person_id) DO NOTHING )sql",
                            organisation, person);
}

} // namespace moothall::organise
