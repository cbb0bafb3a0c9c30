#include "store/postgres_connection.hpp"

#include "base/invariant.hpp"
#include "store/sql_scan.hpp"
#include "store/values.hpp"

#include <array>
#include <bit>
#include <charconv>

namespace moothall::store {

namespace {

// From PostgreSQL's src/include/catalog/pg_type.dat; they never change.
constexpr Oid type_unknown = 0;
constexpr Oid type_bool = 16;
constexpr Oid type_bytes = 17;
constexpr Oid type_integer = 20;
constexpr Oid type_text = 25;
constexpr Oid type_number = 701;
constexpr Oid type_integers = 1016;

/// More than a hall has. A connection that has prepared more is made anew, as the server keeps a
/// plan for each.
constexpr std::size_t statements_named_max = 1000;

/// The connection is of no more use; only this file sees it.
struct Lost {
    std::string sentence;
};

template <class Integer>
void append_big_endian(std::string& out, Integer number)
{
    const auto bits = static_cast<std::make_unsigned_t<Integer>>(number);
    for (auto shift = 8 * sizeof(Integer); shift > 0; shift -= 8)
        out += static_cast<char>(static_cast<unsigned char>(bits >> (shift - 8)));
}

std::string wire_form(std::int64_t number)
{
    std::string out;
    append_big_endian(out, number);
    return out;
}

std::string wire_form(double number)
{
    std::string out;
    append_big_endian(out, std::bit_cast<std::uint64_t>(number));
    return out;
}

/// The binary form of bigint[] (PostgreSQL's array_recv): dimensions, flags, element type, then for
/// the one dimension its length and first index, then each element with its size.
std::string wire_form(const IdList& list)
{
    std::string out;
    append_big_endian(out, std::int32_t{list.ids.empty() ? 0 : 1});
    append_big_endian(out, std::int32_t{0});
    append_big_endian(out, type_integer);
    if (list.ids.empty()) return out;
    append_big_endian(out, static_cast<std::int32_t>(list.ids.size()));
    append_big_endian(out, std::int32_t{1});
    for (const auto id : list.ids) {
        append_big_endian(out, static_cast<std::int32_t>(sizeof id.value));
        append_big_endian(out, id.value);
    }
    return out;
}

Oid type_of(Null null)
{
    switch (null) {
    case Null::untyped:
        return type_unknown;
    case Null::integer:
        return type_integer;
    case Null::number:
        return type_number;
    case Null::text:
        return type_text;
    case Null::bytes:
        return type_bytes;
    }
    return type_unknown;
}

bool is_good(const PGresult* result)
{
    const auto status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

unsigned char nibble(char digit)
{
    return static_cast<unsigned char>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

} // namespace

/// Values as the server takes them: binary, with their types said, so that no cast is needed and
/// nothing is escaped.
struct PostgresConnection::Parameters {
    explicit Parameters(std::span<const Value> bound)
    {
        made.reserve(bound.size()); // addresses of its texts are kept
        for (const auto& value : bound) std::visit(*this, value.variant());
    }

    void operator()(Null null) { add(type_of(null), nullptr, 0); }
    void operator()(std::int64_t number) { add_made(type_integer, wire_form(number)); }
    void operator()(double number) { add_made(type_number, wire_form(number)); }
    void operator()(std::string_view text)
    {
        add(type_text, text.empty() ? "" : text.data(), text.size());
    }
    void operator()(Blob blob)
    {
        const auto* data = reinterpret_cast<const char*>(blob.bytes.data());
        add(type_bytes, blob.bytes.empty() ? "" : data, blob.bytes.size());
    }
    void operator()(const IdList& list) { add_made(type_integers, wire_form(list)); }

    void add_made(Oid type, std::string text)
    {
        made.push_back(std::move(text));
        add(type, made.back().data(), made.back().size());
    }
    void add(Oid type, const char* data, std::size_t size)
    {
        types.push_back(type);
        values.push_back(data);
        lengths.push_back(static_cast<int>(size));
        formats.push_back(1);
    }

    int count() const { return static_cast<int>(types.size()); }
    /// Whether they fit a statement prepared for `others`: NULL without a type fits any.
    bool fit(const std::vector<Oid>& others) const
    {
        for (std::size_t index = 0; index < types.size(); ++index)
            if (types[index] != type_unknown && types[index] != others[index]) return false;
        return true;
    }

    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    std::vector<std::string> made;
};

PostgresConnection::~PostgresConnection() = default;

void PostgresConnection::connect()
{
    lose();
    handle_ = connect_postgres(url_);
    expect_sent(PQenterPipelineMode(handle_.get()));
}

void PostgresConnection::lose() noexcept
{
    handle_.reset();
    kept_.clear();
    leftover_ = false;
    begun_ = false;
}

void PostgresConnection::begin(Kind kind)
{
    if (kept_.size() > statements_named_max) lose();
    kind_ = kind;
    begun_ = false;
    answered_ = false;
    failed_ = false;
    worth_another_try_ = false;
    ++serial_;
}

PostgresResult PostgresConnection::run(std::string_view sql, std::span<const Value> values)
{
    if (failed_) throw Failure("A statement failed before in this transaction, so it is over.");
    check_bindable(values);
    const Parameters parameters(values);
    for (bool again = false;; again = true) {
        try {
            if (!handle_) connect();
            return exchange(sql, parameters);
        } catch (const Lost& lost) {
            lose();
            if (again || answered_) {
                failed_ = true;
                worth_another_try_ = !again;
                throw Busy("The connection to PostgreSQL broke: " + lost.sentence);
            }
        } catch (...) {
            failed_ = true; // whatever it was
            throw;
        }
    }
}

PostgresResult PostgresConnection::exchange(std::string_view sql, const Parameters& parameters)
{
    read_leftovers();
    auto& kept = kept_for(sql);
    invariant(kept.parameters == parameters.types.size(), "a value for each parameter");
    const Prepared* prepared = nullptr;
    for (const auto& variant : kept.variants)
        if (parameters.fit(variant.types)) prepared = &variant;

    const bool begins = !begun_;
    if (begins) send_begin();
    Prepared fresh;
    if (!prepared) {
        fresh = {"s" + std::to_string(++names_), parameters.types};
        expect_sent(PQsendPrepare(handle_.get(), fresh.name.c_str(), kept.translated.c_str(),
                                  parameters.count(), fresh.types.data()));
    }
    expect_sent(PQsendQueryPrepared(
        handle_.get(), prepared ? prepared->name.c_str() : fresh.name.c_str(), parameters.count(),
        parameters.values.data(), parameters.lengths.data(), parameters.formats.data(), 0));
    expect_sent(PQsendFlushRequest(handle_.get()));
    flush();

    // The answers come in the order of what was sent; after an error the rest only say "aborted".
    PostgresResult error;
    if (begins) {
        auto answer = receive();
        begun_ = is_good(answer.get());
        if (!begun_) error = std::move(answer);
    }
    if (!prepared) {
        auto answer = receive();
        if (is_good(answer.get())) {
            kept.variants.push_back(std::move(fresh));
        } else if (!error) {
            error = std::move(answer);
        }
    }
    auto answer = receive();
    if (is_good(answer.get())) {
        answered_ = true;
        return answer;
    }
    if (!error) error = std::move(answer);
    // A server that became a standby takes no writes; the address may name another that does.
    const bool demoted = kind_ == Kind::write && sql_state(error.get()) == "25006";
    if (demoted || is_end_of_connection(error.get())) throw Lost{PQresultErrorMessage(error.get())};
    expect_sent(PQpipelineSync(handle_.get()));
    receive_sync();
    fail(error.get(), sql);
}

void PostgresConnection::fail(const PGresult* error, std::string_view sql)
{
    failed_ = true;
    worth_another_try_ = is_worth_another_try(error);
    throw_postgres_error(error, sql);
}

void PostgresConnection::commit(const std::vector<std::string>& notes)
{
    invariant(!failed_, "what failed is not committed");
    if (!begun_ && notes.empty()) return;
    bool sent = false;
    try {
        if (!handle_) connect();
        const auto answer = commit_now(notes, sent);
        if (!is_good(answer.get())) fail(answer.get(), "COMMIT");
        // PostgreSQL says ROLLBACK when the transaction had failed before.
        if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT")
            throw Failure("PostgreSQL took the change back.");
    } catch (const Lost& lost) {
        lose();
        failed_ = true;
        worth_another_try_ = !sent;
        if (!sent) throw Busy("The connection to PostgreSQL broke: " + lost.sentence);
        throw InDoubt("The connection to PostgreSQL broke while a change was being saved; nobody "
                      "knows whether it was: " +
                      lost.sentence);
    }
}

PostgresResult PostgresConnection::commit_now(const std::vector<std::string>& notes, bool& sent)
{
    read_leftovers();
    const bool begins = !begun_;
    if (begins) send_begin();
    for (const auto& note : notes) {
        const std::array<Oid, 1> types{type_text};
        const std::array<const char*, 1> values{note.c_str()};
        expect_sent(PQsendQueryParams(handle_.get(), "SELECT pg_notify('moothall', $1)", 1,
                                      types.data(), values.data(), nullptr, nullptr, 0));
    }
    sent = true; // from here on it may arrive
    send_plain("COMMIT");
    expect_sent(PQpipelineSync(handle_.get()));
    flush();

    PostgresResult error;
    const auto before_end = notes.size() + (begins ? 1 : 0);
    for (std::size_t index = 0; index < before_end; ++index) {
        auto answer = receive();
        if (!is_good(answer.get()) && !error) error = std::move(answer);
    }
    auto answer = receive();
    receive_sync();
    begun_ = PQtransactionStatus(handle_.get()) != PQTRANS_IDLE;
    return error ? std::move(error) : std::move(answer);
}

void PostgresConnection::end(const char* sql) noexcept
{
    if (!begun_) return;
    begun_ = false;
    try {
        read_leftovers();
        send_plain(sql);
        expect_sent(PQpipelineSync(handle_.get()));
        flush();
        leftover_ = true;
    } catch (const Lost&) {
        lose();
    }
}

PostgresConnection::Kept& PostgresConnection::kept_for(std::string_view sql)
{
    const auto found = kept_.find(sql);
    if (found != kept_.end()) return *found->second;
    auto kept = std::make_unique<Kept>();
    kept->text = sql;
    kept->translated = translate(sql, Engine::postgres);
    kept->parameters = parameter_count(sql);
    const std::string_view key = kept->text;
    return *kept_.emplace(key, std::move(kept)).first->second;
}

void PostgresConnection::send_plain(const char* sql)
{
    expect_sent(PQsendQueryParams(handle_.get(), sql, 0, nullptr, nullptr, nullptr, nullptr, 0));
}

void PostgresConnection::send_begin()
{
    send_plain(kind_ == Kind::read ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                                   : "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE");
}

void PostgresConnection::expect_sent(int sent)
{
    if (sent == 0) throw Lost{PQerrorMessage(handle_.get())};
}

void PostgresConnection::flush()
{
    if (PQflush(handle_.get()) != 0) throw Lost{PQerrorMessage(handle_.get())};
}

PostgresResult PostgresConnection::receive()
{
    PostgresResult result(PQgetResult(handle_.get()));
    if (!result || PQstatus(handle_.get()) != CONNECTION_OK)
        throw Lost{PQerrorMessage(handle_.get())};
    // Nothing follows the answer to one command.
    const PostgresResult more(PQgetResult(handle_.get()));
    if (more || PQstatus(handle_.get()) != CONNECTION_OK) throw Lost{PQerrorMessage(handle_.get())};
    return result;
}

void PostgresConnection::receive_sync()
{
    const PostgresResult result(PQgetResult(handle_.get()));
    if (!result || PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC)
        throw Lost{PQerrorMessage(handle_.get())};
}

void PostgresConnection::read_leftovers()
{
    if (!leftover_) return;
    leftover_ = false;
    receive();
    receive_sync();
}

namespace {

/// The rows of an answer that the client library holds in memory.
class PostgresRows final : public Cursor {
public:
    PostgresRows(PostgresResult result, const PostgresConnection& connection)
        : result_(std::move(result)), connection_(connection), serial_(connection.serial()),
          rows_(PQntuples(result_.get())), columns_(PQnfields(result_.get()))
    {
    }

    bool step() override
    {
        invariant(serial_ == connection_.serial(), "rows are read inside their transaction");
        decoded_.clear();
        if (row_ < rows_) ++row_;
        return row_ < rows_;
    }
    bool is_null(int column) const override
    {
        expect(column);
        return PQgetisnull(result_.get(), row_, column) != 0;
    }
    std::int64_t integer(int column) const override
    {
        const auto value = text(column);
        std::int64_t whole = 0;
        const auto* end = value.data() + value.size();
        const auto [rest, error] = std::from_chars(value.data(), end, whole);
        // A sum is a numeric, an average has a fraction: cut off, as SQLite does.
        if (error == std::errc() && rest == end) return whole;
        return static_cast<std::int64_t>(number(column));
    }
    double number(int column) const override
    {
        const auto value = text(column);
        double number = 0;
        std::from_chars(value.data(), value.data() + value.size(), number);
        return number;
    }
    std::string_view text(int column) const override
    {
        expect(column);
        const auto type = PQftype(result_.get(), column);
        if (type == type_bytes) {
            const auto decoded = bytes(column);
            return {reinterpret_cast<const char*>(decoded.data()), decoded.size()};
        }
        const auto shown = raw(column);
        if (type == type_bool && !shown.empty()) return shown == "t" ? "1" : "0";
        return shown;
    }
    std::span<const std::byte> bytes(int column) const override
    {
        expect(column);
        const auto shown = raw(column);
        if (PQftype(result_.get(), column) != type_bytes || shown.size() < 2)
            return std::as_bytes(std::span(shown));
        return decode(column, shown.substr(2)); // after \x
    }

private:
    void expect(int column) const
    {
        invariant(0 <= row_ && row_ < rows_ && 0 <= column && column < columns_,
                  "a column that the query has, of a row");
    }
    std::string_view raw(int column) const
    {
        return {PQgetvalue(result_.get(), row_, column),
                static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
    }
    std::span<const std::byte> decode(int column, std::string_view digits) const
    {
        for (const auto& [of, value] : decoded_)
            if (of == column) return *value;
        auto value = std::make_unique<std::vector<std::byte>>(digits.size() / 2);
        for (std::size_t index = 0; index < value->size(); ++index)
            (*value)[index] = std::byte{static_cast<unsigned char>(nibble(digits[2 * index]) << 4U |
                                                                   nibble(digits[2 * index + 1]))};
        decoded_.emplace_back(column, std::move(value));
        return *decoded_.back().second;
    }

    PostgresResult result_;
    const PostgresConnection& connection_;
    std::uint64_t serial_;
    int rows_;
    int columns_;
    int row_ = -1;
    mutable std::vector<std::pair<int, std::unique_ptr<std::vector<std::byte>>>> decoded_;
};

} // namespace

void PostgresTransaction::notify(std::string text)
{
    invariant(kind_ == PostgresConnection::Kind::write, "only a change has something to tell");
    add_note(notes_, std::move(text));
}

std::unique_ptr<Cursor> PostgresTransaction::run_query(std::string_view sql,
                                                       std::span<const Value> values)
{
    return std::make_unique<PostgresRows>(connection_.run(sql, values), connection_);
}

std::int64_t PostgresTransaction::run_execute(std::string_view sql, std::span<const Value> values)
{
    const auto result = connection_.run(sql, values);
    const std::string_view count = PQcmdTuples(result.get());
    std::int64_t touched = 0;
    std::from_chars(count.data(), count.data() + count.size(), touched);
    return touched;
}

} // namespace moothall::store
