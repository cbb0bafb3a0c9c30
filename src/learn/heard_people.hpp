#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <map>
#include <set>

/// Who spoke and what she got, kept so that "the share of people who were heard" counts each person
/// once, in whatever circles she spoke, and is read from a few rows.
///
/// All public circles are one: what a person said there is summed in her row of circle 0, and the
/// people in row 0 of loop_circle. A closed circle counts for those alone who see it; what it adds
/// to the public ones is kept with it, for people who spoke in no other closed circle. The few who
/// spoke in several are marked, and looked at by name (read_heard_rate).
namespace moothall::learn {

class HeardPeople {
public:
    HeardPeople(store::Transaction& transaction, Id organisation)
        : transaction_(transaction), organisation_(organisation)
    {
    }

    /// One voice more (`by` 1) or less (-1) of hers in a circle.
    void add(Id person, Id circle, bool answered, bool outcome, std::int64_t by);
    /// The circle was opened or closed: it is counted anew with what all see, or beside it.
    void move(Id circle) { moved_.insert(circle); }
    /// Writes what differs. `was_public` and `is_public`: the circles in the sum before and now.
    void save(const std::set<Id>& was_public, const std::set<Id>& is_public);

private:
    struct Got {
        std::int64_t voices = 0;
        std::int64_t answered = 0;
        std::int64_t outcomes = 0;
        std::int64_t several = 0;
        void add(const Got& other, std::int64_t times = 1);
        bool operator==(const Got&) const = default;
    };
    using GotByCircle = std::map<Id, Got>;
    /// People of a circle, and how many more they are beside the public ones.
    struct Count {
        Got own;
        Got more;
    };

    std::map<Id, GotByCircle> read_rows() const;
    static void complete(GotByCircle& rows, const std::set<Id>& open);
    void count(const GotByCircle& rows, const std::set<Id>& open, std::int64_t times);
    void save_person(Id person, const GotByCircle& before, const GotByCircle& after);
    void save_circles();

    store::Transaction& transaction_;
    Id organisation_;
    std::map<Id, GotByCircle> added_;
    std::set<Id> moved_;
    std::map<Id, Count> counts_; // what to add to the rows of circles
};

} // namespace moothall::learn
