// What a decision is, who may propose, change, open, withdraw and review it.

#include "base/words.hpp"
#include "decide/budget.hpp"
#include "decide/decision_store.hpp"

#include "hear/hear.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/idempotency.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

constexpr std::size_t theory_characters_max = 1000;
constexpr std::size_t option_characters_max = 200;
constexpr std::size_t decision_about_max = 50;
constexpr std::chrono::days voting_default{14};

constexpr std::pair<DecisionState, std::string_view> decision_states[] = {
    {DecisionState::proposed, "proposed"},   {DecisionState::voting, "voting"},
    {DecisionState::closed, "closed"},       {DecisionState::reviewed, "reviewed"},
    {DecisionState::withdrawn, "withdrawn"},
};

Date day_of(Time time)
{
    return Date{std::chrono::floor<std::chrono::days>(time)};
}

Result<void> check_theory(const NewDecision& wanted, Decision& decision)
{
    auto title = normalise_line(wanted.title);
    if (title.empty())
        return Refusal::invalid("title", "Please say it in a few words: a title is missing.");
    if (count_characters(title) > 200)
        return Refusal::invalid("title", "A title has at most 200 characters.");
    decision.title = std::move(title);
    const struct {
        const std::string& wanted;
        std::string& kept;
        const char* field;
        const char* sentence;
    } parts[] = {
        {wanted.belief, decision.belief, "belief", "Say what you believe will come of it."},
        {wanted.beneficiary, decision.beneficiary, "for", "Say for whom it is."},
        {wanted.measure, decision.measure, "measure", "Say by what we shall see whether it held."},
        {wanted.target, decision.target, "target",
         "Say what the measure has to show for it to have held."},
    };
    for (const auto& part : parts) {
        auto text = check_sentence(part.wanted, part.field, part.sentence);
        if (!text) return text.error();
        part.kept = *std::move(text);
    }
    return {};
}

Result<void> check_options(const NewDecision& wanted, Decision& decision)
{
    auto& rules = decision.rules;
    rules.method = wanted.method;
    rules.ties = wanted.ties;
    rules.places = wanted.places;
    rules.score_most = wanted.score_most;
    // Consent and yes-no ask about one proposal: options would be counted by nobody.
    if (!chooses(rules.method)) {
        rules.places = 1;
        return {};
    }
    if (rules.method == Method::equal_shares) return check_budget(wanted, decision);
    for (const auto& option : wanted.options) {
        auto label = normalise_line(option);
        if (label.empty()) continue;
        if (count_characters(label) > option_characters_max)
            return Refusal::invalid("options", "An option has at most 200 characters.");
        if (std::ranges::find(rules.options, label) != rules.options.end())
            return Refusal::invalid("options", "Two options are called the same.");
        rules.options.push_back(std::move(label));
    }
    if (rules.options.size() < 2)
        return Refusal::invalid("options", "There must be two options or more to choose from.");
    if (rules.options.size() > options_max)
        return Refusal::invalid("options", "There may be at most 20 options.");
    if (rules.places < 1 || rules.places >= rules.options.size())
        return Refusal::invalid("places", "Fewer options win than there are.");
    if (rules.places > 1 && rules.method != Method::transferable_vote)
        return Refusal::invalid("places", "Several winners are chosen by transferable vote.");
    if (rules.score_most < 1 || rules.score_most > 100)
        return Refusal::invalid("score_most", "The most points are from 1 to 100.");
    return {};
}

/// A theory that nobody alive will see held against its measure is a slip of the hand.
constexpr std::chrono::days review_days_max{36525};

Result<void> check_time(const NewDecision& wanted, Decision& decision, Time now)
{
    if (wanted.closes && *wanted.closes <= now)
        return Refusal::invalid("closes_at", "Voting must end in the future.");
    if (!wanted.review_on.ok())
        return Refusal::invalid("review_on", "Say on which day it is held against its measure.");
    if (wanted.review_on < day_of(now))
        return Refusal::invalid("review_on", "The day of the review must not be over.");
    if (std::chrono::sys_days{wanted.review_on} > now + review_days_max)
        return Refusal::invalid("review_on", "Please give a day within the next hundred years.");
    if (wanted.closes && wanted.review_on < day_of(*wanted.closes))
        return Refusal::invalid("review_on",
                                "The day of the review must not be before the end of voting.");
    decision.review_on = wanted.review_on;
    decision.closes = wanted.closes.value_or(Time{});
    return {};
}

/// Who votes: circles whose names the viewer may know, each once. Gives whether the viewer is a
/// steward of all of them.
Result<bool> check_electorates(store::Transaction& transaction, const Viewer& viewer,
                               const NewDecision& wanted)
{
    if (wanted.electorates.empty())
        return Refusal::invalid("electorates", "Say who votes: at least one circle.");
    if (wanted.electorates.size() > electorates_max)
        return Refusal::invalid("electorates", "At most six circles vote on one decision.");
    bool steward_of_all = true;
    for (std::size_t at = 0; at < wanted.electorates.size(); ++at) {
        const Id circle = wanted.electorates[at].circle;
        if (!people::find_circle(transaction, circle, viewer))
            return Refusal::invalid("electorates", "There is no such circle that you can see.");
        for (std::size_t before = 0; before < at; ++before)
            if (wanted.electorates[before].circle == circle)
                return Refusal::invalid("electorates", "A circle votes only once.");
        steward_of_all = steward_of_all && viewer.is_steward_of(circle);
    }
    return steward_of_all;
}

/// Whose audience the decision has. All who vote must see it, and its author too.
Result<Id> check_audience(store::Transaction& transaction, const Viewer& viewer,
                          const NewDecision& wanted)
{
    const bool alone = wanted.electorates.size() == 1;
    const Id only = wanted.electorates.front().circle;
    const Id chosen = wanted.circle ? wanted.circle : alone ? only : viewer.everyone;
    const auto circle = people::find_circle(transaction, chosen, viewer);
    if (!circle) return Refusal::invalid("circle", "There is no such circle that you can see.");
    const bool open = circle->visibility == people::Visibility::open;
    if (!open && !(alone && chosen == only))
        return Refusal::invalid("circle",
                                "All who vote must see the decision: it belongs into a public "
                                "circle, or into the only circle that votes.");
    if (!open && viewer.role_in(chosen) == Role::none)
        return Refusal::forbidden("You do not see into this circle. Ask one of its stewards to "
                                  "propose it.");
    return chosen;
}

bool says_the_same(const Decision& one, const Decision& other)
{
    return one.title == other.title && one.belief == other.belief &&
           one.beneficiary == other.beneficiary && one.measure == other.measure &&
           one.target == other.target && one.review_on == other.review_on &&
           one.rules.options == other.rules.options && one.closes == other.closes;
}

Result<Decision> find_own(store::Transaction& transaction, const Viewer& viewer, Id id)
{
    auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (decision->author.id != viewer.person && !viewer.is_steward_of(decision->circle))
        return Refusal::forbidden("Only who proposed it and the circle's stewards may do this.");
    return decision;
}

} // namespace

Result<std::string> check_sentence(std::string_view wanted, const char* field, const char* sentence)
{
    auto text = normalise_line(wanted);
    if (text.empty()) return Refusal::invalid(field, sentence);
    if (count_characters(text) > theory_characters_max)
        return Refusal::invalid(field, "This has at most 1,000 characters.");
    return text;
}

bool Decision::may_still_change(Time now) const
{
    return state == DecisionState::voting && closes > now &&
           !std::ranges::all_of(electorates,
                                [](const auto& one) { return one.voters >= one.roll; });
}

std::string_view to_text(DecisionState state)
{
    return word_of(decision_states, state);
}

std::optional<DecisionState> decision_state_of(std::string_view text)
{
    return value_of(decision_states, text);
}

std::string Decision::path() const
{
    auto path = "/decisions/" + id.text();
    if (const auto words = slug(title); !words.empty()) path += '-' + words;
    return path;
}

bool may_lead(const Decision& decision, const Viewer& viewer)
{
    return viewer.signed_in() &&
           (decision.author.id == viewer.person || viewer.is_steward_of(decision.circle));
}

Result<Decision> propose(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer, const NewDecision& wanted)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in to propose it.");
    Decision decision;
    const auto steward_of_all = check_electorates(transaction, viewer, wanted);
    if (!steward_of_all) return steward_of_all.error();
    if (!*steward_of_all && !viewer.is_company())
        return Refusal::forbidden("Decisions are proposed by people of the company, or by stewards "
                                  "of all circles that vote. Say it as a voice, and ask them.");
    if (const auto good = check_theory(wanted, decision); !good) return good.error();
    if (const auto good = check_options(wanted, decision); !good) return good.error();
    if (const auto good = check_time(wanted, decision, now); !good) return good.error();
    const auto circle = check_audience(transaction, viewer, wanted);
    if (!circle) return circle.error();
    if (wanted.about.size() > decision_about_max)
        return Refusal::invalid("voices", "A decision comes from at most 50 voices.");
    for (const Id thing : wanted.about) {
        const auto seen = people::find_seen(transaction, thing, viewer);
        if (!seen || (seen->kind != "voice" && seen->kind != "theme"))
            return Refusal::invalid("voices", "There is no such voice or theme that you can see.");
    }

    decision.id = ids.next(now);
    record::save_thing(transaction, viewer.organisation,
                       {decision.id, "decision", *circle, record::State::visible, viewer.person,
                        decision.title, now, now});
    save_decision(transaction, viewer.organisation, decision, wanted);
    if (decision.rules.method == Method::equal_shares)
        save_budget(transaction, viewer.organisation, decision);
    auto approached = wanted.about;
    approached.push_back(decision.id);
    hear::approach_stage(transaction, viewer.organisation, approached, hear::Stage::decide,
                         decision.id, "decide.decision_proposed", now);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "decide.decision_proposed",
                    .thing = decision.id,
                    .actor = viewer.person,
                    .circle = *circle,
                    .at = now,
                    .concerns = wanted.about});
    return find_decision(transaction, decision.id, viewer);
}

bool may_edit(const Decision& decision, const Viewer& viewer)
{
    return viewer.signed_in() && decision.author.id == viewer.person &&
           decision.state == DecisionState::proposed;
}

Result<Decision> edit_proposal(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, const ProposalChange& change)
{
    const auto found = find_decision(transaction, id, viewer);
    if (!found) return found.error();
    const auto& before = *found;
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (before.author.id != viewer.person)
        return Refusal::forbidden("Only who proposed it may change what it says.");
    if (!lock_decision(transaction, viewer.organisation, id, DecisionState::proposed))
        return Refusal::conflict("Voting was opened, or the proposal was taken back.");
    const bool is_budget = before.rules.method == Method::equal_shares;
    if (change.options && is_budget)
        return Refusal::invalid("options", "The options of a budget are its projects.");

    NewDecision wanted;
    wanted.title = change.title.value_or(before.title);
    wanted.belief = change.belief.value_or(before.belief);
    wanted.beneficiary = change.beneficiary.value_or(before.beneficiary);
    wanted.measure = change.measure.value_or(before.measure);
    wanted.target = change.target.value_or(before.target);
    wanted.review_on = change.review_on.value_or(before.review_on);
    wanted.options = change.options.value_or(before.rules.options);
    wanted.method = before.rules.method;
    wanted.ties = before.rules.ties;
    wanted.places = before.rules.places;
    wanted.score_most = before.rules.score_most;
    if (const auto closes = change.closes.value_or(before.closes); closes != Time{})
        wanted.closes = closes;
    Decision after = before;
    if (const auto good = check_theory(wanted, after); !good) return good.error();
    if (const auto good = check_time(wanted, after, now); !good) return good.error();
    if (!is_budget) {
        after.rules.options.clear();
        if (const auto good = check_options(wanted, after); !good) return good.error();
    }
    if (says_the_same(before, after)) return before;

    save_proposal_revision(transaction, viewer.organisation, ids.next(now), before, viewer.person,
                           now);
    save_changed_proposal(transaction, viewer.organisation, after, now);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "decide.decision_changed",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = before.circle,
                    .at = now,
                    .state = before.thing_state,
                    .concerns = list_about(transaction, viewer.organisation, id)});
    return find_decision(transaction, id, viewer);
}

Result<Decision> open_voting(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id id)
{
    const auto decision = find_own(transaction, viewer, id);
    if (!decision) return decision.error();
    if (!lock_decision(transaction, viewer.organisation, id, DecisionState::proposed))
        return Refusal::conflict("Voting was opened, or the proposal was taken back.");
    // Nobody said when it ends: then in time for the review.
    const Time review_over = std::chrono::sys_days{decision->review_on} + std::chrono::days{1};
    const auto closes =
        decision->closes == Time{} ? std::min(now + voting_default, review_over) : decision->closes;
    if (review_over <= now)
        return Refusal::conflict("The day of the review is over. Give it another one first.");
    if (closes <= now) return Refusal::conflict("The day on which voting was to end is over.");

    // Where a circle of the company is among several electorates, people of the company vote there
    // and not with those whose weight is to balance theirs.
    bool balanced = false;
    for (const auto& row : transaction.query(R"sql(
             SELECT 1 FROM electorate e JOIN circle c ON c.org_id = e.org_id AND c.circle_id = e.circle_id
             WHERE e.org_id = ?1 AND c.org_id = ?1 AND e.decision_id = ?2 AND c.kind IN ('company', 'team')
             LIMIT 1 )sql",
                                             viewer.organisation, id))
        balanced = row.truth(0);
    balanced = balanced && decision->electorates.size() > 1;
    const bool is_budget = decision->rules.method == Method::equal_shares;
    if (is_budget)
        if (const auto good = number_projects(transaction, viewer.organisation, id); !good)
            return good.error();
    std::int64_t roll = 0;
    for (std::size_t at = 0; at < decision->electorates.size(); ++at) {
        const auto people = transaction.execute(
            R"sql(
            INSERT INTO roll (org_id, decision_id, person_id, electorate)
            SELECT m.org_id, ?2, m.person_id, ?3
            FROM membership m
            JOIN person p ON p.org_id = m.org_id AND p.person_id = m.person_id
            JOIN circle c ON c.org_id = m.org_id AND c.circle_id = m.circle_id
            WHERE m.org_id = ?1 AND p.org_id = ?1 AND c.org_id = ?1 AND m.circle_id = ?4
              AND m.role IN ('member', 'steward') AND p.state = 'active'
              AND (?5 = 0 OR c.kind IN ('company', 'team') OR m.person_id NOT IN (
                  SELECT mc.person_id FROM membership mc
                  JOIN circle cc ON cc.org_id = mc.org_id AND cc.circle_id = mc.circle_id
                  WHERE mc.org_id = ?1 AND cc.org_id = ?1 AND cc.kind IN ('company', 'team')
                    AND mc.role IN ('member', 'steward')))
              AND (?6 = 0 OR m.person_id NOT IN (
                  SELECT r.person_id FROM roll r WHERE r.org_id = ?1 AND r.decision_id = ?2)) )sql",
            viewer.organisation, id, at, decision->electorates[at].circle, balanced, is_budget);
        transaction.execute(R"sql(
            UPDATE electorate SET roll = ?4 WHERE org_id = ?1 AND decision_id = ?2 AND position = ?3 )sql",
                            viewer.organisation, id, at, people);
        roll += people;
    }
    transaction.execute(R"sql(
        UPDATE decision SET opened_us = ?3, closes_us = ?4 WHERE org_id = ?1 AND decision_id = ?2 )sql",
                        viewer.organisation, id, now, closes);
    save_state(transaction, viewer.organisation, id, DecisionState::voting, now);
    hear::approach_stage(transaction, viewer.organisation,
                         list_behind(transaction, viewer.organisation, id), hear::Stage::decide, id,
                         "decide.voting_opened", now, {.by = {}, .due = closes});
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "decide.voting_opened",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = decision->circle,
                    .at = now,
                    .state = decision->thing_state,
                    .concerns = list_about(transaction, viewer.organisation, id),
                    .data = JsonWriter()
                                .begin_object()
                                .field("roll", roll)
                                .field("closes_at", closes)
                                .end_object()
                                .take()});
    return find_decision(transaction, id, viewer);
}

namespace {

// Both are asked before the form is looked at, and again under the lock.
Refusal taken_back_already()
{
    return Refusal::conflict("It is closed, or was taken back before.");
}

Refusal reviewed_once()
{
    return Refusal::conflict("Only a closed decision is held against its measure, once.");
}

} // namespace

Result<Decision> withdraw(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto decision = find_own(transaction, viewer, id);
    if (!decision) return decision.error();
    if (decision->state != DecisionState::proposed && decision->state != DecisionState::voting)
        return taken_back_already();
    auto reason = check_sentence(wanted, "reason", "Say why it is taken back, for all to read.");
    if (!reason) return reason.error();
    if (!lock_decision(transaction, viewer.organisation, id, DecisionState::proposed) &&
        !lock_decision(transaction, viewer.organisation, id, DecisionState::voting))
        return taken_back_already();
    const auto destroyed = transaction.execute(
        "DELETE FROM ballot WHERE org_id = ?1 AND decision_id = ?2", viewer.organisation, id);
    transaction.execute(R"sql(
        UPDATE decision SET withdrawal = ?3, closed_us = ?4 WHERE org_id = ?1 AND decision_id = ?2 )sql",
                        viewer.organisation, id, *reason, now);
    save_state(transaction, viewer.organisation, id, DecisionState::withdrawn, now);
    web::forget_answers_about(transaction, viewer.organisation, id);
    hear::approach_stage(transaction, viewer.organisation,
                         list_behind(transaction, viewer.organisation, id), hear::Stage::decide, id,
                         "decide.decision_withdrawn", now);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "decide.decision_withdrawn",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = decision->circle,
                    .at = now,
                    .state = decision->thing_state,
                    .concerns = list_about(transaction, viewer.organisation, id),
                    .data = JsonWriter()
                                .begin_object()
                                .field("ballots_destroyed", destroyed)
                                .end_object()
                                .take()});
    return find_decision(transaction, id, viewer);
}

Result<Decision> review(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id id, std::string_view result,
                        std::string_view wanted_value, std::string_view wanted_words)
{
    const auto decision = find_own(transaction, viewer, id);
    if (!decision) return decision.error();
    if (decision->state == DecisionState::closed && decision->outcome != "passed")
        return Refusal::conflict("It did not pass, so nothing was tried that could hold or fail.");
    // What was unclear may become clear later; anything else is said once.
    const bool again =
        decision->state == DecisionState::reviewed && decision->review_result == "unclear";
    if (decision->state != DecisionState::closed && !again) return reviewed_once();
    if (result != "held" && result != "failed" && result != "unclear")
        return Refusal::invalid("result", "The theory held, failed, or it is unclear.");
    // Who sees early that she was wrong need not wait to say so; that it held, or that one cannot
    // tell, is known on the day that was agreed and not while it still looks good.
    if (result != "failed" && day_of(now) < decision->review_on)
        return Refusal::invalid("result", "The day of the review has not come. Until then only "
                                          "that it failed can be written down.");
    auto value = check_sentence(wanted_value, "value", "Say what the measure shows now.");
    if (!value) return value.error();
    auto words = check_sentence(wanted_words, "words", "Say in a sentence what we learn from it.");
    if (!words) return words.error();
    if (!lock_decision(transaction, viewer.organisation, id,
                       again ? DecisionState::reviewed : DecisionState::closed))
        return reviewed_once();
    transaction.execute(R"sql(
        UPDATE decision SET review_result = ?3, review_value = ?4, review_words = ?5, reviewed_by = ?6,
            reviewed_us = ?7
        WHERE org_id = ?1 AND decision_id = ?2 )sql",
                        viewer.organisation, id, result, *value, *words, viewer.person, now);
    save_state(transaction, viewer.organisation, id, DecisionState::reviewed, now);
    const auto about = list_about(transaction, viewer.organisation, id);
    const std::string_view verb = result == "held"     ? "decide.held"
                                  : result == "failed" ? "decide.wrong"
                                                       : "decide.unclear";
    hear::reach_stage(transaction, viewer.organisation,
                      list_behind(transaction, viewer.organisation, id), hear::Stage::learn, id,
                      verb, now);
    record::append(
        transaction, viewer.organisation, ids,
        {.verb = "decide.decision_reviewed",
         .thing = id,
         .actor = viewer.person,
         .circle = decision->circle,
         .at = now,
         .state = decision->thing_state,
         .concerns = about,
         .data = JsonWriter().begin_object().field("result", result).end_object().take()});
    return find_decision(transaction, id, viewer);
}

Result<Decision> find_decision(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "decision") return Refusal::not_found();
    auto found = load_decisions(transaction, viewer, {id});
    if (found.empty()) return Refusal::not_found();
    return std::move(found.front());
}

} // namespace moothall::decide
