#include "store/postgres_wire.hpp"

#include "store/values.hpp"

#include <array>

namespace moothall::store {

namespace {

std::string field(const PGresult* result, int code)
{
    const char* text = PQresultErrorField(result, code);
    return text ? text : "";
}

std::string without_line_end(std::string text)
{
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

/// What every connection of ours relies on, whatever the server's defaults are.
constexpr const char* session_settings =
    "SET bytea_output = 'hex';"
    "SET extra_float_digits = 1;"
    "SET jit = off;" // our queries are short; compiling one takes longer than running it
    "SET lock_timeout = '10s'";

} // namespace

PostgresHandle connect_postgres(const std::string& url)
{
    // What stands before the address may be said otherwise in it, what stands behind may not.
    const std::array<const char*, 9> keywords{
        "connect_timeout",  "keepalives_idle",  "keepalives_interval",
        "tcp_user_timeout", "application_name", "target_session_attrs",
        "dbname",           "client_encoding",  nullptr,
    };
    const std::array<const char*, 9> values{
        "5",         "30",         "10", // seconds
        "30000",                         // milliseconds until an unanswered packet breaks it
        "moothall",  "read-write",       // never a standby: decisions read what was committed
        url.c_str(), "UTF8",       nullptr,
    };
    PostgresHandle handle(PQconnectdbParams(keywords.data(), values.data(), 1));
    if (!handle || PQstatus(handle.get()) != CONNECTION_OK)
        throw Busy("PostgreSQL cannot be reached: " +
                   without_line_end(handle ? PQerrorMessage(handle.get()) : "out of memory"));
    PQsetNoticeProcessor(handle.get(), [](void* /*unused*/, const char* /*notice*/) {}, nullptr);
    const PostgresResult set(PQexec(handle.get(), session_settings));
    if (PQresultStatus(set.get()) != PGRES_COMMAND_OK)
        throw Busy("PostgreSQL cannot be reached: " +
                   without_line_end(PQerrorMessage(handle.get())));
    return handle;
}

std::string_view sql_state(const PGresult* result)
{
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return state ? std::string_view(state) : std::string_view();
}

bool is_worth_another_try(const PGresult* result)
{
    const auto state = sql_state(result);
    if (state == "40001" || state == "40P01") return true; // lost a race, victim of a deadlock
    return state == "XX000" && field(result, PG_DIAG_MESSAGE_PRIMARY)
                                   .starts_with("could not commit transaction for shard");
}

bool is_end_of_connection(const PGresult* result)
{
    const auto state = sql_state(result);
    if (state.empty() || state == "08006" || state.starts_with("57P0")) return true;
    // What was prepared is gone, or was prepared before the schema changed.
    return state == "26000" ||
           (state == "0A000" &&
            field(result, PG_DIAG_MESSAGE_PRIMARY).starts_with("cached plan must not change"));
}

std::string constraint_in_message(std::string_view message)
{
    const auto word = message.rfind("constraint \"");
    if (word == std::string_view::npos) return {};
    const auto begin = word + std::string_view("constraint \"").size();
    auto name = message.substr(begin, message.find('"', begin) - begin);
    const auto digits = name.find_last_not_of("0123456789");
    if (digits != std::string_view::npos && name[digits] == '_' && digits + 1 < name.size())
        name = name.substr(0, digits);
    return std::string(name);
}

void throw_postgres_error(const PGresult* result, std::string_view sql)
{
    const auto state = std::string(sql_state(result));
    const auto message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    // Without DETAIL, which quotes what people typed: this goes to the log.
    const auto what = state + " " + message + " (" + shortened(sql) + ")";
    if (state.empty())
        throw Busy("The connection to PostgreSQL broke: " +
                   without_line_end(PQresultErrorMessage(result)));
    if (state == "53100") throw DiskFull("The disk of PostgreSQL is full: " + what);
    if (state == "22021") throw BadText(what);
    if (state == "55P03" || state.starts_with("53") || state.starts_with("57P0") ||
        state.starts_with("40") || state.starts_with("08"))
        throw Busy(what);
    if (state == "23502") {
        const auto column =
            field(result, PG_DIAG_TABLE_NAME) + "." + field(result, PG_DIAG_COLUMN_NAME);
        throw Violation(what, column);
    }
    if (state.starts_with("23")) {
        auto name = field(result, PG_DIAG_CONSTRAINT_NAME);
        if (name.empty()) name = constraint_in_message(message);
        throw Violation(what, name);
    }
    throw Failure(what);
}

} // namespace moothall::store
