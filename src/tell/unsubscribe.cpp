#include "tell/unsubscribe.hpp"

#include "people/secret.hpp"
#include "record/setting.hpp"
#include "tell/signature.hpp"

#include <sodium.h>

namespace moothall::tell {

namespace {

constexpr std::string_view setting = "tell.unsubscribe_secret"; // "secret": never exported

/// What is signed. The organisation is in it although its secret is its own, so that a secret that
/// two halls came to share opens nothing in the other.
std::string proof_of(std::string_view secret, Id organisation, Id person, std::string_view what)
{
    const auto code = hmac_sha256(secret, "unsubscribe\n" + organisation.text() + '\n' +
                                              person.text() + '\n' + std::string(what));
    std::string hex(2 * code.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(code.data()),
                   code.size());
    hex.pop_back(); // the zero at its end
    return hex;
}

} // namespace

std::string unsubscribe_secret(store::Transaction& transaction, Id organisation)
{
    auto secret = record::find_setting(transaction, organisation, setting);
    if (secret.empty()) {
        secret = people::make_secret();
        record::save_setting(transaction, organisation, setting, secret);
    }
    return secret;
}

std::string find_letter_secret(store::Transaction& transaction, Id organisation)
{
    return record::find_setting(transaction, organisation, setting);
}

std::string unsubscribe_url(const web::Organisation& house, std::string_view secret, Id person,
                            std::string_view what)
{
    return house.url + "/unsubscribe/" + person.text() + '/' + std::string(what) + '/' +
           proof_of(secret, house.id, person, what);
}

bool is_unsubscribe_proof(std::string_view secret, Id organisation, Id person,
                          std::string_view what, std::string_view proof)
{
    return !secret.empty() &&
           people::same_secret(proof_of(secret, organisation, person, what), proof);
}

} // namespace moothall::tell
