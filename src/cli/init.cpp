#include "cli/commands.hpp"

#include "cli/open.hpp"
#include "hall/carry_files.hpp"
#include "hear/hear.hpp"
#include "people/founding.hpp"
#include "people/people.hpp"
#include "sample/sample.hpp"

#include <cstdio>
#include <filesystem>

namespace moothall::cli {

namespace {

constexpr const char* init_help =
    R"(Usage: moothall init --data DIR --name NAME --owner EMAIL [--url URL] [--sample]

Makes a hall in DIR (created, or empty). On a folder that holds a hall already, another --name and --url
add an organisation to it. Prints the owner's API token on the last line, once.

  --data DIR        the folder of the hall
  --name NAME       what the organisation is called
  --owner EMAIL     the first owner; she signs in by a code, or by the link that `token --link` prints
  --url URL         where people reach it: https://hall.example (default http://127.0.0.1:8080)
  --database URL    postgresql://… instead of a file in DIR
  --sample          fill it with the sample company, to look around
)";

/// Whether DIR may become a hall: absent, empty, or one already.
bool is_ready(const std::filesystem::path& folder, bool& is_hall)
{
    is_hall = std::filesystem::exists(folder / "moothall.toml") ||
              std::filesystem::exists(folder / "moothall.db");
    if (is_hall || !std::filesystem::exists(folder)) return true;
    return std::filesystem::is_directory(folder) && std::filesystem::is_empty(folder);
}

} // namespace

int init_command(Words words)
{
    const Arguments arguments(words, {"data", "name", "owner", "url", "database"}, {"sample"});
    if (arguments.help()) {
        std::fputs(init_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (!arguments.rest().empty())
        return fail("init takes options only; --help lists them.", wrong_usage);
    for (const std::string_view needed : {"data", "name", "owner"})
        if (!arguments.value(needed) || arguments.value(needed)->empty())
            return fail("init needs --" + std::string(needed) + "; --help explains it.",
                        wrong_usage);

    const people::NewOrganisation wanted{
        .name = *arguments.value("name"),
        .url = arguments.value("url").value_or("http://127.0.0.1:8080"),
        .owner_email = *arguments.value("owner"),
        .sample = arguments.has("sample")};
    if (const auto checked = people::check_organisation(wanted); !checked)
        return fail("--" + checked.error().field + ": " + sentence_of(checked.error()),
                    wrong_usage);

    return guarded([&] {
        const std::filesystem::path folder = *arguments.value("data");
        bool is_hall = false;
        if (!is_ready(folder, is_hall))
            return fail(folder.string() + " is neither empty nor a hall. Choose another folder.");
        if (is_hall && !arguments.value("url"))
            return fail(folder.string() +
                        " holds a hall already. To add an organisation, say its --url too.");
        FreshFolder fresh(folder);
        int code = good;
        auto config = find_config(arguments, code);
        if (!config) return code;
        write_first_config(*config);

        OpenHall hall{.config = *config,
                      .database = store::Database::open(config->store_settings()),
                      .ids = std::make_unique<IdSource>(std::uint16_t{999}),
                      .clock = {}};
        auto& ids = *hall.ids;
        const auto now = hall.clock.now();
        const auto made = hall.database->write([&](store::Transaction& transaction) {
            // The sample looks back on a year and a half.
            const auto begun = arguments.has("sample") ? now - sample::history : now;
            const auto founded = people::create_organisation(transaction, ids, begun, wanted);
            if (!founded) throw std::runtime_error(sentence_of(founded.error()));
            const auto organisation = founded->organisation.id;
            hear::create_default_statuses(transaction, ids, begun, organisation);
            if (arguments.has("sample")) {
                files::Shelf shelf(hall::shelf_folder(config->data_folder));
                sample::fill_sample(transaction, ids, now, *founded, shelf);
            }
            return people::make_api_token(transaction, ids, now, organisation, founded->owner.id,
                                          "made by init");
        });
        seal_what_waits(hall); // the sample's history
        fresh.keep();
        std::printf("The hall of %s stands in %s.\nStart it with: moothall serve --data %s\n"
                    "The owner's API token, shown this once:\n%s\n",
                    arguments.value("name")->c_str(), folder.c_str(), folder.c_str(), made.c_str());
        return good;
    });
}

} // namespace moothall::cli
