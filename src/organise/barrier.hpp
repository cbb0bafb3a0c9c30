#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Barriers: "I could not …", said from the foot of any page, with an account or without. All stand
/// in one register that everybody reads, with whom they shut out and what is done about them. A
/// steward of the hall answers in the open before a clock runs out.
namespace moothall::organise {

/// What stands in the way: the line, the device, a page that cannot be seen, heard or reached with
/// a keyboard, its language, a missing right, or something else.
enum class BarrierKind : std::uint8_t { connection, device, senses, language, permission, other };
std::string_view to_text(BarrierKind kind);
std::optional<BarrierKind> barrier_kind_of(std::string_view text);

enum class BarrierState : std::uint8_t { open, planned, removed, stays };
std::string_view to_text(BarrierState state);
std::optional<BarrierState> barrier_state_of(std::string_view text);

struct Barrier {
    Id id;
    std::string what; // "… send the reading, because the page never ends loading"
    BarrierKind kind = BarrierKind::other;
    std::string words;
    std::string who;  // is shut out
    std::string page; // "/voices/0abc…": where it was met, as far as strangers may know
    BarrierState state = BarrierState::open;
    std::string remedy;
    Date due{}; // the day by whose end it is to be answered, or removed as planned
    bool overdue = false;
    hear::Someone author; // no id: somebody without an account
    hear::Someone answered_by;
    std::optional<Time> answered;
    record::State thing_state = record::State::visible;
    Time created;

    bool is_settled() const
    {
        return state == BarrierState::removed || state == BarrierState::stays;
    }
    std::string path() const;
};

struct NewBarrier {
    std::string what;
    BarrierKind kind = BarrierKind::other;
    std::string words;
    std::string who;
    std::string page; // as the browser has it; what strangers may not know of it is not kept
};

/// Stands in the register at once; what somebody without an account says waits for a steward, as a
/// newcomer's words do where the hall wants that. One event.
Result<Barrier> report_barrier(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, const NewBarrier& wanted);

struct BarrierAnswer {
    BarrierState state = BarrierState::planned; // not open
    std::string remedy;                         // needed: it is for all to read
    std::optional<Date> due;                    // of what is planned
    std::optional<std::string> who;             // put right by who looked into it
    std::optional<BarrierKind> kind;
};
/// A steward of the hall, until it is settled. One event.
Result<Barrier> answer_barrier(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id barrier, const BarrierAnswer& answer);

Result<Barrier> find_barrier(store::Transaction& transaction, Id barrier, const Viewer& viewer);

struct BarrierQuery {
    std::optional<bool> settled;
    std::optional<BarrierState> state;
    std::optional<BarrierKind> kind;
    int limit = 30;
    std::string after = {}; // a cursor; empty: the first page
};
struct BarrierPage {
    std::vector<Barrier> barriers;
    std::string next; // empty: no more
};
/// Newest first.
Result<BarrierPage> list_barriers(store::Transaction& transaction, const BarrierQuery& query,
                                  const Viewer& viewer);

/// Tells of those that nobody answered in time, or that were not removed as planned: once for each
/// day that was said. A chore; gives how many.
std::int64_t note_overdue_barriers(store::Database& database, Id organisation, Time now,
                                   IdSource& ids);

/// As much of an address as strangers may know: no query, no words of a title, nothing that is
/// secret, and the name of a thing only if they see it.
std::string public_part(store::Transaction& transaction, const Viewer& viewer,
                        std::string_view address);

} // namespace moothall::organise
