#include "hear/import_table.hpp"

#include "people/people.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::hear {

namespace {

constexpr std::size_t made_title_characters_max = 120;
constexpr std::int64_t votes_max = 1'000'000'000;

/// "Author e-mail" and "author_email" are the same column.
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

} // namespace

std::string key_of(std::string_view header)
{
    std::string key;
    for (const char letter : fold(header))
        if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) key += letter;
    return key;
}

const std::vector<ImportField>& all_import_fields()
{
    static const std::vector<ImportField> all{
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
        // What the readers of other programs' exports write (import_formats.hpp).
        {"moothall_record", {"moothallrecord"}},
        {"moothall_of", {"moothallof"}},
        {"moothall_line", {"moothallline"}},
        {"moothall_author", {"moothallauthor"}},
        {"moothall_official", {"moothallofficial"}},
        {"moothall_status", {"moothallstatus"}},
    };
    return all;
}

bool is_inner_field(std::string_view field)
{
    return field.starts_with("moothall_");
}

Result<ImportColumns> ImportColumns::find(const std::vector<std::string>& header,
                                          const ImportWish& wish)
{
    ImportColumns columns;
    std::vector<bool> taken(header.size(), false);
    for (const auto& [field, column] : wish.columns) {
        const auto known = std::ranges::find_if(
            all_import_fields(), [&](const ImportField& one) { return one.name == field; });
        if (known == all_import_fields().end())
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
    for (const auto& field : all_import_fields()) {
        if (std::ranges::find(wish.columns, field.name,
                              &std::pair<std::string, std::string>::first) != wish.columns.end())
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
        return Refusal::invalid("map",
                                "No column holds a text. Say which one does: --map body=COLUMN.");
    for (std::size_t i = 0; i < header.size(); ++i)
        if (!taken[i]) columns.left_alone_.push_back(header[i]);
    for (const auto& [field, index] : columns.indexes_)
        if (!is_inner_field(field)) columns.understood_.emplace_back(field, header[index]);
    return columns;
}

StatusWord status_of(const CsvRecord& record, const ImportColumns& columns)
{
    const auto said = columns.of(record, "status");
    auto there = normalise_line(columns.of(record, "moothall_status"));
    return {there.empty() ? normalise_line(said) : std::move(there), status_word(said)};
}

std::string_view chosen_status(const ImportWish& wish, std::string_view there)
{
    for (const auto& [word, status] : wish.statuses)
        if (fold(word) == fold(there)) return status;
    return {};
}

std::size_t line_of(const CsvRecord& record, const ImportColumns& columns)
{
    std::size_t line = 0;
    const auto text = columns.of(record, "moothall_line");
    std::from_chars(text.data(), text.data() + text.size(), line);
    return line == 0 ? record.line : line;
}

Result<ImportRow> read_import_row(const CsvRecord& record, const ImportColumns& columns,
                                  std::int64_t number)
{
    ImportRow row;
    row.line = line_of(record, columns);
    row.record = columns.of(record, "moothall_record");
    if (row.record == "voice") row.record.clear();
    row.of = columns.of(record, "moothall_of");
    row.author_key = columns.of(record, "moothall_author");
    row.title = normalise_line(columns.of(record, "title"));
    row.body = columns.of(record, "body");
    const bool is_voice = row.record.empty();
    if (row.record == "reply" && is_blank(row.body))
        return Refusal::invalid("body", "The row says nothing.");
    if (is_voice && row.title.empty() && is_blank(row.body))
        return Refusal::invalid("body", "The row says nothing.");
    if (is_voice && row.title.empty())
        row.title = first_sentence(row.body, made_title_characters_max);
    if (is_voice && row.title.empty())
        row.title = clip(normalise_line(row.body), made_title_characters_max);
    if (is_voice && row.title.empty())
        return Refusal::invalid("title", "There is no readable text for a title.");
    if (count_characters(row.title) > title_characters_max)
        return Refusal::invalid("title", "The title has more than 200 characters.");

    const auto kind = kind_of(columns.of(record, "kind"));
    if (!kind)
        return Refusal::invalid("kind", "{1} is no kind of voice: want, question, signal, "
                                        "call-out, challenge, story, thanks or other.")
            .with(std::string(columns.of(record, "kind")));
    row.kind = *kind;
    auto status = status_of(record, columns);
    row.status = std::move(status.here);
    row.status_there = std::move(status.there);
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
    // After it made its mark in the source id, which files that came in before are known by.
    if (is_voice && is_blank(columns.of(record, "title")))
        if (auto title = made_title(row.body, made_title_characters_max); !title.empty())
            row.title = std::move(title);
    if (row.official = columns.of(record, "moothall_official"); !row.official.empty()) {
        auto html = render_markdown(row.official);
        if (!html) return html.error();
        row.official_html = *std::move(html);
    }
    auto rendered = render_body(row.title, row.body);
    if (!rendered) return rendered.error();
    row.rendered = *std::move(rendered);
    row.words = plain_text(row.body);
    return row;
}

} // namespace moothall::hear
