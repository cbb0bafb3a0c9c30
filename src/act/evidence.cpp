#include "act/evidence.hpp"

#include "sense/sense.hpp"

namespace moothall::act {

namespace {

// Between a reply and an accepted answer: she did it, and those it was for could say otherwise.
constexpr double weight_of_promise = 1.5;

constexpr store::SqlLiteral kept_promises = R"sql(
    SELECT k.commitment_id, k.voice_id, k.person_id, t.circle_id, c.visibility = 'public', t.title,
           coalesce(s.title, ''), k.settled_us
    FROM commitment k JOIN thing t ON t.org_id = k.org_id AND t.thing_id = k.commitment_id
    JOIN circle c ON c.org_id = k.org_id AND c.circle_id = t.circle_id
    LEFT JOIN thing s ON s.org_id = k.org_id AND s.thing_id = k.voice_id AND s.circle_id = t.circle_id
    WHERE k.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND k.state = 'kept' AND t.state = 'visible' )sql";

sense::Evidence read_promise(const store::Row& row)
{
    sense::Evidence one;
    one.source = row.id(0);
    one.about = row.id(1);
    one.person = row.id(2);
    one.circle = row.id(3);
    one.is_public = row.truth(4);
    one.text = row.string(5) + " — " + row.string(6);
    one.weight = weight_of_promise;
    one.at = row.time(7);
    return one;
}

} // namespace

void tell_evidence(sense::Engine& engine)
{
    engine.read_evidence_by([](store::Transaction& transaction, Id organisation,
                               const std::vector<Id>* things, const sense::TakeEvidence& take) {
        if (things == nullptr) {
            for (const auto& row : transaction.query(kept_promises, organisation))
                take(read_promise(row));
        } else if (!things->empty()) {
            for (const auto& row :
                 transaction.query(store::Sql(kept_promises) +
                                       " AND (k.commitment_id IN_IDS(?2) OR k.voice_id IN_IDS(?2))",
                                   organisation, store::IdList{*things}))
                take(read_promise(row));
        }
    });
}

} // namespace moothall::act
