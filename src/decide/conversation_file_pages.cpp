// Bringing in a conversation from Polis' files, and taking one along.

#include "decide/conversation_files.hpp"
#include "decide/conversation_pages.hpp"

#include "decide/templates.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/catalogues.hpp"
#include "web/limits.hpp"
#include "web/problem.hpp"

namespace moothall::decide {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::size_t upload_bytes_max = std::size_t{16} * 1024 * 1024;

Response show_conversation_import(const Request& request, Context& context,
                                  const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    if (!context.viewer.is_hall_steward())
        return context.refuse(Refusal::forbidden("Only stewards of the whole hall may see this."));
    ConversationImportPage page{
        .frame =
            web::make_frame(request, context, std::string(language.t("Bring in a conversation")),
                            web::Section::decisions),
        .form = web::FilledForm(language, request, refused)};
    page.frame.narrow = true;
    page.frame.indexed = false;
    page.question = page.form.text("question", language.t("What was asked"));
    page.question.required = true;
    page.question.characters_max = 200;
    std::vector<web::Choice> choices;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (circle.mine >= Role::member)
            choices.push_back({circle.id.text(), std::string(language.t(circle.name))});
    page.circle = page.form.choose("circle", language.t("Who can read it"), std::move(choices),
                                   context.viewer.everyone.text());
    web::Writer out(8 * 1024);
    html::conversation_import(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_conversation_import(const Request& request, Context& context)
{
    return show_conversation_import(request, context, {});
}

Result<web::Prepared> prepare_files(const Request& request, Context& context)
{
    if (!context.viewer.is_hall_steward())
        return web::Prepared::of(Result<PolisFiles>(PolisFiles{}));
    std::string_view comments;
    std::string_view votes;
    for (const auto& upload : request.uploads)
        (upload.field == "comments" ? comments : votes) = upload.content;
    // What is wrong with the files is told on the form: the handler shows it.
    auto files = read_polis(comments, votes);
    if (files && files->votes.votes() > polis_votes_max)
        files =
            Refusal::invalid("votes", "Here at most 50,000 votes come in at a time. The command "
                                      "line takes any number: moothall import polis FOLDER.");
    return web::Prepared::of(std::move(files));
}

Response post_conversation_import(const Request& request, Context& context)
{
    if (!context.viewer.signed_in() || !context.viewer.is_hall_steward())
        return show_conversation_import(request, context, {});
    const auto& files = std::any_cast<const Result<PolisFiles>&>(context.prepared);
    if (!files) return show_conversation_import(request, context, files.error());
    NewConversation wanted;
    wanted.question = request.form("question");
    wanted.circle = Id::parse(request.form("circle")).value_or(Id{});
    const auto begun = bring_in_polis(context.transaction, context.ids, context.now, context.viewer,
                                      wanted, {}, *files);
    if (!begun) {
        if (begun.error().reason == Reason::invalid)
            return show_conversation_import(request, context, begun.error());
        return context.refuse(begun.error());
    }
    auto response = Response::see_other(begun->path());
    web::give_notice(response, context, web::Tone::good,
                     files->reversed
                         ? context.language.t("It is here. Judging by the counts, 1 meant disagree "
                                              "in these votes: they were turned round.")
                         : context.language.t("It is here. The map follows in a moment."));
    return response;
}

Response as_file(std::string csv, const std::string& name)
{
    auto response = Response::text(std::move(csv));
    for (auto& [header, value] : response.headers)
        if (header == "Content-Type") value = "text/csv; charset=utf-8";
    response.with("Content-Disposition", "attachment; filename=\"" + name + "\"");
    return response;
}

Response get_comments(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    return as_file(write_comments(context.transaction, *conversation), "comments.csv");
}

Response get_votes(const Request& request, Context& context, VotesAs shape, const char* name)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto conversation = find_conversation(context.transaction, *id, context.viewer);
    if (!conversation) return context.refuse(conversation.error());
    auto votes = write_votes(context.transaction, *conversation, context.viewer, shape);
    if (!votes) return context.refuse(votes.error());
    return as_file(*std::move(votes), name);
}

Response get_vote_lines(const Request& request, Context& context)
{
    return get_votes(request, context, VotesAs::lines, "votes.csv");
}

Response get_vote_matrix(const Request& request, Context& context)
{
    return get_votes(request, context, VotesAs::matrix, "participants-votes.csv");
}

} // namespace

void mount_conversation_file_pages(web::Router& router)
{
    router.get("/conversations/import", get_conversation_import);
    auto& bring_in = router.post("/conversations/import", post_conversation_import);
    bring_in.prepare = prepare_files;
    bring_in.body_bytes_max = upload_bytes_max;
    bring_in.act = web::Act::upload;
    router.get("/conversations/:id/comments.csv", get_comments);
    router.get("/conversations/:id/votes.csv", get_vote_lines).slow = true;
    router.get("/conversations/:id/participants-votes.csv", get_vote_matrix).slow = true;
}

} // namespace moothall::decide
