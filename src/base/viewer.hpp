#pragma once

#include "base/id.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace moothall {

/// What a person may do in a circle. Later ones may do all that earlier ones may.
enum class Role : std::uint8_t {
    none,    // not a member: sees what is public
    guest,   // sees what is in it
    member,  // speaks, supports and replies
    steward, // also answers officially, hides, invites
};

struct Membership {
    Id circle;
    Role role;
    bool company; // the circle is one of the company's own: its members may write for a customer
};

/// Who looks or acts, as known for this one request. Nobody reads a row without one.
struct Viewer {
    Id organisation;
    Id person;          // none: signed out
    Id everyone;        // the organisation's open circle
    bool owner = false; // steward of every circle, and the settings
    std::vector<Membership> memberships;
    std::string language; // "en", "fr", "tr", "fi"; empty: not chosen
    Id api_token;         // set when the request came with an API token
    Id session;           // set when it came with a session cookie

    bool signed_in() const { return static_cast<bool>(person); }

    Role role_in(Id circle) const
    {
        for (const auto& membership : memberships)
            if (membership.circle == circle) return membership.role;
        return Role::none;
    }
    bool is_steward_of(Id circle) const { return role_in(circle) == Role::steward; }
    /// A steward of Everyone looks after the whole hall: moderation, statuses, tags.
    bool is_hall_steward() const { return is_steward_of(everyone); }
    bool is_company() const
    {
        for (const auto& membership : memberships)
            if (membership.company && membership.role >= Role::member) return true;
        return false;
    }
};

} // namespace moothall
