#include "cli/commands.hpp"

#include "cli/open.hpp"
#include "people/founding.hpp"
#include "people/people.hpp"
#include "record/record.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

namespace moothall::cli {

namespace {

constexpr const char* audit_help = R"(Usage: moothall audit --data DIR [--head FILE] [--url URL]

Checks the log of every organisation (or of the one at --url): that no event was changed, removed, inserted
or put elsewhere since it was sealed, and that no organisation is gone. Prints the current head on the last
line; with several organisations one for each, with its id. Keep what it prints outside of this machine, and
give it back with --head to find a log that was cut or replaced as a whole.

  --head FILE       what an earlier audit printed, all of it or the lines with heads
)";

/// The heads of an earlier audit: of organisations by their id, and one without.
struct KnownHeads {
    std::map<Id, std::string> of;
    std::string only;
};

/// Takes the lines that are heads ("12:9f86d0…", of several organisations with the id after it).
KnownHeads read_heads(std::istream& file)
{
    KnownHeads heads;
    for (std::string line; std::getline(file, line);) {
        line.erase(line.find_last_not_of(" \r") + 1);
        const auto digits = line.find_first_not_of("0123456789");
        if (digits == 0 || digits == std::string::npos || line[digits] != ':') continue;
        const auto space = line.find(' ');
        if (space == std::string::npos)
            heads.only = line;
        else if (const auto id = Id::parse(std::string_view(line).substr(space + 1)))
            heads.of[*id] = line.substr(0, space);
    }
    return heads;
}

} // namespace

int audit_command(Words words)
{
    const Arguments arguments(words, {"data", "head", "database", "url"}, {});
    if (arguments.help()) {
        std::fputs(audit_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (!arguments.rest().empty())
        return fail("audit takes options only; --help lists them.", wrong_usage);

    return guarded([&] {
        KnownHeads known;
        if (const auto path = arguments.value("head")) {
            std::ifstream file(*path);
            if (!file) return fail("cannot read " + *path + ".");
            known = read_heads(file);
            if (known.of.empty() && known.only.empty()) return fail(*path + " holds no head.");
        }
        int code = good;
        const auto hall = open_hall(arguments, code);
        if (!hall) return code;
        auto organisations = hall->database->read(people::list_organisations);
        const auto lost = hall->database->read(people::list_lost_organisations);
        if (!lost.empty())
            return fail("The organisation " + lost.front().text() +
                        " is gone, or its host, and the log still names it.");
        if (organisations.empty())
            return fail("There is no organisation in this hall, and so nothing to check.");
        for (const auto& [id, head] : known.of)
            if (std::ranges::none_of(organisations,
                                     [&id](const auto& entry) { return entry.second.id == id; }))
                return fail("The organisation " + id.text() +
                            " of the head you keep is gone from this hall.");
        if (arguments.has(url_option) || !known.only.empty()) {
            const auto chosen = choose_organisation(*hall, arguments);
            if (!chosen) return fail(sentence_of(chosen.error()));
            std::erase_if(organisations,
                          [&](const auto& entry) { return entry.second.id != chosen->id; });
        }
        const bool several = std::ranges::any_of(organisations, [&](const auto& entry) {
            return entry.second.id != organisations.front().second.id;
        });
        std::string heads;
        Id last;
        for (const auto& [host, organisation] : organisations) {
            if (organisation.id == last) continue; // one organisation with two hosts
            last = organisation.id;
            const auto kept = known.of.find(organisation.id);
            const auto& known_head = kept == known.of.end() ? known.only : kept->second;
            const auto result = hall->database->read([&](store::Transaction& transaction) {
                return record::audit(transaction, organisation.id, known_head);
            });
            if (!result.fault.empty()) return fail(organisation.name + ": " + result.fault);
            std::printf(
                "%s: %lld sealed events are as they were; %lld younger ones wait for their seal.\n",
                organisation.name.c_str(), static_cast<long long>(result.events),
                static_cast<long long>(result.unsealed));
            heads += result.head.empty() ? "0:" : result.head;
            if (several) heads += ' ' + organisation.id.text();
            heads += '\n';
        }
        std::fputs(heads.c_str(), stdout);
        return good;
    });
}

} // namespace moothall::cli
