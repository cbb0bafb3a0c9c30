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

/// Suggestions and comments.
class DocumentTalk : public test::HouseWithDocuments {};
MOOTHALL_ON_EACH_ENGINE(DocumentTalk);

TEST_P(DocumentTalk, takes_over_a_part_of_a_suggestion_with_credit)
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

TEST_P(DocumentTalk, merges_a_suggestion_with_what_came_since)
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

TEST_P(DocumentTalk, declines_a_suggestion_with_a_reason_once)
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

TEST_P(DocumentTalk, keeps_a_comment_beside_its_paragraph)
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

TEST_P(DocumentTalk, goes_along_when_the_rule_changes)
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

TEST_P(DocumentTalk, stands_paragraph_by_paragraph)
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

} // namespace

} // namespace moothall::hall
