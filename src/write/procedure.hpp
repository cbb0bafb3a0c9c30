#pragma once

#include "write/page.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Procedures: how we work, on a page with an owner. Whoever goes round one says so; when that has
/// happened often enough its owner must mend or retire it by a day that everybody sees.
namespace moothall::write {

enum class ProcedureState : std::uint8_t { open, to_mend, retired };
std::string_view to_text(ProcedureState state); // open | to-mend | retired
std::optional<ProcedureState> procedure_state_of(std::string_view text);

inline constexpr std::int64_t threshold_default = 3;
inline constexpr std::int64_t threshold_max = 100;
inline constexpr std::int64_t mending_days_default = 14;
inline constexpr std::int64_t mending_days_max = 365;

struct Procedure {
    Id id;
    std::string title;
    std::string purpose;
    std::string words;
    SafeHtml words_html;
    std::int64_t version = 0;
    people::Someone owner; // who answers for it
    Id circle;
    std::string circle_name;
    ProcedureState state = ProcedureState::open;
    std::int64_t threshold = threshold_default;
    std::int64_t mending_days = mending_days_default;
    std::int64_t bypasses = 0; // since it was last mended
    std::optional<Date> due;   // until when it must be mended or retired; its day counts to its end
    bool overdue = false;
    std::string why; // the public reason of who retired it
    people::Someone retired_by;
    std::optional<Time> retired;
    Time created;
    Time changed;

    bool stands() const { return state != ProcedureState::retired; }
    /// "/procedures/0abc…-refunds"
    std::string path() const;
};

struct NewProcedure {
    PageText text;
    Id owner;  // who answers for it; none: who makes it
    Id circle; // whose audience it has; none: Everyone
    std::int64_t threshold = threshold_default;
    std::int64_t mending_days = mending_days_default;
};

/// Whether she may write down how this circle works: its stewards, and members of it who work here.
bool may_make_procedures(const Viewer& viewer, Id circle);
/// Whether she may edit, mend and retire it: its owner, and stewards of its circle.
bool may_change(const Procedure& procedure, const Viewer& viewer);

/// One event.
Result<Procedure> make_procedure(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, const NewProcedure& wanted,
                                 const SafeHtml& html);

struct ProcedureChange {
    std::optional<std::string> title;
    std::optional<std::string> purpose;
    std::optional<std::string> words; // their HTML goes along
    std::string said;                 // what changed, for everybody to read
    std::optional<Id> owner;
    std::optional<std::int64_t> threshold;
    std::optional<std::int64_t> mending_days;
    std::optional<std::int64_t> version; // that it was written on: refused (conflict) when there is
                                         // a newer one
};
/// Changes what is given: another version when the page reads differently. Nothing is written when
/// all is as it was. A threshold that was reached stays reached until it is mended, whatever it is
/// changed to; one that comes down to the bypasses there are is reached by that. One event, and one
/// more for the threshold.
Result<Procedure> edit_procedure(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id procedure, const ProcedureChange& change,
                                 const std::optional<SafeHtml>& html);

/// What mending or retiring answered.
struct Settled {
    Procedure procedure;
    std::vector<Id> voices; // linked to the bypasses that it answers
};
/// A new version that answers the bypasses, with what changed in `said`; the count begins anew.
/// Refused (conflict) when there is none to answer, so once for each round; (invalid) when the page
/// reads as before. One event, which names those who logged them.
Result<Settled> mend_procedure(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id procedure, const ProcedureChange& change,
                               const std::optional<SafeHtml>& html);
/// Ends it, with a public reason, once. One event, which names those who logged bypasses.
Result<Settled> retire_procedure(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id procedure, std::string_view why);

Result<Procedure> find_procedure(store::Transaction& transaction, Id procedure,
                                 const Viewer& viewer);

struct ProcedureQuery {
    std::optional<ProcedureState> state; // none: all that stand
    Id circle;
    Id person; // who answers for them
    int limit = 30;
    std::string after;
};
struct ProcedureList {
    std::vector<Procedure> procedures; // without their words
    std::string next;
};
/// Those the viewer sees, the newest first.
Result<ProcedureList> list_procedures(store::Transaction& transaction, const ProcedureQuery& query,
                                      const Viewer& viewer);
/// Those that must be mended, the most pressing first: of one person, or of all the viewer sees.
std::vector<Procedure> list_to_mend(store::Transaction& transaction, Id person,
                                    const Viewer& viewer, int limit);

/// A day to mend passed: says so once for each. A chore; gives how many there were.
std::int64_t note_overdue(store::Database& database, Id organisation, Time now, IdSource& ids);

// -- bypasses -------------------------------------------------------------------------------------

struct Bypass {
    Id id;
    Id procedure;
    std::string procedure_title;
    people::Someone by;
    std::string for_whom;    // in words
    people::Someone for_one; // the person or circle, as far as the viewer may know of it
    std::string for_path;
    std::string why;
    std::string happened;
    Id voice; // none linked, or not seen
    std::string voice_title;
    std::string voice_path;
    std::int64_t version = 0;   // of the page, as it stood then
    std::int64_t mended_in = 0; // the version that answered it; 0: none yet
    bool hidden = false;        // shown to its author and stewards only
    Time logged;
};

struct NewBypass {
    std::string for_whom;
    Id for_one;           // a person or a circle
    std::string why;      // what was in the way
    std::string happened; // what was done instead
    Id voice;
};
struct Logged {
    Bypass bypass;
    std::vector<Id> owed; // voices linked to bypasses that it must be mended for now
    Id owner;             // who has to mend it
    std::optional<Date> due;
};
/// Whoever is signed in and sees a procedure says that she went round it. Refused (conflict) when
/// it is retired. One event; the bypass that reaches the threshold makes another, of the day until
/// which it must be mended.
Result<Logged> log_bypass(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id procedure, const NewBypass& wanted);

struct BypassList {
    std::vector<Bypass> bypasses;
    std::string next;
};
/// Those the viewer sees, newest first.
Result<BypassList> list_bypasses(store::Transaction& transaction, Id procedure,
                                 const Viewer& viewer, std::string_view after, int limit);
/// Those that name a voice, newest first.
std::vector<Bypass> list_bypasses_of_voice(store::Transaction& transaction, Id voice,
                                           const Viewer& viewer, int limit);
/// A bypass is hidden or shown again: it counts or counts no more, unless it was answered already.
/// A threshold that was reached stays reached. Of the stage that hides.
void count_bypass(store::Transaction& transaction, Id organisation, Id bypass, std::int64_t add);

} // namespace moothall::write
