#include "hall/test_house.hpp"

#include "act/act.hpp"
#include "hear/author.hpp"
#include "jobs/mail.hpp"
#include "organise/organise.hpp"
#include "text/json.hpp"
#include "write/write.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include <unistd.h>

namespace moothall::hall {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

class Erasure : public WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
        bob = let_in("Bob Brook", "bob@northwater.example");
        her = sign_in_as(aino);
    }

    /// All text of all tables: what somebody who holds the disk would find.
    std::string all_tables()
    {
        return read([&](store::Transaction& transaction) {
            std::string found;
            for (const auto* table : {"person",      "thing",
                                      "membership",  "session",
                                      "api_token",   "pass",
                                      "identity",    "event",
                                      "voice",       "reply",
                                      "revision",    "support",
                                      "follow",      "mention",
                                      "complaint",   "hiding",
                                      "job",         "notification",
                                      "idempotency", "circle",
                                      "setting",     "org",
                                      "source",      "request",
                                      "commitment",  "commitment_move",
                                      "callout",     "objection",
                                      "rise",        "procedure",
                                      "bypass"}) {
                const auto row = table_rows(transaction, table);
                found += std::string(table) + ":\n" + row;
            }
            return found;
        });
    }
    /// The rows of a table as text. Each has its own statement, because none is built of strings.
    static std::string table_rows(store::Transaction& transaction, std::string_view table)
    {
        std::string found;
        const auto add = [&](store::Rows rows, int columns) {
            while (rows.next()) {
                for (int column = 0; column < columns; ++column)
                    found += rows->string(column) + "|";
                found += "\n";
            }
        };
        if (table == "person")
            add(transaction.query("SELECT name, name_fold, email, email_fold, about, "
                                  "password_hash FROM person"),
                6);
        else if (table == "thing")
            add(transaction.query("SELECT title FROM thing"), 1);
        else if (table == "session")
            add(transaction.query("SELECT device, secret_hash FROM session"), 2);
        else if (table == "api_token")
            add(transaction.query("SELECT name, prefix FROM api_token"), 2);
        else if (table == "pass")
            add(transaction.query("SELECT email_fold, detail FROM pass"), 2);
        else if (table == "identity")
            add(transaction.query("SELECT issuer, subject FROM identity"), 2);
        else if (table == "event")
            add(transaction.query("SELECT verb, data FROM event"), 2);
        else if (table == "voice")
            add(transaction.query("SELECT body, body_html, excerpt, official FROM voice"), 4);
        else if (table == "reply")
            add(transaction.query("SELECT body, body_html FROM reply"), 2);
        else if (table == "revision")
            add(transaction.query("SELECT title, body FROM revision"), 2);
        else if (table == "complaint")
            add(transaction.query("SELECT reason FROM complaint"), 1);
        else if (table == "hiding")
            add(transaction.query("SELECT reason FROM hiding"), 1);
        else if (table == "job")
            add(transaction.query("SELECT payload, error, once_key FROM job"), 3);
        else if (table == "idempotency")
            add(transaction.query("SELECT headers, body FROM idempotency"), 2);
        else if (table == "circle")
            add(transaction.query("SELECT name, purpose FROM circle"), 2);
        else if (table == "setting")
            add(transaction.query("SELECT name, value FROM setting"), 2);
        else if (table == "source")
            add(transaction.query("SELECT origin, source_id FROM source"), 2);
        else if (table == "request")
            add(transaction.query("SELECT topic, words, why FROM request"), 3);
        else if (table == "commitment")
            add(transaction.query("SELECT why FROM commitment"), 1);
        else if (table == "commitment_move")
            add(transaction.query("SELECT why FROM commitment_move"), 1);
        else if (table == "callout")
            add(transaction.query("SELECT why FROM callout"), 1);
        else if (table == "objection")
            add(transaction.query("SELECT reason FROM objection"), 1);
        else if (table == "rise")
            add(transaction.query("SELECT reason FROM rise"), 1);
        else if (table == "procedure")
            add(transaction.query("SELECT why FROM procedure"), 1);
        else if (table == "bypass")
            add(transaction.query("SELECT for_whom, why, happened FROM bypass"), 3);
        return found;
    }
    std::int64_t count(store::SqlLiteral sql)
    {
        return read([&](store::Transaction& transaction) {
            auto rows = transaction.query(sql, organisation.id, aino.id);
            rows.next();
            return rows->integer(0);
        });
    }
    /// What a life in the house leaves in its tables.
    hear::Voice live_a_little()
    {
        const auto voice = say(aino, "Let me send the reading", "A walrus reads my meter.");
        post(her, "/voices/" + voice.id.text() + "/edit",
             {{"title", "Let me send it"}, {"body", "A narwhal reads my meter."}});
        support(aino, voice.id);
        const auto his = say(bob, "Bills come late");
        support(aino, his.id);
        post(her, "/voices/" + his.id.text() + "/replies", {{"body", "An ibex, mine too."}});
        go_through_the_stages(his.id);
        post(her, "/settings", {{"name", aino.name}, {"about", "Reads meters."}});
        post(her, "/settings/security/tokens", {{"name", "script"}});
        post({}, "/sign-in", {{"email", aino.email}});
        return voice;
    }
    /// She asks, promises, calls out, and goes round a procedure, each with a beast of its own.
    void go_through_the_stages(Id about)
    {
        const auto viewer = viewer_of(aino);
        const auto bobs = viewer_of(bob);
        const auto owners = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            auto& ids = hall->ids();
            const Date due{std::chrono::floor<std::chrono::days>(now()) + std::chrono::days{9}};
            organise::make_request(transaction, ids, now(), viewer,
                                   {.about = about, .person = bob.id, .words = "Look at my okapi."})
                .value();
            const auto hers =
                act::make_commitment(
                    transaction, ids, now(), viewer,
                    {.what = "I feed the tapir", .to = bob.id, .due = due, .voice = about})
                    .value();
            act::withdraw_commitment(transaction, ids, now(), viewer, hers.id, "It was a quokka.")
                .value();
            const auto his =
                act::make_commitment(
                    transaction, ids, now(), bobs,
                    {.what = "I come on Monday", .to = aino.id, .due = due, .voice = about})
                    .value();
            const auto called =
                act::open_callout(transaction, ids, now(), viewer, {his.id, "", "No numbat came."},
                                  hear::render_body({}, "No numbat came.").value())
                    .value();
            act::close_callout(transaction, ids, now(), viewer, called.id, "A wombat came.")
                .value();
            const auto procedure = write::make_procedure(transaction, ids, now(), owners,
                                                         {.text = {.title = "Visits",
                                                                   .purpose = {},
                                                                   .words = "Ring first.",
                                                                   .said = {}}},
                                                         write::render_words("Ring first.").value())
                                       .value();
            write::log_bypass(
                transaction, ids, now(), viewer, procedure.id,
                {.for_whom = "a dugong", .why = "A manatee.", .happened = "An axolotl."})
                .value();
            write::log_bypass(transaction, ids, now(), bobs, procedure.id,
                              {.for_one = aino.id, .why = "She waited."})
                .value();
        });
    }
    web::Response erase(const std::string& texts, const std::string& name)
    {
        return post(her, "/settings/erasure", {{"texts", texts}, {"name", name}});
    }

    people::Person aino;
    people::Person bob;
    Browser her;
};
MOOTHALL_ON_EACH_ENGINE(Erasure);

TEST_P(Erasure, leaves_nothing_of_her_when_her_texts_go_too)
{
    const auto voice = live_a_little();
    ASSERT_THAT(all_tables(), HasSubstr("aino@saint-aubin.example"));
    ASSERT_THAT(all_tables(), HasSubstr("walrus"));
    EXPECT_EQ(erase("emptied", "Somebody else").status, 422);
    EXPECT_TRUE(is_signed_in(her));
    EXPECT_EQ(erase("emptied", "aino  korhonen").status, 303);

    auto left = all_tables();
    std::ranges::transform(left, left.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    for (const auto* trace : {"aino", "korhonen", "saint-aubin", "reads meters", "walrus",
                              "narwhal", "ibex", "let me send", "okapi", "tapir", "quokka",
                              "numbat", "wombat", "dugong", "manatee", "axolotl"})
        EXPECT_THAT(left, Not(HasSubstr(trace)));
    EXPECT_FALSE(is_signed_in(her));
    EXPECT_EQ(events("people.person_erased"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM session WHERE org_id = ?1 AND person_id = ?2"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM membership WHERE org_id = ?1 AND person_id = ?2"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM support WHERE org_id = ?1 AND person_id = ?2"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM follow WHERE org_id = ?1 AND person_id = ?2"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM bypass WHERE org_id = ?1 AND for_id = ?2"), 0);

    EXPECT_THAT(get({}, "/voices/" + voice.id.text()).body, HasSubstr("Erased by its author"));
    EXPECT_EQ(get({}, "/people/" + aino.id.text()).status, 404);
    EXPECT_THAT(get({}, "/voices", {{"query", "narwhal"}}).body,
                Not(HasSubstr("Erased by its author")));
}

TEST_P(Erasure, keeps_her_texts_without_her_name_when_she_wishes)
{
    const auto voice = live_a_little();
    EXPECT_EQ(erase("stay", aino.name).status, 303);
    const auto left = all_tables();
    EXPECT_THAT(left, Not(HasSubstr("Korhonen")));
    EXPECT_THAT(left, Not(HasSubstr("saint-aubin")));
    const auto page = get({}, "/voices/" + voice.id.text()).body;
    EXPECT_THAT(page, HasSubstr("A narwhal reads my meter."));
    EXPECT_THAT(page, HasSubstr("Somebody who left"));
}

TEST(Spool, loses_the_letters_to_one_address_of_one_organisation)
{
    const auto folder =
        std::filesystem::temp_directory_path() / ("moothall-spool-" + std::to_string(::getpid()));
    const auto write = [&](const std::string& id, const std::string& to, const std::string& from) {
        jobs::MailSettings settings;
        settings.from = from;
        settings.from_name = "Northwater";
        jobs::Mail mail;
        mail.to = to;
        mail.subject = "News";
        mail.text = "To: <aino@saint-aubin.example>";
        jobs::send_mail(mail, settings, id + "@localhost", Time{}, folder.string());
    };
    write("1", "Aino@Saint-Aubin.example", "moothall@localhost");
    write("2", "bob@northwater.example", "moothall@localhost");
    write("3", "aino@saint-aubin.example", "moothall@elsewhere.example");
    jobs::forget_spooled(folder.string(), "moothall@localhost", "aino@saint-aubin.example");
    EXPECT_FALSE(std::filesystem::exists(folder / "new" / "1.eml"));
    EXPECT_TRUE(std::filesystem::exists(folder / "new" / "2.eml"));
    EXPECT_TRUE(std::filesystem::exists(folder / "new" / "3.eml")) << "of another organisation";
    jobs::forget_spooled(folder.string() + "/none", "moothall@localhost", "a@b.example");
    std::filesystem::remove_all(folder);
}

TEST_P(Erasure, takes_her_support_out_of_the_counts)
{
    const auto his = say(bob, "Bills come late");
    support(aino, his.id);
    support(bob, his.id);
    EXPECT_EQ(look_at(bob, his.id).supporters, 2);
    EXPECT_EQ(erase("stay", aino.name).status, 303);
    EXPECT_EQ(look_at(bob, his.id).supporters, 1);
}

TEST_P(Erasure, ends_what_she_had_promised_and_was_asked_and_says_so)
{
    const auto his = say(bob, "Bills come late");
    const auto viewer = viewer_of(aino);
    const auto bobs = viewer_of(bob);
    const auto [promise, request] = write([&](store::Transaction& transaction) {
        auto& ids = hall->ids();
        const Date due{std::chrono::floor<std::chrono::days>(now()) + std::chrono::days{9}};
        const auto made = act::make_commitment(
            transaction, ids, now(), viewer, {.what = "I sort them", .due = due, .voice = his.id});
        const auto asked = organise::make_request(
            transaction, ids, now(), bobs, {.about = his.id, .person = aino.id, .words = "When?"});
        return std::pair{made.value().id, asked.value().id};
    });
    EXPECT_EQ(erase("emptied", aino.name).status, 303);
    read([&](store::Transaction& transaction) {
        const auto kept = act::find_commitment(transaction, now(), promise, bobs).value();
        EXPECT_EQ(kept.state, act::CommitmentState::withdrawn);
        EXPECT_EQ(kept.why, "Who promised it has left.");
        const auto closed = organise::find_request(transaction, request, bobs).value();
        EXPECT_EQ(closed.state, organise::RequestState::declined);
        EXPECT_EQ(closed.why, "Who was asked has left. Please ask somebody else.");
        return 0;
    });
    EXPECT_EQ(events("act.commitment_withdrawn"), 1) << "he is told of it";
    EXPECT_EQ(events("organise.request_declined"), 1);
}

TEST_P(Erasure, lets_her_come_again_as_somebody_new)
{
    EXPECT_EQ(erase("stay", aino.name).status, 303);
    const auto again = let_in("Aino Korhonen", "aino@saint-aubin.example");
    EXPECT_NE(again.id, aino.id);
}

TEST_P(Erasure, is_refused_to_the_last_owner)
{
    her = sign_in_as(owner);
    EXPECT_EQ(erase("stay", owner.name).status, 409);
    EXPECT_TRUE(is_signed_in(her));
    EXPECT_EQ(events("people.person_erased"), 0);
}

TEST_P(Erasure, comes_after_an_export_of_all_that_is_hers)
{
    live_a_little();
    const auto answer = get(her, "/settings/export");
    ASSERT_EQ(answer.status, 200);
    EXPECT_THAT(header(answer, "Content-Disposition"), HasSubstr("attachment"));
    const auto json = Json::parse(answer.body).value();
    EXPECT_EQ(json.find("person").find("email").string(), aino.email);
    ASSERT_EQ(json.find("voices").size(), 2U);
    EXPECT_EQ(json.find("voices").at(0).find("body").string(), "A narwhal reads my meter.");
    EXPECT_EQ(json.find("replies").size(), 1U);
    EXPECT_EQ(json.find("requests").size(), 1U);
    EXPECT_EQ(json.find("promises").size(), 1U);
    EXPECT_EQ(json.find("callouts").size(), 1U);
    EXPECT_EQ(json.find("bypasses").size(), 1U);
    EXPECT_EQ(json.find("themes_filled").size(), 0U);
    EXPECT_EQ(json.find("supports").size(), 2U);
    EXPECT_EQ(json.find("circles").size(), 1U);
    EXPECT_EQ(json.find("sessions").size(), 1U);
    EXPECT_THAT(answer.body, Not(HasSubstr(her.session)));
    EXPECT_THAT(answer.body, Not(HasSubstr("secret_hash")));
    EXPECT_THAT(answer.body, Not(HasSubstr("Bills come late")));
    EXPECT_EQ(get({}, "/settings/export").status, 401);
}

} // namespace

} // namespace moothall::hall
