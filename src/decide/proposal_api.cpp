// Proposing a decision through the API, and changing what is only proposed.

#include "decide/api.hpp"

#include "decide/budget_api.hpp"

#include "decide/decide.hpp"
#include "decide/proposal.hpp"
#include "web/api.hpp"

#include <cmath>

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// A share as a number between 0 and 1, or as a text: "2/3", "60%".
Result<Share> read_share(const Json& value, Share otherwise, const char* field)
{
    auto share = std::optional(otherwise);
    if (const auto text = value.string()) {
        share = parse_share(*text);
    } else if (const auto number = value.number()) {
        // Six places are more than anybody means by 0.666667.
        constexpr double places = 1e6;
        if (*number < 0 || *number > 1)
            share.reset();
        else
            share = parse_share(std::to_string(std::llround(*number * places)) + "/1000000");
    } else if (value && value.kind() != Json::Kind::null) {
        share.reset();
    }
    if (!share)
        return Refusal::invalid(field,
                                "A share is a number from 0 to 1, or a text such as \"2/3\".");
    return *share;
}

Result<std::vector<WantedElectorate>> read_electorates(const Json& list)
{
    std::vector<WantedElectorate> electorates;
    if (list.kind() != Json::Kind::array || list.size() > electorates_max)
        return Refusal::invalid("electorates", "Say who votes: a list of one to six circles.");
    for (std::size_t at = 0; at < list.size(); ++at) {
        const auto one = list.at(at);
        const auto circle = web::read_id(one, "circle");
        if (!circle || !*circle)
            return Refusal::invalid("electorates", "Each electorate names its circle.");
        const auto threshold = read_share(one.find("threshold"), Share{1, 2}, "electorates");
        if (!threshold) return threshold.error();
        const auto quorum = read_share(one.find("quorum"), Share{0, 1}, "electorates");
        if (!quorum) return quorum.error();
        electorates.push_back({**circle, *threshold, *quorum});
    }
    return electorates;
}

Result<std::int64_t> read_number(const Json& object, std::string_view field, std::int64_t otherwise)
{
    const auto value = object.find(field);
    if (!value || value.kind() == Json::Kind::null) return otherwise;
    if (const auto number = value.integer(); number && *number >= 0 && *number <= 1000)
        return *number;
    return Refusal::invalid(std::string(field), "This is a small whole number.");
}

Result<std::vector<Id>> read_ids(const Json& object, std::string_view field)
{
    std::vector<Id> ids;
    const auto texts = web::read_texts(object, field, 50);
    if (!texts) return texts.error();
    for (const auto& text : texts->value_or(std::vector<std::string>{})) {
        const auto id = Id::parse(text);
        if (!id)
            return Refusal::invalid(std::string(field),
                                    "There is no such voice or theme that you can see.");
        ids.push_back(*id);
    }
    return ids;
}

struct DecisionWish {
    NewDecision decision;
    bool open = true;
};

Result<void> read_texts(const Json& body, NewDecision& wanted)
{
    const std::pair<const char*, std::string*> fields[] = {{"title", &wanted.title},
                                                           {"belief", &wanted.belief},
                                                           {"for", &wanted.beneficiary},
                                                           {"measure", &wanted.measure},
                                                           {"target", &wanted.target}};
    for (const auto& [name, place] : fields) {
        auto text = web::read_text(body, name);
        if (!text) return text.error();
        *place = text->value_or("");
    }
    return {};
}

Result<void> read_times(const Json& body, NewDecision& wanted)
{
    const auto review_on = web::read_text(body, "review_on");
    if (!review_on) return review_on.error();
    const auto day = parse_date(review_on->value_or(""));
    if (!day)
        return Refusal::invalid("review_on",
                                "Say on which day it is held against its measure: YYYY-MM-DD.");
    wanted.review_on = *day;
    const auto closes = web::read_text(body, "closes_at");
    if (!closes) return closes.error();
    if (*closes) {
        wanted.closes = parse_time(**closes);
        if (!wanted.closes) return Refusal::invalid("closes_at", "This is no time.");
    }
    return {};
}

/// {"amount", "unit", "ballot"?, "points"?, "proposers"?} of a shared budget.
Result<void> read_terms(const Json& body, NewDecision& wanted)
{
    const auto budget = body.find("budget");
    auto& terms = wanted.budget;
    const auto amount = read_money(budget, "amount");
    if (!amount) return amount.error();
    terms.amount = *amount;
    const auto unit = web::read_text(budget, "unit");
    if (!unit) return unit.error();
    terms.unit = unit->value_or("€");
    const auto ballot = web::read_text(budget, "ballot");
    if (!ballot) return ballot.error();
    const auto kind = ballot_kind_of(ballot->value_or("approval"));
    if (!kind) return Refusal::invalid("ballot", "The ballot is approval, points or ranking.");
    terms.ballot = *kind;
    const auto points = read_number(budget, "points", 10);
    if (!points) return points.error();
    terms.points = *points;
    const auto proposers = web::read_text(budget, "proposers");
    if (!proposers) return proposers.error();
    const auto who = proposers->value_or("circle");
    if (who != "circle" && who != "owner")
        return Refusal::invalid("proposers", "Projects are proposed by circle or owner.");
    wanted.members_propose = who == "circle";
    if (!body.find("ties")) wanted.ties = TieRule::by_lot;
    return {};
}

Result<void> read_rules(const Json& body, NewDecision& wanted)
{
    const auto method = web::read_text(body, "method");
    if (!method) return method.error();
    const auto known = method_of(method->value_or("yes-no"));
    if (!known)
        return Refusal::invalid("method", "The method is consent, yes-no, single-choice, approval, "
                                          "score, ranked-pairs, stv or equal-shares.");
    wanted.method = *known;
    const auto ties = web::read_text(body, "ties");
    if (!ties) return ties.error();
    const auto rule = tie_rule_of(ties->value_or("listed"));
    if (!rule) return Refusal::invalid("ties", "The tie rule is listed or lot.");
    wanted.ties = *rule;
    const auto options = web::read_texts(body, "options", options_max);
    if (!options) return options.error();
    wanted.options = options->value_or(std::vector<std::string>{});
    if (wanted.method == Method::equal_shares)
        if (const auto terms = read_terms(body, wanted); !terms) return terms.error();
    const auto places = read_number(body, "places", 1);
    if (!places) return places.error();
    wanted.places = static_cast<std::size_t>(*places);
    const auto most = read_number(body, "score_most", 5);
    if (!most) return most.error();
    wanted.score_most = static_cast<std::int32_t>(*most);
    return {};
}

Result<DecisionWish> read_decision(const Request& request)
{
    const auto body = web::read_object(request);
    if (!body) return body.error();
    DecisionWish wish;
    auto& wanted = wish.decision;
    if (const auto good = read_texts(*body, wanted); !good) return good.error();
    if (const auto good = read_rules(*body, wanted); !good) return good.error();
    if (const auto good = read_times(*body, wanted); !good) return good.error();
    auto electorates = read_electorates(body->find("electorates"));
    if (!electorates) return electorates.error();
    wanted.electorates = *std::move(electorates);
    const auto voices = read_ids(*body, "voices");
    if (!voices) return voices.error();
    const auto themes = read_ids(*body, "themes");
    if (!themes) return themes.error();
    wanted.about = *voices;
    wanted.about.insert(wanted.about.end(), themes->begin(), themes->end());
    const auto circle = web::read_id(*body, "circle");
    if (!circle) return circle.error();
    wanted.circle = circle->value_or(Id{});
    const auto open = web::read_truth(*body, "open");
    if (!open) return open.error();
    wish.open = open->value_or(true);
    return wish;
}

Response post_decision(const Request& request, Context& context)
{
    const auto wish = read_decision(request);
    if (!wish) return context.refuse(wish.error());
    auto decision =
        propose(context.transaction, context.ids, context.now, context.viewer, wish->decision);
    // A budget has no projects yet: it is opened when it has.
    if (decision && wish->open && decision->rules.method != Method::equal_shares)
        decision = open_voting(context.transaction, context.ids, context.now, context.viewer,
                               decision->id);
    if (!decision) return context.refuse(decision.error());
    return web::created(to_json(*decision), "/api/v1/decisions/" + decision->id.text());
}

Result<ProposalChange> read_change(const Json& body)
{
    ProposalChange change;
    const std::pair<const char*, std::optional<std::string>*> fields[] = {
        {"title", &change.title},
        {"belief", &change.belief},
        {"for", &change.beneficiary},
        {"measure", &change.measure},
        {"target", &change.target}};
    for (const auto& [name, place] : fields) {
        auto text = web::read_text(body, name);
        if (!text) return text.error();
        *place = *std::move(text);
    }
    const auto review_on = web::read_text(body, "review_on");
    if (!review_on) return review_on.error();
    if (*review_on) {
        change.review_on = parse_date(**review_on);
        if (!change.review_on)
            return Refusal::invalid("review_on",
                                    "Say on which day it is held against its measure: YYYY-MM-DD.");
    }
    const auto closes = web::read_text(body, "closes_at");
    if (!closes) return closes.error();
    if (*closes) {
        change.closes = parse_time(**closes);
        if (!change.closes) return Refusal::invalid("closes_at", "This is no time.");
    }
    auto options = web::read_texts(body, "options", options_max);
    if (!options) return options.error();
    change.options = *std::move(options);
    return change;
}

Response patch_decision(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto body = web::read_object(request);
    if (!body) return context.refuse(body.error());
    const auto change = read_change(*body);
    if (!change) return context.refuse(change.error());
    const auto decision =
        edit_proposal(context.transaction, context.ids, context.now, context.viewer, *id, *change);
    if (!decision) return context.refuse(decision.error());
    return Response::json(to_json(*decision));
}

/// What it said before, newest first.
Response get_revisions(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    if (const auto seen = find_decision(context.transaction, *id, context.viewer); !seen)
        return context.refuse(seen.error());
    return web::list_response(
        list_proposal_revisions(context.transaction, *id, context.viewer), {},
        [](JsonWriter& json, const ProposalRevision& before) {
            json.begin_object().field("title", before.title).field("belief", before.belief);
            json.field("for", before.beneficiary).field("measure", before.measure);
            json.field("target", before.target).field("review_on", before.review_on);
            json.key("options").begin_array();
            for (const auto& option : before.options) json.value(option);
            json.end_array();
            if (before.closes == Time{})
                json.null_field("closes_at");
            else
                json.field("closes_at", before.closes);
            json.field("changed_by_name", before.changed_by.name);
            json.field("changed_at", before.changed).end_object();
        });
}

} // namespace

void mount_proposal_api(web::Router& router)
{
    router.post("/api/v1/decisions", post_decision);
    router.patch("/api/v1/decisions/:id", patch_decision);
    router.get("/api/v1/decisions/:id/revisions", get_revisions);
}

} // namespace moothall::decide
