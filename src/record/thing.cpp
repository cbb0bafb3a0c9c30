#include "record/record.hpp"

#include "base/invariant.hpp"

#include <utility>

namespace moothall::record {

std::string_view to_text(State state)
{
    switch (state) {
    case State::visible:
        return "visible";
    case State::held:
        return "held";
    case State::hidden:
        return "hidden";
    case State::draft:
        return "draft";
    }
    return "draft";
}

State state_of(std::string_view text)
{
    for (const auto state : {State::visible, State::held, State::hidden})
        if (text == to_text(state)) return state;
    return State::draft; // what we do not know, few may see
}

void save_thing(store::Transaction& transaction, Id organisation, const Thing& thing)
{
    transaction.execute(R"sql(
        INSERT INTO thing (org_id, thing_id, kind, circle_id, state, author_id, title, created_us, changed_us,
            subject_id, about_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) )sql",
                        organisation, thing.id, thing.kind, thing.circle, to_text(thing.state),
                        thing.author, thing.title, thing.created, thing.changed, thing.subject,
                        thing.about);
}

void change_thing(store::Transaction& transaction, Id organisation, const Thing& thing)
{
    const auto changed =
        transaction.execute(R"sql(
        UPDATE thing SET circle_id = ?3, state = ?4, author_id = ?5, title = ?6, changed_us = ?7
        WHERE org_id = ?1 AND thing_id = ?2 )sql",
                            organisation, thing.id, thing.circle, to_text(thing.state),
                            thing.author, thing.title, thing.changed);
    invariant(changed == 1, "a thing that is changed exists");
}

std::optional<Thing> find_thing(store::Transaction& transaction, Id organisation, Id thing)
{
    auto rows = transaction.query(R"sql(
        SELECT kind, circle_id, state, author_id, title, created_us, changed_us, subject_id, about_id
        FROM thing WHERE org_id = ?1 AND thing_id = ?2 )sql",
                                  organisation, thing);
    if (!rows.next()) return {};
    return Thing{thing,       rows->string(0), rows->id(1),   state_of(rows->text(2)),
                 rows->id(3), rows->string(4), rows->time(5), rows->time(6),
                 rows->id(7), rows->id(8)};
}

std::string path_of(std::string_view kind, Id thing)
{
    // One list of addresses for the whole house: feeds, letters and the loop line link to things of
    // stages that they do not know.
    static constexpr std::pair<std::string_view, std::string_view> folders[] = {
        {"voice", "/voices/"},
        {"circle", "/circles/"},
        {"person", "/people/"},
        {"theme", "/themes/"},
        {"decision", "/decisions/"},
        {"goal", "/strategy/"},
        {"request", "/requests/"},
        {"commitment", "/promises/"},
        {"procedure", "/procedures/"},
        {"document", "/documents/"},
        {"rise", "/signals/"},
        {"project", "/projects/"},
        {"conversation", "/conversations/"},
        {"chat", "/chats/"},
        {"skill", "/people/skills/"},
        {"announcement", "/changelog/"},
        {"fact", "/facts/"},
        {"place", "/places/"}};
    for (const auto& [known, folder] : folders)
        if (known == kind) return std::string(folder) + thing.text();
    return {};
}

} // namespace moothall::record
