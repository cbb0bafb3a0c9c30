#include "web/idempotency.hpp"
#include "web/log.hpp"
#include "web/perform.hpp"
#include "web/problem.hpp"

namespace moothall::web {

namespace {

bool is_json(std::string_view content_type)
{
    auto type = std::string(content_type.substr(0, content_type.find(';')));
    while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
    for (auto& c : type)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return type == "application/json";
}

bool has_content(const Request& request)
{
    return !request.body.empty() || !request.form_fields.pairs().empty() ||
           !request.uploads.empty();
}

std::string route_text(const Turn& turn)
{
    if (turn.route == nullptr) return "none";
    std::string text(to_text(turn.route->method));
    text += ' ';
    text += turn.route->pattern;
    return text;
}

/// How a failure is answered and noted.
struct Verdict {
    int status = 500;
    Refusal refusal = Refusal::conflict(
        "Something went wrong on our side, and nothing was changed. It is noted as incident {1}.");
    std::string cause;
    std::chrono::seconds retry_after{0};
    bool database_works = true;
    bool logged = true;
};

Verdict verdict_of(const std::exception_ptr& error)
{
    Verdict verdict;
    try {
        std::rethrow_exception(error);
    } catch (const store::Busy& busy) {
        // The queue is full: no work on top of it, and no line of log for each of thousands.
        verdict.status = 503;
        verdict.refusal = Refusal::conflict(
            "The hall is very busy at the moment. Nothing was changed. Please try again.");
        verdict.retry_after = std::chrono::seconds(1);
        verdict.database_works = false;
        verdict.logged = false;
        verdict.cause = busy.what();
    } catch (const store::DiskFull& full) {
        verdict.status = 507;
        verdict.refusal = Refusal::conflict("The server's disk is full. Nothing was changed. "
                                            "Whoever runs it must make room first.");
        verdict.cause = full.what();
    } catch (const store::BadText& bad) {
        verdict.status = 400;
        verdict.refusal = Refusal::malformed("The text holds characters that cannot be stored.");
        verdict.cause = bad.what();
        verdict.logged = false; // the sender's mistake
    } catch (const store::Violation& violation) {
        // Two people at once; what one of them did is there now.
        verdict.status = 409;
        verdict.refusal =
            Refusal::conflict("This was changed at the same moment by somebody else. Please look "
                              "again. It is noted as incident {1}.");
        verdict.cause = violation.constraint() + ": " + violation.what();
    } catch (const store::InDoubt& in_doubt) {
        // No Retry-After: a program that repeats without looking might do it twice.
        verdict.status = 503;
        verdict.refusal = Refusal::conflict(
            "It is not known whether your change was saved. Please look whether it "
            "is there, and try again if it is not. It is noted as incident {1}.");
        verdict.database_works = false;
        verdict.cause = in_doubt.what();
    } catch (const store::Failure& failure) {
        verdict.status = 503;
        verdict.refusal = Refusal::conflict(
            "The hall's memory does not answer. Nothing was changed. It is noted as incident {1}.");
        verdict.retry_after = std::chrono::seconds(10);
        verdict.database_works = false;
        verdict.cause = failure.what();
    } catch (const std::exception& other) {
        verdict.cause = other.what();
    }
    return verdict;
}

} // namespace

/// What can be refused without asking the database.
Result<void> Hall::Engine::check_first(Turn& turn) const
{
    if (!turn.changes) return {};
    const auto& request = turn.request;
    if (turn.api && turn.route->json_only && has_content(request) &&
        !is_json(request.header("content-type")))
        return Refusal{
            Reason::unsupported, translatable("The body must be application/json."), {}, {}, {}};
    auto key = idempotency_key(request);
    if (!key) return key.error();
    turn.key = *std::move(key);
    return {};
}

Response Hall::Engine::bare_refusal(const Turn& turn, int status, const Refusal& refusal) const
{
    const auto* organisation = turn.house ? &turn.house->organisation : nullptr;
    const auto& language = language_for({}, turn.request, organisation);
    const auto sentence = language.sentence(refusal);
    auto response = turn.api ? problem(language, status, sentence, refusal.field)
                             : bare_page(language, status, sentence);
    static const Organisation nobody;
    dress(response, {.request = turn.request,
                     .organisation = organisation != nullptr ? *organisation : nobody,
                     .signed_in = true}); // kept by no cache
    return response;
}

/// Refuses without a handler; status 0: as the refusal's reason says. Programs get their answer at
/// once, people in the look of the house.
void Hall::Engine::refuse(const TurnPointer& turn, int status, const Refusal& refusal,
                          const std::string& allowed)
{
    if (status == 0) status = status_of(refusal.reason);
    const auto answer = [allowed](Response response) {
        if (!allowed.empty()) response.with("Allow", allowed);
        return response;
    };
    if (turn->api) {
        finish(turn, answer(bare_refusal(*turn, status, refusal)));
        return;
    }
    run_read(false, [this, turn, status, refusal, answer] {
        try {
            auto made = hall_.database().read([&](store::Transaction& transaction) {
                return with_context(*turn, transaction, [&](Context& context, const Identity&) {
                    return error_answer(context, status, context.language.sentence(refusal),
                                        refusal.field);
                });
            });
            finish(turn, answer(std::move(made.response)));
        } catch (...) { // NOLINT(bugprone-empty-catch): fail() looks at it
            fail(turn, std::current_exception());
        }
    });
}

/// The request border: the one place where what was thrown becomes an answer.
void Hall::Engine::fail(const TurnPointer& turn, const std::exception_ptr& error)
{
    auto verdict = verdict_of(error);
    ++thrown_;
    const auto& incident = turn->request.nonce;
    if (verdict.logged) {
        const auto route = route_text(*turn);
        log({.level = LogLevel::error,
             .message = "a request failed",
             .incident = incident,
             .route = route,
             .cause = verdict.cause});
    }
    verdict.refusal.arguments = {incident};
    verdict.refusal.retry_after = verdict.retry_after;
    answer_failure(turn, verdict.status, verdict.refusal, verdict.database_works);
}

void Hall::Engine::answer_failure(const TurnPointer& turn, int status, const Refusal& refusal,
                                  bool database_works)
{
    const auto retry = [seconds = refusal.retry_after.count()](Response response) {
        if (seconds > 0) response.with("Retry-After", std::to_string(seconds));
        return response;
    };
    if (turn->api || !database_works || !turn->house) {
        finish(turn, retry(bare_refusal(*turn, status, refusal)));
        return;
    }
    workers_.post([this, turn, status, refusal, retry] {
        Response response;
        try {
            auto made = hall_.database().read([&](store::Transaction& transaction) {
                return with_context(*turn, transaction, [&](Context& context, const Identity&) {
                    return error_answer(context, status, context.language.sentence(refusal));
                });
            });
            response = std::move(made.response);
        } catch (const std::exception& again) {
            log({.level = LogLevel::error,
                 .message = "an error page could not be made",
                 .incident = turn->request.nonce,
                 .cause = again.what()});
            response = bare_refusal(*turn, status, refusal);
        }
        finish(turn, retry(std::move(response)));
    });
}

} // namespace moothall::web
