#pragma once

#include "decide/methods/ballots.hpp"
#include "decide/shares/election.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is agreed before a vote: how it is counted, who counts, and what wins when options are
/// equal.
namespace moothall::decide {

using methods::Option;
using methods::Share;

enum class Method : std::uint8_t {
    consent,
    yes_no,
    single_choice,
    approval,
    score,
    ranked_pairs,
    transferable_vote,
    equal_shares, // a budget over projects
};
/// consent | yes-no | single-choice | approval | score | ranked-pairs | stv | equal-shares
std::string_view to_text(Method method);
/// Reads what to_text() wrote, and other names people use: "yes_no", "ranked", "budget".
std::optional<Method> method_of(std::string_view text);
/// Whether people choose among options, and do not answer one proposal.
constexpr bool chooses(Method method)
{
    return method != Method::consent && method != Method::yes_no;
}

/// Who goes first when the ballots leave two options equal.
enum class TieRule : std::uint8_t {
    as_listed, // the option that is listed first
    by_lot,    // drawn from the root hash of the closed box
};
std::string_view to_text(TieRule rule); // listed | lot
std::optional<TieRule> tie_rule_of(std::string_view text);

struct ElectorateRules {
    std::int64_t members = 0; // on the roll
    Share threshold{1, 2};
    Share quorum{0, 1};
};

/// What is agreed before a budget is shared. Money is in hundredths of `unit`.
struct BudgetTerms {
    shares::BallotKind ballot = shares::BallotKind::approval;
    std::int64_t amount = 0;
    std::string unit;        // "€", "days"
    std::int64_t points = 0; // on points ballots: how many each voter has to give
    /// Parallel to Rules::options, which hold the projects' numbers as they stand on ballots. All
    /// numbers are equally long, so that "listed first" is the smaller text, too.
    std::vector<std::string> names;
    std::vector<std::int64_t> costs;
    /// Only to recount what was closed when all that cost nothing was in, wanted or not.
    bool all_free_are_in = false;
};
/// approval | points | ranking
std::string_view to_text(shares::BallotKind ballot);
std::optional<shares::BallotKind> ballot_kind_of(std::string_view text);

inline constexpr int money_decimals = 2;
inline constexpr std::int64_t money_unit = 100;
/// A budget, and a project's cost, in hundredths: ten billion units are enough for a village.
inline constexpr std::int64_t money_max = 1'000'000'000'000;
/// Hundredths as the API writes them: in units.
constexpr double money(std::int64_t hundredths)
{
    return static_cast<double>(hundredths) / money_unit;
}
inline constexpr std::size_t projects_max = 500;
inline constexpr std::int64_t points_max = 100'000;

struct Rules {
    Method method = Method::yes_no;
    std::vector<std::string> options;
    std::vector<ElectorateRules> electorates;
    std::size_t places = 1;
    std::int32_t score_most = 5;
    TieRule ties = TieRule::as_listed;
    BudgetTerms budget = {}; // equal shares
};

inline constexpr std::size_t options_max = 20;
inline constexpr std::size_t electorates_max = 6;

/// "1/2", "0.6", "60%" or "60 %" as a share between none and all; none for anything else.
std::optional<Share> parse_share(std::string_view text);
/// "1/2": what parse_share reads, in lowest terms.
std::string to_text(Share share);

} // namespace moothall::decide
