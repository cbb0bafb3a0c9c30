// Zip files, good and bad.
#include "hall/archive.hpp"

#include "store/test_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <filesystem>
#include <fstream>

namespace moothall::hall {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr std::size_t plenty = 1024 * 1024 * 1024;

class Zips : public ::testing::Test {
protected:
    std::string path(const std::string& name) const { return place_.folder() + "/" + name; }

    static std::string read(const std::string& path)
    {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static void write(const std::string& path, std::string_view bytes)
    {
        std::ofstream(path, std::ios::binary).write(bytes.data(), std::ssize(bytes));
    }
    /// A zip as another program may make it, with whatever names.
    std::string made_elsewhere(const std::vector<std::pair<std::string, std::string>>& files) const
    {
        const auto zip = path("elsewhere.zip");
        auto* archive = zip_open(zip.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
        for (const auto& [name, text] : files)
            zip_file_add(archive, name.c_str(),
                         zip_source_buffer(archive, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
        EXPECT_EQ(zip_close(archive), 0);
        return zip;
    }
    std::string refused(const std::string& zip, std::size_t bytes_max = plenty) const
    {
        const auto files = read_archive(zip, bytes_max);
        return files ? "read" : files.error().sentence;
    }

private:
    store::TestPlace place_{store::Engine::sqlite};
};

TEST_F(Zips, give_back_what_was_put_in_and_the_same_parts_make_the_same_bytes)
{
    write(path("large"), std::string(300'000, 'x'));
    const std::vector<ArchivePart> parts{
        {"a.jsonl", "{\"a\":1}\n", {}}, {"empty", "", {}}, {"large", {}, path("large")}};
    write_archive(path("one.zip"), parts);
    write_archive(path("two.zip"), parts);
    EXPECT_EQ(read(path("one.zip")), read(path("two.zip")));
    EXPECT_THAT(read_archive(path("one.zip"), plenty).value(),
                ElementsAre(Pair("a.jsonl", "{\"a\":1}\n"), Pair("empty", ""),
                            Pair("large", std::string(300'000, 'x'))));
    EXPECT_TRUE(holds(path("one.zip"), "large"));
    EXPECT_FALSE(holds(path("one.zip"), "moothall.db"));

    const auto mode = std::filesystem::status(path("one.zip")).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << "an export holds people's addresses";
    EXPECT_FALSE(std::filesystem::exists(path("one.zip.unfinished")));
}

TEST_F(Zips, that_are_none_are_refused_by_name)
{
    write(path("text"), "This is no zip file.");
    EXPECT_EQ(refused(path("text")), "{1} cannot be read as a zip file: {2}.");
    EXPECT_EQ(refused(path("absent")), "{1} cannot be read as a zip file: {2}.");
    EXPECT_EQ(read_archive(path("text"), plenty).error().arguments.front(), path("text"));
}

TEST_F(Zips, cut_at_any_place_are_refused)
{
    write_archive(path("whole.zip"), {{"a.jsonl", "{\"a\":1}\n", {}}, {"b.jsonl", "{}\n", {}}});
    const auto bytes = read(path("whole.zip"));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        write(path("cut.zip"), std::string_view(bytes).substr(0, length));
        EXPECT_FALSE(read_archive(path("cut.zip"), plenty)) << length << " of " << bytes.size();
    }
}

TEST_F(Zips, with_any_byte_of_a_file_changed_are_refused)
{
    std::string text;
    for (int i = 0; i < 200; ++i) text += std::to_string(i * 7919);
    write_archive(path("whole.zip"), {{"a.jsonl", text, {}}});
    const auto bytes = read(path("whole.zip"));
    const auto begin = bytes.find("a.jsonl") + 7;
    for (auto at = begin; at < begin + 200; at += 7) {
        auto changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        write(path("changed.zip"), changed);
        const auto files = read_archive(path("changed.zip"), plenty);
        ASSERT_FALSE(files) << "the checksum holds, though byte " << at << " is another";
        EXPECT_EQ(files.error().sentence, "{1} is damaged: {2} cannot be read.");
        EXPECT_EQ(files.error().arguments.back(), "a.jsonl");
        EXPECT_FALSE(unpack(path("changed.zip"), "a.jsonl", path("target")));
    }
}

TEST_F(Zips, whose_names_are_paths_are_refused_and_write_nothing)
{
    for (const std::string name : {"../outside", "/etc/passwd", "a/b", "..", "C:\\outside"}) {
        const auto zip = made_elsewhere({{name, "slipped"}});
        EXPECT_EQ(refused(zip), "{1} holds a file of the name {2}, which is none of ours.") << name;
        EXPECT_FALSE(unpack(zip, name, path("target"))) << name;
        EXPECT_FALSE(std::filesystem::exists(path("target")));
    }
}

TEST_F(Zips, with_a_name_twice_are_refused)
{
    // libzip writes no name twice, so the second is renamed in the bytes.
    auto bytes = read(made_elsewhere({{"a.jsonl", "one"}, {"b.jsonl", "two"}}));
    for (auto at = bytes.find("b.jsonl"); at != std::string::npos; at = bytes.find("b.jsonl", at))
        bytes[at] = 'a';
    write(path("twice.zip"), bytes);
    const auto sentence = refused(path("twice.zip"));
    EXPECT_TRUE(sentence == "{1} holds {2} twice." ||
                sentence == "{1} cannot be read as a zip file: {2}.")
        << sentence;
}

TEST_F(Zips, that_are_bombs_are_refused_before_they_are_unpacked)
{
    // 64 MiB of zeros in some 64 KiB.
    const auto zip = made_elsewhere({{"a.jsonl", std::string(64 * 1024 * 1024, '\0')}});
    ASSERT_LT(std::filesystem::file_size(zip), 100'000U);
    EXPECT_EQ(refused(zip), "{1} unpacks to far more than an export or a backup does.");
    EXPECT_EQ(refused(zip, 1024 * 1024), "{1} unpacks to more than we take.");
    EXPECT_FALSE(unpack(zip, "a.jsonl", path("target")));
    EXPECT_FALSE(std::filesystem::exists(path("target")));
}

TEST_F(Zips, that_lie_about_a_size_are_refused)
{
    auto bytes = read(made_elsewhere({{"a.jsonl", std::string(100'000, 'x')}}));
    // In the central directory (its mark is PK\1\2) the unpacked size is at byte 24.
    const auto central = bytes.find("PK\1\2");
    ASSERT_NE(central, std::string::npos);
    bytes[central + 24] = 10;
    bytes[central + 25] = 0;
    bytes[central + 26] = 0;
    write(path("lying.zip"), bytes);
    EXPECT_FALSE(read_archive(path("lying.zip"), plenty));
}

TEST_F(Zips, lack_what_is_asked_for_and_say_so)
{
    write_archive(path("one.zip"), {{"a", "text", {}}});
    const auto done = unpack(path("one.zip"), "moothall.db", path("target"));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().sentence, "{1} holds no {2}.");
    ASSERT_TRUE(unpack(path("one.zip"), "a", path("target")));
    EXPECT_EQ(read(path("target")), "text");
}

TEST_F(Zips, leave_nothing_behind_when_the_place_cannot_be_written)
{
    EXPECT_THROW(write_archive(path("absent/one.zip"), {{"a", "text", {}}}), std::runtime_error);
    EXPECT_THROW(write_archive(path("one.zip"), {{"a", {}, path("no such file")}}),
                 std::runtime_error);
    EXPECT_FALSE(std::filesystem::exists(path("one.zip")));
    EXPECT_FALSE(std::filesystem::exists(path("one.zip.unfinished")));
}

} // namespace
} // namespace moothall::hall
