#include "decide/methods/motion.hpp"

#include "base/invariant.hpp"

#include <algorithm>

/// One proposal. Yes and no: abstentions are not counted for the majority (Robert's Rules of Order
/// Newly Revised, 12th edition, section 44, "bases for determining a voting result"), and the
/// quorum is of the members. Consent: it passes when nobody has a reasoned objection, which is less
/// than everybody's yes (G. Endenburg, "Sociocracy: the organization of decision-making", 1998).
///
/// Shares are compared as whole numbers (part · whole), never as quotients. Cost: one pass over the
/// answers. Limits: a quorum counts those who abstain, so whoever stays away may stop what those
/// who came want; the page says how many were missing.
namespace moothall::decide::methods {

namespace {

/// How many more people must vote until `voted` of `members` are the quorum.
std::int64_t missing_for(Share quorum, std::int64_t voted, std::int64_t members)
{
    if (compare(voted, members, quorum) >= 0) return 0;
    const auto needed = (members * quorum.part + quorum.whole - 1) / quorum.whole; // rounded up
    return needed - voted;
}

bool reaches(std::int64_t yes, std::int64_t no, const ElectorateRules& rules)
{
    if (yes + no == 0) return false; // nobody decided anything
    const int order = compare(yes, yes + no, rules.threshold);
    return rules.bar == Bar::at_least ? order >= 0 : order > 0;
}

std::optional<std::int64_t> missing_for_threshold(std::int64_t yes, std::int64_t no,
                                                  const ElectorateRules& rules)
{
    if (reaches(yes, no, rules)) return 0;
    // With x more, (yes + x) / (yes + x + no) must reach part / whole, so that
    // x (whole - part) must reach no part - yes (whole - part).
    const auto share = rules.threshold;
    const auto gain = share.whole - share.part;
    if (gain == 0) {
        if (no > 0 || rules.bar == Bar::more_than) return {};
        return 1; // all of one
    }
    const auto lacking = std::max<std::int64_t>(no * share.part - yes * gain, 0);
    auto more = (lacking + gain - 1) / gain;
    while (!reaches(yes + more, no, rules)) ++more; // one more where equal is not enough
    return more;
}

} // namespace

ConsentResult count_consent(std::span<const ConsentAnswer> answers, const ConsentRules& rules)
{
    ConsentResult result;
    for (const auto answer : answers) {
        result.consents += answer == ConsentAnswer::consent;
        result.stand_asides += answer == ConsentAnswer::stand_aside;
        result.objections += answer == ConsentAnswer::objection;
    }
    const auto answered = static_cast<std::int64_t>(answers.size());
    invariant(answered <= rules.members, "only members answer, each once");
    result.missing_for_quorum = missing_for(rules.quorum, answered, rules.members);
    result.quorum_reached = result.missing_for_quorum == 0;
    result.passes = result.quorum_reached && result.objections == 0 && result.consents > 0;
    return result;
}

MotionResult count_motion(std::span<const Electorate> electorates)
{
    MotionResult result;
    for (const auto& [rules, answers] : electorates) {
        ElectorateResult one;
        for (const auto answer : answers) {
            one.yes += answer == Answer::yes;
            one.no += answer == Answer::no;
            one.abstain += answer == Answer::abstain;
        }
        const auto voted = one.yes + one.no + one.abstain;
        invariant(voted <= rules.members, "only members vote, each once");
        one.missing_for_quorum = missing_for(rules.quorum, voted, rules.members);
        one.quorum_reached = one.missing_for_quorum == 0;
        one.threshold_reached = reaches(one.yes, one.no, rules);
        one.missing_for_threshold = missing_for_threshold(one.yes, one.no, rules);
        one.passes = one.quorum_reached && one.threshold_reached;
        result.electorates.push_back(one);
    }
    result.passes = !result.electorates.empty() &&
                    std::all_of(result.electorates.begin(), result.electorates.end(),
                                [](const ElectorateResult& one) { return one.passes; });
    return result;
}

} // namespace moothall::decide::methods
