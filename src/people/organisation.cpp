#include "people/organisation.hpp"

#include "people/circle.hpp"
#include "people/founding.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>

namespace moothall::people {

namespace {

std::string_view sign_up_word(web::SignUp rule)
{
    switch (rule) {
    case web::SignUp::open:
        return "open";
    case web::SignUp::by_domain:
        return "by_domain";
    case web::SignUp::by_invitation:
        return "by_invitation";
    }
    return "by_invitation";
}

web::SignUp sign_up_of(std::string_view text)
{
    if (text == "open") return web::SignUp::open;
    return text == "by_domain" ? web::SignUp::by_domain : web::SignUp::by_invitation;
}

std::vector<std::string> split_at_commas(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (const auto part = normalise_line(text.substr(0, comma)); !part.empty())
            parts.push_back(part);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return parts;
}

constexpr store::SqlLiteral organisation_columns = R"sql(
    SELECT o.org_id, o.everyone_id, o.name, o.url, o.accent, o.logo <> '', o.language, o.sign_up,
           o.sign_up_domains, o.sample,
           (SELECT count(*) FROM setting s WHERE s.org_id = o.org_id AND s.name = 'oidc.issuer' AND s.value <> '')
    FROM org o )sql";

web::Organisation read_organisation(const store::Row& row)
{
    web::Organisation organisation;
    organisation.id = row.id(0);
    organisation.everyone = row.id(1);
    organisation.name = row.string(2);
    organisation.url = row.string(3);
    organisation.accent = row.string(4);
    organisation.logo = row.truth(5) ? "/logo.png" : "";
    organisation.language = row.string(6);
    organisation.sign_up = sign_up_of(row.text(7));
    organisation.sign_up_domains = split_at_commas(row.text(8));
    organisation.sample = row.truth(9);
    organisation.oidc = row.truth(10);
    return organisation;
}

} // namespace

std::string host_of(std::string_view url)
{
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!url.starts_with(scheme)) continue;
        url.remove_prefix(scheme.size());
        auto host = std::string(url.substr(0, url.find_first_of("/?#")));
        if (host.find('@') != std::string::npos) return {};
        std::ranges::transform(host, host.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        return host;
    }
    return {};
}

Result<void> check_organisation(const NewOrganisation& wanted)
{
    const auto name = normalise_line(wanted.name);
    if (name.empty() || count_characters(name) > 100)
        return Refusal::invalid("name", "An organisation needs a name of 1 to 100 characters.");
    const auto host = host_of(wanted.url);
    const auto rest =
        std::string_view(wanted.url)
            .substr(std::min(wanted.url.size(), wanted.url.find("://") + 3 + host.size()));
    const bool plain = std::ranges::all_of(host, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':' || c == '[' || c == ']' ||
               c >= 0x80;
    });
    if (host.empty() || !plain || (!rest.empty() && rest != "/"))
        return Refusal::invalid("url", "The address must look like https://hall.example.");
    if (!is_email(wanted.owner_email))
        return Refusal::invalid("owner", "The owner's e-mail address is not one.");
    return {};
}

Result<Founded> create_organisation(store::Transaction& transaction, IdSource& ids, Time now,
                                    const NewOrganisation& wanted)
{
    if (const auto checked = check_organisation(wanted); !checked) return checked.error();
    const auto name = normalise_line(wanted.name);
    const auto host = host_of(wanted.url);
    if (transaction.query("SELECT 1 FROM host WHERE host = ?1", host).next())
        return Refusal::conflict("An organisation answers to {1} already.").with(host);

    web::Organisation organisation;
    organisation.id = ids.next(now);
    organisation.everyone = ids.next(now);
    organisation.name = name;
    organisation.url = wanted.url.substr(0, wanted.url.find(host) + host.size());
    organisation.language = "en";
    organisation.sample = wanted.sample;

    transaction.execute("INSERT INTO host (host, org_id) VALUES (?1, ?2)", host, organisation.id);
    transaction.execute(R"sql(
        INSERT INTO org (org_id, everyone_id, name, url, accent, logo, language, sign_up, sign_up_domains,
            sample, created_us)
        VALUES (?1, ?2, ?3, ?4, '', '', 'en', 'open', '', ?5, ?6) )sql",
                        organisation.id, organisation.everyone, name, organisation.url,
                        wanted.sample, now);
    record::save_thing(transaction, organisation.id,
                       {organisation.everyone, "circle", organisation.everyone,
                        record::State::visible, Id{}, "Everyone", now, now});
    transaction.execute(R"sql(
        INSERT INTO circle (org_id, circle_id, name, purpose, kind, visibility, joining, moderation,
            members, created_us)
        VALUES (?1, ?2, 'Everyone', '', 'community', 'public', 'open', 'off', 0, ?3) )sql",
                        organisation.id, organisation.everyone, now);
    record::append(transaction, organisation.id, ids,
                   {.verb = "people.organisation_founded",
                    .thing = organisation.everyone,
                    .actor = Id{},
                    .circle = organisation.everyone,
                    .at = now});

    auto owner =
        create_person(transaction, ids, now, organisation.id, organisation.everyone,
                      {.name = wanted.owner_name, .email = wanted.owner_email, .owner = true});
    if (!owner) return owner.error();
    transaction.notify("hosts");
    return Founded{organisation, *owner};
}

std::vector<std::pair<std::string, web::Organisation>>
list_organisations(store::Transaction& transaction)
{
    std::vector<std::pair<std::string, Id>> hosts;
    for (const auto& row : transaction.query("SELECT host, org_id FROM host ORDER BY org_id, host"))
        hosts.emplace_back(row.string(0), row.id(1));
    std::vector<std::pair<std::string, web::Organisation>> found;
    for (const auto& [host, id] : hosts) // once at the start, and when an organisation changes
        if (auto organisation = find_organisation(transaction, id))
            found.emplace_back(host, *std::move(organisation));
    return found;
}

std::vector<Id> list_lost_organisations(store::Transaction& transaction)
{
    std::set<Id> named;
    // From one organisation to the next along each key: a step for each, however many rows it has.
    for (const store::SqlLiteral next :
         {store::SqlLiteral("SELECT org_id FROM event WHERE org_id > ?1 ORDER BY org_id LIMIT 1"),
          store::SqlLiteral("SELECT org_id FROM seal WHERE org_id > ?1 ORDER BY org_id LIMIT 1"),
          store::SqlLiteral("SELECT org_id FROM thing WHERE org_id > ?1 ORDER BY org_id LIMIT 1"),
          store::SqlLiteral("SELECT org_id FROM host WHERE org_id > ?1 ORDER BY org_id LIMIT 1")})
        for (Id last;;) {
            auto rows = transaction.query(next, last);
            if (!rows.next()) break;
            last = rows->id(0);
            named.insert(last);
        }
    std::set<Id> whole;
    for (const auto& [host, organisation] : list_organisations(transaction))
        whole.insert(organisation.id);
    std::vector<Id> lost;
    for (const auto& row : transaction.query("SELECT org_id FROM org ORDER BY org_id"))
        if (!whole.contains(row.id(0))) lost.push_back(row.id(0));
    std::ranges::set_difference(named, whole, std::back_inserter(lost));
    std::ranges::sort(lost);
    lost.erase(std::unique(lost.begin(), lost.end()), lost.end());
    return lost;
}

std::optional<web::Organisation> find_organisation(store::Transaction& transaction, Id organisation)
{
    auto rows =
        transaction.query(store::Sql(organisation_columns) + "WHERE o.org_id = ?1", organisation);
    if (!rows.next()) return {};
    return read_organisation(rows.row());
}

void save_organisation(store::Transaction& transaction, const web::Organisation& organisation)
{
    std::string domains;
    for (const auto& domain : organisation.sign_up_domains) {
        if (!domains.empty()) domains += ',';
        domains += domain;
    }
    transaction.execute(R"sql(
        UPDATE org SET name = ?2, accent = ?3, language = ?4, sign_up = ?5, sign_up_domains = ?6
        WHERE org_id = ?1 )sql",
                        organisation.id, organisation.name, organisation.accent,
                        organisation.language, sign_up_word(organisation.sign_up), domains);
    transaction.notify("hosts");
}

void save_logo(store::Transaction& transaction, Id organisation, std::string_view base64_png)
{
    transaction.execute("UPDATE org SET logo = ?2 WHERE org_id = ?1", organisation, base64_png);
    transaction.notify("hosts");
}

std::string find_logo(store::Transaction& transaction, Id organisation)
{
    auto rows = transaction.query("SELECT logo FROM org WHERE org_id = ?1", organisation);
    return rows.next() ? rows->string(0) : std::string();
}

Id find_first_owner(store::Transaction& transaction, Id organisation)
{
    auto rows = transaction.query(
        "SELECT person_id FROM person WHERE org_id = ?1 AND owner = 1 AND state = 'active' "
        "ORDER BY person_id LIMIT 1",
        organisation);
    return rows.next() ? rows->id(0) : Id{};
}

} // namespace moothall::people
