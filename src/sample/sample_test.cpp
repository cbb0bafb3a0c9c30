#include "sample/sample.hpp"

#include "decide/decide.hpp"
#include "hear/hear.hpp"
#include "people/people.hpp"
#include "sample/script.hpp"
#include "store/test_database.hpp"
#include "text/json.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace moothall::sample {

namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

const Time now = *parse_time("2026-05-04T08:00:00Z");

/// Titles of the call-outs that stand against promises and goals; all of them in public circles.
std::vector<std::string> callouts_of(const Script& script)
{
    std::vector<std::string> titles;
    for (const auto& block : script.blocks) {
        if (block.kind == "conversation") continue; // its question is what it is about
        for (const auto* field : {"callout", "question"})
            for (const auto& line : block.all(field)) {
                // "110 zeynep Where is it? | It was promised for …"
                const auto said = first_word(first_word(line).second).second;
                titles.push_back(said.substr(0, said.find(" | ")));
            }
    }
    return titles;
}

/// Titles of the questions that were kept of chats, for everybody.
std::vector<std::string> kept_of(const Script& script)
{
    std::vector<std::string> titles;
    for (const auto& block : script.blocks)
        if (block.kind == "chat")
            for (const auto& line : block.all("kept")) titles.push_back(first_word(line).second);
    return titles;
}

/// A hall with the sample in it.
struct Filled {
    explicit Filled(std::unique_ptr<store::Database> opened) : database(std::move(opened))
    {
        IdSource ids(999);
        const auto folder = std::filesystem::temp_directory_path() /
                            ("moothall-sample-" + std::to_string(::getpid()));
        files::Shelf shelf(folder.string());
        founded = database->write([&](store::Transaction& transaction) {
            auto made = people::create_organisation(transaction, ids, now - history,
                                                    {.name = "Northwater",
                                                     .url = "http://localhost",
                                                     .owner_email = "owner@northwater.example",
                                                     .sample = true})
                            .value();
            hear::create_default_statuses(transaction, ids, now - history, made.organisation.id);
            fill_sample(transaction, ids, now, made, shelf);
            return made;
        });
        std::filesystem::remove_all(folder);
    }

    std::int64_t count(store::SqlLiteral statement) const
    {
        return database->read([&](store::Transaction& transaction) {
            auto rows = transaction.query(statement, founded.organisation.id);
            rows.next();
            return rows->integer(0);
        });
    }
    Viewer viewer_of(const std::string& email) const
    {
        return database->read([&](store::Transaction& transaction) {
            const auto person =
                people::find_person_by_email(transaction, founded.organisation.id, email);
            return people::make_viewer(transaction, founded.organisation.id,
                                       founded.organisation.everyone, person.value().id)
                .value();
        });
    }
    Viewer stranger() const
    {
        Viewer viewer;
        viewer.organisation = founded.organisation.id;
        viewer.everyone = founded.organisation.everyone;
        return viewer;
    }
    /// The titles of all voices that somebody sees, by turning the pages of the list.
    std::multiset<std::string> titles_seen_by(const Viewer& viewer) const
    {
        return database->read([&](store::Transaction& transaction) {
            std::multiset<std::string> titles;
            hear::VoiceQuery query{.sort = hear::Sort::newest, .limit = 100};
            do {
                auto page = hear::list_voices(transaction, query, viewer).value();
                for (auto& voice : page.voices) titles.insert(std::move(voice.title));
                query.after = std::move(page.next);
            } while (!query.after.empty());
            return titles;
        });
    }

    std::unique_ptr<store::Database> database;
    people::Founded founded;
};

/// One hall for each engine, as these tests only look.
class Sample : public store::EachEngine {
protected:
    static void TearDownTestSuite() { halls().clear(); }
    static const Filled& hall()
    {
        auto& made = halls()[GetParam()];
        if (!made) made = std::make_unique<Filled>(open());
        return *made;
    }

private:
    static std::map<store::Engine, std::unique_ptr<Filled>>& halls()
    {
        static std::map<store::Engine, std::unique_ptr<Filled>> made;
        return made;
    }
};
MOOTHALL_ON_EACH_ENGINE(Sample);

TEST(SampleScript, is_a_company_of_some_size_in_four_languages)
{
    const auto script = read_script();
    EXPECT_EQ(script.voices.size(), 200U);
    EXPECT_THAT(script.people.size(), AllOf(Ge(40U), Le(60U)));
    EXPECT_THAT(script.circles.size(), Ge(12U));

    std::map<std::string, int> languages;
    std::set<std::string> texts;
    std::size_t replies = 0;
    for (const auto& voice : script.voices) {
        ++languages[hear::render_body(voice.title, voice.body).value().language];
        replies += voice.replies.size();
        EXPECT_TRUE(texts.insert(voice.title).second) << voice.title;
        EXPECT_TRUE(voice.body.empty() || texts.insert(voice.body).second) << voice.title;
        EXPECT_THAT(voice.days_ago, AllOf(Ge(1), Le(history.count() - 2))) << voice.title;
        if (voice.status == "declined")
            EXPECT_FALSE(voice.officials.empty())
                << voice.title << " is declined, and nobody says why";
    }
    EXPECT_THAT(replies, Ge(500U));
    // What language a text is in is guessed; short ones may be guessed wrong.
    EXPECT_THAT(languages["en"], AllOf(Ge(115), Le(140)));
    EXPECT_THAT(languages["fr"], Ge(24));
    EXPECT_THAT(languages["tr"], Ge(19));
    EXPECT_THAT(languages["fi"], Ge(17));
}

TEST(SampleScript, spreads_the_statuses_as_a_hall_in_mid_life_has_them)
{
    std::map<std::string, int> statuses;
    for (const auto& voice : read_script().voices) ++statuses[voice.status];
    EXPECT_THAT(statuses["open"], AllOf(Ge(100), Le(130)));
    EXPECT_THAT(statuses["done"], AllOf(Ge(24), Le(36)));
    EXPECT_THAT(statuses["declined"], AllOf(Ge(10), Le(14)));
    for (const auto* status : {"under_review", "planned", "started"})
        EXPECT_THAT(statuses[status], Ge(8)) << status;
}

TEST_P(Sample, fills_a_hall_whose_figures_are_those_of_its_rows)
{
    const auto& hall = Sample::hall();
    const auto script = read_script();

    // A call-out against a promise is a voice too.
    const auto callouts = static_cast<std::int64_t>(callouts_of(script).size());
    EXPECT_GE(callouts, 1);
    EXPECT_EQ(hall.count("SELECT count(*) FROM callout WHERE org_id = ?1"), callouts);
    const auto voices = 200 + callouts + std::ssize(kept_of(script));
    EXPECT_EQ(hall.count("SELECT count(*) FROM voice WHERE org_id = ?1"), voices);
    EXPECT_EQ(hall.count("SELECT count(*) FROM person WHERE org_id = ?1"),
              static_cast<std::int64_t>(script.people.size()));
    std::size_t replies = 0;
    std::int64_t supports = 0;
    for (const auto& voice : script.voices) {
        replies += voice.replies.size();
        supports += voice.supporters;
    }
    // Requests and call-outs are answered by replies as well, and decisions are argued about.
    EXPECT_GT(hall.count("SELECT count(*) FROM reply WHERE org_id = ?1"),
              static_cast<std::int64_t>(replies));
    // As many as the script asks for: it asks no circle for more people than it has.
    EXPECT_EQ(hall.count("SELECT count(*) FROM support WHERE org_id = ?1"), supports);
    EXPECT_THAT(supports, AllOf(Ge(1800), Le(2400)));

    EXPECT_EQ(hall.count("SELECT sum(supporters - inherited) FROM voice WHERE org_id = ?1"),
              supports);
    EXPECT_EQ(hall.count("SELECT sum(replies) FROM voice WHERE org_id = ?1 AND merged_into = 0"),
              hall.count(R"sql(
                  SELECT count(*) FROM reply r JOIN voice v ON v.org_id = r.org_id AND v.voice_id = r.subject_id
                  WHERE r.org_id = ?1 )sql"));
    // A file hangs on a document, and a place is no longer theirs.
    EXPECT_EQ(hall.count(R"sql(
                  SELECT count(*) FROM file f JOIN document d ON d.org_id = f.org_id AND d.document_id = f.thing_id
                  WHERE f.org_id = ?1 )sql"),
              1);
    EXPECT_EQ(hall.count("SELECT count(*) FROM place WHERE org_id = ?1 AND removed_us > 0"), 1);
    // One event each.
    EXPECT_EQ(
        hall.count("SELECT count(*) FROM event WHERE org_id = ?1 AND verb = 'hear.support_given'"),
        supports);
    EXPECT_EQ(
        hall.count("SELECT count(*) FROM event WHERE org_id = ?1 AND verb = 'hear.voice_said'"),
        voices);
}

TEST_P(Sample, has_nothing_in_the_future_and_a_log_in_the_order_of_time)
{
    const auto& hall = Sample::hall();
    const auto span = hall.database->read([&](store::Transaction& transaction) {
        auto rows = transaction.query("SELECT min(at_us), max(at_us) FROM event WHERE org_id = ?1",
                                      hall.founded.organisation.id);
        rows.next();
        return std::pair{rows->time(0), rows->time(1)};
    });
    EXPECT_GE(span.first, now - history);
    EXPECT_LE(span.second, now);
    EXPECT_EQ(hall.count(R"sql(
                  SELECT count(*) FROM (SELECT at_us, lag(at_us) OVER (ORDER BY event_id) AS before_us
                                        FROM event WHERE org_id = ?1) AS e
                  WHERE e.at_us < e.before_us )sql"),
              0);
}

TEST_P(Sample, gives_each_voice_the_status_that_the_script_says)
{
    const auto& hall = Sample::hall();
    const auto script = read_script();
    std::map<std::string, std::string> told;
    hall.database->read([&](store::Transaction& transaction) {
        for (const auto& row : transaction.query(R"sql(
                 SELECT t.title, s.category,
                        EXISTS (SELECT 1 FROM loop_step l WHERE l.org_id = ?1 AND l.thing_id = v.voice_id
                                  AND l.stage = 5 AND l.verb = 'act.commitment_kept')
                 FROM voice v
                 JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
                 JOIN status s ON s.org_id = v.org_id AND s.status_id = v.status_id
                 WHERE v.org_id = ?1 )sql",
                                                 hall.founded.organisation.id))
            if (row.truth(2))
                EXPECT_EQ(row.string(1), "done") << row.text(0) << ": a promise for it was kept";
            else
                told[row.string(0)] = row.string(1);
    });
    for (const auto& voice : script.voices)
        if (const auto found = told.find(voice.title); found != told.end())
            EXPECT_EQ(found->second, voice.status) << voice.title;
}

TEST_P(Sample, shows_to_each_audience_what_it_should_see_and_nothing_else)
{
    const auto& hall = Sample::hall();
    const auto script = read_script();
    std::map<std::string, const CircleLine*> circles;
    for (const auto& circle : script.circles) circles[circle.key] = &circle;

    /// The rule said a second time, from the script: public circles, and those one is in. The
    /// owner opened them all.
    const auto expected = [&](const std::string& key) {
        std::multiset<std::string> titles;
        for (const auto& voice : script.voices) {
            const auto& circle = *circles.at(voice.circle);
            const auto in = [&](const std::vector<std::string>& keys) {
                return std::ranges::find(keys, key) != keys.end();
            };
            if (circle.visibility == "public" || key == "owner" || in(circle.stewards) ||
                in(circle.members))
                titles.insert(voice.title);
        }
        for (auto& title : callouts_of(script)) titles.insert(std::move(title));
        for (auto& title : kept_of(script)) titles.insert(std::move(title));
        // What was merged stands in no list.
        for (const auto& block : script.blocks)
            if (block.kind == "merge") titles.erase(block.text("voice"));
        return titles;
    };
    const auto at_the_door = expected("nobody");
    EXPECT_EQ(hall.titles_seen_by(hall.stranger()), at_the_door);
    const auto merged =
        static_cast<std::size_t>(std::ranges::count(script.blocks, "merge", &Block::kind));
    const auto all =
        script.voices.size() + callouts_of(script).size() + kept_of(script).size() - merged;
    EXPECT_LT(at_the_door.size(), all) << "Something is private.";
    EXPECT_EQ(expected("owner").size(), all);

    std::size_t see_more = 0;
    for (const auto& person : script.people) {
        const auto viewer = hall.viewer_of(person.email);
        const auto titles = expected(person.key);
        EXPECT_EQ(hall.titles_seen_by(viewer), titles) << person.key;
        const auto counted = hall.database->read([&](store::Transaction& transaction) {
            return hear::count_voices(transaction, viewer).all;
        });
        EXPECT_EQ(counted, static_cast<std::int64_t>(titles.size())) << person.key;
        if (titles.size() > at_the_door.size()) ++see_more;
    }
    EXPECT_THAT(see_more, AllOf(Ge(10U), Le(script.people.size() - 10)));
}

TEST_P(Sample, shows_the_loop_in_mid_life)
{
    const auto& hall = Sample::hall();
    const auto states = [&](store::SqlLiteral statement) {
        return hall.database->read([&](store::Transaction& transaction) {
            std::map<std::string, std::int64_t> counted;
            for (const auto& row : transaction.query(statement, hall.founded.organisation.id))
                counted[row.string(0)] = row.integer(1);
            return counted;
        });
    };
    using Counted = std::map<std::string, std::int64_t>;
    EXPECT_EQ(states("SELECT state, count(*) FROM decision WHERE org_id = ?1 GROUP BY state"),
              (Counted{{"proposed", 1}, {"voting", 3}, {"closed", 4}, {"reviewed", 2}}));
    EXPECT_EQ(states("SELECT outcome, count(*) FROM decision WHERE org_id = ?1 AND outcome <> '' "
                     "GROUP BY outcome"),
              (Counted{{"passed", 5}, {"failed", 1}}));
    EXPECT_EQ(states("SELECT review_result, count(*) FROM decision WHERE org_id = ?1 AND "
                     "review_result <> '' GROUP BY review_result"),
              (Counted{{"held", 1}, {"failed", 1}}));
    EXPECT_EQ(states("SELECT state, count(*) FROM commitment WHERE org_id = ?1 GROUP BY state"),
              (Counted{{"open", 6}, {"moved", 2}, {"kept", 7}, {"broken", 1}, {"withdrawn", 1}}));
    EXPECT_EQ(states("SELECT state, count(*) FROM request WHERE org_id = ?1 GROUP BY state"),
              (Counted{{"open", 3}, {"taken", 2}, {"answered", 11}, {"declined", 2}}));
    EXPECT_EQ(hall.count("SELECT count(*) FROM theme WHERE org_id = ?1"), 12);
    EXPECT_EQ(states("SELECT state, count(*) FROM open_page WHERE org_id = ?1 GROUP BY state"),
              (Counted{{"open", 1}}));
    // Of four it is known how soon they usually answer.
    EXPECT_EQ(hall.count("SELECT count(*) FROM (SELECT a.subject_id FROM answer_time a "
                         "JOIN person p ON p.org_id = a.org_id AND p.person_id = a.subject_id "
                         "WHERE a.org_id = ?1 AND p.org_id = ?1 GROUP BY a.subject_id "
                         "HAVING sum(a.answers) >= 3) x"),
              4);

    // Aino's voice went round: heard, put in a theme, promised, kept, told, and she said it helped.
    const auto aino = hall.viewer_of("aino@saint-aubin.example");
    const auto loop = hall.database->read([&](store::Transaction& transaction) {
        auto rows =
            transaction.query("SELECT thing_id FROM thing WHERE org_id = ?1 AND title = ?2",
                              hall.founded.organisation.id, "Let me send the meter reading myself");
        EXPECT_TRUE(rows.next());
        const Id voice = rows->id(0);
        return hear::find_loop(transaction, aino, voice, {voice});
    });
    const auto at = [&](hear::Stage stage) {
        return loop.at(static_cast<std::size_t>(stage) - 1).at;
    };
    for (const auto stage : {hear::Stage::hear, hear::Stage::sense, hear::Stage::organise,
                             hear::Stage::act, hear::Stage::tell, hear::Stage::learn})
        EXPECT_TRUE(at(stage).has_value()) << hear::to_text(stage);
    EXPECT_LT(at(hear::Stage::organise), at(hear::Stage::act));
    EXPECT_LT(at(hear::Stage::act), at(hear::Stage::learn));

    // Who is told of what was done is told after it, but for what the server tells when it starts.
    EXPECT_EQ(hall.count(R"sql(
        SELECT count(*) FROM loop_step s JOIN voice v ON v.org_id = s.org_id AND v.voice_id = s.thing_id
        JOIN event e ON e.org_id = s.org_id
        WHERE s.org_id = ?1 AND v.org_id = ?1 AND e.org_id = ?1 AND s.stage = 5
          AND e.event_id = (SELECT max(x.event_id) FROM event x WHERE x.org_id = ?1)
          AND s.changed_us < e.at_us - 172800000000
          AND coalesce((SELECT max(l.changed_us) FROM loop_step l
                        WHERE l.org_id = ?1 AND l.thing_id = s.thing_id AND l.stage = 6), 0) < s.changed_us )sql"),
              0);

    // Each line says when a promise was kept or broken, who promised it and for when, as its page
    // does.
    EXPECT_EQ(hall.count(R"sql(
        SELECT count(*) FROM loop_step s JOIN commitment c ON c.org_id = s.org_id AND c.commitment_id = s.about_id
        WHERE s.org_id = ?1 AND c.org_id = ?1 AND s.stage IN (4, 5)
          AND (s.by_id <> c.person_id OR s.due_us <> c.due_us
               OR (c.settled = 1 AND s.changed_us <> c.settled_us)) )sql"),
              0);
}

TEST_P(Sample, lets_whoever_a_visitor_is_vote_on_a_budget_and_on_a_decision)
{
    const auto& hall = Sample::hall();
    for (const auto* email : {"aino@saint-aubin.example", "bob@northwater.example",
                              "jeanne@saint-aubin.example", "owner@northwater.example"}) {
        const auto viewer = hall.viewer_of(email);
        hall.database->read([&](store::Transaction& transaction) {
            int budgets = 0;
            int others = 0;
            decide::DecisionQuery query;
            query.state = decide::DecisionState::voting;
            for (const auto& one :
                 decide::list_decisions(transaction, query, viewer).value().decisions) {
                const auto decision = decide::find_decision(transaction, one.id, viewer).value();
                const auto standing = decide::find_standing(transaction, decision, viewer);
                if (standing.electorates.empty()) continue;
                const bool is_budget = decision.rules.method == decide::Method::equal_shares;
                ++(is_budget ? budgets : others);
                EXPECT_FALSE(is_budget && standing.choice) << email << " has voted already";
            }
            EXPECT_GE(budgets, 1) << email;
            EXPECT_GE(others, 1) << email;
            return 0;
        });
    }
}

TEST_P(Sample, shows_what_each_rule_leaves_out)
{
    const auto& hall = Sample::hall();
    const auto bob = hall.viewer_of("bob@northwater.example");
    hall.database->read([&](store::Transaction& transaction) {
        decide::DecisionQuery query;
        query.state = decide::DecisionState::closed;
        query.method = decide::Method::equal_shares;
        const auto closed = decide::list_decisions(transaction, query, bob).value().decisions;
        EXPECT_EQ(closed.size(), 1U);
        const auto result = Json::parse(closed.at(0).result).value();
        const auto figures = [&](const char* rule) { return result.find("budget").find(rule); };
        EXPECT_EQ(figures("equal_shares").find("voters_with_none").integer(), 0);
        EXPECT_GT(figures("most_votes").find("voters_with_none").integer(), 0);
        // Nor does the fair rule please everybody: what most people wanted may be too dear.
        EXPECT_GT(result.find("budget").find("lost").size(), 0U);

        const auto found = decide::find_priorities(transaction, bob, decide::capacity_default);
        const auto chosen = [](const decide::Proposal& proposal) {
            return std::set(proposal.chosen.begin(), proposal.chosen.end());
        };
        EXPECT_NE(chosen(found.fair), chosen(found.loudest));
        EXPECT_NE(chosen(found.fair), chosen(found.paying.value()));
        EXPECT_NE(chosen(found.loudest), chosen(found.paying.value()));
        EXPECT_GE(found.fair.people, found.loudest.people);
        return 0;
    });
}

TEST_P(Sample, is_the_same_hall_each_time)
{
    const auto log_of = [](const Filled& hall) {
        return hall.database->read([&](store::Transaction& transaction) {
            std::vector<std::string> lines;
            for (const auto& row : transaction.query(R"sql(
                     SELECT at_us, verb, thing_id, actor_id FROM event WHERE org_id = ?1 ORDER BY event_id )sql",
                                                     hall.founded.organisation.id))
                lines.push_back(std::to_string(row.integer(0)) + " " + row.string(1) + " " +
                                row.id(2).text() + " " + row.id(3).text());
            return lines;
        });
    };
    const Filled again(open());
    EXPECT_EQ(log_of(hall()), log_of(again));
}

} // namespace

} // namespace moothall::sample
