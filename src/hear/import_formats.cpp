#include "hear/import_formats.hpp"

#include "hear/import_table.hpp"
#include "hear/voice.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace moothall::hear {

namespace {

std::string joined(const std::vector<std::string>& tags)
{
    std::string text;
    std::size_t count = 0;
    for (const auto& tag : tags) {
        auto clean = normalise_line(tag);
        std::ranges::replace(clean, ';', ' ');
        if (clean.empty() || count == tags_max) continue;
        text += (count++ == 0 ? "" : ";") + clip(clean, 40);
    }
    // A separator tells that there is one tag, with commas in it.
    return count == 1 ? text + ";" : text;
}

} // namespace

const std::vector<std::string>& import_formats()
{
    static const std::vector<std::string> all{"fider", "quackback", "github",
                                              "canny", "uservoice", "discourse"};
    return all;
}

Result<std::string> read_export(std::string_view format, const std::vector<ExportedFile>& files)
{
    for (const auto& [name, text] : files)
        if (!is_valid_utf8(text) || text.find('\0') != std::string::npos)
            return Refusal::invalid("file",
                                    "This is no UTF-8 text. Save it as “CSV UTF-8” and try again.");
    if (format == "fider") return read_fider(files);
    if (format == "quackback") return read_quackback(files);
    if (format == "github") return read_github(files);
    if (format == "canny") return read_canny(files);
    if (format == "uservoice") return read_uservoice(files);
    if (format == "discourse") return read_discourse(files);
    return Refusal::invalid("format", "There is no format {1}.").with(std::string(format));
}

ForeignRows::ForeignRows()
{
    for (const auto* name :
         {"id", "title", "body", "kind", "status", "tags", "author_name", "author_email", "votes",
          "created", "moothall_record", "moothall_of", "moothall_line", "moothall_author",
          "moothall_official", "moothall_status"})
        writer_.field(name);
    writer_.end_record();
}

void ForeignRows::add_voice(const ForeignVoice& voice)
{
    auto title = normalise_line(voice.title);
    auto body = voice.body;
    if (count_characters(title) > title_characters_max) {
        body = body.empty() ? title : title + "\n\n" + body;
        title = clip(title, title_characters_max, Ellipsis::shown);
    }
    writer_.field(voice.id).field(title).field(body).field(voice.kind).field(voice.status);
    writer_.field(joined(voice.tags)).field(voice.author.name).field(voice.author.email);
    writer_.number(voice.votes).field(voice.created).field("voice").field("");
    writer_.number(voice.line).field(voice.author.key).field(voice.official);
    writer_.field(voice.status_there).end_record();
    voices_.insert(voice.id);
    if (!voice.duplicate_of.empty())
        duplicates_.push_back({voice.id, voice.duplicate_of, voice.line});
}

std::string ForeignRows::take()
{
    for (const auto& [voice, of, line] : duplicates_) {
        if (!voices_.contains(of) || of == voice) continue;
        writer_.field(voice).field("").field("").field("").field("").field("");
        writer_.field("").field("").field("").field("").field("duplicate");
        writer_.field(of).number(line).field("").field("").field("").end_record();
    }
    return writer_.take();
}

void ForeignRows::add_reply(std::string_view voice, std::string_view id,
                            const ForeignPerson& author, std::string_view body,
                            std::string_view created, std::size_t line)
{
    writer_.field(id).field("").field(body).field("").field("").field("");
    writer_.field(author.name).field(author.email).field("").field(created).field("reply");
    writer_.field(voice).number(line).field(author.key).field("").field("").end_record();
}

void ForeignRows::add_support(std::string_view voice, const ForeignPerson& person,
                              std::string_view created, std::size_t line)
{
    writer_.field("").field("").field("").field("").field("").field("");
    writer_.field(person.name).field(person.email).field("").field(created).field("support");
    writer_.field(voice).number(line).field(person.key).field("").field("").end_record();
}

Result<ForeignTable> ForeignTable::read(std::string_view text)
{
    ForeignTable table;
    CsvReader reader(text, {.field_count = CsvFieldCount::any});
    CsvRecord record;
    const auto begun = reader.next(record);
    if (!begun) return begun.error();
    if (!*begun) return Refusal::invalid("file", "The file is empty.");
    for (const auto& name : record.fields) table.header_.push_back(key_of(name));
    constexpr int broken_max = 100; // then it is no table at all
    int broken = 0;
    while (true) {
        const auto more = reader.next(record);
        if (!more) { // it stands as a row that says nothing, and is refused with its line
            if (++broken > broken_max) return more.error();
            record.fields.clear();
            table.records_.push_back(record);
            continue;
        }
        if (!*more) break;
        table.records_.push_back(record);
    }
    return table;
}

std::string_view ForeignTable::of(std::size_t row,
                                  std::initializer_list<std::string_view> names) const
{
    for (const auto name : names) {
        const auto found = std::ranges::find(header_, key_of(name));
        if (found == header_.end()) continue;
        const auto index = static_cast<std::size_t>(found - header_.begin());
        const auto& fields = records_[row].fields;
        return index < fields.size() ? std::string_view(fields[index]) : std::string_view();
    }
    return {};
}

bool ForeignTable::has(std::string_view name) const
{
    return std::ranges::find(header_, key_of(name)) != header_.end();
}

ForeignStatus status_from(std::string_view word)
{
    static const std::map<std::string, std::string, std::less<>> known{
        {"", "open"},
        {"open", "open"},
        {"active", "open"},
        {"new", "open"},
        {"published", "open"},
        {"approved", "open"},
        {"reopened", "open"},
        {"duplicate", "open"},
        {"underreview", "under_review"},
        {"reviewing", "under_review"},
        {"planned", "planned"},
        {"started", "started"},
        {"inprogress", "started"},
        {"completed", "done"},
        {"complete", "done"},
        {"done", "done"},
        {"shipped", "done"},
        {"closed", "done"},
        {"declined", "declined"},
        {"notplanned", "declined"},
        {"wontdo", "declined"}};
    const auto found = known.find(key_of(word));
    if (found == known.end()) return {"open", normalise_line(word)};
    return {found->second, {}};
}

std::string time_from(std::string_view text)
{
    auto time = normalise_line(text);
    // "2025-07-21 03:37:03" is UTC; so is "2025-07-21 03:37:03 UTC", as Ruby writes it.
    if (time.size() > 11 && time[10] == ' ') time[10] = 'T';
    if (time.ends_with(" UTC")) time = time.substr(0, time.size() - 4) + "Z";
    if (const auto space = time.find(' '); space != std::string::npos) time.erase(space, 1);
    if (parse_time(time)) return time;
    if (parse_time(time + "Z")) return time + "Z";
    return {};
}

std::string text_of(const Json& value)
{
    if (const auto text = value.string()) return std::string(*text);
    if (const auto number = value.integer()) return std::to_string(*number);
    return {};
}

std::int64_t number_from(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace moothall::hear
