// Shared budgets as files of Pabulib's format: out for anybody to count, and in from elsewhere.

#include "decide/budget_file.hpp"

#include "decide/api.hpp"
#include "decide/budget_store.hpp"
#include "decide/budget_view.hpp"
#include "decide/chance.hpp"
#include "decide/decide.hpp"
#include "decide/decision_store.hpp"
#include "decide/pages.hpp"
#include "decide/shares/pabulib.hpp"
#include "decide/templates.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/frame.hpp"
#include "web/problem.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::size_t file_bytes_max = std::size_t{32} * 1024 * 1024;
constexpr std::size_t votes_in_file_max = 100'000;
constexpr std::size_t name_characters_max = 200;

std::string shortened(std::string_view name, std::string_view otherwise)
{
    auto line = normalise_line(name);
    if (line.empty()) line = normalise_line(otherwise);
    std::string cut;
    std::size_t characters = 0;
    for (const char c : line) {
        const bool begins = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        if (begins && ++characters > name_characters_max) break;
        cut += c;
    }
    return cut;
}

std::string meta_of(const shares::PabulibDetails& details, std::string_view key)
{
    for (const auto& [known, value] : details.meta)
        if (known == key) return value;
    return {};
}

/// Amounts of the file in our hundredths.
std::int64_t hundredths(const shares::Election& election, std::int64_t amount)
{
    auto scale = money_unit;
    for (int at = 0; at < election.money_decimals(); ++at) scale /= 10;
    return amount * scale;
}

Result<void> check_file(const shares::PabulibReading& reading)
{
    if (reading.problem)
        return Refusal::invalid("file", "Line {1}: {2}")
            .with(std::to_string(reading.problem->line))
            .with(reading.problem->text());
    const auto& election = *reading.election;
    if (election.projects().empty() || election.projects().size() > projects_max)
        return Refusal::invalid("file", "A budget has from 1 to 500 projects.");
    if (election.voter_count() > votes_in_file_max)
        return Refusal::invalid("file", "A file has at most 100,000 votes.");
    if (election.money_decimals() > money_decimals || election.points_decimals() > 0)
        return Refusal::invalid("file", "Amounts have at most two decimals, and points none.");
    constexpr auto most = money_max / money_unit;
    if (election.budget() / election.money_unit() > most)
        return Refusal::invalid("file", "This budget is larger than any we can share.");
    for (const auto& project : election.projects())
        if (project.cost / election.money_unit() > most)
            return Refusal::invalid("file", "This budget is larger than any we can share.");
    for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot)
        for (const auto& mark : election.marks(ballot))
            if (election.kind() == shares::BallotKind::points && mark.points < 0)
                return Refusal::invalid("file", "Nobody can give less than no points.");
    return {};
}

/// Projects in the order of their ids as texts, so that "listed first" is what other programs
/// break ties by.
std::vector<std::uint32_t> order_of(const shares::Election& election)
{
    std::vector<std::uint32_t> order(election.projects().size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](auto at) { return election.projects()[at].id; });
    return order;
}

std::int64_t most_points(const shares::Election& election)
{
    std::int64_t most = 1;
    for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot) {
        std::int64_t sum = 0;
        for (const auto& mark : election.marks(ballot)) sum += mark.points;
        most = std::max(most, sum);
    }
    return most;
}

Choice choice_of(const shares::Election& election, std::size_t ballot,
                 const std::vector<std::size_t>& place_of)
{
    const auto marks = election.marks(ballot);
    Choice choice;
    switch (election.kind()) {
    case shares::BallotKind::approval:
        for (const auto& mark : marks) choice.approved.push_back(place_of[mark.project]);
        break;
    case shares::BallotKind::points:
        for (const auto& mark : marks)
            if (mark.points > 0)
                choice.scores.push_back(
                    {place_of[mark.project], static_cast<std::int32_t>(mark.points)});
        break;
    case shares::BallotKind::ranking: {
        std::vector<shares::Mark> best_first(marks.begin(), marks.end());
        std::ranges::sort(best_first, std::greater<>{}, &shares::Mark::points);
        for (const auto& mark : best_first) choice.ranking.push_back({place_of[mark.project]});
        break;
    }
    }
    return choice;
}

void save_projects(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                   const Decision& decision, const shares::Election& election,
                   const std::vector<std::uint32_t>& order, bool numbered)
{
    std::int64_t number = 0;
    for (const auto at : order) {
        const auto& from = election.projects()[at];
        Project project;
        project.id = ids.next(now);
        project.decision = decision.id;
        project.title = shortened(from.name, from.id);
        project.cost = hundredths(election, from.cost);
        ++number;
        project.number = numbered ? number : 0;
        record::save_thing(transaction, viewer.organisation,
                           {project.id, "project", decision.circle, record::State::visible,
                            viewer.person, project.title, now, now, decision.id});
        save_project(transaction, viewer.organisation, project);
    }
}

/// The ballots of the file go into a box as those of a vote do: without names, in an order drawn by
/// lot, each with a word of its own.
void fill_box(store::Transaction& transaction, Time now, const Viewer& viewer,
              const Decision& decision, const shares::Election& election,
              const std::vector<std::uint32_t>& order)
{
    std::vector<std::size_t> place_of(order.size());
    for (std::size_t place = 0; place < order.size(); ++place) place_of[order[place]] = place;
    std::vector<std::string> ballots;
    ballots.reserve(election.voter_count());
    for (std::size_t voter = 0; voter < election.voter_count(); ++voter)
        ballots.push_back(write_ballot(decision.rules, decision.id.text(), 0,
                                       choice_of(election, election.ballot_of(voter), place_of),
                                       make_ballot_code()));
    shuffle_ballots(ballots);
    save_box(transaction, viewer.organisation, decision.id, ballots);
    const auto root = receipts::to_hex(receipts::BallotBox(ballots).root());
    const auto count = count_box(decision.rules, decision.id.text(), ballots, root).value();
    transaction.execute(R"sql(
        UPDATE decision SET opened_us = ?3, closes_us = ?3, closed_us = ?3, voters = ?4, outcome = ?5,
            why = ?6, result = ?7, root = ?8, asked_us = ?3
        WHERE org_id = ?1 AND decision_id = ?2 )sql",
                        viewer.organisation, decision.id, now, ballots.size(),
                        count.passes() ? "passed" : "failed", to_text(count.why),
                        to_json(decision.rules, count), root);
    save_state(transaction, viewer.organisation, decision.id, DecisionState::closed, now);
    await_explanation(transaction, viewer.organisation, decision.id);
}

} // namespace

namespace {

/// The numbers, from 1, of the projects that a stored count gives the budget to.
std::set<std::string, std::less<>> numbers_of_winners(const std::string& result)
{
    std::set<std::string, std::less<>> numbers;
    const auto count = Json::parse(result);
    if (!count) return numbers;
    const auto list = count->find("budget").find("equal_shares").find("selected");
    for (std::size_t at = 0; at < list.size(); ++at)
        numbers.emplace(list.at(at).string().value_or(""));
    return numbers;
}

/// Names the projects that cost nothing: which are chosen is no matter of money.
std::string free_words(const Decision& decision, const std::set<std::string, std::less<>>& chosen)
{
    std::string wanted;
    std::string unwanted;
    for (std::size_t at = 0; at < decision.rules.options.size(); ++at) {
        if (decision.rules.budget.costs[at] > 0) continue;
        const auto& number = decision.rules.options[at];
        auto& list = chosen.contains(number) ? wanted : unwanted;
        list += (list.empty() ? "" : ", ") + number;
    }
    std::string words;
    if (!wanted.empty()) words += ". Free and wanted by somebody, so selected: " + wanted;
    if (!unwanted.empty()) words += ". Free and not selected: " + unwanted;
    return words;
}

} // namespace

Result<std::string> write_budget_file(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto box = find_box(transaction, id, viewer);
    if (!box) return box.error();
    if (box->rules.method != Method::equal_shares) return Refusal::not_found();
    std::vector<Ballot> ballots;
    ballots.reserve(box->ballots.size());
    for (const auto& text : box->ballots) {
        auto ballot = read_ballot(box->rules, box->decision, text);
        if (!ballot) return ballot.error();
        ballots.push_back(*std::move(ballot));
    }
    const auto options = budget_options(box->rules, lot_of(box->root));
    std::string how = "moothall equal-shares FILE --completion add1-greedy --minimum-votes 1";
    if (options.tie_break.rule != shares::TieBreak::Rule::lexicographic)
        how += " --tie-break " + std::string(shares::to_text(options.tie_break.rule)) + " --seed " +
               std::to_string(options.tie_break.seed);
    const auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    const auto chosen = numbers_of_winners(decision->result);
    how += free_words(*decision, chosen);
    shares::PabulibDetails details;
    details.meta = {{"description", box->title},
                    {"currency", box->rules.budget.unit},
                    {"rule", "equalshares/add1"},
                    {"comment", how}};
    details.project_columns = {"selected"};
    for (std::size_t at = 0; at < box->rules.options.size(); ++at)
        details.project_values.push_back({chosen.contains(box->rules.options[at]) ? "1" : "0"});
    return shares::write_pabulib(make_election(box->rules, ballots, FreeProjects::kept), details);
}

Result<Decision> import_budget(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, const BudgetFile& file)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto circle = people::find_circle(transaction, file.circle, viewer);
    if (!circle) return Refusal::invalid("circle", "There is no such circle that you can see.");
    if (!viewer.is_steward_of(file.circle))
        return Refusal::forbidden("A steward of the circle brings in its budgets.");
    const auto reading = shares::read_pabulib(file.text);
    if (const auto good = check_file(reading); !good) return good.error();
    const auto& election = *reading.election;

    auto wanted = file.theory;
    wanted.method = Method::equal_shares;
    wanted.title = shortened(file.title, meta_of(reading.details, "description"));
    wanted.electorates = {{file.circle, {0, 1}, {0, 1}}};
    wanted.circle = file.circle;
    wanted.about.clear();
    wanted.budget.amount = hundredths(election, election.budget());
    wanted.budget.unit = file.unit.empty() ? meta_of(reading.details, "currency") : file.unit;
    if (wanted.budget.unit.empty()) wanted.budget.unit = "€";
    wanted.budget.ballot = election.kind();
    wanted.budget.points = most_points(election);
    wanted.ties = TieRule::as_listed;
    const auto proposed = propose(transaction, ids, now, viewer, wanted);
    if (!proposed) return proposed.error();
    const auto order = order_of(election);
    save_projects(transaction, ids, now, viewer, *proposed, election, order, file.counted);
    if (file.counted) {
        transaction.execute(R"sql(
            UPDATE electorate SET roll = ?3, voters = ?3 WHERE org_id = ?1 AND decision_id = ?2 )sql",
                            viewer.organisation, proposed->id, election.voter_count());
        const auto decision = find_decision(transaction, proposed->id, viewer);
        if (!decision) return decision.error();
        fill_box(transaction, now, viewer, *decision, election, order);
        record::append(transaction, viewer.organisation, ids,
                       {.verb = "decide.budget_brought_in",
                        .thing = proposed->id,
                        .actor = viewer.person,
                        .circle = proposed->circle,
                        .at = now,
                        .data = JsonWriter()
                                    .begin_object()
                                    .field("ballots", election.voter_count())
                                    .field("projects", election.projects().size())
                                    .end_object()
                                    .take()});
    }
    return find_decision(transaction, proposed->id, viewer);
}

namespace {

Response get_file(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    auto text = write_budget_file(context.transaction, *id, context.viewer);
    if (!text) return context.refuse(text.error());
    auto response = Response::text(*std::move(text));
    response.with("Content-Disposition", "attachment; filename=\"budget-" + id->text() + ".pb\"");
    return response;
}

/// A budget that was brought in is a theory, too: the least that can be said of it.
NewDecision make_theory(const Context& context)
{
    const auto& language = context.language;
    constexpr std::chrono::days review_after{90};
    NewDecision theory;
    theory.belief = language.t("that the money goes where those who voted want it");
    theory.beneficiary = language.t("those who voted");
    theory.measure = language.t("projects that were carried out");
    theory.target = language.t("all that were bought");
    theory.review_on = Date{std::chrono::floor<std::chrono::days>(context.now + review_after)};
    return theory;
}

Response show_budget_import(const Request& request, Context& context,
                            const std::optional<Refusal>& refused)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto& language = context.language;
    BudgetImportPage page{.frame = web::make_frame(
                              request, context, std::string(language.t("Bring in a shared budget")),
                              web::Section::decisions),
                          .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.title = page.form.text("title", language.t("Title"));
    page.title.hint = language.t("Left empty, what the file says.");
    page.title.characters_max = 200;
    page.unit = page.form.text("unit", language.t("In what"));
    page.unit.hint = page.title.hint;
    page.unit.characters_max = 12;
    std::vector<web::Choice> circles;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (context.viewer.is_steward_of(circle.id))
            circles.push_back({circle.id.text(), std::string(language.t(circle.name))});
    page.circle = page.form.choose("circle", language.t("Circle"), std::move(circles));
    page.votes = page.form.choose(
        "votes", language.t("Its ballots"),
        {{"counted", std::string(language.t("Bring them in and count them: the vote is over")), {}},
         {"left", std::string(language.t("Leave them out: people here vote on the projects")), {}}},
        "counted");
    page.file = page.form.text("text", language.t("Or paste the file here"));
    page.file.rows = 6;
    if (refused && refused->field == "file") page.problem = language.sentence(*refused);
    web::Writer out;
    html::budget_import(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

/// A project that the file says was selected.
struct FileWinner {
    std::string number; // on our ballot
    std::string title;
};

/// Those that the file says were selected, where a count by our rules gives others: another rule
/// chose them, or a lot that was drawn elsewhere. Empty where it says the same, or nothing.
std::vector<FileWinner> other_winners(const BudgetFile& file, const Decision& decision)
{
    if (!file.counted) return {};
    const auto reading = shares::read_pabulib(file.text);
    if (!reading.election) return {};
    const auto& columns = reading.details.project_columns;
    const auto column = std::ranges::find(columns, "selected");
    if (column == columns.end()) return {};
    const auto place = static_cast<std::size_t>(column - columns.begin());
    const auto ours = numbers_of_winners(decision.result);
    std::vector<FileWinner> theirs;
    bool differs = false;
    std::size_t number = 0;
    for (const auto at : order_of(*reading.election)) {
        const auto& on_ballot = decision.rules.options[number++];
        const auto& values = reading.details.project_values[at];
        const bool selected = place < values.size() && values[place] == "1";
        const auto& project = reading.election->projects()[at];
        if (selected) theirs.push_back({on_ballot, shortened(project.name, project.id)});
        if (project.cost > 0 && selected != ours.contains(on_ballot)) differs = true;
    }
    if (!differs) return {};
    return theirs;
}

Response get_budget_import(const Request& request, Context& context)
{
    return show_budget_import(request, context, {});
}

Response post_budget_import(const Request& request, Context& context)
{
    BudgetFile file;
    for (const auto& upload : request.uploads)
        if (upload.field == "file" && !upload.content.empty()) file.text = upload.content;
    if (file.text.empty()) file.text = request.form("text");
    file.title = request.form("title");
    file.unit = request.form("unit");
    file.circle = Id::parse(request.form("circle")).value_or(Id{});
    file.counted = request.form("votes") != "left";
    file.theory = make_theory(context);
    const auto decision =
        import_budget(context.transaction, context.ids, context.now, context.viewer, file);
    if (!decision) {
        if (decision.error().reason == Reason::invalid)
            return show_budget_import(request, context, decision.error());
        return context.refuse(decision.error());
    }
    auto response = Response::see_other(decision->path());
    if (const auto others = other_winners(file, *decision); !others.empty()) {
        constexpr std::size_t shown_max = 5;
        std::vector<std::string> titles;
        for (std::size_t at = 0; at < std::min(shown_max, others.size()); ++at)
            titles.push_back(others[at].title);
        const auto words =
            context.language.t("The file names other winners, by another rule or another lot: {1}",
                               context.language.list(titles));
        web::give_notice(response, context, web::Tone::warn, clip(words, 140, Ellipsis::shown));
    }
    return response;
}

Response post_import_api(const Request& request, Context& context)
{
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    BudgetFile file;
    const std::pair<const char*, std::string*> texts[] = {
        {"text", &file.text}, {"title", &file.title}, {"unit", &file.unit}};
    for (const auto& [name, place] : texts) {
        auto text = web::read_text(*body, name);
        if (!text) return context.refuse(text.error());
        *place = text->value_or("");
    }
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return context.refuse(circle.error());
    file.circle = circle->value_or(context.viewer.everyone);
    const auto counted = web::read_truth(*body, "counted");
    if (!counted) return context.refuse(counted.error());
    file.counted = counted->value_or(true);
    file.theory = make_theory(context);
    const auto decision =
        import_budget(context.transaction, context.ids, context.now, context.viewer, file);
    if (!decision) return context.refuse(decision.error());
    JsonWriter json;
    json.begin_object();
    write_fields(json, *decision);
    json.key("other_winners").begin_array();
    for (const auto& winner : other_winners(file, *decision))
        json.begin_object()
            .field("number", winner.number)
            .field("title", winner.title)
            .end_object();
    json.end_array().end_object();
    return web::created(json.take(), "/api/v1/decisions/" + decision->id.text());
}

} // namespace

void mount_budget_file_api(web::Router& router)
{
    router.get("/api/v1/decisions/:id/pabulib", get_file).slow = true;
    router.post("/api/v1/budgets/import", post_import_api).body_bytes_max = file_bytes_max;
}

void mount_budget_file_pages(web::Router& router)
{
    router.get("/decisions/:id/ballots.pb", get_file).slow = true;
    router.get("/budgets/import", get_budget_import);
    router.post("/budgets/import", post_budget_import).body_bytes_max = file_bytes_max;
}

} // namespace moothall::decide
