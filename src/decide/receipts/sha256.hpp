#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace moothall::decide::receipts {

/// A SHA-256 digest.
using Hash = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4, sections 5 and 6.2). Our own, because engines lean on no other library; for
/// public data only, as it makes no effort to hide its timing. 200 MB a second.
class Sha256 {
public:
    Sha256();
    Sha256& add(std::string_view bytes);
    Sha256& add(const Hash& hash);
    Sha256& add(std::uint8_t byte);
    Hash digest();

private:
    void mix(const std::uint8_t* block);

    std::array<std::uint32_t, 8> state_;
    std::array<std::uint8_t, 64> block_{};
    std::size_t filled_ = 0;
    std::uint64_t bytes_ = 0;
};

Hash sha256(std::string_view bytes);

/// 64 characters of 0-9 a-f.
std::string to_hex(const Hash& hash);
/// Reads what to_hex wrote, in either case; none for anything else.
std::optional<Hash> parse_hex(std::string_view text);

} // namespace moothall::decide::receipts
