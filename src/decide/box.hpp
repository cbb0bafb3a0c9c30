#pragma once

#include "decide/decision.hpp"
#include "decide/receipts/ballot_box.hpp"
#include "decide/tally/box_export.hpp"

/// The closed ballot box: published, countable by anybody, and each receipt held against it.
namespace moothall::decide {

/// The box of a closed decision; refused (conflict) while its vote is open.
Result<BoxExport> find_box(store::Transaction& transaction, Id decision, const Viewer& viewer);

struct Inclusion {
    std::string ballot; // as it lies in the box
    receipts::Receipt receipt;
};
/// The ballot with that leaf hash (hex), or with that code, or that is that text: where it lies in
/// the box, with the proof. Refused (not found) when there is none.
Result<Inclusion> find_inclusion(store::Transaction& transaction, Id decision, const Viewer& viewer,
                                 std::string_view leaf_or_ballot);

/// The ballot with that leaf hash (hex) or that text, without a proof; none: no such ballot.
std::optional<std::string> find_boxed_ballot(store::Transaction& transaction, Id decision,
                                             const Viewer& viewer, std::string_view leaf_or_ballot);

/// Closes the votes whose time has come and asks owners for the reviews that are due.
void tend(store::Database& database, Id organisation, Time now, IdSource& ids);

} // namespace moothall::decide
