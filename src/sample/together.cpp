// The page that a circle of the sample company opened to everybody, as loop.txt has it.

#include "sample/plan.hpp"

#include "decide/decide.hpp"
#include "hall/open_page.hpp"
#include "hear/hear.hpp"

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

/// As long as the circle has to object: hall/open_page.cpp.
constexpr int consent_days = 14;

class OpenPagePlan {
public:
    OpenPagePlan(Cast& cast, const Block& block) : cast_(cast), block_(block) {}

    std::vector<Step> make()
    {
        const int asked = block_.number("asked");
        add(cast_.day(block_.number("at")) + 9h, [this](Time at) { write(at); });
        add(cast_.day(asked) + 10h, [this](Time at) {
            decision_ = must(hall::ask_for_consent(cast_.transaction, cast_.ids, at, steward(),
                                                   circle(), web::Language::of("en")),
                             block_.text("circle"))
                            .decision;
        });
        auto voted = cast_.day(asked) + 12h;
        for (const auto& key : block_.all("consents"))
            add(voted += 7h, [this, key](Time at) {
                must(decide::cast_vote(cast_.transaction, cast_.ids, at, cast_.viewer(key),
                                       decision_, decide::Choice::of_answer("consent"), {}),
                     key);
            });
        for (const auto& key : block_.all("named"))
            add(voted += 3h, [this, key](Time at) {
                must(hall::name_oneself(cast_.transaction, cast_.ids, at, cast_.viewer(key),
                                        circle(), hall::Naming::shown),
                     key);
            });
        add(cast_.day(asked - consent_days) + 11h, [this](Time at) {
            must(decide::close_voting(cast_.transaction, cast_.ids, at, steward(), decision_),
                 block_.text("circle"));
        });
        add(cast_.day(asked - consent_days) + 15h, [this](Time at) {
            must(hall::open_page(cast_.transaction, cast_.ids, at, steward(), circle()),
                 block_.text("circle"));
        });
        return std::move(steps_);
    }

private:
    void add(Time at, std::function<void(Time)> take) { steps_.push_back({at, std::move(take)}); }
    const Viewer& steward() { return cast_.viewer(block_.text("by")); }
    Id circle() { return cast_.circle(block_.text("circle")); }
    void write(Time at)
    {
        std::string words;
        for (const auto& line : block_.all("line")) words += (words.empty() ? "" : "\n\n") + line;
        std::vector<Id> titles;
        for (const auto& title : block_.all("title")) titles.push_back(cast_.voice(title));
        must(hall::write_open_page(cast_.transaction, cast_.ids, at, steward(), circle(), words,
                                   must(hear::render_body({}, words), words), titles,
                                   web::Language::of("en")),
             words);
    }

    Cast& cast_;
    const Block& block_;
    Id decision_;
    std::vector<Step> steps_;
};

} // namespace

std::vector<Step> plan_open_pages(Cast& cast)
{
    std::vector<Step> steps;
    for (const auto& block : cast.script.blocks) {
        if (block.kind != "open-page") continue;
        // The steps of a page know it by this plan, until the last one is taken.
        const auto plan = std::make_shared<OpenPagePlan>(cast, block);
        for (auto& step : plan->make())
            steps.push_back({step.at, [plan, take = std::move(step.take)](Time at) { take(at); }});
    }
    return steps;
}

} // namespace moothall::sample
