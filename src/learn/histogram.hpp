#pragma once

#include "learn/clock.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// How many voices took how long to each step, by classes of time.
///
/// A line of the clock is the sum of many of these, and a page shows a hundred lines; so each is
/// kept as one text, and read by adding it to what was read before. For each step, in their order,
/// and ended by ';': the first class, ':', and the voices of it and of each class after it, up to
/// the last that has any: "12:3,0,1;;40:1;;" for no voice decided and none told. O(classes between
/// the first and the last), some eighty for times between minutes and months.
namespace moothall::learn {

class Histogram {
public:
    /// Adds what text() gave.
    void add(std::string_view text);
    void add(const Histogram& other);
    /// `voices` may be negative: what was counted before and is not any more.
    void add(Step step, std::int64_t span_class, std::int64_t voices);

    bool is_empty() const;
    std::string text() const;
    Spans spans(Step step) const;
    Histogram negative() const;

private:
    std::array<std::vector<std::int64_t>, steps.size()> voices_; // by class
};

} // namespace moothall::learn
