#include "cli/commands.hpp"

#include "cli/arguments.hpp"
#include "cli/equal_shares.hpp"
#include "cli/model.hpp"
#include "cli/opinions.hpp"
#include "cli/signals.hpp"
#include "cli/similar.hpp"
#include "cli/tally.hpp"
#include "cli/themes.hpp"
#include "cli/who_knows.hpp"

#include <array>
#include <cstdio>

namespace moothall::cli {

namespace {

struct Command {
    std::string_view name;
    std::string_view summary;
    int (*run)(Words words);
};

constexpr std::array commands{
    Command{"init", "make a hall in a folder, or add an organisation to one", init_command},
    Command{"serve", "answer browsers and programs", serve_command},
    Command{"token", "make an API token for a person", token_command},
    Command{"import", "bring in voices from a file, or a whole hall", import_command},
    Command{"export", "write everything into a file that other programs can read", export_command},
    Command{"backup", "write a copy to go back to, while the server runs", backup_command},
    Command{"restore", "make a hall from a backup", restore_command},
    Command{"audit", "check that nobody changed the log", audit_command},
    Command{"themes", "find the themes in a file of texts", themes_command},
    Command{"similar", "find what was said before in a file of texts", similar_command},
    Command{"signals", "find what is suddenly spoken of more in a file of texts", signals_command},
    Command{"who-knows", "find who knows about something, from what they wrote", who_knows_command},
    Command{"opinions", "find opinion groups in a file of votes", opinions_command},
    Command{"equal-shares", "share a budget fairly between projects", equal_shares_command},
    Command{"greedy", "the same budget by most votes", greedy_command},
    Command{"tally", "count the published ballots of a decision again", tally_command},
};

void print_help()
{
    std::puts(
        "moothall: one place where a company and the people it serves run the company together.\n\n"
        "Usage: moothall COMMAND [OPTIONS]      moothall COMMAND --help\n");
    for (const auto& command : commands)
        std::printf("  %-14.*s %.*s\n", static_cast<int>(command.name.size()), command.name.data(),
                    static_cast<int>(command.summary.size()), command.summary.data());
    std::puts("\n  --version      print the version, and which word tables are read");
}

/// The program, and the word tables that it would read: they too decide what it answers.
void print_version()
{
    std::puts("moothall " MOOTHALL_VERSION);
    for (const auto table : {sense::english_table, sense::table_of_six_languages}) {
        const auto path = sense::find_model(table);
        std::printf("word table %.*s %s\n", static_cast<int>(table.size()), table.data(),
                    path ? sense::checksum_of_file(*path).c_str() : "is missing");
    }
}

} // namespace

int run(Words words)
{
    if (words.empty()) {
        print_help();
        return wrong_usage;
    }
    const auto name = words.front();
    if (name == "--help" || name == "-h" || name == "help") {
        print_help();
        return good;
    }
    if (name == "--version") {
        print_version();
        return good;
    }
    for (const auto& command : commands)
        if (command.name == name) return command.run(words.subspan(1));
    return fail("there is no command \"" + std::string(name) + "\"; moothall --help lists them.",
                wrong_usage);
}

} // namespace moothall::cli
