#include "write/document_file.hpp"

#include "files/files.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"
#include "web/number.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace moothall::write {

namespace {

constexpr std::string_view fence = "---";
constexpr std::string_view blanks = " \t\r";
constexpr std::string_view at_the_top = "none";

/// Of a text that is too long, or not of the kind, to stand among others in one line.
std::string mark_of(std::string_view text)
{
    constexpr std::size_t digits = 12;
    return text.empty() ? std::string() : files::hash_of(text).substr(0, digits);
}

std::string text_of_parent(Id parent)
{
    return parent ? parent.text() : std::string(at_the_top);
}

std::string_view without_blanks(std::string_view text)
{
    const auto from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

/// Takes the first line off.
std::string_view take_line(std::string_view& text)
{
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

Refusal cannot_be_read(std::string_view key)
{
    return Refusal::invalid(std::string(key), "This cannot be read: it needs to be on one line, "
                                              "in quotation marks if it holds special characters.");
}

/// The text of a value as YAML has it on one line.
Result<std::string> read_value(std::string_view key, std::string_view written)
{
    auto value = without_blanks(written);
    if (value.starts_with('"')) {
        // Up to the mark that ends it: a comment may follow.
        std::size_t end = 1;
        while (end < value.size() && value[end] != '"') end += value[end] == '\\' ? 2 : 1;
        const auto json = Json::parse(value.substr(0, end + 1));
        if (!json || !json->string()) return cannot_be_read(key);
        return std::string(*json->string());
    }
    if (value.starts_with('\'')) {
        std::string text;
        std::size_t at = 1;
        for (; at < value.size(); ++at) {
            if (value[at] == '\'' && (at + 1 == value.size() || value[at + 1] != '\'')) break;
            if (value[at] == '\'') ++at; // two stand for one
            text += value[at];
        }
        if (at >= value.size()) return cannot_be_read(key);
        return text;
    }
    if (const auto comment = value.find(" #"); comment != std::string_view::npos)
        value = without_blanks(value.substr(0, comment));
    if (value.starts_with('#') || value == "null" || value == "~") return std::string();
    if (value.starts_with('|') || value.starts_with('>') || value.starts_with('[') ||
        value.starts_with('{') || value.starts_with('&') || value.starts_with('*'))
        return cannot_be_read(key);
    return std::string(value);
}

Result<void> read_id(Id& place, std::string_view key, const std::string& text)
{
    if (text.empty()) return {};
    const auto id = Id::parse(text);
    if (!id) return Refusal::invalid(std::string(key), "This is not an id of ours.");
    place = *id;
    return {};
}

Result<void> read_number(std::optional<std::int64_t>& place, std::string_view key,
                         const std::string& text)
{
    if (text.empty()) return {};
    place = web::read_whole(text);
    if (!place) return Refusal::invalid(std::string(key), "This is a whole number.");
    return {};
}

Result<void> read_truth(std::optional<bool>& place, std::string_view key, const std::string& text)
{
    if (text.empty()) return {};
    if (text != "true" && text != "false")
        return Refusal::invalid(std::string(key), "This field must be true or false.");
    place = text == "true";
    return {};
}

/// "place=2 rule=circle …": what it cannot read, it leaves out.
void read_was(FileFields& was, std::string_view text)
{
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto one = text.substr(0, end);
        if (const auto equals = one.find('='); equals != std::string_view::npos)
            was.emplace(one.substr(0, equals), one.substr(equals + 1));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

Result<void> take_value(DocumentFile& file, std::string_view key, std::string text)
{
    if (key == "id") return read_id(file.id, key, text);
    if (key == "parent") {
        Id parent;
        if (text.empty()) return {};
        if (text != at_the_top)
            if (auto read = read_id(parent, key, text); !read) return read.error();
        file.parent = parent;
        return {};
    }
    if (key == "was") {
        read_was(file.was, text);
        return {};
    }
    if (key == "readers") return read_id(file.readers, key, text);
    if (key == "decides") return read_id(file.decides, key, text);
    if (key == "version") return read_number(file.version, key, text);
    if (key == "place") return read_number(file.place, key, text);
    if (key == "template") return read_truth(file.is_template, key, text);
    if (key == "confirm") return read_truth(file.confirm, key, text);
    if (key == "rule") {
        file.rule = rule_of(text);
        if (!file.rule)
            return Refusal::invalid("rule", "A rule is open, circle, closed or hidden.");
    } else if (key == "review_on") {
        if (!text.empty() && !parse_date(text))
            return Refusal::invalid("review_on", "A day is written as 2026-05-31.");
        file.review_on = std::move(text);
    } else if (key == "title") {
        file.title = std::move(text);
    } else if (key == "purpose") {
        file.purpose = std::move(text);
    } else if (key == "files") {
        file.files = std::move(text);
    } else if (key == "why") {
        file.why = std::move(text);
    }
    return {};
}

bool is_ours(std::string_view key)
{
    constexpr std::string_view keys[] = {"id",       "readers", "decides", "version", "place",
                                         "title",    "parent",  "confirm", "purpose", "rule",
                                         "template", "why",     "was",     "files",   "review_on"};
    return std::ranges::find(keys, key) != std::end(keys);
}

/// Reads the lines up to the second fence; `text` is then what follows. Without a second one there
/// is no front matter: a text may begin with a line.
Result<void> read_front_matter(DocumentFile& file, std::string_view& text)
{
    auto rest = text;
    if (without_blanks(take_line(rest)) != fence) return {};
    std::vector<std::string_view> lines;
    while (true) {
        if (rest.empty()) return {};
        const auto line = take_line(rest);
        if (without_blanks(line) == fence) break;
        lines.push_back(line);
    }
    text = rest;
    file.words_line = static_cast<int>(lines.size()) + 3; // after both fences
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto line = lines[i];
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto key = line.substr(0, colon);
        if (!is_ours(key)) continue;
        file.lines.emplace(key, static_cast<int>(i) + 2);
        auto value = read_value(key, line.substr(colon + 1));
        if (!value) return value.error();
        if (auto taken = take_value(file, key, *std::move(value)); !taken) return taken.error();
    }
    return {};
}

std::string find_title(std::string_view name, std::string_view words)
{
    while (!words.empty()) {
        const auto line = without_blanks(take_line(words));
        if (line.starts_with("# ")) return normalise_line(line.substr(2));
    }
    name.remove_prefix(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
    return normalise_line(name.substr(0, name.size() - document_file_ending.size()));
}

std::string json_of(std::string_view text)
{
    JsonWriter json(text.size() + 2);
    return json.value(text).take();
}

void write_line(std::string& text, std::string_view key, std::string_view value)
{
    text.append(key).append(": ").append(value).append("\n");
}

/// An id with the name that people know it by, as a comment.
std::string named(Id id, const std::string& name)
{
    return name.empty() ? id.text() : id.text() + " # " + normalise_line(name);
}

} // namespace

Result<DocumentFile> read_document_file(std::string name, std::string_view text)
{
    if (!is_valid_utf8(text) || has_forbidden_characters(text))
        return Refusal::invalid("words", "The text holds characters that no text has.");
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    DocumentFile file;
    file.name = std::move(name);
    if (auto read = read_front_matter(file, text); !read) return read.error();
    // The line end that ends a file is not of its words.
    if (text.ends_with('\n')) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
    file.words = text;
    if (normalise_line(file.title).empty()) file.title = find_title(file.name, text);
    return file;
}

std::int64_t line_of_field(std::string_view text, const Refusal& refused)
{
    if (refused.field.empty()) return 0;
    for (std::int64_t line = 1; !text.empty(); ++line) {
        const auto one = take_line(text);
        if (line > 1 && without_blanks(one) == fence) return 0;
        if (one.starts_with(refused.field) && one.substr(refused.field.size()).starts_with(':'))
            return line;
    }
    return 0;
}

FileFields fields_of(const Document& document, Id parent)
{
    FileFields fields;
    const auto put = [&](const char* key, std::string text) {
        if (!text.empty()) fields.emplace(key, std::move(text));
    };
    const bool shut = is_shut(document.rule);
    put("parent", text_of_parent(parent));
    put("place", std::to_string(document.place));
    put("rule", std::string(to_text(document.rule)));
    put("why", mark_of(document.why));
    if (document.review_on) put("review_on", moothall::to_text(*document.review_on));
    if (shut && document.circle != document.home) put("readers", document.circle.text());
    if (document.decides.id) put("decides", document.decides.id.text());
    put("template", document.is_template ? "true" : "false");
    put("confirm", document.confirm_from > 0 ? "true" : "false");
    return fields;
}

FileFields DocumentFile::fields() const
{
    FileFields fields;
    if (parent) fields["parent"] = text_of_parent(*parent);
    if (place) fields["place"] = std::to_string(*place);
    if (rule) fields["rule"] = to_text(*rule);
    if (why) fields["why"] = mark_of(normalise_line(*why));
    if (review_on) fields["review_on"] = *review_on;
    if (readers) fields["readers"] = readers.text();
    if (decides) fields["decides"] = decides.text();
    if (is_template) fields["template"] = *is_template ? "true" : "false";
    if (confirm) fields["confirm"] = *confirm ? "true" : "false";
    return fields;
}

std::string folder_mark(std::string_view folder)
{
    return mark_of(folder);
}

std::string write_document_file(const Document& document, const FileFrame& frame,
                                std::string_view words)
{
    std::string text(fence);
    text += '\n';
    write_line(text, "id", document.id.text());
    write_line(text, "version", std::to_string(document.version));
    write_line(text, "title", json_of(document.title));
    if (!document.purpose.empty()) write_line(text, "purpose", json_of(document.purpose));
    if (frame.parent) write_line(text, "parent", named(frame.parent, frame.parent_title));
    write_line(text, "place", std::to_string(document.place));
    write_line(text, "rule", to_text(document.rule));
    if (!document.why.empty()) write_line(text, "why", json_of(document.why));
    if (document.review_on) write_line(text, "review_on", moothall::to_text(*document.review_on));
    const bool shut = is_shut(document.rule);
    if (shut && document.circle != document.home)
        write_line(text, "readers", named(document.circle, frame.readers_name));
    write_line(text, "decides", named(document.decides.id, document.decides.name));
    if (document.is_template) write_line(text, "template", "true");
    if (document.confirm_from > 0) write_line(text, "confirm", "true");
    if (!frame.files.empty()) write_line(text, "files", frame.files);
    auto was = fields_of(document, frame.parent);
    was["folder"] = folder_mark(frame.folder);
    std::string kept;
    for (const auto& [key, value] : was)
        kept.append(kept.empty() ? "" : " ").append(key).append("=").append(value);
    write_line(text, "was", kept);
    text.append(fence).append("\n").append(words).append("\n");
    return text;
}

std::unordered_map<Id, std::string> name_document_files(const std::vector<Document>& documents)
{
    std::unordered_map<Id, std::vector<const Document*>> below;
    std::set<Id> here;
    for (const auto& document : documents) here.insert(document.id);
    for (const auto& document : documents)
        below[here.contains(document.parent) ? document.parent : Id{}].push_back(&document);
    std::unordered_map<Id, std::string> names;
    std::set<std::string> taken;
    // Level by level, and so without a recursion as deep as the tree: a parent and its folder.
    std::vector<std::pair<Id, std::string>> level{{Id{}, ""}};
    while (!level.empty()) {
        std::vector<std::pair<Id, std::string>> next;
        for (const auto& [parent, folder] : level) {
            const auto found = below.find(parent);
            if (found == below.end()) continue;
            auto& some = found->second;
            // By the bytes of the titles: everybody takes out the same names.
            std::ranges::sort(some, {}, [](const Document* one) {
                return std::tie(one->place, one->title, one->id);
            });
            for (const auto* document : some) {
                auto name = folder + slug(document->title);
                if (name.size() == folder.size() || taken.contains(name))
                    name += (name.size() == folder.size() ? "" : "-") + document->id.text();
                taken.insert(name);
                // Room for the longest title, an id, and what attaches one to the other.
                constexpr std::size_t folder_bytes_max = document_name_bytes_max - 80;
                const bool deeper = name.size() < folder_bytes_max;
                next.emplace_back(document->id, deeper ? name + "/" : folder);
                names.emplace(document->id, std::move(name));
            }
        }
        level = std::move(next);
    }
    return names;
}

std::string_view folder_of(std::string_view name)
{
    const auto slash = name.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

} // namespace moothall::write
