#pragma once

#include "base/viewer.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::people {

/// What a link or code may do, once. Its secret is shown or mailed and stored only as a hash; using
/// it is one UPDATE that one of any number of tries at the same moment wins.
struct Pass {
    Id id;
    std::string
        purpose; // sign_in, sign_in_link, invitation, confirm_voice, confirm_support, confirm_email
    std::string email; // folded; empty: whoever holds it
    Id person;
    Id thing;
    std::string detail;
    Id made_by;
    Time created;
    Time expires;
};

struct NewPass {
    std::string_view purpose;
    std::string_view email = {};
    Id person = {};
    Id thing = {};
    std::string_view detail = {};
    Id made_by = {};
    std::chrono::seconds lasts{600};
    int tries = 5;
    std::string_view secret = {}; // empty: a new one is made
};

/// Makes a pass and gives its secret.
std::string make_pass(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                      const NewPass& wanted);
/// A pass that is still good, without using it: to show what its button would do.
std::optional<Pass> find_pass(store::Transaction& transaction, Id organisation,
                              std::string_view purpose, std::string_view secret, Time now);
/// Uses it up; none when it was used, ended, or never was.
std::optional<Pass> use_pass(store::Transaction& transaction, Id organisation,
                             std::string_view purpose, std::string_view secret, Time now);
/// Counts a wrong code against the codes with this `detail`; after the last try they are dead.
void count_wrong_tries(store::Transaction& transaction, Id organisation, std::string_view purpose,
                       std::string_view detail, Time now);
/// Ends all unused passes of a purpose for an address, a person or a thing (those that are given).
void end_passes(store::Transaction& transaction, Id organisation, std::string_view purpose,
                std::string_view email, Id person, Id thing, Time now);
/// Open invitations of a circle, newest first.
std::vector<Pass> list_passes(store::Transaction& transaction, Id organisation,
                              std::string_view purpose, Id thing, Time now);
/// Removes what ended a month ago; a chore.
std::int64_t purge_passes(store::Transaction& transaction, Id organisation, Time now);

} // namespace moothall::people
