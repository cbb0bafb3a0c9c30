#include "hear/status.hpp"

#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace moothall::hear {

namespace {

struct CategoryWords {
    Category category;
    std::string_view word;
    std::string_view default_name;
};
constexpr std::array<CategoryWords, 6> categories{{
    {Category::open, "open", "Open"},
    {Category::under_review, "under_review", "Under review"},
    {Category::planned, "planned", "Planned"},
    {Category::started, "started", "Started"},
    {Category::done, "done", "Done"},
    {Category::declined, "declined", "Declined"},
}};

Result<void> must_be_hall_steward(const Viewer& viewer)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_hall_steward())
        return Refusal::forbidden("Only stewards of the hall may change this.");
    return {};
}

void append_setting_event(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, std::string_view verb)
{
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = viewer.everyone,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now});
}

} // namespace

std::string_view to_text(Category category)
{
    return categories[static_cast<std::size_t>(category)].word;
}

std::optional<Category> category_of(std::string_view text)
{
    for (const auto& known : categories)
        if (known.word == text) return known.category;
    return {};
}

void create_default_statuses(store::Transaction& transaction, IdSource& ids, Time now,
                             Id organisation)
{
    std::int64_t position = 0;
    for (const auto& known : categories)
        transaction.execute(R"sql(
            INSERT INTO status (org_id, status_id, name, category, position) VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                            organisation, ids.next(now), known.default_name, known.word,
                            position += 10);
}

std::vector<Status> list_statuses(store::Transaction& transaction, Id organisation)
{
    std::vector<Status> statuses;
    for (const auto& row : transaction.query(R"sql(
             SELECT status_id, name, category, position FROM status
             WHERE org_id = ?1 ORDER BY position, status_id )sql",
                                             organisation))
        statuses.push_back({row.id(0), row.string(1),
                            category_of(row.text(2)).value_or(Category::open), row.integer(3)});
    return statuses;
}

const Status* find_status(const std::vector<Status>& statuses, std::string_view text)
{
    const auto id = Id::parse(text);
    const auto category = category_of(text);
    const auto folded = fold(text);
    const auto fits = [&](const auto& rule) {
        const auto found = std::ranges::find_if(statuses, rule);
        return found == statuses.end() ? nullptr : &*found;
    };
    if (id)
        if (const auto* status = find_status(statuses, *id)) return status;
    if (const auto* status = fits([&](const Status& s) { return fold(s.name) == folded; }))
        return status;
    if (category) return fits([&](const Status& s) { return s.category == *category; });
    return nullptr;
}

const Status* find_status(const std::vector<Status>& statuses, Id id)
{
    const auto found = std::ranges::find(statuses, id, &Status::id);
    return found == statuses.end() ? nullptr : &*found;
}

Result<Status> save_status(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Status status)
{
    if (const auto may = must_be_hall_steward(viewer); !may) return may.error();
    status.name = normalise_line(status.name);
    if (status.name.empty()) return Refusal::invalid("name", "Please give the status a name.");
    if (count_characters(status.name) > 40)
        return Refusal::invalid("name", "A status has a name of at most 40 characters.");
    const auto statuses = list_statuses(transaction, viewer.organisation);
    for (const auto& other : statuses)
        if (other.id != status.id && fold(other.name) == fold(status.name))
            return Refusal::conflict("There is a status of this name already.");
    if (!status.id) {
        if (statuses.size() >= 30)
            return Refusal::conflict("An organisation has at most 30 statuses.");
        status.id = ids.next(now);
        transaction.execute(R"sql(
            INSERT INTO status (org_id, status_id, name, category, position) VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                            viewer.organisation, status.id, status.name, to_text(status.category),
                            status.position);
    } else {
        const auto* before = find_status(statuses, status.id);
        if (before == nullptr) return Refusal::not_found();
        const auto open = std::ranges::count(statuses, Category::open, &Status::category);
        if (before->category == Category::open && status.category != Category::open && open == 1)
            return Refusal::conflict("One status stays open: new voices begin there.");
        transaction.execute(R"sql(
            UPDATE status SET name = ?3, category = ?4, position = ?5 WHERE org_id = ?1 AND status_id = ?2 )sql",
                            viewer.organisation, status.id, status.name, to_text(status.category),
                            status.position);
    }
    append_setting_event(transaction, ids, now, viewer, "hear.statuses_changed");
    return status;
}

Result<void> remove_status(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id id)
{
    if (const auto may = must_be_hall_steward(viewer); !may) return may.error();
    const auto statuses = list_statuses(transaction, viewer.organisation);
    const auto* status = find_status(statuses, id);
    if (status == nullptr) return Refusal::not_found();
    if (status->category == Category::open &&
        std::ranges::count(statuses, Category::open, &Status::category) == 1)
        return Refusal::conflict("One status stays open: new voices begin there.");
    if (transaction
            .query("SELECT 1 FROM voice WHERE org_id = ?1 AND status_id = ?2 LIMIT 1",
                   viewer.organisation, id)
            .next())
        return Refusal::conflict("Voices have this status. Give them another one first.");
    transaction.execute("DELETE FROM voice_count WHERE org_id = ?1 AND status_id = ?2",
                        viewer.organisation, id);
    transaction.execute("DELETE FROM status WHERE org_id = ?1 AND status_id = ?2",
                        viewer.organisation, id);
    append_setting_event(transaction, ids, now, viewer, "hear.statuses_changed");
    return {};
}

std::vector<Tag> list_tags(store::Transaction& transaction, Id organisation)
{
    std::vector<Tag> tags;
    for (const auto& row : transaction.query(
             "SELECT tag_id, name FROM tag WHERE org_id = ?1 ORDER BY name_fold LIMIT 1000",
             organisation))
        tags.push_back({row.id(0), row.string(1)});
    return tags;
}

std::optional<Tag> find_tag(store::Transaction& transaction, Id organisation, std::string_view name)
{
    const auto folded = fold(normalise_line(name));
    const auto id = Id::parse(name).value_or(Id{});
    auto rows = transaction.query(
        "SELECT tag_id, name FROM tag WHERE org_id = ?1 AND (name_fold = ?2 OR tag_id = ?3)",
        organisation, folded, id);
    if (!rows.next()) return {};
    return Tag{rows->id(0), rows->string(1)};
}

Result<Tag> take_tag(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                     std::string_view wanted)
{
    auto name = normalise_line(wanted);
    if (name.starts_with('#')) name.erase(0, 1);
    if (name.empty() || fold(name).empty())
        return Refusal::invalid("tags", "A tag needs a letter or a digit.");
    if (count_characters(name) > 40)
        return Refusal::invalid("tags", "A tag has at most 40 characters.");
    if (auto tag = find_tag(transaction, organisation, name)) return *std::move(tag);
    Tag tag{ids.next(now), name};
    transaction.execute(R"sql(
        INSERT INTO tag (org_id, tag_id, name, name_fold) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (org_id, name_fold) DO NOTHING )sql",
                        organisation, tag.id, tag.name, fold(name));
    return *find_tag(transaction, organisation, name); // another may have made it meanwhile
}

Result<void> change_tag(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id tag, std::string_view wanted)
{
    if (const auto may = must_be_hall_steward(viewer); !may) return may.error();
    const auto name = normalise_line(wanted);
    if (name.empty()) {
        transaction.execute("DELETE FROM voice_tag WHERE org_id = ?1 AND tag_id = ?2",
                            viewer.organisation, tag);
        transaction.execute("DELETE FROM tag_count WHERE org_id = ?1 AND tag_id = ?2",
                            viewer.organisation, tag);
        if (transaction.execute("DELETE FROM tag WHERE org_id = ?1 AND tag_id = ?2",
                                viewer.organisation, tag) == 0)
            return Refusal::not_found();
    } else {
        if (count_characters(name) > 40)
            return Refusal::invalid("name", "A tag has at most 40 characters.");
        const auto other = find_tag(transaction, viewer.organisation, name);
        if (other && other->id != tag)
            return Refusal::conflict("There is a tag of this name already.");
        if (transaction.execute(
                "UPDATE tag SET name = ?3, name_fold = ?4 WHERE org_id = ?1 AND tag_id = ?2",
                viewer.organisation, tag, name, fold(name)) == 0)
            return Refusal::not_found();
    }
    append_setting_event(transaction, ids, now, viewer, "hear.tags_changed");
    return {};
}

} // namespace moothall::hear
