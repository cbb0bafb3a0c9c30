#pragma once

#include <string>
#include <string_view>

namespace moothall::store {

/// A piece of SQL written in the source. It cannot be made at run time, so nothing a person typed
/// ever becomes SQL.
struct SqlLiteral {
    std::string_view text;
    consteval SqlLiteral(const char* literal) // NOLINT(google-explicit-constructor): reads as SQL
        : text(literal)
    {
    }
};

/// A statement put together from literals: a list with one of several orders, for instance.
class Sql {
public:
    explicit Sql(SqlLiteral literal) : text_(literal.text) {}
    Sql& operator+=(SqlLiteral literal)
    {
        text_ += literal.text;
        return *this;
    }
    friend Sql operator+(Sql sql, SqlLiteral literal) { return std::move(sql += literal); }
    std::string_view text() const { return text_; }

private:
    std::string text_;
};

} // namespace moothall::store
