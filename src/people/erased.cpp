#include "people/erased.hpp"

#include "people/secret.hpp"
#include "record/setting.hpp"
#include "text/unicode.hpp"

#include <string>

namespace moothall::people {

namespace {

/// An export carries it with the hashes, which mean nothing without it.
constexpr std::string_view salt_setting = "people.erased_salt";

std::string hash_of_address(const std::string& salt, std::string_view email)
{
    return hash_secret(salt + '\n' + fold_email(email));
}

} // namespace

void note_erased(store::Transaction& transaction, Id organisation, std::string_view email)
{
    if (email.empty()) return;
    auto salt = record::find_setting(transaction, organisation, salt_setting);
    if (salt.empty()) {
        salt = make_secret();
        record::save_setting(transaction, organisation, salt_setting, salt);
    }
    transaction.execute("INSERT INTO erased_address (org_id, address_hash) VALUES (?1, ?2) ON "
                        "CONFLICT (org_id, address_hash) DO NOTHING",
                        organisation, hash_of_address(salt, email));
}

bool was_erased(store::Transaction& transaction, Id organisation, std::string_view email)
{
    const auto salt = record::find_setting(transaction, organisation, salt_setting);
    if (salt.empty()) return false;
    auto rows =
        transaction.query("SELECT 1 FROM erased_address WHERE org_id = ?1 AND address_hash = ?2",
                          organisation, hash_of_address(salt, email));
    return rows.next();
}

} // namespace moothall::people
