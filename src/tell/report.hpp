#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"
#include "web/language.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// "What we heard, what we changed, what we will do": made from the record, each line with its
/// proof. Nobody writes it, and nobody can leave something out.
namespace moothall::tell {

/// The time a report is about: from the first moment of a day up to, and without, that of another.
struct Period {
    std::string name; // "2026-11", "2026-Q4", "2026"
    Date from;
    Date until;
};
/// A month, quarter or year as above; empty: the quarter of `now`. Refused (field "period") when it
/// is none of these.
Result<Period> read_period(std::string_view text, Time now);
/// "November 2026", "October 2026 to December 2026".
std::string name_of(const Period& period, const web::Language& language);
/// The same length just before.
Period period_before(const Period& period);

struct ReportLine {
    Id thing;
    std::string kind; // of the thing
    std::string title;
    std::string path;
    const char* words = ""; // what happened to it, as a gettext key; empty: the title says it
    Time at;
    std::int64_t people = 0;       // who said or backed it; 0: not counted for this kind
    std::optional<Date> due;       // of promises
    std::int64_t days_late = 0;    // of those that were kept
    std::optional<Date> first_due; // where it was moved
};

/// The lines of a section, and what there is beside them.
struct ReportLines : std::vector<ReportLine> {
    std::int64_t more = 0;
    std::string more_path; // where that is; empty: nowhere in one list
};

struct Report {
    std::int64_t voices = 0; // said in the period
    std::int64_t people = 0; // who said them
    std::string voices_path; // the list of them
    ReportLines heard;       // the most backed of them
    ReportLines themes;      // in which most was said
    ReportLines changed;     // kept promises, decisions that passed, voices that were done
    ReportLines not_done;    // broken, declined, voted down: with the reasons behind it
    ReportLines learned;     // reviews
    ReportLines coming;      // open promises, procedures to mend, what is planned: now
    bool voices_cut = false; // voices and people are of the latest that were looked at
    bool cut = false;        // more happened than was looked at: the oldest of it is left out
    bool over = false;       // long ago: nothing is said of what is coming
};

struct ReportQuery {
    Period period;
    Id circle; // none: all that the viewer sees
    Id theme;
    int voices_max = 2000; // looked at, the latest: twenty a day in a quarter
};

Report make_report(store::Transaction& transaction, const ReportQuery& query, const Viewer& viewer,
                   Time now);

/// A line of the report as people read it.
struct ReportSentence {
    std::string title;
    std::string path;
    std::string words; // "promised and kept, 28 June"
};

struct ReportSection {
    std::string title;
    std::string nothing; // what to say when there is nothing
    std::vector<ReportSentence> lines;
    std::string more; // "3 more"; empty: these are all
    std::string more_path;
};

/// "12 voices, 9 people spoke."
std::string lead_of(const Report& report, const web::Language& language);
/// "promised and kept, 28 June"
std::string words_of(const ReportLine& line, Time now, const web::Language& language);
/// All sections, also those in which nothing happened.
std::vector<ReportSection> sections_of(const Report& report, Time now,
                                       const web::Language& language);

} // namespace moothall::tell
