// The forms that propose a decision, and change what is only proposed.

#include "decide/pages.hpp"
#include "decide/templates.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/problem.hpp"

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// A company and those it serves, and one more; the API takes up to six.
constexpr std::size_t electorates_offered = 3;

std::string numbered(const char* name, std::size_t number)
{
    return std::string(name) + "-" + std::to_string(number + 1);
}

/// The voices and themes that the form names (`voice`, `theme`: on its first look in the address,
/// then as hidden fields), as far as the viewer sees them.
std::vector<web::Choice> circle_choices(const std::vector<people::Circle>& circles,
                                        std::string empty)
{
    std::vector<web::Choice> choices;
    choices.push_back({"", std::move(empty)});
    for (const auto& circle : circles) choices.push_back({circle.id.text(), circle.name});
    return choices;
}

/// A vote that ends with a day ends at the midnight after it.
Date last_day(Time closes)
{
    return Date{std::chrono::floor<std::chrono::days>(closes - std::chrono::microseconds{1})};
}

Time end_of(Date day)
{
    return Time{std::chrono::sys_days{day} + std::chrono::days{1}};
}

/// Whom the form offers first: a circle of the company, then one of those it serves.
Id offered(const std::vector<people::Circle>& circles, const Context& context, std::size_t number)
{
    for (const auto kind : {people::CircleKind::company, people::CircleKind::team})
        for (const auto& circle : circles)
            if (number == 0 && circle.kind == kind && circle.mine != Role::none) return circle.id;
    return number == 1 ? context.viewer.everyone : Id{};
}

/// `start` is what the form begins with.
void fill_theory(TheoryFields& fields, const web::FilledForm& form, const Decision& start,
                 const web::Language& language)
{
    const auto line = [&](const char* name, std::string_view label, std::string_view otherwise,
                          std::string_view hint) {
        auto field = form.text(name, label, otherwise);
        field.hint = hint;
        field.required = true;
        field.characters_max = 1000;
        return field;
    };
    fields.title = line("title", language.t("What is decided"), start.title, {});
    fields.title.characters_max = 200;
    fields.belief = line("belief", language.t("We believe …"), start.belief,
                         language.t("What will come of it: “that photo readings end wrong "
                                    "cut-offs”."));
    fields.belief.rows = 2;
    fields.beneficiary = line("for", language.t("… for …"), start.beneficiary,
                              language.t("Whom it is for: “households that are out by day”."));
    fields.measure = line("measure", language.t("We shall see it by …"), start.measure,
                          language.t("One thing that can be counted: “wrong cut-offs a month”."));
    fields.target = line("target", language.t("What it has to show"), start.target,
                         language.t("“from 12 to 4 or fewer”"));
    fields.review_on =
        line("review_on", language.t("On which day we look"),
             start.review_on.ok() ? moothall::to_text(start.review_on) : std::string(),
             language.t("You are asked then whether the theory held."));
    fields.review_on.type = "date";
    fields.review_on.characters_max = 0;
}

web::Field options_field(const web::FilledForm& form, const Decision& start,
                         const web::Language& language)
{
    std::string lines;
    for (const auto& option : start.rules.options) lines += option + '\n';
    auto field = form.text("options", language.t("Options"), lines);
    field.rows = 4;
    return field;
}

web::Field closes_field(const web::FilledForm& form, const Decision& start,
                        const web::Language& language)
{
    auto field = form.text("closes_on", language.t("Last day to vote"),
                           start.closes == Time{} ? std::string()
                                                  : moothall::to_text(last_day(start.closes)));
    field.type = "date";
    field.hint = language.t("Left empty, two weeks.");
    return field;
}

void fill_rules(ProposalPage& page, const web::Language& language)
{
    const auto& form = page.form;
    std::vector<web::Choice> methods;
    for (const auto method :
         {Method::yes_no, Method::consent, Method::single_choice, Method::approval, Method::score,
          Method::ranked_pairs, Method::transferable_vote, Method::equal_shares})
        methods.push_back({std::string(to_text(method)), std::string(language.t(name_of(method))),
                           std::string(language.t(explain(method)))});
    page.method =
        form.choose("method", language.t("How it is decided"), std::move(methods), "yes-no");
    page.options = options_field(form, {}, language);
    page.options.hint = language.t("One on each line. Consent and yes or no need none.");
    page.places = form.text("places", language.t("How many options win"), "1");
    page.places.type = "number";
    page.places.hint = language.t("More than one only with the transferable vote.");
    page.score_most = form.text("score_most", language.t("Most points for an option"), "5");
    page.score_most.type = "number";
    page.ties = form.choose("ties", language.t("When options end equal"),
                            {{"listed", std::string(language.t("The one listed first wins"))},
                             {"lot", std::string(language.t("A lot that anybody can draw again"))}},
                            "listed");
    page.amount = form.text("amount", language.t("How much there is to share"));
    page.amount.id = "amount";
    page.unit = form.text("unit", language.t("In what"), "€");
    page.unit.characters_max = 12;
    page.unit.hint = language.t("€, or days of work");
    std::vector<web::Choice> ballots;
    for (const auto ballot :
         {shares::BallotKind::approval, shares::BallotKind::points, shares::BallotKind::ranking})
        ballots.push_back({std::string(to_text(ballot)), std::string(language.t(name_of(ballot))),
                           std::string(language.t(explain(ballot)))});
    page.ballot = form.choose("ballot", language.t("How people vote on projects"),
                              std::move(ballots), "approval");
    page.points = form.text("points", language.t("Points of each voter"), "10");
    page.points.type = "number";
    page.proposers =
        form.choose("proposers", language.t("Who may propose projects"),
                    {{"circle", std::string(language.t("Members of the circles that vote"))},
                     {"owner", std::string(language.t("Only who leads this budget"))}},
                    "circle");
    page.closes_on = closes_field(form, {}, language);
}

void fill_electorates(ProposalPage& page, Context& context,
                      const std::vector<people::Circle>& circles)
{
    const auto& language = context.language;
    for (std::size_t at = 0; at < electorates_offered; ++at) {
        ElectorateFields fields;
        const auto first = offered(circles, context, at);
        fields.circle = page.form.choose(numbered("circle", at), language.t("Circle {1}", at + 1),
                                         circle_choices(circles, std::string(language.t("nobody"))),
                                         first ? first.text() : "");
        fields.threshold =
            page.form.choose(numbered("threshold", at), language.t("Threshold"),
                             {{"1/2", std::string(language.t("more than half"))},
                              {"2/3", language.t("at least {1}", language.t("{1} of {2}", 2, 3))},
                              {"3/4", language.t("at least {1}", language.t("{1} of {2}", 3, 4))},
                              {"1/1", std::string(language.t("all"))},
                              {"0", std::string(language.t("no threshold"))}},
                             "1/2");
        fields.quorum = page.form.choose(
            numbered("quorum", at), language.t("Quorum"),
            {{"0", std::string(language.t("no quorum"))},
             {"10%", language.t("at least {1} must vote", language.percent(0.1))},
             {"25%", language.t("at least {1} must vote", language.percent(0.25))},
             {"50%", language.t("at least {1} must vote", language.percent(0.5))},
             {"75%", language.t("at least {1} must vote", language.percent(0.75))}},
            "25%");
        page.electorates.push_back(std::move(fields));
    }
}

Response show_form(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in to propose it."));
    const auto& language = context.language;
    ProposalPage page{.frame = web::make_frame(request, context,
                                               std::string(language.t("Propose a decision")),
                                               web::Section::decisions),
                      .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.about = read_about(request, context);
    const auto circles = people::list_circles(context.transaction, context.viewer);
    Decision start;
    if (page.about.size() == 1) start.title = page.about.front().title;
    fill_theory(page.theory, page.form, start, language);
    fill_rules(page, language);
    fill_electorates(page, context, circles);
    std::vector<people::Circle> audiences;
    for (const auto& circle : circles)
        if (circle.visibility == people::Visibility::open || circle.mine != Role::none)
            audiences.push_back(circle);
    page.circle = page.form.choose(
        "circle", language.t("Who can read it"),
        circle_choices(audiences, std::string(language.t("The circle that votes; everyone, when "
                                                         "several do"))));
    if (refused && refused->field == "electorates")
        page.electorates_error = language.sentence(*refused);
    if (refused && refused->field == "closes_at")
        page.closes_on.error = language.sentence(*refused);
    web::Writer out(16 * 1024);
    html::proposal(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_proposal(const Request& request, Context& context)
{
    return show_form(request, context, {});
}

std::vector<std::string> lines_of(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
        if (!line.empty()) lines.emplace_back(line);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

Result<std::int32_t> read_number(std::string_view text, const char* field, std::int32_t otherwise)
{
    if (text.empty()) return otherwise;
    std::int32_t number = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9' || number > 1000)
            return Refusal::invalid(field, "This is a small whole number.");
        number = number * 10 + (digit - '0');
    }
    return number;
}

Result<NewDecision> read_wish(const Request& request, Context& context)
{
    NewDecision wanted;
    wanted.title = request.form("title");
    wanted.belief = request.form("belief");
    wanted.beneficiary = request.form("for");
    wanted.measure = request.form("measure");
    wanted.target = request.form("target");
    const auto review_on = parse_date(request.form("review_on"));
    if (!review_on)
        return Refusal::invalid("review_on", "Say on which day it is held against its measure.");
    wanted.review_on = *review_on;
    const auto method = method_of(request.form("method"));
    if (!method) return Refusal::invalid("method", "Please choose how it is decided.");
    wanted.method = *method;
    wanted.options = lines_of(request.form("options"));
    wanted.ties = tie_rule_of(request.form("ties")).value_or(TieRule::as_listed);
    const auto places = read_number(request.form("places"), "places", 1);
    if (!places) return places.error();
    wanted.places = static_cast<std::size_t>(*places);
    if (wanted.method == Method::equal_shares) {
        const auto amount = read_amount(request.form("amount"));
        if (!amount)
            return Refusal::invalid("amount", "Say how much there is to share, as a number.");
        wanted.budget.amount = *amount;
        wanted.budget.unit = request.form("unit");
        wanted.budget.ballot =
            ballot_kind_of(request.form("ballot")).value_or(shares::BallotKind::approval);
        const auto points = read_number(request.form("points"), "points", 10);
        if (!points) return points.error();
        wanted.budget.points = *points;
        wanted.members_propose = request.form("proposers") != "owner";
        // Of two projects that are equal the cheaper comes first: said in the page's own words.
        wanted.ties = TieRule::by_lot;
    }
    const auto most = read_number(request.form("score_most"), "score_most", 5);
    if (!most) return most.error();
    wanted.score_most = *most;
    if (const auto text = request.form("closes_on"); !text.empty()) {
        const auto day = parse_date(text);
        if (!day) return Refusal::invalid("closes_on", "This is no day.");
        wanted.closes = end_of(*day);
    }
    for (std::size_t at = 0; at < electorates_offered; ++at) {
        const auto text = request.form(numbered("circle", at));
        if (text.empty()) continue;
        const auto circle = Id::parse(text);
        const auto threshold = parse_share(request.form(numbered("threshold", at)));
        const auto quorum = parse_share(request.form(numbered("quorum", at)));
        if (!circle || !threshold || !quorum)
            return Refusal::invalid("electorates", "There is no such circle that you can see.");
        wanted.electorates.push_back({*circle, *threshold, *quorum});
    }
    wanted.circle = web::sent_id(request, "circle");
    for (const auto& row : read_about(request, context)) wanted.about.push_back(row.id);
    return wanted;
}

Response post_proposal(const Request& request, Context& context)
{
    const auto wanted = read_wish(request, context);
    if (!wanted) return show_form(request, context, wanted.error());
    auto decision = propose(context.transaction, context.ids, context.now, context.viewer, *wanted);
    // A budget has no projects yet.
    if (decision && request.form("argue_first") != "yes" &&
        decision->rules.method != Method::equal_shares)
        decision = open_voting(context.transaction, context.ids, context.now, context.viewer,
                               decision->id);
    if (!decision) {
        if (decision.error().reason == Reason::invalid ||
            decision.error().reason == Reason::forbidden)
            return show_form(request, context, decision.error());
        return context.refuse(decision.error());
    }
    auto response = Response::see_other(decision->path());
    web::give_notice(response, context, web::Tone::good,
                     decision->state == DecisionState::voting
                         ? context.language.t("Voting is open.")
                         : context.language.t("Proposed. People can argue about it now."));
    return response;
}

/// Its proposer alone changes it, while it is only proposed; nobody else is shown a form.
Response show_proposal_edit(const Request& request, Context& context, Id id,
                            const std::optional<Refusal>& refused)
{
    const auto decision = find_decision(context.transaction, id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (decision->author.id != context.viewer.person)
        return context.refuse(Refusal::forbidden("Only who proposed it may change what it says."));
    if (!may_edit(*decision, context.viewer))
        return context.refuse(
            Refusal::conflict("Voting was opened, or the proposal was taken back."));
    const auto& language = context.language;
    ProposalEditPage page{.frame = web::make_frame(request, context,
                                                   std::string(language.t("Change the proposal")),
                                                   web::Section::decisions),
                          .form = web::FilledForm(language, request, refused),
                          .decision = *decision};
    page.frame.narrow = true;
    page.frame.indexed = false;
    fill_theory(page.theory, page.form, *decision, language);
    page.has_options =
        chooses(decision->rules.method) && decision->rules.method != Method::equal_shares;
    if (page.has_options) {
        page.options = options_field(page.form, *decision, language);
        page.options.hint = language.t("One on each line.");
        page.options.required = true;
    }
    page.closes_on = closes_field(page.form, *decision, language);
    if (refused && refused->field == "closes_at")
        page.closes_on.error = language.sentence(*refused);
    web::Writer out(8 * 1024);
    html::proposal_edit(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_proposal_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_proposal_edit(request, context, *id, {});
}

/// What the form says. A day that was left as it was keeps its hour, which only the API can name.
Result<ProposalChange> read_change(const Request& request, const Decision& before)
{
    ProposalChange change;
    change.title = request.form("title");
    change.belief = request.form("belief");
    change.beneficiary = request.form("for");
    change.measure = request.form("measure");
    change.target = request.form("target");
    change.review_on = parse_date(request.form("review_on"));
    if (!change.review_on)
        return Refusal::invalid("review_on", "Say on which day it is held against its measure.");
    if (request.form_fields.has("options")) change.options = lines_of(request.form("options"));
    const auto text = request.form("closes_on");
    if (text.empty()) {
        change.closes = Time{};
        return change;
    }
    const auto day = parse_date(text);
    if (!day) return Refusal::invalid("closes_on", "This is no day.");
    if (before.closes == Time{} || *day != last_day(before.closes)) change.closes = end_of(*day);
    return change;
}

Response post_proposal_edit(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto before = find_decision(context.transaction, *id, context.viewer);
    if (!before) return context.refuse(before.error());
    const auto change = read_change(request, *before);
    if (!change) return show_proposal_edit(request, context, *id, change.error());
    const auto decision =
        edit_proposal(context.transaction, context.ids, context.now, context.viewer, *id, *change);
    if (!decision) {
        if (decision.error().reason == Reason::invalid)
            return show_proposal_edit(request, context, *id, decision.error());
        return context.refuse(decision.error());
    }
    return Response::see_other(decision->path());
}

} // namespace

std::vector<AboutRow> read_about(const web::Request& request, web::Context& context)
{
    constexpr std::size_t shown_max = 20;
    std::vector<AboutRow> rows;
    const auto& fields =
        request.method == web::Method::post ? request.form_fields : request.query_fields;
    for (const auto* name : {"voice", "theme", "about"})
        for (const auto text : fields.all(name)) {
            // A link that was copied from the address bar will do.
            auto word = text;
            if (const auto slash = word.rfind('/'); slash != std::string_view::npos)
                word.remove_prefix(slash + 1);
            const auto id = Id::parse(word.substr(0, word.find('-')));
            if (!id || rows.size() >= shown_max) continue;
            if (const auto thing = people::find_seen(context.transaction, *id, context.viewer))
                rows.push_back({*id, thing->title, record::path_of(thing->kind, *id)});
        }
    return rows;
}

void mount_proposal_pages(web::Router& router)
{
    router.get("/decisions/new", get_proposal);
    router.post("/decisions", post_proposal).act = web::Act::voice;
    router.get("/decisions/:id/edit", get_proposal_edit);
    router.post("/decisions/:id/edit", post_proposal_edit);
}

} // namespace moothall::decide
