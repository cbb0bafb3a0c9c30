#include "people/person.hpp"

#include "people/circle.hpp"
#include "people/listing.hpp"
#include "people/newcomer.hpp"
#include "people/sight.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::people {

namespace {

constexpr store::SqlLiteral person_columns = R"sql(
    SELECT p.person_id, p.name, p.email, p.state, p.owner, p.trusted, p.about, p.language, p.theme,
           p.shortcuts, p.mail, p.password_hash <> '', p.created_us FROM person p )sql";

PersonState person_state_of(std::string_view text)
{
    for (const auto state :
         {PersonState::unconfirmed, PersonState::active, PersonState::deactivated})
        if (text == to_text(state)) return state;
    return PersonState::erased;
}

Person read_person(const store::Row& row)
{
    return {row.id(0),     row.string(1), row.string(2),  person_state_of(row.text(3)),
            row.truth(4),  row.truth(5),  row.string(6),  row.string(7),
            row.string(8), row.truth(9),  row.string(10), row.truth(11),
            row.time(12)};
}

std::optional<Person> first(store::Rows rows)
{
    if (!rows.next()) return {};
    return read_person(rows.row());
}

} // namespace

std::string_view to_text(PersonState state)
{
    switch (state) {
    case PersonState::unconfirmed:
        return "unconfirmed";
    case PersonState::active:
        return "active";
    case PersonState::deactivated:
        return "deactivated";
    case PersonState::erased:
        return "erased";
    }
    return "erased";
}

Result<Person> create_person(store::Transaction& transaction, IdSource& ids, Time now,
                             Id organisation, Id everyone, const NewPerson& wanted)
{
    const auto email = normalise_line(wanted.email);
    if (!email.empty() && !is_email(email))
        return Refusal::invalid("email", "This is not an e-mail address.");
    const auto email_fold = fold_email(email);
    if (!email.empty() && find_person_by_email(transaction, organisation, email))
        return Refusal::conflict("Somebody with this e-mail address is here already.");

    auto name = clip(normalise_line(wanted.name), 100);
    if (name.empty() && email.empty()) return Refusal::invalid("name", "Please give a name.");

    Person person;
    person.id = ids.next(now);
    if (name.empty()) name = neutral_name(person.id);
    person.name = name;
    person.email = email;
    person.state = wanted.state;
    person.owner = wanted.owner;
    person.created = now;
    record::save_thing(
        transaction, organisation,
        {person.id, "person", everyone, record::State::visible, person.id, name, now, now});
    transaction.execute(R"sql(
        INSERT INTO person (org_id, person_id, name, name_fold, email, email_fold, state, owner, trusted,
            about, language, theme, shortcuts, mail, password_hash, created_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, '', '', 'auto', 1, 'now', '', ?9) )sql",
                        organisation, person.id, name, fold(name),
                        email.empty() ? store::Value(nullptr) : store::Value(email),
                        email.empty() ? store::Value(nullptr) : store::Value(email_fold),
                        to_text(person.state), person.owner, now);
    set_role(transaction, organisation, everyone, person.id,
             wanted.owner ? Role::steward : Role::member, now);
    record::append(transaction, organisation, ids,
                   {.verb = "people.person_came",
                    .thing = person.id,
                    .actor = wanted.actor ? wanted.actor : person.id,
                    .circle = everyone,
                    .at = now});
    return person;
}

std::optional<Person> find_person_by_id(store::Transaction& transaction, Id organisation, Id person)
{
    return first(
        transaction.query(store::Sql(person_columns) + "WHERE p.org_id = ?1 AND p.person_id = ?2",
                          organisation, person));
}

std::optional<Person> find_person_by_email(store::Transaction& transaction, Id organisation,
                                           std::string_view email)
{
    const auto folded = fold_email(email);
    return first(
        transaction.query(store::Sql(person_columns) + "WHERE p.org_id = ?1 AND p.email_fold = ?2",
                          organisation, folded));
}

Result<Person> find_person(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    auto person = find_person_by_id(transaction, viewer.organisation, id);
    if (!person) return Refusal::not_found();
    if (viewer.person != id && !viewer.owner) {
        person->email.clear();
        person->language.clear();
        person->mail.clear();
        person->has_password = false;
    }
    return *std::move(person);
}

std::vector<Person> list_people_named(store::Transaction& transaction, std::string_view start,
                                      const Viewer& viewer, int limit)
{
    return list_people_after(transaction, start, viewer, {}, limit);
}

std::vector<Person> list_people_after(store::Transaction& transaction, std::string_view start,
                                      const Viewer& viewer, const NamePlace& after, int limit)
{
    std::vector<Person> people;
    const auto begin = fold(start);
    const auto from = after.id ? after.name : begin;
    const auto to = begin + "\xf4\x8f\xbf\xbf"; // past every name that starts so
    for (const auto& row :
         transaction.query(store::Sql(person_columns) + R"sql(
             JOIN thing t ON t.org_id = p.org_id AND t.thing_id = p.person_id
             WHERE p.org_id = ?1 AND t.org_id = ?1 AND p.name_fold >= ?7 AND p.name_fold < ?4
               AND (p.name_fold, p.person_id) > (?3, ?6) AND p.state = 'active' AND )sql" +
                               seen + " ORDER BY p.name_fold, p.person_id LIMIT ?5",
                           viewer.organisation, viewer.person, from, to, limit, after.id, begin)) {
        auto person = read_person(row);
        person.email.clear();
        people.push_back(std::move(person));
    }
    return people;
}

NamePlace place_of(const Person& person)
{
    return {fold(person.name), person.id};
}

Id find_mentioned(store::Transaction& transaction, Id organisation, std::string_view name)
{
    const auto folded = fold(name);
    if (folded.empty()) return {};
    // The whole name, or the name followed by a space and more.
    std::vector<Id> whole;
    std::vector<Id> starting;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT person_id, name_fold FROM person
             WHERE org_id = ?1 AND name_fold >= ?2 AND name_fold < ?3 AND state = 'active'
             ORDER BY name_fold LIMIT 20 )sql",
                           organisation, folded, folded + "!")) { // '!' follows the space
        (row.text(1) == folded ? whole : starting).push_back(row.id(0));
    }
    if (whole.size() == 1) return whole.front();
    if (whole.empty() && starting.size() == 1) return starting.front();
    return {};
}

Result<Person> change_person(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, const PersonChange& change)
{
    const auto one_of = [](const std::optional<std::string>& value,
                           std::initializer_list<std::string_view> good) {
        return !value || std::ranges::find(good, *value) != good.end();
    };
    auto person = find_person_by_id(transaction, viewer.organisation, viewer.person);
    if (!person) return Refusal::unauthenticated("Please sign in first.");
    if (change.name) {
        person->name = normalise_line(*change.name);
        if (person->name.empty()) return Refusal::invalid("name", "Please give a name.");
        if (count_characters(person->name) > 100)
            return Refusal::invalid("name", "A name has at most 100 characters.");
    }
    if (change.about) {
        person->about = normalise_line(*change.about);
        if (count_characters(person->about) > 1000)
            return Refusal::invalid("about", "This text has at most 1,000 characters.");
    }
    if (!one_of(change.language, {"", "en", "fr", "tr", "fi"}))
        return Refusal::invalid("language", "We speak English, French, Turkish and Finnish.");
    if (!one_of(change.theme, {"auto", "light", "dark"}))
        return Refusal::invalid("theme", "The colours are auto, light or dark.");
    if (!one_of(change.mail, {"now", "daily", "weekly", "never"}))
        return Refusal::invalid("mail", "Mail comes now, daily, weekly or never.");
    person->language = change.language.value_or(person->language);
    person->theme = change.theme.value_or(person->theme);
    person->mail = change.mail.value_or(person->mail);
    person->shortcuts = change.shortcuts.value_or(person->shortcuts);
    save_person(transaction, viewer.organisation, *person, now);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "people.person_changed",
                    .thing = person->id,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .audience = record::Audience::actor});
    return *std::move(person);
}

void save_person(store::Transaction& transaction, Id organisation, const Person& person, Time now)
{
    transaction.execute(R"sql(
        UPDATE person SET name = ?3, name_fold = ?4, about = ?5, language = ?6, theme = ?7,
            shortcuts = ?8, mail = ?9, state = ?10, owner = ?11, trusted = ?12
        WHERE org_id = ?1 AND person_id = ?2 )sql",
                        organisation, person.id, person.name, fold(person.name), person.about,
                        person.language, person.theme, person.shortcuts, person.mail,
                        to_text(person.state), person.owner, person.trusted);
    transaction.execute(
        "UPDATE thing SET title = ?3, changed_us = ?4 WHERE org_id = ?1 AND thing_id = ?2",
        organisation, person.id, person.name, now);
}

void save_password(store::Transaction& transaction, Id organisation, Id person,
                   std::string_view hash)
{
    transaction.execute("UPDATE person SET password_hash = ?3 WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person, hash);
}

std::string find_password_hash(store::Transaction& transaction, Id organisation,
                               std::string_view email)
{
    const auto folded = fold_email(email);
    auto rows = transaction.query(R"sql(
        SELECT password_hash FROM person
        WHERE org_id = ?1 AND email_fold = ?2 AND state = 'active' )sql",
                                  organisation, folded);
    return rows.next() ? rows->string(0) : std::string();
}

} // namespace moothall::people
