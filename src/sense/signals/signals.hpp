#pragma once

#include "sense/near/points.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace moothall::sense {

/// Something that people suddenly speak of more than they used to.
struct Signal {
    std::int64_t day = 0; // on which it would have been raised, knowing nothing later
    /// How many texts of the week say what the text at its heart says, and how many were to be
    /// expected.
    std::uint32_t count = 0;
    double expected = 0;
    std::uint32_t heart = 0;
    /// The texts of that week that belong to it, the earliest first: who saw it first.
    std::vector<std::uint32_t> texts;
};

struct SignalSettings {
    unsigned threads = 1;
    /// As how many texts each counts; empty: as one. Front-line people see many customers, so what
    /// they note weighs in with few voices.
    std::span<const std::uint32_t> weights;
    /// How many false alarms a year are borne if all tests were independent, which they are not: on
    /// made streams of some 55 texts a day there are about two.
    double false_alarms_a_year = 6;
};

/// Finds what rises above its own base rate, day by day, as if nothing later were known.
///
/// Each text is the heart of what is like it (cosine of 0.6 or more): a theme that needs no
/// clustering, so that a small rise inside a large theme shows, and the past does not change when
/// the future comes. On each day the week's count around each text of the week is compared with the
/// 56 days before (predictive_tail); expected is what came per day, or per text of the whole
/// stream, whichever is more, so that a busy season of everything is no signal. A week always holds
/// each weekday once. The bound on the tail is shared among all texts of the week and the days of a
/// year (Bonferroni), since many are looked at. Texts that ring on a day and are like the loudest
/// are one signal, and it is the same as long as it rings again within three weeks.
///
/// What it finds in made streams: bench/README.md, "Signals". `days` may be in any order. Nothing
/// is raised in the first 3 weeks. O(texts · texts within 69 days · dimension).
std::vector<Signal> find_signals(const Points& points, std::span<const std::int64_t> days,
                                 const SignalSettings& settings = {});

/// A word or a circle that rises.
struct GroupSignal {
    std::size_t group = 0;
    std::int64_t day = 0;
    std::uint32_t count = 0; // in the week, and what was to be expected
    double expected = 0;
    std::vector<std::uint32_t> texts; // of that week, the earliest first
};

/// The same for groups that are known: the texts that hold a word, or come from a circle, whatever
/// else they say. Each group is compared with its own past, day by day, and the bound is shared
/// among all of them. By day, then by group. O(texts of all groups · log).
std::vector<GroupSignal> find_rising_groups(std::span<const std::vector<std::uint32_t>> groups,
                                            std::span<const std::int64_t> days,
                                            const SignalSettings& settings = {});

/// The chance of `count` or more events, when `base` were counted in another time and this one is
/// `ratio` times as long, at the same rate.
///
/// A rate known from few events is itself uncertain: Poisson's tail at base * ratio would ring for
/// the second time that something rare is said, and rang so in the first weeks of each stream. With
/// the rate left open the count has a negative binomial distribution (A. Gelman et al., "Bayesian
/// Data Analysis", 3rd edition, 2013, section 2.6).
double predictive_tail(std::uint32_t count, double base, double ratio);

} // namespace moothall::sense
