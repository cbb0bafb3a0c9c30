#include "people/account.hpp"

#include "people/circle.hpp"
#include "people/session.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

namespace moothall::people {

namespace {

Refusal must_sign_in()
{
    return Refusal::unauthenticated("Please sign in first.");
}

/// What somebody did about her own account, which nobody else hears of.
void append_own_event(store::Transaction& transaction, IdSource& ids, Time now,
                      const Viewer& viewer, std::string_view verb)
{
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = viewer.person,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .audience = record::Audience::actor});
}

/// What an owner did about somebody's account.
void append_owner_event(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& owner, Id person, std::string_view verb)
{
    record::append(transaction, owner.organisation, ids,
                   {.verb = verb,
                    .thing = person,
                    .actor = owner.person,
                    .circle = owner.everyone,
                    .at = now,
                    .audience = record::Audience::stewards});
}

/// The person whom an owner wants to change.
Result<Person> find_account(store::Transaction& transaction, const Viewer& owner, Id person)
{
    if (!owner.owner) return Refusal::forbidden("Only an owner may do this.");
    auto found = find_person_by_id(transaction, owner.organisation, person);
    if (!found || found->state == PersonState::erased) return Refusal::not_found();
    return *std::move(found);
}

std::int64_t end_sessions_but(store::Transaction& transaction, const Viewer& viewer)
{
    std::vector<Id> ended;
    for (const auto& row : transaction.query(R"sql(
             DELETE FROM session WHERE org_id = ?1 AND person_id = ?2 AND session_id <> ?3
             RETURNING session_id )sql",
                                             viewer.organisation, viewer.person, viewer.session))
        ended.push_back(row.id(0));
    for (const Id session : ended)
        transaction.notify("cut:" + viewer.organisation.text() + ':' + viewer.person.text() + ':' +
                           session.text());
    return static_cast<std::int64_t>(ended.size());
}

} // namespace

Result<void> check_password(std::string_view password)
{
    if (count_characters(password) < password_characters_min)
        return Refusal::invalid("password", "A password has ten characters at least. Three or four "
                                            "words that do not belong together are good.");
    if (password.size() > password_bytes_max)
        return Refusal::invalid("password", "This password is too long.");
    return {};
}

Result<void> change_password(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, std::string_view hash)
{
    if (!viewer.signed_in()) return must_sign_in();
    save_password(transaction, viewer.organisation, viewer.person, hash);
    end_sessions_but(transaction, viewer);
    append_own_event(transaction, ids, now, viewer, "people.password_changed");
    return {};
}

Result<void> end_own_session(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id session)
{
    if (!viewer.signed_in()) return must_sign_in();
    if (!session || end_sessions(transaction, viewer.organisation, viewer.person, session) == 0)
        return Refusal::not_found();
    append_own_event(transaction, ids, now, viewer, "people.session_ended");
    return {};
}

Result<std::int64_t> end_other_sessions(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer)
{
    if (!viewer.signed_in()) return must_sign_in();
    const auto ended = end_sessions_but(transaction, viewer);
    if (ended > 0) append_own_event(transaction, ids, now, viewer, "people.sessions_ended");
    return ended;
}

Result<MadeToken> make_own_token(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, std::string_view wanted)
{
    if (!viewer.signed_in()) return must_sign_in();
    const auto name = normalise_line(wanted);
    if (name.empty()) return Refusal::invalid("name", "Please say what the token is for.");
    if (count_characters(name) > 100)
        return Refusal::invalid("name", "A name has at most 100 characters.");
    if (list_api_tokens(transaction, viewer.organisation, viewer.person).size() >= api_tokens_max)
        return Refusal::conflict("You have 50 tokens. End some that you do not use any more.");
    MadeToken made;
    made.secret = make_api_token(transaction, ids, now, viewer.organisation, viewer.person, name);
    made.id = list_api_tokens(transaction, viewer.organisation, viewer.person).front().id;
    append_own_event(transaction, ids, now, viewer, "people.token_made");
    return made;
}

Result<void> end_own_token(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id token)
{
    if (!viewer.signed_in()) return must_sign_in();
    if (!token || end_api_tokens(transaction, viewer.organisation, viewer.person, token) == 0)
        return Refusal::not_found();
    append_own_event(transaction, ids, now, viewer, "people.token_ended");
    return {};
}

Result<AccountPage> list_accounts(store::Transaction& transaction, const Viewer& viewer,
                                  std::string_view query, Id after, int limit)
{
    if (!viewer.owner) return Refusal::forbidden("Only an owner may see this.");
    const auto from = fold(query);
    const auto to = from + "\xf4\x8f\xbf\xbf"; // past every name that starts so
    const auto email = fold_email(query);
    std::string after_name;
    if (after) {
        auto rows =
            transaction.query("SELECT name_fold FROM person WHERE org_id = ?1 AND person_id = ?2",
                              viewer.organisation, after);
        if (rows.next()) after_name = rows->string(0);
    }
    AccountPage page;
    std::vector<Id> found;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT person_id FROM person
             WHERE org_id = ?1 AND state <> 'erased'
               AND ((name_fold >= ?2 AND name_fold < ?3) OR email_fold = ?4)
               AND (?6 = 0 OR name_fold > ?5 OR (name_fold = ?5 AND person_id > ?6))
             ORDER BY name_fold, person_id LIMIT ?7 )sql",
                           viewer.organisation, from, to, email, after_name, after, limit + 1))
        found.push_back(row.id(0));
    for (const Id person : found) { // a page of them
        if (std::ssize(page.people) == limit) {
            page.next = page.people.back().id;
            break;
        }
        page.people.push_back(*find_person_by_id(transaction, viewer.organisation, person));
    }
    return page;
}

Result<void> deactivate(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& owner, Id id)
{
    auto person = find_account(transaction, owner, id);
    if (!person) return person.error();
    if (id == owner.person) return Refusal::conflict("You cannot close your own account here.");
    if (person->owner)
        return Refusal::conflict("This person is an owner. Take that away from her first.");
    if (person->state == PersonState::deactivated) return {};
    person->state = PersonState::deactivated;
    save_person(transaction, owner.organisation, *person, now);
    end_sessions(transaction, owner.organisation, id, {});
    end_api_tokens(transaction, owner.organisation, id, {});
    cut_streams(transaction, owner.organisation, id);
    append_owner_event(transaction, ids, now, owner, id, "people.person_deactivated");
    return {};
}

Result<void> reactivate(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& owner, Id id)
{
    auto person = find_account(transaction, owner, id);
    if (!person) return person.error();
    if (person->state != PersonState::deactivated) return {};
    person->state = PersonState::active;
    save_person(transaction, owner.organisation, *person, now);
    append_owner_event(transaction, ids, now, owner, id, "people.person_reactivated");
    return {};
}

bool is_last_owner(store::Transaction& transaction, Id organisation, Id person)
{
    bool is_owner = false;
    bool others = false;
    for (const auto& row : transaction.query(
             "SELECT person_id FROM person WHERE org_id = ?1 AND owner = 1 AND state = 'active'",
             organisation))
        (row.id(0) == person ? is_owner : others) = true;
    return is_owner && !others;
}

Result<void> change_ownership(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& owner, Id id, Ownership ownership)
{
    auto person = find_account(transaction, owner, id);
    if (!person) return person.error();
    const bool becomes = ownership == Ownership::owner;
    if (person->owner == becomes) return {};
    if (becomes && person->state != PersonState::active)
        return Refusal::conflict("Only somebody with an open account can be an owner.");
    if (!becomes && is_last_owner(transaction, owner.organisation, id))
        return Refusal::conflict("The last owner stays one. Make somebody else an owner first.");
    person->owner = becomes;
    save_person(transaction, owner.organisation, *person, now);
    std::vector<Id> circles;
    for (const auto& row :
         transaction.query("SELECT circle_id FROM circle WHERE org_id = ?1", owner.organisation))
        circles.push_back(row.id(0));
    for (const Id circle : circles)
        set_role(transaction, owner.organisation, circle, id,
                 becomes ? Role::steward : Role::member, now);
    cut_streams(transaction, owner.organisation, id);
    append_owner_event(transaction, ids, now, owner, id,
                       becomes ? "people.owner_made" : "people.owner_unmade");
    return {};
}

void forget_person(store::Transaction& transaction, Id organisation, const Person& person, Time now)
{
    end_sessions(transaction, organisation, person.id, {});
    end_api_tokens(transaction, organisation, person.id, {});
    transaction.execute("DELETE FROM identity WHERE org_id = ?1 AND person_id = ?2", organisation,
                        person.id);
    const auto email = fold_email(person.email);
    transaction.execute(R"sql(
        DELETE FROM pass WHERE org_id = ?1 AND (person_id = ?2 OR (?3 <> '' AND email_fold = ?3)) )sql",
                        organisation, person.id, email);
    for (const auto& membership : list_memberships(transaction, organisation, person.id))
        set_role(transaction, organisation, membership.circle, person.id, Role::none, now);
    transaction.execute(R"sql(
        UPDATE person SET name = '', name_fold = '', email = NULL, email_fold = NULL,
            state = 'erased', owner = 0, trusted = 0, about = '', language = '', theme = 'auto',
            shortcuts = 1, mail = 'never', password_hash = ''
        WHERE org_id = ?1 AND person_id = ?2 )sql",
                        organisation, person.id);
    transaction.execute(
        "UPDATE thing SET title = '', changed_us = ?3 WHERE org_id = ?1 AND thing_id = ?2",
        organisation, person.id, now);
    cut_streams(transaction, organisation, person.id);
}

} // namespace moothall::people
