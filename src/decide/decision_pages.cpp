// The list of decisions and the page of one.

#include "decide/delegation.hpp"
#include "decide/pages.hpp"
#include "decide/templates.hpp"
#include "people/people.hpp"
#include "web/address.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/problem.hpp"
#include "web/templates.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr int arguments_shown_max = 300;

std::string address_of(const DecisionQuery& query, std::optional<DecisionState> state, Id circle,
                       std::string_view after)
{
    std::string path = "/decisions";
    if (state) web::add_field(path, "state", to_text(*state));
    if (circle) web::add_field(path, "circle", circle.text());
    if (query.about) web::add_field(path, "about", query.about.text());
    if (!after.empty()) web::add_field(path, "after", after);
    return path;
}

std::string when_words(const Decision& decision, const Context& context)
{
    const auto& language = context.language;
    switch (decision.state) {
    case DecisionState::proposed:
        return language.t("proposed {1}", language.ago(decision.created, context.now));
    case DecisionState::voting:
        return language.t("closes {1}", language.ago(decision.closes, context.now));
    case DecisionState::closed:
        if (decision.outcome != "passed")
            return language.t("closed {1}", language.ago(decision.closed.value_or(decision.changed),
                                                         context.now));
        return language.t("to be reviewed on {1}", language.day(decision.review_on));
    case DecisionState::reviewed:
        return language.t("reviewed on {1}",
                          language.day(decision.reviewed.value_or(decision.changed)));
    case DecisionState::withdrawn:
        return language.t("taken back {1}", language.ago(decision.changed, context.now));
    }
    return {};
}

DecisionRow make_row(const Decision& decision, const Context& context)
{
    std::vector<std::string> circles;
    for (const auto& electorate : decision.electorates)
        circles.push_back(circle_words(electorate, context.language));
    return {decision, chip_of(decision, context.language), context.language.list(circles),
            when_words(decision, context)};
}

void fill_filters(DecisionsPage& page, const DecisionQuery& query, Context& context)
{
    const auto& language = context.language;
    const auto counts = count_decisions(context.transaction, context.viewer);
    std::int64_t all = 0;
    for (const auto& count : counts) all += count.second;
    page.states.push_back({std::string(language.t("All")),
                           address_of(query, std::nullopt, query.circle, {}), !query.state, all});
    for (const auto state : {DecisionState::voting, DecisionState::proposed, DecisionState::closed,
                             DecisionState::reviewed, DecisionState::withdrawn}) {
        const auto found =
            std::ranges::find(counts, state, &std::pair<DecisionState, std::int64_t>::first);
        if (found == counts.end()) continue;
        page.states.push_back({std::string(language.t(name_of(state))),
                               address_of(query, state, query.circle, {}), query.state == state,
                               found->second});
    }
    if (query.circle)
        page.circles.push_back({std::string(language.t("All circles")),
                                address_of(query, query.state, Id{}, {}), false, -1});
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (circle.mine != Role::none || circle.id == query.circle)
            page.circles.push_back({std::string(language.t(circle.name)),
                                    address_of(query, query.state, circle.id, {}),
                                    circle.id == query.circle, -1});
}

Response get_decisions(const Request& request, Context& context)
{
    const auto& language = context.language;
    DecisionQuery query;
    query.state = decision_state_of(request.query("state"));
    query.circle = Id::parse(request.query("circle")).value_or(Id{});
    query.about = Id::parse(request.query("about")).value_or(Id{});
    query.after = request.query("after");
    if (query.about)
        if (const auto seen = people::find_seen(context.transaction, query.about, context.viewer);
            !seen)
            return context.refuse(seen.error());
    const auto list = list_decisions(context.transaction, query, context.viewer);
    if (!list) return context.refuse(list.error());

    DecisionsPage page{.frame =
                           web::make_frame(request, context, std::string(language.t("Decisions")),
                                           web::Section::decisions)};
    page.frame.feed_path = "/decisions.atom";
    page.frame.calendar_path = "/calendar.ics";
    page.frame.live_path = "/api/v1/events/stream";
    fill_filters(page, query, context);
    for (const auto& decision : list->decisions) page.rows.push_back(make_row(decision, context));
    if (!query.after.empty())
        page.pages.first_path = address_of(query, query.state, query.circle, {});
    if (!list->next.empty())
        page.pages.next_path = address_of(query, query.state, query.circle, list->next);
    const auto& memberships = context.viewer.memberships;
    page.may_propose =
        context.viewer.is_company() ||
        std::ranges::any_of(memberships, [](const auto& one) { return one.role == Role::steward; });
    page.empty = {std::string(language.t("No decision here yet")),
                  std::string(language.t("A decision says what we believe, for whom, how we shall "
                                         "see it and by when. Those it concerns vote on it."))};
    if (page.may_propose) {
        page.empty.action_label = language.t("Propose a decision");
        page.empty.action_path = "/decisions/new";
    }
    web::Writer out(16 * 1024);
    html::decisions(out, language, page);
    return web::show(context, page.frame, out.take());
}

void fill_electorates(DecisionPageView& page, const Decision& decision, const Standing& standing,
                      const web::Language& language)
{
    for (std::size_t at = 0; at < decision.electorates.size(); ++at) {
        const auto& electorate = decision.electorates[at];
        page.electorates.push_back(
            {.circle = circle_words(electorate, language),
             .circle_path = electorate.circle_name.empty() ? std::string()
                                                           : "/circles/" + electorate.circle.text(),
             .threshold = decision.rules.method == Method::consent
                              ? std::string(language.t("no objection"))
                          : decision.rules.method == Method::equal_shares
                              ? std::string("–")
                              : threshold_words(electorate.threshold, language),
             .quorum = quorum_words(electorate.quorum, language),
             .roll = electorate.roll,
             .voters = electorate.voters,
             .delegated = electorate.delegated,
             .mine = std::ranges::find(standing.electorates, at) != standing.electorates.end()});
    }
}

void fill_vote(DecisionPageView& page, const Request& request, const Context& context,
               const Decision& decision, const Standing& standing,
               const std::optional<Refusal>& refused, Refused which)
{
    const auto& language = context.language;
    page.has_voted = standing.choice.has_value();
    if (decision.state != DecisionState::voting) return;
    if (context.now >= decision.closes) {
        page.not_voting = language.t("Voting has ended. It is being counted.");
    } else if (!context.viewer.signed_in()) {
        page.not_voting = language.t("Sign in to vote, if you are on the roll.");
    } else if (standing.electorates.empty()) {
        page.not_voting = language.t("You are not on the roll of this vote, which was written when "
                                     "voting opened.");
    } else if (!page.budget) {
        page.vote = make_vote_form(decision, standing, language);
        if (refused && which == Refused::vote) {
            page.vote->error = language.sentence(*refused);
            page.vote->reason = request.form("reason");
            for (auto& line : page.vote->lines)
                if (line.name == "choice") line.chosen = request.form("choice") == line.value;
        }
    }
}

Result<void> fill_arguments(DecisionPageView& page, Context& context, ArgumentList& list)
{
    const auto& viewer = context.viewer;
    const auto& decision = page.decision;
    auto found = list_arguments(context.transaction, decision.id, viewer, {}, arguments_shown_max);
    if (!found) return found.error();
    list = *std::move(found);
    const bool steward = viewer.is_steward_of(decision.circle);
    for (const auto& argument : list.arguments) {
        const bool own = viewer.signed_in() && argument.reply.author.id == viewer.person;
        auto& column = argument.side == Side::in_favour ? page.in_favour
                       : argument.side == Side::against ? page.against
                                                        : page.beside;
        column.push_back({argument.reply, steward || own, viewer.signed_in() && !own});
    }
    page.more_arguments = !list.next.empty();
    page.may_argue = viewer.role_in(decision.circle) >= Role::member;
    return {};
}

void fill_acts(DecisionPageView& page, const Request& request, const Context& context,
               const std::optional<Refusal>& refused, Refused which)
{
    const auto& language = context.language;
    const auto& decision = page.decision;
    if (!may_lead(decision, context.viewer)) return;
    page.may_open = decision.state == DecisionState::proposed;
    page.may_close = decision.state == DecisionState::voting;
    page.may_withdraw = page.may_open || page.may_close;
    page.may_review =
        (decision.state == DecisionState::closed && decision.outcome == "passed") ||
        (decision.state == DecisionState::reviewed && decision.review_result == "unclear");
    page.may_edit = may_edit(decision, context.viewer);
    const Date today{std::chrono::floor<std::chrono::days>(context.now)};
    page.is_due = page.may_review && decision.review_on <= today;
    const bool mine =
        which == Refused::closing || which == Refused::withdrawal || which == Refused::review;
    page.form.emplace(language, request, mine ? refused : std::nullopt);
    const auto& form = *page.form;
    page.closes_early = page.may_close && decision.may_still_change(context.now);
    if (page.closes_early) {
        page.closing = form.text("reason", language.t("Why now, for all to read"));
        page.closing.required = true;
        page.closing.characters_max = 1000;
        page.closing.id = "closing";
        page.closing.hint = language.t("Not all have voted, and its day has not come.");
        if (which != Refused::closing) page.closing.value.clear();
    }
    if (page.may_withdraw) {
        page.withdrawal = form.text("reason", language.t("Why, for all to read"));
        page.withdrawal.required = true;
        page.withdrawal.characters_max = 1000;
        page.withdrawal.id = "withdrawal";
        if (which != Refused::withdrawal) page.withdrawal.value.clear();
    }
    if (page.may_review) {
        std::vector<web::Choice> results{{"held", std::string(language.t("It held"))},
                                         {"failed", std::string(language.t("We were wrong")),
                                          std::string(language.t("A normal result: now we know."))},
                                         {"unclear", std::string(language.t("Still unclear")),
                                          std::string(language.t("It can be reviewed again."))}};
        if (!page.is_due) results = {results[1]};
        page.review_result = form.choose("result", language.t("The theory"), std::move(results));
        page.review_result.required = true;
        page.review_value = form.text("value", language.t("What the measure shows now"));
        page.review_value.hint = language.t("It was to be: {1}", decision.target);
        page.review_value.required = true;
        page.review_value.characters_max = 1000;
        page.review_words = form.text("words", language.t("What we learn from it"));
        page.review_words.required = true;
        page.review_words.rows = 3;
        page.review_words.characters_max = 1000;
    }
}

/// Who handed on her vote is counted beside those who voted: her ballot lies in the box, too.
std::string counted_words(const Decision& decision, const web::Language& language)
{
    auto words =
        language.tn("Closed and counted: {1} person voted. Who cast which ballot was deleted.",
                    "Closed and counted: {1} people voted. Who cast which ballot was deleted.",
                    decision.voters);
    std::int64_t for_others = 0;
    for (const auto& electorate : decision.electorates) for_others += electorate.delegated;
    if (for_others == 0) return words;
    words += ' ';
    return words + language.tn("{1} more ballot was cast for others.",
                               "{1} more ballots were cast for others.", for_others);
}

void fill_history(DecisionPageView& page, const Context& context,
                  const std::vector<RollChanged>& changes)
{
    const auto& language = context.language;
    const auto& decision = page.decision;
    const auto add = [&](Time at, std::string text) {
        page.history.push_back({at, std::move(text)});
    };
    if (decision.author.name.empty())
        add(decision.created, std::string(language.t("Proposed by somebody who left")));
    else
        add(decision.created, language.t("Proposed by {1}", decision.author.name));
    for (auto one = page.revisions.rbegin(); one != page.revisions.rend(); ++one)
        add(one->changed, language.t("Changed by {1}", one->changed_by.name));
    if (decision.opened)
        add(*decision.opened, std::string(language.t("Voting opened, and the roll was written")));
    for (const auto& change : changes) {
        const auto circle = circle_words(decision.electorates[change.electorate], language);
        add(change.at, change.added
                           ? language.t("{1} put {2} on the roll of {3}: {4}", change.by.name,
                                        change.person.name, circle, change.reason)
                           : language.t("{1} struck {2} from the roll of {3}: {4}", change.by.name,
                                        change.person.name, circle, change.reason));
    }
    if (decision.state == DecisionState::withdrawn)
        add(decision.closed.value_or(decision.changed),
            language.t("Taken back: {1}", decision.withdrawal));
    else if (decision.closed) {
        if (!decision.early_reason.empty())
            add(*decision.closed, language.t("Closed before its day: {1}", decision.early_reason));
        add(*decision.closed, counted_words(decision, language));
    }
    if (decision.reviewed)
        add(*decision.reviewed, language.t("Held against its measure: {1}", decision.review_value));
    std::ranges::reverse(page.history); // they were added in the order in which they happened
}

/// The votes that were handed on: whose goes where is for the two of them, how many for everybody.
void fill_handed(DecisionPageView& page, Context& context)
{
    const auto& language = context.language;
    const auto& decision = page.decision;
    auto& transaction = context.transaction;
    const auto counts =
        count_handed(transaction, decision, context.viewer.organisation, context.now);
    if (decision.state == DecisionState::voting)
        for (std::size_t at = 0; at < page.electorates.size(); ++at)
            page.electorates[at].delegated = counts[at];
    if (const auto handed = find_handed_vote(transaction, decision, context.viewer, context.now);
        handed && !page.has_voted)
        page.handed =
            handed->choice
                ? language.t(
                      "{1} votes for you here, and voted: {2}. You see this until the close; "
                      "your own vote takes its place.",
                      handed->delegate.name,
                      choice_words(decision.rules, *handed->choice, language))
                : language.t(
                      "{1} votes for you here once she votes. Your own vote takes its place.",
                      handed->delegate.name);
    if (const auto people = count_handed_to(transaction, decision, context.viewer, context.now);
        people > 0)
        page.handed_to = language.tn(
            "{1} person handed you her vote here. Until the close she sees how you vote.",
            "{1} people handed you their votes here. Until the close they see how you vote.",
            people);
    if (!decision.weights.empty()) {
        auto weights = decision.weights;
        for (std::size_t at = weights.find(','); at != std::string::npos;
             at = weights.find(',', at + 2))
            weights.replace(at, 1, ", ");
        page.weights =
            language.t("Votes that were cast for others, by each who did: {1}. Nobody is "
                       "named.",
                       weights);
    }
}

/// What it comes from, as far as the viewer sees it.
std::vector<AboutRow> list_about_decision(Context& context, Id decision)
{
    std::vector<AboutRow> rows;
    for (const auto& row :
         context.transaction.query(store::Sql(R"sql(
                 SELECT t.thing_id, t.kind, t.title FROM decision_about a
                 JOIN thing t ON t.org_id = a.org_id AND t.thing_id = a.thing_id
                 WHERE a.org_id = ?1 AND t.org_id = ?1 AND a.decision_id = ?3 AND )sql") +
                                       people::seen + " ORDER BY t.thing_id",
                                   context.viewer.organisation, context.viewer.person, decision))
        rows.push_back({row.id(0), row.string(2), record::path_of(row.text(1), row.id(0))});
    return rows;
}

Response get_decision(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_decision(request, context, *id, {}, Refused::none);
}

} // namespace

/// What later stages have to say on the page of a decision: promises and call-outs.
SafeHtml write_parts(const Request& request, Context& context, const record::Thing& thing)
{
    web::Writer out(4 * 1024);
    for (const auto& write_part : context.hall.hooks().thing_parts)
        write_part(out, request, context, thing);
    return SafeHtml::trusted_from_store(out.take());
}

Response show_decision(const Request& request, Context& context, Id id,
                       const std::optional<Refusal>& refused, Refused which)
{
    const auto decision = find_decision(context.transaction, id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto& language = context.language;
    const auto standing = find_standing(context.transaction, *decision, context.viewer);

    DecisionPageView page{
        .frame = web::make_frame(request, context, decision->title, web::Section::decisions),
        .decision = *decision,
        .state = chip_of(*decision, language)};
    page.frame.canonical_url = context.organisation.url + decision->path();
    page.frame.feed_path = record::path_of("decision", decision->id) + ".atom";
    page.frame.picture_path = record::path_of("decision", decision->id) + ".png";
    page.frame.live_path = "/api/v1/events/stream";
    page.now = context.now;
    page.belief = without_full_stop(decision->belief);
    page.beneficiary = without_full_stop(decision->beneficiary);
    page.measure = without_full_stop(decision->measure);
    page.target = without_full_stop(decision->target);
    page.method_name = name_of(decision->rules.method);
    page.method_words = explain(decision->rules.method);
    if (chooses(decision->rules.method)) page.ties = tie_words(decision->rules, language);
    page.about = list_about_decision(context, id);
    std::vector<Id> behind;
    for (const auto& row : page.about) behind.push_back(row.id);
    page.loop = hear::make_loop_line(
        hear::find_loop(context.transaction, context.viewer, id, behind), language);
    const auto thing = record::find_thing(context.transaction, context.viewer.organisation, id);
    page.moderating =
        hear::find_moderating(context.transaction, context.viewer, *thing, page.frame.csrf);
    page.parts = write_parts(request, context, *thing);
    fill_electorates(page, *decision, standing, language);
    if (decision->rules.method == Method::equal_shares) {
        page.budget.emplace();
        fill_budget(*page.budget, request, context, *decision, standing,
                    which == Refused::vote ? refused : std::nullopt);
    }
    fill_vote(page, request, context, *decision, standing, refused, which);
    fill_handed(page, context);
    page.objections = list_objections(context.transaction, *decision, context.viewer);
    if (!decision->outcome.empty() && !page.budget) page.result = make_result(*decision, language);
    ArgumentList arguments;
    if (const auto filled = fill_arguments(page, context, arguments); !filled)
        return context.refuse(filled.error());
    if (refused && which == Refused::argument) {
        page.argument_text = request.form("body");
        page.argument_side = request.form("side");
        page.argument_error = language.sentence(*refused);
    }
    fill_acts(page, request, context, refused, which);
    page.revisions = list_proposal_revisions(context.transaction, id, context.viewer);
    fill_history(page, context, list_roll_changes(context.transaction, *decision, context.viewer));
    if (context.viewer.signed_in())
        page.follow = hear::find_follow(context.transaction, id, context.viewer);

    web::Writer out(32 * 1024);
    html::decision(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

void mount_decision_pages(web::Router& router)
{
    router.get("/decisions", get_decisions);
    router.get("/decisions/:id", get_decision);
}

} // namespace moothall::decide
