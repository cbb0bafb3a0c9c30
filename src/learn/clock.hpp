#pragma once

#include "base/viewer.hpp"
#include "store/database.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The clock of the loop: how long from heard to answered, decided, done and told.
///
/// Figures are kept as histograms while the log is followed (follow_log.hpp), so that a page costs
/// the same at a thousand and at a million events. They are of circles and of the house, never of a
/// person.
namespace moothall::learn {

enum class Step : std::uint8_t { answered, decided, done, told };
inline constexpr std::array steps{Step::answered, Step::decided, Step::done, Step::told};
std::string_view to_text(Step step);
std::optional<Step> step_of(std::string_view text);
/// What the lists call the first of decided and done.
inline constexpr std::string_view outcome_step = "outcome";

/// How long voices took to a step. Times are right to 5 %, because they are kept in classes.
struct Spans {
    std::int64_t voices = 0;
    std::chrono::seconds median{0};
    std::chrono::seconds ninth{0}; // the 90th percentile: nine of ten took no longer
};

/// One line of the clock: all voices, those of a circle, of a kind, of a theme, of a month.
struct ClockLine {
    std::string entry; // the id of a circle or theme, a kind, "2026-05"; empty for all
    std::string name;  // of the circle or theme
    std::array<Spans, steps.size()> spans;
};

enum class ClockLens : std::uint8_t { all, circle, kind, theme, month };

/// The clock for what the viewer sees; with `circle`, of that circle only. By month in their order,
/// otherwise those with most answered voices first. Themes and circles she does not see are left
/// out.
std::vector<ClockLine> read_clock(store::Transaction& transaction, const Viewer& viewer,
                                  ClockLens lens, Id circle);

/// Which of the kept counts the viewer sees: asked once for a page that reads several of them.
struct ClockSight {
    std::vector<Id> counts;
    Id circle; // none: all that she sees
};
ClockSight find_clock_sight(store::Transaction& transaction, const Viewer& viewer, Id circle);
/// By any lens but that of the circles, which are read one by one.
std::vector<ClockLine> read_clock(store::Transaction& transaction, const Viewer& viewer,
                                  ClockLens lens, const ClockSight& sight);

/// The share of people who were heard: of those who spoke, how many got an answer, and how many an
/// outcome (decided or done) to at least one voice. Who spoke in two circles counts once.
struct HeardRate {
    std::int64_t people = 0;
    std::int64_t answered = 0;
    std::int64_t outcomes = 0;

    bool operator==(const HeardRate&) const = default;
};
HeardRate read_heard_rate(store::Transaction& transaction, const Viewer& viewer, Id circle);
HeardRate read_heard_rate(store::Transaction& transaction, const Viewer& viewer,
                          const ClockSight& sight);

/// A voice behind a number.
struct SpanOfVoice {
    Id voice;
    std::string title;
    std::chrono::seconds span{0};
};
struct SpanPage {
    std::vector<SpanOfVoice> voices;
    std::string next;
};
/// Which voices: those behind one number of the clock.
struct SpanQuery {
    std::optional<Step> step; // none: an outcome, the first of decided and done
    Id circle;
    std::string kind;
    Id theme;
    std::string month; // of the step, "2026-05"
    std::string after; // a cursor; empty: the first page
    int limit = 50;
};
/// The slowest first; those the viewer sees. Whether she sees the theme is for the caller to ask.
SpanPage list_spans(store::Transaction& transaction, const Viewer& viewer, const SpanQuery& query);

// -- classes of time ------------------------------------------------------------------------------

/// The class of a span: eight for each doubling of its seconds.
std::int64_t class_of(std::chrono::seconds span);
/// The middle of a class.
std::chrono::seconds middle_of(std::int64_t span_class);
/// Median and 90th percentile (nearest rank) of counts by class, in rising order of class.
Spans spans_of(const std::vector<std::pair<std::int64_t, std::int64_t>>& voices_by_class);

} // namespace moothall::learn
