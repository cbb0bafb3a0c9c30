#pragma once

#include "base/viewer.hpp"
#include "store/database.hpp"

#include <chrono>
#include <optional>

/// How long it takes until somebody who is asked answers. Of circles in figures; of a person others
/// learn only a rough word, and only if she lets them.
namespace moothall::organise {

/// Keeps how long an answer took, for the circle (none: between two people) and for the person.
void keep_answer_time(store::Transaction& transaction, Id organisation, Id circle, Id person,
                      std::chrono::microseconds took);

struct AnswerTime {
    std::int64_t answers = 0;
    std::chrono::microseconds median{0}; // right to some 10 %: it is read from a histogram
};
AnswerTime find_answer_time(store::Transaction& transaction, Id organisation, Id circle);
/// Over all circles that the viewer sees into.
AnswerTime find_answer_time(store::Transaction& transaction, const Viewer& viewer);

/// What others may know of a person: "usually answers within …". None when she switched it off, or
/// answered fewer than three times.
enum class Habit : std::uint8_t { within_an_hour, within_a_day, within_a_week, takes_longer };
std::optional<Habit> find_habit(store::Transaction& transaction, Id organisation, Id person);
/// A key for Language::t().
const char* sentence_of(Habit habit);
bool shows_habit(store::Transaction& transaction, Id organisation, Id person);
void show_habit(store::Transaction& transaction, Id organisation, Id person, bool shown);

} // namespace moothall::organise
