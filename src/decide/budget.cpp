// The projects of a shared budget: who may propose, change, judge and stand for them.

#include "decide/budget.hpp"
#include "decide/budget_store.hpp"
#include "decide/decision_store.hpp"

#include "hear/hear.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

constexpr std::size_t project_title_characters_max = 200;
constexpr std::size_t place_characters_max = 200;
constexpr std::size_t removal_reason_characters_max = 1000;
constexpr std::size_t unit_characters_max = 12;
constexpr std::size_t project_about_max = 50;

/// The decision of a budget in which projects can still be changed.
Result<Decision> find_open_budget(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    if (decision->rules.method != Method::equal_shares) return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    return decision;
}

Result<void> lock_projects(store::Transaction& transaction, const Viewer& viewer, Id decision)
{
    // The same lock as the opening of the vote takes: what stands on ballots no longer changes.
    if (!lock_decision(transaction, viewer.organisation, decision, DecisionState::proposed))
        return Refusal::conflict("Voting was opened, so projects stay as they are.");
    return {};
}

Result<void> check_project(const Decision& decision, const NewProject& wanted, Project& project)
{
    project.title = normalise_line(wanted.title);
    if (project.title.empty())
        return Refusal::invalid("title", "Please say it in a few words: a title is missing.");
    if (count_characters(project.title) > project_title_characters_max)
        return Refusal::invalid("title", "A title has at most 200 characters.");
    project.place = normalise_line(wanted.place);
    if (count_characters(project.place) > place_characters_max)
        return Refusal::invalid("place", "A place has at most 200 characters.");
    if (wanted.cost < 0 || wanted.cost > money_max)
        return Refusal::invalid("cost", "Say what it costs, as a number.");
    if (wanted.cost > decision.rules.budget.amount)
        return Refusal::invalid("cost", "It costs more than there is to share.");
    project.cost = wanted.cost;
    project.words = wanted.words;
    project.words_html = wanted.words_html;
    return {};
}

Result<void> check_about(store::Transaction& transaction, const Viewer& viewer,
                         const std::vector<Id>& about)
{
    if (about.size() > project_about_max)
        return Refusal::invalid("voices", "A decision comes from at most 50 voices.");
    for (const Id thing : about) {
        const auto seen = people::find_seen(transaction, thing, viewer);
        if (!seen || (seen->kind != "voice" && seen->kind != "theme"))
            return Refusal::invalid("voices", "There is no such voice or theme that you can see.");
    }
    return {};
}

void append_event(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                  const Decision& decision, const Project& project, std::string_view verb,
                  std::vector<Id> about = {})
{
    about.push_back(decision.id);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = verb,
                    .thing = project.id,
                    .actor = viewer.person,
                    .circle = decision.circle,
                    .at = now,
                    .state = project.thing_state,
                    .concerns = std::move(about)});
}

struct Both {
    Project project;
    Decision decision;
};
Result<Both> find_both(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    auto project = find_project(transaction, id, viewer);
    if (!project) return project.error();
    auto decision = find_open_budget(transaction, project->decision, viewer);
    if (!decision) return decision.error();
    return Both{*std::move(project), *std::move(decision)};
}

} // namespace

std::string_view to_text(Judgement judgement)
{
    switch (judgement) {
    case Judgement::none:
        return "";
    case Judgement::accepted:
        return "accepted";
    case Judgement::declined:
        return "declined";
    }
    return "";
}

std::optional<Judgement> judgement_of(std::string_view text)
{
    for (const auto judgement : {Judgement::none, Judgement::accepted, Judgement::declined})
        if (to_text(judgement) == text) return judgement;
    return {};
}

std::string Project::path() const
{
    auto path = "/projects/" + id.text();
    if (const auto end = slug(title); !end.empty()) path += '-' + end;
    return path;
}

std::optional<std::int64_t> read_amount(std::string_view text)
{
    // A point or comma before exactly three digits sets thousands apart, since amounts have at most
    // two decimals: 12,000 and 12.000 are twelve thousand, 12,5 is twelve and a half.
    std::string digits;
    std::optional<std::size_t> decimals_from;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (c == '.' || c == ',') {
            std::size_t following = 0;
            while (at + 1 + following < text.size() && text[at + 1 + following] >= '0' &&
                   text[at + 1 + following] <= '9')
                ++following;
            if (decimals_from || digits.empty()) return {};
            if (following == 3) continue;
            if (following == 0 || following > 3) return {};
            decimals_from = digits.size();
        } else if (c == '\'' || c == ' ' || c == '\xc2' || c == '\xa0' || c == '\xe2' ||
                   c == '\x80' || c == '\xaf') {
            continue; // spaces of all kinds between thousands
        } else {
            return {};
        }
    }
    constexpr std::size_t digits_max = 13;
    if (digits.empty() || digits.size() > digits_max) return {};
    const auto decimals = decimals_from ? digits.size() - *decimals_from : 0;
    if (decimals > money_decimals) return {};
    std::int64_t amount = 0;
    for (const char c : digits) amount = amount * 10 + (c - '0');
    for (auto at = decimals; at < money_decimals; ++at) amount *= 10;
    if (amount > money_max) return {};
    return amount;
}

std::string amount_text(std::int64_t hundredths)
{
    auto text = std::to_string(hundredths / money_unit);
    const auto rest = hundredths % money_unit;
    if (rest == 0) return text;
    text += '.';
    text += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) text += static_cast<char>('0' + rest % 10);
    return text;
}

bool may_propose_project(const Decision& decision, const Viewer& viewer)
{
    if (!viewer.signed_in() || decision.state != DecisionState::proposed) return false;
    if (may_lead(decision, viewer)) return true;
    if (!decision.members_propose) return false;
    return std::ranges::any_of(decision.electorates, [&](const Electorate& electorate) {
        return viewer.role_in(electorate.circle) >= Role::member;
    });
}

Result<void> check_budget(const NewDecision& wanted, Decision& decision)
{
    auto& terms = decision.rules.budget;
    terms = wanted.budget;
    terms.names.clear();
    terms.costs.clear();
    if (terms.amount < 1 || terms.amount > money_max)
        return Refusal::invalid("amount", "Say how much there is to share, as a number.");
    terms.unit = normalise_line(terms.unit);
    if (terms.unit.empty()) return Refusal::invalid("unit", "Say in what: €, or days of work.");
    if (count_characters(terms.unit) > unit_characters_max)
        return Refusal::invalid("unit", "At most 12 characters.");
    if (terms.ballot != shares::BallotKind::points)
        terms.points = 0;
    else if (terms.points < 1 || terms.points > points_max)
        return Refusal::invalid("points", "Each voter has from 1 to 100,000 points.");
    decision.rules.places = 1;
    decision.rules.score_most = 5;
    decision.members_propose = wanted.members_propose;
    return {};
}

Result<Project> propose_project(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id decision_id, const NewProject& wanted)
{
    const auto decision = find_open_budget(transaction, decision_id, viewer);
    if (!decision) return decision.error();
    if (const auto open = lock_projects(transaction, viewer, decision_id); !open)
        return open.error();
    if (!may_propose_project(*decision, viewer))
        return Refusal::forbidden(decision->members_propose
                                      ? "Projects are proposed by members of the circles that vote."
                                      : "Projects are proposed by who leads this budget.");
    Project project;
    if (const auto good = check_project(*decision, wanted, project); !good) return good.error();
    if (const auto good = check_about(transaction, viewer, wanted.about); !good)
        return good.error();
    if (count_projects(transaction, viewer.organisation, decision_id) >=
        static_cast<std::int64_t>(projects_max))
        return Refusal::conflict("There are 500 projects already.");
    project.id = ids.next(now);
    project.decision = decision_id;
    project.thing_state = hear::is_held(transaction, viewer, decision->circle)
                              ? record::State::held
                              : record::State::visible;
    record::save_thing(transaction, viewer.organisation,
                       {project.id, "project", decision->circle, project.thing_state, viewer.person,
                        project.title, now, now, decision_id});
    save_project(transaction, viewer.organisation, project);
    save_about(transaction, viewer.organisation, project.id, wanted.about);
    save_stander(transaction, viewer.organisation, project.id, viewer.person, now);
    auto concerns = wanted.about;
    concerns.push_back(decision->author.id);
    append_event(transaction, ids, now, viewer, *decision, project, "decide.project_proposed",
                 std::move(concerns));
    return find_project(transaction, project.id, viewer);
}

Result<Project> change_project(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, const NewProject& wanted)
{
    auto both = find_both(transaction, id, viewer);
    if (!both) return both.error();
    auto& [project, decision] = *both;
    if (project.author.id != viewer.person && !may_lead(decision, viewer))
        return Refusal::forbidden("Only who proposed it and who leads the budget may change it.");
    if (const auto open = lock_projects(transaction, viewer, decision.id); !open)
        return open.error();
    if (const auto good = check_project(decision, wanted, project); !good) return good.error();
    const auto thing = record::find_thing(transaction, viewer.organisation, id);
    auto changed = *thing;
    changed.title = project.title;
    changed.changed = now;
    record::change_thing(transaction, viewer.organisation, changed);
    update_project(transaction, viewer.organisation, project);
    std::vector<Id> standers;
    for (const auto& stander : list_standers(transaction, id, viewer))
        standers.push_back(stander.id);
    append_event(transaction, ids, now, viewer, decision, project, "decide.project_changed",
                 std::move(standers));
    return find_project(transaction, id, viewer);
}

Result<Project> judge_project(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id id, Judgement judgement,
                              std::string_view wanted)
{
    auto both = find_both(transaction, id, viewer);
    if (!both) return both.error();
    auto& [project, decision] = *both;
    if (!may_lead(decision, viewer))
        return Refusal::forbidden("Only who proposed it and the circle's stewards may do this.");
    if (judgement == Judgement::none)
        return Refusal::invalid("judgement", "It is accepted or declined.");
    auto reason = normalise_line(wanted);
    if (reason.empty() && judgement == Judgement::declined)
        return Refusal::invalid("reason", "Say why it is declined, for all to read.");
    if (count_characters(reason) > removal_reason_characters_max)
        return Refusal::invalid("reason", "A reason has at most 1,000 characters.");
    if (const auto open = lock_projects(transaction, viewer, decision.id); !open)
        return open.error();
    // Under the lock: two who accept it at once have one event.
    const auto before = load_project(transaction, id, viewer);
    if (before->judgement == judgement && before->reason == reason)
        return Refusal::conflict("It was judged so already.");
    save_judgement(transaction, viewer.organisation, id, judgement, reason);
    auto concerns = list_project_about(transaction, viewer.organisation, id);
    concerns.push_back(project.author.id);
    append_event(transaction, ids, now, viewer, decision, project,
                 judgement == Judgement::accepted ? "decide.project_accepted"
                                                  : "decide.project_declined",
                 std::move(concerns));
    return find_project(transaction, id, viewer);
}

Result<Project> stand_for(store::Transaction& transaction, IdSource& ids, Time now,
                          const Viewer& viewer, Id id, bool stands)
{
    auto both = find_both(transaction, id, viewer);
    if (!both) return both.error();
    auto& [project, decision] = *both;
    if (!may_lead(decision, viewer) && project.author.id != viewer.person &&
        !std::ranges::any_of(decision.electorates, [&](const Electorate& electorate) {
            return viewer.role_in(electorate.circle) >= Role::member;
        }))
        return Refusal::forbidden("Members of the circles that vote may stand for a project.");
    if (decision.state == DecisionState::withdrawn)
        return Refusal::conflict("It is closed, or was taken back before.");
    const bool changed =
        stands ? save_stander(transaction, viewer.organisation, id, viewer.person, now)
               : remove_stander(transaction, viewer.organisation, id, viewer.person);
    if (changed)
        append_event(transaction, ids, now, viewer, decision, project,
                     stands ? "decide.project_stood_for" : "decide.project_left");
    return find_project(transaction, id, viewer);
}

Result<Project> find_project(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    if (thing->kind != "project") return Refusal::not_found();
    auto project = load_project(transaction, id, viewer);
    if (!project) return Refusal::not_found();
    return *std::move(project);
}

} // namespace moothall::decide
