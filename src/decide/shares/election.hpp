#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// Sharing a budget: the method of equal shares, the greedy rule beside it, and why each project
/// won or lost. Pure: no files, no clock, no chance but a seed that is passed in.
namespace moothall::decide::shares {

/// What a ballot says about a project.
enum class BallotKind : std::uint8_t {
    approval, // named or not
    points,   // so many points
    ranking,  // a place in the voter's order
};

/// How much a supporter gains from a project.
enum class Utility : std::uint8_t {
    cost,        // what it costs: a supporter prefers much money spent on her projects
    cardinality, // one for each project
    points,      // the points she gave (points ballots)
    borda,       // how many of those she ranked stand below it (rankings)
};

std::string_view to_text(Utility utility);
std::optional<Utility> utility_of(std::string_view text);
/// Can a ballot of this kind be read as this utility?
bool can_give(BallotKind kind, Utility utility);
/// Cost for approvals, points for points, borda for rankings.
Utility natural_utility(BallotKind kind);

struct Project {
    std::string id;
    std::string name;
    std::int64_t cost = 0; // in the election's smallest unit of money
};

/// One project on a ballot.
struct Mark {
    std::uint32_t project = 0; // its place among Election::projects
    std::int64_t points = 1;   // approval: 1; points: in the smallest unit; ranking: how many of
                               // those ranked stand below
    bool operator==(const Mark&) const = default;
};

/// Everything that a rule needs to know: a budget, projects with costs, and ballots.
///
/// Money and points are whole numbers of a smallest unit (10^-decimals), so that "3.25" is exact.
/// Equal ballots are kept once with the number of voters who cast them: no rule here can tell
/// two voters with equal ballots apart, and large elections have half as many ballots as voters.
class Election {
public:
    /// All costs and the budget together stay below this many smallest units, all points below
    /// `points_sum_max`: then no sum overflows, and sums of points are exact doubles.
    static constexpr std::int64_t money_sum_max = 4'000'000'000'000'000'000;
    static constexpr std::int64_t points_sum_max = std::int64_t{1} << 53;

    struct Terms {
        BallotKind kind = BallotKind::approval;
        std::int64_t budget = 0;
        int money_decimals = 0;
        int points_decimals = 0;
    };

    /// Project ids differ; costs and the budget are not negative.
    Election(const Terms& terms, std::vector<Project> projects);

    /// Adds one voter. Names no project twice; may be empty, and then counts among the voters.
    void add_ballot(std::string voter, std::vector<Mark> marks);

    BallotKind kind() const { return terms_.kind; }
    std::int64_t budget() const { return terms_.budget; }
    int money_decimals() const { return terms_.money_decimals; }
    int points_decimals() const { return terms_.points_decimals; }
    /// Smallest units in one unit of money: 100 when there are two decimals.
    std::int64_t money_unit() const;
    std::int64_t points_unit() const;

    const std::vector<Project>& projects() const { return projects_; }
    std::optional<std::uint32_t> find_project(std::string_view id) const;

    std::size_t voter_count() const { return voter_count_; }
    /// Not of an election without names.
    const std::string& voter(std::size_t at) const { return voters_[at]; }
    std::optional<std::size_t> find_voter(std::string_view id) const;
    /// Which of the distinct ballots a voter cast. Not of an election without names.
    std::uint32_t ballot_of(std::size_t voter) const { return ballot_of_voter_[voter]; }

    /// Distinct ballots, each with its marks in the order of the projects.
    std::size_t ballot_count() const { return voters_of_ballot_.size(); }
    std::span<const Mark> marks(std::size_t ballot) const
    {
        return std::span(marks_).subspan(first_mark_[ballot],
                                         first_mark_[ballot + 1] - first_mark_[ballot]);
    }
    /// How many voters cast it.
    std::int64_t voters_of(std::size_t ballot) const { return voters_of_ballot_[ballot]; }

    /// The same election with another cost, for questions of "what if".
    Election with_cost(std::uint32_t project, std::int64_t cost) const;
    /// The same with `voters` more, each of whom names only this project (and gives it `points`).
    Election with_more_votes(std::uint32_t project, std::int64_t voters, std::int64_t points) const;

    /// The same without the names of its voters, which no rule looks at: for asking many such
    /// questions in a row, each with one of the two that follow.
    Election without_names() const;
    void set_cost(std::uint32_t project, std::int64_t cost) { projects_[project].cost = cost; }
    /// How many cast a distinct ballot. Only where voters have no names.
    void set_voters(std::size_t ballot, std::int64_t voters);

private:
    Terms terms_;
    std::vector<Project> projects_;
    std::vector<Mark> marks_;
    std::vector<std::size_t> first_mark_{0};
    std::vector<std::int64_t> voters_of_ballot_;
    std::size_t voter_count_ = 0;
    std::vector<std::string> voters_;
    std::vector<std::uint32_t> ballot_of_voter_;
    std::unordered_multimap<std::uint64_t, std::uint32_t> ballots_by_hash_;
};

/// Is this mark support under this utility? As in pabutools: cost and cardinality ask only whether
/// a ballot names the project, with whatever points; points and places must gain the voter
/// something.
bool is_support(const Mark& mark, Utility utility);

/// Who supports each project, and how much, under one utility.
///
/// A supporter pays at most price * weight. The weight is 1 under cost and cardinality, where all
/// supporters of a project gain the same; else it is her points. `value` is the factor that is
/// left out by that: the cost under cost, else 1.
struct Supporters {
    Utility utility = Utility::cost;
    bool weighted = false;
    std::vector<std::size_t> first;     // by project, into `ballots`; one more at the end
    std::vector<std::uint32_t> ballots; // distinct ballots
    std::vector<double> weights;        // parallel to `ballots`, whole numbers; only if weighted
    std::vector<std::int64_t> votes;    // by project: voters
    std::vector<std::int64_t> weight;   // by project: over all its voters
    std::vector<std::int64_t> value;    // by project

    std::size_t degree(std::uint32_t project) const { return first[project + 1] - first[project]; }
};

Supporters list_supporters(const Election& election, Utility utility);

} // namespace moothall::decide::shares
