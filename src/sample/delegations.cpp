// Votes that were handed on, as the end of loop.txt tells it.

#include "sample/plan.hpp"

#include "base/invariant.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"

#include <algorithm>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

Id find_tag(Cast& cast, const std::string& name)
{
    const auto tags = hear::list_tags(cast.transaction, cast.organisation);
    const auto found = std::ranges::find(tags, name, &hear::Tag::name);
    invariant(found != tags.end(), "a vote of the sample is handed on by a tag that voices have");
    return found->id;
}

} // namespace

std::vector<Step> plan_delegations(Cast& cast)
{
    std::vector<Step> steps;
    for (const auto& block : cast.script.blocks) {
        if (block.kind != "delegation") continue;
        const auto id = std::make_shared<Id>();
        const auto given = cast.day(block.number("at")) + 9h;
        steps.push_back(
            {given, [&cast, &block, id](Time at) {
                 const decide::NewDelegation wanted{.to = cast.person(block.text("to")),
                                                    .topic = decide::Topic::tag,
                                                    .topic_id = find_tag(cast, block.text("tag")),
                                                    .until = cast.day(-block.number("until"))};
                 *id = must(decide::hand_over_vote(cast.transaction, cast.ids, at,
                                                   cast.viewer(block.text("from")), wanted),
                            "a vote handed on by " + block.text("from"))
                           .id;
             }});
        if (!block.has("accepted")) continue;
        steps.push_back({cast.day(block.number("accepted")) + 18h, [&cast, &block, id](Time at) {
                             must(decide::accept_delegation(cast.transaction, cast.ids, at,
                                                            cast.viewer(block.text("to")), *id),
                                  "a vote taken by " + block.text("to"));
                         }});
    }
    return steps;
}

} // namespace moothall::sample
