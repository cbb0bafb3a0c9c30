#include "hall/documents.hpp"
#include "hall/test_house.hpp"
#include "tell/notification.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace moothall::hall {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using write::Rule;
using write::SuggestionState;
using write::Take;

/// A house with a manual that the owner wrote; Bob works there, Aino and Mei are customers.
class Documents : public test::WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        mei = let_in("Mei Lin", "mei@customer.example");
        company = open_circle("The company", people::Visibility::listed);
        join(company.id, bob);
    }
    static constexpr auto words =
        "# Reading\n\nRead the black digits.\n\nWait a week when it freezes.";

    Result<write::Document> try_make(const people::Person& person, const write::NewDocument& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::make_document(transaction, hall->ids(), now(), viewer, wanted,
                                        write::render_words(wanted.text.words).value());
        });
    }
    static write::NewDocument wish(Rule rule = Rule::open)
    {
        write::NewDocument wanted;
        wanted.text = {.title = "The manual", .purpose = "For all", .words = words, .said = {}};
        wanted.rule.rule = rule;
        return wanted;
    }
    write::Document make() { return try_make(owner, wish()).value(); }
    /// One that the board alone reads.
    write::Document make_shut(Rule rule)
    {
        board = open_circle("Board", people::Visibility::closed);
        auto wanted = wish(rule);
        wanted.text.title = "The audit";
        wanted.rule.why = "It names people.";
        wanted.rule.review_on = parse_date("2030-01-01");
        wanted.rule.readers = board.id;
        return try_make(owner, wanted).value();
    }
    Result<write::Document> look(const people::Person& person, Id document)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::find_document(transaction, document, viewer);
        });
    }
    Result<write::Document> look_at_card(const people::Person& person, Id document)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::find_document_or_card(transaction, document, viewer);
        });
    }
    Result<write::Edited> edit(const people::Person& person, Id document,
                               const write::DocumentChange& change)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::edit_document(transaction, hall->ids(), now(), viewer, document, change);
        });
    }
    Result<write::Suggestion> suggest(const people::Person& person, Id document,
                                      const write::NewSuggestion& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::make_suggestion(transaction, hall->ids(), now(), viewer, document,
                                          wanted);
        });
    }
    Result<write::Document> accept(const people::Person& person, Id suggestion,
                                   const write::Acceptance& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::accept_suggestion(transaction, hall->ids(), now(), viewer, suggestion,
                                            wanted);
        });
    }
    Result<write::Document> rule(const people::Person& person, Id document,
                                 const write::RuleChange& change)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::change_rule(transaction, hall->ids(), now(), viewer, document, change);
        });
    }
    std::vector<write::Document> list(const people::Person& person,
                                      const write::DocumentQuery& query = {})
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::list_documents(transaction, query, viewer).value().documents;
        });
    }
    static std::vector<std::string> titles_of(const std::vector<write::Document>& documents)
    {
        std::vector<std::string> titles;
        for (const auto& document : documents) titles.push_back(document.title);
        return titles;
    }
    people::Circle open_circle(std::string name, people::Visibility visibility)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            people::Circle wanted;
            wanted.name = std::move(name);
            wanted.kind = people::CircleKind::company;
            wanted.visibility = visibility;
            return people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value();
        });
    }
    void join(Id circle, const people::Person& person)
    {
        write([&](store::Transaction& transaction) {
            people::set_role(transaction, organisation.id, circle, person.id, Role::member, now());
        });
    }
    std::int64_t paragraph_of(Id document, std::string_view words_in_it)
    {
        for (const auto& block : write::blocks_of(look(owner, document).value()))
            if (block.text().find(words_in_it) != std::string::npos) return block.id;
        return 0;
    }

    people::Person bob;
    people::Person aino;
    people::Person mei;
    people::Circle company;
    people::Circle board;
};

MOOTHALL_ON_EACH_ENGINE(Documents);

TEST_P(Documents, are_written_by_who_belongs_to_the_circle)
{
    EXPECT_EQ(try_make(aino, wish()).error().reason, Reason::forbidden);
    EXPECT_EQ(events("write.document_made"), 0);
    ASSERT_TRUE(try_make(bob, wish()));
    EXPECT_EQ(events("write.document_made"), 1);
    auto wanted = wish();
    wanted.text.title = " ";
    EXPECT_EQ(try_make(owner, wanted).error().field, "title");
    wanted = wish();
    wanted.parent = Id{77};
    EXPECT_EQ(try_make(owner, wanted).error().field, "parent");
    wanted = wish(Rule::closed);
    EXPECT_EQ(try_make(owner, wanted).error().field, "why");
    wanted.rule.why = "So.";
    EXPECT_EQ(try_make(owner, wanted).error().field, "review_on");
    wanted.rule.review_on = parse_date("2030-01-01");
    EXPECT_EQ(try_make(owner, wanted).error().field, "readers"); // Everyone is public
    wanted.rule.readers = company.id;
    wanted.rule.decides = aino.id;
    EXPECT_EQ(try_make(owner, wanted).error().field, "decides");
}

TEST_P(Documents, that_are_closed_say_that_they_exist_and_who_decides)
{
    const auto audit = make_shut(Rule::closed);
    EXPECT_EQ(look(aino, audit.id).error().reason, Reason::not_found);
    for (const auto id : {audit.id, audit.card}) {
        const auto card = look_at_card(aino, id).value();
        EXPECT_TRUE(card.only_card);
        EXPECT_EQ(card.title, "The audit");
        EXPECT_EQ(card.why, "It names people.");
        EXPECT_EQ(card.decides.name, owner.name);
        EXPECT_TRUE(card.words.empty());
        EXPECT_EQ(card.version, 0);
    }
    EXPECT_THAT(titles_of(list(aino)), testing::ElementsAre("The audit"));
    EXPECT_THAT(titles_of(list(owner)), testing::ElementsAre("The audit")); // once
    EXPECT_TRUE(list(aino, {.words = std::vector<std::string>{"audit"}}).empty());
    const auto page = get(sign_in_as(aino), "/documents/" + audit.id.text());
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("It names people."));
    EXPECT_THAT(page.body, Not(HasSubstr("black digits")));
    EXPECT_THAT(page.body, Not(HasSubstr("Board")));
    for (const auto* tail : {"/versions", "/versions/1", "/edit", "/rule", "/suggest", ".atom"})
        EXPECT_EQ(get(sign_in_as(aino), "/documents/" + audit.id.text() + tail).status, 404)
            << tail;
    // Who reads it needs no card, whichever address she has.
    EXPECT_EQ(get(sign_in_as(owner), "/documents/" + audit.card.text()).status, 303);
    // A title that changes, changes on the card.
    ASSERT_TRUE(edit(owner, audit.id, {.title = "The second audit"}));
    EXPECT_EQ(look_at_card(aino, audit.id)->title, "The second audit");
    // Opened, it has no card; hidden, neither.
    ASSERT_TRUE(rule(owner, audit.id, {.rule = Rule::open}));
    EXPECT_TRUE(look(aino, audit.id));
    ASSERT_TRUE(rule(owner, audit.id,
                     {.rule = Rule::hidden,
                      .why = "x",
                      .review_on = parse_date("2030-01-01"),
                      .readers = board.id}));
    EXPECT_EQ(look_at_card(aino, audit.id).error().reason, Reason::not_found);
    EXPECT_EQ(look_at_card(aino, audit.card).error().reason, Reason::not_found);
    EXPECT_TRUE(list(aino).empty());
}

TEST_P(Documents, that_are_hidden_are_as_if_they_were_not)
{
    const auto audit = make_shut(Rule::hidden);
    EXPECT_EQ(look_at_card(aino, audit.id).error().reason, Reason::not_found);
    EXPECT_TRUE(list(aino).empty());
    EXPECT_TRUE(list(bob).empty());
    EXPECT_EQ(suggest(aino, audit.id, {.words = "x"}).error().reason, Reason::not_found);
    const auto her = sign_in_as(aino);
    EXPECT_EQ(get(her, "/documents/" + audit.id.text()).status, 404);
    EXPECT_EQ(post(her, "/documents/" + audit.id.text() + "/comments", {{"body", "x"}}).status,
              404);
    join(board.id, bob);
    EXPECT_TRUE(look(bob, audit.id));
}

TEST_P(Documents, put_together_what_two_wrote_at_once)
{
    const auto manual = make();
    ASSERT_TRUE(edit(bob, manual.id,
                     {.words = "# Reading\n\nRead the black digits only.\n\nWait a week when it "
                               "freezes.",
                      .version = 1}));
    const auto edited =
        edit(owner, manual.id,
             {.words = "# Reading\r\n\r\nRead the black digits.\r\n\r\nRing us when "
                       "it freezes.",
              .version = 1});
    ASSERT_TRUE(edited);
    EXPECT_TRUE(edited->merged);
    EXPECT_EQ(edited->document.words,
              "# Reading\n\nRead the black digits only.\n\nRing us when it freezes.");
    EXPECT_EQ(edited->document.version, 3);
    EXPECT_EQ(events("write.document_edited"), 2);
}

TEST_P(Documents, ask_when_both_changed_the_same_words)
{
    const auto manual = make();
    ASSERT_TRUE(edit(bob, manual.id,
                     {.words = "# Reading\n\nRead the black digits.\n\nWait a day when it freezes.",
                      .version = 1}));
    write::DocumentChange mine{
        .words = "# Reading\n\nRead all the black digits.\n\nWait an hour when it freezes.",
        .version = 1};
    const auto asked = edit(owner, manual.id, mine);
    ASSERT_TRUE(asked);
    const auto conflict =
        std::ranges::find(asked->conflict, write::Origin::conflict, &write::Chunk::origin);
    ASSERT_NE(conflict, asked->conflict.end());
    EXPECT_EQ(conflict->theirs, "a day");
    EXPECT_EQ(conflict->mine, "an hour");
    EXPECT_EQ(look(mei, manual.id)->version, 2); // nothing was saved
    // An answer that was given on another version is asked anew.
    mine.takes = {Take::mine};
    mine.head = 1;
    EXPECT_FALSE(edit(owner, manual.id, mine)->conflict.empty());
    mine.head = 2;
    const auto saved = edit(owner, manual.id, mine);
    EXPECT_TRUE(saved->conflict.empty());
    EXPECT_EQ(saved->document.words,
              "# Reading\n\nRead all the black digits.\n\nWait an hour when it freezes.");
}

// All that the form said stands in the page that asks, and is saved with the answer.
TEST_P(Documents, that_ask_lose_nothing_that_was_typed)
{
    const auto manual = make();
    const auto above = make();
    ASSERT_TRUE(edit(bob, manual.id,
                     {.words = "# Reading\n\nRead the black digits.\n\nWait a day when it freezes.",
                      .version = 1}));
    const auto path = "/documents/" + manual.id.text();
    const test::Sent typed{
        {"version", "1"},
        {"title", "The new manual"},
        {"purpose", "For nobody"},
        {"words", "# Reading\n\nRead the black digits.\n\nWait an hour when it freezes."},
        {"said", "An hour is enough"},
        {"parent", above.id.text()},
        {"place", "7"},
        {"template", "yes"},
        {"confirm", "yes"},
        {"remove", "0000000000001"}};
    const auto asked = post(sign_in_as(owner), path, typed);
    EXPECT_EQ(asked.status, 409);
    for (const auto& [name, value] : typed)
        if (name != "words")
            EXPECT_THAT(asked.body, HasSubstr("<input type=\"hidden\" name=\"" + name +
                                              "\" value=\"" + value + "\">"));
    EXPECT_EQ(look(owner, manual.id)->place, 0);
    auto answer = typed;
    answer.push_back({"head", "2"});
    answer.push_back({"choice-0", "mine"});
    EXPECT_EQ(post(sign_in_as(owner), path, answer).status, 303);
    const auto saved = look(owner, manual.id).value();
    EXPECT_EQ(saved.title, "The new manual");
    EXPECT_EQ(saved.purpose, "For nobody");
    EXPECT_THAT(saved.words, HasSubstr("an hour"));
    EXPECT_EQ(saved.parent, above.id);
    EXPECT_EQ(saved.place, 7);
    EXPECT_TRUE(saved.is_template);
    EXPECT_EQ(saved.confirm_from, 3);
}

TEST_P(Documents, are_hidden_by_a_steward_with_a_public_reason)
{
    const auto manual = make();
    const auto audit = make_shut(Rule::closed);
    const auto suggestion = suggest(aino, manual.id, {.words = "All otherwise."}).value();
    const auto hide = [&](const people::Person& person, Id id, std::string reason) {
        return post(sign_in_as(person), "/things/" + id.text() + "/hiding", {{"reason", reason}})
            .status;
    };
    const auto page = "/documents/" + manual.id.text();
    EXPECT_THAT(get(sign_in_as(owner), page).body,
                HasSubstr("/things/" + manual.id.text() + "/hiding"));
    EXPECT_THAT(get(sign_in_as(aino), page).body,
                HasSubstr("/things/" + manual.id.text() + "/report"));
    EXPECT_EQ(hide(bob, manual.id, "Mine"), 403) << "an editor writes it anew, and hides nothing";
    EXPECT_EQ(hide(owner, manual.id, ""), 422);
    EXPECT_EQ(hide(owner, manual.id, "It names <b>somebody</b>."), 303);
    for (const auto* tail : {"", "/versions", "/versions/1", ".atom"}) {
        EXPECT_EQ(get(sign_in_as(aino), page + tail).status, 404) << tail;
        EXPECT_EQ(get({}, page + tail).status, 404) << tail;
    }
    EXPECT_EQ(get(sign_in_as(bob), page).status, 404);
    EXPECT_EQ(get(sign_in_as(aino), suggestion.path()).status, 404);
    EXPECT_THAT(titles_of(list(aino)), testing::Not(testing::Contains("The manual")));
    EXPECT_THAT(list(aino, {.words = std::vector<std::string>{"black"}}), testing::IsEmpty());
    EXPECT_THAT(get({}, "/documents.atom").body, Not(HasSubstr("The manual")));
    EXPECT_THAT(get(sign_in_as(owner), page).body, HasSubstr("It names &lt;b&gt;somebody"));
    const auto log = get({}, "/moderation/log").body;
    EXPECT_THAT(log, HasSubstr("A document"));
    EXPECT_THAT(log, HasSubstr("It names &lt;b&gt;somebody&lt;/b&gt;."));
    EXPECT_THAT(log, Not(HasSubstr("The manual")));
    EXPECT_THAT(get({}, "/api/v1/moderation/log").body, HasSubstr("\"kind\":\"document\""));
    // What is written into it meanwhile is told to nobody by a stream.
    ASSERT_TRUE(edit(owner, manual.id, {.title = "A second title"}));
    EXPECT_THAT(get(sign_in_as(aino), "/api/v1/events").body, Not(HasSubstr("A second title")));
    EXPECT_EQ(post(sign_in_as(owner), "/things/" + manual.id.text() + "/showing").status, 303);
    EXPECT_EQ(get(sign_in_as(aino), page).status, 200);

    // The card of a closed one goes with it, whatever is done to it meanwhile.
    EXPECT_TRUE(look_at_card(aino, audit.id));
    EXPECT_EQ(hide(owner, audit.id, "Not for this hall"), 303);
    EXPECT_FALSE(look_at_card(aino, audit.id));
    ASSERT_TRUE(edit(owner, audit.id, {.title = "The second audit"}));
    ASSERT_TRUE(rule(owner, audit.id,
                     {.rule = Rule::closed,
                      .why = "y",
                      .review_on = parse_date("2030-01-01"),
                      .readers = board.id}));
    EXPECT_FALSE(look_at_card(aino, audit.id));
    EXPECT_THAT(titles_of(list(aino)), testing::ElementsAre("A second title"));
    EXPECT_EQ(post(sign_in_as(owner), "/things/" + audit.id.text() + "/showing").status, 303);
    EXPECT_TRUE(look_at_card(aino, audit.id));
}

TEST_P(Documents, take_over_a_part_of_a_suggestion_with_credit)
{
    const auto manual = make();
    const auto suggestion =
        suggest(aino, manual.id,
                {.words = "# Reading\n\nRead the black digits, left to right.\n\nRing us when it "
                          "freezes.",
                 .why = "So one knows"})
            .value();
    EXPECT_EQ(look(mei, manual.id)->suggestions, 1);
    EXPECT_EQ(suggest(aino, manual.id, {.words = words}).error().field, "words");
    EXPECT_EQ(accept(aino, suggestion.id, {.version = 1}).error().reason, Reason::forbidden);
    EXPECT_EQ(accept(bob, suggestion.id, {.version = 7}).error().reason, Reason::conflict);
    EXPECT_EQ(
        accept(bob, suggestion.id, {.version = 1, .takes = std::vector{Take::theirs, Take::theirs}})
            .error()
            .field,
        "takes");
    const auto taken =
        accept(bob, suggestion.id, {.version = 1, .takes = std::vector{Take::mine, Take::theirs}});
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->words,
              "# Reading\n\nRead the black digits, left to right.\n\nWait a week when it freezes.");
    EXPECT_EQ(taken->suggestions, 0);
    EXPECT_EQ(accept(bob, suggestion.id, {.version = 2}).error().reason, Reason::conflict);
    EXPECT_EQ(events("write.suggestion_accepted"), 1);
    const auto version = read([&](store::Transaction& transaction) {
        return write::find_version(transaction, organisation.id, manual.id, 2).value();
    });
    EXPECT_EQ(version.by.name, "Bob Builder");
    EXPECT_EQ(version.suggested_by.name, "Aino Virtanen");
    EXPECT_EQ(version.said, "So one knows");
    EXPECT_THAT(get({}, "/documents/" + manual.id.text()).body,
                HasSubstr("suggested by Aino Virtanen"));
}

TEST_P(Documents, merge_a_suggestion_with_what_came_since)
{
    const auto manual = make();
    const auto suggestion =
        suggest(aino, manual.id,
                {.words = "# Reading\n\nRead the black digits.\n\nRing us when it freezes."})
            .value();
    ASSERT_TRUE(edit(bob, manual.id,
                     {.words = "# Reading\n\nRead the black digits only.\n\nWait a month when it "
                               "freezes."}));
    // Both changed what to do when it freezes: all of it cannot be taken unseen.
    EXPECT_EQ(accept(owner, suggestion.id, {.version = 2}).error().reason, Reason::conflict);
    EXPECT_THAT(get(sign_in_as(owner), suggestion.path()).body, HasSubstr("Wait a month"));
    const auto taken =
        accept(owner, suggestion.id, {.version = 2, .takes = std::vector{Take::mine}});
    ASSERT_TRUE(taken) << taken.error().sentence;
    EXPECT_EQ(taken->words, "# Reading\n\nRead the black digits only.\n\nRing us when it freezes.");
}

TEST_P(Documents, decline_a_suggestion_with_a_reason_once)
{
    const auto manual = make();
    const auto suggestion = suggest(aino, manual.id, {.words = "Otherwise."}).value();
    const auto decline = [&](const people::Person& person, std::string_view reason) {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::decline_suggestion(transaction, hall->ids(), now(), viewer, suggestion.id,
                                             reason);
        });
    };
    EXPECT_EQ(decline(mei, "x").error().reason, Reason::forbidden);
    EXPECT_EQ(decline(bob, " ").error().field, "reason");
    EXPECT_EQ(decline(bob, "It is not so.")->state, SuggestionState::declined);
    EXPECT_EQ(decline(bob, "Twice.").error().reason, Reason::conflict);
    EXPECT_EQ(look(mei, manual.id)->suggestions, 0);
    EXPECT_THAT(get({}, "/documents/" + manual.id.text() + "/versions").body,
                HasSubstr("It is not so."));
}

TEST_P(Documents, keep_a_comment_beside_its_paragraph)
{
    const auto manual = make();
    const auto freezing = paragraph_of(manual.id, "freezes");
    const auto her = sign_in_as(aino);
    const auto path = "/documents/" + manual.id.text();
    EXPECT_EQ(post(her, path + "/comments",
                   {{"body", "A week?"}, {"paragraph", std::to_string(freezing)}})
                  .status,
              303);
    EXPECT_EQ(post(her, path + "/comments", {{"body", "x"}, {"paragraph", "99"}}).status, 422);
    ASSERT_TRUE(edit(owner, manual.id,
                     {.words = "Keep this.\n\nWait for a week when it freezes.\n\n# Reading"}));
    EXPECT_EQ(paragraph_of(manual.id, "freezes"), freezing);
    const auto viewer = viewer_of(aino);
    const auto comments = [&] {
        return read([&](store::Transaction& transaction) {
            return write::list_comments(
                transaction, write::find_document(transaction, manual.id, viewer).value(), viewer);
        });
    };
    EXPECT_FALSE(comments().at(0).gone);
    EXPECT_TRUE(comments().at(0).edited);
    ASSERT_TRUE(edit(owner, manual.id, {.words = "Keep this."}));
    EXPECT_TRUE(comments().at(0).gone);
    EXPECT_THAT(get({}, path).body, HasSubstr("The paragraph was removed."));
    // Its author, or who may edit, says that it is settled.
    const auto settling = path + "/comments/" + comments().at(0).reply.text() + "/settling";
    EXPECT_EQ(post(sign_in_as(mei), settling, {}).status, 403);
    EXPECT_EQ(post(her, settling, {}).status, 303);
    EXPECT_TRUE(comments().at(0).settled);
    EXPECT_EQ(post(her, settling, {}).status, 409);
}

TEST_P(Documents, take_what_was_said_along_when_their_rule_changes)
{
    const auto manual = make();
    board = open_circle("Board", people::Visibility::closed);
    const auto suggestion = suggest(aino, manual.id, {.words = "Otherwise."}).value();
    ASSERT_EQ(post(sign_in_as(aino), "/documents/" + manual.id.text() + "/comments",
                   {{"body", "Is it so?"}})
                  .status,
              303);
    const write::RuleChange shut{.rule = Rule::hidden,
                                 .why = "x",
                                 .review_on = parse_date("2030-01-01"),
                                 .readers = board.id};
    EXPECT_EQ(rule(aino, manual.id, shut).error().reason, Reason::forbidden);
    ASSERT_TRUE(rule(owner, manual.id, shut));
    EXPECT_EQ(get(sign_in_as(aino), suggestion.path()).status, 404);
    EXPECT_EQ(get(sign_in_as(aino), "/documents/" + manual.id.text() + "/versions/1").status, 404);
    ASSERT_TRUE(rule(owner, manual.id, {.rule = Rule::open}));
    EXPECT_EQ(get(sign_in_as(mei), suggestion.path()).status, 200);
    EXPECT_THAT(get({}, "/documents/" + manual.id.text()).body, HasSubstr("Is it so?"));
}

TEST_P(Documents, stand_in_a_tree_without_loops)
{
    const auto manual = make();
    auto wanted = wish();
    wanted.text.title = "A chapter";
    wanted.parent = manual.id;
    const auto chapter = try_make(owner, wanted).value();
    EXPECT_EQ(edit(owner, manual.id, {.parent = chapter.id}).error().field, "parent");
    EXPECT_EQ(edit(owner, manual.id, {.parent = manual.id}).error().field, "parent");
    const auto page = get({}, "/documents/" + chapter.id.text());
    EXPECT_THAT(page.body, HasSubstr("The manual"));
    EXPECT_THAT(get({}, "/documents/" + manual.id.text()).body, HasSubstr("A chapter"));
    EXPECT_THAT(titles_of(list(aino, {.parent = manual.id})), testing::ElementsAre("A chapter"));
}

TEST_P(Documents, are_found_by_their_words_by_those_who_may_read_them)
{
    make();
    const std::vector<std::string> black{"black"};
    EXPECT_THAT(titles_of(list(aino, {.words = black})), testing::ElementsAre("The manual"));
    EXPECT_TRUE(list(aino, {.words = std::vector<std::string>{"white"}}).empty());
    make_shut(Rule::closed);
    EXPECT_EQ(list(aino, {.words = black}).size(), 1U);
    EXPECT_EQ(list(owner, {.words = black}).size(), 2U);
    EXPECT_THAT(get({}, "/voices", {{"query", "black"}}).body, HasSubstr("The manual"));
}

TEST_P(Documents, are_confirmed_to_have_been_read)
{
    const auto audit = make_shut(Rule::closed);
    join(board.id, bob);
    ASSERT_TRUE(edit(owner, audit.id, {.confirm = true}));
    const auto his = sign_in_as(bob);
    const auto path = "/documents/" + audit.id.text();
    EXPECT_THAT(get(his, path).body, HasSubstr("Please read this"));
    EXPECT_THAT(get(his, "/documents").body, HasSubstr("Please read these"));
    EXPECT_EQ(post(his, path + "/reading", {{"version", "9"}}).status, 422);
    EXPECT_EQ(post(his, path + "/reading", {{"version", "1"}}).status, 303);
    EXPECT_EQ(post(his, path + "/reading", {{"version", "1"}}).status, 303);
    EXPECT_EQ(events("write.document_read"), 1);
    EXPECT_THAT(get(his, path).body, Not(HasSubstr("Please read this")));
    EXPECT_EQ(post(sign_in_as(aino), path + "/reading", {{"version", "1"}}).status, 404);
    ASSERT_TRUE(edit(owner, audit.id, {.words = "Anew.", .read_anew = true}));
    EXPECT_THAT(get(his, path).body, HasSubstr("Please read this"));
}

TEST_P(Documents, are_talked_about_paragraph_by_paragraph)
{
    const auto manual = make();
    const auto path = "/documents/" + manual.id.text();
    const auto hers = sign_in_as(aino);
    const auto ask = "/chats/new?person=" + owner.id.text() + "&amp;about=" + manual.id.text() +
                     "&amp;paragraph=2";
    EXPECT_THAT(get(hers, path).body, HasSubstr(ask));
    EXPECT_THAT(get(sign_in_as(owner), path).body, Not(HasSubstr("/chats/new")));
    EXPECT_THAT(get({}, path).body, Not(HasSubstr("/chats/new")));
    const auto form = get_at(hers, ask).body;
    EXPECT_THAT(form, HasSubstr("Read the black digits."));
    EXPECT_THAT(form, HasSubstr("name=\"paragraph\" value=\"2\""));

    const auto talk = [&](const std::string& paragraph) {
        return post(hers, "/chats",
                    {{"person", owner.id.text()},
                     {"about", manual.id.text()},
                     {"paragraph", paragraph},
                     {"words", "Which ones?"}});
    };
    EXPECT_EQ(talk("77").status, 422);
    const auto one = header(talk("2"), "Location");
    EXPECT_EQ(header(talk("2"), "Location"), one) << "one chat about a paragraph";
    EXPECT_NE(header(talk("3"), "Location"), one);
    const auto chat = one.substr(0, one.find('#'));
    EXPECT_THAT(get(sign_in_as(owner), chat).body, HasSubstr(path + "#p2\""));
    EXPECT_THAT(get(sign_in_as(owner), chat).body, HasSubstr("Read the black digits."));
    // It follows the paragraph through edits; of one that was taken out the document is left.
    ASSERT_TRUE(edit(owner, manual.id, {.words = "Before.\n\nRead the black digits only."}));
    EXPECT_THAT(get(hers, chat).body, HasSubstr("Read the black digits only."));
    ASSERT_TRUE(edit(owner, manual.id, {.words = "Nothing."}));
    EXPECT_THAT(get(hers, chat).body, Not(HasSubstr("<blockquote")));
    EXPECT_THAT(get(hers, chat).body, HasSubstr("The manual"));
}

TEST_P(Documents, show_who_is_editing_to_others_for_a_while)
{
    const auto manual = make();
    const auto path = "/documents/" + manual.id.text();
    EXPECT_EQ(post(sign_in_as(aino), path + "/editing", {}).status, 403);
    EXPECT_EQ(post(sign_in_as(bob), path + "/editing", {}).status, 303);
    EXPECT_THAT(get(sign_in_as(owner), path).body, HasSubstr("Bob Builder is editing this now"));
    EXPECT_THAT(get(sign_in_as(bob), path).body, Not(HasSubstr("is editing this now")));
    hall->clock().advance(31min);
    EXPECT_THAT(get(sign_in_as(owner), path).body, Not(HasSubstr("is editing this now")));
}

} // namespace

} // namespace moothall::hall
