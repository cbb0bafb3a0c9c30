#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "people/person.hpp"
#include "record/setting.hpp"
#include "store/database.hpp"
#include "web/organisation.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall::people {

struct NewOrganisation {
    std::string name;
    std::string url; // https://hall.example; its host is what the organisation answers to
    std::string owner_email;
    std::string owner_name;
    bool sample = false;
};

struct Founded {
    web::Organisation organisation;
    Person owner;
};

/// Founds an organisation with its circle Everyone and its first owner, and its default statuses
/// come from hear/ (who listens to the same call in `init`). Refused when the host is taken.
Result<Founded> create_organisation(store::Transaction& transaction, IdSource& ids, Time now,
                                    const NewOrganisation& wanted);

/// All organisations of this database with the host each answers to, oldest first.
std::vector<std::pair<std::string, web::Organisation>>
list_organisations(store::Transaction& transaction);
std::optional<web::Organisation> find_organisation(store::Transaction& transaction,
                                                   Id organisation);

/// Writes name, accent, language, sign-up rule (owners only; checked by the caller's page).
void save_organisation(store::Transaction& transaction, const web::Organisation& organisation);
void save_logo(store::Transaction& transaction, Id organisation, std::string_view base64_png);
std::string find_logo(store::Transaction& transaction, Id organisation);

using record::find_setting;
using record::save_setting;

/// "hall.example" or "hall.example:8443" of "https://hall.example/…"; empty when it is no http(s)
/// address.
std::string host_of(std::string_view url);

} // namespace moothall::people
