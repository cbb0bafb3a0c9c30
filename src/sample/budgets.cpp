// Shared budgets, and what wants would take, as the end of loop.txt tells it.

#include "sample/plan.hpp"

#include "base/invariant.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

std::int64_t read_money(const std::string& text)
{
    const auto amount = decide::read_amount(text);
    invariant(amount.has_value(), "an amount of the sample is one");
    return *amount;
}

class BudgetPlan {
public:
    BudgetPlan(Cast& cast, Chance& chance) : cast_(cast), chance_(chance) {}

    std::vector<Step> make()
    {
        for (const auto& block : cast_.script.blocks) {
            if (block.kind == "budget") add_budget(block);
            if (block.kind == "estimates") add_estimates(block);
        }
        return std::move(steps_);
    }

private:
    template <class Take>
    void add(Time at, Take take)
    {
        steps_.push_back({std::min(at, cast_.now - 10min), std::move(take)});
    }
    Time hours_of(int days_ago) { return cast_.day(days_ago) + 8h + chance_.within(8h); }

    void add_budget(const Block& block)
    {
        auto& cast = cast_;
        const auto id = std::make_shared<Id>();
        const auto& by = block.text("by");
        add(cast.day(block.number("at")) + 7h, [&cast, &block, &by, id](Time at) {
            decide::NewDecision wanted{.title = block.text("title"),
                                       .belief = block.text("belief"),
                                       .beneficiary = block.text("for"),
                                       .measure = block.text("measure"),
                                       .target = block.text("target"),
                                       .review_on = cast.date(block.number("review")),
                                       .method = decide::Method::equal_shares};
            wanted.budget.amount = read_money(block.text("amount"));
            wanted.budget.unit = block.text("unit");
            wanted.budget.ballot = decide::ballot_kind_of(block.text("ballot")).value();
            wanted.budget.points = 10;
            wanted.ties = decide::TieRule::by_lot;
            for (const auto& circle : block.all("electorate"))
                wanted.electorates.push_back({cast.circle(circle), {0, 1}, {0, 1}});
            if (block.has("closes"))
                wanted.closes = cast.day(-block.number("closes")) + 18h;
            else
                wanted.closes = cast.day(block.number("closed")) + 18h;
            *id = must(decide::propose(cast.transaction, cast.ids, at, cast.viewer(by), wanted),
                       wanted.title)
                      .id;
        });
        for (const auto& line : block.all("project")) add_project(line, id);
        const Time opened = cast.day(block.number("opened")) + 7h;
        add(opened, [&cast, &block, &by, id](Time at) {
            must(decide::open_voting(cast.transaction, cast.ids, at, cast.viewer(by), *id),
                 block.text("title"));
        });
        const bool is_closed = block.has("closed");
        const Time end = is_closed ? cast.day(block.number("closed")) + 18h : cast.now - 1h;
        add_votes(block, opened, end, id);
        if (is_closed)
            add(end, [&cast, &block, &by, id](Time at) {
                must(decide::close_voting(cast.transaction, cast.ids, at, cast.viewer(by), *id),
                     block.text("title"));
            });
    }

    /// "20 jeanne 6500 | place | title | words | the voice it comes from".
    void add_project(const std::string& line, const std::shared_ptr<Id>& decision)
    {
        auto& cast = cast_;
        auto parts = parts_of(line);
        invariant(parts.size() >= 4, "a project of the sample has a place, a title and words");
        const auto [day, rest] = first_word(parts[0]);
        const auto [who, cost] = first_word(rest);
        add(hours_of(read_number(day)),
            [&cast, decision, key = who, amount = cost, parts](Time at) {
                decide::NewProject wanted;
                wanted.title = parts[2];
                wanted.place = parts[1];
                wanted.words = parts[3];
                wanted.words_html = must(hear::render_body({}, parts[3]), parts[3]).html;
                wanted.cost = read_money(amount);
                if (parts.size() > 4) wanted.about.push_back(cast.voice(parts[4]));
                must(decide::propose_project(cast.transaction, cast.ids, at, cast.viewer(key),
                                             *decision, wanted),
                     wanted.title);
            });
    }

    /// "aubin 4: 1 2 4": four of the circle, chosen by chance, want these; with points "1=6 2=4".
    /// Who stands under "later" has not voted yet.
    void add_votes(const Block& block, Time opened, Time end, const std::shared_ptr<Id>& decision)
    {
        auto& cast = cast_;
        std::map<std::string, std::vector<std::string>> left;
        std::istringstream later_words(block.has("later") ? block.text("later") : std::string());
        const std::set<std::string> later{std::istream_iterator<std::string>(later_words), {}};
        for (const auto& line : block.all("votes")) {
            const auto colon = line.find(": ");
            invariant(colon != std::string::npos, "votes of the sample say for what");
            const auto [circle, number] = first_word(line.substr(0, colon));
            if (!left.contains(circle)) {
                auto voters = cast.members(circle);
                if (circle != "company")
                    std::erase_if(voters,
                                  [&](const auto& key) { return cast.is_member("company", key); });
                std::erase_if(voters, [&](const auto& key) { return later.contains(key); });
                left[circle] = chance_.choose(voters, voters.size());
            }
            decide::Choice choice;
            std::istringstream words(line.substr(colon + 2));
            std::string word;
            while (words >> word) {
                const auto equals = word.find('=');
                const auto option = std::stoul(word.substr(0, equals)) - 1;
                if (equals == std::string::npos)
                    choice.approved.push_back(option);
                else
                    choice.scores.push_back({option, std::stoi(word.substr(equals + 1))});
            }
            for (int count = read_number(number); count > 0; --count) {
                invariant(!left[circle].empty(), "a circle of the sample has as many voters");
                add(opened + 1h + chance_.within(end - opened - 2h),
                    [&cast, decision, key = left[circle].back(), choice](Time at) {
                        must(decide::cast_vote(cast.transaction, cast.ids, at, cast.viewer(key),
                                               *decision, choice, {}),
                             "a vote of " + key);
                    });
                left[circle].pop_back();
            }
        }
    }

    void add_estimates(const Block& block)
    {
        auto& cast = cast_;
        const auto& by = block.text("by");
        for (const auto& line : block.all("days"))
            add(hours_of(block.number("at")), [&cast, &by, line](Time at) {
                const auto [days, title] = first_word(line);
                must(decide::estimate_effort(cast.transaction, cast.ids, at, cast.viewer(by),
                                             cast.voice(title), read_money(days)),
                     title);
            });
        for (const auto& line : block.all("revenue"))
            add(hours_of(block.number("at")), [&cast, &by, line](Time at) {
                const auto [circle, revenue] = first_word(line);
                must(decide::record_revenue(cast.transaction, cast.ids, at, cast.viewer(by),
                                            cast.circle(circle), read_money(revenue)),
                     circle);
            });
    }

    Cast& cast_;
    Chance& chance_;
    std::vector<Step> steps_;
};

} // namespace

std::vector<Step> plan_budgets(Cast& cast, Chance& chance)
{
    return BudgetPlan(cast, chance).make();
}

} // namespace moothall::sample
