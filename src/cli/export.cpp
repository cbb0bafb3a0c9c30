#include "cli/commands.hpp"

#include "cli/documents.hpp"
#include "cli/open.hpp"
#include "hall/backup.hpp"
#include "hall/carry.hpp"
#include "hall/carry_files.hpp"
#include "people/people.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>

namespace moothall::cli {

namespace {

constexpr const char* export_help =
    R"(Usage: moothall export --data DIR --output FILE [--url URL]
       moothall export documents --data DIR --output FILE [--circle C] [--without-files] [--url URL]

Writes all of an organisation into a zip: JSON lines, one file for each kind, and the files that
people attached, without secrets:
`moothall import moothall FILE --data DIR` makes the same hall of it. The second form writes the documents of a
circle (default: Everyone) as folders of Markdown, with the files that hang on them: `moothall import documents FILE --data DIR` brings them back.
)";

constexpr const char* backup_help =
    R"(Usage: moothall backup --data DIR --output FILE

Writes a copy to go back to, also while the server runs: the database, attached files and moothall.toml, in one zip. It holds
all secrets: keep it safe. On PostgreSQL it is an export (see moothall export), which `moothall import moothall`
brings back without passwords and tokens; for a copy with everything use the server's own pg_dump.
)";

constexpr const char* restore_help =
    R"(Usage: moothall restore --data DIR --input FILE

Makes a hall in DIR (absent or empty) from a backup, after the database and the log were checked. The hall is on
SQLite, as backups are. For one on PostgreSQL: pg_restore what pg_dump wrote, or bring an export into an empty
database with `moothall import moothall FILE --data DIR --database postgresql://…`.
)";

} // namespace

int export_command(Words words)
{
    const Arguments arguments(words, {"data", "output", "circle", "database", "url"},
                              {"without-files"});
    if (arguments.help()) {
        std::fputs(export_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    const auto output = arguments.value("output");
    const auto& rest = arguments.rest();
    const bool of_documents = rest.size() == 1 && rest.front() == "documents";
    if (!output || output->empty() || (!rest.empty() && !of_documents) ||
        (!of_documents && (arguments.value("circle") || arguments.has("without-files"))))
        return fail("export needs --output FILE; --help explains it.", wrong_usage);
    if (of_documents) return guarded([&] { return export_documents(arguments, *output); });
    return guarded([&] {
        int code = good;
        const auto hall = open_hall(arguments, code);
        if (!hall) return code;
        const auto organisation = choose_organisation(*hall, arguments);
        if (!organisation) return fail(sentence_of(organisation.error()));
        const files::Shelf shelf(hall::shelf_folder(hall->config.data_folder));
        const files::Shelf::Hold hold(shelf);
        hall->database->read([&](store::Transaction& transaction) {
            auto parts = hall::export_organisation(transaction, organisation->id);
            std::ranges::move(hall::export_files(transaction, organisation->id, shelf),
                              std::back_inserter(parts));
            hall::write_archive(*output, parts);
        });
        std::printf("Everything of %s is in %s.\n", organisation->name.c_str(), output->c_str());
        return good;
    });
}

int import_hall(const Arguments& arguments, const std::string& path)
{
    int code = good;
    auto config = find_config(arguments, code);
    if (!config) return code;
    const auto files = hall::open_export(path);
    if (!files) return fail(sentence_of(files.error()));
    FreshFolder fresh(config->data_folder);
    write_first_config(*config);
    OpenHall hall{.config = *config,
                  .database = store::Database::open(config->store_settings()),
                  .ids = nullptr,
                  .clock = {}};
    std::int64_t rows = 0;
    // The bytes of attached files come first, as they do when somebody attaches one.
    files::Shelf shelf(hall::shelf_folder(config->data_folder));
    if (const auto done = hall::import_files(path, shelf); !done)
        return fail(sentence_of(done.error()));
    hall.database->write([&](store::Transaction& transaction) {
        const auto done = hall::import_organisation(transaction, *files);
        if (!done) throw std::runtime_error(path + ": " + sentence_of(done.error()));
        for (const auto& [host, organisation] : people::list_organisations(transaction))
            if (const auto whole = hall::check_files(transaction, organisation.id, shelf); !whole)
                throw std::runtime_error(path + ": " + sentence_of(whole.error()));
        rows = *done;
    });
    // What waited for its seal there waits for it here: a server seals it when it starts.
    fresh.keep();
    std::printf("%lld rows came in. Nobody has a password or a token yet: moothall token --link "
                "lets the first owner in.\n",
                static_cast<long long>(rows));
    return good;
}

int backup_command(Words words)
{
    const Arguments arguments(words, {"data", "output", "database", "url"}, {});
    if (arguments.help()) {
        std::fputs(backup_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    const auto output = arguments.value("output");
    if (!output || output->empty() || !arguments.rest().empty())
        return fail("backup needs --output FILE; --help explains it.", wrong_usage);
    return guarded([&] {
        int code = good;
        const auto hall = open_hall(arguments, code);
        if (!hall) return code;
        if (hall->database->engine() == store::Engine::sqlite) {
            hall::write_backup(*hall->database, hall->config.data_folder, {}, *output);
            std::printf("The backup is %s. It holds all secrets of this hall: keep it safe.\n",
                        output->c_str());
            return good;
        }
        const auto organisation = choose_organisation(*hall, arguments);
        if (!organisation) return fail(sentence_of(organisation.error()));
        hall::write_backup(*hall->database, hall->config.data_folder, organisation->id, *output);
        std::printf("%s is an export of %s, without secrets: the database is PostgreSQL's, "
                    "whose own backup (pg_dump) is the one to go back to.\n",
                    output->c_str(), organisation->name.c_str());
        return good;
    });
}

int restore_command(Words words)
{
    const Arguments arguments(words, {"data", "input", "database"}, {});
    if (arguments.help()) {
        std::fputs(restore_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    const auto data = arguments.value("data");
    const auto input = arguments.value("input");
    if (!data || data->empty() || !input || input->empty() || !arguments.rest().empty())
        return fail("restore needs --data DIR and --input FILE.", wrong_usage);
    if (arguments.value("database"))
        return fail(
            "restore makes a hall on SQLite in --data DIR. On PostgreSQL, pg_restore what pg_dump "
            "wrote, or bring an export into an empty database: moothall import moothall FILE "
            "--data "
            "DIR --database URL.",
            wrong_usage);
    return guarded([&] {
        if (const auto done = hall::restore_backup(*input, *data); !done)
            return fail(sentence_of(done.error()));
        std::printf("The hall stands in %s again, and its log is whole.\n", data->c_str());
        return good;
    });
}

} // namespace moothall::cli
