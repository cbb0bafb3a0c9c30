#include "tell/circle_address.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>

namespace moothall::tell {

namespace {

constexpr std::size_t name_characters_max = 40;

/// What servers answer themselves (RFC 2142 and custom), and what our own letters come from.
constexpr std::array<std::string_view, 15> kept_names{
    "postmaster", "abuse",         "hostmaster",    "webmaster", "root",
    "noreply",    "no-reply",      "mailer-daemon", "moothall",  "reply",
    "security",   "administrator", "admin",         "listserv",  "majordomo"};

Result<std::string> check_name(std::string_view wanted)
{
    auto name = fold_email(wanted);
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    const bool dotted =
        name.starts_with('.') || name.ends_with('.') || name.find("..") != std::string::npos;
    if (name.size() > name_characters_max || !std::ranges::all_of(name, is_good) || dotted)
        return Refusal::invalid("name", "An address has letters without accents, digits, dots and "
                                        "hyphens before the @: at most 40.");
    if (std::ranges::find(kept_names, name) != kept_names.end())
        return Refusal::invalid("name", "Mail servers keep this name for themselves.");
    return name;
}

} // namespace

Result<std::string> find_circle_address(store::Transaction& transaction, Id id,
                                        const Viewer& viewer)
{
    const auto circle = people::find_circle(transaction, id, viewer);
    if (!circle) return circle.error();
    auto rows =
        transaction.query("SELECT name FROM circle_address WHERE org_id = ?1 AND circle_id = ?2",
                          viewer.organisation, id);
    return rows.next() ? rows->string(0) : std::string();
}

Id find_addressed_circle(store::Transaction& transaction, Id organisation, std::string_view name)
{
    auto rows =
        transaction.query("SELECT circle_id FROM circle_address WHERE org_id = ?1 AND name = ?2",
                          organisation, fold_email(name));
    return rows.next() ? rows->id(0) : Id{};
}

Result<void> choose_circle_address(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto before = find_circle_address(transaction, id, viewer);
    if (!before) return before.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_steward_of(id))
        return Refusal::forbidden("Only a steward of the circle may change it.");
    const auto name = check_name(wanted);
    if (!name) return name.error();
    if (*name == *before) return {};
    if (name->empty()) {
        transaction.execute("DELETE FROM circle_address WHERE org_id = ?1 AND circle_id = ?2",
                            viewer.organisation, id);
    } else {
        if (find_addressed_circle(transaction, viewer.organisation, *name))
            return Refusal::invalid("name", "This address is taken.");
        transaction.execute(R"sql(
            INSERT INTO circle_address (org_id, circle_id, name) VALUES (?1, ?2, ?3)
            ON CONFLICT (org_id, circle_id) DO UPDATE SET name = excluded.name )sql",
                            viewer.organisation, id, *name);
    }
    record::append(
        transaction, viewer.organisation, ids,
        {.verb = name->empty() ? "tell.circle_address_ended" : "tell.circle_address_chosen",
         .thing = id,
         .actor = viewer.person,
         .circle = id,
         .at = now});
    return {};
}

} // namespace moothall::tell
