// Holds migrations/ to the rules that let the same tables live on SQLite, on PostgreSQL and, spread
// by organisation, on PostgreSQL with Citus.
#include "store/schema.hpp"
#include "store/sql_scan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

namespace moothall::store {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string upper(std::string_view text)
{
    std::string out;
    for (const char character : text) {
        const bool small = character >= 'a' && character <= 'z';
        out += small ? static_cast<char>(character - 'a' + 'A') : character;
    }
    return out;
}

/// White space becomes one space, and what is in quotes becomes '': rules look at words only.
std::string plain(std::string_view statement)
{
    std::string out;
    std::size_t at = 0;
    while (at < statement.size()) {
        if (const auto end = past_quoted(statement, at); end != at) {
            out += statement[at] == '\'' ? "''" : std::string(statement.substr(at, end - at));
            at = end;
            continue;
        }
        const bool space = std::string_view(" \n\t\r").find(statement[at]) != std::string::npos;
        if (!space) {
            out += statement[at];
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
        ++at;
    }
    return out;
}

/// The parts between the commas that stand in no bracket.
std::vector<std::string> parts_of(std::string_view list)
{
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char character : list) {
        if (character == '(') ++depth;
        if (character == ')') --depth;
        if (character == ',' && depth == 0)
            parts.emplace_back();
        else if (!(character == ' ' && parts.back().empty()))
            parts.back() += character;
    }
    return parts;
}

bool matches(const std::string& text, const char* pattern)
{
    return std::regex_search(text, std::regex(pattern, std::regex::icase));
}

/// Collects what is wrong, as sentences.
class Lint {
public:
    void check(const std::string& file, std::string_view sql)
    {
        file_ = file;
        for (const auto& table : marked_tables(sql, "tenant")) mark(table, "tenant");
        for (const auto& table : marked_tables(sql, "global")) mark(table, "global");
        for (const auto& table : marked_tables(sql, "search")) mark(table, "search");
        for (const auto& statement : split_statements(sql)) check_statement(plain(statement));
        for (const auto& [table, kind] : kinds_)
            if (!made_.contains(table)) complain(table, "is marked but not made");
    }

    std::vector<std::string> faults;

private:
    void mark(const std::string& table, const std::string& kind)
    {
        if (!kinds_.emplace(table, kind).second) complain(table, "is marked twice");
    }
    void complain(const std::string& what, const std::string& sentence)
    {
        faults.push_back(file_ + ": " + what + " " + sentence);
    }
    std::string kind_of(const std::string& table) const
    {
        const auto found = kinds_.find(table);
        return found == kinds_.end() ? "" : found->second;
    }

    void check_statement(const std::string& statement)
    {
        check_words(statement);
        static const std::regex table(R"(^CREATE TABLE (\w+) ?\((.*)\)[^)]*$)", std::regex::icase);
        static const std::regex search(R"(^CREATE VIRTUAL TABLE (\w+) )", std::regex::icase);
        static const std::regex index(R"(^CREATE (UNIQUE )?INDEX (\w+) ON (\w+)[^(]*\( ?(\w+))",
                                      std::regex::icase);
        static const std::regex alter(R"(^ALTER TABLE (\w+) (.*)$)", std::regex::icase);
        std::smatch found;
        if (std::regex_search(statement, found, table)) {
            check_table(found[1], found[2]);
        } else if (std::regex_search(statement, found, search)) {
            made_.insert(found[1]);
            if (kind_of(found[1]) != "search") complain(found[1], "has no comment -- search: NAME");
        } else if (std::regex_search(statement, found, index)) {
            if (found[1].matched && kind_of(found[3]) == "tenant" && found[4] != "org_id")
                complain(found[2], "is unique, so it begins with org_id");
        } else if (matches(statement, "^CREATE (UNIQUE )?INDEX")) {
            complain(statement, "has no name");
        } else if (std::regex_search(statement, found, alter)) {
            check_alteration(found[1], found[2]);
        } else if (matches(statement, "^CREATE TABLE")) {
            complain(statement, "is not understood: say CREATE TABLE name (…)");
        }
    }

    void check_words(const std::string& statement)
    {
        static const std::map<std::string, std::string> forbidden{
            {R"(\b(BIG|SMALL)?SERIAL\b|\bGENERATED\b|\bAUTOINCREMENT\b|\bCREATE SEQUENCE\b)",
             "makes ids in the database; the program makes them"},
            {R"(\bTRIGGER\b|\bCREATE RULE\b|\bMERGE INTO\b)",
             "has a trigger, rule or MERGE, which are not known everywhere"},
            {R"(\bSET (NULL|DEFAULT)\b)", "has a foreign key that SETs NULL or a default"},
            {R"(\b(NOW|RANDOM|GEN_RANDOM_UUID|CLOCK_TIMESTAMP) ?\(|\bCURRENT_(TIMESTAMP|DATE|TIME)\b)",
             "asks for the time or for chance; the program binds them"},
            {R"(\bDEFERR)", "has a constraint that is checked late; Citus then cannot name it"},
        };
        for (const auto& [pattern, sentence] : forbidden)
            if (matches(statement, pattern.c_str())) complain(statement.substr(0, 60), sentence);
    }

    void check_table(const std::string& table, const std::string& body)
    {
        made_.insert(table);
        const auto kind = kind_of(table);
        if (kind != "tenant" && kind != "global") {
            complain(table, "has no comment -- tenant: or -- global:");
            return;
        }
        const auto parts = parts_of(body);
        if (kind == "tenant" && !matches(parts.front(), "^org_id BIGINT NOT NULL *$"))
            complain(table, "does not begin with org_id BIGINT NOT NULL");
        bool has_key = false;
        for (const auto& part : parts) {
            const auto word = upper(part.substr(0, part.find_first_of(" (")));
            if (word == "CONSTRAINT") {
                has_key = has_key || matches(part, R"(^CONSTRAINT \w+ PRIMARY KEY)");
                check_constraint(table, kind, part);
            } else if (word == "PRIMARY" || word == "UNIQUE" || word == "FOREIGN" ||
                       word == "CHECK" || word == "EXCLUDE") {
                complain(table, "has a constraint without a name: " + part);
            } else {
                check_column(table, part);
            }
        }
        if (!has_key) complain(table, "has no primary key");
    }

    void check_column(const std::string& table, const std::string& column)
    {
        if (matches(column, R"(\b(PRIMARY KEY|UNIQUE|REFERENCES|CHECK)\b)"))
            complain(table, "has a constraint without a name: " + column);
    }

    void check_constraint(const std::string& table, const std::string& kind,
                          const std::string& constraint)
    {
        static const std::regex key(R"(^CONSTRAINT (\w+) (PRIMARY KEY|UNIQUE) ?\( ?(\w+))",
                                    std::regex::icase);
        static const std::regex reference(
            R"(^CONSTRAINT (\w+) FOREIGN KEY ?\( ?(\w+)[^)]*\) REFERENCES (\w+) ?\( ?(\w+))",
            std::regex::icase);
        std::smatch found;
        if (std::regex_search(constraint, found, key)) {
            if (kind == "tenant" && found[3] != "org_id")
                complain(found[1], "does not begin with org_id");
        } else if (std::regex_search(constraint, found, reference)) {
            const std::string to = found[3];
            if (kind != "tenant" || kind_of(to) != "tenant")
                complain(found[1], "ties a tenant table to a global one, or global ones together");
            else if (found[2] != "org_id" || found[4] != "org_id")
                complain(found[1], "does not begin with org_id on both sides");
        } else if (!matches(constraint, R"(^CONSTRAINT \w+ CHECK ?\()")) {
            complain(table, "has a constraint that is not understood: " + constraint);
        }
    }

    void check_alteration(const std::string& table, const std::string& what)
    {
        if (matches(what, R"(^ADD (COLUMN )?\w+)") && !matches(what, R"(^ADD CONSTRAINT\b)")) {
            if (matches(what, R"(^ADD (CHECK|UNIQUE|PRIMARY|FOREIGN)\b)"))
                complain(table, "is given a constraint without a name");
            else
                check_column(table, what);
        } else if (matches(what, R"(^ADD CONSTRAINT\b)")) {
            check_constraint(table, kind_of(table), what.substr(4));
        }
    }

    std::string file_;
    std::map<std::string, std::string> kinds_;
    std::set<std::string> made_;
};

std::vector<std::string> faults_of(std::string_view sql)
{
    Lint lint;
    lint.check("test", sql);
    return lint.faults;
}

TEST(MigrationRules, hold_for_every_migration)
{
    Lint sqlite;
    Lint postgres;
    for (const auto& migration : migrations()) {
        const auto name = std::to_string(migration.number) + " " + std::string(migration.name);
        sqlite.check(name, migration.sqlite);
        postgres.check(name + " (PostgreSQL)", migration.postgres);
    }
    EXPECT_THAT(sqlite.faults, ElementsAre());
    EXPECT_THAT(postgres.faults, ElementsAre());
}

TEST(MigrationRules, are_content_with_a_good_one)
{
    EXPECT_THAT(faults_of(R"(
-- tenant: vote
CREATE TABLE vote (
    org_id  BIGINT NOT NULL,
    vote_id BIGINT NOT NULL,
    note    TEXT   NOT NULL DEFAULT 'set null; now() -- trigger',
    CONSTRAINT vote_pkey PRIMARY KEY (org_id, vote_id),
    CONSTRAINT vote_note_check CHECK (note <> '' AND length(note) < 10),
    CONSTRAINT vote_self_fkey FOREIGN KEY (org_id, vote_id) REFERENCES vote (org_id, vote_id)
        ON DELETE CASCADE
);
CREATE INDEX vote_by_note ON vote (note);
CREATE UNIQUE INDEX vote_note_key ON vote (org_id, note) WHERE note <> '';
ALTER TABLE vote ADD COLUMN more BIGINT NOT NULL DEFAULT 0;
ALTER TABLE vote ADD CONSTRAINT vote_more_check CHECK (more >= 0);
-- global: host
CREATE TABLE host (host TEXT NOT NULL, CONSTRAINT host_pkey PRIMARY KEY (host));
-- search: vote_words
CREATE VIRTUAL TABLE vote_words USING fts5 (words);
)"),
                ElementsAre());
}

TEST(MigrationRules, find_what_is_wrong)
{
    const auto with = [](const std::string& inside) {
        return faults_of("-- tenant: a\nCREATE TABLE a (org_id BIGINT NOT NULL, b BIGINT, "
                         "CONSTRAINT a_pkey PRIMARY KEY (org_id, b)" +
                         inside + ");");
    };
    EXPECT_THAT(with(""), ElementsAre());
    EXPECT_THAT(faults_of("CREATE TABLE a (b BIGINT)"), Contains(HasSubstr("has no comment")));
    EXPECT_THAT(faults_of("-- tenant: a\nSELECT 1"), Contains(HasSubstr("marked but not made")));
    EXPECT_THAT(faults_of("-- tenant: a\nCREATE TABLE a (b BIGINT, org_id BIGINT NOT NULL,"
                          " CONSTRAINT a_pkey PRIMARY KEY (org_id))"),
                ElementsAre(HasSubstr("does not begin with org_id BIGINT")));
    EXPECT_THAT(faults_of("-- tenant: a\nCREATE TABLE a (org_id BIGINT NOT NULL)"),
                ElementsAre(HasSubstr("no primary key")));
    EXPECT_THAT(with(", UNIQUE (org_id, b)"), ElementsAre(HasSubstr("without a name")));
    EXPECT_THAT(with(", c BIGINT UNIQUE"), ElementsAre(HasSubstr("without a name")));
    EXPECT_THAT(with(", c BIGINT REFERENCES a (b)"), ElementsAre(HasSubstr("without a name")));
    EXPECT_THAT(with(", CONSTRAINT a_b_key UNIQUE (b)"),
                ElementsAre(HasSubstr("a_b_key does not begin with org_id")));
    EXPECT_THAT(with(", CONSTRAINT a_f FOREIGN KEY (b) REFERENCES a (b)"),
                ElementsAre(HasSubstr("on both sides")));
    EXPECT_THAT(with(", CONSTRAINT a_f FOREIGN KEY (org_id, b) REFERENCES z (org_id, b)"),
                ElementsAre(HasSubstr("ties")));
    EXPECT_THAT(with(", CONSTRAINT a_f FOREIGN KEY (org_id, b) REFERENCES a (org_id, b)"
                     " ON DELETE SET NULL"),
                ElementsAre(HasSubstr("SETs NULL")));
    EXPECT_THAT(with(", c BIGSERIAL"), ElementsAre(HasSubstr("makes ids")));
    EXPECT_THAT(with(", c BIGINT DEFAULT now()"), ElementsAre(HasSubstr("time")));
    EXPECT_THAT(faults_of("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END"),
                Contains(HasSubstr("trigger")));
    EXPECT_THAT(faults_of("CREATE INDEX ON a (b)"), ElementsAre(HasSubstr("has no name")));
    EXPECT_THAT(faults_of("ALTER TABLE a ADD COLUMN c BIGINT CHECK (c > 0)"),
                ElementsAre(HasSubstr("without a name")));
    EXPECT_THAT(faults_of("ALTER TABLE a ADD CHECK (c > 0)"),
                ElementsAre(HasSubstr("without a name")));
    EXPECT_THAT(faults_of("CREATE VIRTUAL TABLE w USING fts5 (x)"),
                ElementsAre(HasSubstr("-- search")));
}

} // namespace
} // namespace moothall::store
