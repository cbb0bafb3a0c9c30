#pragma once

#include "write/fact.hpp"

#include <map>

/// The rows of facts.
namespace moothall::write {

/// Of `fact_kind k` with its readers, `circle c`; ?1 the organisation, ?2 the viewer.
inline constexpr store::SqlLiteral fact_kind_columns = R"sql(
    k.kind_id, k.about, k.name, k.type, k.unit, k.choices, k.readers_id,
    CASE WHEN c.visibility <> 'private' OR c.circle_id IN
              (SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)
         THEN c.name ELSE '' END,
    EXISTS (SELECT 1 FROM org g WHERE g.org_id = ?1 AND g.everyone_id = c.circle_id), k.checked, k.position,
    k.retired )sql";
/// A kind whose columns begin at `column`.
FactKind read_fact_kind(const store::Row& row, int column);

/// False when somebody else made it meanwhile.
bool save_fact(store::Transaction& transaction, Id organisation, Id fact, Id kind, Id about);
std::optional<Id> find_fact_of_kind(store::Transaction& transaction, Id organisation, Id about,
                                    Id kind);
/// Takes the next numbers of the fact; false when somebody took one meanwhile.
bool take_versions(store::Transaction& transaction, Id organisation, Id fact, std::int64_t before,
                   std::int64_t count);
/// Writes a version that stands; the one of that day that stood does no longer.
void save_version(store::Transaction& transaction, Id organisation, const FactVersion& version,
                  bool first_of_day);
/// Keeps what follows from the versions: which is shown, how many readings, since when it waits.
void keep_fact(store::Transaction& transaction, Id organisation, Id fact, FactType type, Time now);

/// So many readings more that stand.
void count_readings(store::Transaction& transaction, Id organisation, Id fact, std::int64_t add);

/// What stands, by its day.
std::map<std::string, FactVersion> list_standing(store::Transaction& transaction, Id organisation,
                                                 Id fact);
/// The circles whose facts she may check: those that she is steward of, and that may see facts.
std::vector<Id> list_checked_circles(const Viewer& viewer);
/// For a table: what stands of the viewer's facts, or of those of a kind, each reading by itself.
std::vector<Fact> list_fact_lines(store::Transaction& transaction, const Viewer& viewer, Id kind,
                                  int limit);

/// The version of a day that stands; of what is no reading the day is empty.
std::optional<FactVersion> find_standing(store::Transaction& transaction, Id organisation, Id fact,
                                         std::string_view day);
std::optional<FactVersion> find_fact_version(store::Transaction& transaction, Id organisation,
                                             Id fact, std::int64_t version);
/// What was said of that day before a version.
std::optional<FactVersion> find_version_before(store::Transaction& transaction, Id organisation,
                                               const FactVersion& version);
Neighbours find_neighbours(store::Transaction& transaction, Id organisation, Id fact, Date day);
/// False when it was checked or changed meanwhile.
bool save_verdict(store::Transaction& transaction, Id organisation, Id fact, std::int64_t version,
                  Checking checking, Id by, Time now, std::string_view reason);

/// Whether it waits for a check: what who it is about says does, where its kind asks for that.
void set_checking(FactVersion& version, const Fact& fact, const Viewer& viewer);
void append_fact_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids,
                       Time now, std::string_view verb, const Fact& fact,
                       const FactVersion& version);
/// A fact of which nothing was said yet.
Fact begin_fact(const Viewer& viewer, Id id, const AboutWhom& about, const FactKind& kind);
/// Writes it with its thing; false when somebody else made it meanwhile.
bool save_new_fact(store::Transaction& transaction, const Viewer& viewer, const Fact& fact,
                   Time now);

/// What is said to who neither is meant nor serves her, and to who wrote on what is no longer so.
Refusal only_hers_to_say();
/// Nothing more is said about a place that was removed.
Refusal removed_place();
Refusal changed_meanwhile();
Result<std::string> read_why(const char* field, std::string_view written);
std::string text_of_day(const std::optional<Date>& day);

} // namespace moothall::write
