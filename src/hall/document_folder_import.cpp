// Documents that come in from a folder: which is which, what each says otherwise, and where it
// stands.

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

std::string_view without_ending(std::string_view name)
{
    return name.substr(0, name.size() - write::document_file_ending.size());
}

Refusal changed_here_too(std::string_view field)
{
    auto refused = Refusal::conflict("This was changed here, too, since it was taken out. Take it "
                                     "out again, and write yours into that.");
    refused.field = field;
    return refused;
}

/// The line of `mine` in which the first conflict is, from 0.
std::int64_t line_of_conflict(const std::vector<write::Chunk>& chunks)
{
    std::int64_t line = 0;
    for (const auto& chunk : chunks) {
        if (chunk.origin == write::Origin::conflict) break;
        line += std::ranges::count(chunk.mine, '\n');
    }
    return line;
}

/// What hangs on a document when its file came in.
struct Hanging {
    std::string words; // with links to what hangs here
    std::vector<files::File> added;
};

/// One run: what stands in the tree, and what the files before this one were.
class FolderImport {
public:
    FolderImport(store::Transaction& to, IdSource& source, Time at, const Viewer& who, Id into,
                 const DocumentFolder& from, std::string_view what)
        : transaction(to), ids(source), now(at), viewer(who), circle(into), sent(from), said(what)
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
            by_title[std::pair(document.parent, document.title)].push_back(id);
        }
    }
    /// A refusal is told with the line that it is of.
    void take(const DocumentFolder::File& one);

    DocumentImport outcome;

private:
    Result<void> take_file(const DocumentFolder::File& one);
    const write::Document* find_known(const write::DocumentFile& file) const;
    Id find_here(Id id) const;
    Id find_parent(std::string_view name) const;
    Id find_parent(const write::DocumentFile& file) const;
    Id seen_parent(const write::Document& document) const;
    write::RuleChange find_rule(const write::DocumentFile& file) const;
    Result<bool> says(const write::DocumentFile& file, const write::Document& before,
                      std::string_view key) const;
    Result<std::optional<Id>> find_move(const write::DocumentFile& file,
                                        const write::Document& before) const;
    Result<std::optional<write::RuleChange>> find_rule_change(const write::DocumentFile& file,
                                                              const write::Document& before) const;
    Result<void> check_lines(const write::DocumentFile& file, const write::Document& before) const;
    Result<Id> make(const DocumentFolder::File& one);
    Result<void> change(const DocumentFolder::File& one, const write::Document& before);
    Hanging hang(const DocumentFolder::File& one, Id document);

    store::Transaction& transaction;
    IdSource& ids;
    Time now;
    const Viewer& viewer;
    Id circle;
    const DocumentFolder& sent;
    std::string_view said;
    std::unordered_map<Id, const write::Document*> standing;
    std::unordered_map<Id, std::string> names;
    std::map<std::string, Id, std::less<>> by_name; // of those that no file names
    std::map<std::pair<Id, std::string>, std::vector<Id>> by_title;
    std::map<std::string, Id, std::less<>> taken; // by the files so far
    std::unordered_map<Id, Id> came;              // what they call it, and what it is here
    std::set<Id> seen;
    std::int64_t conflict_line = 0; // of the file that is read now
};

const write::Document* FolderImport::find_known(const write::DocumentFile& file) const
{
    if (const auto known = standing.find(file.id); known != standing.end()) return known->second;
    const auto name = without_ending(file.name);
    if (const auto known = by_name.find(name); known != by_name.end())
        return standing.at(known->second);
    // Another program names files otherwise than by their titles.
    const auto known = by_title.find(std::pair(find_parent(file), normalise_line(file.title)));
    if (known == by_title.end()) return nullptr;
    const auto free =
        std::ranges::find_if(known->second, [&](Id id) { return !seen.contains(id); });
    return free == known->second.end() ? nullptr : standing.at(*free);
}

/// The document that a file calls so: one that came in with it, or stands here.
Id FolderImport::find_here(Id id) const
{
    if (const auto made = came.find(id); made != came.end()) return made->second;
    return standing.contains(id) ? id : Id{};
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

/// Of a file that is of no document here yet.
Id FolderImport::find_parent(const write::DocumentFile& file) const
{
    if (const auto said_so = find_here(file.parent.value_or(Id{}))) return said_so;
    return find_parent(without_ending(file.name));
}

/// None as well when it stands under one that she may not know of.
Id FolderImport::seen_parent(const write::Document& document) const
{
    return standing.contains(document.parent) ? document.parent : Id{};
}

/// Who is to read a new one.
write::RuleChange FolderImport::find_rule(const write::DocumentFile& file) const
{
    write::RuleChange wanted;
    if (file.rule) wanted.rule = *file.rule;
    if (file.why) wanted.why = *file.why;
    if (file.review_on) wanted.review_on = parse_date(*file.review_on);
    wanted.readers = file.readers;
    // Somebody of another hall, or who is gone: then it is who brings it in.
    if (file.decides && people::find_person(transaction, file.decides, viewer))
        wanted.decides = file.decides;
    return wanted;
}

/// Whether the file wants a field otherwise than it is. One that is as it was when it was taken out
/// wants nothing, whatever became of it here since.
Result<bool> FolderImport::says(const write::DocumentFile& file, const write::Document& before,
                                std::string_view key) const
{
    const auto value_of = [&](const write::FileFields& fields) {
        const auto known = fields.find(key);
        return known == fields.end() ? std::string() : known->second;
    };
    const auto mine = file.fields();
    if (!mine.contains(key)) return false;
    const auto wanted = value_of(mine);
    const auto here = value_of(write::fields_of(before, seen_parent(before)));
    if (wanted == here) return false;
    if (file.was.empty()) return true;
    const auto was = value_of(file.was);
    if (wanted == was) return false;
    if (here != was) return changed_here_too(key);
    return true;
}

/// What it stands under from now on; nothing: it stays where it is.
Result<std::optional<Id>> FolderImport::find_move(const write::DocumentFile& file,
                                                  const write::Document& before) const
{
    const auto moves = says(file, before, "parent");
    if (!moves) return moves.error();
    if (*moves) return std::optional(*file.parent ? find_here(*file.parent) : Id{});
    // In another folder than it was: it moves when that is the folder of a document. That it is of
    // none says nothing, for its parent may not be among the files.
    const auto name = without_ending(file.name);
    const auto was = file.was.find("folder");
    const bool lies_elsewhere = was == file.was.end()
                                    ? name != names.at(before.id)
                                    : write::folder_mark(write::folder_of(name)) != was->second;
    if (!lies_elsewhere) return std::optional<Id>();
    const auto parent = find_parent(name);
    const auto here = seen_parent(before);
    if (!parent || parent == here || parent == before.id) return std::optional<Id>();
    if (file.was.empty()) return std::optional(parent);
    const auto then = file.was.find("parent");
    const auto stood = then == file.was.end() ? Id{} : Id::parse(then->second).value_or(Id{});
    if (find_here(stood) == parent) return std::optional<Id>(); // their folders moved together
    if (find_here(stood) != here) return changed_here_too("parent");
    return std::optional(parent);
}

/// Who is to read it from now on; nothing: it stays as it was.
Result<std::optional<write::RuleChange>>
FolderImport::find_rule_change(const write::DocumentFile& file, const write::Document& before) const
{
    // An older file does not tell what was closed since from what it opens.
    if (file.was.empty() && write::is_shut(before.rule)) return std::optional<write::RuleChange>();
    write::RuleChange wanted{before.rule, before.why, before.review_on, before.decides.id,
                             write::is_shut(before.rule) ? before.circle : Id{}};
    bool differs = false;
    for (const std::string_view key : {"rule", "why", "review_on", "readers", "decides"}) {
        const auto changed = says(file, before, key);
        if (!changed) return changed.error();
        if (!*changed) continue;
        if (key == "rule") wanted.rule = *file.rule;
        if (key == "why") wanted.why = *file.why;
        if (key == "review_on") wanted.review_on = parse_date(*file.review_on);
        if (key == "readers") wanted.readers = file.readers;
        if (key == "decides") {
            // Somebody of another hall, or who is gone: then it is who it was.
            if (!people::find_person(transaction, file.decides, viewer)) continue;
            wanted.decides = file.decides;
        }
        differs = true;
    }
    if (!differs) return std::optional<write::RuleChange>();
    return std::optional(std::move(wanted));
}

/// Title and purpose are lines, and not put together out of two.
Result<void> FolderImport::check_lines(const write::DocumentFile& file,
                                       const write::Document& before) const
{
    if (file.id != before.id || !file.version || *file.version == before.version) return {};
    const auto base =
        write::find_version(transaction, viewer.organisation, before.id, *file.version);
    if (!base) return Refusal::invalid("version", "There is no such version.");
    const auto clash = [](const std::string& was, const std::string& here, std::string_view mine) {
        const auto wanted = normalise_line(mine);
        return wanted != was && here != was && wanted != here;
    };
    if (clash(base->title, before.title, file.title)) return changed_here_too("title");
    if (file.purpose && clash(base->purpose, before.purpose, *file.purpose))
        return changed_here_too("purpose");
    return {};
}

/// What it links to hangs on it, once: the same bytes are the same file.
Hanging FolderImport::hang(const DocumentFolder::File& one, Id document)
{
    Hanging hanging{one.file.words, {}};
    if (one.links.empty()) return hanging;
    const auto there = document ? files::list_files_of(transaction, viewer.organisation, document)
                                : std::vector<files::File>{};
    std::map<std::string, std::string, std::less<>> paths;
    for (const auto& link : one.links) {
        const auto& attached = sent.attached.at(link.name);
        if (attached.file.hash.empty()) continue; // refused: nothing of all this stays
        const auto is_same = [&](const files::File& file) {
            return file.hash == attached.hash || file.hash == attached.file.hash;
        };
        if (const auto known = std::ranges::find_if(there, is_same); known != there.end()) {
            paths[link.name] = known->path();
            continue;
        }
        auto known = std::ranges::find_if(hanging.added, is_same);
        if (known == hanging.added.end()) {
            auto file = attached.file;
            file.id = ids.next(now);
            if (file.is_picture())
                file.alt = clip(normalise_line(link.alt), files::alt_characters_max);
            known = hanging.added.insert(hanging.added.end(), std::move(file));
        }
        paths[link.name] = known->path();
    }
    hanging.words = link_in(one.file, sent.names, [&](const std::string& name) {
        const auto path = paths.find(name);
        return path == paths.end() ? std::string() : path->second;
    });
    return hanging;
}

Result<Id> FolderImport::make(const DocumentFolder::File& one)
{
    const auto& file = one.file;
    const auto hanging = hang(one, {});
    auto html = one.html;
    if (!hanging.added.empty()) {
        auto rendered = write::render_words(hanging.words);
        if (!rendered) return rendered.error();
        html = *std::move(rendered);
    }
    const auto made = write::make_document(transaction, ids, now, viewer,
                                           {.text = {.title = file.title,
                                                     .purpose = file.purpose.value_or(""),
                                                     .words = hanging.words,
                                                     .said = std::string(said)},
                                            .home = circle,
                                            .parent = find_parent(file),
                                            .place = file.place.value_or(0),
                                            .rule = find_rule(file),
                                            .is_template = file.is_template.value_or(false)},
                                           html);
    if (!made) return made.error();
    if (auto hung = files::attach_files(transaction, viewer.organisation, made->id, made->id,
                                        hanging.added);
        !hung)
        return hung.error();
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

Result<void> FolderImport::change(const DocumentFolder::File& one, const write::Document& before)
{
    const auto& file = one.file;
    const auto hanging = hang(one, before.id);
    write::DocumentChange wanted;
    wanted.title = file.title;
    wanted.purpose = file.purpose;
    wanted.words = hanging.words;
    wanted.with_files = !hanging.added.empty();
    wanted.said = said;
    // Written on an older version it is put together with what came since.
    if (file.id == before.id) wanted.version = file.version;
    if (auto checked = check_lines(file, before); !checked) return checked.error();
    const auto places = says(file, before, "place");
    if (!places) return places.error();
    if (*places) wanted.place = file.place;
    const auto templates = says(file, before, "template");
    if (!templates) return templates.error();
    if (*templates) wanted.is_template = file.is_template;
    const auto asks = says(file, before, "confirm");
    if (!asks) return asks.error();
    if (*asks) wanted.confirm = file.confirm;
    const auto moves = find_move(file, before);
    if (!moves) return moves.error();
    if (*moves && file.parent && !**moves && *file.parent)
        return Refusal::invalid("parent",
                                "There is no such document in this circle that you can see.");
    wanted.parent = *moves;
    const auto rule = find_rule_change(file, before);
    if (!rule) return rule.error();
    const auto edited = write::edit_document(transaction, ids, now, viewer, before.id, wanted);
    if (!edited) return edited.error();
    if (!edited->conflict.empty()) {
        conflict_line = file.words_line + line_of_conflict(edited->conflict);
        return Refusal::conflict("Somebody changed the same words since this was taken out. Take "
                                 "it out again, and write yours into that.");
    }
    if (auto hung = files::attach_files(transaction, viewer.organisation, before.id, before.id,
                                        hanging.added);
        !hung)
        return hung.error();
    const auto& after = edited->document;
    bool differs = !hanging.added.empty() || after.version != before.version ||
                   after.parent != before.parent || after.place != before.place ||
                   after.is_template != before.is_template ||
                   after.confirm_from != before.confirm_from;
    if (*rule) {
        const auto ruled = write::change_rule(transaction, ids, now, viewer, before.id, **rule);
        if (!ruled) return ruled.error();
        differs = true;
    }
    ++(differs ? outcome.changed : outcome.unchanged);
    return {};
}

Result<void> FolderImport::take_file(const DocumentFolder::File& one)
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
        if (auto changed = change(one, *before); !changed) return changed.error();
    }
    seen.insert(id);
    taken.emplace(without_ending(one.file.name), id);
    if (one.file.id) came.emplace(one.file.id, id);
    return {};
}

void FolderImport::take(const DocumentFolder::File& one)
{
    conflict_line = 0;
    const auto took = take_file(one);
    if (took) return;
    const auto line = one.file.lines.find(took.error().field);
    outcome.errors.push_back(
        {one.file.name, took.error(),
         line == one.file.lines.end() ? conflict_line : std::int64_t{line->second}});
}

} // namespace

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
    FolderImport import(transaction, ids, now, viewer, circle, folder, said);
    auto& outcome = import.outcome;
    outcome.files = std::ssize(folder.files) + std::ssize(folder.errors);
    outcome.left_alone = folder.left_alone;
    outcome.errors = folder.errors;
    import.look(*tree, folder.files);
    for (const auto& one : folder.files) {
        if (outcome.errors.size() >= file_errors_told_max) break;
        import.take(one);
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
