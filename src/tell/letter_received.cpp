#include "tell/letter_received.hpp"

#include "people/secret.hpp"

namespace moothall::tell {

std::string letter_hash(std::string_view message_id, std::string_view recipient)
{
    return people::hash_secret(std::string(message_id) + '\n' + std::string(recipient));
}

void note_letter(store::Transaction& transaction, Id organisation, const LetterReceived& letter)
{
    transaction.execute(R"sql(
        INSERT INTO letter_received (org_id, letter_id, came_us, hash, person_id, outcome, why, thing_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) )sql",
                        organisation, letter.id, letter.came, letter.hash, letter.person,
                        letter.outcome, letter.why, letter.thing);
}

bool was_said(store::Transaction& transaction, Id organisation, std::string_view hash)
{
    return transaction
        .query("SELECT 1 FROM letter_received WHERE org_id = ?1 AND hash = ?2 AND outcome = 'said'",
               organisation, hash)
        .next();
}

std::vector<LetterReceived> list_letters_received(store::Transaction& transaction, Id organisation,
                                                  int limit)
{
    std::vector<LetterReceived> letters;
    for (const auto& row : transaction.query(R"sql(
             SELECT letter_id, came_us, hash, person_id, outcome, why, thing_id FROM letter_received
             WHERE org_id = ?1 ORDER BY letter_id DESC LIMIT ?2 )sql",
                                             organisation, limit))
        letters.push_back({row.id(0), row.time(1), row.string(2), row.id(3), row.string(4),
                           row.string(5), row.id(6)});
    return letters;
}

void purge_letters_received(store::Transaction& transaction, Id organisation, Time now)
{
    constexpr std::chrono::days kept{30};
    // Ids rise with time, so the old ones are one end of the key.
    transaction.execute(R"sql(
        DELETE FROM letter_received WHERE org_id = ?1 AND letter_id IN
            (SELECT letter_id FROM letter_received WHERE org_id = ?1 AND came_us < ?2
             ORDER BY letter_id LIMIT 1000) )sql",
                        organisation, now - kept);
}

void forget_letters_received(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("DELETE FROM letter_received WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
}

} // namespace moothall::tell
