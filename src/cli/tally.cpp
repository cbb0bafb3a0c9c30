#include "cli/tally.hpp"

#include "cli/arguments.hpp"
#include "cli/open.hpp"
#include "decide/tally/box_export.hpp"
#include "text/json.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace moothall::cli {

namespace {

constexpr const char* tally_help =
    R"(Usage: moothall tally EXPORT [--json]

Counts a closed decision again from its published ballots, and says whether the count and the root
of the ballot box are what was published. No hall is needed, and nothing is asked of one.

  EXPORT             the ballots of a decision, as its page or GET /api/v1/decisions/ID/ballots
                     hands them out
  --json             print the recount as JSON and nothing else
)";

void print_summary(const decide::BoxExport& box, const decide::Recount& again)
{
    std::printf("%s\n%zu %s, counted by %s: %s (%s).\n", box.title.c_str(), box.ballots.size(),
                box.ballots.size() == 1 ? "ballot" : "ballots",
                std::string(to_text(box.rules.method)).c_str(),
                again.count.passes() ? "passed" : "did not pass",
                std::string(to_text(again.count.why)).c_str());
    for (const auto winner : again.count.winners)
        std::printf("  chosen: %s\n", box.rules.options[winner].c_str());
    for (std::size_t at = 0; at < again.count.electorates.size(); ++at) {
        const auto& one = again.count.electorates[at];
        std::printf("  circle %s: %lld of %lld voted, %lld of %lld in favour, %s\n",
                    box.circles[at].c_str(), static_cast<long long>(one.ballots),
                    static_cast<long long>(one.members), static_cast<long long>(one.backing),
                    static_cast<long long>(one.backing_of), std::string(to_text(one.why)).c_str());
    }
    std::printf("root %s\n", again.root.c_str());
}

} // namespace

int tally_command(std::span<const std::string_view> words)
{
    const Arguments arguments(words, {}, {"json"});
    if (arguments.help()) {
        std::fputs(tally_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (arguments.rest().size() != 1)
        return fail("give one file with the ballots of a decision; moothall tally --help says more",
                    wrong_usage);
    const auto& path = arguments.rest().front();
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(path + " cannot be read.");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto box = decide::parse_box(text);
    if (!box) return fail(path + ": " + sentence_of(box.error()));
    const auto again = decide::recount(*box);
    if (!again) return fail(path + ": " + sentence_of(again.error()));
    if (arguments.has("json")) {
        JsonWriter json;
        json.begin_object().field("decision", box->decision).field("agrees", again->agrees());
        json.field("root", again->root).field("root_agrees", again->same_root);
        json.field("result_agrees", again->same_result).key("result").raw(again->result);
        std::puts(json.end_object().take().c_str());
    } else {
        print_summary(*box, *again);
    }
    if (!again->same_root)
        return fail("the ballots do not have the root that was published: one was changed, added, "
                    "taken out or moved.");
    if (!again->same_result) return fail("the ballots do not give the result that was published.");
    return good;
}

} // namespace moothall::cli
