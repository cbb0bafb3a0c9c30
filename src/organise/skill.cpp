#include "organise/skill.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "text/place.hpp"
#include "text/unicode.hpp"

namespace moothall::organise {

namespace {

// ?1 is the organisation, ?2 the viewer. A skill is a thing in Everyone, as people are.
constexpr store::SqlLiteral skill_columns = R"sql(
    SELECT k.skill_id, k.name, k.holders, k.wishes,
           (SELECT count(*) FROM skill_holder h WHERE h.org_id = ?1 AND h.skill_id = k.skill_id AND h.person_id = ?2),
           (SELECT count(*) FROM skill_wish w WHERE w.org_id = ?1 AND w.skill_id = k.skill_id AND w.person_id = ?2)
    FROM skill k JOIN thing t ON t.org_id = k.org_id AND t.thing_id = k.skill_id
    WHERE k.org_id = ?1 AND t.org_id = ?1 )sql";

Skill read_skill(const store::Row& row)
{
    Skill skill;
    skill.id = row.id(0);
    skill.name = row.string(1);
    skill.holders = row.integer(2);
    skill.wishes = row.integer(3);
    skill.mine = row.integer(4) > 0;
    skill.wished = row.integer(5) > 0;
    return skill;
}

Result<void> must_be_here(const Viewer& viewer)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    return {};
}

void append_skill_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids,
                        Time now, std::string_view verb, Id skill, std::vector<Id> people = {})
{
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = skill,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .concerns = std::move(people)});
}

/// The skill of that name, made when it is new.
Result<Id> find_or_make(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, std::string_view wanted)
{
    if (const auto may = must_be_here(viewer); !may) return may.error();
    const auto name = normalise_line(wanted);
    if (name.empty() || count_characters(name) > skill_name_characters_max)
        return Refusal::invalid("name", "A skill has a name of 1 to 60 characters.");
    const auto folded = fold(name);
    const auto known = [&]() -> Id {
        for (const auto& row :
             transaction.query("SELECT skill_id FROM skill WHERE org_id = ?1 AND name_fold = ?2",
                               viewer.organisation, folded))
            return row.id(0);
        return {};
    };
    if (const Id id = known()) return id;
    const Id id = ids.next(now);
    record::save_thing(transaction, viewer.organisation,
                       {.id = id,
                        .kind = "skill",
                        .circle = viewer.everyone,
                        .author = viewer.person,
                        .title = name,
                        .created = now,
                        .changed = now});
    if (transaction.execute(R"sql(
            INSERT INTO skill (org_id, skill_id, name, name_fold, holders, wishes) VALUES (?1, ?2, ?3, ?4, 0, 0)
            ON CONFLICT (org_id, name_fold) DO NOTHING )sql",
                            viewer.organisation, id, name, folded) != 1)
        return Refusal::conflict("Somebody was faster: please look again.");
    return id;
}

void count(store::Transaction& transaction, const Viewer& viewer, Id skill, int holders, int wishes)
{
    transaction.execute(R"sql(
        UPDATE skill SET holders = holders + ?3, wishes = wishes + ?4 WHERE org_id = ?1 AND skill_id = ?2 )sql",
                        viewer.organisation, skill, holders, wishes);
}

} // namespace

Result<SkillPage> list_skills(store::Transaction& transaction, const Viewer& viewer, bool gaps,
                              std::string_view after, int limit)
{
    // The gaps that most ask for come first, and there the place is their number and the id.
    WholePlace place;
    if (gaps) {
        const auto read = read_place_in_list<WholePlace>(after);
        if (!read) return read.error();
        place = *read;
    }
    auto sql = store::Sql(skill_columns);
    sql += gaps ? store::SqlLiteral(R"sql( AND k.holders = 0 AND k.wishes > 0 AND ?3 = ?3
                      AND (?6 = 0 OR k.wishes < ?5 OR (k.wishes = ?5 AND k.skill_id > ?6)) AND )sql")
                : store::SqlLiteral(" AND k.holders > 0 AND k.name_fold > ?3 AND ?5 = ?5 "
                                    "AND ?6 = ?6 AND ");
    sql += people::seen;
    sql += gaps ? store::SqlLiteral(" ORDER BY k.wishes DESC, k.skill_id LIMIT ?4")
                : store::SqlLiteral(" ORDER BY k.name_fold LIMIT ?4");
    SkillPage page;
    for (const auto& row : transaction.query(sql, viewer.organisation, viewer.person, after,
                                             limit + 1, place.value, place.id)) {
        if (std::ssize(page.skills) == limit) {
            const auto& last = page.skills.back();
            page.next = gaps ? WholePlace{last.wishes, last.id}.text() : fold(last.name);
            break;
        }
        page.skills.push_back(read_skill(row));
    }
    return page;
}

Result<Skill> find_skill(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing || thing->kind != "skill") return Refusal::not_found();
    std::optional<Skill> skill;
    for (const auto& row : transaction.query(store::Sql(skill_columns) + " AND k.skill_id = ?3",
                                             viewer.organisation, viewer.person, id))
        skill = read_skill(row);
    if (!skill) return Refusal::not_found();
    for (const auto& row : transaction.query(R"sql(
             SELECT h.person_id, p.name, h.words, h.vouches,
                    (SELECT count(*) FROM skill_vouch v WHERE v.org_id = ?1 AND v.skill_id = ?3
                     AND v.person_id = h.person_id AND v.voucher_id = ?2)
             FROM skill_holder h JOIN person p ON p.org_id = h.org_id AND p.person_id = h.person_id
             WHERE h.org_id = ?1 AND p.org_id = ?1 AND h.skill_id = ?3 AND p.state = 'active'
             ORDER BY p.name_fold LIMIT 200 )sql",
                                             viewer.organisation, viewer.person, id))
        skill->people.push_back(
            {{row.id(0), row.string(1)}, row.string(2), row.integer(3), row.integer(4) > 0});
    return *std::move(skill);
}

std::vector<Skill> list_skills_of(store::Transaction& transaction, const Viewer& viewer, Id person)
{
    std::vector<Skill> skills;
    for (const auto& row : transaction.query(store::Sql(R"sql(
             SELECT k.skill_id, k.name, h.vouches, h.words FROM skill_holder h
             JOIN skill k ON k.org_id = h.org_id AND k.skill_id = h.skill_id
             JOIN thing t ON t.org_id = h.org_id AND t.thing_id = h.skill_id
             WHERE h.org_id = ?1 AND k.org_id = ?1 AND t.org_id = ?1 AND h.person_id = ?3 AND )sql") +
                                                 people::seen + " ORDER BY k.name_fold LIMIT 50",
                                             viewer.organisation, viewer.person, person)) {
        Skill skill;
        skill.id = row.id(0);
        skill.name = row.string(1);
        skill.people.push_back({{person, {}}, row.string(3), row.integer(2), false});
        skills.push_back(std::move(skill));
    }
    return skills;
}

Result<Skill> claim_skill(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, std::string_view name, std::string_view words)
{
    if (has_forbidden_characters(words) || count_characters(words) > skill_words_characters_max)
        return Refusal::invalid("words", "Your own words have at most 500 characters.");
    const auto id = find_or_make(transaction, ids, now, viewer, name);
    if (!id) return id.error();
    auto had =
        transaction.query("SELECT count(*) FROM skill_holder WHERE org_id = ?1 AND person_id = ?2",
                          viewer.organisation, viewer.person);
    if (had.next() && had->integer(0) >= skills_of_a_person_max)
        return Refusal::conflict("You have fifty skills already. Take one out first.");
    const auto changed = transaction.execute(R"sql(
        UPDATE skill_holder SET words = ?4 WHERE org_id = ?1 AND skill_id = ?2 AND person_id = ?3 )sql",
                                             viewer.organisation, *id, viewer.person, words);
    if (changed == 0) {
        transaction.execute(R"sql(
            INSERT INTO skill_holder (org_id, skill_id, person_id, words, vouches, since_us)
            VALUES (?1, ?2, ?3, ?4, 0, ?5) )sql",
                            viewer.organisation, *id, viewer.person, words, now);
        count(transaction, viewer, *id, 1, 0);
    }
    append_skill_event(transaction, viewer, ids, now, "organise.skill_claimed", *id);
    return find_skill(transaction, *id, viewer);
}

Result<Skill> drop_skill(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, Id id)
{
    const auto skill = find_skill(transaction, id, viewer);
    if (!skill) return skill.error();
    if (const auto may = must_be_here(viewer); !may) return may.error();
    transaction.execute(
        "DELETE FROM skill_vouch WHERE org_id = ?1 AND skill_id = ?2 AND person_id = ?3",
        viewer.organisation, id, viewer.person);
    if (transaction.execute(
            "DELETE FROM skill_holder WHERE org_id = ?1 AND skill_id = ?2 AND person_id = ?3",
            viewer.organisation, id, viewer.person) == 1) {
        count(transaction, viewer, id, -1, 0);
        append_skill_event(transaction, viewer, ids, now, "organise.skill_dropped", id);
    }
    return find_skill(transaction, id, viewer);
}

Result<Skill> vouch(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                    Id id, Id person, bool vouched)
{
    const auto skill = find_skill(transaction, id, viewer);
    if (!skill) return skill.error();
    if (const auto may = must_be_here(viewer); !may) return may.error();
    if (person == viewer.person) return Refusal::forbidden("Nobody vouches for herself.");
    auto has = transaction.query(
        "SELECT 1 FROM skill_holder WHERE org_id = ?1 AND skill_id = ?2 AND person_id = ?3",
        viewer.organisation, id, person);
    if (!has.next()) return Refusal::not_found();
    const auto changed =
        vouched ? transaction.execute(R"sql(
            INSERT INTO skill_vouch (org_id, skill_id, person_id, voucher_id, since_us) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (org_id, skill_id, person_id, voucher_id) DO NOTHING )sql",
                                      viewer.organisation, id, person, viewer.person, now)
                : transaction.execute(R"sql(
            DELETE FROM skill_vouch WHERE org_id = ?1 AND skill_id = ?2 AND person_id = ?3 AND voucher_id = ?4 )sql",
                                      viewer.organisation, id, person, viewer.person);
    if (changed == 1) {
        transaction.execute(R"sql(
            UPDATE skill_holder SET vouches = vouches + ?4 WHERE org_id = ?1 AND skill_id = ?2 AND person_id = ?3 )sql",
                            viewer.organisation, id, person, vouched ? 1 : -1);
        append_skill_event(transaction, viewer, ids, now,
                           vouched ? std::string_view("organise.skill_vouched")
                                   : std::string_view("organise.skill_vouch_withdrawn"),
                           id, {person});
    }
    return find_skill(transaction, id, viewer);
}

Result<Skill> wish_for_skill(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, std::string_view name)
{
    const auto id = find_or_make(transaction, ids, now, viewer, name);
    if (!id) return id.error();
    if (transaction.execute(R"sql(
            INSERT INTO skill_wish (org_id, skill_id, person_id, since_us) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (org_id, skill_id, person_id) DO NOTHING )sql",
                            viewer.organisation, *id, viewer.person, now) == 1) {
        count(transaction, viewer, *id, 0, 1);
        append_skill_event(transaction, viewer, ids, now, "organise.skill_wished", *id);
    }
    return find_skill(transaction, *id, viewer);
}

Result<Skill> take_wish_back(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id id)
{
    const auto skill = find_skill(transaction, id, viewer);
    if (!skill) return skill.error();
    if (const auto may = must_be_here(viewer); !may) return may.error();
    if (transaction.execute(
            "DELETE FROM skill_wish WHERE org_id = ?1 AND skill_id = ?2 AND person_id = ?3",
            viewer.organisation, id, viewer.person) == 1) {
        count(transaction, viewer, id, 0, -1);
        append_skill_event(transaction, viewer, ids, now, "organise.skill_wish_withdrawn", id);
    }
    return find_skill(transaction, id, viewer);
}

} // namespace moothall::organise
