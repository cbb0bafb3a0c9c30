#include "store/migrate.hpp"
#include "web/hall.hpp"
#include "web/log.hpp"

namespace moothall::web {

namespace {

Response line(std::string_view text, int status = 200)
{
    auto response = Response::text(std::string(text) + '\n', status);
    response.with("Cache-Control", "no-store");
    return response;
}

Response get_healthz(const Request& /*request*/, Hall& /*hall*/)
{
    return line("alive");
}

/// Whether the database answers, knows our schema, and takes writes.
bool is_database_ready(Hall& hall)
{
    if (!hall.database().figures().trouble.empty()) return false;
    try {
        const auto newest = hall.database().read([](store::Transaction& transaction) {
            auto rows = transaction.query("SELECT max(number) FROM schema_migration");
            return rows.next() ? rows->integer(0) : std::int64_t{0};
        });
        const auto known = store::migrations();
        return known.empty() || newest >= known.back().number;
    } catch (const store::Failure& failure) {
        log({.level = LogLevel::warning, .message = "not ready", .cause = failure.what()});
        return false;
    }
}

Response get_readyz(const Request& /*request*/, Hall& hall)
{
    if (hall.stopping()) return line("stopping", 503);
    return is_database_ready(hall) ? line("ready") : line("the database does not answer", 503);
}

/// Figures tell how much goes on, and when: not for everybody.
Response get_metrics(const Request& request, Context& context)
{
    if (!request.loopback && !(context.viewer.api_token && context.viewer.owner)) {
        if (!context.viewer.signed_in())
            return context.refuse(Refusal::unauthenticated("This takes an owner's API token."));
        return context.refuse(Refusal::forbidden("This takes an owner's API token."));
    }
    auto response = Response::text(context.hall.metrics_text());
    response.headers.front().second = "text/plain; version=0.0.4; charset=utf-8";
    return response;
}

} // namespace

void mount_operations(Hall& hall)
{
    auto& router = hall.router();
    router.get_operation("/healthz", get_healthz);
    router.get_operation("/readyz", get_readyz).slow = true; // waits for the database
    router.get("/metrics", get_metrics).slow = true;
}

} // namespace moothall::web
