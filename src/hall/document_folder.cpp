#include "hall/document_folder.hpp"

#include "hear/hear.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace moothall::hall {

namespace {

constexpr std::size_t file_errors_told_max = 100;

/// What other programs put beside the files: "__MACOSX/", ".DS_Store".
bool is_hidden_name(std::string_view name)
{
    while (!name.empty()) {
        if (name.starts_with('.') || name.starts_with("__MACOSX")) return true;
        const auto slash = name.find('/');
        if (slash == std::string_view::npos) return false;
        name.remove_prefix(slash + 1);
    }
    return false;
}

std::string_view without_ending(std::string_view name)
{
    return name.substr(0, name.size() - write::document_file_ending.size());
}

bool is_shut(write::Rule rule)
{
    return rule == write::Rule::closed || rule == write::Rule::hidden;
}

/// One run: what stands in the tree, and what the files before this one were.
class FolderImport {
public:
    FolderImport(store::Transaction& to, IdSource& source, Time at, const Viewer& who, Id into,
                 std::string_view what)
        : transaction(to), ids(source), now(at), viewer(who), circle(into), said(what)
    {
    }

    void look(const std::vector<write::Document>& tree,
              const std::vector<DocumentFolder::File>& files)
    {
        for (const auto& document : tree) standing.emplace(document.id, &document);
        names = write::name_document_files(tree);
        // Who is named by her id is not taken for one that stands where a file is.
        std::set<Id> claimed;
        for (const auto& one : files)
            if (one.file.id && standing.contains(one.file.id)) claimed.insert(one.file.id);
        for (const auto& [id, name] : names)
            if (!claimed.contains(id)) by_name.emplace(name, id);
        for (const auto& [name, id] : by_name) {
            const auto& document = *standing.at(id);
            by_title.emplace(std::pair(document.parent, document.title), id);
        }
    }
    Result<void> take(const DocumentFolder::File& one);

    DocumentImport outcome;

private:
    const write::Document* find_known(const write::DocumentFile& file) const;
    Id find_parent(std::string_view name) const;
    std::optional<write::RuleChange> find_rule(const write::DocumentFile& file,
                                               const write::Document* before) const;
    Result<Id> make(const DocumentFolder::File& one);
    Result<void> change(const write::DocumentFile& file, const write::Document& before);

    store::Transaction& transaction;
    IdSource& ids;
    Time now;
    const Viewer& viewer;
    Id circle;
    std::string_view said;
    std::unordered_map<Id, const write::Document*> standing;
    std::unordered_map<Id, std::string> names;
    std::map<std::string, Id, std::less<>> by_name; // of those that no file names
    std::map<std::pair<Id, std::string>, Id> by_title;
    std::map<std::string, Id, std::less<>> taken; // by the files so far
    std::set<Id> seen;
};

const write::Document* FolderImport::find_known(const write::DocumentFile& file) const
{
    if (const auto known = standing.find(file.id); known != standing.end()) return known->second;
    const auto name = without_ending(file.name);
    if (const auto known = by_name.find(name); known != by_name.end())
        return standing.at(known->second);
    // Another program names files otherwise than by their titles.
    const auto known = by_title.find(std::pair(find_parent(name), normalise_line(file.title)));
    return known == by_title.end() ? nullptr : standing.at(known->second);
}

/// What stands above: of the folders that it lies in, the nearest that has a document.
Id FolderImport::find_parent(std::string_view name) const
{
    for (auto folder = write::folder_of(name); !folder.empty(); folder = write::folder_of(folder)) {
        if (const auto file = taken.find(folder); file != taken.end()) return file->second;
        if (const auto there = by_name.find(folder); there != by_name.end()) return there->second;
    }
    return {};
}

/// Who is to read it; none: it stays as it was.
std::optional<write::RuleChange> FolderImport::find_rule(const write::DocumentFile& file,
                                                         const write::Document* before) const
{
    // A file may be older than the rule: bringing it in never opens what was closed since.
    if (before != nullptr && is_shut(before->rule)) return {};
    write::RuleChange wanted;
    if (before != nullptr)
        wanted = {before->rule, before->why, before->review_on, before->decides.id, {}};
    if (file.rule) wanted.rule = *file.rule;
    if (file.why) wanted.why = *file.why;
    if (file.review_on) wanted.review_on = parse_date(*file.review_on);
    if (file.readers) wanted.readers = file.readers;
    // Somebody of another hall, or who is gone: then it is who brings it in, or who it was.
    if (file.decides && people::find_person(transaction, file.decides, viewer))
        wanted.decides = file.decides;
    if (before == nullptr) return wanted;
    const bool same = wanted.rule == before->rule && normalise_line(wanted.why) == before->why &&
                      wanted.review_on == before->review_on && wanted.decides == before->decides.id;
    if (same) return {};
    return wanted;
}

Result<Id> FolderImport::make(const DocumentFolder::File& one)
{
    const auto& file = one.file;
    const auto made = write::make_document(transaction, ids, now, viewer,
                                           {.text = {.title = file.title,
                                                     .purpose = file.purpose.value_or(""),
                                                     .words = file.words,
                                                     .said = std::string(said)},
                                            .home = circle,
                                            .parent = find_parent(without_ending(file.name)),
                                            .place = file.place.value_or(0),
                                            .rule = *find_rule(file, nullptr),
                                            .is_template = file.is_template.value_or(false)},
                                           one.html);
    if (!made) return made.error();
    hear::follow_by_default(transaction, viewer.organisation, made->id, viewer.person);
    if (file.confirm.value_or(false)) {
        write::DocumentChange asks;
        asks.confirm = true;
        if (const auto asked = write::edit_document(transaction, ids, now, viewer, made->id, asks);
            !asked)
            return asked.error();
    }
    ++outcome.made;
    return made->id;
}

Result<void> FolderImport::change(const write::DocumentFile& file, const write::Document& before)
{
    write::DocumentChange wanted;
    wanted.title = file.title;
    wanted.purpose = file.purpose;
    wanted.words = file.words;
    wanted.said = said;
    // Written on an older version it is put together with what came since.
    if (file.id == before.id) wanted.version = file.version;
    wanted.place = file.place;
    wanted.is_template = file.is_template;
    wanted.confirm = file.confirm;
    // Where it stands among the files may not say what stands above it, when that was not taken
    // out; so it moves only when its file did.
    const auto name = without_ending(file.name);
    if (name != names.at(before.id)) wanted.parent = find_parent(name);
    const auto edited = write::edit_document(transaction, ids, now, viewer, before.id, wanted);
    if (!edited) return edited.error();
    if (!edited->conflict.empty())
        return Refusal::conflict("Somebody changed the same words since this was taken out. Take "
                                 "it out again, and write yours into that.");
    const auto& after = edited->document;
    bool differs = after.version != before.version || after.parent != before.parent ||
                   after.place != before.place || after.is_template != before.is_template ||
                   after.confirm_from != before.confirm_from;
    if (const auto rule = find_rule(file, &before)) {
        const auto ruled = write::change_rule(transaction, ids, now, viewer, before.id, *rule);
        if (!ruled) return ruled.error();
        differs = true;
    }
    ++(differs ? outcome.changed : outcome.unchanged);
    return {};
}

Result<void> FolderImport::take(const DocumentFolder::File& one)
{
    const auto* before = find_known(one.file);
    Id id;
    if (before == nullptr) {
        const auto made = make(one);
        if (!made) return made.error();
        id = *made;
    } else {
        id = before->id;
        if (seen.contains(id))
            return Refusal::invalid("id", "Another file is of the same document.");
        if (auto changed = change(one.file, *before); !changed) return changed.error();
    }
    seen.insert(id);
    taken.emplace(without_ending(one.file.name), id);
    return {};
}

} // namespace

Result<std::vector<ArchivePart>> export_documents(store::Transaction& transaction, Id circle,
                                                  const Viewer& viewer)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto home = people::find_circle(transaction, circle, viewer);
    if (!home) return home.error();
    const auto tree = write::list_tree(transaction, circle, viewer);
    if (!tree) return tree.error();
    if (tree->empty()) return Refusal::conflict("No document here"); // and no zip without a file
    const auto names = write::name_document_files(*tree);
    std::unordered_map<Id, std::string> readers;
    for (const auto& one : people::list_circles(transaction, viewer)) readers[one.id] = one.name;
    std::vector<ArchivePart> parts;
    for (const auto& document : *tree)
        parts.push_back(
            {names.at(document.id) + std::string(write::document_file_ending),
             write::write_document_file(document, readers[document.circle], document.words),
             {}});
    std::ranges::sort(parts, {}, &ArchivePart::name);
    return parts;
}

Result<DocumentFolder> read_document_folder(const ArchivedFiles& files)
{
    DocumentFolder folder;
    for (const auto& [name, text] : files) {
        if (!name.ends_with(write::document_file_ending) || is_hidden_name(name)) {
            ++folder.left_alone;
            continue;
        }
        if (folder.files.size() + folder.errors.size() == document_files_max)
            return Refusal::invalid("file", "At most 2,000 documents at once.");
        auto file = write::read_document_file(name, text);
        auto html = file ? write::render_words(file->words) : Result<SafeHtml>(file.error());
        if (html)
            folder.files.push_back({*std::move(file), *std::move(html)});
        else
            folder.errors.push_back({name, html.error()});
    }
    if (folder.files.empty() && folder.errors.empty())
        return Refusal::invalid("file", "There is no Markdown in it: no file that ends with .md.");
    std::ranges::sort(folder.files, {}, [](const DocumentFolder::File& one) {
        return std::pair(std::ranges::count(one.file.name, '/'), one.file.name);
    });
    return folder;
}

Result<DocumentImport> import_documents(store::Transaction& transaction, IdSource& ids, Time now,
                                        const Viewer& viewer, Id circle,
                                        const DocumentFolder& folder, std::string_view said)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto home = people::find_circle(transaction, circle, viewer);
    if (!home) return Refusal::invalid("circle", "There is no such circle that you can see.");
    if (!write::may_write_in(viewer, circle))
        return Refusal::forbidden("Documents of a circle are written by its members; those of "
                                  "Everyone by people who work here.");
    const auto tree = write::list_tree(transaction, circle, viewer);
    if (!tree) return tree.error();
    FolderImport import(transaction, ids, now, viewer, circle, said);
    auto& outcome = import.outcome;
    outcome.files = std::ssize(folder.files) + std::ssize(folder.errors);
    outcome.left_alone = folder.left_alone;
    outcome.errors = folder.errors;
    import.look(*tree, folder.files);
    for (const auto& one : folder.files) {
        if (outcome.errors.size() >= file_errors_told_max) break;
        if (const auto taken = import.take(one); !taken)
            outcome.errors.push_back({one.file.name, taken.error()});
    }
    if (!outcome.errors.empty() || outcome.made + outcome.changed == 0) return outcome;
    JsonWriter facts;
    facts.begin_object().field("made", outcome.made).field("changed", outcome.changed);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "write.documents_imported",
                    .thing = circle,
                    .actor = viewer.person,
                    .circle = circle,
                    .at = now,
                    .audience = record::Audience::stewards,
                    .data = facts.end_object().take()});
    return outcome;
}

Result<DocumentImport> try_documents(store::Database& database, IdSource& ids, Time now,
                                     const Viewer& viewer, Id circle, const DocumentFolder& folder)
{
    struct Tried {};
    std::optional<Result<DocumentImport>> outcome;
    try {
        database.write([&](store::Transaction& transaction) {
            outcome = import_documents(transaction, ids, now, viewer, circle, folder, {});
            throw Tried(); // so that it is rolled back
        });
    } catch (const Tried&) { // NOLINT(bugprone-empty-catch): thrown three lines above
    }
    if (*outcome) (*outcome)->dry_run = true;
    return *std::move(outcome);
}

} // namespace moothall::hall
