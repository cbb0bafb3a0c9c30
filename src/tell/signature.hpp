#pragma once

#include <string>
#include <string_view>

/// Proofs that something was written by this house.
namespace moothall::tell {

/// HMAC-SHA256 (RFC 2104), 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

std::string to_base64(std::string_view bytes);
/// Empty for what is no base 64.
std::string from_base64(std::string_view text);

} // namespace moothall::tell
