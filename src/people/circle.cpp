#include "people/circle.hpp"

#include "base/words.hpp"
#include "people/listing.hpp"
#include "people/session.hpp"
#include "people/sight.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace moothall::people {

namespace {

constexpr std::pair<CircleKind, std::string_view> kind_words[] = {
    {CircleKind::company, "company"},
    {CircleKind::customer, "customer"},
    {CircleKind::community, "community"},
    {CircleKind::team, "team"},
    {CircleKind::forum, "forum"}};
constexpr std::pair<Visibility, std::string_view> visibility_words[] = {
    {Visibility::open, "public"}, {Visibility::listed, "listed"}, {Visibility::closed, "private"}};
constexpr std::pair<Joining, std::string_view> joining_words[] = {
    {Joining::open, "open"}, {Joining::invitation, "invitation"}};
constexpr std::pair<Moderation, std::string_view> moderation_words[] = {
    {Moderation::off, "off"}, {Moderation::newcomers, "newcomers"}};
constexpr std::pair<Role, std::string_view> role_words[] = {{Role::none, "none"},
                                                            {Role::guest, "guest"},
                                                            {Role::member, "member"},
                                                            {Role::steward, "steward"}};

constexpr store::SqlLiteral circle_columns = R"sql(
    SELECT c.circle_id, c.name, c.purpose, c.kind, c.visibility, c.joining, c.moderation, c.members,
           c.created_us, coalesce(m.role, 'none'), c.withheld
    FROM circle c LEFT JOIN membership m
      ON m.org_id = c.org_id AND m.circle_id = c.circle_id AND m.org_id = ?1 AND m.person_id = ?2
    WHERE c.org_id = ?1 )sql";

Circle read_circle(const store::Row& row)
{
    return {row.id(0),
            row.string(1),
            row.string(2),
            circle_kind_of(row.text(3)).value_or(CircleKind::community),
            visibility_of(row.text(4)).value_or(Visibility::closed),
            value_of(joining_words, row.text(5)).value_or(Joining::invitation),
            value_of(moderation_words, row.text(6)).value_or(Moderation::off),
            row.integer(7),
            row.time(8),
            role_of(row.text(9)).value_or(Role::none),
            !row.text(10).empty()};
}

/// What may be known of a circle follows its thing: a private one has itself as audience, the
/// others Everyone, whose stewards also look after what is withheld.
Id audience_of(const Circle& circle, Id everyone)
{
    return circle.visibility == Visibility::closed && !circle.withheld ? circle.id : everyone;
}

Result<void> check(Circle& circle)
{
    circle.name = normalise_line(circle.name);
    if (circle.name.empty()) return Refusal::invalid("name", "Please give the circle a name.");
    if (count_characters(circle.name) > 100)
        return Refusal::invalid("name", "A name has at most 100 characters.");
    circle.purpose = normalise_line(circle.purpose);
    if (count_characters(circle.purpose) > 1000)
        return Refusal::invalid("purpose", "A purpose has at most 1,000 characters.");
    return {};
}

/// Two of one name cannot be told apart, by people or by an import that names them. A private
/// circle that the viewer is not in is not asked: its name would be told.
bool is_taken(store::Transaction& transaction, const Viewer& viewer, const Circle& circle)
{
    return transaction
        .query(R"sql(
            SELECT 1 FROM circle c WHERE c.org_id = ?1 AND c.name = ?3 AND c.circle_id <> ?4
              AND (c.visibility <> 'private' OR c.circle_id IN
                   (SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2))
            LIMIT 1 )sql",
               viewer.organisation, viewer.person, circle.name, circle.id)
        .next();
}

Refusal same_name()
{
    return Refusal::invalid("name", "There is a circle of this name already.");
}

} // namespace

std::string_view to_text(CircleKind kind)
{
    return word_of(kind_words, kind);
}
std::string_view to_text(Visibility visibility)
{
    return word_of(visibility_words, visibility);
}
std::string_view to_text(Joining joining)
{
    return word_of(joining_words, joining);
}
std::string_view to_text(Moderation moderation)
{
    return word_of(moderation_words, moderation);
}
std::string_view to_text(Role role)
{
    return word_of(role_words, role);
}
std::optional<CircleKind> circle_kind_of(std::string_view text)
{
    return value_of(kind_words, text);
}
std::optional<Visibility> visibility_of(std::string_view text)
{
    return value_of(visibility_words, text);
}
std::optional<Role> role_of(std::string_view text)
{
    return value_of(role_words, text);
}

Result<Circle> create_circle(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& maker, Circle wanted)
{
    if (!maker.signed_in()) return Refusal::unauthenticated("Please sign in to open a circle.");
    if (is_company(wanted.kind) && !maker.owner)
        return Refusal::forbidden("Only an owner may open a circle of the company.");
    if (const auto good = check(wanted); !good) return good.error();
    if (is_taken(transaction, maker, wanted)) return same_name();

    wanted.id = ids.next(now);
    wanted.created = now;
    wanted.members = 0;
    const bool waits = wanted.visibility != Visibility::closed && !maker.is_hall_steward() &&
                       is_looked_at_first(transaction, maker, maker.everyone);
    const auto state = waits ? record::State::held : record::State::visible;
    // The thing comes first with itself as audience, since the row of the circle points at it.
    record::save_thing(
        transaction, maker.organisation,
        {wanted.id, "circle", wanted.id, state, maker.person, wanted.name, now, now});
    transaction.execute(R"sql(
        INSERT INTO circle (org_id, circle_id, name, purpose, kind, visibility, joining, moderation,
            members, created_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9) )sql",
                        maker.organisation, wanted.id, wanted.name, wanted.purpose,
                        to_text(wanted.kind), to_text(wanted.visibility), to_text(wanted.joining),
                        to_text(wanted.moderation), now);
    if (waits) {
        withhold_circle(transaction, maker.organisation, wanted.id);
        wanted.visibility = Visibility::closed;
        wanted.withheld = true;
    }
    if (const Id audience = audience_of(wanted, maker.everyone); audience && audience != wanted.id)
        transaction.execute("UPDATE thing SET circle_id = ?3 WHERE org_id = ?1 AND thing_id = ?2",
                            maker.organisation, wanted.id, audience);

    std::vector<Id> stewards{maker.person};
    for (const auto& row : transaction.query(
             "SELECT person_id FROM person WHERE org_id = ?1 AND owner = 1 AND state = 'active'",
             maker.organisation))
        if (row.id(0) != maker.person) stewards.push_back(row.id(0));
    for (const Id steward : stewards) {
        set_role(transaction, maker.organisation, wanted.id, steward, Role::steward, now);
        cut_streams(transaction, maker.organisation, steward);
    }
    wanted.members = static_cast<std::int64_t>(stewards.size());
    wanted.mine = Role::steward;
    record::append(transaction, maker.organisation, ids,
                   {.verb = "people.circle_opened",
                    .thing = wanted.id,
                    .actor = maker.person,
                    .circle = audience_of(wanted, maker.everyone),
                    .at = now,
                    .state = state});
    return wanted;
}

void withhold_circle(store::Transaction& transaction, Id organisation, Id circle)
{
    transaction.execute(R"sql(
        UPDATE circle SET withheld = visibility, visibility = 'private'
        WHERE org_id = ?1 AND circle_id = ?2 AND withheld = '' )sql",
                        organisation, circle);
}

void give_back_circle(store::Transaction& transaction, Id organisation, Id circle)
{
    transaction.execute(R"sql(
        UPDATE circle SET visibility = withheld, withheld = ''
        WHERE org_id = ?1 AND circle_id = ?2 AND withheld <> '' )sql",
                        organisation, circle);
}

bool is_looked_at_first(store::Transaction& transaction, const Viewer& viewer, Id circle)
{
    if (viewer.is_company()) return false;
    return transaction
        .query(R"sql(
        SELECT 1 FROM circle c JOIN person p ON p.org_id = c.org_id
        WHERE c.org_id = ?1 AND p.org_id = ?1 AND c.circle_id = ?2 AND c.moderation = 'newcomers'
          AND p.person_id = ?3 AND p.trusted = 0 )sql",
               viewer.organisation, circle, viewer.person)
        .next();
}

Result<Circle> change_circle(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& steward, Circle changed)
{
    const auto before = find_circle(transaction, changed.id, steward);
    if (!before) return before.error();
    if (!steward.is_steward_of(changed.id))
        return Refusal::forbidden("Only a steward of the circle may change it.");
    if (const auto good = check(changed); !good) return good.error();
    // One that has been called so for long may go on with it.
    if (changed.name != before->name && is_taken(transaction, steward, changed)) return same_name();
    if (changed.id == steward.everyone && changed.visibility != Visibility::open)
        return Refusal::invalid("visibility", "The circle of everyone is always public.");
    if (is_company(changed.kind) != is_company(before->kind) && !steward.owner)
        return Refusal::forbidden("Only an owner may make a circle the company's own.");
    changed.withheld = before->withheld;
    if (before->withheld && changed.visibility != Visibility::closed)
        return Refusal::invalid("visibility",
                                "It is private until a steward of the hall shows it to all.");

    transaction.execute(R"sql(
        UPDATE circle SET name = ?3, purpose = ?4, kind = ?5, visibility = ?6, joining = ?7, moderation = ?8
        WHERE org_id = ?1 AND circle_id = ?2 )sql",
                        steward.organisation, changed.id, changed.name, changed.purpose,
                        to_text(changed.kind), to_text(changed.visibility),
                        to_text(changed.joining), to_text(changed.moderation));
    transaction.execute(R"sql(
        UPDATE thing SET title = ?3, circle_id = ?4, changed_us = ?5
        WHERE org_id = ?1 AND thing_id = ?2 )sql",
                        steward.organisation, changed.id, changed.name,
                        audience_of(changed, steward.everyone), now);
    record::append(
        transaction, steward.organisation, ids,
        {.verb = "people.circle_changed",
         .thing = changed.id,
         .actor = steward.person,
         .circle = audience_of(changed, steward.everyone),
         .at = now,
         .data = R"({"visibility":")" + std::string(to_text(changed.visibility)) + "\"}"});
    return find_circle(transaction, changed.id, steward);
}

Result<Circle> find_circle(store::Transaction& transaction, Id circle, const Viewer& viewer)
{
    auto rows = transaction.query(store::Sql(circle_columns) + R"sql(
            AND c.circle_id = ?3 AND (c.visibility <> 'private' OR m.role IS NOT NULL
                                      OR (?4 = 1 AND c.withheld <> '')) )sql",
                                  viewer.organisation, viewer.person, circle,
                                  viewer.is_hall_steward() ? 1 : 0);
    if (!rows.next()) return Refusal::not_found();
    return read_circle(rows.row());
}

namespace {

std::vector<Circle> list_known_circles(store::Transaction& transaction, const Viewer& viewer,
                                       int limit)
{
    std::vector<Circle> circles;
    for (const auto& row : transaction.query(
             store::Sql(circle_columns) + " AND (c.visibility <> 'private' OR m.role IS NOT NULL) "
                                          "ORDER BY m.role IS NULL, c.name, c.circle_id LIMIT ?3",
             viewer.organisation, viewer.person, limit))
        circles.push_back(read_circle(row));
    return circles;
}

} // namespace

std::vector<Circle> list_circles(store::Transaction& transaction, const Viewer& viewer)
{
    return list_known_circles(transaction, viewer, 500);
}

std::vector<Circle> list_all_circles(store::Transaction& transaction, const Viewer& viewer)
{
    return list_known_circles(transaction, viewer, std::numeric_limits<int>::max());
}

std::vector<Circle> list_forums(store::Transaction& transaction, const Viewer& viewer, Id before,
                                int limit)
{
    std::vector<Circle> circles;
    for (const auto& row : transaction.query(store::Sql(circle_columns) + R"sql(
            AND c.kind = 'forum' AND c.visibility = 'public' AND (?3 = 0 OR c.circle_id < ?3)
            ORDER BY c.circle_id DESC LIMIT ?4 )sql",
                                             viewer.organisation, viewer.person, before, limit))
        circles.push_back(read_circle(row));
    return circles;
}

std::vector<Circle> list_circles_of(store::Transaction& transaction, Id person,
                                    const Viewer& viewer)
{
    std::vector<Circle> circles;
    for (const auto& row : transaction.query(
             store::Sql(circle_columns) + R"sql( AND (c.visibility = 'public' OR m.role IS NOT NULL)
                 AND c.circle_id IN (SELECT hers.circle_id FROM membership hers
                                     WHERE hers.org_id = ?1 AND hers.person_id = ?3)
             ORDER BY c.name, c.circle_id LIMIT 100 )sql",
             viewer.organisation, viewer.person, person))
        circles.push_back(read_circle(row));
    return circles;
}

std::unordered_map<Id, std::vector<Id>>
list_open_circles(store::Transaction& transaction, Id organisation, const std::vector<Id>& people)
{
    std::unordered_map<Id, std::vector<Id>> circles;
    for (const auto& row : transaction.query(R"sql(
             SELECT m.person_id, m.circle_id FROM membership m
             JOIN circle c ON c.org_id = m.org_id AND c.circle_id = m.circle_id
             WHERE m.org_id = ?1 AND c.org_id = ?1 AND m.person_id IN_IDS(?2) AND c.visibility = 'public'
               AND c.kind IN ('customer', 'community')
               AND c.circle_id <> (SELECT o.everyone_id FROM org o WHERE o.org_id = ?1) )sql",
                                             organisation, store::IdList{people}))
        circles[row.id(0)].push_back(row.id(1));
    return circles;
}

std::optional<Circle> find_circle_by_id(store::Transaction& transaction, Id organisation, Id circle)
{
    auto rows = transaction.query(store::Sql(circle_columns) + " AND c.circle_id = ?3",
                                  organisation, Id{}, circle);
    if (!rows.next()) return {};
    return read_circle(rows.row());
}

std::optional<Circle> find_circle_by_name(store::Transaction& transaction, Id organisation,
                                          std::string_view name)
{
    auto rows = transaction.query(store::Sql(circle_columns) +
                                      " AND c.name = ?3 ORDER BY c.circle_id LIMIT 1",
                                  organisation, Id{}, name);
    if (!rows.next()) return {};
    return read_circle(rows.row());
}

Result<std::vector<Member>> list_members(store::Transaction& transaction, Id circle,
                                         const Viewer& viewer, std::string_view after, int limit)
{
    const auto found = find_circle(transaction, circle, viewer);
    if (!found) return found.error();
    const auto place = read_place_in_list<NamePlace>(after);
    if (!place) return place.error();
    if (found->visibility != Visibility::open && found->mine == Role::none)
        return Refusal::forbidden("Only its members see who is in this circle.");
    // Everybody is in Everyone, so there the walk goes along the names and meets few others; of
    // another circle the members are fetched and sorted, as they may be few among many names.
    auto sql = store::Sql("SELECT p.person_id, p.name, m.role, m.since_us FROM ");
    sql += circle == viewer.everyone ? store::SqlLiteral("person p CROSS JOIN membership m")
                                     : store::SqlLiteral("membership m CROSS JOIN person p");
    sql += R"sql(
        WHERE m.org_id = ?1 AND p.org_id = ?1 AND p.person_id = m.person_id AND m.circle_id = ?2
          AND p.state = 'active' AND (p.name_fold, p.person_id) > (?3, ?4)
        ORDER BY p.name_fold, p.person_id LIMIT ?5 )sql";
    std::vector<Member> members;
    for (const auto& row :
         transaction.query(sql, viewer.organisation, circle, place->name, place->id, limit))
        members.push_back(
            {row.id(0), row.string(1), role_of(row.text(2)).value_or(Role::guest), row.time(3)});
    return members;
}

NamePlace place_of(const Member& member)
{
    return {fold(member.name), member.person};
}

void set_role(store::Transaction& transaction, Id organisation, Id circle, Id person, Role role,
              Time now)
{
    std::int64_t change = 0;
    if (role == Role::none) {
        change = -transaction.execute(
            "DELETE FROM membership WHERE org_id = ?1 AND circle_id = ?2 AND person_id = ?3",
            organisation, circle, person);
    } else if (transaction.execute(R"sql(
                   UPDATE membership SET role = ?4
                   WHERE org_id = ?1 AND circle_id = ?2 AND person_id = ?3 )sql",
                                   organisation, circle, person, to_text(role)) == 0) {
        change = transaction.execute(R"sql(
            INSERT INTO membership (org_id, circle_id, person_id, role, since_us)
            VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                                     organisation, circle, person, to_text(role), now);
    }
    if (change != 0)
        transaction.execute(
            "UPDATE circle SET members = members + ?3 WHERE org_id = ?1 AND circle_id = ?2",
            organisation, circle, change);
}

Result<void> change_role(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id circle, Id person, Role role)
{
    const auto found = find_circle(transaction, circle, viewer);
    if (!found) return found.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const bool self = person == viewer.person;
    const bool leaves = self && role == Role::none && circle != viewer.everyone;
    const bool joins = self && found->joining == Joining::open &&
                       found->visibility == Visibility::open && found->mine == Role::none &&
                       role == Role::member;
    if (!viewer.is_steward_of(circle) && !leaves && !joins)
        return Refusal::forbidden("Only a steward of the circle may do this.");
    if (circle == viewer.everyone && role == Role::none)
        return Refusal::forbidden(
            "Everybody belongs to the circle of everyone. Deactivate the person instead.");

    auto before = Role::none;
    bool known = false;
    bool is_owner = false;
    for (const auto& row : transaction.query(R"sql(
             SELECT p.owner, m.role FROM person p LEFT JOIN membership m
               ON m.org_id = p.org_id AND m.person_id = p.person_id AND m.org_id = ?1 AND m.circle_id = ?2
             WHERE p.org_id = ?1 AND p.person_id = ?3 AND p.state <> 'erased' )sql",
                                             viewer.organisation, circle, person)) {
        known = true;
        is_owner = row.truth(0);
        before = role_of(row.text(1)).value_or(Role::none);
    }
    if (!known) return Refusal::not_found();
    if (is_owner && role != Role::steward)
        return Refusal::conflict("An owner is a steward of every circle.");
    if (before == Role::steward && role != Role::steward) {
        auto rows = transaction.query(R"sql(
            SELECT count(*) FROM membership WHERE org_id = ?1 AND circle_id = ?2 AND role = 'steward' )sql",
                                      viewer.organisation, circle);
        if (rows.next() && rows->integer(0) <= 1)
            return Refusal::conflict(
                "A circle keeps one steward at least. Make somebody else one first.");
    }
    if (before == role) return {};
    if (joins && transaction
                     .query("SELECT 1 FROM circle_block WHERE org_id = ?1 AND circle_id = ?2 AND "
                            "person_id = ?3",
                            viewer.organisation, circle, person)
                     .next())
        return Refusal::forbidden(
            "A steward of this circle lets you in again; you cannot join by yourself.");
    if (!self && role >= Role::member)
        transaction.execute("DELETE FROM circle_block WHERE org_id = ?1 AND circle_id = ?2 AND "
                            "person_id = ?3",
                            viewer.organisation, circle, person);

    set_role(transaction, viewer.organisation, circle, person, role, now);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = role == Role::none     ? "people.member_left"
                            : before == Role::none ? "people.member_joined"
                                                   : "people.role_changed",
                    .thing = circle,
                    .actor = viewer.person,
                    .circle = circle,
                    .at = now,
                    .concerns = {person},
                    .data = R"({"role":")" + std::string(to_text(role)) + "\"}"});
    cut_streams(transaction, viewer.organisation, person);
    return {};
}

// In a circle that a steward of the hall hid everybody is a guest: who joined it reads what was
// said, and says nothing more.
std::vector<Membership> list_memberships(store::Transaction& transaction, Id organisation,
                                         Id person)
{
    std::vector<Membership> memberships;
    for (const auto& row : transaction.query(R"sql(
             SELECT m.circle_id,
                    CASE WHEN c.withheld <> '' AND EXISTS
                              (SELECT 1 FROM thing t WHERE t.org_id = ?1 AND t.thing_id = c.circle_id AND t.state = 'hidden')
                         THEN 'guest' ELSE m.role END,
                    c.kind
             FROM membership m JOIN circle c ON c.org_id = m.org_id AND c.circle_id = m.circle_id
             WHERE m.org_id = ?1 AND c.org_id = ?1 AND m.person_id = ?2 )sql",
                                             organisation, person))
        memberships.push_back(
            {row.id(0), role_of(row.text(1)).value_or(Role::none),
             is_company(circle_kind_of(row.text(2)).value_or(CircleKind::community))});
    return memberships;
}

std::vector<Id> list_public_circles(store::Transaction& transaction, Id organisation)
{
    std::vector<Id> circles;
    for (const auto& row : transaction.query(
             "SELECT circle_id FROM circle WHERE org_id = ?1 AND visibility = 'public'",
             organisation))
        circles.push_back(row.id(0));
    return circles;
}

} // namespace moothall::people
