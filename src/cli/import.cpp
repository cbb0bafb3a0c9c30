#include "cli/commands.hpp"

#include "cli/documents.hpp"
#include "cli/git_history.hpp"
#include "cli/open.hpp"
#include "decide/decide.hpp"
#include "hall/archive.hpp"
#include "hear/import_csv.hpp"
#include "hear/import_formats.hpp"
#include "people/founding.hpp"
#include "people/people.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

namespace moothall::cli {

namespace {

constexpr const char* import_help =
    R"(Usage: moothall import csv FILE --data DIR [--map FIELD=COLUMN]... [--status WORD=STATUS]... [--circle C]
           [--source NAME] [--dry-run] [--url URL]
       moothall import fider|quackback|github|canny|uservoice|discourse FILE --data DIR [--status WORD=STATUS]...
           [--circle C] [--dry-run]
       moothall import polis FOLDER --question TEXT --data DIR [--circle C] [--url URL]
       moothall import git REPOSITORY --data DIR [--name NAME] [--circle C] [--dry-run] [--url URL]
       moothall import documents ZIP-OR-FOLDER --data DIR [--circle C] [--dry-run] [--url URL]
       moothall import moothall FILE --data DIR

Brings in what people said elsewhere. The same file twice changes nothing: rows are known by their column id
or source_id, whatever the file is called, or by the file's name with their number and text.

  --map FIELD=COLUMN  which column holds title, body, kind, status, tags, author_name, author_email, votes,
                      created, id or circle, where its header does not say so
  --status WORD=STATUS  which status here a word for a status there becomes: by its name, or open, under_review,
                      planned, started, done, declined; --dry-run lists the words with what they become
  --circle C          a circle by name or id (default: Everyone)
  --source NAME       keeps the ids of this table apart from those of others, where two programs number alike
  --dry-run           says what would happen, and changes nothing

Rows that cannot come in are named on stderr with their line; the rest comes in.
The second form reads what another program exports: FILE is its table (CSV), its JSON, a zip of them, or a
folder. Authors and voters become people who may claim what they said; votes of whom nobody is named are counted
apart. The third form makes a conversation of what Polis exports: comments.csv (or statements.csv) and votes.csv (or
participants-votes.csv, matrix.csv) in FOLDER. In them 1 agrees and -1 disagrees; where the counts of the
statements say otherwise, the votes are turned round. The fourth form reads who wrote which folders and files of a git repository (its HEAD), for the pages
under /code/NAME (default: the folder's name); the circle says who sees them (default: that of the company), and
the same repository again replaces what it said before. The fifth form writes Markdown into the tree of a
circle's documents, as new versions: what moothall export documents wrote, or any folder of .md files; all or
nothing, and what is wrong is named with its file. The last form makes a hall in DIR (absent or empty) of what moothall export wrote.
)";

Result<std::string> read_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path))
        return Refusal::invalid("file", "cannot read {1}.").with(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

void print_report(const hear::ImportReport& report, bool dry_run)
{
    for (const auto& row : report.refused)
        std::fprintf(stderr, "line %zu: %s\n", row.line, row.sentence.c_str());
    for (const auto& [field, column] : report.columns)
        std::printf("%s is read from the column \"%s\"\n", field.c_str(), column.c_str());
    for (const auto& column : report.left_alone)
        std::printf("the column \"%s\" is left alone\n", column.c_str());
    for (const auto& row : report.preview)
        std::printf("line %zu: [%s, %s] %s%s%s\n", row.line, row.kind.c_str(), row.status.c_str(),
                    row.title.c_str(), row.author.empty() ? "" : ", by ", row.author.c_str());
    std::printf("%lld rows: %lld %s, %lld known already and left as they stand, %zu refused; %lld "
                "new people\n",
                static_cast<long long>(report.rows), static_cast<long long>(report.made),
                dry_run ? "would come in" : "came in", static_cast<long long>(report.unchanged),
                report.refused.size(), static_cast<long long>(report.people));
}

void print_statuses(std::string_view text, const hear::ImportWish& wish,
                    const std::vector<hear::Status>& statuses)
{
    const auto words = hear::list_statuses_there(text, wish, statuses);
    if (!words) return; // the report says why
    for (const auto& one : *words) {
        const auto id = Id::parse(one.becomes);
        const auto* status = id ? hear::find_status(statuses, *id) : nullptr;
        std::printf("the status \"%s\" of %lld rows %s%s%s\n", one.word.c_str(),
                    static_cast<long long>(one.rows), status ? "becomes \"" : "is none of ours",
                    status ? status->name.c_str() : "", status ? "\"" : "");
    }
}

/// The files of an export: one, those of a zip, or those of a folder.
Result<std::vector<hear::ExportedFile>> read_exported(const std::string& path)
{
    constexpr std::size_t unpacked_bytes_max = std::size_t{1} << 30;
    std::vector<hear::ExportedFile> files;
    if (std::filesystem::is_directory(path)) {
        for (const auto& entry : std::filesystem::directory_iterator(path)) {
            if (!entry.is_regular_file()) continue;
            auto text = read_file(entry.path().string());
            if (!text) return text.error();
            files.emplace_back(entry.path().filename().string(), *std::move(text));
        }
        std::ranges::sort(files);
        return files;
    }
    if (path.ends_with(".zip")) return hall::read_archive(path, unpacked_bytes_max);
    auto text = read_file(path);
    if (!text) return text.error();
    files.emplace_back(std::filesystem::path(path).filename().string(), *std::move(text));
    return files;
}

Result<std::string> read_rows(const std::string& format, const std::string& path)
{
    if (format == "csv") return read_file(path);
    const auto files = read_exported(path);
    if (!files) return files.error();
    return hear::read_export(format, *files);
}

int import_rows(const Arguments& arguments, const std::string& format, const std::string& path)
{
    hear::ImportWish wish;
    // An export of another program is known by the program, and rows with ids of any table by their
    // ids: a newer one brings in what is new, whatever its file is called.
    wish.origin =
        "csv:" + (format == "csv" ? std::filesystem::path(path).filename().string() : format);
    const auto named = arguments.value("source");
    wish.source = named ? "csv:" + *named : format == "csv" ? "csv" : wish.origin;
    wish.dry_run = arguments.has("dry-run");
    for (const auto& map : arguments.values("map")) {
        const auto equals = map.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail("--map takes FIELD=COLUMN, as in --map body=Comment.", wrong_usage);
        wish.columns.emplace_back(map.substr(0, equals), map.substr(equals + 1));
    }
    for (const auto& map : arguments.values("status")) {
        const auto equals = map.rfind('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == map.size())
            return fail("--status takes WORD=STATUS, as in --status \"On the list=planned\".",
                        wrong_usage);
        wish.statuses.emplace_back(map.substr(0, equals), map.substr(equals + 1));
    }
    const auto refuse = [&path](const Refusal& refusal) {
        // What cannot be read is named in the sentence.
        const auto sentence = sentence_of(refusal);
        if (refusal.field == "map") return fail("--map: " + sentence, wrong_usage);
        return fail(refusal.field == "file" ? sentence : path + ": " + sentence);
    };
    const auto text = read_rows(format, path);
    if (!text) return refuse(text.error());
    int code = good;
    const auto hall = open_hall(arguments, code);
    if (!hall) return code;
    const auto organisation = choose_organisation(*hall, arguments);
    if (!organisation) return fail(sentence_of(organisation.error()));
    const auto viewer = hall->database->read(
        [&](store::Transaction& transaction) { return find_owner(transaction, *organisation); });
    if (!viewer) return fail(sentence_of(viewer.error()));
    const auto circle = choose_circle(*hall, *organisation, arguments);
    if (!circle) return fail(sentence_of(circle.error()));
    wish.circle = *circle;
    const auto statuses = hall->database->read([&](store::Transaction& transaction) {
        return hear::list_statuses(transaction, organisation->id);
    });
    for (const auto& [word, status] : wish.statuses)
        if (hear::find_status(statuses, status) == nullptr)
            return fail("--status: there is no status \"" + status + "\" here.", wrong_usage);
    if (!wish.dry_run) seal_what_waits(*hall);
    const auto report = hear::import_csv(*hall->database, *hall->ids, hall->clock, *viewer, *text,
                                         wish, [](const hear::ImportReport& so_far) {
                                             std::fprintf(stderr, "%lld rows …\n",
                                                          static_cast<long long>(so_far.rows));
                                         });
    if (!report) return refuse(report.error());
    seal_what_waits(*hall);
    if (wish.dry_run) print_statuses(*text, wish, statuses);
    print_report(*report, wish.dry_run);
    if (!report->refused.empty() && report->made == 0 && report->unchanged == 0)
        return fail("no row of " + path + " could come in.");
    return good;
}

/// The first of these files that is in the folder; empty: none.
std::string find_file(const std::string& folder, std::initializer_list<const char*> names)
{
    for (const auto* name : names)
        if (const auto path = std::filesystem::path(folder) / name; std::filesystem::exists(path))
            return path.string();
    return {};
}

int import_conversation(const Arguments& arguments, const std::string& folder)
{
    const auto question = arguments.value("question");
    if (!question) return fail("import polis needs --question: what was asked.", wrong_usage);
    const auto statements = find_file(folder, {"comments.csv", "statements.csv"});
    const auto votes = find_file(folder, {"votes.csv", "participants-votes.csv", "matrix.csv"});
    if (statements.empty() || votes.empty())
        return fail("there is no comments.csv with votes.csv in " + folder + ".");
    const auto statement_text = read_file(statements);
    if (!statement_text) return fail(sentence_of(statement_text.error()));
    const auto vote_text = read_file(votes);
    if (!vote_text) return fail(sentence_of(vote_text.error()));
    const auto files = decide::read_polis(*statement_text, *vote_text);
    if (!files)
        return fail((files.error().field == "votes" ? votes : statements) + ": " +
                    sentence_of(files.error()));
    if (files->reversed)
        std::fputs("moothall: judging by the counts of the statements, 1 means disagree in these "
                   "votes; they were read that way.\n",
                   stderr);
    int code = good;
    const auto hall = open_hall(arguments, code);
    if (!hall) return code;
    const auto organisation = choose_organisation(*hall, arguments);
    if (!organisation) return fail(sentence_of(organisation.error()));
    seal_what_waits(*hall);
    decide::NewConversation wanted;
    wanted.question = *question;
    std::string refused;
    std::string path;
    // One transaction: half a conversation would have other groups.
    hall->database->write([&](store::Transaction& transaction) {
        refused.clear();
        const auto viewer = find_owner(transaction, *organisation);
        if (!viewer) {
            refused = sentence_of(viewer.error());
            return;
        }
        if (const auto name = arguments.value("circle")) {
            const auto circle = people::find_circle_by_name(transaction, organisation->id, *name);
            if (!circle) {
                refused = "there is no circle \"" + *name + "\".";
                return;
            }
            wanted.circle = circle->id;
        }
        const auto begun = decide::bring_in_polis(transaction, *hall->ids, hall->clock.now(),
                                                  *viewer, wanted, {}, *files);
        if (!begun)
            refused = sentence_of(begun.error());
        else
            path = begun->path();
    });
    if (!refused.empty()) return fail(refused);
    std::printf("%zu people, %zu votes, %zu statements: %s\n", files->votes.participants(),
                files->votes.votes(), files->statements.size(), path.c_str());
    return good;
}

/// "moothall" of "/srv/git/moothall.git/".
std::string name_of_repository(const std::string& path)
{
    auto folder = std::filesystem::absolute(path).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    if (folder.filename() == ".git") folder = folder.parent_path();
    return folder.extension() == ".git" ? folder.stem().string() : folder.filename().string();
}

int import_code(const Arguments& arguments, const std::string& path)
{
    const auto history = read_git_history(path);
    if (!history) return fail(sentence_of(history.error()));
    const auto name = arguments.value("name").value_or(name_of_repository(path));
    int code = good;
    const auto hall = open_hall(arguments, code);
    if (!hall) return code;
    const auto organisation = choose_organisation(*hall, arguments);
    if (!organisation) return fail(sentence_of(organisation.error()));
    if (arguments.has("dry-run")) {
        std::set<std::string> people;
        for (const auto& part : history->parts)
            for (const auto& share : part.shares) people.insert(share.email);
        std::printf("%lld commits, %zu folders and files, %zu people would come in as %s\n",
                    static_cast<long long>(history->commits), history->parts.size(), people.size(),
                    name.c_str());
        return good;
    }
    seal_what_waits(*hall);
    std::string refused;
    organise::CodeReport report;
    // One transaction: nobody sees half a repository.
    hall->database->write([&](store::Transaction& transaction) {
        refused.clear();
        const auto viewer = find_owner(transaction, *organisation);
        if (!viewer) {
            refused = sentence_of(viewer.error());
            return;
        }
        Id circle;
        if (const auto wanted = arguments.value("circle")) {
            const auto found = people::find_circle_by_name(transaction, organisation->id, *wanted);
            if (!found) {
                refused = "there is no circle \"" + *wanted + "\".";
                return;
            }
            circle = found->id;
        }
        const auto saved = organise::save_code(transaction, *hall->ids, hall->clock.now(), *viewer,
                                               name, circle, *history);
        if (!saved)
            refused = sentence_of(saved.error());
        else
            report = *saved;
    });
    if (!refused.empty()) return fail(refused);
    seal_what_waits(*hall);
    std::printf("%lld commits, %lld folders, %lld files, %lld people of whom %lld are new: "
                "/code/%s\n",
                static_cast<long long>(history->commits), static_cast<long long>(report.folders),
                static_cast<long long>(report.files), static_cast<long long>(report.people),
                static_cast<long long>(report.new_people), name.c_str());
    return good;
}

} // namespace

int import_command(Words words)
{
    const Arguments arguments(
        words, {"data", "map", "status", "circle", "source", "question", "name", "database", "url"},
        {"dry-run"});
    if (arguments.help()) {
        std::fputs(import_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (arguments.rest().size() != 2)
        return fail("import needs a format and a file: moothall import csv FILE --data DIR.",
                    wrong_usage);
    const auto& format = arguments.rest()[0];
    const auto& path = arguments.rest()[1];
    const auto& formats = hear::import_formats();
    if (format == "csv" || std::ranges::find(formats, format) != formats.end())
        return guarded([&] { return import_rows(arguments, format, path); });
    if (format == "polis") return guarded([&] { return import_conversation(arguments, path); });
    if (format == "git") return guarded([&] { return import_code(arguments, path); });
    if (format == "documents") return guarded([&] { return import_documents(arguments, path); });
    if (format == "moothall") return guarded([&] { return import_hall(arguments, path); });
    return fail("there is no format \"" + format +
                    "\": csv, polis, git, documents, moothall, fider, quackback, github, canny, "
                    "uservoice or "
                    "discourse.",
                wrong_usage);
}

} // namespace moothall::cli
