#include "sense/model/model.hpp"

#include "sense/model/kernels.hpp"
#include "sense/model/model_for_tests.hpp"
#include "text/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <string>

namespace moothall::sense {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

double dot_product(std::span<const float> left, std::span<const float> right)
{
    return std::inner_product(left.begin(), left.end(), right.begin(), 0.0);
}

void expect_golden(const std::string& table)
{
    const auto bytes = read_bytes(source_file("model/" + table + ".fmse"));
    const auto model = Model::read(bytes);
    ASSERT_TRUE(model) << model.error().sentence;
    const auto text = read_text(source_file("src/sense/model/testdata/" + table + ".golden.json"));
    const auto golden = Json::parse(text);
    ASSERT_TRUE(golden) << golden.error().sentence;
    const auto cases = golden->find("cases");
    ASSERT_EQ(cases.size(), 20U);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto input = std::string(*cases.at(i).find("text").string());
        SCOPED_TRACE(testing::Message() << "case " << i << ": " << input.substr(0, 60));
        std::vector<std::int32_t> wanted_rows;
        const auto rows_listed = cases.at(i).find("ids");
        // A long list is stored by its beginning and a mark; n_ids counts the whole.
        for (std::size_t k = 0; k < rows_listed.size(); ++k)
            if (const auto row = rows_listed.at(k).integer())
                wanted_rows.push_back(static_cast<std::int32_t>(*row));
        std::vector<float> wanted;
        const auto numbers = cases.at(i).find("vector");
        for (std::size_t k = 0; k < numbers.size(); ++k)
            wanted.push_back(static_cast<float>(*numbers.at(k).number()));

        std::vector<std::int32_t> rows;
        model->tokenize(input, rows);
        EXPECT_EQ(rows.size(), static_cast<std::size_t>(*cases.at(i).find("n_ids").integer()));
        ASSERT_LE(wanted_rows.size(), rows.size());
        rows.resize(wanted_rows.size());
        EXPECT_EQ(rows, wanted_rows);

        const auto point = model->embed(input);
        ASSERT_EQ(point.size(), wanted.size());
        if (wanted_rows.empty()) {
            EXPECT_EQ(dot_product(point, point), 0) << "a text without pieces has no point";
        } else {
            EXPECT_NEAR(dot_product(point, point), 1, 1e-5);
            EXPECT_GT(dot_product(point, wanted) / std::sqrt(dot_product(wanted, wanted)), 0.9999);
        }
    }
}

// A table of three words and one pair, small enough to be broken byte by byte.
class SmallTable {
public:
    SmallTable()
    {
        const std::vector<std::string> pieces = {"trains", "are", "##late",
                                                 std::string("trains\x01"
                                                             "are")};
        std::string blob;
        std::vector<std::uint32_t> offsets = {0};
        for (const auto& piece : pieces) {
            blob += piece;
            offsets.push_back(static_cast<std::uint32_t>(blob.size()));
        }
        bytes_.resize(64);
        put_text(0, "FMSE");
        put<std::uint32_t>(4, 1);
        put<std::uint32_t>(12, 2); // dimension
        put<std::uint32_t>(16, 4); // rows
        put<std::uint32_t>(20, 512);
        put<std::uint32_t>(24, 10);
        put<std::uint32_t>(28, 3);
        put<std::uint64_t>(32, 64);
        for (const auto offset : offsets) append(offset);
        for (const auto letter : blob) bytes_.push_back(static_cast<std::byte>(letter));
        bytes_.resize((bytes_.size() + 63) / 64 * 64);
        put<std::uint64_t>(40, bytes_.size());
        for (std::size_t row = 0; row < pieces.size(); ++row) append(0.5F);
        bytes_.resize((bytes_.size() + 63) / 64 * 64);
        put<std::uint64_t>(48, bytes_.size());
        for (const auto value : {3, 4, 0, 2, 5, 0, 0, 7})
            bytes_.push_back(static_cast<std::byte>(value));
    }

    template <class T>
    void put(std::size_t at, T value)
    {
        std::memcpy(bytes_.data() + at, &value, sizeof value);
    }
    void put_text(std::size_t at, std::string_view text)
    {
        std::memcpy(bytes_.data() + at, text.data(), text.size());
    }
    std::vector<std::byte>& bytes() { return bytes_; }
    Result<Model> read() const { return Model::read(bytes_); }

private:
    template <class T>
    void append(T value)
    {
        const auto at = bytes_.size();
        bytes_.resize(at + sizeof value);
        put(at, value);
    }

    std::vector<std::byte> bytes_;
};

} // namespace

TEST(Model, gives_the_rows_and_points_of_the_english_golden_file)
{
    expect_golden("en-192bg");
}

TEST(Model, gives_the_rows_and_points_of_the_golden_file_of_six_languages)
{
    expect_golden("ml-256");
}

TEST(Model, sums_words_and_pairs_and_makes_the_point_one_long)
{
    const SmallTable table;
    const auto model = table.read();
    ASSERT_TRUE(model) << model.error().sentence;
    std::vector<std::int32_t> rows;
    model->tokenize("Trains ARE!", rows);
    EXPECT_THAT(rows, ElementsAre(0, 1, 3));
    // (3, 4) + (0, 2) + (0, 7), times the scale of one half, made one long.
    const auto length = std::hypot(3.0F, 13.0F);
    EXPECT_THAT(model->embed("trains are"), ElementsAre(testing::FloatNear(3 / length, 1e-6F),
                                                        testing::FloatNear(13 / length, 1e-6F)));
}

TEST(Model, covers_a_word_by_pieces_or_says_nothing_of_it)
{
    const SmallTable table;
    const auto model = table.read();
    std::vector<std::int32_t> rows;
    model->tokenize("trainslate", rows);
    EXPECT_THAT(rows, ElementsAre(0, 2));
    model->tokenize("trainslatest late", rows);
    EXPECT_TRUE(rows.empty());
    EXPECT_THAT(model->embed("nothing known"), ElementsAre(0.0F, 0.0F));
}

TEST(Model, ignores_a_word_of_more_than_a_hundred_letters_and_tokens_past_the_limit)
{
    const SmallTable table;
    const auto model = table.read();
    std::vector<std::int32_t> rows;
    std::string long_word = "trains";
    while (long_word.size() <= 100) long_word += "late";
    model->tokenize(long_word, rows);
    EXPECT_TRUE(rows.empty());
    std::string many;
    for (int i = 0; i < 600; ++i) many += "are ";
    model->tokenize(many, rows);
    EXPECT_EQ(rows.size(), 512U);
}

TEST(Model, takes_any_bytes_as_a_text)
{
    const auto bytes = read_bytes(source_file("model/ml-256.fmse"));
    const auto model = Model::read(bytes);
    ASSERT_TRUE(model);
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (auto size = random() % 60; size > 0; --size) text += static_cast<char>(random() % 256);
        const auto point = model->embed(text);
        for (const auto value : point) ASSERT_TRUE(std::isfinite(value));
    }
}

TEST(Model, refuses_what_is_no_table)
{
    const auto refusal_of = [](auto change) {
        SmallTable table;
        change(table);
        const auto model = table.read();
        return model ? std::string("accepted") : model.error().sentence;
    };
    EXPECT_EQ(refusal_of([](SmallTable&) {}), "accepted");
    EXPECT_THAT(refusal_of([](auto& table) { table.put_text(0, "GGUF"); }), HasSubstr("FMSE"));
    EXPECT_THAT(refusal_of([](auto& table) { table.bytes().resize(63); }), HasSubstr("header"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint32_t>(4, 2); }),
                HasSubstr("version"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint32_t>(8, 2); }),
                HasSubstr("splits"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint32_t>(12, 5000); }),
                HasSubstr("numbers"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint32_t>(16, 0); }),
                HasSubstr("no rows"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint32_t>(24, 100000); }),
                HasSubstr("longest word"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint64_t>(32, ~0ULL); }),
                HasSubstr("offsets"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint32_t>(68, 1U << 31); }),
                HasSubstr("not in order"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint32_t>(80, 1U << 31); }),
                HasSubstr("last of its words"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint64_t>(48, ~0ULL << 4); }),
                HasSubstr("ends before its numbers"));
    EXPECT_THAT(refusal_of([](auto& table) { table.bytes().pop_back(); }),
                HasSubstr("ends before its numbers"));
    EXPECT_THAT(refusal_of([](auto& table) {
                    const auto scales = table.bytes().size() - 64 - 8;
                    table.put(scales, std::numeric_limits<float>::infinity());
                }),
                HasSubstr("finite"));
    EXPECT_THAT(refusal_of([](auto& table) { table.put_text(84, "are"); }), HasSubstr("pairs"));
    EXPECT_THAT(refusal_of([](auto& table) { table.template put<std::uint32_t>(8, 1); }),
                HasSubstr("probabilities"));
}

TEST(Model, survives_every_single_broken_byte_and_every_cut)
{
    const SmallTable whole;
    for (std::size_t at = 0; at < 160; ++at)
        for (const auto value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
            auto table = whole;
            table.bytes()[at] = static_cast<std::byte>(value);
            const auto model = table.read();
            if (model) EXPECT_EQ(model->embed("trains are trainslate").size(), model->dimension());
        }
    auto cut = whole;
    while (!cut.bytes().empty()) {
        cut.bytes().pop_back();
        EXPECT_FALSE(cut.read());
    }
}

TEST(Kernels, give_the_same_whole_numbers_on_every_kind_of_processor)
{
    std::mt19937 random(1);
    for (const std::size_t stride : {64U, 192U, 256U}) {
        constexpr std::size_t left_count = 7;
        constexpr std::size_t right_count = 10;
        std::vector<std::int8_t> left(left_count * stride);
        std::vector<std::int8_t> right(right_count * stride);
        for (auto& value : left) value = static_cast<std::int8_t>(random() % 255 - 127);
        for (auto& value : right) value = static_cast<std::int8_t>(random() % 255 - 127);
        // The extremes, which overflow sixteen bits when the sums are too narrow.
        std::fill_n(left.begin(), stride, std::int8_t{-128});
        std::fill_n(right.begin(), stride, std::int8_t{-128});
        std::vector<std::int32_t> wanted(left_count * right_count);
        dots_with(Instructions::any, left.data(), left_count, right.data(), right_count, stride,
                  wanted.data());
        EXPECT_EQ(wanted[0], static_cast<std::int32_t>(stride) * 128 * 128);
        EXPECT_EQ(wanted[23], dot(left.data() + 2 * stride, right.data() + 3 * stride, stride));
        for (const auto instructions : {Instructions::avx2, Instructions::avx512}) {
            if (instructions > best_instructions()) continue;
            std::vector<std::int32_t> found(wanted.size());
            dots_with(instructions, left.data(), left_count, right.data(), right_count, stride,
                      found.data());
            EXPECT_EQ(found, wanted);
        }
    }
}

TEST(Kernels, add_rows_without_rounding_differently_at_the_end)
{
    std::mt19937 random(2);
    std::vector<std::int8_t> row(37);
    for (auto& value : row) value = static_cast<std::int8_t>(random() % 255 - 127);
    std::vector<float> sum(row.size(), 0.1F);
    auto wanted = sum;
    add_scaled(sum.data(), row.data(), 0.37F, row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
        const volatile float product = 0.37F * static_cast<float>(row[i]);
        wanted[i] = wanted[i] + product;
    }
    EXPECT_EQ(sum, wanted);
    EXPECT_NEAR(sum_of_squares(sum.data(), sum.size()), dot_product(sum, sum), 1e-1);
}

} // namespace moothall::sense
