#pragma once

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

/// How often somebody may do something: so that guessing is slow and one person cannot drown the
/// rest.
namespace moothall::web {

struct Context;

/// Kinds of acts that are counted apart. Their names in settings are those of to_text().
enum class Act : std::uint8_t {
    page_read,    // any page
    api_read,     // any GET under /api/
    write,        // anything that changes something
    search,       // similar voices, who knows, full-text search
    sign_in_code, // asking for a code or link by mail
    sign_in_try,  // a code, a password or a link that is tried
    password,     // setting or changing one
    sign_up,      // a new account
    voice,
    reply,
    support,
    report, // "this should not stand here"
    upload,
    invitation,
    message, // a line in a live chat
    webhook, // setting one up, or asking us to try it
};
inline constexpr std::size_t acts = static_cast<std::size_t>(Act::webhook) + 1;

std::string_view to_text(Act act);
std::optional<Act> act_of(std::string_view text);

/// `times` in a row at most, and then as many in each `period`, evenly. `times` 0: no limit.
struct Allowance {
    std::int64_t times = 0;
    std::chrono::seconds period{60};

    /// Reads "20 per hour", "5 per 10 minutes", "unlimited". Units: second, minute, hour, day.
    static std::optional<Allowance> parse(std::string_view text);
};

struct LimitSettings {
    std::array<Allowance, acts> allowances;
    std::size_t remembered_max = 100'000; // people and addresses that are remembered at once

    /// The house's own: chosen by hand so that no person at a keyboard ever meets them.
    LimitSettings();
    Allowance& of(Act act) { return allowances[static_cast<std::size_t>(act)]; }
    const Allowance& of(Act act) const { return allowances[static_cast<std::size_t>(act)]; }
};

/// Counts acts in memory, for this node alone: a limit is against floods, so it may be looser by
/// the number of nodes and may forget when the server starts anew.
///
/// The generic cell rate algorithm (ITU-T Recommendation I.371, 2004, annex A: "virtual
/// scheduling"), which is a token bucket that needs one number: the time at which the bucket will
/// be full again. A bucket that is full is the same as none, so those are what is forgotten first.
class Limits {
public:
    explicit Limits(LimitSettings settings);

    /// Takes one; how long to wait when there is none left.
    std::optional<std::chrono::seconds> take(Id organisation, Act act, std::string_view who,
                                             Time now);
    std::size_t remembered() const;
    const LimitSettings& settings() const { return settings_; }

private:
    std::uint64_t key(Id organisation, Act act, std::string_view who) const;
    void forget_some(std::int64_t now_us);

    LimitSettings settings_;
    std::array<unsigned char, 16> secret_; // so that nobody can aim at another's bucket
    mutable std::mutex mutex_;
    std::unordered_map<std::uint64_t, std::int64_t> full_at_us_;
};

/// Whom an address stands for: an IPv4 address itself, of an IPv6 address its first 64 bits (one
/// household or server has as many addresses as it likes below them).
std::string household_of(std::string_view address);

/// What one request has taken already. A write that has to run again does not pay twice.
class Spent {
public:
    /// False when it is there already.
    bool add(Act act, std::string_view who);

private:
    std::vector<std::pair<Act, std::string>> taken_;
};

/// Asks whether the viewer may do this once more, and counts it. `subject` counts by something else
/// than the person or address: the e-mail address that a code is sent to, for instance.
///
/// Not limited: writes with a steward's API token, and reads that come directly from this machine.
Result<void> allow(Context& context, Act act, std::string_view subject = {});

} // namespace moothall::web
