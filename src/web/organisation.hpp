#pragma once

#include "base/id.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace moothall::web {

enum class SignUp : std::uint8_t { open, by_domain, by_invitation };

/// One tenant, as every request needs it. Kept in memory, read again when it changes.
struct Organisation {
    Id id;
    Id everyone; // its open circle
    std::string name;
    std::string url;      // "https://hall.example", without a slash at the end
    std::string accent;   // "#0f6b5c", empty: the house's own
    std::string logo;     // name of a stored file, empty: the name in letters
    std::string language; // of those who have not chosen
    SignUp sign_up = SignUp::open;
    std::vector<std::string> sign_up_domains;
    bool sample = false; // the sample company: its sign-in page offers people to be
    bool oidc = false;   // signing in through the organisation's own identity provider is set up
};

} // namespace moothall::web
