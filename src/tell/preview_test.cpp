#include "hear/hear.hpp"
#include "people/test_house.hpp"
#include "tell/preview.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace moothall::tell {
namespace {

using people::Visibility;
using people::test::Browser;
using ::testing::StartsWith;

constexpr const char* font_file = "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf";

Preview of_title(std::string title)
{
    return {.house = "Northwater",
            .kind = "Voice",
            .title = std::move(title),
            .status = "Planned",
            .figures = "86 people",
            .accent = {0x0f, 0x6b, 0x5c},
            .accent_ink = {0xff, 0xff, 0xff}};
}

/// Four bytes of a PNG's head, the most significant first.
unsigned number_at(std::string_view png, std::size_t at)
{
    unsigned number = 0;
    for (const char c : png.substr(at, 4)) number = number << 8U | static_cast<unsigned char>(c);
    return number;
}

TEST(Previews, are_drawn_once_and_kept_by_what_they_show)
{
    if (!std::filesystem::exists(font_file)) GTEST_SKIP() << "needs fonts-dejavu-core";
    Previews previews;
    const auto drawn = previews.find_or_draw(of_title("Let me send the reading"));
    ASSERT_TRUE(drawn.png);
    EXPECT_THAT(*drawn.png, StartsWith("\x89PNG\r\n"));
    EXPECT_EQ(number_at(*drawn.png, 16), 1200U);
    EXPECT_EQ(number_at(*drawn.png, 20), 630U);
    EXPECT_LT(drawn.png->size(), 100'000U);
    EXPECT_EQ(previews.find_or_draw(of_title("Let me send the reading")).png, drawn.png) << "kept";
    const auto other = previews.find_or_draw(of_title("Let me send the readings"));
    EXPECT_NE(other.tag, drawn.tag);
    EXPECT_NE(*other.png, *drawn.png);
    // Nothing that people write breaks it: one endless word, nothing, letters without a shape here.
    const auto bare = *previews.find_or_draw(of_title("")).png;
    for (const auto* title : {"🏗️", "اقرأ العداد", "קריאה"})
        EXPECT_EQ(*previews.find_or_draw(of_title(title)).png, bare) << title;
    EXPECT_TRUE(previews.find_or_draw(of_title(std::string(200, 'W'))).png);
    EXPECT_TRUE(previews.find_or_draw(of_title("a " + std::string(120, 'W') + " b")).png);
}

TEST(Previews, are_missing_where_there_are_no_fonts)
{
    Previews previews("/nonexistent");
    EXPECT_FALSE(previews.find_or_draw(of_title("Anything")).png);
}

class PreviewPages : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        house.keep(std::make_shared<Previews>());
        mount_preview_pages(house.router());
    }
    Id say(std::string title, Id circle = {})
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            const hear::NewVoice wanted{.kind = "want", .title = title, .circle = circle};
            return hear::say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                   hear::render_body(wanted.title, {}).value())
                .value()
                .id;
        });
    }
};

TEST_P(PreviewPages, show_what_strangers_see_whoever_asks)
{
    if (!std::filesystem::exists(font_file)) GTEST_SKIP() << "needs fonts-dejavu-core";
    const auto viewer = viewer_of(owner);
    const auto board = write([&](store::Transaction& transaction) {
        people::Circle wanted;
        wanted.name = "Board";
        wanted.visibility = Visibility::closed;
        return people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value().id;
    });
    const auto open = say("A roof");
    const auto secret = say("Behind doors", board);
    const auto olga = sign_in_as(owner);
    const auto picture = get(Browser{}, "/voices/" + open.text() + ".png");
    EXPECT_EQ(picture.status, 200);
    EXPECT_EQ(header(picture, "Content-Type"), "image/png");
    EXPECT_EQ(get(Browser{}, "/voices/" + secret.text() + ".png").status, 404);
    EXPECT_EQ(get(olga, "/voices/" + secret.text() + ".png").status, 404) << "it is passed on";
    EXPECT_EQ(get(Browser{}, "/report.png").status, 200);
    EXPECT_EQ(get(olga, "/report.png", {{"circle", board.text()}}).status, 404);

    web::Request again;
    again.method = web::Method::get;
    again.path_text = "/voices/" + open.text() + ".png";
    again.header_fields.add("if-none-match", header(picture, "ETag"));
    EXPECT_EQ(hall->answer(std::move(again)).status, 304);
}

MOOTHALL_ON_EACH_ENGINE(PreviewPages);

} // namespace
} // namespace moothall::tell
