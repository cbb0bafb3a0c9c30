#include "hall/import_answer.hpp"

#include "web/problem.hpp"
#include "web/router.hpp"

namespace moothall::hall {

ImportAnswer::ImportAnswer(const web::Context& context, bool has_errors, bool dry_run)
    : context_(context), refused_(has_errors && !dry_run),
      status_(refused_ ? web::status_of(Reason::invalid) : 200), json_(1024)
{
    json_.begin_object();
    if (!refused_) return;
    json_.field("type", "about:blank").field("status", std::int64_t{status_});
    json_.field("title", context.language.t(web::title_of(status_)));
    json_.field("detail", context.language.t("Nothing was brought in."));
}

void ImportAnswer::error(const Refusal& refusal, const std::function<void(JsonWriter&)>& place)
{
    json_.begin_object();
    place(json_);
    json_.field("field", refusal.field);
    json_.field("sentence", context_.language.sentence(refusal)).end_object();
}

web::Response ImportAnswer::take()
{
    web::Response response; // not Response::json: that has a Content-Type, and two would be sent
    response.status = status_;
    response.body = json_.end_array().end_object().take();
    return response.with("Content-Type",
                         refused_ ? "application/problem+json" : "application/json");
}

std::string sentence_with_field(const Refusal& refusal, const web::Language& language)
{
    auto sentence = language.sentence(refusal);
    if (!refusal.field.empty()) sentence = refusal.field + ": " + sentence;
    return sentence;
}

int status_of_import(const std::optional<Refusal>& refused, bool has_errors)
{
    if (refused) return web::status_of(refused->reason);
    return has_errors ? web::status_of(Reason::invalid) : 200;
}

} // namespace moothall::hall
