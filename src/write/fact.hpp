#pragma once

#include "write/fact_kind.hpp"
#include "write/fact_place.hpp"
#include "write/fact_usage.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Facts: one named value about a person, a circle or a place. Whom it is about changes it herself,
/// and at once; all that was said before stays, with who said it and why.
namespace moothall::write {

/// What became of what somebody said of herself.
enum class Checking : std::uint8_t {
    none,      // its kind asks for no check, or who serves her said it
    waits,     // said by the customer, unchecked
    confirmed, // a steward looked: it is so
    denied,    // a steward looked: it is not so, and the reason stands there
};
std::string_view to_text(Checking checking); // none | waits | confirmed | denied

struct FactVersion {
    Id fact;
    std::int64_t version = 0;
    std::string value; // as it is kept; empty: taken out
    std::int64_t amount = 0;
    std::optional<Date> taken_on; // of a reading
    bool stands = false;          // nothing newer was said (of that day)
    std::string why;
    UsageNote note;
    people::Someone said_by;
    bool by_customer = false;
    std::int64_t undoes = 0; // 0: it takes nothing back
    Time said;
    Checking checking = Checking::none;
    people::Someone checked_by;
    Time checked;
    std::string reason;
};

struct Fact {
    Id id;
    FactKind kind;
    AboutWhom about; // the name is empty when the viewer may not know of that circle
    std::int64_t version = 0;
    FactVersion shown; // what stands; of readings that of the last day. Version 0: nothing
    std::int64_t readings = 0;
    std::optional<Time> waits_since; // something in it waits for a check
    Time changed;
    bool may_change = false; // the viewer
    bool may_check = false;

    std::string path() const;
};

/// What somebody says.
struct Saying {
    FactValue value;
    std::optional<Date> taken_on; // of a reading, and of it alone
    std::string why;
    /// What she saw when she said it; refused when somebody changed it since. None: she does not
    /// say.
    std::optional<std::int64_t> seen_version;
};

/// Says a fact that was not known; of a meter, a further reading as well. One event.
Result<Fact> say_fact(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer, Id about, Id kind, const Saying& saying);
/// Says how it is now. Nothing happens when it says so already. One event.
Result<Fact> change_fact(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id fact, const Saying& saying);
/// Takes back what a version said, if it still stands: what stood before does again, as a new
/// version. One event.
Result<Fact> undo_fact(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id fact, std::int64_t version);

enum class Verdict : std::uint8_t { is_so, is_not_so };
/// A steward of its readers looked at what the customer said; nobody checks what is about
/// herself, or what she said herself. Once: refused when it was checked or changed meanwhile. One
/// event.
Result<Fact> check_fact(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id fact, std::int64_t version, Verdict verdict,
                        std::string_view reason);

Result<Fact> find_fact(store::Transaction& transaction, Id fact, const Viewer& viewer);

struct FactQuery {
    Id about;             // of whom or what
    Id kind;              // of this kind
    bool mine = false;    // of the viewer herself, her circles and their places
    bool waiting = false; // that wait for a check by the viewer, the oldest first
    int limit = 30;
    std::string after;
};
struct FactList {
    std::vector<Fact> facts;
    std::string next;
};
/// Those the viewer sees, the newest first.
Result<FactList> list_facts(store::Transaction& transaction, const FactQuery& query,
                            const Viewer& viewer);
/// All facts about one, in the order of their kinds.
std::vector<Fact> list_facts_about(store::Transaction& transaction, Id about, const Viewer& viewer);

struct FactVersions {
    std::vector<FactVersion> versions;
    std::string next;
};
/// All that was said, newest first. `fact` is one that the viewer sees.
Result<FactVersions> list_fact_versions(store::Transaction& transaction, const Viewer& viewer,
                                        Id fact, std::string_view after, int limit);
/// What stands of a meter, the last day first.
Result<FactVersions> list_readings(store::Transaction& transaction, const Viewer& viewer, Id fact,
                                   std::string_view after, int limit);
/// What waits for a check, the oldest first.
std::vector<FactVersion> list_waiting(store::Transaction& transaction, const Viewer& viewer,
                                      Id fact, int limit);

} // namespace moothall::write
