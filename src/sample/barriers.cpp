// What people of the sample company could not do, and what was done about it, as loop.txt has it.

#include "sample/plan.hpp"

#include "organise/organise.hpp"

namespace moothall::sample {

void add_replies(Cast& cast, std::vector<Step>& steps, const Block& block,
                 const std::shared_ptr<Id>& thing)
{
    using namespace std::chrono_literals;
    for (const auto& line : block.all("reply")) {
        const auto [day, rest] = first_word(line);
        const auto [who, words] = first_word(rest);
        steps.push_back(
            {cast.day(read_number(day)) + 13h, [&cast, thing, key = who, body = words](Time at) {
                 must(hear::say_reply(cast.transaction, cast.ids, at, cast.viewer(key), *thing,
                                      {.body = body}, must(hear::render_body({}, body), body)),
                      body);
             }});
    }
}

std::vector<Step> plan_barriers(Cast& cast)
{
    using namespace std::chrono_literals;
    std::vector<Step> steps;
    for (const auto& block : cast.script.blocks) {
        if (block.kind != "barrier") continue;
        const auto barrier = std::make_shared<Id>();
        steps.push_back(
            {cast.day(block.number("at")) + 10h, [&cast, &block, barrier](Time at) {
                 const auto& what = block.text("what");
                 *barrier = must(organise::report_barrier(
                                     cast.transaction, cast.ids, at, cast.viewer(block.text("by")),
                                     {.what = what,
                                      .kind = organise::barrier_kind_of(block.text("kind")).value(),
                                      .words = block.text("words"),
                                      .who = block.text("who"),
                                      .page = block.text("page")}),
                                 what)
                                .id;
             }});
        add_replies(cast, steps, block, barrier);
        if (!block.has("answered")) continue;
        steps.push_back(
            {cast.day(block.number("answered")) + 15h, [&cast, &block, barrier](Time at) {
                 organise::BarrierAnswer answer{
                     .state = organise::barrier_state_of(block.text("state")).value(),
                     .remedy = block.text("remedy")};
                 if (block.has("due")) answer.due = cast.date(block.number("due"));
                 must(organise::answer_barrier(cast.transaction, cast.ids, at,
                                               cast.viewer(block.text("answerer")), *barrier,
                                               answer),
                      block.text("what"));
             }});
    }
    return steps;
}

} // namespace moothall::sample
