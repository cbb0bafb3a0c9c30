#pragma once

#include "write/procedure.hpp"

/// The rows of procedures and bypasses.
namespace moothall::write {

void save_procedure(store::Transaction& transaction, Id organisation, const Procedure& procedure);
/// Threshold, days, state and the day that is due; title, owner and circle are of its thing, the
/// count is kept by the statements below.
void save_changed_procedure(store::Transaction& transaction, Id organisation,
                            const Procedure& procedure);
/// Begins the count anew. False when nobody had gone round it, or it is retired.
bool begin_anew(store::Transaction& transaction, Id organisation, Id procedure);
/// False when it was retired already.
bool save_retired(store::Transaction& transaction, Id organisation, Id procedure,
                  std::string_view why, Id by, Time now);
/// Whether this person has gone round it since it was last mended.
bool has_bypassed(store::Transaction& transaction, Id organisation, Id procedure, Id person);
/// One more bypass; gives how many people there are now who went round it. None when it is retired.
std::optional<std::int64_t> add_bypass(store::Transaction& transaction, Id organisation,
                                       Id procedure, bool counts);
/// Sets the day until which it must be mended. False when one is set already.
bool set_due(store::Transaction& transaction, Id organisation, Id procedure, Date due);

/// The whole procedure, whoever looks.
std::optional<Procedure> load_procedure(store::Transaction& transaction, Id organisation,
                                        Id procedure);

void save_bypass(store::Transaction& transaction, Id organisation, const Bypass& bypass);
/// Who logged the bypasses that are not answered yet, each once, and the voices linked to them.
struct Unanswered {
    std::vector<Id> people;
    std::vector<Id> voices;
};
Unanswered list_unanswered(store::Transaction& transaction, Id organisation, Id procedure);
void answer_bypasses(store::Transaction& transaction, Id organisation, Id procedure,
                     std::int64_t version);

} // namespace moothall::write
