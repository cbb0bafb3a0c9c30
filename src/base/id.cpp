#include "base/id.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <array>

namespace moothall {

namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t id_characters = 13;
constexpr std::int64_t epoch_ms = 1'704'067'200'000; // 2024-01-01

int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == 'o') c = '0';
    if (c == 'i' || c == 'l') c = '1';
    const auto at = alphabet.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

} // namespace

std::string Id::text() const
{
    std::string text(id_characters, '0');
    auto rest = static_cast<std::uint64_t>(value);
    for (auto at = text.rbegin(); at != text.rend(); ++at, rest >>= 5) *at = alphabet[rest & 31];
    return text;
}

std::optional<Id> Id::parse(std::string_view text)
{
    if (text.size() != id_characters) return {};
    std::uint64_t value = 0;
    for (const char c : text) {
        const int digit = digit_of(c);
        if (digit < 0 || value >> 59 != 0) return {};
        value = value << 5 | static_cast<std::uint64_t>(digit);
    }
    if (value == 0 || value >> 63 != 0) return {};
    return Id{static_cast<std::int64_t>(value)};
}

IdSource::IdSource(std::uint16_t node) : node_(node)
{
    invariant(node < 1024, "a node has 10 bits");
}

Id IdSource::next(Time now)
{
    const auto ms =
        std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count() - epoch_ms;
    const std::lock_guard lock(mutex_);
    last_ = std::max(last_ + 1, std::max<std::int64_t>(ms, 1) << 12);
    return Id{(last_ >> 12) << 22 | node_ << 12 | (last_ & 4095)};
}

void IdSource::start_above(Id id)
{
    const std::lock_guard lock(mutex_);
    last_ = std::max(last_, ((id.value >> 22) + 1) << 12);
}

} // namespace moothall
