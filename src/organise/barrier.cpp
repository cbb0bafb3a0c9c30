#include "organise/barrier.hpp"

#include "base/invariant.hpp"
#include "base/words.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/place.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::organise {

namespace {

constexpr std::size_t what_characters_max = 200;
constexpr std::size_t who_characters_max = 200;
constexpr std::size_t barrier_words_characters_max = 5000;
constexpr std::size_t remedy_characters_max = 2000;
// Chosen by hand: whoever is shut out should not have to wait longer for a first word.
constexpr std::chrono::days answer_within{14};
constexpr int barriers_in_one_go = 50;
constexpr int stewards_told_max = 20;

constexpr std::pair<BarrierKind, std::string_view> barrier_kinds[] = {
    {BarrierKind::connection, "connection"}, {BarrierKind::device, "device"},
    {BarrierKind::senses, "senses"},         {BarrierKind::language, "language"},
    {BarrierKind::permission, "permission"}, {BarrierKind::other, "other"}};
constexpr std::pair<BarrierState, std::string_view> barrier_states[] = {
    {BarrierState::open, "open"},
    {BarrierState::planned, "planned"},
    {BarrierState::removed, "removed"},
    {BarrierState::stays, "stays"}};

// ?1 is the organisation, ?2 the viewer.
constexpr store::SqlLiteral barrier_columns = R"sql(
    SELECT b.barrier_id, t.title, b.kind, b.words, b.who, b.page, b.state, b.remedy, b.due_us, b.overdue,
           t.author_id, pa.name, b.answered_by, ps.name, b.answered_us, t.state, t.created_us
    FROM barrier b CROSS JOIN thing t
    LEFT JOIN person pa ON pa.org_id = ?1 AND pa.person_id = t.author_id
    LEFT JOIN person ps ON ps.org_id = ?1 AND ps.person_id = b.answered_by
    WHERE b.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = b.barrier_id AND )sql";

Date day_of(Time time)
{
    return Date{std::chrono::floor<std::chrono::days>(time)};
}
Time start_of(Date day)
{
    return Time{std::chrono::sys_days{day}};
}

Barrier read_barrier(const store::Row& row)
{
    Barrier barrier;
    barrier.id = row.id(0);
    barrier.what = row.string(1);
    barrier.kind = barrier_kind_of(row.text(2)).value_or(BarrierKind::other);
    barrier.words = row.string(3);
    barrier.who = row.string(4);
    barrier.page = row.string(5);
    barrier.state = barrier_state_of(row.text(6)).value_or(BarrierState::open);
    barrier.remedy = row.string(7);
    barrier.due = day_of(row.time(8));
    barrier.overdue = row.truth(9);
    barrier.author = {row.id(10), row.string(11)};
    barrier.answered_by = {row.id(12), row.string(13)};
    if (row.integer(14) != 0) barrier.answered = row.time(14);
    barrier.thing_state = record::state_of(row.text(15));
    barrier.created = row.time(16);
    return barrier;
}

/// A line or text as it may stand; refused on its field.
Result<std::string> check(std::string_view wanted, const char* field, std::size_t characters_max)
{
    if (has_forbidden_characters(wanted))
        return Refusal::invalid(field, "The text holds characters that no text has.");
    if (count_characters(wanted) > characters_max)
        return Refusal::invalid(field, "This is too long.");
    return std::string(wanted);
}

/// Those who have to answer: the stewards of the hall.
std::vector<Id> list_stewards(store::Transaction& transaction, Id organisation, Id everyone)
{
    std::vector<Id> stewards;
    for (const auto& row : transaction.query(R"sql(
             SELECT person_id FROM membership WHERE org_id = ?1 AND circle_id = ?2 AND role = 'steward'
             ORDER BY person_id LIMIT ?3 )sql",
                                             organisation, everyone, stewards_told_max))
        stewards.push_back(row.id(0));
    return stewards;
}

} // namespace

std::string_view to_text(BarrierKind kind)
{
    return word_of(barrier_kinds, kind);
}
std::optional<BarrierKind> barrier_kind_of(std::string_view text)
{
    return value_of(barrier_kinds, text);
}
std::string_view to_text(BarrierState state)
{
    return word_of(barrier_states, state);
}
std::optional<BarrierState> barrier_state_of(std::string_view text)
{
    return value_of(barrier_states, text);
}

std::string Barrier::path() const
{
    return record::path_of("barrier", id);
}

std::string public_part(store::Transaction& transaction, const Viewer& viewer,
                        std::string_view address)
{
    constexpr std::size_t folder_characters_max = 30;
    constexpr std::size_t id_characters = 13;
    if (!address.starts_with('/')) return {};
    address = address.substr(0, address.find_first_of("?#"));
    const auto folder = address.substr(1, address.find('/', 1) - 1);
    if (folder.size() > folder_characters_max ||
        folder.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") != std::string_view::npos)
        return {};
    const auto page = "/" + std::string(folder);
    const auto rest = address.substr(std::min(address.size(), page.size() + 1));
    const auto id = Id::parse(rest.substr(0, id_characters));
    if (!id) return page;
    Viewer stranger;
    stranger.organisation = viewer.organisation;
    stranger.everyone = viewer.everyone;
    const auto thing = people::find_seen(transaction, *id, stranger);
    if (!thing) return page;
    auto path = record::path_of(thing->kind, *id);
    return path.empty() ? page : path;
}

Result<Barrier> report_barrier(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, const NewBarrier& wanted)
{
    auto what = check(normalise_line(wanted.what), "what", what_characters_max);
    if (!what) return what.error();
    if (what->empty()) return Refusal::invalid("what", "Please say what you could not do.");
    const auto words = check(wanted.words, "words", barrier_words_characters_max);
    if (!words) return words.error();
    const auto who = check(normalise_line(wanted.who), "who", who_characters_max);
    if (!who) return who.error();

    Barrier barrier;
    barrier.id = ids.next(now);
    barrier.what = *std::move(what);
    const bool waits = !viewer.signed_in() || hear::is_held(transaction, viewer, viewer.everyone);
    barrier.thing_state = waits ? record::State::held : record::State::visible;
    barrier.due = day_of(now + answer_within);
    record::save_thing(transaction, viewer.organisation,
                       {barrier.id, "barrier", viewer.everyone, barrier.thing_state, viewer.person,
                        barrier.what, now, now});
    transaction.execute(R"sql(
        INSERT INTO barrier (org_id, barrier_id, kind, words, who, page, state, settled, remedy, due_us, overdue,
            answered_by, answered_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', 0, '', ?7, 0, 0, 0) )sql",
                        viewer.organisation, barrier.id, to_text(wanted.kind), *words, *who,
                        public_part(transaction, viewer, wanted.page), start_of(barrier.due));
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "organise.barrier_reported",
                    .thing = barrier.id,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .state = barrier.thing_state,
                    .concerns = list_stewards(transaction, viewer.organisation, viewer.everyone)});
    // Somebody without an account does not see it again before a steward has looked at it.
    if (!viewer.signed_in()) return barrier;
    return find_barrier(transaction, barrier.id, viewer);
}

Result<Barrier> answer_barrier(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, const BarrierAnswer& answer)
{
    const auto barrier = find_barrier(transaction, id, viewer);
    if (!barrier) return barrier.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_hall_steward())
        return Refusal::forbidden("Only a steward of the hall may answer for it.");
    if (answer.state == BarrierState::open)
        return Refusal::invalid("state", "It is planned, removed, or stays for a reason.");
    const auto remedy = check(answer.remedy, "remedy", remedy_characters_max);
    if (!remedy) return remedy.error();
    if (normalise_line(*remedy).empty())
        return Refusal::invalid("remedy", "Please say what is done about it, for all to read.");
    const auto who =
        check(normalise_line(answer.who.value_or(barrier->who)), "who", who_characters_max);
    if (!who) return who.error();
    auto due = barrier->due;
    if (answer.state == BarrierState::planned) {
        if (!answer.due || !answer.due->ok() || *answer.due < day_of(now))
            return Refusal::invalid("due", "By when will it be removed? Give a day that comes.");
        due = *answer.due;
    }
    const bool settles = answer.state != BarrierState::planned;
    const auto changed = transaction.execute(
        R"sql(
        UPDATE barrier SET kind = ?3, who = ?4, state = ?5, settled = ?6, remedy = ?7, due_us = ?8, overdue = 0,
            answered_by = ?9, answered_us = ?10
        WHERE org_id = ?1 AND barrier_id = ?2 AND settled = 0 )sql",
        viewer.organisation, id, to_text(answer.kind.value_or(barrier->kind)), *who,
        to_text(answer.state), settles ? 1 : 0, *remedy, start_of(due), viewer.person, now);
    if (changed == 0)
        return Refusal::conflict("It is settled already. If it came back, report it again.");
    std::vector<Id> concerns;
    if (barrier->author.id) concerns.push_back(barrier->author.id);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "organise.barrier_answered",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .state = barrier->thing_state,
                    .concerns = std::move(concerns),
                    .data = R"({"state":")" + std::string(to_text(answer.state)) + "\"}"});
    return find_barrier(transaction, id, viewer);
}

Result<Barrier> find_barrier(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    for (const auto& row :
         transaction.query(store::Sql(barrier_columns) + "b.barrier_id = ?3 AND " + people::seen,
                           viewer.organisation, viewer.person, id))
        return read_barrier(row);
    return Refusal::not_found();
}

Result<BarrierPage> list_barriers(store::Transaction& transaction, const BarrierQuery& query,
                                  const Viewer& viewer)
{
    const auto place = read_place_in_list<Id>(query.after);
    if (!place) return place.error();
    const Id before = *place;
    auto sql = store::Sql(barrier_columns);
    sql += query.settled ? store::SqlLiteral("b.settled = ?3") : store::SqlLiteral("?3 = ?3");
    sql += query.state ? store::SqlLiteral(" AND b.state = ?4") : store::SqlLiteral(" AND ?4 = ?4");
    sql += query.kind ? store::SqlLiteral(" AND b.kind = ?5") : store::SqlLiteral(" AND ?5 = ?5");
    sql += before ? store::SqlLiteral(" AND b.barrier_id < ?6") : store::SqlLiteral(" AND ?6 = ?6");
    sql += " AND t.state = 'visible' AND ";
    sql += people::seen;
    sql += " ORDER BY b.barrier_id DESC LIMIT ?7";
    BarrierPage page;
    for (const auto& row : transaction.query(
             sql, viewer.organisation, viewer.person, query.settled.value_or(false) ? 1 : 0,
             query.state ? to_text(*query.state) : std::string_view{},
             query.kind ? to_text(*query.kind) : std::string_view{}, before, query.limit + 1)) {
        if (std::ssize(page.barriers) == query.limit) {
            page.next = page.barriers.back().id.text();
            break;
        }
        page.barriers.push_back(read_barrier(row));
    }
    return page;
}

std::int64_t note_overdue_barriers(store::Database& database, Id organisation, Time now,
                                   IdSource& ids)
{
    struct Slipped {
        Id id;
        Id author;
        Id circle;
    };
    const auto list = [&](store::Transaction& transaction) {
        std::vector<Slipped> slipped;
        for (const auto& row :
             transaction.query(R"sql(
                 SELECT b.barrier_id, t.author_id, t.circle_id FROM barrier b CROSS JOIN thing t
                 WHERE b.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = b.barrier_id AND b.settled = 0
                   AND b.overdue = 0 AND b.due_us <= ?2 AND t.state = 'visible'
                 ORDER BY b.due_us, b.barrier_id LIMIT ?3 )sql",
                               organisation, now - std::chrono::days{1}, barriers_in_one_go))
            slipped.push_back({row.id(0), row.id(1), row.id(2)});
        return slipped;
    };
    // Most of the time nothing slipped: that is seen without a write.
    if (database.read(list).empty()) return 0;
    return database.write([&](store::Transaction& transaction) {
        const auto slipped = list(transaction);
        for (const auto& one : slipped) {
            transaction.execute("UPDATE barrier SET overdue = 1 WHERE org_id = ?1 AND "
                                "barrier_id = ?2",
                                organisation, one.id);
            auto concerns = list_stewards(transaction, organisation, one.circle);
            if (one.author) concerns.push_back(one.author);
            record::append(transaction, organisation, ids,
                           {.verb = "organise.barrier_overdue",
                            .thing = one.id,
                            .circle = one.circle,
                            .at = now,
                            .concerns = std::move(concerns)});
        }
        return std::ssize(slipped);
    });
}

} // namespace moothall::organise
