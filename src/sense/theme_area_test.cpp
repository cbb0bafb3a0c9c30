#include "sense/theme_area.hpp"

#include "sense/model_file.hpp"
#include "sense/test_house.hpp"
#include "sense/theme_deeds.hpp"
#include "sense/theme_run_areas.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace moothall::sense {

namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

RC_GTEST_PROP(Areas, what_people_said_of_a_place_in_them_holds, ())
{
    const auto groups = *rc::gen::inRange(1, 8);
    const auto parents = *rc::gen::inRange(1, 4);
    Before before;
    Themes found;
    std::vector<Id> theme_of_group;
    for (int group = 0; group < groups; ++group) {
        const Id theme{100 + group};
        theme_of_group.push_back(theme);
        found.themes.push_back({static_cast<std::uint64_t>(theme.value), 1,
                                static_cast<std::int32_t>(*rc::gen::inRange(0, parents))});
        before.voices.push_back(Id{1 + group});
        before.theme_of.push_back(theme);
        found.theme_of.push_back(group);
        const auto said = *rc::gen::inRange(0, 3);
        if (said == 1) before.parts.emplace(theme, PartOf{Id{51}, Id{7}});
        if (said == 2) before.parts.emplace(theme, PartOf{Id{52}, Id{}});
    }
    before.areas = {{Id{51}, true}, {Id{52}, false}};
    found.parents.resize(static_cast<std::size_t>(parents));
    auto areas = areas_of_parents(before, found);
    std::int64_t next = 60;
    for (auto& area : areas)
        if (!area) area = Id{next++};
    // Each area goes on in one parent at most.
    std::set<Id> different(areas.begin(), areas.end());
    RC_ASSERT(different.size() == areas.size());
    const auto parts = parts_after(before, found, theme_of_group, areas);
    for (const Id theme : theme_of_group) {
        const auto known = before.parts.find(theme);
        const bool by_people = known != before.parts.end() && known->second.put_by;
        RC_ASSERT(parts.contains(theme) == !by_people);
    }
}

class ThemeAreas : public SenseHouse {
protected:
    void SetUp() override
    {
        SenseHouse::SetUp();
        if (IsSkipped()) return;
        bills = fill("Bills",
                     {"My bill is twice what it was last month", "Why is my water bill so high?",
                      "The bill shows a reading nobody made"});
        fees = fill("Fees", {"Please explain the fees on my bill", "A fee for paying by card?",
                             "There is a fee on my bill that nobody told me of"});
        leaks = fill("Leaks", {"There is a leak in our street", "A leaking pipe floods the cellar",
                               "Who repairs a burst pipe at night?"});
    }
    Id fill(std::string title, const std::vector<std::string>& voices)
    {
        std::vector<Id> said;
        for (const auto& voice : voices) {
            said.push_back(say(aino, voice));
            texts.push_back(voice);
            before.voices.push_back(said.back());
            found.theme_of.push_back(static_cast<std::int32_t>(found.themes.size()));
        }
        found.themes.push_back({0, voices.size(), no_theme});
        const auto theme = make(bob, {.title = title, .voices = said}).value().id;
        before.theme_of.insert(before.theme_of.end(), voices.size(), theme);
        before.themes.push_back({theme, true});
        theme_of_group.push_back(theme);
        return theme;
    }
    /// As a run would that finds each theme in this place of its table of contents.
    void find(std::vector<std::int32_t> parents)
    {
        found.parents.assign(
            parents.empty() ? 0 : static_cast<std::size_t>(*std::ranges::max_element(parents)) + 1,
            0);
        for (std::size_t i = 0; i < found.themes.size(); ++i)
            found.themes[i].parent = parents.empty() ? no_theme : parents[i];
        std::map<Id, NamedTheme> areas;
        read([&](store::Transaction& transaction) {
            before.parts = list_parts(transaction, organisation.id);
            before.areas.clear();
            std::set<Id> known;
            for (const auto& [theme, part] : before.parts) known.insert(part.area);
            for (const Id id : known)
                if (auto area = load_theme(transaction, organisation.id, id);
                    area && !area->ended && !area->merged_into) {
                    before.areas.push_back({id, area->by_hand});
                    areas.emplace(id, *area);
                }
        });
        const std::vector<std::string_view> views(texts.begin(), texts.end());
        const auto table = load_model(english_table).value();
        const auto space = TextSpace::build(table->model, views, {}).value();
        hall->clock().advance(std::chrono::seconds{1});
        const auto outcome = find_areas({.before = before,
                                         .areas = areas,
                                         .found = found,
                                         .theme_of_group = theme_of_group,
                                         .theme_of_text = before.theme_of,
                                         .texts = views,
                                         .space = space},
                                        hall->ids(), organisation.everyone, now());
        write([&](store::Transaction& transaction) {
            save_areas(transaction, organisation.id, outcome, areas);
        });
    }
    std::vector<ThemesOfArea> contents(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return gather_in_areas(
                transaction, viewer,
                list_themes(transaction, "topic", ThemeSort::newest, viewer, now()));
        });
    }
    Result<NamedTheme> change(const people::Person& person, Id theme, const ThemeChange& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return rename_theme(transaction, hall->ids(), now(), viewer, theme, wanted);
        });
    }

    Id bills;
    Id fees;
    Id leaks;
    std::vector<std::string> texts;
    Before before;
    Themes found;
    std::vector<Id> theme_of_group;
};
MOOTHALL_ON_EACH_ENGINE(ThemeAreas);

TEST_P(ThemeAreas, gather_themes_under_a_name_and_keep_it_over_runs)
{
    EXPECT_THAT(get({}, "/themes").body, Not(HasSubstr("By area")));
    find({0, 0, 1});
    const auto first = contents(mei);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].themes.front().id, leaks); // the newest theme's area comes first
    const auto area = first[1].area;
    EXPECT_THAT(area.title, HasSubstr("bill"));
    EXPECT_EQ(area.figures.voices, 6);
    EXPECT_EQ(area.figures.people, 0) << "who speaks in two themes is one";
    EXPECT_EQ(look(mei, fees).value().area, area.id);

    // The same again changes nothing; named, it keeps its name.
    find({0, 0, 1});
    EXPECT_EQ(contents(mei)[1].area.id, area.id);
    ASSERT_TRUE(change(owner, area.id, {"What it costs", {}}));
    find({1, 1, 0});
    EXPECT_EQ(contents(mei)[1].area.id, area.id);
    EXPECT_EQ(contents(mei)[1].area.title, "What it costs");

    // Few themes need none: what nobody named ends, what people named stays for them to fill.
    find({});
    ASSERT_EQ(contents(mei).size(), 1U);
    EXPECT_FALSE(contents(mei)[0].area.id);
    EXPECT_FALSE(look(mei, area.id).value().ended);
    EXPECT_TRUE(look(mei, first[0].area.id).value().ended);
}

TEST_P(ThemeAreas, are_rearranged_by_people_for_ever_and_back_again)
{
    find({0, 0, 1});
    const auto cost = contents(mei)[1].area.id;
    const auto wet = contents(mei)[0].area.id;
    EXPECT_EQ(change(aino, fees, {{}, {}, wet}).error().reason, Reason::forbidden);
    EXPECT_EQ(change(owner, fees, {{}, {}, leaks}).error().reason, Reason::invalid);
    EXPECT_EQ(change(owner, cost, {{}, {}, wet}).error().reason, Reason::invalid);
    ASSERT_TRUE(change(owner, fees, {{}, {}, wet}));
    EXPECT_EQ(events("sense.theme_moved"), 1);
    find({0, 0, 1});
    EXPECT_EQ(look(mei, fees).value().area, wet);
    EXPECT_EQ(look(mei, bills).value().area, cost);

    const auto viewer = viewer_of(owner);
    const auto deed = read([&](store::Transaction& transaction) {
        return list_deeds(transaction, look(owner, fees).value(), viewer, 5).front();
    });
    EXPECT_EQ(deed.verb, "sense.theme_moved");
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return undo_deed(transaction, hall->ids(), now(), viewer, fees, deed.event);
    }));
    EXPECT_EQ(look(mei, fees).value().area, cost);
    ASSERT_TRUE(change(owner, fees, {{}, {}, Id{}}));
    find({0, 0, 1});
    EXPECT_FALSE(look(mei, fees).value().area);

    // Merged areas bring their themes along, and take them home again.
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return merge_theme(transaction, hall->ids(), now(), viewer, wet, cost);
    }));
    EXPECT_EQ(look(mei, leaks).value().area, cost);
    EXPECT_EQ(header(get({}, "/themes/" + wet.text()), "Location"), "/themes/" + cost.text());
    const auto merged = read([&](store::Transaction& transaction) {
        return list_deeds(transaction, look(owner, cost).value(), viewer, 5).front();
    });
    ASSERT_TRUE(write([&](store::Transaction& transaction) {
        return undo_deed(transaction, hall->ids(), now(), viewer, cost, merged.event);
    }));
    EXPECT_EQ(look(mei, leaks).value().area, wet);
    // No voice is put into what gathers themes.
    EXPECT_EQ(put(bob, cost, before.voices[0]).error().reason, Reason::conflict);
}

TEST_P(ThemeAreas, are_shown_as_a_table_of_contents_and_by_the_api)
{
    find({0, 0, 1});
    const auto cost = contents(mei)[1].area;
    const auto page = get({}, "/themes").body;
    EXPECT_THAT(page, HasSubstr("By area"));
    EXPECT_THAT(page, HasSubstr(cost.path()));
    EXPECT_THAT(page, HasSubstr("Fees"));
    // In an order that somebody asks for it is one list.
    EXPECT_THAT(get({}, "/themes", {{"sort", "people"}}).body, Not(HasSubstr(cost.path())));
    const auto its_page = get({}, cost.path()).body;
    EXPECT_THAT(its_page, HasSubstr("Its sub-themes"));
    EXPECT_THAT(its_page, HasSubstr("Bills"));
    EXPECT_THAT(its_page, Not(HasSubstr("Leaks")));
    EXPECT_THAT(get({}, "/themes/" + fees.text()).body, HasSubstr(cost.path()));

    const auto steward = sign_in_as(owner);
    EXPECT_THAT(get(steward, "/themes/" + fees.text() + "/edit").body, HasSubstr("Part of"));
    EXPECT_THAT(get(steward, "/themes/" + cost.id.text() + "/merging").body,
                HasSubstr(contents(mei)[0].area.id.text()));
    EXPECT_EQ(post(steward, "/themes/" + fees.text() + "/edit",
                   {{"title", "Fees"}, {"words", ""}, {"part_of", "none"}})
                  .status,
              303);
    EXPECT_FALSE(look(mei, fees).value().area);

    EXPECT_THAT(get({}, "/api/v1/themes", {{"lens", "area"}}).body, HasSubstr(cost.id.text()));
    const auto parts = get({}, "/api/v1/themes", {{"part_of", cost.id.text()}}).body;
    EXPECT_THAT(parts, HasSubstr(R"("title":"Bills")"));
    EXPECT_THAT(parts, Not(HasSubstr(R"("title":"Leaks")")));
    const auto owners = token_of(owner);
    const auto path = "/api/v1/themes/" + fees.text();
    EXPECT_THAT(
        by_token(web::Method::patch, owners, path, R"({"part_of":")" + cost.id.text() + R"("})")
            .body,
        HasSubstr(R"("part_of":")" + cost.id.text()));
    EXPECT_THAT(by_token(web::Method::patch, owners, path, R"({"part_of":null})").body,
                HasSubstr(R"("part_of":null)"));
    EXPECT_EQ(by_token(web::Method::patch, owners, path, R"({"part_of":7})").status, 422);
    EXPECT_EQ(get({}, "/api/v1/themes", {{"part_of", "nothing"}}).status, 422);
}

TEST_P(ThemeAreas, hold_for_each_viewer_the_themes_she_sees)
{
    find({0, 0, 1});
    const auto cost = contents(mei)[1].area.id;
    const auto board = open_circle("Board", people::CircleKind::team, people::Visibility::closed);
    join(board, bob, Role::member);
    join(board, owner, Role::steward);
    const auto open = say(mei, "The bill is in Latin");
    const auto secret =
        make(bob, {.title = "Xanadu", .circle = board, .voices = {open}}).value().id;
    ASSERT_TRUE(change(owner, secret, {{}, {}, cost}));
    EXPECT_EQ(look(bob, cost).value().figures.voices, 7);
    EXPECT_EQ(look(mei, cost).value().figures.voices, 6);
    const auto page = get(sign_in_as(bob), "/themes/" + cost.text()).body;
    EXPECT_THAT(page, HasSubstr("Xanadu"));
    EXPECT_THAT(get(sign_in_as(mei), "/themes/" + cost.text()).body, Not(HasSubstr("Xanadu")));
    EXPECT_THAT(get({}, "/themes").body, Not(HasSubstr("Xanadu")));
}

} // namespace

} // namespace moothall::sense
