#include "hear/import_csv.hpp"

#include "base/invariant.hpp"
#include "hear/import_rows.hpp"
#include "hear/import_table.hpp"
#include "hear/search.hpp"
#include "hear/support.hpp"
#include "hear/voice_store.hpp"
#include "people/people.hpp"
#include "text/csv.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace moothall::hear {

namespace {

constexpr std::size_t rows_in_a_transaction = 500;
constexpr std::size_t preview_rows_max = 10;

/// Refused when the file cannot be read to its end: what follows an open quote or a NUL would be
/// left out, and nobody would know.
Result<std::int64_t> count_rows(CsvReader& reader, CsvRecord& record)
{
    std::int64_t rows = 0;
    for (std::size_t broken = 0; broken <= rows_in_a_transaction;) {
        const auto more = reader.next(record);
        if (more && !*more) break;
        if (reader.is_cut_off()) {
            auto refusal = more.error();
            refusal.reason = Reason::invalid;
            refusal.field = "file";
            return refusal;
        }
        if (!more) ++broken;
        ++rows;
    }
    return rows;
}

Result<void> check_whole(std::string_view text)
{
    CsvReader reader(text);
    CsvRecord record;
    if (const auto rows = count_rows(reader, record); !rows) return rows.error();
    return {};
}

class Run {
public:
    Run(store::Database& database, IdSource& ids, const Clock& clock, const Viewer& viewer,
        const ImportWish& wish)
        : database_(database), ids_(ids), clock_(clock), viewer_(viewer), wish_(wish),
          run_(wish.run)
    {
    }

    Result<ImportReport> bring_in(std::string_view text,
                                  const std::function<void(const ImportReport&)>& progress)
    {
        // Of an import in the background this was asked when the file was sent.
        if (!wish_.run)
            if (const auto whole = check_whole(text); !whole) return whole.error();
        CsvReader reader(text);
        CsvRecord record;
        const auto begun = reader.next(record);
        if (!begun) return begun.error();
        if (!*begun) return Refusal::invalid("file", "The file is empty.");
        const auto columns = ImportColumns::find(record.fields, wish_);
        if (!columns) return columns.error();
        report_.columns = columns->understood();
        report_.left_alone = columns->left_alone();
        if (!wish_.dry_run && !wish_.run) begin();

        std::vector<ImportRow> rows;
        std::int64_t behind = 0;
        std::int64_t readable = 0; // a row without an id is known by its number among these
        while (true) {
            if (wish_.rows_max > 0 && report_.rows >= wish_.rows_max) {
                report_.ended = false;
                break;
            }
            const auto more = reader.next(record);
            if (more && !*more) break;
            const bool is_behind = behind < wish_.rows_behind;
            if (is_behind)
                ++behind;
            else
                ++report_.rows;
            if (!more) {
                const auto refusal = more.error();
                if (!is_behind) refuse(record.line, refusal);
                if (++broken_ > rows_in_a_transaction) break; // no CSV at all
                continue;
            }
            ++readable;
            const auto standing = note_line(record, *columns);
            if (is_behind) continue;
            if (standing > 0) {
                refuse(line_of(record, *columns),
                       Refusal::invalid("id", "The id {1} stands already on line {2}.")
                           .with(normalise_line(columns->of(record, "id")))
                           .with(std::to_string(standing)));
                continue;
            }
            auto row = read_import_row(record, *columns, readable);
            if (!row) {
                refuse(line_of(record, *columns), row.error());
                continue;
            }
            rows.push_back(*std::move(row));
            if (rows.size() == rows_in_a_transaction) {
                bring_in_rows(rows);
                rows.clear();
                if (progress) progress(report_);
                if (stopped_ || (wish_.has_time && !wish_.has_time())) {
                    report_.ended = false;
                    break;
                }
            }
        }
        if (!stopped_) bring_in_rows(rows);
        if (stopped_) report_.ended = false;
        if (!wish_.dry_run && !wish_.run) end();
        std::ranges::sort(report_.refused, {}, &RefusedRow::line);
        return std::move(report_);
    }

private:
    /// The line above on which the id of this voice stands already; 0: it is the first.
    std::size_t note_line(const CsvRecord& record, const ImportColumns& columns)
    {
        const auto of = columns.of(record, "moothall_record");
        if (!of.empty() && of != "voice") return 0;
        auto id = normalise_line(columns.of(record, "id"));
        if (id.empty()) return 0;
        const auto [at, first] = lines_.emplace(std::move(id), line_of(record, columns));
        return first ? 0 : at->second;
    }

    void refuse(std::size_t line, const Refusal& refusal)
    {
        auto sentence = refusal.sentence;
        for (std::size_t i = 0; i < refusal.arguments.size(); ++i) {
            const auto mark = "{" + std::to_string(i + 1) + "}";
            if (const auto at = sentence.find(mark); at != std::string::npos)
                sentence.replace(at, mark.size(), refusal.arguments[i]);
        }
        // The reader of CSV says the line itself: "line 12: …".
        if (constexpr std::string_view mark = "line "; sentence.starts_with(mark)) {
            std::from_chars(sentence.data() + mark.size(), sentence.data() + sentence.size(), line);
            if (const auto colon = sentence.find(": "); colon != std::string::npos)
                sentence.erase(0, colon + 2);
        }
        report_.refused.push_back({line, std::move(sentence)});
    }

    void begin()
    {
        started_ = clock_.now();
        run_ = ids_.next(started_);
        database_.write([&](store::Transaction& transaction) {
            transaction.execute(R"sql(
                INSERT INTO import_run (org_id, run_id, origin, started_by, started_us, ended_us, made,
                    unchanged, refused, state, columns, statuses)
                VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, 'running', ?6, ?7) )sql",
                                viewer_.organisation, run_, wish_.origin, viewer_.person, started_,
                                write_choices(wish_.columns), write_choices(wish_.statuses));
        });
    }

    void end()
    {
        const auto now = clock_.now();
        database_.write([&](store::Transaction& transaction) {
            if (report_.made == 0) { // a run that changed nothing leaves nothing behind
                transaction.execute("DELETE FROM import_run WHERE org_id = ?1 AND run_id = ?2",
                                    viewer_.organisation, run_);
                return;
            }
            transaction.execute(R"sql(
                UPDATE import_run SET ended_us = ?3, made = ?4, unchanged = ?5, refused = ?6, state = 'done'
                WHERE org_id = ?1 AND run_id = ?2 )sql",
                                viewer_.organisation, run_, now, report_.made, report_.unchanged,
                                static_cast<std::int64_t>(report_.refused.size()));
            JsonWriter facts;
            facts.begin_object().field("run", run_).field("made", report_.made);
            record::append(transaction, viewer_.organisation, ids_,
                           {.verb = "hear.voices_imported",
                            .thing = wish_.circle ? wish_.circle : viewer_.everyone,
                            .actor = viewer_.person,
                            .circle = wish_.circle ? wish_.circle : viewer_.everyone,
                            .at = now,
                            .audience = record::Audience::stewards,
                            .data = facts.end_object().take()});
        });
    }

    /// One transaction. It may run twice (store::Write), so it counts from where it began.
    void bring_in_rows(const std::vector<ImportRow>& rows)
    {
        if (rows.empty() && !wish_.note) return;
        const auto before = report_;
        const auto work = [&](store::Transaction& transaction) {
            report_ = before;
            stopped_ = wish_.may_go_on && !wish_.may_go_on(transaction);
            if (stopped_) return;
            statuses_ = list_statuses(transaction, viewer_.organisation);
            circles_.clear();
            for (const auto& row : rows) {
                const auto brought = bring_in_row(transaction, row);
                if (!brought) refuse(row.line, brought.error());
            }
            if (wish_.note) wish_.note(transaction, report_);
        };
        if (wish_.dry_run)
            database_.read(work);
        else
            database_.write(work);
    }

    ImportPlace place(store::Transaction& transaction) const
    {
        const std::string_view source = wish_.source.empty() ? wish_.origin : wish_.source;
        return {transaction, ids_, viewer_, wish_.origin, source, run_, clock_.now()};
    }

    /// A reply or support of a voice that came in, now or before; or a voice that is its duplicate.
    Result<void> bring_in_companion(store::Transaction& transaction, const ImportRow& row)
    {
        const auto here = place(transaction);
        const auto source_id = "id " + row.of;
        const Id voice = find_brought(here, source_id);
        if (!voice && !(wish_.dry_run && would_come_.contains(source_id)))
            return Refusal::invalid("of", "It belongs to a voice that did not come in.");
        if (row.record == "duplicate") return bring_in_duplicate_of(here, row, voice);
        const bool is_reply = row.record == "reply";
        if (is_reply && find_brought(here, row.source_id)) {
            ++report_.unchanged;
            return {};
        }
        if (wish_.dry_run) {
            note_author(transaction, row);
            return {};
        }
        const auto person =
            take_person(here, row.author_key, row.author_name, row.author_email, report_.people);
        if (!person) return person.error();
        const auto said = std::min(row.created.value_or(here.now), here.now);
        if (is_reply)
            bring_in_reply(here, voice, *person, row.source_id, row.body, row.rendered, said);
        else if (!*person)
            return Refusal::invalid("author_email", "Nobody is named who backs it.");
        else if (!bring_in_support(here, voice, *person, said))
            ++report_.unchanged;
        return {};
    }

    Result<void> bring_in_duplicate_of(const ImportPlace& here, const ImportRow& row, Id into)
    {
        const Id voice = find_brought(here, row.source_id);
        if (!voice && !(wish_.dry_run && would_come_.contains(row.source_id)))
            return Refusal::invalid("of", "It belongs to a voice that did not come in.");
        if (wish_.dry_run) return {};
        const auto merged = bring_in_duplicate(here, voice, into);
        if (!merged) return merged.error();
        if (!*merged) ++report_.unchanged;
        return {};
    }

    Result<void> bring_in_row(store::Transaction& transaction, const ImportRow& row)
    {
        // A day, as many tables have their times in no zone that they name.
        if (row.created && *row.created > clock_.now() + std::chrono::days{1})
            return Refusal::invalid("created", "{1} has not come yet.")
                .with(to_rfc3339(*row.created).substr(0, 10));
        if (!row.record.empty()) return bring_in_companion(transaction, row);
        if (find_brought(place(transaction), row.source_id)) {
            ++report_.unchanged;
            if (wish_.dry_run) would_come_.insert(row.source_id);
            return {};
        }
        const auto circle = find_circle(transaction, row.circle);
        if (!circle) return circle.error();
        const auto chosen = chosen_status(wish_, row.status_there);
        const auto wanted = !chosen.empty()      ? chosen
                            : row.status.empty() ? "open"
                                                 : std::string_view(row.status);
        const auto* status = find_status(statuses_, wanted);
        if (status == nullptr)
            return Refusal::invalid("status", "There is no status {1} here.")
                .with(std::string(wanted));
        if (wish_.dry_run) {
            ++report_.made;
            would_come_.insert(row.source_id);
            if (report_.preview.size() < preview_rows_max)
                report_.preview.push_back(
                    {row.line, row.kind, row.title, status->name,
                     row.author_name.empty() ? row.author_email : row.author_name,
                     note_author(transaction, row)});
            else
                note_author(transaction, row);
            return {};
        }
        const auto now = clock_.now();
        std::vector<Tag> tags;
        for (const auto& name : row.tags) {
            // A word that none of our statuses stands for is kept as a tag; now one does.
            if (!chosen.empty() && fold(name) == fold(row.status_there)) continue;
            auto tag = take_tag(transaction, ids_, now, viewer_.organisation, name);
            if (!tag) return tag.error();
            if (std::ranges::find(tags, tag->id, &Tag::id) == tags.end())
                tags.push_back(*std::move(tag));
        }
        const auto author = take_person(place(transaction), row.author_key, row.author_name,
                                        row.author_email, report_.people);
        if (!author) return author.error();
        save(transaction, row, *circle, *status, tags, *author, now);
        ++report_.made;
        return {};
    }

    /// Of a dry run: whom the author would become, each counted once.
    AuthorBecomes note_author(store::Transaction& transaction, const ImportRow& row)
    {
        if (row.author_email.empty() && (row.author_key.empty() || row.author_name.empty()))
            return AuthorBecomes::unnamed;
        const auto name = row.author_email.empty() ? "key " + row.author_key : row.author_email;
        if (const auto seen = authors_.find(name); seen != authors_.end()) return seen->second;
        const bool known = is_known_author(place(transaction), row.author_key, row.author_email);
        ++(known ? report_.known_people : report_.people);
        const auto becomes = known ? AuthorBecomes::known : AuthorBecomes::claimable;
        authors_.emplace(name, becomes);
        return becomes;
    }

    Result<Id> find_circle(store::Transaction& transaction, const std::string& name)
    {
        if (name.empty()) return wish_.circle ? wish_.circle : viewer_.everyone;
        if (const auto known = circles_.find(name); known != circles_.end()) return known->second;
        auto found = people::find_circle_by_name(transaction, viewer_.organisation, name);
        if (!found)
            if (const auto id = Id::parse(name))
                found = people::find_circle_by_id(transaction, viewer_.organisation, *id);
        if (!found || !viewer_.is_steward_of(found->id))
            return Refusal::invalid("circle", "There is no circle {1} that you look after.")
                .with(name);
        circles_.emplace(name, found->id);
        return found->id;
    }

    void save(store::Transaction& transaction, const ImportRow& row, Id circle,
              const Status& status, const std::vector<Tag>& tags, Id author, Time now)
    {
        Voice voice;
        voice.id = ids_.next(now);
        voice.kind = row.kind;
        voice.title = row.title;
        voice.body = row.body;
        voice.body_html = row.rendered.html;
        voice.excerpt = row.rendered.excerpt;
        voice.language = row.rendered.language;
        voice.status = status;
        voice.unattributed = row.votes;
        voice.created = std::min(row.created.value_or(now), now);
        record::save_thing(transaction, viewer_.organisation,
                           {voice.id, "voice", circle, record::State::visible, author, voice.title,
                            voice.created, voice.created});
        insert_voice(transaction, viewer_.organisation, voice, author, run_);
        if (!tags.empty()) save_tags(transaction, viewer_.organisation, voice.id, tags);
        count_voice(transaction, viewer_.organisation, voice.id, {circle, voice.kind, status.id},
                    1);
        index_words(transaction, viewer_.organisation, voice.id, voice.title, row.words,
                    voice.language);
        if (author) follow_by_default(transaction, viewer_.organisation, voice.id, author);
        note_brought(place(transaction), row.source_id, voice.id);
        if (!row.official.empty()) {
            voice.official = row.official;
            voice.official_html = row.official_html;
            voice.official_at = voice.created;
            update_official(transaction, viewer_.organisation, voice);
        }
        JsonWriter facts;
        facts.begin_object().field("kind", voice.kind).field("run", run_);
        record::append(transaction, viewer_.organisation, ids_,
                       {.verb = "hear.voice_imported",
                        .thing = voice.id,
                        .actor = viewer_.person,
                        .circle = circle,
                        .at = now,
                        .concerns = {author},
                        .data = facts.end_object().take()});
    }

    store::Database& database_;
    IdSource& ids_;
    const Clock& clock_;
    const Viewer& viewer_;
    const ImportWish& wish_;
    ImportReport report_;
    Time started_;
    Id run_;
    std::size_t broken_ = 0;
    bool stopped_ = false;
    std::vector<Status> statuses_;
    std::map<std::string, Id> circles_;
    std::map<std::string, std::size_t> lines_;     // id → where a voice with it stands first
    std::map<std::string, AuthorBecomes> authors_; // of a dry run
    std::set<std::string> would_come_; // of a dry run: voices to which later rows belong
};

} // namespace

const std::vector<std::string>& import_fields()
{
    static const auto names = [] {
        std::vector<std::string> all;
        for (const auto& field : all_import_fields())
            if (!is_inner_field(field.name)) all.emplace_back(field.name);
        return all;
    }();
    return names;
}

Result<std::vector<StatusThere>> list_statuses_there(std::string_view text, const ImportWish& wish,
                                                     const std::vector<Status>& statuses)
{
    CsvReader reader(text);
    CsvRecord record;
    const auto begun = reader.next(record);
    if (!begun) return begun.error();
    if (!*begun) return Refusal::invalid("file", "The file is empty.");
    const auto columns = ImportColumns::find(record.fields, wish);
    if (!columns) return columns.error();
    std::map<std::string, StatusThere> found; // by the word, folded
    for (std::size_t broken = 0; broken <= rows_in_a_transaction;) {
        const auto more = reader.next(record);
        if (more && !*more) break;
        if (!more) {
            ++broken;
            continue;
        }
        const auto of = columns->of(record, "moothall_record");
        if (!of.empty() && of != "voice") continue;
        auto word = status_of(record, *columns);
        auto& one = found[fold(word.there)];
        if (one.rows++ > 0) continue;
        const auto chosen = chosen_status(wish, word.there);
        const auto* status =
            find_status(statuses, !chosen.empty()     ? chosen
                                  : word.here.empty() ? "open"
                                                      : std::string_view(word.here));
        if (status != nullptr) one.becomes = status->id.text();
        one.word = std::move(word.there);
    }
    std::vector<StatusThere> all;
    for (auto& [key, one] : found) all.push_back(std::move(one));
    std::ranges::sort(all, [](const StatusThere& a, const StatusThere& b) {
        return std::tie(b.rows, a.word) < std::tie(a.rows, b.word);
    });
    if (all.size() > statuses_there_max) all.resize(statuses_there_max);
    return all;
}

std::string write_choices(const std::vector<std::pair<std::string, std::string>>& choices)
{
    JsonWriter json;
    json.begin_object();
    for (const auto& [what, chosen] : choices) json.field(what, chosen);
    return json.end_object().take();
}

Result<TableShape> measure_table(std::string_view text)
{
    if (!is_valid_utf8(text) || text.find('\0') != std::string_view::npos)
        return Refusal::invalid("file",
                                "This is no UTF-8 text. Save it as “CSV UTF-8” and try again.");
    CsvReader reader(text);
    CsvRecord record;
    const auto begun = reader.next(record);
    if (!begun) return begun.error();
    if (!*begun) return Refusal::invalid("file", "The file is empty.");
    TableShape shape{record.fields, 0};
    const auto rows = count_rows(reader, record);
    if (!rows) return rows.error();
    shape.rows = *rows;
    return shape;
}

Result<ImportReport> import_csv(store::Database& database, IdSource& ids, const Clock& clock,
                                const Viewer& viewer, std::string_view text, const ImportWish& wish,
                                const std::function<void(const ImportReport&)>& progress)
{
    return Run(database, ids, clock, viewer, wish).bring_in(text, progress);
}

} // namespace moothall::hear
