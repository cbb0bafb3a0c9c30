#include "decide/conversation_files.hpp"
#include "decide/conversation_pages.hpp"
#include "decide/test_decisions.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <set>

namespace moothall::decide {
namespace {

using namespace test;
using opinions::Vote;
using people::test::Sent;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// A house with a conversation in Everyone, begun by Bob.
class Conversations : public test::House {
protected:
    void mount(web::Hall& house) override
    {
        test::House::mount(house);
        mount_conversation_pages(house.router());
        mount_conversation_form_pages(house.router());
        mount_conversation_file_pages(house.router());
        mount_conversation_api(house.router());
    }
    static std::vector<std::string> eight()
    {
        std::vector<std::string> texts;
        for (const auto* text :
             {"Meters are read by photo", "A visit stays possible for everybody",
              "Nobody is cut off in winter", "Bills come every month",
              "Prices are the same for all", "Villages own their pipes",
              "Rain water belongs to who catches it", "The office opens on Saturdays"})
            texts.emplace_back(text);
        return texts;
    }
    Result<Conversation> try_begin(const Person& person, const NewConversation& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return begin_conversation(transaction, hall->ids(), now(), viewer, wanted,
                                      hear::render_body({}, wanted.words).value());
        });
    }
    Conversation begin(StatementsWait wait = StatementsWait::no)
    {
        return try_begin(bob, {.question = "How shall we read meters?",
                               .moderation = wait,
                               .statements = eight()})
            .value();
    }
    std::vector<Statement> statements_of(const Conversation& conversation,
                                         StatementState state = StatementState::shown,
                                         const Person* person = nullptr)
    {
        const auto viewer = viewer_of(person == nullptr ? bob : *person);
        return read([&](store::Transaction& transaction) {
            return list_statements(transaction, conversation, {.state = state, .limit = 100},
                                   viewer);
        });
    }
    Result<void> say(const Person& person, const Statement& statement, Vote vote)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return cast_opinion(transaction, hall->ids(), now(), viewer, statement.conversation,
                                statement.id, vote, {viewer.person, {}});
        });
    }
    Result<Statement> propose(const Person& person, Id conversation, std::string_view text)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return propose_statement(transaction, hall->ids(), now(), viewer, conversation, text);
        });
    }
    Conversation look_at(const Person& person, Id conversation)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return find_conversation(transaction, conversation, viewer).value();
        });
    }
    ConversationMap map_of(Id conversation)
    {
        return read([&](store::Transaction& transaction) {
            return find_map(transaction, organisation.id, conversation, Points::read);
        });
    }
    int group()
    {
        return group_opinions(hall->database(), organisation.id, hall->clock(), hall->ids());
    }
    std::vector<Person> let_in_many(int people)
    {
        std::vector<Person> all;
        for (int at = 0; at < people; ++at)
            all.push_back(let_in("Person " + std::to_string(at),
                                 "p" + std::to_string(at) + "@elsewhere.example"));
        return all;
    }
    /// Half agree with the first four statements and reject the others, half the other way round;
    /// all agree with the third.
    void fall_into_two_camps(const Conversation& conversation, const std::vector<Person>& people)
    {
        const auto statements = statements_of(conversation);
        for (std::size_t person = 0; person < people.size(); ++person)
            for (std::size_t at = 0; at < statements.size(); ++at) {
                const bool first = person % 2 == 0;
                const bool agrees = at == 2 || (at < 4) == first;
                // Each of a camp skips another, so that nobody votes like another.
                constexpr std::array<std::size_t, 6> skipped{0, 1, 3, 4, 5, 6};
                if (at == skipped[person / 2]) continue;
                ASSERT_TRUE(
                    say(people[person], statements[at], agrees ? Vote::agree : Vote::disagree));
            }
    }
    std::string path_of(const Conversation& conversation)
    {
        return "/conversations/" + conversation.id.text();
    }
};

TEST_P(Conversations, begin_with_statements_on_which_the_last_vote_counts)
{
    const auto conversation = begin();
    EXPECT_EQ(conversation.statements, 8);
    const auto statements = statements_of(conversation);
    ASSERT_THAT(statements, SizeIs(8));
    EXPECT_TRUE(say(aino, statements[0], Vote::agree));
    EXPECT_TRUE(say(aino, statements[0], Vote::disagree));
    EXPECT_TRUE(say(mei, statements[0], Vote::pass));
    const auto after = statements_of(conversation)[0];
    EXPECT_EQ(after.people.agrees, 0);
    EXPECT_EQ(after.people.disagrees, 1);
    EXPECT_EQ(after.people.passes, 1);
    const auto now_is = look_at(mei, conversation.id);
    EXPECT_EQ(now_is.people, 2);
    EXPECT_EQ(now_is.votes, 2);
    // The same again is no news.
    const auto events =
        number("SELECT count(*) FROM event WHERE org_id = ?1 AND thing_id = ?2", conversation.id);
    EXPECT_TRUE(say(mei, statements[0], Vote::pass));
    EXPECT_EQ(
        number("SELECT count(*) FROM event WHERE org_id = ?1 AND thing_id = ?2", conversation.id),
        events);
}

TEST_P(Conversations, tell_nobody_who_voted_what)
{
    const auto conversation = begin();
    const auto statements = statements_of(conversation);
    ASSERT_TRUE(say(aino, statements[3], Vote::agree));
    // No event names the statement or the vote, and only she hears of it.
    EXPECT_EQ(number("SELECT count(*) FROM event WHERE org_id = ?1 AND thing_id = ?2 AND "
                     "verb = 'decide.opinion_given' AND audience = 'actor' AND data = '{}'",
                     conversation.id),
              1);
    EXPECT_THAT(get(sign_in_as(aino), path_of(conversation) + "/mine").body,
                HasSubstr(statements[3].text));
    EXPECT_THAT(get(sign_in_as(owner), path_of(conversation) + "/mine").body,
                Not(HasSubstr(statements[3].text)));
    EXPECT_THAT(get(sign_in_as(owner), path_of(conversation)).body, Not(HasSubstr("Aino")));
}

TEST_P(Conversations, wait_for_who_leads_and_decline_with_a_public_reason)
{
    const auto conversation = begin(StatementsWait::yes);
    const auto waiting = propose(aino, conversation.id, "Readings are public").value();
    EXPECT_EQ(waiting.state, StatementState::waiting);
    EXPECT_THAT(statements_of(conversation, StatementState::waiting, &mei), IsEmpty());
    EXPECT_THAT(statements_of(conversation, StatementState::waiting, &aino), SizeIs(1));
    EXPECT_FALSE(say(mei, waiting, Vote::agree));
    const auto as = [&](const Person& person, auto&& rule) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) { return rule(transaction, viewer); });
    };
    const auto accept = [&](store::Transaction& transaction, const Viewer& viewer) {
        return accept_statement(transaction, hall->ids(), now(), viewer, conversation.id,
                                waiting.id);
    };
    EXPECT_EQ(as(mei, accept).error().reason, Reason::not_found);
    EXPECT_EQ(as(aino, accept).error().reason, Reason::forbidden);
    EXPECT_TRUE(as(bob, accept));
    EXPECT_EQ(as(bob, accept).error().reason, Reason::conflict);
    EXPECT_EQ(look_at(mei, conversation.id).statements, 9);
    EXPECT_EQ(look_at(mei, conversation.id).waiting, 0);
    ASSERT_TRUE(say(mei, waiting, Vote::agree));
    const auto decline = [&](std::string_view reason) {
        return [&, reason](store::Transaction& transaction, const Viewer& viewer) {
            return decline_statement(transaction, hall->ids(), now(), viewer, conversation.id,
                                     waiting.id, reason);
        };
    };
    EXPECT_EQ(as(bob, decline(" ")).error().field, "reason");
    EXPECT_TRUE(as(bob, decline("It names a neighbour.")));
    EXPECT_FALSE(say(ravi, waiting, Vote::agree));
    const auto seen = statements_of(conversation, StatementState::declined, &mei);
    ASSERT_THAT(seen, SizeIs(1));
    EXPECT_EQ(seen[0].reason, "It names a neighbour.");
    EXPECT_EQ(seen[0].text, "");
    EXPECT_EQ(statements_of(conversation, StatementState::declined, &aino)[0].text,
              "Readings are public");
    // Who leads it need not wait.
    EXPECT_EQ(propose(bob, conversation.id, "Valves are mended in a day").value().state,
              StatementState::shown);
}

TEST_P(Conversations, show_what_was_said_before)
{
    const auto conversation = begin();
    const auto viewer = viewer_of(aino);
    const auto similar = [&](std::string_view text) {
        return read([&](store::Transaction& transaction) {
            return find_similar_statements(transaction, conversation, text, viewer);
        });
    };
    const auto found = similar("Nobody should be cut off during the winter");
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].text, "Nobody is cut off in winter");
    EXPECT_THAT(similar("Bicycles have the right of way"), IsEmpty());
    EXPECT_EQ(propose(aino, conversation.id, "NOBODY is cut off in winter").error().reason,
              Reason::conflict);
}

TEST_P(Conversations, find_groups_and_what_they_stand_for_and_place_a_newcomer_at_once)
{
    const auto conversation = begin();
    const auto people = let_in_many(12);
    fall_into_two_camps(conversation, people);
    EXPECT_EQ(map_of(conversation.id).revision, -1);
    EXPECT_EQ(group(), 1);
    EXPECT_EQ(group(), 0);
    const auto map = map_of(conversation.id);
    ASSERT_THAT(map.groups, SizeIs(2));
    EXPECT_EQ(map.groups[0].size + map.groups[1].size, 12);
    EXPECT_THAT(map.points, SizeIs(12));
    const auto statements = statements_of(conversation);
    ASSERT_FALSE(map.agreed.empty());
    EXPECT_EQ(map.agreed[0].statement, statements[2].id);
    ASSERT_FALSE(map.divided.empty());
    EXPECT_NE(map.divided[0].statement, statements[2].id);
    // What all agree on is told as counted, and sets no group apart.
    ASSERT_THAT(map.agreed[0].votes, SizeIs(2));
    for (const auto& votes : map.agreed[0].votes) EXPECT_EQ(votes.agrees, votes.seen);
    for (const auto& one : map.groups) {
        EXPECT_FALSE(one.stands_for.empty());
        for (const auto& stands_for : one.stands_for) {
            EXPECT_GT(stands_for.repness, 1);
            EXPECT_NE(stands_for.statement, statements[2].id);
        }
    }

    // Mei votes with the first camp: not placed by six votes, placed by seven, without a new run.
    const auto standing = [&](const Person& person) {
        return read([&](store::Transaction& transaction) {
            return find_opinion_standing(transaction, conversation, {person.id, {}});
        });
    };
    for (std::size_t at = 0; at < 6; ++at)
        ASSERT_TRUE(say(mei, statements[at], at < 4 ? Vote::agree : Vote::disagree));
    EXPECT_FALSE(standing(mei).placed);
    EXPECT_THAT(map_of(conversation.id).points, SizeIs(12));
    ASSERT_TRUE(say(mei, statements[6], Vote::disagree));
    ASSERT_TRUE(standing(mei).placed);
    EXPECT_EQ(standing(mei).group, standing(people[0]).group);
    EXPECT_NE(standing(mei).group, standing(people[1]).group);
    EXPECT_THAT(map_of(conversation.id).points, SizeIs(13));
    // And where she stands is where the next run puts her, but for what her votes change.
    const auto before = standing(mei);
    EXPECT_EQ(group(), 0); // a map that was just found is left alone for a while
    hall->clock().advance(10min);
    EXPECT_EQ(group(), 1);
    EXPECT_THAT(map_of(conversation.id).points, SizeIs(13));
    EXPECT_NEAR(standing(mei).x, before.x, 0.5);
    EXPECT_EQ(standing(mei).group, before.group);

    const auto page = get(sign_in_as(mei), path_of(conversation)).body;
    EXPECT_THAT(page,
                AllOf(HasSubstr("You are on the map, in group"), HasSubstr("What all agree on"),
                      HasSubstr(">you</text>"), HasSubstr("13 people are on the map."),
                      ::testing::ContainsRegex("A: [67] of [67] agree"),
                      Not(HasSubstr("or more of each group"))));
    EXPECT_THAT(get(test::Browser{}, path_of(conversation)).body,
                AllOf(HasSubstr("<svg"), Not(HasSubstr(">you</text>")),
                      HasSubstr("Sign in to say what you think")));
    EXPECT_THAT(get(test::Browser{}, path_of(conversation), {{"zoom", "4"}, {"x", "900"}}).body,
                HasSubstr("viewBox=\"750 240 250 160\""));
}

TEST_P(Conversations, find_the_same_groups_whoever_came_first)
{
    std::vector<std::set<std::set<std::string>>> found;
    const auto people = let_in_many(12);
    for (const bool backwards : {false, true}) {
        const auto conversation = begin();
        const auto statements = statements_of(conversation);
        for (std::size_t at = 0; at < people.size(); ++at) {
            const auto person = backwards ? people.size() - 1 - at : at;
            for (std::size_t one = 0; one < statements.size(); ++one)
                ASSERT_TRUE(say(people[person], statements[one],
                                (one * 7 + person % 3 * one) % 3 == person % 3 ? Vote::agree
                                                                               : Vote::disagree));
        }
        group();
        const auto groups = map_of(conversation.id).groups.size();
        std::vector<std::set<std::string>> members(groups);
        for (const auto& person : people) {
            const auto standing = read([&](store::Transaction& transaction) {
                return find_opinion_standing(transaction, conversation, {person.id, {}});
            });
            if (standing.group >= 0)
                members[static_cast<std::size_t>(standing.group)].insert(person.name);
        }
        found.emplace_back(members.begin(), members.end());
    }
    EXPECT_EQ(found[0], found[1]);
}

TEST_P(Conversations, ask_each_statement_once_and_then_say_so)
{
    const auto conversation = begin();
    std::set<Id> asked;
    for (int at = 0; at < 8; ++at) {
        const auto page = get(sign_in_as(aino), path_of(conversation)).body;
        const auto next = read([&](store::Transaction& transaction) {
            return find_next_statement(transaction, conversation, {aino.id, {}});
        });
        ASSERT_TRUE(next);
        EXPECT_TRUE(asked.insert(next->id).second);
        EXPECT_THAT(page, HasSubstr(next->text));
        const auto voted = post(sign_in_as(aino), path_of(conversation) + "/votes",
                                {{"statement", next->id.text()}, {"vote", "agree"}});
        EXPECT_EQ(voted.status, 303);
    }
    EXPECT_THAT(get(sign_in_as(aino), path_of(conversation)).body,
                HasSubstr("You have voted on every statement."));
}

TEST_P(Conversations, promise_no_place_on_the_map_that_cannot_be_had)
{
    auto four = eight();
    four.resize(4);
    const auto small =
        try_begin(bob, {.question = "How shall we read meters?", .statements = four}).value();
    const std::string so_far =
        "There are 4 statements so far. The map begins with people who voted "
        "on 7: with fewer too little is known.";
    EXPECT_THAT(get(sign_in_as(aino), path_of(small)).body, HasSubstr(so_far));
    for (const auto& statement : statements_of(small))
        ASSERT_TRUE(say(aino, statement, Vote::agree));
    EXPECT_THAT(get(sign_in_as(aino), path_of(small)).body, HasSubstr(so_far));
    // With three more it can be had.
    for (const auto* text : {"Meters sleep at night", "Wells are open", "The river comes first"})
        ASSERT_TRUE(propose(aino, small.id, text));
    EXPECT_THAT(get(sign_in_as(mei), path_of(small)).body,
                HasSubstr("After 7 more votes you are placed on the map"));
    EXPECT_THAT(get(sign_in_as(bob), path_of(begin())).body,
                HasSubstr("After 7 more votes you are placed on the map"));
}

TEST_P(Conversations, let_visitors_in_only_where_the_house_and_the_conversation_do)
{
    const NewConversation open{.question = "Who?", .anonymous = true, .statements = eight()};
    EXPECT_EQ(try_begin(bob, open).error().field, "anonymous");
    write([&](store::Transaction& transaction) {
        people::save_setting(transaction, organisation.id, anonymous_setting, "on");
    });
    const auto conversation = try_begin(bob, open).value();
    const auto statement = statements_of(conversation)[0];
    const auto cast = [&](std::string visitor) {
        return write([&](store::Transaction& transaction) {
            Viewer nobody;
            nobody.organisation = organisation.id;
            nobody.everyone = organisation.everyone;
            return cast_opinion(transaction, hall->ids(), now(), nobody, conversation.id,
                                statement.id, Vote::agree,
                                {Id{}, hash_visitor(visitor, conversation.id)});
        });
    };
    EXPECT_EQ(cast("").error().reason, Reason::unauthenticated);
    EXPECT_TRUE(cast("one"));
    EXPECT_TRUE(cast("one"));
    EXPECT_TRUE(cast("two"));
    const auto after = look_at(bob, conversation.id);
    EXPECT_EQ(after.visitors, 2);
    EXPECT_EQ(after.visitor_votes, 2);
    EXPECT_EQ(after.people, 0);
    EXPECT_EQ(statements_of(conversation)[0].people.seen(), 0);
    EXPECT_EQ(statements_of(conversation)[0].visitors.agrees, 2);
    write([&](store::Transaction& transaction) {
        people::save_setting(transaction, organisation.id, anonymous_setting, "off");
    });
    EXPECT_EQ(cast("one").error().reason, Reason::unauthenticated);
}

TEST_P(Conversations, belong_to_what_they_are_about_and_are_seen_by_who_sees_it)
{
    const auto private_circle =
        make_circle("Board", people::CircleKind::company, people::Visibility::closed);
    join(private_circle, bob);
    const auto conversation =
        try_begin(bob, {.question = "Whom?", .circle = private_circle, .statements = eight()})
            .value();
    EXPECT_EQ(get(sign_in_as(aino), path_of(conversation)).status, 404);
    EXPECT_EQ(get(sign_in_as(aino), path_of(conversation) + "/statements").status, 404);
    EXPECT_EQ(try_begin(aino, {.question = "Whom?", .circle = private_circle}).error().field,
              "circle");
    const auto decision = open_vote(theory());
    const auto about = try_begin(aino, {.question = "What of it?", .about = decision.id}).value();
    EXPECT_EQ(about.circle, decision.circle);
    EXPECT_EQ(about.about_title, decision.title);
    EXPECT_EQ(try_begin(aino, {.question = "What?", .about = conversation.id}).error().field,
              "about");
}

TEST_P(Conversations, close_once_with_the_counts_and_take_no_more_votes)
{
    const auto conversation = begin();
    const auto statements = statements_of(conversation);
    ASSERT_TRUE(say(aino, statements[0], Vote::agree));
    const auto close = [&](const Person& person) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return close_conversation(transaction, hall->ids(), now(), viewer, conversation.id);
        });
    };
    EXPECT_EQ(close(aino).error().reason, Reason::forbidden);
    EXPECT_TRUE(close(bob));
    EXPECT_EQ(close(bob).error().reason, Reason::conflict);
    EXPECT_FALSE(say(mei, statements[0], Vote::agree));
    EXPECT_FALSE(propose(mei, conversation.id, "Too late"));
    EXPECT_EQ(number("SELECT count(*) FROM event WHERE org_id = ?1 AND thing_id = ?2 AND verb = "
                     "'decide.conversation_closed' AND data LIKE '%\"people\":1%'",
                     conversation.id),
              1);
    const auto timed =
        try_begin(bob, {.question = "Until tomorrow?", .closes = now() + 24h}).value();
    hall->clock().advance(25h);
    tend_conversations(hall->database(), organisation.id, now(), hall->ids());
    tend_conversations(hall->database(), organisation.id, now(), hall->ids());
    EXPECT_FALSE(look_at(bob, timed.id).open);
}

TEST_P(Conversations, forget_her_votes_when_she_is_erased)
{
    const auto conversation = begin();
    const auto statements = statements_of(conversation);
    ASSERT_TRUE(say(aino, statements[0], Vote::agree));
    ASSERT_TRUE(say(aino, statements[1], Vote::disagree));
    ASSERT_TRUE(say(mei, statements[0], Vote::agree));
    ASSERT_TRUE(propose(aino, conversation.id, "I live at Mill Lane 3"));
    const auto own = write([&](store::Transaction& transaction) {
        JsonWriter json;
        write_own_opinions(transaction, json.begin_object(), organisation.id, aino.id);
        return json.end_object().take();
    });
    EXPECT_THAT(own, AllOf(HasSubstr(R"("vote":"disagree")"), HasSubstr("Mill Lane")));
    group();
    write([&](store::Transaction& transaction) {
        forget_statements(transaction, organisation.id, aino.id, "Erased by its author");
        forget_opinions(transaction, organisation.id, aino.id);
    });
    const auto after = look_at(bob, conversation.id);
    EXPECT_EQ(after.people, 1);
    EXPECT_EQ(after.votes, 1);
    EXPECT_EQ(statements_of(conversation)[0].people.agrees, 1);
    EXPECT_EQ(statements_of(conversation)[1].people.disagrees, 0);
    EXPECT_EQ(
        number("SELECT count(*) FROM participant WHERE org_id = ?1 AND person_id = ?2", aino.id),
        0);
    EXPECT_EQ(statements_of(conversation).back().text, "Erased by its author");
    // The map with her place in it is gone; a new one is found without her.
    EXPECT_EQ(map_of(conversation.id).revision, -1);
    EXPECT_EQ(group(), 1);
}

TEST_P(Conversations, go_out_as_files_and_come_in_again_with_the_same_groups)
{
    const auto conversation = begin();
    const auto people = let_in_many(12);
    fall_into_two_camps(conversation, people);
    const auto lead = viewer_of(bob);
    const auto export_votes = [&](const Viewer& viewer, VotesAs shape) {
        return read([&](store::Transaction& transaction) {
            return write_votes(transaction,
                               find_conversation(transaction, conversation.id, viewer).value(),
                               viewer, shape);
        });
    };
    EXPECT_EQ(export_votes(lead, VotesAs::lines).error().reason, Reason::conflict);
    write([&](store::Transaction& transaction) {
        return close_conversation(transaction, hall->ids(), now(), lead, conversation.id)
            .value()
            .id;
    });
    EXPECT_EQ(export_votes(viewer_of(aino), VotesAs::lines).error().reason, Reason::forbidden);
    group();
    const auto comments = read([&](store::Transaction& transaction) {
        return write_comments(transaction, look_at(bob, conversation.id));
    });
    for (const auto shape : {VotesAs::lines, VotesAs::matrix}) {
        auto files = read_polis(comments, export_votes(lead, shape).value()).value();
        EXPECT_FALSE(files.reversed);
        EXPECT_EQ(files.votes.votes(), 84U);
        const auto again = write([&](store::Transaction& transaction) {
            return bring_in_polis(transaction, hall->ids(), now(), lead, {.question = "Again"}, {},
                                  files)
                .value();
        });
        EXPECT_EQ(again.people, 12);
        EXPECT_EQ(again.votes, 84);
        group();
        const auto before = map_of(conversation.id);
        const auto after = map_of(again.id);
        ASSERT_EQ(after.groups.size(), before.groups.size());
        EXPECT_EQ(after.groups[0].size, before.groups[0].size);
        EXPECT_EQ(statements_of(again)[2].people.agrees, 12);
    }
    // The same votes with the signs of Polis' database.
    auto turned = export_votes(lead, VotesAs::lines).value();
    std::string reversed;
    for (std::size_t at = 0; at < turned.size(); ++at) {
        const auto rest = std::string_view(turned).substr(at);
        if (rest.starts_with(",-1\r")) {
            reversed += ",1";
            at += 2;
        } else if (rest.starts_with(",1\r")) {
            reversed += ",-1";
            at += 1;
        } else {
            reversed += turned[at];
        }
    }
    const auto files = read_polis(comments, reversed).value();
    EXPECT_TRUE(files.reversed);
    const auto again = write([&](store::Transaction& transaction) {
        return bring_in_polis(transaction, hall->ids(), now(), lead, {.question = "Turned"}, {},
                              files)
            .value();
    });
    EXPECT_EQ(statements_of(again)[2].people.agrees, 12);
    EXPECT_EQ(read_polis(comments, "participant,999\n1,1\n").error().field, "votes");
}

std::string slurp(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_P(Conversations, of_polis_have_the_groups_that_the_command_finds)
{
    const char* data = std::getenv("MOOTHALL_DATA");
    if (data == nullptr) GTEST_SKIP() << "set MOOTHALL_DATA to the folder with polis/";
    const auto folder = std::string(data) + "/polis/scoop-hivemind.biodiversity/";
    const auto files =
        read_polis(slurp(folder + "statements.csv"), slurp(folder + "matrix.csv")).value();
    const auto lead = viewer_of(owner);
    const auto conversation = write([&](store::Transaction& transaction) {
        return bring_in_polis(transaction, hall->ids(), now(), lead, {.question = "Biodiversity"},
                              {}, files)
            .value();
    });
    ASSERT_EQ(group(), 1);
    auto table = files.votes;
    opinions::moderate(table, files.statements);
    const auto expected = opinions::find_opinions(table);
    const auto map = map_of(conversation.id);
    ASSERT_EQ(map.groups.size(), expected.groups.size());
    std::map<std::string, int> group_of;
    read([&](store::Transaction& transaction) {
        std::map<Id, std::string> labels;
        for (const auto& row : transaction.query("SELECT participant_id, label FROM participant "
                                                 "WHERE org_id = ?1 AND conversation_id = ?2",
                                                 organisation.id, conversation.id))
            labels.emplace(row.id(0), row.string(1));
        for (const auto& [participant, label] : labels)
            group_of[label] =
                find_place(transaction, organisation.id, conversation.id, participant).group;
    });
    for (std::size_t at = 0; at < map.groups.size(); ++at)
        EXPECT_EQ(static_cast<std::size_t>(map.groups[at].size), expected.groups[at].size);
    for (std::size_t person = 0; person < table.participants(); ++person)
        if (expected.group_of[person] >= 0)
            EXPECT_EQ(group_of.at(table.participant_id(person)), expected.group_of[person]);
}

MOOTHALL_ON_EACH_ENGINE(Conversations);

} // namespace
} // namespace moothall::decide
