#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"
#include "write/fact_value.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is kept of people, circles and places, and who sees it: stewards of the hall say so.
namespace moothall::write {

enum class FactSubject : std::uint8_t { person, circle, place };
std::string_view to_text(FactSubject subject); // person | circle | place
std::optional<FactSubject> fact_subject_of(std::string_view text);

struct FactKind {
    Id id;
    FactSubject about = FactSubject::person;
    std::string name;
    FactType type = FactType::text;
    std::string unit;                 // of a number or a reading
    std::vector<std::string> choices; // of a choice
    Id readers;                       // the circle that sees it, beside whom it is about
    std::string readers_name;         // empty: the viewer may not know of that circle
    bool readers_open = false;        // whoever comes sees it
    bool checked = false; // what they say of themselves is unchecked until a steward looked at it
    std::int64_t position = 0;
    bool retired = false; // nobody says one anew; those that are known stay
};

/// Makes one, or changes one whose id is given; whom it is about and its type stay. With other
/// readers all facts of the kind, and all that was ever said there, are for those at once. For
/// stewards of the whole hall. One event.
Result<FactKind> save_fact_kind(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, FactKind wanted);
/// Refused to who is not signed in: it says what the house keeps, and of whom.
Result<std::vector<FactKind>> list_fact_kinds(store::Transaction& transaction, const Viewer& viewer,
                                              std::optional<FactSubject> about = {});
Result<FactKind> find_fact_kind(store::Transaction& transaction, Id kind, const Viewer& viewer);

/// The circle that serves people here, where nobody chose another: the oldest of the company. None
/// in a hall that has none.
Id find_serving_circle(store::Transaction& transaction, Id organisation);

} // namespace moothall::write
