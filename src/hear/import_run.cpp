#include "hear/import_run.hpp"

#include "hear/import_formats.hpp"
#include "jobs/job.hpp"
#include "people/people.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <chrono>

namespace moothall::hear {

namespace {

/// A page looks at so many rows of a draft: a second's work.
constexpr std::int64_t tried_rows_max = 10'000;
constexpr std::size_t name_characters_max = 100;

constexpr store::SqlLiteral columns_of_a_run = R"sql(
    SELECT r.run_id, r.origin, r.state, r.circle_id, r.columns, r.started_by, coalesce(p.name, ''), r.started_us,
           r.ended_us, r.rows_all, r.rows_done, r.made, r.unchanged, r.refused, r.people, r.trouble, r.statuses
    FROM import_run r LEFT JOIN person p ON p.org_id = r.org_id AND p.person_id = r.started_by )sql";

std::vector<std::pair<std::string, std::string>> read_columns(std::string_view text)
{
    std::vector<std::pair<std::string, std::string>> columns;
    const auto json = Json::parse(text);
    if (!json) return columns;
    for (const auto field : json->keys())
        columns.emplace_back(field, json->find(field).string().value_or(""));
    return columns;
}

ImportRun read_run(const store::Row& row)
{
    ImportRun run;
    run.id = row.id(0);
    const auto origin = row.text(1); // "csv:feedback.csv"
    run.name = origin.substr(std::min(origin.size(), origin.find(':') + 1));
    run.state = row.string(2);
    run.circle = row.id(3);
    run.columns = read_columns(row.text(4));
    run.started_by = {row.id(5), row.string(6)};
    run.started = row.time(7);
    if (row.integer(8) != 0) run.ended = row.time(8);
    run.rows_all = row.integer(9);
    run.rows_done = row.integer(10);
    run.made = row.integer(11);
    run.unchanged = row.integer(12);
    run.refused = row.integer(13);
    run.people = row.integer(14);
    run.trouble = row.string(15);
    run.statuses = read_columns(row.text(16));
    return run;
}

std::optional<ImportRun> load_run(store::Transaction& transaction, Id organisation, Id run)
{
    auto rows = transaction.query(
        store::Sql(columns_of_a_run) + "WHERE r.org_id = ?1 AND r.run_id = ?2", organisation, run);
    if (!rows.next()) return {};
    return read_run(rows.row());
}

Result<void> may_bring_in(const Viewer& viewer)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_hall_steward())
        return Refusal::forbidden("Only stewards of the whole hall may see this.");
    return {};
}

Result<void> check_columns(const std::vector<std::pair<std::string, std::string>>& columns,
                           const TableShape* shape)
{
    for (const auto& [field, column] : columns) {
        if (std::ranges::find(import_fields(), field) == import_fields().end())
            return Refusal::invalid("columns", "There is no field {1} in a voice.").with(field);
        if (shape != nullptr && !column.empty() &&
            std::ranges::find(shape->header, column) == shape->header.end())
            return Refusal::invalid("columns", "The file has no column {1}.").with(column);
    }
    return {};
}

Result<void> check_statuses(store::Transaction& transaction, Id organisation,
                            const std::vector<std::pair<std::string, std::string>>& chosen)
{
    constexpr std::size_t chosen_max = 1000;
    if (chosen.empty()) return {};
    if (chosen.size() > chosen_max)
        return Refusal::invalid("statuses", "These are too many statuses at once.");
    const auto statuses = list_statuses(transaction, organisation);
    for (const auto& [word, status] : chosen)
        if (find_status(statuses, status) == nullptr)
            return Refusal::invalid("statuses", "There is no status {1} here.").with(status);
    return {};
}

void forget_text(store::Transaction& transaction, Id organisation, Id run)
{
    transaction.execute("DELETE FROM import_text WHERE org_id = ?1 AND run_id = ?2", organisation,
                        run);
}

/// The end of a run, for whatever reason; its one event, if anything came in.
void end_run(store::Transaction& transaction, IdSource& ids, Time now, Id organisation, Id everyone,
             Id actor, const ImportRun& run, std::string_view state, std::string_view trouble)
{
    transaction.execute(R"sql(
        UPDATE import_run SET state = ?3, ended_us = ?4, trouble = ?5 WHERE org_id = ?1 AND run_id = ?2 )sql",
                        organisation, run.id, state, now, trouble);
    forget_text(transaction, organisation, run.id);
    if (run.made == 0) return;
    JsonWriter facts;
    facts.begin_object().field("run", run.id).field("made", run.made).field("state", state);
    const auto circle = run.circle ? run.circle : everyone;
    record::append(transaction, organisation, ids,
                   {.verb = "hear.voices_imported",
                    .thing = circle,
                    .actor = actor,
                    .circle = circle,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .data = facts.end_object().take()});
}

ImportWish wish_of(const ImportRun& run)
{
    // An export of another program has its name in the place of a file's.
    const bool of_program = std::ranges::find(import_formats(), run.name) != import_formats().end();
    return {.origin = "csv:" + run.name,
            .source = of_program ? "csv:" + run.name : "csv",
            .circle = run.circle,
            .columns = run.columns,
            .statuses = run.statuses,
            .run = run.id};
}

} // namespace

Result<ImportRun> draft_import(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, const NewImport& wanted)
{
    if (const auto may = may_bring_in(viewer); !may) return may.error();
    if (wanted.circle && !viewer.is_steward_of(wanted.circle))
        return Refusal::invalid("circle", "Choose a circle that you look after.");
    if (const auto good = check_columns(wanted.columns, &wanted.shape); !good) return good.error();
    if (const auto good = check_statuses(transaction, viewer.organisation, wanted.statuses); !good)
        return good.error();
    // A browser gives a bare name; some old ones a whole path.
    auto name = normalise_line(wanted.name);
    if (const auto slash = name.find_last_of("/\\"); slash != std::string::npos)
        name.erase(0, slash + 1);
    name = clip(name, name_characters_max);
    if (name.empty()) name = "pasted";
    const auto run = ids.next(now);
    transaction.execute(R"sql(
        INSERT INTO import_run (org_id, run_id, origin, started_by, started_us, ended_us, made, unchanged,
            refused, state, circle_id, columns, rows_all, statuses)
        VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, 'draft', ?6, ?7, ?8, ?9) )sql",
                        viewer.organisation, run, "csv:" + name, viewer.person, now, wanted.circle,
                        write_choices(wanted.columns), wanted.shape.rows,
                        write_choices(wanted.statuses));
    transaction.execute("INSERT INTO import_text (org_id, run_id, text) VALUES (?1, ?2, ?3)",
                        viewer.organisation, run, wanted.text);
    return *load_run(transaction, viewer.organisation, run);
}

Result<ImportRun> find_import(store::Transaction& transaction, const Viewer& viewer, Id run)
{
    if (const auto may = may_bring_in(viewer); !may) return may.error();
    auto found = load_run(transaction, viewer.organisation, run);
    if (!found) return Refusal::not_found();
    return *std::move(found);
}

Result<ImportRun> change_import(store::Transaction& transaction, const Viewer& viewer, Id run,
                                const ImportChoices& choices)
{
    auto found = find_import(transaction, viewer, run);
    if (!found) return found;
    if (found->state != "draft") return Refusal::conflict("This import has begun already.");
    if (choices.circle && !viewer.is_steward_of(choices.circle))
        return Refusal::invalid("circle", "Choose a circle that you look after.");
    if (const auto good = check_columns(choices.columns, nullptr); !good) return good.error();
    if (const auto good = check_statuses(transaction, viewer.organisation, choices.statuses); !good)
        return good.error();
    transaction.execute(R"sql(
        UPDATE import_run SET circle_id = ?3, columns = ?4, statuses = ?5 WHERE org_id = ?1 AND run_id = ?2 )sql",
                        viewer.organisation, run, choices.circle, write_choices(choices.columns),
                        write_choices(choices.statuses));
    found->circle = choices.circle;
    found->columns = choices.columns;
    found->statuses = choices.statuses;
    return found;
}

Result<ImportRun> start_import(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id run)
{
    auto found = find_import(transaction, viewer, run);
    if (!found) return found;
    // One of two presses wins.
    if (transaction.execute(R"sql(
            UPDATE import_run SET state = 'waiting' WHERE org_id = ?1 AND run_id = ?2 AND state = 'draft' )sql",
                            viewer.organisation, run) == 0)
        return Refusal::conflict("This import has begun already.");
    JsonWriter payload;
    payload.begin_object().field("run", run);
    jobs::enqueue(transaction, ids, now, viewer.organisation,
                  {.kind = import_job, .payload = payload.end_object().take(), .run_at = now});
    found->state = "waiting";
    return found;
}

Result<ImportRun> cancel_import(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id run)
{
    if (const auto may = may_bring_in(viewer); !may) return may.error();
    // The rows of a piece are written under the same lock, so none come in afterwards.
    const bool won = transaction.execute(R"sql(
            UPDATE import_run SET state = 'cancelled'
            WHERE org_id = ?1 AND run_id = ?2 AND state IN ('draft', 'waiting', 'running') )sql",
                                         viewer.organisation, run) > 0;
    auto found = find_import(transaction, viewer, run);
    if (!found) return found;
    if (!won) return Refusal::conflict("This import has ended already.");
    end_run(transaction, ids, now, viewer.organisation, viewer.everyone, viewer.person, *found,
            "cancelled", {});
    found->ended = now;
    return found;
}

std::vector<ImportRun> list_imports(store::Transaction& transaction, const Viewer& viewer,
                                    int limit)
{
    std::vector<ImportRun> runs;
    if (!viewer.is_hall_steward()) return runs;
    for (const auto& row : transaction.query(
             store::Sql(columns_of_a_run) + "WHERE r.org_id = ?1 ORDER BY r.run_id DESC LIMIT ?2",
             viewer.organisation, limit))
        runs.push_back(read_run(row));
    return runs;
}

std::vector<RefusedRow> list_refused_rows(store::Transaction& transaction, Id organisation, Id run)
{
    std::vector<RefusedRow> rows;
    for (const auto& row : transaction.query(R"sql(
             SELECT line, sentence FROM import_refusal WHERE org_id = ?1 AND run_id = ?2 ORDER BY line, number )sql",
                                             organisation, run))
        rows.push_back({static_cast<std::size_t>(row.integer(0)), row.string(1)});
    return rows;
}

std::string find_import_text(store::Transaction& transaction, Id organisation, Id run)
{
    auto rows = transaction.query("SELECT text FROM import_text WHERE org_id = ?1 AND run_id = ?2",
                                  organisation, run);
    return rows.next() ? rows->string(0) : std::string();
}

Result<std::vector<StatusThere>> list_statuses_there(const ImportRun& run, std::string_view text,
                                                     const std::vector<Status>& statuses)
{
    return list_statuses_there(text, wish_of(run), statuses);
}

Result<ImportReport> try_import(store::Database& database, IdSource& ids, const Clock& clock,
                                const Viewer& viewer, const ImportRun& run, std::string_view text)
{
    auto wish = wish_of(run);
    wish.dry_run = true;
    wish.rows_max = tried_rows_max;
    return import_csv(database, ids, clock, viewer, text, wish);
}

bool bring_in_piece(store::Database& database, IdSource& ids, const Clock& clock, Id organisation,
                    Id everyone, Id id)
{
    std::optional<ImportRun> run;
    std::optional<Viewer> viewer;
    std::string text;
    database.read([&](store::Transaction& transaction) {
        run = load_run(transaction, organisation, id);
        if (!run || !run->goes_on()) return;
        viewer = people::make_viewer(transaction, organisation, everyone, run->started_by.id);
        text = find_import_text(transaction, organisation, id);
    });
    if (!run || !run->goes_on()) return false;

    const auto end = [&](std::string_view state, std::string_view trouble) {
        database.write([&](store::Transaction& transaction) {
            if (transaction.execute(R"sql(
                    UPDATE import_run SET state = ?3
                    WHERE org_id = ?1 AND run_id = ?2 AND state IN ('waiting', 'running') )sql",
                                    organisation, id, state) == 0)
                return; // cancelled meanwhile
            const auto now_is = load_run(transaction, organisation, id);
            end_run(transaction, ids, clock.now(), organisation, everyone, run->started_by.id,
                    *now_is, state, trouble);
        });
    };
    if (!viewer || !viewer->is_hall_steward()) {
        end("failed", "Who started it may not bring anything in any more.");
        return false;
    }

    auto wish = wish_of(*run);
    wish.rows_behind = run->rows_done;
    wish.may_go_on = [&](store::Transaction& transaction) {
        return transaction.execute(R"sql(
                   UPDATE import_run SET state = 'running'
                   WHERE org_id = ?1 AND run_id = ?2 AND state IN ('waiting', 'running') )sql",
                                   organisation, id) > 0;
    };
    wish.note = [&](store::Transaction& transaction, const ImportReport& report) {
        const auto here = std::ssize(report.refused);
        std::int64_t known = run->refused; // those of this piece that are noted already come next
        {
            auto rows = transaction.query(
                "SELECT refused FROM import_run WHERE org_id = ?1 AND run_id = ?2", organisation,
                id);
            if (rows.next()) known = rows->integer(0);
        }
        for (auto i = known - run->refused; i < here && run->refused + i < import_refusals_max;
             ++i) {
            const auto& row = report.refused[static_cast<std::size_t>(i)];
            transaction.execute(R"sql(
                INSERT INTO import_refusal (org_id, run_id, number, line, sentence) VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                                organisation, id, run->refused + i + 1,
                                static_cast<std::int64_t>(row.line), row.sentence);
        }
        transaction.execute(R"sql(
            UPDATE import_run SET rows_done = ?3, made = ?4, unchanged = ?5, refused = ?6, people = ?7
            WHERE org_id = ?1 AND run_id = ?2 )sql",
                            organisation, id, run->rows_done + report.rows, run->made + report.made,
                            run->unchanged + report.unchanged, run->refused + here,
                            run->people + report.people);
    };
    const auto begun = std::chrono::steady_clock::now();
    wish.has_time = [&] { return std::chrono::steady_clock::now() - begun < import_piece_time; };
    const auto report = import_csv(database, ids, clock, *viewer, text, wish);
    if (!report) {
        end("failed", report.error().sentence);
        return false;
    }
    if (!report->ended) return true; // or it was cancelled, which the next piece sees
    end("done", {});
    return false;
}

void purge_imports(store::Transaction& transaction, Id organisation, Time now)
{
    constexpr std::chrono::hours draft_life{24 * 7};
    constexpr std::chrono::hours refusal_life{24 * 30};
    transaction.execute(R"sql(
        UPDATE import_run SET state = 'cancelled', ended_us = ?3
        WHERE org_id = ?1 AND state = 'draft' AND started_us < ?2 )sql",
                        organisation, now - draft_life, now);
    transaction.execute(R"sql(
        DELETE FROM import_text WHERE org_id = ?1 AND run_id IN
            (SELECT r.run_id FROM import_run r WHERE r.org_id = ?1 AND r.state = 'cancelled') )sql",
                        organisation);
    transaction.execute(R"sql(
        DELETE FROM import_refusal WHERE org_id = ?1 AND run_id IN
            (SELECT r.run_id FROM import_run r WHERE r.org_id = ?1 AND r.ended_us > 0 AND r.ended_us < ?2) )sql",
                        organisation, now - refusal_life);
}

} // namespace moothall::hear
