#include "store/sql_scan.hpp"

#include <algorithm>

namespace moothall::store {

namespace {

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

bool is_space(char character)
{
    return character == ' ' || character == '\n' || character == '\t' || character == '\r';
}

std::size_t past(std::string_view sql, std::string_view what, std::size_t from)
{
    const auto found = sql.find(what, from);
    return found == std::string_view::npos ? sql.size() : found + what.size();
}

/// A doubled quote inside is one quote, so it does not end the string.
std::size_t past_quotes(std::string_view sql, std::size_t at)
{
    const char quote = sql[at];
    auto position = at + 1;
    while (position < sql.size()) {
        if (sql[position] != quote) {
            ++position;
        } else if (position + 1 < sql.size() && sql[position + 1] == quote) {
            position += 2;
        } else {
            return position + 1;
        }
    }
    return sql.size();
}

/// PostgreSQL nests these, SQLite does not; a comment without a second opening means the same to
/// both.
std::size_t past_block_comment(std::string_view sql, std::size_t at)
{
    auto position = at + 2;
    for (int depth = 1; depth > 0;) {
        if (position + 1 >= sql.size()) return sql.size();
        const auto pair = sql.substr(position, 2);
        if (pair == "/*") {
            ++depth;
            position += 2;
        } else if (pair == "*/") {
            --depth;
            position += 2;
        } else {
            ++position;
        }
    }
    return position;
}

/// `$$ … $$` or `$name$ … $name$`; `$1` begins none.
std::size_t past_dollar_quote(std::string_view sql, std::size_t at)
{
    if (at > 0 && is_name_character(sql[at - 1])) return at;
    auto end = at + 1;
    if (end < sql.size() && is_digit(sql[end])) return at;
    while (end < sql.size() && is_name_character(sql[end])) ++end;
    if (end >= sql.size() || sql[end] != '$') return at;
    const auto tag = sql.substr(at, end + 1 - at);
    return past(sql, tag, end + 1);
}

/// True when the word `word` begins at `at`.
bool word_at(std::string_view sql, std::size_t at, std::string_view word)
{
    if (sql.substr(at, word.size()) != word) return false;
    if (at > 0 && is_name_character(sql[at - 1])) return false;
    const auto end = at + word.size();
    return end >= sql.size() || !is_name_character(sql[end]);
}

/// Where `IN_IDS(?n)` that begins at `at` ends, and the n; `end` is 0 when none begins there.
struct InIds {
    std::size_t end = 0;
    std::string_view number;
};
InIds in_ids_at(std::string_view sql, std::size_t at)
{
    constexpr std::string_view word = "IN_IDS";
    if (!word_at(sql, at, word)) return {};
    const auto open = at + word.size();
    if (sql.substr(open, 2) != "(?") return {};
    auto end = open + 2;
    while (end < sql.size() && is_digit(sql[end])) ++end;
    if (end == open + 2 || end >= sql.size() || sql[end] != ')') return {};
    return {end + 1, sql.substr(open + 2, end - open - 2)};
}

} // namespace

bool is_name_character(char character)
{
    return is_digit(character) || character == '_' || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z');
}

std::size_t past_quoted(std::string_view sql, std::size_t at)
{
    switch (sql[at]) {
    case '\'':
    case '"':
        return past_quotes(sql, at);
    case '-':
        return sql.substr(at, 2) == "--" ? past(sql, "\n", at) : at;
    case '/':
        return sql.substr(at, 2) == "/*" ? past_block_comment(sql, at) : at;
    case '$':
        return past_dollar_quote(sql, at);
    default:
        return at;
    }
}

std::string translate(std::string_view sql, Engine engine)
{
    const bool postgres = engine == Engine::postgres;
    std::string out;
    out.reserve(sql.size() + 32);
    std::size_t at = 0;
    while (at < sql.size()) {
        if (const auto end = past_quoted(sql, at); end != at) {
            out += sql.substr(at, end - at);
            at = end;
            continue;
        }
        auto ids_at = at;
        const bool negated = word_at(sql, at, "NOT");
        if (negated) {
            ids_at += 3;
            while (ids_at < sql.size() && is_space(sql[ids_at])) ++ids_at;
        }
        if (const auto ids = in_ids_at(sql, ids_at); ids.end != 0) {
            if (postgres) {
                out += negated ? "<> ALL($" : "= ANY($";
                out += ids.number;
                out += "::bigint[])";
            } else {
                out += negated ? "NOT IN (SELECT value FROM json_each(?"
                               : "IN (SELECT value FROM json_each(?";
                out += ids.number;
                out += "))";
            }
            at = ids.end;
            continue;
        }
        const bool parameter =
            postgres && sql[at] == '?' && at + 1 < sql.size() && is_digit(sql[at + 1]);
        out += parameter ? '$' : sql[at];
        ++at;
    }
    return out;
}

std::size_t parameter_count(std::string_view sql)
{
    std::size_t highest = 0;
    std::size_t at = 0;
    while (at < sql.size()) {
        if (const auto end = past_quoted(sql, at); end != at) {
            at = end;
            continue;
        }
        if (sql[at++] != '?') continue;
        std::size_t number = 0;
        while (at < sql.size() && is_digit(sql[at]))
            number = 10 * number + static_cast<std::size_t>(sql[at++] - '0');
        highest = std::max(highest, number);
    }
    return highest;
}

} // namespace moothall::store
