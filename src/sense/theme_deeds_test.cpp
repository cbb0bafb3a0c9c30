#include "sense/theme_deeds.hpp"

#include "sense/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::sense {

namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class ThemeDeeds : public SenseHouse {
protected:
    std::vector<DeedLine> deeds(const people::Person& person, Id theme)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            const auto found = find_theme(transaction, theme, viewer);
            return found ? list_deeds(transaction, *found, viewer, 20) : std::vector<DeedLine>();
        });
    }
    Result<NamedTheme> undo(const people::Person& person, Id theme, Id event)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return undo_deed(transaction, hall->ids(), now(), viewer, theme, event);
        });
    }
    bool kept_apart(Id voice, Id theme)
    {
        return read([&](store::Transaction& transaction) {
            return is_apart(transaction, organisation.id, voice, theme);
        });
    }
};
MOOTHALL_ON_EACH_ENGINE(ThemeDeeds);

TEST_P(ThemeDeeds, of_voices_are_taken_back)
{
    const auto voice = say(aino, "Bills come late");
    const auto bills = make(bob, {.title = "Bills", .voices = {voice}}).value();
    const auto letters = make(bob, {.title = "Letters"}).value();
    ASSERT_TRUE(put(bob, letters.id, voice));
    EXPECT_TRUE(kept_apart(voice, bills.id));

    // It went from one to the other, and both pages say so.
    const auto moved = deeds(aino, letters.id).front();
    EXPECT_EQ(moved.verb, "sense.voice_put");
    EXPECT_EQ(moved.other, voice);
    EXPECT_EQ(moved.actor, "Bob Brook");
    EXPECT_EQ(deeds(aino, bills.id).front().event, moved.event);
    EXPECT_FALSE(moved.may_undo);
    EXPECT_TRUE(deeds(bob, letters.id).front().may_undo);
    EXPECT_EQ(undo(mei, letters.id, moved.event).error().reason, Reason::forbidden);
    EXPECT_EQ(undo(bob, letters.id, Id{12345}).error().reason, Reason::not_found);
    ASSERT_TRUE(undo(bob, letters.id, moved.event));
    EXPECT_THAT(voices_of(mei, bills.id), ElementsAre(voice));
    EXPECT_THAT(voices_of(mei, letters.id), IsEmpty());
    EXPECT_FALSE(kept_apart(voice, bills.id));
    EXPECT_EQ(look(mei, bills.id).value().figures.voices, 1);
    EXPECT_EQ(undo(bob, letters.id, moved.event).error().reason, Reason::conflict);
    EXPECT_EQ(events("sense.deed_undone"), 1);

    ASSERT_TRUE(take_out(bob, bills.id, voice));
    const auto out = deeds(bob, bills.id).front();
    // Its author may as well, as she may say where it belongs.
    ASSERT_TRUE(undo(aino, bills.id, out.event));
    EXPECT_THAT(voices_of(mei, bills.id), ElementsAre(voice));
    EXPECT_FALSE(kept_apart(voice, bills.id));
}

TEST_P(ThemeDeeds, leave_alone_what_was_moved_since)
{
    const auto voice = say(aino, "Bills come late");
    const auto bills = make(bob, {.title = "Bills"}).value();
    const auto letters = make(bob, {.title = "Letters"}).value();
    ASSERT_TRUE(put(bob, bills.id, voice));
    const auto first = deeds(bob, bills.id).front();
    ASSERT_TRUE(put(bob, letters.id, voice));
    ASSERT_TRUE(undo(bob, bills.id, first.event));
    EXPECT_THAT(voices_of(bob, letters.id), ElementsAre(voice));
}

TEST_P(ThemeDeeds, merging_is_taken_back_with_all_it_moved)
{
    const auto first = say(aino, "Bills come late");
    const auto second = say(mei, "Invoices never arrive");
    const auto stray = say(mei, "Your invoice has no date");
    const auto bills = make(bob, {.title = "Bills", .voices = {first}}).value();
    const auto invoices = make(bob, {.title = "Invoices", .voices = {second, stray}}).value();
    ASSERT_TRUE(take_out(bob, invoices.id, stray));
    const auto steward = viewer_of(owner);
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return merge_theme(transaction, hall->ids(), now(), steward, invoices.id, bills.id);
    }));
    EXPECT_TRUE(kept_apart(stray, bills.id));
    const auto merged = deeds(owner, bills.id).front();
    EXPECT_EQ(merged.verb, "sense.theme_merged");
    EXPECT_EQ(undo(bob, bills.id, merged.event).error().reason, Reason::forbidden);
    ASSERT_TRUE(undo(owner, bills.id, merged.event));
    EXPECT_THAT(voices_of(aino, bills.id), ElementsAre(first));
    EXPECT_THAT(voices_of(aino, invoices.id), ElementsAre(second));
    EXPECT_FALSE(kept_apart(stray, bills.id));
    EXPECT_TRUE(kept_apart(stray, invoices.id));
    EXPECT_EQ(get({}, "/themes/" + invoices.id.text()).status, 200);
    EXPECT_EQ(look(aino, invoices.id).value().figures.voices, 1);
    EXPECT_EQ(look(aino, bills.id).value().figures.voices, 1);
}

TEST_P(ThemeDeeds, names_and_splitting_are_taken_back_in_order)
{
    const auto first = say(aino, "Bills come late");
    const auto second = say(mei, "The letter was wet");
    const auto theme = make(bob, {.title = "Paper", .voices = {first, second}}).value();
    const auto steward = viewer_of(owner);
    const auto rename = [&](std::string title) {
        ASSERT_TRUE(write([&](store::Transaction& transaction) {
            return rename_theme(transaction, hall->ids(), now(), steward, theme.id,
                                {title, "post"});
        }));
    };
    rename("Letters");
    const auto once = deeds(owner, theme.id).front();
    rename("Bills on paper");
    EXPECT_EQ(undo(owner, theme.id, once.event).error().reason, Reason::conflict);
    ASSERT_TRUE(undo(owner, theme.id, deeds(owner, theme.id).front().event));
    EXPECT_EQ(look(aino, theme.id).value().title, "Letters");
    ASSERT_TRUE(undo(owner, theme.id, once.event));
    EXPECT_EQ(look(aino, theme.id).value().title, "Paper");
    EXPECT_THAT(look(aino, theme.id).value().words, IsEmpty());

    const auto part = write([&](store::Transaction& transaction) {
                          return split_theme(transaction, hall->ids(), now(), steward, theme.id,
                                             "Wet letters", {second});
                      }).value();
    ASSERT_TRUE(undo(owner, theme.id, deeds(owner, theme.id).front().event));
    EXPECT_THAT(voices_of(aino, theme.id), UnorderedElementsAre(first, second));
    EXPECT_TRUE(look(aino, part.id).value().ended);
}

TEST_P(ThemeDeeds, of_closed_circles_stay_there)
{
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    join(board, bob, Role::member);
    const auto secret = say(bob, "Sell the meters", board);
    const auto theme = make(bob, {.title = "Meters"}).value();
    ASSERT_TRUE(put(bob, theme.id, secret));
    const auto event = deeds(bob, theme.id).front().event;
    for (const auto& deed : deeds(aino, theme.id)) EXPECT_NE(deed.event, event);
    EXPECT_EQ(undo(aino, theme.id, event).error().reason, Reason::not_found);
}

TEST_P(ThemeDeeds, are_taken_back_on_the_page_and_by_the_api)
{
    const auto voice = say(aino, "Bills come late");
    const auto theme = make(bob, {.title = "Bills"}).value();
    ASSERT_TRUE(put(bob, theme.id, voice));
    const auto page = "/themes/" + theme.id.text();
    const auto session = sign_in_as(bob);
    const auto shown = get(session, page).body;
    EXPECT_THAT(shown, HasSubstr("Bob Brook put in:"));
    EXPECT_THAT(get({}, page).body, Not(HasSubstr("/undo\"")));
    const auto event = after(shown, "name=\"deed\" value=\"");
    EXPECT_EQ(post({}, page + "/undo", {{"deed", event}}).status, 401);
    EXPECT_EQ(post(session, page + "/undo", {{"deed", event}}).status, 303);
    EXPECT_THAT(voices_of(bob, theme.id), IsEmpty());
    EXPECT_THAT(get(session, page).body, HasSubstr("taken back"));
    EXPECT_THAT(get({}, "/api/v1/themes/" + theme.id.text() + "/deeds").body,
                HasSubstr(R"("undone":true)"));
}

} // namespace

} // namespace moothall::sense
