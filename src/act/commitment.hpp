#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Promises: who promised what, to whom, by when.
namespace moothall::act {

enum class CommitmentState : std::uint8_t {
    open,
    moved, // open, with another day than was promised first
    kept,
    broken,
    withdrawn,
};
std::string_view to_text(CommitmentState state);
std::optional<CommitmentState> commitment_state_of(std::string_view text);

inline constexpr std::size_t why_characters_max = 2000;

struct Move {
    Date from;
    Date to;
    std::string why;
    Time at;
};

struct Commitment {
    Id id;
    std::string what;
    hear::Someone by;
    Id to;
    std::string to_name;
    bool to_circle = false; // otherwise to a person
    Date due;               // the last day
    CommitmentState state = CommitmentState::open;
    bool overdue = false; // that day has passed, and it is not settled
    std::string why;      // the last words of who kept, broke, moved or withdrew it
    hear::Someone settled_by;
    std::optional<Time> settled;
    Id voice;
    std::string voice_title;
    Id decision;
    std::string decision_title;
    Id request;
    Id circle; // whose audience it has
    std::string circle_name;
    Time created;
    Time changed;
    std::int64_t open_callouts = 0;
    bool counted = true;     // in the kept-rate: made to somebody else, and before its day was over
    std::vector<Move> moves; // oldest first; of a single one that was looked up

    bool is_settled() const
    {
        return state != CommitmentState::open && state != CommitmentState::moved;
    }
    /// How many days after its last one it was kept; 0: in time, or not kept.
    std::int64_t days_late() const;
    /// "/promises/0abc…-send-the-reading"
    std::string path() const;
};

struct NewCommitment {
    std::string what; // 1 to 200 characters, one line
    Id to;            // a person or a circle; none: the author of the voice, or of the decision;
                      // where that is herself, the circle it stands in
    Date due;         // may have passed, by a year at most: a promise given on the phone, written
                      // down later
    Id voice;
    Id decision;
    Id request; // the request that asked for it
};

/// Promises, as the viewer. Its audience is that of the voice or the decision; without them that of
/// the circle it is made to; between two people Everyone, because a promise is made in the open.
/// Refused when what it is for is not seen (not found), when she may not speak there (forbidden:
/// people of the company may promise wherever they see), and (invalid) when a field is wrong, it is
/// made to herself, or the person it is made to does not see where it would stand. One event. The
/// voice, and those behind the decision, reach "organise".
Result<Commitment> make_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, const NewCommitment& wanted);
/// Only who promised. `why` says what was done and may be empty. The voices reach "act".
Result<Commitment> keep_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id commitment, std::string_view why);
/// Who promised, or a steward of its circle once it is overdue; with a reason.
Result<Commitment> break_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                    const Viewer& viewer, Id commitment, std::string_view why);
/// Only who promised, with a reason.
Result<Commitment> withdraw_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                       const Viewer& viewer, Id commitment, std::string_view why);
/// Only who promised, to a day from today on, with a reason. The old day stays in `moves`.
Result<Commitment> move_commitment(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id commitment, Date due,
                                   std::string_view why);

/// Who promised leaves for good: what she had not kept is withdrawn with that reason, and those it
/// was made to are told as of any other.
void withdraw_of_leaver(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& leaver, std::string_view why);

Result<Commitment> find_commitment(store::Transaction& transaction, Time now, Id commitment,
                                   const Viewer& viewer);

struct CommitmentQuery {
    std::optional<CommitmentState> state;
    bool running = false; // open or moved
    bool overdue = false;
    Id person; // who promised
    Id to;     // the person or circle it was made to
    Id circle; // whose audience it has, or that it was made to
    Id voice;
    Id decision;
    Id theme;                  // for a voice of it that the viewer sees
    bool for_others = false;   // made to somebody else, or for a voice or a decision
    bool apart = false;        // in no rate: KeptRate::Apart
    bool not_kept = false;     // came to something, and is not kept so far
    std::optional<Date> month; // came to something in the month that begins on this day
    int limit = 30;
    std::string after;
};
struct CommitmentPage {
    std::vector<Commitment> commitments;
    std::string next;
};
/// How many of the viewer's own promises that still run are due on which day; also those that were
/// written down when it was over, as they are among what she has to do.
std::vector<std::pair<Date, std::int64_t>> count_due_days(store::Transaction& transaction,
                                                          const Viewer& viewer);
/// Running ones by their day, the most overdue first; any other selection newest first. All that
/// the viewer sees is listed, also what is in no rate: KeptRate counts that apart.
Result<CommitmentPage> list_commitments(store::Transaction& transaction, Time now,
                                        const CommitmentQuery& query, const Viewer& viewer);
/// How many that list has on all its pages: a walk over them, for who shows the first ones only.
std::int64_t count_commitments(store::Transaction& transaction, Time now,
                               const CommitmentQuery& query, const Viewer& viewer);

/// Writes act.commitment_overdue, once for each day that passed with the promise open, so that
/// those it was made to are told before they ask. A chore; a bounded number, gives how many.
std::int64_t note_overdue(store::Database& database, Id organisation, Time now, IdSource& ids);
/// The same inside a write of the caller's.
std::int64_t note_overdue(store::Transaction& transaction, Id organisation, Time now,
                          IdSource& ids);

} // namespace moothall::act
