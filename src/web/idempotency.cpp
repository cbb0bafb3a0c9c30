#include "web/idempotency.hpp"

#include "text/json.hpp"
#include "web/router.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace moothall::web {

namespace {

constexpr std::size_t hash_bytes = 32;
constexpr int secret_answer = -1; // `status` of an answer that was not kept

/// Hashes parts with their lengths, so that no two lists of parts look the same.
class PartsHash {
public:
    PartsHash() { crypto_generichash_init(&state_, nullptr, 0, hash_bytes); }

    void add(std::string_view part)
    {
        const std::uint64_t length = part.size();
        crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(&length),
                                  sizeof length);
        crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(part.data()),
                                  part.size());
    }

    std::string text()
    {
        std::array<unsigned char, hash_bytes> hash;
        crypto_generichash_final(&state_, hash.data(), hash.size());
        constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
        std::array<char, sodium_base64_ENCODED_LEN(hash_bytes, variant)> text;
        sodium_bin2base64(text.data(), text.size(), hash.data(), hash.size(), variant);
        return text.data();
    }

private:
    crypto_generichash_state state_;
};

std::string hash_key(std::string_view key)
{
    PartsHash hash;
    hash.add(key);
    return hash.text();
}

/// Cookies are not kept: an answer that is given again must not bring back an ended session.
bool is_kept(std::string_view name)
{
    constexpr std::string_view cookie = "set-cookie";
    return !std::ranges::equal(name, cookie, [](char left, char right) {
        return (left >= 'A' && left <= 'Z' ? left - 'A' + 'a' : left) == right;
    });
}

std::string lines_of(const std::vector<std::pair<std::string, std::string>>& headers)
{
    std::string lines;
    for (const auto& [name, value] : headers) {
        if (!is_kept(name)) continue;
        lines += name;
        lines += ": ";
        lines += value;
        lines += '\n';
    }
    return lines;
}

void read_lines(std::string_view lines, Response& response)
{
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        const auto line = lines.substr(0, end);
        if (const auto colon = line.find(": "); colon != std::string_view::npos)
            response.with(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}

} // namespace

Result<std::optional<std::string>> idempotency_key(const Request& request)
{
    if (!request.header_fields.has("idempotency-key")) return std::optional<std::string>();
    const auto key = request.header("idempotency-key");
    const bool printable = std::ranges::all_of(key, [](char c) { return c >= ' ' && c <= '~'; });
    if (key.empty() || key.size() > idempotency_key_characters_max || !printable)
        return Refusal::invalid("Idempotency-Key",
                                "An Idempotency-Key has 1 to 255 printable characters.");
    return std::optional(std::string(key));
}

std::string hash_request(const Request& request)
{
    PartsHash hash;
    hash.add(to_text(request.method));
    hash.add(request.target);
    hash.add(request.path_text);
    hash.add(request.body);
    for (const auto& [name, value] : request.form_fields.pairs()) {
        if (name == "csrf") continue;
        hash.add(name);
        hash.add(value);
    }
    for (const auto& upload : request.uploads) {
        hash.add(upload.field);
        hash.add(upload.file_name);
        hash.add(upload.content);
    }
    return hash.text();
}

std::optional<std::string> key_of_form(const Request& request, const Route& route, bool api)
{
    const bool says_something =
        route.act == Act::voice || route.act == Act::reply || route.act == Act::report;
    // A page that scripts change in place asks once itself.
    if (api || !says_something || request.form_fields.pairs().empty() || request.wants_fragment())
        return {};
    return "form " + hash_request(request);
}

Result<std::optional<Response>> claim_key(store::Transaction& transaction, const Viewer& viewer,
                                          const std::string& key, const Request& request, Time now,
                                          std::chrono::microseconds kept)
{
    const auto key_hash = hash_key(key);
    const auto request_hash = hash_request(request);
    const auto claimed = transaction.execute(R"sql(
        INSERT INTO idempotency (org_id, person_id, key_hash, request_hash, status, headers, body, at_us)
        VALUES (?1, ?2, ?3, ?4, 0, '', '', ?5)
        ON CONFLICT (org_id, person_id, key_hash) DO UPDATE
        SET request_hash = excluded.request_hash, status = 0, headers = '', body = '', at_us = excluded.at_us
        WHERE idempotency.at_us <= ?6 )sql",
                                             viewer.organisation, viewer.person, key_hash,
                                             request_hash, now, now - kept);
    if (claimed > 0) return std::optional<Response>();

    auto rows = transaction.query(R"sql(
        SELECT request_hash, status, headers, body FROM idempotency
        WHERE org_id = ?1 AND person_id = ?2 AND key_hash = ?3 )sql",
                                  viewer.organisation, viewer.person, key_hash);
    if (!rows.next()) return Refusal::conflict("This was changed meanwhile. Please try again.");
    if (rows->text(0) != request_hash)
        return Refusal::invalid("Idempotency-Key",
                                "This Idempotency-Key was used for another request.");
    if (rows->integer(1) == secret_answer)
        return Refusal::conflict(
            "This was done already. Its answer holds a secret and is not shown "
            "again.");
    Response response;
    response.status = static_cast<int>(rows->integer(1));
    read_lines(rows->text(2), response);
    response.body = rows->string(3);
    response.with("Idempotent-Replayed", "true");
    return std::optional(std::move(response));
}

void free_key(store::Transaction& transaction, const Viewer& viewer, const std::string& key)
{
    transaction.execute(
        "DELETE FROM idempotency WHERE org_id = ?1 AND person_id = ?2 AND key_hash = ?3",
        viewer.organisation, viewer.person, hash_key(key));
}

void keep_answer(store::Transaction& transaction, const Viewer& viewer, const std::string& key,
                 const Response& response, bool keeps_answer)
{
    const auto& body = response.shared_body ? *response.shared_body : response.body;
    transaction.execute(R"sql(
        UPDATE idempotency SET status = ?4, headers = ?5, body = ?6
        WHERE org_id = ?1 AND person_id = ?2 AND key_hash = ?3 )sql",
                        viewer.organisation, viewer.person, hash_key(key),
                        keeps_answer ? response.status : secret_answer,
                        keeps_answer ? lines_of(response.headers) : std::string(),
                        keeps_answer ? body : std::string());
}

void forget_answers(store::Transaction& transaction, Id organisation, Id person,
                    std::string_view name)
{
    // As it stands in an answer's JSON, with what LIKE would take for its own escaped.
    std::string pattern = "%";
    for (const char c : JsonWriter().value(name).take()) {
        if (c == '%' || c == '_' || c == '!') pattern += '!';
        pattern += c;
    }
    pattern += '%';
    transaction.execute(R"sql(
        UPDATE idempotency SET status = ?4, headers = '', body = ''
        WHERE org_id = ?1 AND status <> ?4 AND (person_id = ?2 OR body LIKE ?3 ESCAPE '!') )sql",
                        organisation, person, pattern, secret_answer);
}

void forget_answers_about(store::Transaction& transaction, Id organisation, Id thing)
{
    // The request's hash goes too: where there are few things to ask for it could be guessed.
    transaction.execute(R"sql(
        UPDATE idempotency SET status = ?3, headers = '', body = '', request_hash = ''
        WHERE org_id = ?1 AND body LIKE ?2 )sql",
                        organisation, "%" + thing.text() + "%", secret_answer);
}

std::int64_t purge_idempotency(store::Transaction& transaction, Id organisation, Time now,
                               std::int64_t rows_max)
{
    return transaction.execute(R"sql(
        DELETE FROM idempotency WHERE org_id = ?1 AND (person_id, key_hash) IN (
            SELECT i.person_id, i.key_hash FROM idempotency i
            WHERE i.org_id = ?1 AND i.at_us < ?2 ORDER BY i.at_us LIMIT ?3) )sql",
                               organisation, now - idempotency_kept, rows_max);
}

} // namespace moothall::web
