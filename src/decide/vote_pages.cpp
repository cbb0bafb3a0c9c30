// Forms of a decision's page: voting, arguing, opening, closing, taking back, reviewing; and the
// receipt of a voter.

#include "decide/pages.hpp"
#include "decide/templates.hpp"
#include "decide/vote_form.hpp"
#include "text/unicode.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// A refusal of a form is shown on the page, beside what was typed; any other is an answer.
Response refuse(const Request& request, Context& context, Id id, const Refusal& refusal,
                Refused form)
{
    if (refusal.reason == Reason::invalid)
        return show_decision(request, context, id, refusal, form);
    return context.refuse(refusal);
}

Response post_decision_vote(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto choice = read_vote_form(decision->rules, request);
    const auto standing = find_standing(context.transaction, *decision, context.viewer);
    if (!choice && decision->state == DecisionState::voting && !standing.electorates.empty())
        return refuse(request, context, *id, choice.error(), Refused::vote);
    const auto receipt = cast_vote(context.transaction, context.ids, context.now, context.viewer,
                                   *id, choice ? *choice : Choice{}, request.form("reason"));
    if (!receipt) return refuse(request, context, *id, receipt.error(), Refused::vote);
    const bool is_budget = decision->rules.method == Method::equal_shares;
    auto response =
        Response::see_other("/decisions/" + id->text() + (is_budget ? "#vote-form" : "/receipt"));
    if (is_budget && request.form("keep") == "yes")
        keep_receipt(response, context, *decision, receipt->ballots.front());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Your vote is in the urn. You can change it until the "
                                        "close."));
    return response;
}

Response get_receipt(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto standing = find_standing(context.transaction, *decision, context.viewer);
    if (standing.ballots.empty()) return context.refuse(Refusal::not_found());
    ReceiptPage page{.frame = web::make_frame(request, context,
                                              std::string(context.language.t("Your receipt")),
                                              web::Section::decisions),
                     .decision = *decision,
                     .ballots = standing.ballots,
                     .leaves = {}};
    page.frame.narrow = true;
    page.frame.indexed = false;
    for (const auto& ballot : standing.ballots)
        page.leaves.push_back(receipts::to_hex(receipts::leaf_hash(ballot)));
    web::Writer out;
    html::receipt(out, context.language, page);
    return web::show(context, page.frame, out.take());
}

/// The receipt as a file: a ballot on each line, byte for byte as it will lie in the box.
Response get_receipt_file(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto standing = find_standing(context.transaction, *decision, context.viewer);
    if (standing.ballots.empty()) return context.refuse(Refusal::not_found());
    std::string lines;
    for (const auto& ballot : standing.ballots) lines += ballot + '\n';
    auto response = Response::text(std::move(lines));
    response.with("Content-Disposition", "attachment; filename=\"receipt-" + id->text() + ".txt\"");
    return response;
}

Response show_check(const Request& request, Context& context, std::string_view asked)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto& language = context.language;
    std::optional<Refusal> refused;
    std::optional<Inclusion> found;
    const auto wanted = normalise_line(asked);
    if (!wanted.empty()) {
        auto inclusion = find_inclusion(context.transaction, *id, context.viewer, wanted);
        if (inclusion)
            found = *std::move(inclusion);
        else if (inclusion.error().reason == Reason::not_found)
            refused = Refusal::invalid("receipt", "No such ballot lies in this box. Paste one line "
                                                  "of your receipt, whole.");
        else
            return context.refuse(inclusion.error());
    }
    const web::FilledForm form(language, request, refused);
    CheckPage page{.frame =
                       web::make_frame(request, context, std::string(language.t("Check a receipt")),
                                       web::Section::decisions),
                   .decision = *decision,
                   .form = form,
                   .receipt = form.text("receipt", language.t("One line of your receipt, or its "
                                                              "fingerprint")),
                   .found = std::move(found),
                   .place = {},
                   .leaf = {}};
    page.receipt.required = true;
    page.receipt.rows = 3;
    page.receipt.value = std::string(asked);
    page.frame.narrow = true;
    page.frame.indexed = false;
    if (page.found) {
        page.leaf = receipts::to_hex(page.found->receipt.leaf);
        page.place = language.t("Ballot {1} of {2}", page.found->receipt.index + 1,
                                page.found->receipt.size);
    }
    web::Writer out;
    html::check(out, language, page);
    return web::show(context, page.frame, out.take(), refused ? 422 : 200);
}

Response get_check(const Request& request, Context& context)
{
    return show_check(request, context, {});
}

/// A form that is posted though it changes nothing: what is in a receipt must not stand in an
/// address, where proxies and histories keep it.
Response post_check(const Request& request, Context& context)
{
    return show_check(request, context, request.form("receipt"));
}

Response get_box_file(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto box = find_box(context.transaction, *id, context.viewer);
    if (!box) return context.refuse(box.error());
    auto response = Response::json(to_json(*box));
    response.with("Content-Disposition", "attachment; filename=\"box-" + id->text() + ".json\"");
    return response;
}

Response get_proof_file(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto inclusion =
        find_inclusion(context.transaction, *id, context.viewer, request.path("leaf"));
    if (!inclusion) return context.refuse(inclusion.error());
    auto response = Response::json(receipts::to_json(inclusion->receipt, inclusion->ballot));
    response.with("Content-Disposition", "attachment; filename=\"proof-" + id->text() + ".json\"");
    return response;
}

Result<web::Prepared> prepare_argument(const Request& request, Context&)
{
    auto rendered = hear::render_body({}, request.form("body"));
    if (!rendered) return rendered.error();
    return web::Prepared::of(*std::move(rendered));
}

Response post_argument(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto side = side_of(request.form("side"));
    if (!side)
        return refuse(request, context, *id,
                      Refusal::invalid("side", "An argument is for or against, or neither."),
                      Refused::argument);
    hear::NewReply wanted;
    wanted.body = request.form("body");
    const auto argument =
        argue(context.transaction, context.ids, context.now, context.viewer, *id, wanted,
              std::any_cast<const hear::Rendered&>(context.prepared), *side);
    if (!argument) return refuse(request, context, *id, argument.error(), Refused::argument);
    auto response =
        Response::see_other("/decisions/" + id->text() + "#" + argument->reply.id.text());
    if (argument->reply.state == record::State::held)
        web::give_notice(
            response, context, web::Tone::warn,
            context.language.t(
                "Thank you. A steward looks at what newcomers say before all see it."));
    return response;
}

Response post_opening(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision =
        open_voting(context.transaction, context.ids, context.now, context.viewer, *id);
    if (!decision) return context.refuse(decision.error());
    return Response::see_other(decision->path());
}

/// A change that is told with a public reason; refused, its form keeps what was typed.
using ReasonedFormChange = Result<Decision> (*)(store::Transaction&, IdSource&, Time, const Viewer&,
                                                Id, std::string_view reason);

Response change_for_reason(const Request& request, Context& context, ReasonedFormChange change,
                           Refused form)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = change(context.transaction, context.ids, context.now, context.viewer, *id,
                                 request.form("reason"));
    if (!decision) return refuse(request, context, *id, decision.error(), form);
    return Response::see_other(decision->path());
}

Response post_decision_closing(const Request& request, Context& context)
{
    return change_for_reason(request, context, close_voting, Refused::closing);
}

Response post_withdrawal(const Request& request, Context& context)
{
    return change_for_reason(request, context, withdraw, Refused::withdrawal);
}

Response post_review(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision =
        review(context.transaction, context.ids, context.now, context.viewer, *id,
               request.form("result"), request.form("value"), request.form("words"));
    if (!decision) return refuse(request, context, *id, decision.error(), Refused::review);
    auto response = Response::see_other(decision->path());
    web::give_notice(response, context, web::Tone::good,
                     context.language.t("Written down. Those who asked for it are told."));
    return response;
}

Response post_follow(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto decision = find_decision(context.transaction, *id, context.viewer);
    if (!decision) return context.refuse(decision.error());
    const auto changed =
        hear::change_follow(context.transaction, context.ids, context.now, context.viewer, *id,
                            {request.form("replies") == "yes", request.form("outcome") == "yes"});
    if (!changed) return context.refuse(changed.error());
    auto response = Response::see_other(decision->path());
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

} // namespace

void mount_vote_pages(web::Router& router)
{
    router.post("/decisions/:id/vote", post_decision_vote);
    router.get("/decisions/:id/receipt", get_receipt);
    router.get("/decisions/:id/receipt/file", get_receipt_file);
    router.get("/decisions/:id/check", get_check);
    router.post("/decisions/:id/check", post_check).reads_only = true;
    router.get("/decisions/:id/box", get_box_file).slow = true;
    router.get("/decisions/:id/box/:leaf", get_proof_file).slow = true;
    auto& argument = router.post("/decisions/:id/arguments", post_argument);
    argument.prepare = prepare_argument;
    argument.act = web::Act::reply;
    router.post("/decisions/:id/opening", post_opening);
    router.post("/decisions/:id/closing", post_decision_closing);
    router.post("/decisions/:id/withdrawal", post_withdrawal);
    router.post("/decisions/:id/review", post_review);
    router.post("/decisions/:id/follow", post_follow);
}

} // namespace moothall::decide
