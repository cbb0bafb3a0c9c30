// Pages of shared budgets: their list, projects, and where one's own share went.

#include "decide/budget_results.hpp"
#include "decide/budget_view.hpp"
#include "decide/pages.hpp"
#include "decide/templates.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/cookies.hpp"
#include "web/hall.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// Whose fingerprint of a ballot a browser keeps: hers and of this decision, so that the next
/// person at the same screen does not see it.
std::string cookie_of(Id decision, Id person)
{
    return "ballot-" + decision.text() + "-" + person.text();
}

Result<Decision> find_budget(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return id.error();
    auto decision = find_decision(context.transaction, *id, context.viewer);
    if (decision && decision->rules.method != Method::equal_shares) return Refusal::not_found();
    return decision;
}

Response get_budgets(const Request& request, Context& context)
{
    const auto& language = context.language;
    DecisionQuery query;
    query.method = Method::equal_shares;
    query.after = request.query("after");
    const auto list = list_decisions(context.transaction, query, context.viewer);
    if (!list) return context.refuse(list.error());
    DecisionsPage page{.frame = web::make_frame(request, context,
                                                std::string(language.t("Shared budgets")),
                                                web::Section::decisions)};
    for (const auto& decision : list->decisions)
        page.rows.push_back(
            {decision, chip_of(decision, language),
             money_words(decision.rules.budget.amount, decision.rules.budget.unit, language),
             std::string(language.t(name_of(decision.state)))});
    if (!query.after.empty()) page.pages.first_path = "/budgets";
    if (!list->next.empty()) page.pages.next_path = "/budgets?after=" + list->next;
    page.may_propose = context.viewer.is_company();
    page.empty = {std::string(language.t("No shared budget here yet")),
                  std::string(language.t("Everybody who votes has an equal share of the money, and "
                                         "projects are bought with the shares of those who want "
                                         "them."))};
    web::Writer out(16 * 1024);
    html::budgets(out, language, page);
    return web::show(context, page.frame, out.take());
}

Response get_budget(const Request& request, Context& context)
{
    const auto decision = find_budget(request, context);
    if (!decision) return context.refuse(decision.error());
    return Response::see_other(decision->path());
}

Response show_project_form(const Request& request, Context& context, const Decision& decision,
                           const Project* project, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    ProjectFormPage page{
        .frame =
            web::make_frame(request, context,
                            std::string(project == nullptr ? language.t("Propose a project")
                                                           : language.t("Change this project")),
                            web::Section::decisions),
        .decision = decision,
        .form = web::FilledForm(language, request, refused),
        .action = project == nullptr ? "/decisions/" + decision.id.text() + "/projects"
                                     : "/projects/" + project->id.text(),
        .button = std::string(project == nullptr ? language.t("Propose it") : language.t("Save")),
        .title = {},
        .cost = {},
        .place = {},
        .words = {},
        .about = {}};
    page.frame.narrow = true;
    page.frame.indexed = false;
    if (project == nullptr) page.about = read_about(request, context);
    const auto& form = page.form;
    page.title = form.text("title", language.t("Title"),
                           project != nullptr       ? std::string_view(project->title)
                           : page.about.size() == 1 ? std::string_view(page.about.front().title)
                                                    : std::string_view());
    page.title.required = true;
    page.title.characters_max = 200;
    page.cost = form.text("cost", language.t("What it costs, in {1}", decision.rules.budget.unit),
                          project != nullptr ? amount_text(project->cost) : std::string());
    page.cost.required = true;
    page.cost.hint =
        language.t("At most {1}. What costs nothing needs no vote: write 0.",
                   money_words(decision.rules.budget.amount, decision.rules.budget.unit, language));
    page.place =
        form.text("place", language.t("Where"),
                  project != nullptr ? std::string_view(project->place) : std::string_view());
    page.place.characters_max = 200;
    page.words =
        form.text("words", language.t("What it is, and who does it"),
                  project != nullptr ? std::string_view(project->words) : std::string_view());
    page.words.rows = 6;
    web::Writer out;
    html::project_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_project_form(const Request& request, Context& context)
{
    const auto decision = find_budget(request, context);
    if (!decision) return context.refuse(decision.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    return show_project_form(request, context, *decision, nullptr, {});
}

Result<web::Prepared> prepare_project(const Request& request, Context&)
{
    Result<NewProject> wanted = NewProject{};
    auto rendered = hear::render_body({}, request.form("words"));
    // The form shows what is wrong with it.
    if (!rendered) {
        auto refusal = rendered.error();
        wanted = Refusal::invalid("words", refusal.sentence);
        return web::Prepared::of(std::move(wanted));
    }
    wanted->title = request.form("title");
    wanted->words = request.form("words");
    wanted->words_html = rendered->html;
    wanted->place = request.form("place");
    const auto cost = read_amount(request.form("cost"));
    if (cost)
        wanted->cost = *cost;
    else
        wanted = Refusal::invalid("cost", "Say what it costs, as a number.");
    return web::Prepared::of(std::move(wanted));
}

Response post_project(const Request& request, Context& context)
{
    const auto decision = find_budget(request, context);
    if (!decision) return context.refuse(decision.error());
    auto wanted = std::any_cast<Result<NewProject>>(context.prepared);
    if (!wanted && may_propose_project(*decision, context.viewer))
        return show_project_form(request, context, *decision, nullptr, wanted.error());
    NewProject project = wanted ? *wanted : NewProject{};
    for (const auto& row : read_about(request, context)) project.about.push_back(row.id);
    const auto made = propose_project(context.transaction, context.ids, context.now, context.viewer,
                                      decision->id, project);
    if (!made) {
        if (made.error().reason == Reason::invalid)
            return show_project_form(request, context, *decision, nullptr, made.error());
        return context.refuse(made.error());
    }
    auto response = Response::see_other(made->path());
    web::give_notice(response, context, web::Tone::good,
                     made->thing_state == record::State::held
                         ? context.language.t("Thank you. A steward looks at what newcomers say "
                                              "before all see it.")
                         : context.language.t("Proposed. You stand for it."));
    return response;
}

struct Found {
    Project project;
    Decision decision;
};
Result<Found> find_both(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return id.error();
    auto project = find_project(context.transaction, *id, context.viewer);
    if (!project) return project.error();
    auto decision = find_decision(context.transaction, project->decision, context.viewer);
    if (!decision) return decision.error();
    return Found{*std::move(project), *std::move(decision)};
}

std::vector<AboutRow> list_about_project(Context& context, Id project)
{
    std::vector<AboutRow> rows;
    for (const auto& row :
         context.transaction.query(store::Sql(R"sql(
                 SELECT t.thing_id, t.kind, t.title FROM project_about a
                 JOIN thing t ON t.org_id = a.org_id AND t.thing_id = a.thing_id
                 WHERE a.org_id = ?1 AND t.org_id = ?1 AND a.project_id = ?3 AND )sql") +
                                       people::seen + " ORDER BY t.thing_id",
                                   context.viewer.organisation, context.viewer.person, project))
        rows.push_back({row.id(0), row.string(2), record::path_of(row.text(1), row.id(0))});
    return rows;
}

Response show_project(const Request& request, Context& context, const Project& project,
                      const Decision& decision, const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    ProjectPage page{.frame =
                         web::make_frame(request, context, project.title, web::Section::decisions),
                     .decision = decision,
                     .project = project,
                     .cost = money_words(project.cost, decision.rules.budget.unit, language),
                     .state = project_chip(project, decision, language),
                     .sentence = {},
                     .standers = list_standers(context.transaction, project.id, context.viewer),
                     .about = list_about_project(context, project.id),
                     .form = {},
                     .reason = {}};
    page.frame.canonical_url = context.organisation.url + project.path();
    if (decision.state == DecisionState::closed || decision.state == DecisionState::reviewed) {
        BudgetView result;
        fill_budget_rows(result, decision, {project},
                         list_needs(context.transaction, decision.id, context.viewer), language);
        const auto number = std::to_string(project.number);
        for (const auto* list :
             {&result.bought, &result.completed, &result.free, &result.unwanted_free, &result.lost})
            for (const auto& row : *list)
                if (row.number == number) page.sentence = row.sentence;
    }
    const bool proposed = decision.state == DecisionState::proposed;
    const bool leads = may_lead(decision, context.viewer);
    page.may_change = proposed && context.viewer.signed_in() &&
                      (leads || project.author.id == context.viewer.person);
    page.may_judge = proposed && leads;
    page.may_stand = context.viewer.signed_in() && decision.state != DecisionState::withdrawn;
    page.form.emplace(language, request, refused);
    page.reason = page.form->text("reason", language.t("Why, for all to read"), project.reason);
    page.reason.characters_max = 1000;
    web::Writer out;
    html::project(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_project(const Request& request, Context& context)
{
    const auto found = find_both(request, context);
    if (!found) return context.refuse(found.error());
    return show_project(request, context, found->project, found->decision, {});
}

Response get_project_edit(const Request& request, Context& context)
{
    const auto found = find_both(request, context);
    if (!found) return context.refuse(found.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    return show_project_form(request, context, found->decision, &found->project, {});
}

Response post_project_change(const Request& request, Context& context)
{
    const auto found = find_both(request, context);
    if (!found) return context.refuse(found.error());
    auto wanted = std::any_cast<Result<NewProject>>(context.prepared);
    auto changed = wanted ? change_project(context.transaction, context.ids, context.now,
                                           context.viewer, found->project.id, *wanted)
                          : Result<Project>(wanted.error());
    if (!changed) {
        if (changed.error().reason == Reason::invalid)
            return show_project_form(request, context, found->decision, &found->project,
                                     changed.error());
        return context.refuse(changed.error());
    }
    auto response = Response::see_other(changed->path());
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

Response post_judgement(const Request& request, Context& context)
{
    const auto found = find_both(request, context);
    if (!found) return context.refuse(found.error());
    const auto judged = judge_project(
        context.transaction, context.ids, context.now, context.viewer, found->project.id,
        judgement_of(request.form("judgement")).value_or(Judgement::none), request.form("reason"));
    if (!judged) {
        if (judged.error().reason == Reason::invalid)
            return show_project(request, context, found->project, found->decision, judged.error());
        return context.refuse(judged.error());
    }
    return Response::see_other(judged->path());
}

Response post_standing(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto project = stand_for(context.transaction, context.ids, context.now, context.viewer,
                                   *id, request.form("stands") != "no");
    if (!project) return context.refuse(project.error());
    return Response::see_other(project->path());
}

Response show_share(const Request& request, Context& context, std::string_view asked)
{
    const auto decision = find_budget(request, context);
    if (!decision) return context.refuse(decision.error());
    if (decision->outcome.empty())
        return context.refuse(Refusal::conflict("Where shares went is known after the close."));
    const auto& language = context.language;
    std::optional<Refusal> refused;
    std::optional<ShareView> share;
    const auto wanted = normalise_line(asked);
    if (!wanted.empty()) {
        share = find_share(context, *decision, wanted);
        if (!share)
            refused = Refusal::invalid("receipt", "No such ballot lies in this box. Paste one line "
                                                  "of your receipt, whole.");
    }
    const web::FilledForm form(language, request, refused);
    SharePage page{
        .frame = web::make_frame(request, context, std::string(language.t("Where your share went")),
                                 web::Section::decisions),
        .decision = *decision,
        .form = form,
        .receipt = form.text("receipt", language.t("One line of your receipt, or its fingerprint")),
        .share = std::move(share)};
    page.receipt.required = true;
    page.receipt.rows = 3;
    page.receipt.value = std::string(asked);
    page.frame.narrow = true;
    page.frame.indexed = false;
    web::Writer out;
    html::share(out, language, page);
    return web::show(context, page.frame, out.take(), refused ? 422 : 200);
}

Response get_share(const Request& request, Context& context)
{
    return show_share(request, context, {});
}

/// A form that is posted though it changes nothing: a receipt must not stand in an address.
Response post_share(const Request& request, Context& context)
{
    return show_share(request, context, request.form("receipt"));
}

} // namespace

std::optional<web::Chip> project_chip(const Project& project, const Decision& decision,
                                      const web::Language& language)
{
    if (project.thing_state == record::State::hidden)
        return web::Chip{std::string(language.t("Hidden")), web::Tone::bad};
    if (project.thing_state == record::State::held)
        return web::Chip{std::string(language.t("Waits for a steward")), web::Tone::warn};
    if (project.judgement == Judgement::declined)
        return web::Chip{std::string(language.t("Declined")), web::Tone::bad};
    if (project.judgement == Judgement::accepted && decision.state == DecisionState::proposed)
        return web::Chip{std::string(language.t("Accepted")), web::Tone::good};
    if (decision.outcome.empty() || project.number == 0) return {};
    const auto result = Json::parse(decision.result);
    const auto winners = result ? result->find("winners") : Json();
    for (std::size_t at = 0; at < winners.size(); ++at)
        if (std::stoll(std::string(winners.at(at).string().value_or("0"))) == project.number)
            return web::Chip{std::string(language.t("Bought")), web::Tone::good};
    return web::Chip{std::string(language.t("Not bought")), web::Tone::plain};
}

std::optional<ShareView> find_share(Context& context, const Decision& decision,
                                    std::string_view leaf_or_ballot)
{
    const auto result = Json::parse(decision.result);
    const auto text =
        find_boxed_ballot(context.transaction, decision.id, context.viewer, leaf_or_ballot);
    if (!result || !text) return {};
    const auto ballot = read_ballot(decision.rules, decision.id.text(), *text);
    if (!ballot) return {};
    const auto share = share_of_voter(decision.rules, *result, ballot->choice);
    if (!share) return {};
    return make_share_view(decision, *share,
                           list_projects(context.transaction, decision, context.viewer),
                           context.language);
}

namespace {

/// All that what came of it may change with: the rest was settled at the close.
std::string state_of(const Decision& decision, const web::Language& language)
{
    std::string state = decision.explained ? "explained" : "closed";
    for (const auto& electorate : decision.electorates)
        state += '\n' + circle_words(electorate, language);
    return state;
}

void write_result(BudgetView& view, Context& context, const Decision& decision)
{
    const auto& language = context.language;
    // A project that was hidden after the vote still has its title for some: then it is written for
    // each who looks.
    const auto& names = decision.rules.budget.names;
    auto* const memory = std::ranges::find(names, std::string()) == names.end()
                             ? context.hall.kept<BudgetResults>()
                             : nullptr;
    const auto budget = decision.id.text() + ' ' + context.viewer.organisation.text() + ' ' +
                        std::string(language.code());
    const auto state = state_of(decision, language);
    auto written = memory == nullptr ? nullptr : memory->find(budget, state);
    if (written == nullptr) {
        BudgetView result;
        fill_budget_result(result, decision,
                           list_projects(context.transaction, decision, context.viewer),
                           list_needs(context.transaction, decision.id, context.viewer), language);
        web::Writer out(64 * 1024);
        html::budget_result(out, language, result);
        written = std::make_shared<const WrittenResult>(
            WrittenResult{result.sentence + ' ' + result.share, out.take()});
        if (memory != nullptr) memory->keep(budget, state, written);
    }
    view.closed = true;
    view.lead = written->lead;
    view.result = SafeHtml::trusted_from_store(written->html);
}

} // namespace

void keep_receipt(Response& response, const Context& context, const Decision& decision,
                  const std::string& ballot)
{
    // Until a quarter after the close; the browser keeps it, and the server nothing.
    const auto until = decision.closes - context.now + std::chrono::days{92};
    web::set_cookie(response, context, cookie_of(decision.id, context.viewer.person),
                    receipts::to_hex(receipts::leaf_hash(ballot)),
                    std::chrono::duration_cast<std::chrono::seconds>(until));
}

void fill_budget(BudgetView& view, const Request& request, Context& context,
                 const Decision& decision, const Standing& standing,
                 const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto& terms = decision.rules.budget;
    const bool closed = !decision.outcome.empty();
    const auto projects = list_projects(context.transaction, decision, context.viewer,
                                        closed ? OnBallot::no : OnBallot::any);
    view.amount = money_words(terms.amount, terms.unit, language);
    view.ballot = language.t(name_of(terms.ballot));
    view.ballot_words = language.t(explain(terms.ballot));
    view.ties = tie_words(decision.rules, language);
    view.may_propose = may_propose_project(decision, context.viewer);
    view.propose_path = "/decisions/" + decision.id.text() + "/projects/new";
    view.share_path = "/decisions/" + decision.id.text() + "/share";
    view.file_path = "/decisions/" + decision.id.text() + "/ballots.pb";
    if (closed) {
        write_result(view, context, decision);
        if (context.viewer.signed_in()) {
            const auto leaf = web::read_cookie(request, context.organisation,
                                               cookie_of(decision.id, context.viewer.person));
            if (!leaf.empty()) view.mine = find_share(context, decision, leaf);
        }
    }
    for (const auto& project : projects) {
        ProjectRow row;
        if (project.number > 0) row.number = std::to_string(project.number);
        row.title = project.title;
        row.path = project.path();
        row.cost = money_words(project.cost, terms.unit, language);
        row.place = project.place;
        if (project.standers > 0)
            row.standers = language.tn("{1} person stands for it", "{1} people stand for it",
                                       project.standers);
        row.state = project_chip(project, decision, language);
        if (project.judgement == Judgement::declined) row.sentence = project.reason;
        view.projects.push_back(std::move(row));
    }
    if (decision.state == DecisionState::voting && !standing.electorates.empty() &&
        context.now < decision.closes) {
        view.form =
            make_budget_form(decision, standing, projects, language, refused ? &request : nullptr);
        if (refused) view.form->error = language.sentence(*refused);
    }
}

void mount_budget_pages(web::Router& router)
{
    router.get("/budgets", get_budgets);
    router.get("/budgets/:id", get_budget);
    router.get("/decisions/:id/projects/new", get_project_form);
    auto& propose = router.post("/decisions/:id/projects", post_project);
    propose.prepare = prepare_project;
    propose.act = web::Act::reply;
    router.get("/projects/:id", get_project);
    router.get("/projects/:id/edit", get_project_edit);
    router.post("/projects/:id", post_project_change).prepare = prepare_project;
    router.post("/projects/:id/judgement", post_judgement);
    router.post("/projects/:id/standing", post_standing);
    router.get("/decisions/:id/share", get_share);
    router.post("/decisions/:id/share", post_share).reads_only = true;
}

} // namespace moothall::decide
