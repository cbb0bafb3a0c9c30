// How a customer of the sample company and the company agreed to work together, as loop.txt has it.

#include "sample/plan.hpp"

#include "act/act.hpp"

namespace moothall::sample {

namespace {

std::string lines_of(const Block& block, std::string_view field)
{
    std::string words;
    for (const auto& line : block.all(field)) words += (words.empty() ? "" : "\n\n") + line;
    return words;
}

} // namespace

std::vector<Step> plan_agreements(Cast& cast)
{
    using namespace std::chrono_literals;
    std::vector<Step> steps;
    for (const auto& block : cast.script.blocks) {
        if (block.kind != "agreement") continue;
        const auto agreement = std::make_shared<Id>();
        steps.push_back(
            {cast.day(block.number("at")) + 9h, [&cast, &block, agreement](Time at) {
                 const auto& title = block.text("title");
                 const auto words = lines_of(block, "line");
                 const auto year = Date{std::chrono::floor<std::chrono::days>(at)}.year();
                 *agreement =
                     must(act::write_agreement(cast.transaction, cast.ids, at,
                                               cast.viewer(block.text("by")),
                                               {.title = title,
                                                .words = words,
                                                .circle = cast.circle(block.text("circle")),
                                                .year = static_cast<int>(year),
                                                .review = cast.date(block.number("review")),
                                                .links = {}},
                                               must(write::render_words(words), title)),
                          title)
                         .id;
             }});
        auto at = cast.day(block.number("at")) + 9h;
        for (const auto& key : block.all("signed"))
            steps.push_back({at += 2h, [&cast, &block, agreement, key](Time then) {
                                 must(act::sign_agreement(cast.transaction, cast.ids, then,
                                                          cast.viewer(key), *agreement, 1),
                                      block.text("title"));
                             }});
        add_replies(cast, steps, block, agreement);
        // What one side would have otherwise now: it waits for the other.
        steps.push_back(
            {cast.day(block.number("changed")) + 11h, [&cast, &block, agreement](Time at) {
                 const auto words = lines_of(block, "newer");
                 must(act::change_agreement(cast.transaction, cast.ids, at,
                                            cast.viewer(block.text("by")), *agreement,
                                            {.title = {},
                                             .words = words,
                                             .said = block.text("said"),
                                             .review = {},
                                             .links = {},
                                             .version = {}},
                                            must(write::render_words(words), block.text("title"))),
                      block.text("title"));
             }});
    }
    return steps;
}

} // namespace moothall::sample
