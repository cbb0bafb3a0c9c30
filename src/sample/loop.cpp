// What came of what people said, as loop.txt tells it.

#include "sample/plan.hpp"

#include "act/act.hpp"
#include "base/invariant.hpp"
#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "organise/organise.hpp"
#include "sense/sense.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

/// What of loop.txt the other files of this folder read.
constexpr std::string_view told_elsewhere[] = {
    "agreement", "announcement", "barrier",   "budget",    "delegation", "document",
    "estimates", "fact",         "fact-kind", "open-page", "place",      "procedure"};

hear::Rendered render(const std::string& text)
{
    return must(hear::render_body({}, text), text);
}

/// "1/2 1/3" after the circle of an electorate.
decide::Share read_share(std::string_view text)
{
    const auto share = decide::parse_share(text);
    invariant(share.has_value(), "a share of the sample is one");
    return *share;
}

class LoopPlan {
public:
    LoopPlan(Cast& cast, Chance& chance) : cast_(cast), chance_(chance) {}

    std::vector<Step> make()
    {
        for (const auto& block : cast_.script.blocks) {
            if (block.kind == "theme")
                add_theme(block);
            else if (block.kind == "decision")
                add_decision(block);
            else if (block.kind == "promise")
                add_promise(block);
            else if (block.kind == "request")
                add_request(block);
            else if (block.kind == "goal")
                add_goal(block);
            else if (block.kind == "merge")
                add_merge(block);
            else if (block.kind == "conversation")
                add_conversation(cast_, chance_, steps_, block, decisions_.at(block.text("about")));
            else if (block.kind == "check")
                add_check(block);
            else if (block.kind == "skill" || block.kind == "wish")
                add_skill(block);
            else if (block.kind == "chat")
                add_chat(block);
            else if (std::ranges::find(told_elsewhere, block.kind) == std::end(told_elsewhere))
                throw std::logic_error("sample: nothing is called " + block.kind);
        }
        return std::move(steps_);
    }

private:
    template <class Take>
    void add(Time at, Take take)
    {
        steps_.push_back({std::min(at, cast_.now - 10min), std::move(take)});
    }
    /// Some time in the working hours of a day that is over.
    Time hours_of(int days_ago) { return cast_.day(days_ago) + 8h + chance_.within(8h); }

    // -- make sense --

    /// The first of a voice's tags that has a theme: a voice is in one theme.
    std::string themed_tag(const VoiceLine& line) const
    {
        for (const auto& tag : line.tags)
            for (const auto& block : cast_.script.blocks)
                if (block.kind == "theme" && block.text("tag") == tag) return tag;
        return {};
    }

    /// Begins with what was said before it was made; what is said later is put into it within days.
    void add_theme(const Block& block)
    {
        auto& cast = cast_;
        const auto made = block.number("at");
        const auto& maker = block.text("by");
        const auto theme = std::make_shared<Id>();
        std::vector<const VoiceLine*> first;
        for (const auto& line : cast.script.voices) {
            if (themed_tag(line) != block.text("tag")) continue;
            if (line.days_ago > made && cast.sees(maker, line.circle)) {
                first.push_back(&line);
                continue;
            }
            const std::string putter = cast.sees(maker, line.circle) ? maker : "owner";
            add(hours_of(std::max(0, std::min(made, line.days_ago) - 1 -
                                         static_cast<int>(chance_.below(3)))),
                [&cast, &line, putter, theme](Time at) {
                    must(sense::put_voice(cast.transaction, cast.ids, at, cast.viewer(putter),
                                          *theme, cast.voice(line)),
                         line.title);
                });
        }
        add(cast.day(made) + 7h, [&cast, &block, &maker, theme, first](Time at) {
            sense::NewTheme wanted;
            wanted.title = block.text("title");
            wanted.words = block.text("words");
            for (const auto* line : first) wanted.voices.push_back(cast.voice(*line));
            *theme =
                must(sense::make_theme(cast.transaction, cast.ids, at, cast.viewer(maker), wanted),
                     wanted.title)
                    .id;
        });
    }

    /// Two voices that say the same; somebody who backed the one may have meant something else.
    void add_merge(const Block& block)
    {
        auto& cast = cast_;
        add(hours_of(block.number("at")), [&cast, &block](Time at) {
            must(hear::merge_voice(cast.transaction, cast.ids, at, cast.viewer(block.text("by")),
                                   cast.voice(block.text("voice")), cast.voice(block.text("into"))),
                 block.text("voice"));
        });
    }

    // -- decide --

    void add_decision(const Block& block)
    {
        auto& cast = cast_;
        const auto id = decisions_[block.text("title")] = std::make_shared<Id>();
        const auto& by = block.text("by");
        add(hours_of(block.number("at")), [&cast, &block, &by, id](Time at) {
            decide::NewDecision wanted{.title = block.text("title"),
                                       .belief = block.text("belief"),
                                       .beneficiary = block.text("for"),
                                       .measure = block.text("measure"),
                                       .target = block.text("target"),
                                       .review_on = cast.date(block.number("review"))};
            for (const auto& electorate : block.all("electorate")) {
                const auto [circle, shares] = first_word(electorate);
                const auto [threshold, quorum] = first_word(shares);
                wanted.electorates.push_back(
                    {cast.circle(circle), read_share(threshold), read_share(quorum)});
            }
            if (block.has("closes"))
                wanted.closes = cast.day(-block.number("closes")) + 18h;
            else if (block.has("closed"))
                wanted.closes = cast.day(block.number("closed")) + 18h;
            for (const auto& title : block.all("about")) wanted.about.push_back(cast.voice(title));
            *id = must(decide::propose(cast.transaction, cast.ids, at, cast.viewer(by), wanted),
                       wanted.title)
                      .id;
        });
        for (const auto& argument : block.all("argue")) add_argument(argument, id);
        if (!block.has("opened")) return;

        const Time opened = cast.day(block.number("opened")) + 7h;
        add(opened, [&cast, &block, &by, id](Time at) {
            must(decide::open_voting(cast.transaction, cast.ids, at, cast.viewer(by), *id),
                 block.text("title"));
        });
        const bool is_closed = block.has("closed");
        const Time end = is_closed ? cast.day(block.number("closed")) + 18h : cast.now - 1h;
        for (const auto& votes : block.all("votes")) add_votes(votes, opened, end, id);
        if (is_closed)
            add(end, [&cast, &block, &by, id](Time at) {
                must(decide::close_voting(cast.transaction, cast.ids, at, cast.viewer(by), *id),
                     block.text("title"));
                tell_authors(cast, *id, at);
            });
        if (!block.has("result")) return;
        const auto [day, rest] = first_word(block.text("result"));
        add(hours_of(read_number(day)), [&cast, &by, id, said = rest](Time at) {
            const auto [result, words] = first_word(said);
            const auto bar = words.find(" | ");
            invariant(bar != std::string::npos, "a review says a value and what was learned");
            must(decide::review(cast.transaction, cast.ids, at, cast.viewer(by), *id, result,
                                words.substr(0, bar), words.substr(bar + 3)),
                 said);
            tell_authors(cast, *id, at);
        });
    }

    /// "13 grace for: because …"; without a side it says something beside it.
    void add_argument(const std::string& line, const std::shared_ptr<Id>& decision)
    {
        auto& cast = cast_;
        const auto colon = line.find(": ");
        invariant(colon != std::string::npos, "an argument says something");
        const auto [day, speaker] = first_word(line.substr(0, colon));
        const auto [who, side] = first_word(speaker);
        add(hours_of(read_number(day)), [&cast, decision, key = who, for_or_against = side,
                                         words = line.substr(colon + 2)](Time at) {
            must(decide::argue(cast.transaction, cast.ids, at, cast.viewer(key), *decision,
                               {.body = words, .created = at}, render(words),
                               decide::side_of(for_or_against).value_or(decide::Side::none)),
                 words);
        });
    }

    /// "everyone 17 yes 4 no": so many of the circle, chosen by chance; people of the company vote
    /// in its own circle only.
    void add_votes(const std::string& votes, Time opened, Time end,
                   const std::shared_ptr<Id>& decision)
    {
        auto& cast = cast_;
        std::istringstream words(votes);
        std::string circle;
        words >> circle;
        auto voters = cast.members(circle);
        if (circle != "company")
            std::erase_if(voters, [&](const auto& key) { return cast.is_member("company", key); });
        voters = chance_.choose(voters, voters.size());
        std::size_t next = 0;
        std::size_t count = 0;
        std::string answer;
        while (words >> count >> answer)
            for (std::size_t i = 0; i < count; ++i) {
                invariant(next < voters.size(), "a circle of the sample has as many voters");
                add(opened + 1h + chance_.within(end - opened - 2h),
                    [&cast, decision, key = voters[next++], answer](Time at) {
                        must(decide::cast_vote(cast.transaction, cast.ids, at, cast.viewer(key),
                                               *decision, decide::Choice::of_answer(answer), {}),
                             "a vote of " + key);
                    });
            }
    }

    void add_goal(const Block& block)
    {
        auto& cast = cast_;
        const auto id = std::make_shared<Id>();
        const auto& title = block.text("title");
        add(hours_of(block.number("at")), [&cast, &block, &title, id](Time at) {
            decide::NewGoal wanted{.title = title,
                                   .words = block.text("words"),
                                   .measure = block.text("measure"),
                                   .target = block.text("target"),
                                   .due = cast.date(block.number("due")),
                                   .owner = cast.person(block.text("owner"))};
            *id =
                must(decide::set_goal(cast.transaction, cast.ids, at, cast.viewer(block.text("by")),
                                      wanted, render(wanted.words)),
                     title)
                    .id;
        });
        for (const auto* side : {"for", "against"})
            for (const auto& put : block.all(side)) {
                const auto [day, rest] = first_word(put);
                const auto [who, voice] = first_word(rest);
                add(hours_of(read_number(day)), [&cast, id, key = who, begin = voice,
                                                 side](Time at) {
                    must(decide::put_voice(cast.transaction, cast.ids, at, cast.viewer(key), *id,
                                           cast.voice(begin), decide::side_of(side).value()),
                         begin);
                });
            }
        if (block.has("changed")) {
            const auto [day, before] = first_word(block.text("changed"));
            add(hours_of(read_number(day)), [&cast, &block, id, target = before](Time at) {
                must(decide::change_goal(cast.transaction, cast.ids, at,
                                         cast.viewer(block.text("owner")), *id, {.target = target},
                                         {}),
                     target);
            });
        }
        if (block.has("question")) add_question(block, id);
    }

    /// "12 aino Why so late? | Every month …", and "answer: 11 …" of who answers for the goal.
    void add_question(const Block& block, const std::shared_ptr<Id>& goal)
    {
        auto& cast = cast_;
        const auto question = std::make_shared<Id>();
        const auto [day, rest] = first_word(block.text("question"));
        const auto [who, words] = first_word(rest);
        add(hours_of(read_number(day)), [&cast, goal, question, key = who, said = words](Time at) {
            const auto bar = said.find(" | ");
            invariant(bar != std::string::npos, "a question has a title and says why");
            const auto body = said.substr(bar + 3);
            *question =
                must(act::open_callout(cast.transaction, cast.ids, at, cast.viewer(key),
                                       {.about = *goal, .title = said.substr(0, bar), .body = body},
                                       render(body)),
                     said)
                    .id;
        });
        if (!block.has("answer")) return;
        const auto [answered, answer] = first_word(block.text("answer"));
        add(hours_of(read_number(answered)), [&cast, &block, question, reply = answer](Time at) {
            must(act::answer_callout(cast.transaction, cast.ids, at,
                                     cast.viewer(block.text("owner")), *question, reply,
                                     render(reply)),
                 reply);
        });
    }

    // -- organise and act --
    void add_promise(const Block& block)
    {
        auto& cast = cast_;
        const auto id = std::make_shared<Id>();
        const auto& by = block.text("by");
        const auto& what = block.text("what");
        std::shared_ptr<Id> decision;
        if (block.has("decision")) decision = decisions_.at(block.text("decision"));
        add(hours_of(block.number("made")), [&cast, &block, &by, &what, decision, id](Time at) {
            const auto& to = block.text("to");
            act::NewCommitment wanted{.what = what,
                                      .to = cast.is_circle(to) ? cast.circle(to) : cast.person(to),
                                      .due = cast.date(block.number("due"))};
            if (block.has("voice")) wanted.voice = cast.voice(block.text("voice"));
            if (decision) wanted.decision = *decision;
            *id =
                must(act::make_commitment(cast.transaction, cast.ids, at, cast.viewer(by), wanted),
                     what)
                    .id;
        });
        note_overdue(block.number("due"));
        for (const auto& moved : block.all("moved")) {
            const auto [day, rest] = first_word(moved);
            const auto [due, why] = first_word(rest);
            const auto to = read_number(due);
            note_overdue(to);
            add(hours_of(read_number(day)), [&cast, &by, id, to, reason = why](Time at) {
                must(act::move_commitment(cast.transaction, cast.ids, at, cast.viewer(by), *id,
                                          cast.date(to), reason),
                     reason);
            });
        }
        for (const auto* end : {"kept", "broken", "withdrawn"}) {
            if (!block.has(end)) continue;
            const auto [day, why] = first_word(block.text(end));
            const auto settle = std::string_view(end) == "kept"     ? act::keep_commitment
                                : std::string_view(end) == "broken" ? act::break_commitment
                                                                    : act::withdraw_commitment;
            add(hours_of(read_number(day)), [&cast, &by, id, settle, reason = why](Time at) {
                const auto settled = must(
                    settle(cast.transaction, cast.ids, at, cast.viewer(by), *id, reason), reason);
                tell_authors(cast, settled.id, at);
                if (settled.state == act::CommitmentState::kept) say_done(cast, settled, at);
            });
        }
        if (block.has("callout")) add_callout(block, id);
    }

    /// What was promised for voices is done, and a steward says so at each.
    static void say_done(Cast& cast, const act::Commitment& kept, Time at)
    {
        constexpr int voices_max = 20;
        const auto& steward = cast.viewer("owner");
        const auto statuses = hear::list_statuses(cast.transaction, cast.organisation);
        const auto done =
            std::ranges::find(statuses, hear::Category::done, &hear::Status::category);
        invariant(done != statuses.end(), "the sample's statuses are the default ones");
        const auto html = must(hear::render_body({}, kept.why), kept.what);
        for (const Id thing :
             hear::list_things_through(cast.transaction, cast.organisation, kept.id, voices_max)) {
            const auto voice = hear::find_voice(cast.transaction, thing, steward);
            if (voice && voice->stands() && voice->status.category != hear::Category::done)
                must(hear::answer_officially(cast.transaction, cast.ids, at, steward, thing,
                                             done->id, kept.why, html.html),
                     kept.what);
        }
    }

    /// The house notices on the morning after that a promise is overdue.
    void note_overdue(int due)
    {
        if (due >= 0) return;
        auto& cast = cast_;
        add(cast.day(-due - 1) + 6h, [&cast](Time at) {
            act::note_overdue(cast.transaction, cast.organisation, at, cast.ids);
        });
    }

    void add_callout(const Block& block, const std::shared_ptr<Id>& promise)
    {
        auto& cast = cast_;
        const auto callout = std::make_shared<Id>();
        const auto [day, rest] = first_word(block.text("callout"));
        const auto [who, words] = first_word(rest);
        add(hours_of(read_number(day)),
            [&cast, promise, callout, key = who, said = words](Time at) {
                const auto bar = said.find(" | ");
                invariant(bar != std::string::npos, "a call-out has a title and says why");
                const auto body = said.substr(bar + 3);
                *callout = must(act::open_callout(
                                    cast.transaction, cast.ids, at, cast.viewer(key),
                                    {.about = *promise, .title = said.substr(0, bar), .body = body},
                                    render(body)),
                                said)
                               .id;
            });
        const auto [answered, answer] = first_word(block.text("answer"));
        add(hours_of(read_number(answered)), [&cast, &block, callout, reply = answer](Time at) {
            must(act::answer_callout(cast.transaction, cast.ids, at, cast.viewer(block.text("by")),
                                     *callout, reply, render(reply)),
                 reply);
        });
    }

    /// A skill in her own words, with those who vouch for it; or what people ask for.
    void add_skill(const Block& block)
    {
        auto& cast = cast_;
        const auto people = words_in(block.text("by"));
        const auto day = block.number("at");
        if (block.kind == "wish") {
            for (const auto& by : people)
                add(hours_of(day), [&cast, &block, by](Time at) {
                    must(organise::wish_for_skill(cast.transaction, cast.ids, at, cast.viewer(by),
                                                  block.text("name")),
                         block.text("name"));
                });
            return;
        }
        const auto id = std::make_shared<Id>();
        const auto& by = people.front();
        add(hours_of(day), [&cast, &block, by, id](Time at) {
            *id = must(organise::claim_skill(cast.transaction, cast.ids, at, cast.viewer(by),
                                             block.text("name"), block.text("words")),
                       block.text("name"))
                      .id;
        });
        if (!block.has("vouched")) return;
        for (const auto& voucher : words_in(block.text("vouched")))
            add(hours_of(std::max(1, day - 20)), [&cast, by, voucher, id](Time at) {
                must(organise::vouch(cast.transaction, cast.ids, at, cast.viewer(voucher), *id,
                                     cast.person(by), true),
                     by);
            });
    }

    /// `line: days-ago who words`, `handed: days-ago to words`, `kept: days-ago title` of the
    /// first two lines.
    void add_chat(const Block& block)
    {
        auto& cast = cast_;
        const auto id = std::make_shared<Id>();
        const auto& by = block.text("by");
        const auto& to = block.text("to");
        auto holder = to;
        Time last{};
        const auto at_day = [&](int days_ago) {
            // In the order in which they stand.
            last = std::max(last + 4min, cast.day(days_ago) + 9h + chance_.within(1h));
            return last;
        };
        bool first = true;
        for (const auto& [field, value] : block.fields) {
            if (field == "line") {
                const auto [day, rest] = first_word(value);
                const auto [who, said] = first_word(rest);
                const bool opens = first;
                first = false;
                add(at_day(read_number(day)), [&cast, &block, &to, who, said, id, opens](Time at) {
                    const auto& viewer = cast.viewer(who);
                    if (opens)
                        *id =
                            must(organise::open_chat(cast.transaction, cast.ids, at, viewer,
                                                     {.person = cast.person(to),
                                                      .circle = {},
                                                      .about = block.has("voice")
                                                                   ? cast.voice(block.text("voice"))
                                                                   : Id{}}),
                                 said)
                                .id;
                    must(organise::say_line(cast.transaction, cast.ids, at, viewer, *id,
                                            {.client_id = {}, .body = said},
                                            must(organise::render_line(said), said)),
                         said);
                });
            } else if (field == "handed") {
                const auto [day, rest] = first_word(value);
                const auto [next, why] = first_word(rest);
                add(at_day(read_number(day)), [&cast, holder, next, why, id](Time at) {
                    must(organise::hand_over(cast.transaction, cast.ids, at, cast.viewer(holder),
                                             *id, cast.person(next), why),
                         why);
                });
                holder = next;
            } else if (field == "kept") {
                const auto [day, title] = first_word(value);
                add(at_day(read_number(day)), [&cast, &by, holder, title, id](Time at) {
                    const auto keeping =
                        must(organise::propose_keeping(
                                 cast.transaction, cast.ids, at, cast.viewer(by), *id,
                                 {.title = title, .circle = {}, .question = {1}, .answer = {2}}),
                             title);
                    must(organise::agree_to_keeping(cast.transaction, cast.ids, at,
                                                    cast.viewer(holder), *id, keeping.id),
                         title);
                });
            }
        }
    }

    static std::vector<std::string> words_in(const std::string& text)
    {
        std::istringstream stream(text);
        std::vector<std::string> words;
        for (std::string word; stream >> word;) words.push_back(word);
        return words;
    }

    void add_request(const Block& block)
    {
        auto& cast = cast_;
        const auto id = std::make_shared<Id>();
        const auto holder = std::make_shared<std::string>(block.has("to") ? block.text("to") : "");
        add(hours_of(block.number("at")), [&cast, &block, holder, id](Time at) {
            organise::NewRequest wanted{.about = cast.voice(block.text("voice")),
                                        .words = block.text("what")};
            if (holder->empty())
                wanted.topic = block.text("topic");
            else
                wanted.person = cast.person(*holder);
            *id = must(organise::make_request(cast.transaction, cast.ids, at,
                                              cast.viewer(block.text("by")), wanted),
                       wanted.words)
                      .id;
        });
        if (block.has("passed")) {
            const auto [day, rest] = first_word(block.text("passed"));
            const auto [to, why] = first_word(rest);
            add(hours_of(read_number(day)), [&cast, holder, id, next = to, reason = why](Time at) {
                must(organise::pass_on_request(cast.transaction, cast.ids, at, cast.viewer(*holder),
                                               *id, cast.person(next), reason),
                     reason);
                *holder = next;
            });
        }
        if (block.has("taken"))
            add(hours_of(block.number("taken")), [&cast, &block, holder, id](Time at) {
                must(organise::take_request(cast.transaction, cast.ids, at, cast.viewer(*holder),
                                            *id),
                     block.text("what"));
            });
        if (block.has("answered")) {
            const auto [day, words] = first_word(block.text("answered"));
            add(hours_of(read_number(day)), [&cast, holder, id, said = words](Time at) {
                must(organise::answer_request(cast.transaction, cast.ids, at, cast.viewer(*holder),
                                              *id, said, render(said)),
                     said);
            });
        }
        if (block.has("declined")) {
            const auto [day, words] = first_word(block.text("declined"));
            add(hours_of(read_number(day)), [&cast, holder, id, said = words](Time at) {
                must(organise::decline_request(cast.transaction, cast.ids, at, cast.viewer(*holder),
                                               *id, said),
                     said);
            });
        }
    }

    // -- learn --

    void add_check(const Block& block)
    {
        auto& cast = cast_;
        add(hours_of(block.number("at")), [&cast, &block](Time at) {
            must(hear::check_outcome(cast.transaction, cast.ids, at, cast.viewer(block.text("by")),
                                     cast.voice(block.text("voice")), block.text("helped") == "yes",
                                     block.text("words")),
                 block.text("words"));
        });
    }

    Cast& cast_;
    Chance& chance_;
    std::vector<Step> steps_;
    std::map<std::string, std::shared_ptr<Id>> decisions_;
};

} // namespace

std::vector<Step> plan_loop(Cast& cast, Chance& chance)
{
    return LoopPlan(cast, chance).make();
}

} // namespace moothall::sample
