#pragma once

#include <string>
#include <string_view>

namespace moothall::people {

/// A secret that cannot be guessed: 160 bits from the system's generator, as 32 characters of
/// base 32.
std::string make_secret();
/// A code that a person can type: eight digits. Only good together with a limit on tries.
std::string make_code();
/// What is stored of a secret: SHA-256 in hex. Secrets have 128 bits or more, so no salt and no
/// slow hash.
std::string hash_secret(std::string_view secret);

/// Whether two secrets are the same; the time does not tell where they differ.
bool same_secret(std::string_view left, std::string_view right);

/// argon2id with libsodium's interactive limits. Slow on purpose (some 50 ms): never inside a
/// transaction.
std::string hash_password(std::string_view password);
/// As slow as hash_password, also for an empty hash, so that time does not tell who has an account.
bool verify_password(std::string_view hash, std::string_view password);

} // namespace moothall::people
