// Conversations of the sample: who said which sentence, and how three camps vote on them.

#include "sample/plan.hpp"

#include "base/invariant.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"

#include <algorithm>
#include <memory>
#include <sstream>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

class ConversationPlan {
public:
    ConversationPlan(Cast& cast_of, Chance& chance_of, std::vector<Step>& steps)
        : cast(cast_of), chance(chance_of), steps_(steps)
    {
    }

    /// Statements by who leads it, then by others ("9 hugh An orchard …", declined with " |
    /// reason"), and camps: the letters of a pattern say how its people vote (a, d or p), give or
    /// take.
    void add_conversation(const Block& block, const std::shared_ptr<Id>& about)
    {
        const auto id = std::make_shared<Id>();
        const auto statements = std::make_shared<std::vector<Id>>();
        const int begun = block.number("at");
        add(hours_of(begun), [&cast = cast, &block, id, statements, about](Time at) {
            decide::NewConversation wanted{.question = block.text("question"),
                                           .words = block.text("words"),
                                           .about = *about,
                                           .moderation = decide::StatementsWait::yes,
                                           .statements = block.all("statement")};
            const auto viewer = cast.viewer(block.text("by"));
            const auto conversation = must(
                decide::begin_conversation(cast.transaction, cast.ids, at, viewer, wanted,
                                           must(hear::render_body({}, wanted.words), wanted.words)),
                wanted.question);
            *id = conversation.id;
            for (const auto& one :
                 decide::list_statements(cast.transaction, conversation, {.limit = 100}, viewer))
                statements->push_back(one.id);
        });
        for (const auto* outcome : {"accepted", "declined", "waiting"})
            for (const auto& line : block.all(outcome))
                add_statement(block, line, outcome, id, statements);
        for (const auto& camp : block.all("camp")) add_camp(camp, begun, id, statements);
    }

    void add_statement(const Block& block, const std::string& line, std::string_view outcome,
                       const std::shared_ptr<Id>& id,
                       const std::shared_ptr<std::vector<Id>>& statements)
    {
        const auto [day, rest] = first_word(line);
        const auto [who, words] = first_word(rest);
        add(hours_of(read_number(day)),
            [&cast = cast, &block, outcome, id, statements, key = who, said = words](Time at) {
                const auto bar = std::min(said.find(" | "), said.size());
                const auto statement =
                    must(decide::propose_statement(cast.transaction, cast.ids, at, cast.viewer(key),
                                                   *id, said.substr(0, bar)),
                         said);
                const auto leader = cast.viewer(block.text("by"));
                if (outcome == "accepted") {
                    must(decide::accept_statement(cast.transaction, cast.ids, at, leader, *id,
                                                  statement.id),
                         said);
                    statements->push_back(statement.id);
                } else if (outcome == "declined") {
                    must(decide::decline_statement(cast.transaction, cast.ids, at, leader, *id,
                                                   statement.id, said.substr(bar + 3)),
                         said);
                }
            });
    }

    void add_camp(const std::string& camp, int begun, const std::shared_ptr<Id>& id,
                  const std::shared_ptr<std::vector<Id>>& statements)
    {
        const auto [pattern, people] = first_word(camp);
        std::istringstream keys(people);
        for (std::string key; keys >> key;) {
            auto votes = pattern;
            for (auto& vote : votes) {
                if (chance.below(9) == 0) vote = "adp"[chance.below(3)];
                if (chance.below(11) == 0) vote = '.';
            }
            // Most come in the first days; none before the last accepted statement, for simplicity.
            const auto when = hours_of(static_cast<int>(chance.below(std::max(1, begun - 5))));
            add(when, [&cast = cast, id, statements, key, votes](Time at) {
                const auto viewer = cast.viewer(key);
                for (std::size_t one = 0; one < votes.size() && one < statements->size(); ++one) {
                    if (votes[one] == '.') continue;
                    const auto vote = votes[one] == 'a'   ? decide::opinions::Vote::agree
                                      : votes[one] == 'd' ? decide::opinions::Vote::disagree
                                                          : decide::opinions::Vote::pass;
                    const auto cast_one =
                        decide::cast_opinion(cast.transaction, cast.ids, at, viewer, *id,
                                             statements->at(one), vote, {viewer.person, {}});
                    invariant(cast_one.has_value(), "people of the sample may vote");
                }
            });
        }
    }

    template <class Take>
    void add(Time at, Take take)
    {
        steps_.push_back({std::min(at, cast.now - 10min), std::move(take)});
    }
    Time hours_of(int days_ago) { return cast.day(days_ago) + 8h + chance.within(8h); }

    Cast& cast;
    Chance& chance;
    std::vector<Step>& steps_;
};

} // namespace

void add_conversation(Cast& cast, Chance& chance, std::vector<Step>& steps, const Block& block,
                      const std::shared_ptr<Id>& about)
{
    ConversationPlan(cast, chance, steps).add_conversation(block, about);
}

} // namespace moothall::sample
