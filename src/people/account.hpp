#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "people/person.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Accounts: what a person does about hers, and what owners do about everybody's. Every function
/// that changes something writes one event.
namespace moothall::people {

inline constexpr std::size_t password_characters_min = 10;
inline constexpr std::size_t password_bytes_max = 1024; // argon2id reads them all
inline constexpr std::size_t api_tokens_max = 50;

/// A password as it may be set. Length is what counts; no rule demands digits or signs (NIST
/// SP 800-63B, 5.1.1.2).
Result<void> check_password(std::string_view password);

/// Sets the password whose hash was made before the transaction, and ends her other sessions: who
/// changes it may think that somebody else knows it.
Result<void> change_password(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, std::string_view hash);

/// Ends one of the viewer's sessions. What is not hers does not exist.
Result<void> end_own_session(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id session);
/// Ends all but the one she looks from; gives how many there were.
Result<std::int64_t> end_other_sessions(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer);

struct MadeToken {
    Id id;
    std::string secret; // shown once
};
/// Makes an API token that may do all that the viewer may.
Result<MadeToken> make_own_token(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, std::string_view name);
Result<void> end_own_token(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id token);

struct AccountPage {
    std::vector<Person> people;
    Id next; // the last one, when there are more
};
/// Everybody but those who were erased, by name, with their addresses: for owners. `query` is the
/// start of a name or a whole address.
Result<AccountPage> list_accounts(store::Transaction& transaction, const Viewer& viewer,
                                  std::string_view query, Id after, int limit);

/// Closes an account: she cannot come in, and her sessions, tokens and open streams end at once.
/// What she said stays. Refused for oneself and for owners, so one owner is always left.
Result<void> deactivate(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& owner, Id person);
Result<void> reactivate(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& owner, Id person);

/// Makes an owner, who is a steward of every circle from then on; or makes her a member of them
/// again. What she was in each before is not kept, so stewards may have to take her out of some.
/// The last owner stays one.
enum class Ownership : std::uint8_t { none, owner };
Result<void> change_ownership(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& owner, Id person, Ownership ownership);

/// Whether no other active person is an owner.
bool is_last_owner(store::Transaction& transaction, Id organisation, Id person);

/// Removes all that people/ keeps of a person but her id: name, address, password, sessions,
/// tokens, identities, memberships, passes. No event: hall/ writes one for all stages.
void forget_person(store::Transaction& transaction, Id organisation, const Person& person,
                   Time now);

} // namespace moothall::people
