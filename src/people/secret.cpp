#include "people/secret.hpp"

#include "base/invariant.hpp"

#include <sodium.h>

#include <array>

namespace moothall::people {

namespace {

void prepare_sodium()
{
    static const bool ready = sodium_init() >= 0;
    invariant(ready, "libsodium finds a source of randomness");
}

} // namespace

std::string make_secret()
{
    prepare_sodium();
    static constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::string secret;
    for (const unsigned char byte : bytes) secret += alphabet[byte & 31];
    return secret;
}

std::string make_code()
{
    prepare_sodium();
    auto number = std::to_string(randombytes_uniform(100'000'000));
    return std::string(8 - number.size(), '0') + number;
}

std::string hash_secret(std::string_view secret)
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(secret.data()),
                       secret.size());
    std::string hex(2 * digest.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

bool same_secret(std::string_view left, std::string_view right)
{
    return left.size() == right.size() &&
           sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string hash_password(std::string_view password)
{
    prepare_sodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    const int failed = crypto_pwhash_str_alg(
        hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
        crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0) throw std::bad_alloc();
    return hash.data();
}

bool verify_password(std::string_view hash, std::string_view password)
{
    prepare_sodium();
    static const std::string nobodys = hash_password("nobody has this password");
    const std::string wanted(hash.empty() ? std::string_view(nobodys) : hash);
    const bool right =
        crypto_pwhash_str_verify(wanted.c_str(), password.data(), password.size()) == 0;
    return right && !hash.empty();
}

} // namespace moothall::people
