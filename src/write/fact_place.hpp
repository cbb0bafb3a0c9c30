#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "people/people.hpp"
#include "store/database.hpp"
#include "write/fact_kind.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Whom or what facts are about: a person, a circle, or a place that one of them keeps.
namespace moothall::write {

/// A house, a flat, a workshop: seen by whose it is, and by those who serve her.
struct Place {
    Id id;
    std::string name;
    Id keeper; // a person or a circle
    Time made;
    std::optional<Time> removed; // it is no longer theirs: what was known stays to be read
    people::Someone removed_by;
    std::string removed_why;
    std::string path() const;
};

struct AboutWhom {
    Id id;
    FactSubject kind = FactSubject::person;
    std::string name;
    Id keeper;            // the person or circle that sees all facts about it
    bool removed = false; // a place that is no longer theirs: nothing more is said about it
    bool hers = false; // the viewer may say of it what is so: it is she, her circle, or her place
    std::string path() const;
};

/// Makes a place of a person's or a circle's: herself, a member of it, or who serves her. One
/// event.
Result<Place> make_place(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id keeper, std::string_view name);
Result<Place> rename_place(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id place, std::string_view name);
/// Says, with a reason, that it is no longer theirs; or brings it back. One event each, once.
Result<Place> remove_place(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id place, std::string_view why);
Result<Place> restore_place(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id place);
Result<Place> find_place(store::Transaction& transaction, Id place, const Viewer& viewer);
/// Whether she may make a place of that person's or circle's.
bool may_add_place(store::Transaction& transaction, const Viewer& viewer, const AboutWhom& keeper);
bool may_rename_place(store::Transaction& transaction, const Viewer& viewer,
                      const AboutWhom& place);
/// Of one keeper, as far as the viewer sees them, the oldest first.
enum class Places : std::uint8_t { standing, removed };
std::vector<Place> list_places(store::Transaction& transaction, Id keeper, const Viewer& viewer,
                               Places which = Places::standing);

/// Refused like what does not exist unless the viewer sees it.
Result<AboutWhom> find_about(store::Transaction& transaction, Id about, const Viewer& viewer);

/// Whether she speaks for a person or a circle: it is she, or she is a member of it, no mere guest,
/// and none of those who serve it.
bool speaks_for(const Viewer& viewer, Id keeper);
/// Whether she serves people for this circle: a member of it who works here.
bool serves_in(const Viewer& viewer, Id readers);
/// Herself, her circles and their places: what she has facts about.
std::vector<Id> list_abouts_of(store::Transaction& transaction, const Viewer& viewer);

} // namespace moothall::write
