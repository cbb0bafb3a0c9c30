#include "cli/commands.hpp"

#include "cli/open.hpp"
#include "people/people.hpp"
#include "record/record.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace moothall::cli {

namespace {

constexpr const char* audit_help = R"(Usage: moothall audit --data DIR [--head FILE] [--url URL]

Checks the log of every organisation (or of the one at --url): that no event was changed, removed, inserted
or put elsewhere since it was sealed. Prints the current head on the last line (with several organisations,
on the line after each); keep it outside of this machine, and give it back with --head to find a log that
was cut or replaced as a whole.

  --head FILE       what an earlier audit printed; its last line counts
)";

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
        std::string known_head;
        if (const auto path = arguments.value("head")) {
            std::ifstream file(*path);
            if (!file) return fail("cannot read " + *path + ".");
            known_head.assign(std::istreambuf_iterator<char>(file), {});
            known_head.erase(known_head.find_last_not_of(" \r\n") + 1);
            known_head.erase(0, known_head.find_last_of('\n') + 1);
            if (known_head.empty()) return fail(*path + " holds no head.");
        }
        int code = good;
        const auto hall = open_hall(arguments, code);
        if (!hall) return code;
        auto organisations = hall->database->read(people::list_organisations);
        if (arguments.has(url_option) || !known_head.empty()) {
            const auto chosen = choose_organisation(*hall, arguments);
            if (!chosen) return fail(sentence_of(chosen.error()));
            std::erase_if(organisations,
                          [&](const auto& entry) { return entry.second.id != chosen->id; });
        }
        Id last;
        for (const auto& [host, organisation] : organisations) {
            if (organisation.id == last) continue; // one organisation with two hosts
            last = organisation.id;
            const auto result = hall->database->read([&](store::Transaction& transaction) {
                return record::audit(transaction, organisation.id, known_head);
            });
            if (!result.fault.empty()) return fail(organisation.name + ": " + result.fault);
            std::printf(
                "%s: %lld sealed events are as they were; %lld younger ones wait for their seal.\n",
                organisation.name.c_str(), static_cast<long long>(result.events),
                static_cast<long long>(result.unsealed));
            std::printf("%s\n", result.head.empty() ? "0:" : result.head.c_str());
        }
        return good;
    });
}

} // namespace moothall::cli
