#include "hear/import_csv.hpp"

#include "base/invariant.hpp"
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

namespace moothall::hear {

namespace {

constexpr std::size_t rows_in_a_transaction = 500;
constexpr std::size_t preview_rows_max = 10;
constexpr std::size_t made_title_characters_max = 120;
constexpr std::int64_t votes_max = 1'000'000'000;

struct Field {
    std::string_view name;
    std::vector<std::string_view> aliases; // folded, without spaces and marks
};

const std::vector<Field>& fields()
{
    static const std::vector<Field> all{
        {"title", {"title", "subject", "headline"}},
        {"body",
         {"body", "text", "description", "details", "content", "message", "feedback", "comment"}},
        {"kind", {"kind", "type"}},
        {"status", {"status", "state"}},
        {"tags", {"tags", "labels", "tag"}},
        {"author_name", {"authorname", "author", "createdby", "username", "name"}},
        {"author_email", {"authoremail", "email", "useremail", "mail"}},
        {"votes", {"votes", "votecount", "votescount", "score"}},
        {"created", {"created", "createdat", "date", "createdtimestamp"}},
        {"id", {"id", "sourceid", "number"}},
        {"circle", {"circle", "board"}},
    };
    return all;
}

/// "Author e-mail" and "author_email" are the same column.
std::string key_of(std::string_view header)
{
    std::string key;
    for (const char letter : fold(header))
        if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) key += letter;
    return key;
}

/// Which column each field is in.
class Columns {
public:
    static Result<Columns> find(const std::vector<std::string>& header, const ImportWish& wish)
    {
        Columns columns;
        std::vector<bool> taken(header.size(), false);
        for (const auto& [field, column] : wish.columns) {
            const auto known =
                std::ranges::find_if(fields(), [&](const Field& one) { return one.name == field; });
            if (known == fields().end())
                return Refusal::invalid("map", "There is no field {1}. There are: title, body, "
                                               "kind, status, tags, author_name, author_email, "
                                               "votes, created, id and circle.")
                    .with(field);
            if (column.empty()) continue;
            const auto found = std::ranges::find_if(
                header, [&](const auto& name) { return fold(name) == fold(column); });
            if (found == header.end())
                return Refusal::invalid("map", "The file has no column {1}.").with(column);
            const auto index = static_cast<std::size_t>(found - header.begin());
            columns.indexes_[std::string(field)] = index;
            taken[index] = true;
        }
        for (const auto& field : fields()) {
            if (std::ranges::find(wish.columns, field.name,
                                  &std::pair<std::string, std::string>::first) !=
                wish.columns.end())
                continue;
            for (const auto alias : field.aliases) { // the first alias is the surest
                const auto found = std::ranges::find_if(header, [&](const auto& name) {
                    return !taken[static_cast<std::size_t>(&name - header.data())] &&
                           key_of(name) == alias;
                });
                if (found == header.end()) continue;
                const auto index = static_cast<std::size_t>(found - header.begin());
                columns.indexes_[std::string(field.name)] = index;
                taken[index] = true;
                break;
            }
        }
        // A file of one column is a list of texts, whatever its header says.
        if (header.size() == 1 && columns.indexes_.empty() && wish.columns.empty()) {
            columns.indexes_["body"] = 0;
            taken[0] = true;
        }
        if (!columns.indexes_.contains("body") && !columns.indexes_.contains("title"))
            return Refusal::invalid(
                "map", "No column holds a text. Say which one does: --map body=COLUMN.");
        for (std::size_t i = 0; i < header.size(); ++i)
            if (!taken[i]) columns.left_alone_.push_back(header[i]);
        for (const auto& [field, index] : columns.indexes_)
            columns.understood_.emplace_back(field, header[index]);
        return columns;
    }

    std::string_view of(const CsvRecord& record, const std::string& field) const
    {
        const auto found = indexes_.find(field);
        if (found == indexes_.end() || found->second >= record.fields.size()) return {};
        return record.fields[found->second];
    }
    const auto& understood() const { return understood_; }
    const auto& left_alone() const { return left_alone_; }

private:
    std::map<std::string, std::size_t> indexes_;
    std::vector<std::pair<std::string, std::string>> understood_;
    std::vector<std::string> left_alone_;
};

/// A row, checked and rendered, so that the transaction has nothing slow to do.
struct Row {
    std::size_t line = 0;
    std::string source_id;
    std::string kind;
    std::string title;
    std::string body;
    Rendered rendered;
    std::string words; // for the index
    std::string status;
    std::vector<std::string> tags;
    std::string author_name;
    std::string author_email;
    std::int64_t votes = 0;
    std::optional<Time> created;
    std::string circle;
};

bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// A row without an id of its own is known by its number and its text. FNV-1a (Fowler, Noll, Vo,
/// https://datatracker.ietf.org/doc/html/draft-eastlake-fnv): it tells texts apart, no more.
std::string made_source_id(std::int64_t number, std::string_view title, std::string_view body)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    const auto add = [&hash](std::string_view text) {
        for (const char letter : text) {
            hash ^= static_cast<unsigned char>(letter);
            hash *= 0x100000001b3U;
        }
        hash ^= 0xffU; // so that title and body do not run together
        hash *= 0x100000001b3U;
    };
    add(title);
    add(body);
    return "row " + std::to_string(number) + " " + std::to_string(hash);
}

std::vector<std::string> split_tags(std::string_view text)
{
    std::vector<std::string> tags;
    const char separator = text.find(';') != std::string_view::npos   ? ';'
                           : text.find('|') != std::string_view::npos ? '|'
                                                                      : ',';
    while (!text.empty()) {
        const auto end = text.find(separator);
        auto tag = normalise_line(text.substr(0, end));
        if (!tag.empty()) tags.push_back(std::move(tag));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return tags;
}

/// Other programs' words for kinds; anything unknown is refused, so that nobody is sorted wrongly.
std::optional<std::string> kind_of(std::string_view text)
{
    static const std::map<std::string, std::string, std::less<>> others{
        {"idea", "want"},        {"feature", "want"},  {"featurerequest", "want"},
        {"request", "want"},     {"bug", "signal"},    {"issue", "signal"},
        {"complaint", "signal"}, {"praise", "thanks"}, {"callout", "call-out"}};
    const auto folded = fold(normalise_line(text));
    if (folded.empty()) return "other";
    if (is_voice_kind(folded)) return folded;
    const auto found = others.find(key_of(folded));
    return found == others.end() ? std::nullopt : std::optional(found->second);
}

std::string status_word(std::string_view text)
{
    static const std::map<std::string, std::string, std::less<>> others{
        {"underreview", "under_review"},
        {"active", "open"},
        {"inprogress", "started"},
        {"completed", "done"},
        {"complete", "done"},
        {"shipped", "done"},
        {"closed", "done"},
        {"notplanned", "declined"}};
    const auto found = others.find(key_of(text));
    return found == others.end() ? normalise_line(text) : found->second;
}

Result<Row> read_row(const CsvRecord& record, const Columns& columns, std::int64_t number)
{
    Row row;
    row.line = record.line;
    row.title = normalise_line(columns.of(record, "title"));
    row.body = columns.of(record, "body");
    if (row.title.empty() && is_blank(row.body))
        return Refusal::invalid("body", "The row says nothing.");
    if (row.title.empty()) row.title = first_sentence(row.body, made_title_characters_max);
    if (row.title.empty()) row.title = clip(normalise_line(row.body), made_title_characters_max);
    if (row.title.empty())
        return Refusal::invalid("title", "There is no readable text for a title.");
    if (count_characters(row.title) > title_characters_max)
        return Refusal::invalid("title", "The title has more than 200 characters.");

    const auto kind = kind_of(columns.of(record, "kind"));
    if (!kind)
        return Refusal::invalid("kind", "{1} is no kind of voice: want, question, signal, "
                                        "call-out, challenge, story, thanks or other.")
            .with(std::string(columns.of(record, "kind")));
    row.kind = *kind;
    row.status = status_word(columns.of(record, "status"));
    row.tags = split_tags(columns.of(record, "tags"));
    if (row.tags.size() > tags_max)
        return Refusal::invalid("tags", "A voice has at most ten tags.");
    row.author_name = normalise_line(columns.of(record, "author_name"));
    row.author_email = normalise_line(columns.of(record, "author_email"));
    if (!row.author_email.empty() && !is_email(row.author_email))
        return Refusal::invalid("author_email", "{1} is no e-mail address.").with(row.author_email);
    if (const auto votes = normalise_line(columns.of(record, "votes")); !votes.empty()) {
        const auto read = std::from_chars(votes.data(), votes.data() + votes.size(), row.votes);
        if (read.ec != std::errc() || read.ptr != votes.data() + votes.size() || row.votes < 0 ||
            row.votes > votes_max)
            return Refusal::invalid("votes", "{1} is no number of votes.").with(votes);
    }
    if (const auto created = normalise_line(columns.of(record, "created")); !created.empty()) {
        row.created = parse_time(created);
        if (!row.created)
            return Refusal::invalid("created", "{1} is no date: write 2026-05-03 or "
                                               "2026-05-03T09:30:00Z.")
                .with(created);
    }
    row.circle = normalise_line(columns.of(record, "circle"));
    row.source_id = normalise_line(columns.of(record, "id"));
    row.source_id =
        row.source_id.empty() ? made_source_id(number, row.title, row.body) : "id " + row.source_id;
    auto rendered = render_body(row.title, row.body);
    if (!rendered) return rendered.error();
    row.rendered = *std::move(rendered);
    row.words = plain_text(row.body);
    return row;
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
        CsvReader reader(text);
        CsvRecord record;
        const auto begun = reader.next(record);
        if (!begun) return begun.error();
        if (!*begun) return Refusal::invalid("file", "The file is empty.");
        const auto columns = Columns::find(record.fields, wish_);
        if (!columns) return columns.error();
        report_.columns = columns->understood();
        report_.left_alone = columns->left_alone();
        if (!wish_.dry_run && !wish_.run) begin();

        std::vector<Row> rows;
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
            if (is_behind) continue;
            auto row = read_row(record, *columns, readable);
            if (!row) {
                refuse(record.line, row.error());
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
                    unchanged, refused, state)
                VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0, 'running') )sql",
                                viewer_.organisation, run_, wish_.origin, viewer_.person, started_);
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
    void bring_in_rows(const std::vector<Row>& rows)
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

    Result<void> bring_in_row(store::Transaction& transaction, const Row& row)
    {
        if (transaction
                .query("SELECT 1 FROM source WHERE org_id = ?1 AND origin = ?2 AND source_id = ?3",
                       viewer_.organisation, wish_.origin, row.source_id)
                .next()) {
            ++report_.unchanged;
            return {};
        }
        const auto circle = find_circle(transaction, row.circle);
        if (!circle) return circle.error();
        const auto* status = find_status(statuses_, row.status.empty() ? "open" : row.status);
        if (status == nullptr)
            return Refusal::invalid("status", "There is no status {1} here.").with(row.status);
        if (wish_.dry_run) {
            ++report_.made;
            if (report_.preview.size() < preview_rows_max)
                report_.preview.push_back(
                    {row.line, row.kind, row.title, status->name,
                     row.author_name.empty() ? row.author_email : row.author_name});
            return {};
        }
        const auto now = clock_.now();
        std::vector<Tag> tags;
        for (const auto& name : row.tags) {
            auto tag = take_tag(transaction, ids_, now, viewer_.organisation, name);
            if (!tag) return tag.error();
            if (std::ranges::find(tags, tag->id, &Tag::id) == tags.end())
                tags.push_back(*std::move(tag));
        }
        const auto author = find_author(transaction, row, now);
        if (!author) return author.error();
        save(transaction, row, *circle, *status, tags, *author, now);
        ++report_.made;
        return {};
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

    /// Nobody (no id) where the file names nobody: voices are never put into somebody's mouth.
    Result<Id> find_author(store::Transaction& transaction, const Row& row, Time now)
    {
        if (row.author_email.empty()) return Id{};
        if (const auto known =
                people::find_person_by_email(transaction, viewer_.organisation, row.author_email))
            return known->id;
        auto made =
            people::create_person(transaction, ids_, now, viewer_.organisation, viewer_.everyone,
                                  {.name = row.author_name,
                                   .email = row.author_email,
                                   .state = people::PersonState::unconfirmed,
                                   .actor = viewer_.person});
        if (!made) return made.error();
        ++report_.people;
        return made->id;
    }

    void save(store::Transaction& transaction, const Row& row, Id circle, const Status& status,
              const std::vector<Tag>& tags, Id author, Time now)
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
        index_words(transaction, viewer_.organisation, voice.id, voice.title, row.words);
        if (author) follow_by_default(transaction, viewer_.organisation, voice.id, author);
        transaction.execute(R"sql(
            INSERT INTO source (org_id, origin, source_id, thing_id, run_id) VALUES (?1, ?2, ?3, ?4, ?5) )sql",
                            viewer_.organisation, wish_.origin, row.source_id, voice.id, run_);
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
};

} // namespace

const std::vector<std::string>& import_fields()
{
    static const auto names = [] {
        std::vector<std::string> all;
        for (const auto& field : fields()) all.emplace_back(field.name);
        return all;
    }();
    return names;
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
    for (std::size_t broken = 0; broken <= rows_in_a_transaction;) {
        const auto more = reader.next(record);
        if (more && !*more) break;
        if (!more) ++broken;
        ++shape.rows;
    }
    return shape;
}

Result<ImportReport> import_csv(store::Database& database, IdSource& ids, const Clock& clock,
                                const Viewer& viewer, std::string_view text, const ImportWish& wish,
                                const std::function<void(const ImportReport&)>& progress)
{
    return Run(database, ids, clock, viewer, wish).bring_in(text, progress);
}

} // namespace moothall::hear
