#include "web/limits.hpp"

#include "web/hall.hpp"
#include "web/log.hpp"

#include <arpa/inet.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace moothall::web {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, acts> names = {
    "page_read", "api_read",   "write",   "search", "sign_in_code", "sign_in_try",
    "password",  "sign_up",    "voice",   "reply",  "support",      "report",
    "upload",    "invitation", "message", "webhook"};

std::int64_t microseconds(std::chrono::seconds time)
{
    return std::chrono::microseconds(time).count();
}

/// Takes the first word off `text`.
std::string_view next_word(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

std::optional<std::int64_t> count_of(std::string_view word)
{
    std::int64_t count = 0;
    const auto end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, count);
    if (error != std::errc() || stop != end || count < 1 || count > 1'000'000) return {};
    return count;
}

std::optional<std::chrono::seconds> unit_of(std::string_view word)
{
    if (word.ends_with('s')) word.remove_suffix(1);
    if (word == "second") return 1s;
    if (word == "minute") return 1min;
    if (word == "hour") return 1h;
    if (word == "day") return 24h;
    return {};
}

} // namespace

std::string_view to_text(Act act)
{
    return names[static_cast<std::size_t>(act)];
}

std::optional<Act> act_of(std::string_view text)
{
    for (std::size_t at = 0; at < acts; ++at)
        if (names[at] == text) return static_cast<Act>(at);
    return {};
}

std::optional<Allowance> Allowance::parse(std::string_view text)
{
    if (text == "unlimited") return Allowance{0, 1min};
    const auto times = count_of(next_word(text));
    if (!times || next_word(text) != "per") return {};
    auto word = next_word(text);
    std::int64_t units = 1;
    if (const auto count = count_of(word)) {
        units = *count;
        word = next_word(text);
    }
    const auto unit = unit_of(word);
    if (!unit || !next_word(text).empty()) return {};
    return Allowance{*times, *unit * units};
}

LimitSettings::LimitSettings()
{
    // Whole offices sit behind one address: what is read while signed out must allow for them.
    of(Act::page_read) = {1200, 1min};
    of(Act::api_read) = {1200, 1min};
    of(Act::write) = {240, 1min};
    of(Act::search) = {240, 1min};
    // At this pace a guesser of eight digits needs a century from one address for even odds; each
    // code counts its wrong tries too.
    of(Act::sign_in_code) = {10, 10min};
    of(Act::sign_in_try) = {10, 10min};
    of(Act::password) = {10, 1h};
    of(Act::sign_up) = {20, 1h};
    of(Act::voice) = {30, 1h};
    of(Act::reply) = {120, 1h};
    of(Act::support) = {300, 1h};
    of(Act::report) = {20, 1h};
    of(Act::upload) = {60, 1h};
    of(Act::invitation) = {100, 24h};
    of(Act::message) = {120, 1min};
    of(Act::webhook) = {30, 1h};
}

Limits::Limits(LimitSettings settings) : settings_(settings)
{
    randombytes_buf(secret_.data(), secret_.size());
    static_assert(sizeof secret_ == crypto_shorthash_KEYBYTES);
}

std::uint64_t Limits::key(Id organisation, Act act, std::string_view who) const
{
    std::string text = organisation.text();
    text += static_cast<char>(act);
    text += who;
    std::array<unsigned char, crypto_shorthash_BYTES> hash;
    crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     secret_.data());
    std::uint64_t number = 0;
    static_assert(sizeof number == sizeof hash);
    std::memcpy(&number, hash.data(), sizeof number);
    return number;
}

std::optional<std::chrono::seconds> Limits::take(Id organisation, Act act, std::string_view who,
                                                 Time now)
{
    const auto& allowance = settings_.of(act);
    if (allowance.times <= 0) return {};
    const auto now_us = now.time_since_epoch().count();
    const auto each_us = microseconds(allowance.period) / allowance.times;
    const auto bucket = key(organisation, act, who);

    const std::lock_guard lock(mutex_);
    if (full_at_us_.size() >= settings_.remembered_max && !full_at_us_.contains(bucket))
        forget_some(now_us);
    auto& full_at_us = full_at_us_[bucket];
    const auto after_us = std::max(full_at_us, now_us) + each_us;
    const auto excess_us = after_us - now_us - each_us * allowance.times;
    if (excess_us > 0) return std::chrono::seconds((excess_us + 999'999) / 1'000'000);
    full_at_us = after_us;
    return {};
}

/// Drops buckets that are full again; if that is not enough, the tenth that is nearest to it.
void Limits::forget_some(std::int64_t now_us)
{
    std::erase_if(full_at_us_, [&](const auto& bucket) { return bucket.second <= now_us; });
    if (full_at_us_.size() < settings_.remembered_max) return;
    std::vector<std::int64_t> times;
    times.reserve(full_at_us_.size());
    for (const auto& bucket : full_at_us_) times.push_back(bucket.second);
    const auto tenth = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 10);
    std::nth_element(times.begin(), tenth, times.end());
    std::erase_if(full_at_us_, [&](const auto& bucket) { return bucket.second <= *tenth; });
}

std::size_t Limits::remembered() const
{
    const std::lock_guard lock(mutex_);
    return full_at_us_.size();
}

std::string household_of(std::string_view address)
{
    std::string text(address);
    if (const auto zone = text.find('%'); zone != std::string::npos) text.resize(zone);
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    constexpr std::array<unsigned char, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    std::array<char, INET6_ADDRSTRLEN> out{};
    if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) {
        inet_ntop(AF_INET, bytes.data() + mapped.size(), out.data(), out.size());
        return out.data();
    }
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
    return std::string(out.data()) + "/64";
}

bool Spent::add(Act act, std::string_view who)
{
    for (const auto& [taken_act, taken_who] : taken_)
        if (taken_act == act && taken_who == who) return false;
    taken_.emplace_back(act, who);
    return true;
}

Result<void> allow(Context& context, Act act, std::string_view subject)
{
    if (!context.hall.settings().rate_limits || context.request == nullptr) return {};
    const auto& request = *context.request;
    const bool reads = request.method == Method::get || request.method == Method::head;
    const auto& viewer = context.viewer;
    if (reads && request.loopback) return {};
    if (!reads && viewer.api_token && (viewer.owner || viewer.is_hall_steward())) return {};

    std::string who;
    if (!subject.empty()) {
        who = "subject ";
        who += subject;
    } else if (viewer.signed_in()) {
        who = "person " + viewer.person.text();
    } else {
        who = "address " + household_of(request.remote_address);
    }
    if (context.spent != nullptr && !context.spent->add(act, who)) return {};
    const auto wait = context.hall.limits().take(viewer.organisation, act, who, context.now);
    if (!wait) return {};
    log_refused_as_too_often(request, to_text(act));
    return Refusal::too_often(*wait);
}

} // namespace moothall::web
