// Pictures of strangers: known by their heads, decoded in a process of their own, written anew.
#include "files/picture_reader.hpp"
#include "files/test_pictures.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace moothall::files {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string big(std::uint32_t value)
{
    return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U),
            static_cast<char>(value >> 8U), static_cast<char>(value)};
}

/// The head of a PNG of that size; nothing of it is there.
std::string empty_png(std::uint32_t width, std::uint32_t height)
{
    return "\x89PNG\r\n\x1a\n" + big(13) + "IHDR" + big(width) + big(height) +
           std::string("\x08\x06\x00\x00\x00\x00\x00\x00\x00", 9);
}

/// Frames of one pixel each, in a picture of that size, with a comment.
std::string moving_gif(int frames, char side = 2)
{
    std::string gif = "GIF89a";
    gif += side;
    gif += '\0';
    gif += side;
    gif += std::string("\0\x80\0\0\xFF\0\0\0\0\xFF", 10);
    gif += std::string("\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0", 19);
    gif += std::string("\x21\xFE\x11secret of Aino 12\0", 21);
    for (int i = 0; i < frames; ++i)
        gif += std::string("\x21\xF9\x04\0\x0A\0\0\0", 8) +
               std::string("\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0", 15);
    return gif + ";";
}

std::string format_name(const std::string& bytes)
{
    const auto format = picture_format_of(bytes);
    return format ? std::string(media_type_of(*format)) : "none";
}

Result<CleanPicture> clean(const std::string& bytes)
{
    const auto format = picture_format_of(bytes);
    if (!format) return Refusal::malformed("no picture");
    return clean_picture(*format, bytes);
}

TEST(PictureHead, a_picture_is_known_by_its_content)
{
    EXPECT_EQ(format_name(write_png(checked(3, 2))), "image/png");
    EXPECT_EQ(format_name(write_jpeg(checked(3, 2))), "image/jpeg");
    EXPECT_EQ(format_name(write_webp(checked(3, 2), WebpKind::small)), "image/webp");
    EXPECT_EQ(format_name(moving_gif(1)), "image/gif");
    for (const auto* other :
         {"", "GIF", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
          "<html><img src=x onerror=alert(1)>", "%PDF-1.7", "II*\0", "BM", "RIFF....WAVE",
          "\xFF\xD8", "\x89PNG\n"})
        EXPECT_EQ(format_name(other), "none") << other;
}

TEST(PictureHead, says_how_many_pixels_before_anything_is_decoded)
{
    for (const auto& bytes : {write_png(checked(31, 17)), write_jpeg(checked(31, 17)),
                              write_webp(checked(31, 17), WebpKind::small),
                              write_webp(checked(31, 17), WebpKind::lossless)}) {
        const auto head = read_picture_head(*picture_format_of(bytes), bytes);
        ASSERT_TRUE(head) << format_name(bytes);
        EXPECT_EQ(head->width, 31U);
        EXPECT_EQ(head->height, 17U);
        EXPECT_EQ(head->pixels, 31U * 17U);
    }
    const auto gif = read_picture_head(PictureFormat::gif, moving_gif(3));
    ASSERT_TRUE(gif);
    EXPECT_EQ(gif->frames, 3U);
    EXPECT_EQ(gif->pixels, 4U + 3U);
}

TEST(PictureHead, cut_anywhere_is_read_to_its_end_at_most)
{
    for (const auto& bytes : {write_png(checked(9, 9)), write_jpeg(checked(9, 9)),
                              write_webp(checked(9, 9), WebpKind::lossless), moving_gif(2)})
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto part = bytes.substr(0, length);
            for (const auto format :
                 {PictureFormat::png, PictureFormat::jpeg, PictureFormat::webp, PictureFormat::gif})
                if (const auto head = read_picture_head(format, part)) {
                    EXPECT_GT(head->pixels, 0U);
                }
        }
}

TEST(CleanPicture, is_the_same_picture_written_anew)
{
    for (const auto& bytes : {write_png(checked(40, 30)), write_jpeg(checked(40, 30)),
                              write_webp(checked(40, 30), WebpKind::lossless)}) {
        const auto picture = clean(bytes);
        ASSERT_TRUE(picture) << format_name(bytes);
        EXPECT_EQ(format_name(picture->bytes), format_name(bytes));
        EXPECT_EQ(picture->width, 40U);
        EXPECT_EQ(picture->height, 30U);
        EXPECT_EQ(picture->small, "") << "it is small itself";
    }
    const auto png = clean(write_png(checked(40, 30)));
    EXPECT_EQ(read_png(png->bytes).bytes, checked(40, 30).bytes) << "not one pixel is another";
}

TEST(CleanPicture, has_nothing_in_it_but_its_pixels)
{
    const auto jpeg = clean(with_exif(write_jpeg(checked(40, 30)), '\x01'));
    ASSERT_TRUE(jpeg);
    EXPECT_THAT(jpeg->bytes, Not(HasSubstr("Exif")));
    EXPECT_THAT(jpeg->bytes, Not(HasSubstr("GPS")));
    EXPECT_THAT(jpeg->bytes, Not(HasSubstr("Aino")));

    auto png = write_png(checked(4, 4));
    png.insert(33, big(9) + "tEXt" + std::string("Author\0Ai", 9) + big(0xA5D4E8F1));
    png += "<script>alert(document.domain)</script>"; // one file, two kinds
    const auto clean_png = clean(png);
    if (clean_png) {
        EXPECT_THAT(clean_png->bytes, Not(HasSubstr("Author")));
        EXPECT_THAT(clean_png->bytes, Not(HasSubstr("script")));
    }
    const auto with_tail = clean(write_png(checked(4, 4)) + "<script>alert(1)</script>");
    ASSERT_TRUE(with_tail);
    EXPECT_THAT(with_tail->bytes, Not(HasSubstr("script")));

    const auto gif = clean(moving_gif(3));
    ASSERT_TRUE(gif);
    EXPECT_THAT(gif->bytes, Not(HasSubstr("secret of Aino")));
    EXPECT_THAT(gif->bytes, HasSubstr("NETSCAPE2.0")) << "how often it is shown stays";
    EXPECT_EQ(read_picture_head(PictureFormat::gif, gif->bytes)->frames, 3U);
    EXPECT_EQ(format_name(gif->small), "image/webp") << "it stands still on a page";
}

TEST(CleanPicture, stands_upright_though_the_camera_was_held_on_its_side)
{
    const auto upright = clean(with_exif(write_jpeg(checked(40, 30)), '\x06'));
    ASSERT_TRUE(upright);
    EXPECT_EQ(upright->width, 30U);
    EXPECT_EQ(upright->height, 40U);
    // Its blue half was on the left, and is on top now.
    const auto pixels = read_jpeg(upright->bytes);
    EXPECT_GT(pixels.at(15, 5)[2], 200);
    EXPECT_LT(pixels.at(15, 35)[2], 50);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const auto turned = turn(checked(6, 4), orientation);
        EXPECT_EQ(turned.width, orientation < 5 ? 6U : 4U);
        EXPECT_EQ(turned.bytes.size(), checked(6, 4).bytes.size());
    }
}

TEST(CleanPicture, large_ones_get_a_small_one_for_the_page)
{
    const auto picture = clean(write_jpeg(checked(2000, 1000)));
    ASSERT_TRUE(picture);
    const auto small = read_picture_head(PictureFormat::webp, picture->small);
    ASSERT_TRUE(small);
    EXPECT_EQ(small->width, small_side);
    EXPECT_EQ(small->height, small_side / 2);
}

TEST(CleanPicture, bombs_are_refused_by_their_head)
{
    const auto before = std::chrono::steady_clock::now();
    for (const auto& bomb : {empty_png(40'000, 40'000), empty_png(0xFFFFFFFF, 0xFFFFFFFF),
                             empty_png(1, 0x7FFFFFFF), empty_png(6'400, 6'400)}) {
        const auto refused = clean(bomb);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().field, "files");
        EXPECT_THAT(refused.error().sentence, HasSubstr("more pixels"));
    }
    // Each frame of this one says that it is as large as a GIF can be.
    auto gif = moving_gif(1);
    const auto frame = gif.find(std::string("\x2C\0\0\0\0\x01\0\x01\0", 9));
    gif.replace(frame + 5, 4, "\xFF\xFF\xFF\xFF");
    EXPECT_THAT(clean(gif).error().sentence, HasSubstr("more pixels"));
    EXPECT_THAT(clean(moving_gif(1'001)).error().sentence, HasSubstr("more pixels"));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
}

TEST(CleanPicture, damaged_ones_are_refused)
{
    const auto whole = {write_png(checked(64, 64)), write_jpeg(checked(64, 64)),
                        write_webp(checked(64, 64), WebpKind::lossless), moving_gif(2)};
    for (const auto& bytes : whole) {
        const auto cut = clean(bytes.substr(0, bytes.size() * 2 / 3));
        ASSERT_FALSE(cut) << format_name(bytes);
        EXPECT_EQ(cut.error().reason, Reason::invalid);
    }
    EXPECT_FALSE(clean(empty_png(100, 100)));
    EXPECT_FALSE(clean("\xFF\xD8\xFF\xE0"));
    EXPECT_FALSE(clean("GIF89a"));
    // What was broken by chance: refused, or some other picture; and the next one goes well.
    std::uint32_t random = 7;
    for (const auto& bytes : whole)
        for (int i = 0; i < 12; ++i) {
            auto broken = bytes;
            for (int hits = 0; hits < 4; ++hits) {
                random = random * 1664525U + 1013904223U;
                broken[random % broken.size()] = static_cast<char>(random >> 24U);
            }
            if (const auto picture = clean(broken)) {
                EXPECT_NE(format_name(picture->bytes), "none");
            }
        }
    EXPECT_TRUE(clean(write_png(checked(8, 8))));
}

TEST(CleanPicture, many_at_once_take_turns)
{
    std::vector<std::thread> threads;
    std::atomic<int> good = 0;
    const auto bytes = write_jpeg(checked(300, 200));
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            if (clean(bytes)) ++good;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(good, 8);
}

} // namespace
} // namespace moothall::files
