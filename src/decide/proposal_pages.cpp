// The form that proposes a decision.

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
std::vector<AboutRow> read_about(const Request& request, Context& context)
{
    std::vector<AboutRow> rows;
    const auto& fields =
        request.method == web::Method::post ? request.form_fields : request.query_fields;
    for (const auto* name : {"voice", "theme", "about"})
        for (const auto text : fields.all(name)) {
            const auto id = Id::parse(text);
            if (!id || rows.size() >= 20) continue;
            if (const auto thing = people::find_seen(context.transaction, *id, context.viewer))
                rows.push_back({*id, thing->title, record::path_of(thing->kind, *id)});
        }
    return rows;
}

std::vector<web::Choice> circle_choices(const std::vector<people::Circle>& circles,
                                        std::string empty)
{
    std::vector<web::Choice> choices;
    choices.push_back({"", std::move(empty)});
    for (const auto& circle : circles) choices.push_back({circle.id.text(), circle.name});
    return choices;
}

/// Whom the form offers first: a circle of the company, then one of those it serves.
Id offered(const std::vector<people::Circle>& circles, const Context& context, std::size_t number)
{
    for (const auto kind : {people::CircleKind::company, people::CircleKind::team})
        for (const auto& circle : circles)
            if (number == 0 && circle.kind == kind && circle.mine != Role::none) return circle.id;
    return number == 1 ? context.viewer.everyone : Id{};
}

void fill_theory(ProposalPage& page, const web::Language& language)
{
    const auto& form = page.form;
    const auto line = [&](const char* name, std::string_view label, std::string_view hint) {
        auto field = form.text(name, label,
                               page.about.size() == 1 && std::string_view(name) == "title"
                                   ? std::string_view(page.about.front().title)
                                   : std::string_view());
        field.hint = hint;
        field.required = true;
        field.characters_max = 1000;
        return field;
    };
    page.title = line("title", language.t("What is decided"), {});
    page.title.characters_max = 200;
    page.belief = line("belief", language.t("We believe …"),
                       language.t("What will come of it: “that photo readings end wrong "
                                  "cut-offs”."));
    page.belief.rows = 2;
    page.beneficiary = line("for", language.t("… for …"),
                            language.t("Whom it is for: “households that are out by day”."));
    page.measure = line("measure", language.t("We shall see it by …"),
                        language.t("One thing that can be counted: “wrong cut-offs a month”."));
    page.target =
        line("target", language.t("What it has to show"), language.t("“from 12 to 4 or fewer”"));
    page.review_on = line("review_on", language.t("On which day we look"),
                          language.t("You are asked then whether the theory held."));
    page.review_on.type = "date";
    page.review_on.characters_max = 0;
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
    page.options = form.text("options", language.t("Options"));
    page.options.hint = language.t("One on each line. Consent and yes or no need none.");
    page.options.rows = 4;
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
    page.closes_on = form.text("closes_on", language.t("Last day to vote"));
    page.closes_on.type = "date";
    page.closes_on.hint = language.t("Left empty, two weeks.");
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
    fill_theory(page, language);
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
        // To the end of that day.
        wanted.closes = std::chrono::sys_days{*day} + std::chrono::days{1};
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
    wanted.circle = Id::parse(request.form("circle")).value_or(Id{});
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

} // namespace

void mount_proposal_pages(web::Router& router)
{
    router.get("/decisions/new", get_proposal);
    router.post("/decisions", post_proposal);
}

} // namespace moothall::decide
