#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The highest number of wants: what would take so much effort, who wants it, and which of it fits
/// into what we can do. A proposal, and no decision.
namespace moothall::decide {

/// One voice with an estimate, and why it is in a set or not.
struct Candidate {
    Id voice;
    std::string title;
    std::int64_t effort = 0;     // hundredths of a day
    std::int64_t supporters = 0; // different people, its author among them
    std::int64_t revenue = 0;    // a year of the circles behind it, in hundredths; 0: none recorded
    std::int64_t left = 0;       // fair set: what its supporters have left, in hundredths of a day
    std::string path() const;
};

struct Proposal {
    std::vector<std::size_t> chosen; // into Priorities::candidates, in the order of choosing
    std::int64_t effort = 0;
    std::int64_t people = 0;       // who get something they want
    std::int64_t empty_handed = 0; // who get nothing
};

struct Priorities {
    std::int64_t capacity = 0;         // hundredths of a day
    std::int64_t people = 0;           // who support any of it
    std::vector<Candidate> candidates; // most supporters first
    Proposal fair;                     // equal shares of the capacity
    Proposal loudest;                  // most supporters first
    std::optional<Proposal>
        paying; // most revenue first; none: nothing is recorded, or not for the viewer
    bool revenue_recorded = false;
};

inline constexpr std::int64_t days_max = 100'000; // of effort or capacity
inline constexpr std::int64_t capacity_default = 2000;

/// Who estimates and sees what circles pay: people of the company, and who looks after the hall.
bool is_of_company(const Viewer& viewer);

/// Of open voices that the viewer sees and that have an estimate: at most 300, those with the most
/// supporters. Each person has an equal share of the capacity, and a want is taken when those who
/// support it can pay for its effort together (shares/equal_shares.hpp).
Priorities find_priorities(store::Transaction& transaction, const Viewer& viewer,
                           std::int64_t capacity);

/// Hundredths of a day that somebody of the company estimates; none takes the estimate away. One
/// event.
Result<void> estimate_effort(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id voice, std::optional<std::int64_t> effort);
std::optional<std::int64_t> find_effort(store::Transaction& transaction, Id voice,
                                        const Viewer& viewer);
/// What a circle pays a year, in hundredths; none takes it away. For people of the company, who
/// alone see it. One event, which only she hears of.
Result<void> record_revenue(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id circle, std::optional<std::int64_t> revenue);

struct CircleRevenue {
    Id circle;
    std::string name;
    std::optional<std::int64_t> revenue;
};
/// Of the customers' circles that the viewer may know of; empty for who is not of the company.
std::vector<CircleRevenue> list_revenues(store::Transaction& transaction, const Viewer& viewer);

} // namespace moothall::decide
