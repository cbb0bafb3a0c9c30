// A whole hall is carried out of one database and into another.
#include "hall/carry.hpp"

#include "hall/carry_tables.hpp"
#include "hall/test_house.hpp"
#include "hear/import_csv.hpp"
#include "people/account.hpp"
#include "people/pass.hpp"
#include "record/record.hpp"
#include "text/json.hpp"
#include "web/language.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <set>

namespace moothall::hall::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using Files = std::vector<std::pair<std::string, std::string>>;

RowFiles in_memory(const Files& files)
{
    RowFiles given;
    for (const auto& [name, text] : files) given.names.push_back(name);
    given.read = [&files](const std::string& name, const TakeLine& take) -> Result<void> {
        std::string_view text = std::ranges::find(files, name, &Files::value_type::first)->second;
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            if (auto taken = take(text.substr(0, end)); !taken) return taken.error();
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return {};
    };
    return given;
}

class Carrying : public WholeHouse {
protected:
    /// A hall in which everybody did something, with secrets of every sort.
    void live_in_it()
    {
        aino = let_in("Aino \"the\" Customer\n", "aino@customer.example");
        const auto bob = let_in("Bob", "bob@northwater.example");
        const auto voice = say(aino, "Let me send the reading", "By *myself*, \xE2\x80\xA8please.");
        support(bob, voice.id);
        const auto owner_viewer = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            auto& ids = hall->ids();
            EXPECT_TRUE(hear::say_reply(transaction, ids, now(), viewer_of_inside(transaction, bob),
                                        voice.id, {.body = "Soon, @Aino"},
                                        hear::render_body({}, "Soon, @Aino").value()));
            record::seal(transaction, organisation.id, now() + 1h);
            people::save_setting(transaction, organisation.id, "mail.server",
                                 "smtp://mail.example");
        });
        const auto report = hear::import_csv(
            hall->database(), hall->ids(), hall->clock(), owner_viewer,
            "title,votes,kind\nOld,3,want\nBad,x,want\n", {.origin = "csv:old.csv"});
        EXPECT_EQ(report.value().made, 1);
        write([&](store::Transaction& transaction) {
            record::seal(transaction, organisation.id, now() + 1h);
        });
    }
    Viewer viewer_of_inside(store::Transaction& transaction, const people::Person& person) const
    {
        return people::make_viewer(transaction, organisation.id, organisation.everyone, person.id)
            .value();
    }
    Files carry_out(store::Database& database)
    {
        Files files;
        database.read([&](store::Transaction& transaction) {
            for (const auto& part : export_organisation(transaction, organisation.id)) {
                auto text = part.text;
                while (part.more(text)) {
                }
                files.emplace_back(part.name, std::move(text));
            }
        });
        return files;
    }
    Files carry_out() { return carry_out(hall->database()); }

    /// What an import says to these files, in English; empty when it takes them. Rolled back.
    std::string answer_to(const Files& files)
    {
        const auto database = open();
        std::string answer;
        try {
            database->write([&](store::Transaction& transaction) {
                const auto done = import_organisation(transaction, in_memory(files));
                if (done) return;
                answer = web::Language::fill(done.error().sentence, done.error().arguments);
                throw std::runtime_error(answer);
            });
        } catch (const std::runtime_error&) { // NOLINT(bugprone-empty-catch): it has rolled back
        }
        if (!answer.empty())
            database->read([](store::Transaction& transaction) {
                EXPECT_FALSE(transaction.query("SELECT org_id FROM org").next()) << "half a hall";
                EXPECT_FALSE(transaction.query("SELECT org_id FROM thing").next());
            });
        return answer;
    }
    static std::string& text_of(Files& files, std::string_view name)
    {
        for (auto& [file, text] : files)
            if (file == name) return text;
        throw std::runtime_error("no such file");
    }
    static void replace(std::string& text, std::string_view old, std::string_view by)
    {
        const auto at = text.find(old);
        ASSERT_NE(at, std::string::npos) << old;
        text.replace(at, old.size(), by);
    }
    std::string head(store::Database& database)
    {
        return database.read([&](store::Transaction& transaction) {
            const auto audit = record::audit(transaction, organisation.id, {});
            EXPECT_EQ(audit.fault, "");
            return audit.head;
        });
    }

    people::Person aino;
};
MOOTHALL_ON_EACH_ENGINE(Carrying);

TEST_P(Carrying, to_another_hall_and_on_gives_the_same_bytes_and_the_same_log)
{
    live_in_it();
    const auto files = carry_out();
    EXPECT_EQ(carry_out(), files) << "asked twice";

    const auto other = open();
    const auto rows = other->write([&](store::Transaction& transaction) {
        return import_organisation(transaction, in_memory(files)).value();
    });
    EXPECT_GT(rows, 50);
    EXPECT_EQ(carry_out(*other), files);
    EXPECT_EQ(head(*other), head(hall->database()));
    EXPECT_NE(head(*other), "");
    // Search works there: its words are made anew.
    const auto found = other->read([&](store::Transaction& transaction) {
        return hear::list_voices(transaction, {.query = "reading"},
                                 viewer_of_inside(transaction, owner))
            .value()
            .voices.size();
    });
    EXPECT_EQ(found, 1U);
}

TEST_P(Carrying, from_one_engine_to_the_other_gives_the_same_bytes)
{
    if (!store::is_available_for_tests(store::Engine::postgres)) GTEST_SKIP();
    live_in_it();
    const auto files = carry_out();
    const auto other = store::open_test_database(
        GetParam() == store::Engine::sqlite ? store::Engine::postgres : store::Engine::sqlite);
    other->write([&](store::Transaction& transaction) {
        EXPECT_TRUE(import_organisation(transaction, in_memory(files)));
    });
    EXPECT_EQ(carry_out(*other), files);
    EXPECT_EQ(head(*other), head(hall->database()));
}

TEST_P(Carrying, takes_no_secret_along)
{
    live_in_it();
    const std::string secret = "s3cr3t-of-the-house";
    std::vector<std::string> secrets{secret};
    secrets.push_back(sign_in_as(aino).session);
    write([&](store::Transaction& transaction) {
        const auto viewer = viewer_of_inside(transaction, aino);
        secrets.push_back(people::make_own_token(transaction, hall->ids(), now(), viewer, "phone")
                              .value()
                              .secret);
        for (const std::string_view name :
             {"mail.password", "sign_in.oidc_secret", "web.visitor_key", "bridge.token"})
            people::save_setting(transaction, organisation.id, name, secret);
        transaction.execute(
            "UPDATE person SET password_hash = ?3 WHERE org_id = ?1 AND person_id = ?2",
            organisation.id, aino.id, secret);
    });
    // What is kept of secrets (hashes, settings) stays here as well.
    read([&](store::Transaction& transaction) {
        for (const auto& row : transaction.query(
                 "SELECT secret_hash FROM session WHERE org_id = ?1", organisation.id))
            secrets.push_back(row.string(0));
        for (const auto& row : transaction.query(
                 "SELECT secret_hash FROM api_token WHERE org_id = ?1", organisation.id))
            secrets.push_back(row.string(0));
    });
    ASSERT_GE(secrets.size(), 5U);
    for (const auto& [name, text] : carry_out())
        for (const auto& one : secrets) EXPECT_THAT(text, Not(HasSubstr(one))) << name;
}

TEST_P(Carrying, makes_html_again_from_its_markdown_and_never_takes_it_from_the_file)
{
    live_in_it();
    auto files = carry_out();
    const std::regex html(R"re("(body_html|official_html)":"[^"]*(\\.[^"]*)*")re");
    for (auto& [name, text] : files)
        text = std::regex_replace(text, html, R"("$1":"<script>alert(1)</script>")");
    ASSERT_THAT(text_of(files, "voices.jsonl"), HasSubstr("alert(1)"));
    ASSERT_THAT(text_of(files, "replies.jsonl"), HasSubstr("alert(1)"));
    const auto other = open();
    other->write([&](store::Transaction& transaction) {
        EXPECT_TRUE(import_organisation(transaction, in_memory(files)));
    });
    EXPECT_EQ(carry_out(*other), carry_out());
}

TEST(Carried, html_is_of_the_kind_that_is_made_again)
{
    for (const auto& table : carried_tables()) {
        const auto columns = columns_of(table);
        for (std::size_t at = 0; at < columns.size(); ++at)
            EXPECT_EQ(columns[at].ends_with("_html"), table.kinds[at] == 'h')
                << table.file << ": " << columns[at] << " has the letter h, after its Markdown";
    }
}

TEST_P(Carrying, into_a_used_hall_is_refused)
{
    live_in_it();
    const auto files = carry_out();
    const auto done = write([&](store::Transaction& transaction) {
        return import_organisation(transaction, in_memory(files));
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, Reason::conflict);
    EXPECT_EQ(done.error().sentence, "This hall is not empty. An export goes into an empty one.");
}

TEST_P(Carrying, what_was_damaged_on_the_way_is_refused_by_file_and_line_and_leaves_nothing)
{
    live_in_it();
    const auto good = carry_out();
    ASSERT_EQ(answer_to(good), "");

    auto files = good;
    text_of(files, "voices.jsonl").resize(text_of(files, "voices.jsonl").size() - 20);
    EXPECT_THAT(answer_to(files),
                HasSubstr("voices.jsonl, line 2, is not what an export holds: it is no JSON."));

    files = good;
    replace(text_of(files, "voices.jsonl"), "\"replies\":1", "\"replies\":\"one\"");
    EXPECT_THAT(answer_to(files), HasSubstr("voices.jsonl, line 1"));
    EXPECT_THAT(answer_to(files), HasSubstr("replies"));

    files = good;
    replace(text_of(files, "tags.jsonl").empty() ? text_of(files, "people.jsonl")
                                                 : text_of(files, "tags.jsonl"),
            "\"name\"", "\"nome\"");
    EXPECT_THAT(answer_to(files), HasSubstr("line 1, is not what an export holds: name."));

    files = good; // a row twice
    auto& supports = text_of(files, "supports.jsonl");
    supports += supports;
    EXPECT_THAT(answer_to(files), HasSubstr("supports.jsonl, line 2"));

    files = good; // a row that points nowhere
    auto& members = text_of(files, "memberships.jsonl");
    replace(members, aino.id.text(), "0zzzzzzzzzzzz");
    EXPECT_THAT(answer_to(files), HasSubstr("memberships.jsonl, line"));

    files = good; // a row less than promised
    auto& follows = text_of(files, "follows.jsonl");
    follows.erase(0, follows.find('\n') + 1);
    EXPECT_THAT(answer_to(files), HasSubstr("This export lost rows of follows.jsonl on its way"));

    files = good;
    std::erase_if(files, [](const auto& file) { return file.first == "events.jsonl"; });
    EXPECT_EQ(answer_to(files), "This export lacks events.jsonl.");

    files = good;
    std::erase_if(files, [](const auto& file) { return file.first == "manifest.json"; });
    EXPECT_EQ(answer_to(files), "This is no export: it has no manifest.json.");

    files = good;
    replace(text_of(files, "manifest.json"), "\"version\":1", "\"version\":99");
    EXPECT_THAT(answer_to(files), HasSubstr("newer Moothall"));

    files = good;
    files.emplace_back("surprises.jsonl", "{}\n");
    EXPECT_THAT(answer_to(files), HasSubstr("surprises.jsonl"));

    files = good;
    files.push_back(files.back());
    EXPECT_THAT(answer_to(files), HasSubstr("twice"));

    EXPECT_THAT(answer_to({}), HasSubstr("manifest.json"));
    EXPECT_THAT(answer_to({{"manifest.json", "[1,2"}}), HasSubstr("manifest.json, line 1"));
}

TEST_P(Carrying, another_house_in_the_rows_or_a_changed_log_is_refused)
{
    live_in_it();
    const auto good = carry_out();

    auto files = good;
    replace(text_of(files, "voices.jsonl"), organisation.id.text(), aino.id.text());
    EXPECT_EQ(answer_to(files), "voices.jsonl, line 1, is not what an export holds: org_id.");

    files = good;
    replace(text_of(files, "events.jsonl"), "hear.voice_said", "hear.voice_sold");
    EXPECT_THAT(answer_to(files), HasSubstr("The log in this export is not what it was"));

    // Text that no database keeps.
    files = good;
    replace(text_of(files, "voices.jsonl"), "By *myself*", "By\\u0000myself");
    EXPECT_THAT(answer_to(files), HasSubstr("voices.jsonl, line 1"));
}

// -- the guard ------------------------------------------------------------------------------------

/// The tables that the migrations make, with their columns.
std::map<std::string, std::set<std::string>> tables_of_the_migrations()
{
    // "voice_words" is one of SQLite's own for search: what lies under it is its own business.
    const auto database = store::open_test_database(store::Engine::sqlite);
    return database->read([](store::Transaction& transaction) {
        std::map<std::string, std::set<std::string>> tables;
        for (const auto& row : transaction.query(R"sql(
                 SELECT l.name, c.name FROM pragma_table_list l JOIN pragma_table_info(l.name) c
                 WHERE l.schema = 'main' AND l.type IN ('table', 'virtual') AND l.name NOT LIKE 'sqlite%'
                   AND l.name <> 'schema_migration' )sql"))
            tables[row.string(0)].insert(row.string(1));
        return tables;
    });
}

TEST(CarriedTables, are_all_tables_that_there_are_or_are_left_out_for_a_reason)
{
    const auto tables = tables_of_the_migrations();
    ASSERT_GT(tables.size(), 20U);
    std::set<std::string> thought_of;
    for (const auto& one : carried_tables()) thought_of.emplace(table_of(one));
    for (const auto& one : tables_left_out()) {
        EXPECT_TRUE(thought_of.emplace(one.table).second)
            << one.table << " is carried and left out at once.";
        EXPECT_GT(one.why.size(), 10U) << one.table << " is left out without a reason.";
    }
    for (const auto& [table, columns] : tables)
        EXPECT_TRUE(thought_of.contains(table))
            << "Nobody has said whether an export holds the table " << table
            << ". In src/hall/carry_tables.cpp, add it to `carried` (after the tables that its "
               "foreign "
               "keys point at), or to `left_out` with the reason.";
    for (const auto& table : thought_of)
        EXPECT_TRUE(tables.contains(table)) << "There is no table " << table << " any more.";
}

TEST(CarriedTables, hold_all_their_columns_in_the_select_and_in_the_insert)
{
    const auto tables = tables_of_the_migrations();
    for (const auto& one : carried_tables()) {
        const auto table = std::string(table_of(one));
        if (!tables.contains(table)) continue; // the test above says so
        auto columns = tables.at(table);
        const auto carried = columns_of(one);
        EXPECT_EQ(carried.size(), one.kinds.size()) << table << ": a letter for each column.";
        for (const auto& column : carried)
            EXPECT_EQ(columns.erase(std::string(column)), 1U)
                << table << " has no column " << column << ", or it is carried twice.";
        for (const auto& column : columns)
            ADD_FAILURE()
                << "An export loses the column " << table << "." << column
                << ": add it to its entry in src/hall/carry_tables.cpp (columns, a letter of "
                   "its kind, SELECT, INSERT); with the letter - if it is a secret.";
        std::string list;
        for (const auto& column : carried) list += (list.empty() ? "" : ", ") + std::string(column);
        const auto insert =
            std::regex_replace(std::string(one.insert.text), std::regex("\\s+"), " ");
        EXPECT_THAT(insert, HasSubstr("(" + list + ") VALUES (?1, ")) << table;
        EXPECT_THAT(insert, HasSubstr("?" + std::to_string(carried.size()) + ")")) << table;
        EXPECT_THAT(std::string(one.select.text), ContainsRegex("ORDER[ \n]+BY"))
            << table << ": the same hall must give the same bytes.";
    }
}

TEST(CarriedTables, mark_what_sounds_like_a_secret)
{
    const std::regex sounds("password|secret|token|_key|private");
    for (const auto& one : carried_tables()) {
        const auto columns = columns_of(one);
        for (std::size_t i = 0; i < std::min(columns.size(), one.kinds.size()); ++i)
            // The once_key of a chat is made of ids, so that two people have one.
            if (columns[i] != "once_key" && std::regex_search(std::string(columns[i]), sounds))
                EXPECT_EQ(one.kinds[i], '-') << table_of(one) << "." << columns[i]
                                             << " sounds like a secret: give it the letter - and "
                                                "select '' instead, or leave "
                                                "its table out.";
    }
}

} // namespace
} // namespace moothall::hall::test
