#include "hall/test_documents.hpp"
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

class Documents : public test::HouseWithDocuments {};

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

// On a slow line people press the button again.
TEST_P(Documents, are_written_once_by_who_presses_twice)
{
    const auto his = sign_in_as(owner);
    const test::Sent form{{"title", "The handbook"}, {"words", words}};
    const auto first = post(his, "/documents", form);
    EXPECT_EQ(first.status, 303);
    EXPECT_EQ(header(post(his, "/documents", form), "Location"), header(first, "Location"));
    EXPECT_EQ(list(owner).size(), 1U);
    const auto comments = "/documents/" + list(owner).front().id.text() + "/comments";
    const test::Sent comment{{"body", "Is it so?"}, {"paragraph", "1"}};
    EXPECT_EQ(post(his, comments, comment).status, 303);
    EXPECT_EQ(post(his, comments, comment).status, 303);
    EXPECT_EQ(events("hear.reply_said"), 1);
    // Somebody else, something else, or a while later: it is meant.
    EXPECT_EQ(post(his, "/documents", {{"title", "Another"}, {"words", words}}).status, 303);
    hall->clock().advance(31s);
    EXPECT_EQ(post(his, comments, comment).status, 303);
    EXPECT_EQ(events("hear.reply_said"), 2);
    EXPECT_EQ(list(owner).size(), 2U);
    // What was refused may be sent again at once, and is refused again.
    const test::Sent bad{{"title", ""}, {"words", words}};
    EXPECT_EQ(post(his, "/documents", bad).status, 422);
    EXPECT_EQ(post(his, "/documents", bad).status, 422);
}

// What is wrong is said beside the field, and nothing that was typed is lost.
TEST_P(Documents, are_asked_for_anew_with_all_that_was_typed)
{
    const std::string endless(400'000, 'x');
    const auto his = sign_in_as(owner);
    const test::Sent typed{{"version", "1"},
                           {"title", "The handbook"},
                           {"purpose", "For whoever digs"},
                           {"words", endless}};
    for (const auto& path : {std::string("/documents"), "/documents/" + make().id.text()}) {
        const auto asked = post(his, path, typed);
        EXPECT_EQ(asked.status, 422) << path;
        EXPECT_THAT(asked.body, HasSubstr("For whoever digs")) << path;
        EXPECT_THAT(asked.body, HasSubstr(endless)) << path;
        EXPECT_THAT(asked.body, HasSubstr("aria-invalid")) << path;
    }
    EXPECT_EQ(list(owner).size(), 1U);
}

// A form that was opened long ago says only what was changed in it.
TEST_P(Documents, change_beside_their_text_only_what_was_changed_in_the_form)
{
    const auto manual = make();
    const auto above = make();
    const auto other = make();
    const auto path = "/documents/" + manual.id.text();
    const auto form = get(sign_in_as(owner), path + "/edit").body;
    for (const auto* const before :
         {"name=\"was-parent\" value=\"\"", "name=\"was-place\" value=\"0\"",
          "name=\"was-template\" value=\"\"", "name=\"was-confirm\" value=\"\""})
        EXPECT_THAT(form, HasSubstr(before));
    ASSERT_TRUE(edit(bob, manual.id,
                     {.parent = above.id, .place = 7, .is_template = true, .confirm = true}));
    test::Sent old{
        {"version", "1"},   {"title", "The manual"}, {"purpose", "For everybody"}, {"words", words},
        {"said", ""},       {"parent", ""},          {"was-parent", ""},           {"place", "0"},
        {"was-place", "0"}, {"was-template", ""},    {"was-confirm", ""}};
    EXPECT_EQ(post(sign_in_as(owner), path, old).status, 303);
    auto now_here = look(owner, manual.id).value();
    EXPECT_EQ(now_here.purpose, "For everybody");
    EXPECT_EQ(now_here.parent, above.id);
    EXPECT_EQ(now_here.place, 7);
    EXPECT_TRUE(now_here.is_template);
    EXPECT_EQ(now_here.confirm_from, 1);

    // Where both changed the same, she is asked, and nothing is saved before.
    old[5].second = other.id.text();
    const auto asked = post(sign_in_as(owner), path, old);
    EXPECT_EQ(asked.status, 409);
    EXPECT_THAT(asked.body, HasSubstr("Somebody else changed this too"));
    EXPECT_THAT(asked.body, HasSubstr("name=\"was-parent\" value=\"" + above.id.text() + "\""));
    EXPECT_THAT(asked.body, HasSubstr("name=\"was-place\" value=\"0\"")) << "as it was sent";
    EXPECT_THAT(asked.body, HasSubstr("<option value=\"" + other.id.text() + "\" selected>"));
    EXPECT_EQ(look(owner, manual.id)->parent, above.id);
    old[6].second = above.id.text();
    EXPECT_EQ(post(sign_in_as(owner), path, old).status, 303);
    now_here = look(owner, manual.id).value();
    EXPECT_EQ(now_here.parent, other.id);
    EXPECT_EQ(now_here.place, 7);
    EXPECT_TRUE(now_here.is_template);
}

// She may read and edit what stands under something that she knows nothing of.
TEST_P(Documents, name_nothing_above_them_that_one_may_not_know_of)
{
    const auto hidden = make_shut(Rule::hidden);
    const auto manual = make();
    ASSERT_TRUE(edit(owner, manual.id, {.parent = hidden.id}));
    const auto path = "/api/v1/documents/" + manual.id.text();
    EXPECT_THAT(get(sign_in_as(owner), path).body, HasSubstr(hidden.id.text()));
    const auto his = sign_in_as(bob);
    for (const auto& answer :
         {get(his, path), get(his, "/api/v1/documents"), get(his, "/documents/" + manual.id.text()),
          get(his, "/documents/" + manual.id.text() + "/edit")}) {
        EXPECT_EQ(answer.status, 200);
        EXPECT_THAT(answer.body, Not(HasSubstr(hidden.id.text())));
    }
    // And it stays there when his form, which did not show it, comes.
    EXPECT_EQ(post(his, "/documents/" + manual.id.text(),
                   {{"version", "1"},
                    {"title", "The handbook"},
                    {"words", words},
                    {"parent", ""},
                    {"was-parent", ""},
                    {"place", "0"},
                    {"was-place", "0"},
                    {"was-template", ""},
                    {"was-confirm", ""}})
                  .status,
              303);
    EXPECT_EQ(look(owner, manual.id)->title, "The handbook");
    EXPECT_EQ(look(owner, manual.id)->parent, hidden.id);
    // Of a closed one she knows, and may be told that it stands above.
    ASSERT_TRUE(rule(owner, hidden.id,
                     {.rule = Rule::closed,
                      .why = "It names people.",
                      .review_on = parse_date("2030-01-01"),
                      .readers = board.id}));
    EXPECT_THAT(get(his, path).body, HasSubstr(hidden.id.text()));
}

// The tree of a private circle is not named to who reads an open document of it.
TEST_P(Documents, name_no_private_circle)
{
    const auto den = open_circle("The den", people::Visibility::closed);
    auto wanted = wish();
    wanted.home = den.id;
    const auto page = try_make(owner, wanted).value();
    const auto seen = get(sign_in_as(mei), "/api/v1/documents/" + page.id.text());
    EXPECT_EQ(seen.status, 200);
    EXPECT_THAT(seen.body, Not(HasSubstr(den.id.text())));
    EXPECT_THAT(seen.body, HasSubstr("\"circle\":null"));
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
