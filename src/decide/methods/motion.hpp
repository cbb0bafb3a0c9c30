#pragma once

#include "decide/methods/ballots.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Decisions on one proposal: by consent, or by yes and no in one or several electorates.
namespace moothall::decide::methods {

enum class ConsentAnswer : std::uint8_t {
    consent,     // I can live with it
    stand_aside, // I don't want it and won't stop it
    objection,   // it would harm what we are here for: a reason is given, with a name
};

struct ConsentRules {
    std::int64_t members = 0;
    Share quorum; // this many of the members must have answered
};

struct ConsentResult {
    std::int64_t consents = 0;
    std::int64_t stand_asides = 0;
    std::int64_t objections = 0;
    bool quorum_reached = false;
    /// How many more would have to answer.
    std::int64_t missing_for_quorum = 0;
    /// A quorum answered and nobody objects. With no answer at all nothing passes.
    bool passes = false;
};

ConsentResult count_consent(std::span<const ConsentAnswer> answers, const ConsentRules& rules);

enum class Answer : std::uint8_t { yes, no, abstain };

enum class Bar : std::uint8_t {
    more_than, // 1 of 2: a tie fails
    at_least,  // 2 of 3: exactly two thirds pass
};

/// People who vote together with their own bar: the company's, or the customers that weigh against
/// it. Whoever belongs to two electorates votes in both.
struct ElectorateRules {
    std::int64_t members = 0;
    Share threshold{1, 2}; // of those who said yes or no
    Bar bar = Bar::more_than;
    Share quorum; // this many of the members must have voted; an abstention is a vote here
};

struct Electorate {
    ElectorateRules rules;
    std::vector<Answer> answers;
};

struct ElectorateResult {
    std::int64_t yes = 0;
    std::int64_t no = 0;
    std::int64_t abstain = 0;
    bool quorum_reached = false;
    std::int64_t missing_for_quorum = 0;
    bool threshold_reached = false;
    /// How many more yes, with the no as they are, would reach the threshold; none when no number
    /// would (a single no against "all").
    std::optional<std::int64_t> missing_for_threshold;
    bool passes = false;
};

struct MotionResult {
    std::vector<ElectorateResult> electorates; // as they were handed over
    /// Every electorate passes: each can stop what the others want.
    bool passes = false;
};

MotionResult count_motion(std::span<const Electorate> electorates);

} // namespace moothall::decide::methods
