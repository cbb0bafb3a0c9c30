#include "organise/code.hpp"

#include "people/erased.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace moothall::organise {

namespace {

constexpr std::size_t name_characters_max = 60;
constexpr std::size_t words_characters_max = 600;
constexpr std::size_t thing_depth_max = 2;

/// "/code/moothall/src/a%20b"
std::string page_path(std::string_view title)
{
    std::string path = "/code";
    while (!title.empty()) {
        const auto slash = title.find('/');
        path += '/' + web::percent_encode(title.substr(0, slash));
        title.remove_prefix(slash == std::string_view::npos ? title.size() : slash + 1);
    }
    return path;
}

std::size_t depth_of(std::string_view path)
{
    return path.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(path, '/')) + 1;
}

std::string parent_of(std::string_view path)
{
    if (path.empty()) return ".";
    const auto slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? "" : path.substr(0, slash));
}

bool is_code_name(std::string_view name)
{
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    return !name.empty() && name.size() <= name_characters_max && name != "." && name != ".." &&
           std::ranges::all_of(name, is_good);
}

/// The circle in which the company is among itself: its oldest one of that kind.
Id find_company(store::Transaction& transaction, Id organisation)
{
    auto rows = transaction.query(R"sql(
        SELECT circle_id FROM circle WHERE org_id = ?1 AND kind = 'company' ORDER BY circle_id LIMIT 1 )sql",
                                  organisation);
    return rows.next() ? rows->id(0) : Id{};
}

/// Who wrote what, by e-mail address; people who are not here yet are made, to be claimed.
std::unordered_map<std::string, Id> find_writers(store::Transaction& transaction, IdSource& ids,
                                                 Time now, const Viewer& owner,
                                                 const CodeHistory& history, CodeReport& report)
{
    std::unordered_map<std::string, Id> writers;
    for (const auto& part : history.parts)
        for (const auto& share : part.shares) {
            const auto key = fold_email(share.email);
            if (writers.contains(key)) continue;
            auto& writer = writers[key];
            if (!is_email(share.email)) continue; // nobody could ever claim it
            if (const auto known =
                    people::find_person_by_email(transaction, owner.organisation, share.email)) {
                writer = known->id;
                continue;
            }
            // Who was erased does not come back with the code that she wrote.
            if (people::was_erased(transaction, owner.organisation, share.email)) continue;
            people::NewPerson wanted;
            wanted.name = share.name;
            wanted.email = share.email;
            wanted.state = people::PersonState::unconfirmed;
            wanted.actor = owner.person;
            const auto made = people::create_person(transaction, ids, now, owner.organisation,
                                                    owner.everyone, wanted);
            if (!made) continue;
            writer = made->id;
            ++report.new_people;
        }
    for (const auto& [email, person] : writers)
        if (person) ++report.people;
    return writers;
}

/// The things of a repository by path, as they were.
std::unordered_map<std::string, Id> list_code_things(store::Transaction& transaction,
                                                     Id organisation, Id repository)
{
    std::unordered_map<std::string, Id> things;
    for (const auto& row : transaction.query(R"sql(
             SELECT path, thing_id FROM code_component
             WHERE org_id = ?1 AND repository_id = ?2 AND thing_id <> 0 )sql",
                                             organisation, repository))
        things.emplace(row.string(0), row.id(1));
    return things;
}

void save_share(store::Transaction& transaction, Id organisation, Id repository,
                const CodePart& part, Id person, const CodeShare& share, bool with_words)
{
    std::string words;
    if (with_words)
        for (const auto& one : share.words) words += (words.empty() ? "" : ". ") + one;
    transaction.execute(R"sql(
        INSERT INTO code_author (org_id, repository_id, path, person_id, commits, weight, newest_us, words)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (org_id, repository_id, path, person_id) DO UPDATE
        SET commits = code_author.commits + excluded.commits, weight = code_author.weight + excluded.weight )sql",
                        organisation, repository, part.path, person, share.commits,
                        static_cast<std::int64_t>(std::llround(share.weight * 1000)), share.newest,
                        clip(normalise_line(words), words_characters_max));
}

} // namespace

std::string CodeRepository::path() const
{
    return page_path(name);
}

Result<CodeReport> save_code(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& owner, std::string_view name, Id circle,
                             const CodeHistory& history)
{
    const auto organisation = owner.organisation;
    if (!owner.owner) return Refusal::forbidden("Only an owner may do that.");
    if (!is_code_name(name))
        return Refusal::invalid("name",
                                "A repository's name has letters, digits, dots and hyphens: "
                                "at most 60.");
    Id repository;
    for (const auto& row : transaction.query(
             "SELECT repository_id FROM code_repository WHERE org_id = ?1 AND name = ?2",
             organisation, name))
        repository = row.id(0);
    auto things = repository ? list_code_things(transaction, organisation, repository)
                             : std::unordered_map<std::string, Id>{};
    if (!circle && repository)
        circle = record::find_thing(transaction, organisation, repository)->circle;
    if (!circle) circle = find_company(transaction, organisation);
    if (!circle)
        return Refusal::invalid("circle",
                                "There is no circle of the company yet. Say with --circle "
                                "who sees the code.");
    CodeReport report;
    const auto writers = find_writers(transaction, ids, now, owner, history, report);

    const auto keep_thing = [&](Id id, std::string_view kind, std::string title, Id subject) {
        record::Thing thing{id,           std::string(kind), circle, record::State::visible,
                            owner.person, std::move(title),  now,    now,
                            subject};
        if (const auto before = record::find_thing(transaction, organisation, id)) {
            thing.created = before->created;
            record::change_thing(transaction, organisation, thing);
        } else {
            record::save_thing(transaction, organisation, thing);
        }
    };
    if (!repository) repository = ids.next(now);
    keep_thing(repository, "repository", std::string(name), {});
    transaction.execute(R"sql(
        INSERT INTO code_repository (org_id, repository_id, name, head, commits, read_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (org_id, repository_id) DO UPDATE
        SET head = excluded.head, commits = excluded.commits, read_us = excluded.read_us )sql",
                        organisation, repository, name, history.head, history.commits, now);
    transaction.execute("DELETE FROM code_author WHERE org_id = ?1 AND repository_id = ?2",
                        organisation, repository);
    transaction.execute("DELETE FROM code_component WHERE org_id = ?1 AND repository_id = ?2",
                        organisation, repository);
    std::vector<Id> concerned;
    for (const auto& part : history.parts) {
        const auto known = things.find(part.path);
        Id thing = known != things.end() ? known->second : Id{};
        const bool wanted = part.folder && depth_of(part.path) <= thing_depth_max &&
                            concerned.size() < code_things_max;
        if (part.path.empty())
            thing = repository;
        else if (wanted && !thing)
            thing = ids.next(now);
        if (thing && !part.path.empty())
            keep_thing(thing, "component", std::string(name) + '/' + part.path, repository);
        if (thing) concerned.push_back(thing);
        if (known != things.end()) things.erase(known);
        transaction.execute(R"sql(
            INSERT INTO code_component (org_id, repository_id, path, parent, folder, thing_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6) )sql",
                            organisation, repository, part.path, parent_of(part.path), part.folder,
                            thing);
        ++(part.folder ? report.folders : report.files);
        for (const auto& share : part.shares)
            if (const auto writer = writers.find(fold_email(share.email));
                writer != writers.end() && writer->second)
                save_share(transaction, organisation, repository, part, writer->second, share,
                           static_cast<bool>(thing));
    }
    // What is gone from the code stays a thing, for the chats about it, and shows nothing any more.
    for (const auto& [path, thing] : things) concerned.push_back(thing);
    record::append(transaction, organisation, ids,
                   {.verb = "organise.code_read",
                    .thing = repository,
                    .actor = owner.person,
                    .circle = circle,
                    .at = now,
                    .concerns = std::move(concerned)});
    return report;
}

std::vector<CodeRepository> list_code(store::Transaction& transaction, const Viewer& viewer,
                                      std::string_view after, int limit)
{
    std::vector<CodeRepository> list;
    for (const auto& row : transaction.query(store::Sql(R"sql(
             SELECT r.repository_id, r.name, r.commits, r.read_us FROM code_repository r CROSS JOIN thing t
             WHERE r.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = r.repository_id AND r.name > ?3 AND )sql") +
                                                 people::seen + " ORDER BY r.name LIMIT ?4",
                                             viewer.organisation, viewer.person, after, limit))
        list.push_back({row.id(0), row.string(1), row.integer(2), row.time(3)});
    return list;
}

namespace {

/// "NAME/src/billing" of an id; as it is otherwise.
std::string path_of_id(store::Transaction& transaction, Id organisation, std::string_view path)
{
    const auto id = Id::parse(path);
    if (!id) return std::string(path);
    auto rows = transaction.query(R"sql(
        SELECT r.name, c.path FROM code_component c JOIN code_repository r ON r.org_id = c.org_id AND r.repository_id = c.repository_id
        WHERE c.org_id = ?1 AND r.org_id = ?1 AND c.thing_id = ?2 AND c.thing_id <> 0 )sql",
                                  organisation, *id);
    if (!rows.next()) return std::string(path);
    return rows->text(1).empty() ? rows->string(0) : rows->string(0) + '/' + rows->string(1);
}

std::vector<CodeAuthor> list_code_authors(store::Transaction& transaction, Id organisation,
                                          Id repository, std::string_view path)
{
    std::vector<CodeAuthor> authors;
    for (const auto& row : transaction.query(R"sql(
             SELECT a.person_id, p.name, p.state = 'active', a.commits, a.newest_us
             FROM code_author a JOIN person p ON p.org_id = a.org_id AND p.person_id = a.person_id
             WHERE a.org_id = ?1 AND p.org_id = ?1 AND a.repository_id = ?2 AND a.path = ?3
               AND p.state IN ('active', 'unconfirmed')
               AND NOT EXISTS (SELECT 1 FROM who_knows_hidden h WHERE h.org_id = ?1 AND h.person_id = a.person_id)
             ORDER BY a.weight DESC, a.person_id )sql",
                                             organisation, repository, path))
        authors.push_back({{row.id(0), row.string(1)}, row.truth(2), row.integer(3), row.time(4)});
    return authors;
}

} // namespace

Result<CodeComponent> find_code(store::Transaction& transaction, const Viewer& viewer,
                                std::string_view wanted, std::string_view after, int limit)
{
    const auto organisation = viewer.organisation;
    const auto whole = path_of_id(transaction, organisation, wanted);
    const auto slash = whole.find('/');
    CodeComponent component;
    for (const auto& row : transaction.query(R"sql(
             SELECT repository_id, name, commits, read_us FROM code_repository WHERE org_id = ?1 AND name = ?2 )sql",
                                             organisation, whole.substr(0, slash)))
        component.repository = {row.id(0), row.string(1), row.integer(2), row.time(3)};
    const auto& repository = component.repository;
    if (!repository.id) return Refusal::not_found();
    if (const auto seen = people::find_seen(transaction, repository.id, viewer); !seen)
        return seen.error();
    component.path = slash == std::string::npos ? std::string() : whole.substr(slash + 1);
    bool found = false;
    for (const auto& row : transaction.query(R"sql(
             SELECT folder, thing_id FROM code_component WHERE org_id = ?1 AND repository_id = ?2 AND path = ?3 )sql",
                                             organisation, repository.id, component.path)) {
        found = true;
        component.folder = row.truth(0);
        component.thing = row.id(1);
    }
    if (!found) return Refusal::not_found();
    if (!component.thing) {
        // Chats are about the folder on the second level, or the repository.
        std::string above = component.path;
        while (depth_of(above) > thing_depth_max) above = parent_of(above);
        if (above == component.path) above = parent_of(above);
        auto rows = transaction.query(R"sql(
            SELECT thing_id FROM code_component WHERE org_id = ?1 AND repository_id = ?2 AND path = ?3 )sql",
                                      organisation, repository.id, above);
        component.thing = rows.next() && rows->id(0) ? rows->id(0) : repository.id;
    }
    component.authors = list_code_authors(transaction, organisation, repository.id, component.path);
    const auto skipped = component.path.empty() ? 0 : component.path.size() + 1;
    for (const auto& row :
         transaction.query(R"sql(
             SELECT c.path, c.folder, coalesce((SELECT p.name FROM code_author a
                     JOIN person p ON p.org_id = a.org_id AND p.person_id = a.person_id
                     WHERE a.org_id = ?1 AND p.org_id = ?1 AND a.repository_id = ?2 AND a.path = c.path
                       AND p.state IN ('active', 'unconfirmed')
                       AND NOT EXISTS (SELECT 1 FROM who_knows_hidden h WHERE h.org_id = ?1 AND h.person_id = a.person_id)
                     ORDER BY a.weight DESC, a.person_id LIMIT 1), '')
             FROM code_component c
             WHERE c.org_id = ?1 AND c.repository_id = ?2 AND c.parent = ?3 AND c.path > ?4
             ORDER BY c.path LIMIT ?5 )sql",
                           organisation, repository.id, component.path, after, limit + 1)) {
        if (std::ssize(component.below) == limit) {
            component.next = component.path.empty()
                                 ? component.below.back().name
                                 : component.path + '/' + component.below.back().name;
            break;
        }
        component.below.push_back({row.string(0).substr(skipped),
                                   page_path(repository.name + '/' + row.string(0)), row.truth(1),
                                   row.string(2)});
    }
    return component;
}

void forget_code_author(store::Transaction& transaction, Id organisation, Id person)
{
    transaction.execute("DELETE FROM code_author WHERE org_id = ?1 AND person_id = ?2",
                        organisation, person);
}

void write_own_code(store::Transaction& transaction, JsonWriter& json, Id organisation, Id person)
{
    json.key("code").begin_array();
    for (const auto& row : transaction.query(R"sql(
             SELECT r.name, a.path, a.commits, a.newest_us FROM code_author a
             JOIN code_repository r ON r.org_id = a.org_id AND r.repository_id = a.repository_id
             WHERE a.org_id = ?1 AND r.org_id = ?1 AND a.person_id = ?2 ORDER BY a.repository_id, a.path )sql",
                                             organisation, person))
        json.begin_object()
            .field("repository", row.text(0))
            .field("path", row.text(1))
            .field("commits", row.integer(2))
            .field("newest_at", row.time(3))
            .end_object();
    json.end_array();
}

} // namespace moothall::organise
