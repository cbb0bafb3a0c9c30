#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "people/circle.hpp"
#include "people/person.hpp"
#include "store/database.hpp"
#include "text/json.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Circles that an identity provider gives and takes: whoever has a claim has a role in a circle.
namespace moothall::people {

/// One line of the setting `oidc.mapping`: "groups = engineering → Engineers, member".
struct ClaimRule {
    std::string claim; // its name, or the way to it: "realm_access.roles"
    std::string value;
    Id circle;
    Role role = Role::member;
};

/// Reads what an owner typed, one rule a line, with the names of circles. `->` will do for `→`;
/// without a role it is member. The refusal's field is "mapping".
Result<std::vector<ClaimRule>> read_claim_rules(store::Transaction& transaction,
                                                const Viewer& viewer, std::string_view typed);
/// The same with ids in place of names, as it is kept: a circle may be renamed.
std::string to_setting(const std::vector<ClaimRule>& rules);
std::vector<ClaimRule> claim_rules_of(std::string_view setting);
/// As it is typed. Rules of circles that are gone are left out.
std::string to_typed(store::Transaction& transaction, const Viewer& viewer,
                     const std::vector<ClaimRule>& rules);

/// Whether one of `sources` (an ID token, what the provider's userinfo says) has the claim with
/// that value, alone or in a list.
bool has_claim(const std::vector<Json>& sources, const ClaimRule& rule);

/// Gives a person the roles that her claims bring her, in the circles that the rules name, and
/// takes away what they do not (any more). Of several roles in a circle the highest counts. Owners
/// stay stewards, a circle keeps its last steward, and nobody is taken out of Everyone.
///
/// No event: the changes are part of that of the sign-in.
std::vector<RoleChange> apply_claim_rules(store::Transaction& transaction, Id organisation,
                                          Id everyone, const Person& person,
                                          const std::vector<ClaimRule>& rules,
                                          const std::vector<Json>& sources, Time now);

} // namespace moothall::people
