#include "text/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>

namespace moothall {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using Row = std::vector<std::string>;

/// A refusal as a person reads it.
std::string filled_in(const Refusal& refusal)
{
    auto sentence = refusal.sentence;
    for (std::size_t i = 0; i < refusal.arguments.size(); ++i) {
        const auto mark = "{" + std::to_string(i + 1) + "}";
        if (const auto at = sentence.find(mark); at != std::string::npos)
            sentence.replace(at, mark.size(), refusal.arguments[i]);
    }
    return sentence;
}

/// All records and refusals in order; a refusal as one field that begins with "line".
std::vector<Row> all(CsvReader& reader)
{
    std::vector<Row> rows;
    CsvRecord record;
    while (true) {
        const auto more = reader.next(record);
        if (!more)
            rows.push_back({filled_in(more.error())});
        else if (*more)
            rows.push_back(record.fields);
        else
            return rows;
        if (rows.size() > 1000) return rows;
    }
}

std::vector<Row> read(std::string_view text, CsvReading reading = {})
{
    CsvReader reader(text, std::move(reading));
    return all(reader);
}

std::vector<Row> read_in_chunks(std::string_view text, std::size_t bytes, CsvReading reading = {})
{
    CsvReader reader(
        [text, bytes]() mutable {
            const auto chunk = text.substr(0, bytes);
            text.remove_prefix(chunk.size());
            return chunk;
        },
        std::move(reading));
    return all(reader);
}

TEST(CsvReader, records_end_with_any_line_end_and_fields_may_be_quoted)
{
    EXPECT_THAT(read("a,b\r\n1,2\r\n"), ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
    EXPECT_THAT(read("a,b\n1,2"), ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
    EXPECT_THAT(read("a,b\r1,2\r"), ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
    EXPECT_THAT(read("a,b\n\"x \"\"y\"\", z\",\"two\r\nlines\"\n"),
                ElementsAre(Row{"a", "b"}, Row{"x \"y\", z", "two\r\nlines"}));
    EXPECT_THAT(read("a,b\n,\n\"\",\"\"\n"), ElementsAre(Row{"a", "b"}, Row{"", ""}, Row{"", ""}));
    EXPECT_THAT(read("a,b\nit's 5\" wide,\"x\" \n"),
                ElementsAre(Row{"a", "b"}, Row{"it's 5\" wide", "x"}));
    EXPECT_THAT(read(""), ElementsAre());
    EXPECT_THAT(read("\n\r\n\n"), ElementsAre());
    EXPECT_THAT(read("\xEF\xBB\xBF"), ElementsAre());
}

TEST(CsvReader, a_byte_order_mark_and_empty_lines_are_passed_over)
{
    EXPECT_THAT(read("\xEF\xBB\xBF\"a\",b\n\n\r\n1,2\n\n"),
                ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
    EXPECT_THAT(read("text\none\n\ntwo\n\"\"\n"),
                ElementsAre(Row{"text"}, Row{"one"}, Row{"two"}, Row{""}));
}

TEST(CsvReader, the_separator_is_found_in_the_first_line)
{
    EXPECT_THAT(read("a;b;c\n1;2,5;3\n"), ElementsAre(Row{"a", "b", "c"}, Row{"1", "2,5", "3"}));
    EXPECT_THAT(read("a\tb\n1,2\t3\n"), ElementsAre(Row{"a", "b"}, Row{"1,2", "3"}));
    EXPECT_THAT(read("\n\"a;b;c\",d\n1,2\n"), ElementsAre(Row{"a;b;c", "d"}, Row{"1", "2"}));
    EXPECT_THAT(read("a,b;c\n1,2;3\n"), ElementsAre(Row{"a", "b;c"}, Row{"1", "2;3"}));
    EXPECT_THAT(read("one column\nx;y\n"), ElementsAre(Row{"one column"}, Row{"x;y"}));
    EXPECT_THAT(read_in_chunks("\xEF\xBB\xBF\na;b\n1;2\n", 4),
                ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
    CsvReading reading;
    reading.separator = ';';
    EXPECT_THAT(read("a,b\n", reading), ElementsAre(Row{"a,b"}));
}

TEST(CsvReader, each_record_knows_where_it_began)
{
    CsvReader reader("a,b\r\n\r\n\"x\r\ny\nz\",2\r\n3,4\n\n5,6");
    CsvRecord record;
    std::vector<std::size_t> lines;
    while (true) {
        const auto more = reader.next(record);
        ASSERT_TRUE(more);
        if (!*more) break;
        lines.push_back(record.line);
    }
    EXPECT_THAT(lines, ElementsAre(1, 3, 6, 8));
    EXPECT_EQ(reader.separator(), ',');
}

TEST(CsvReader, what_is_wrong_is_told_by_its_line)
{
    EXPECT_THAT(
        read("a,b\n1,2\n3,\"4\n5,6\n"),
        ElementsAre(
            Row{"a", "b"}, Row{"1", "2"},
            Row{"line 3: a quote is opened and never closed, so nothing after it can be read"}));
    EXPECT_THAT(read("a,b\n1\n1,2,3\n4,5\n"),
                ElementsAre(Row{"a", "b"}, Row{"line 2: 1 fields where the first line has 2"},
                            Row{"line 3: 3 fields where the first line has 2"}, Row{"4", "5"}));
    EXPECT_THAT(read("a,b\n\"1\"x,2\n3,4\n"),
                ElementsAre(Row{"a", "b"}, Row{"line 2: text follows after a closing quote"},
                            Row{"3", "4"}));
    EXPECT_THAT(read("a,b\r\n\"1\r\n2\"x,2\r\n3,4\r\n5\r\n"),
                ElementsAre(Row{"a", "b"}, Row{"line 3: text follows after a closing quote"},
                            Row{"3", "4"}, Row{"line 5: 1 fields where the first line has 2"}));
    EXPECT_THAT(
        read("a,b\n1,\0\n3,4\n"s),
        ElementsAre(Row{"a", "b"},
                    Row{"line 2: there is a NUL character, so nothing after it can be read"}));
    EXPECT_THAT(
        read("a,b\n1,\"\n\0\"\n"s),
        ElementsAre(Row{"a", "b"},
                    Row{"line 3: there is a NUL character, so nothing after it can be read"}));
    EXPECT_THAT(
        read("a,b\n1,\"x\"\0\n"s),
        ElementsAre(Row{"a", "b"},
                    Row{"line 2: there is a NUL character, so nothing after it can be read"}));
    EXPECT_THAT(read("a,b\n1,\xE4\n3,4\n"),
                ElementsAre(Row{"a", "b"},
                            Row{"line 2: this is not UTF-8. Save the file as UTF-8 and try again."},
                            Row{"3", "4"}));
    EXPECT_THAT(
        read("\xFF\xFE"
             "a\0,\0b\0"s),
        ElementsAre(Row{"line 1: this file is in UTF-16. Save it as UTF-8 and try again."}));
}

TEST(CsvReader, an_open_quote_does_not_swallow_the_memory)
{
    CsvReading reading;
    reading.record_bytes_max = 100;
    const auto text = "a,b\n1,\"" + std::string(1000, 'x') + "\n";
    const auto sentence = "line 2: a record of more than 100 bytes begins; maybe a quote is opened "
                          "and never closed"s;
    EXPECT_THAT(read(text, reading), ElementsAre(Row{"a", "b"}, Row{sentence}));
    EXPECT_THAT(read_in_chunks(text, 7, reading), ElementsAre(Row{"a", "b"}, Row{sentence}));
    const auto commas = read("a\n" + std::string(1000, ','), reading);
    EXPECT_THAT(commas, ElementsAre(Row{"a"}, Row{sentence}));
    EXPECT_EQ(read("a\n\"" + std::string(90, '\n') + "\"\n", reading).size(), 2U);
}

TEST(CsvReader, other_field_counts_are_accepted_when_asked)
{
    CsvReading reading;
    reading.field_count = CsvFieldCount::any;
    EXPECT_THAT(read("a,b\n1\n1,2,3\n", reading),
                ElementsAre(Row{"a", "b"}, Row{"1"}, Row{"1", "2", "3"}));
}

TEST(CsvReader, chunks_of_any_size_read_the_same)
{
    EXPECT_TRUE(rc::check([] {
        const auto pieces =
            std::vector<std::string>{"a",  "b", ",", ";", "\"",       "\"\"", "\n", "\r\n",
                                     "\r", " ", "'", "=", "\xC3\xA4", "\xFF", "\t", "\0"s};
        std::string text;
        for (const auto choice : *rc::gen::arbitrary<std::vector<std::uint8_t>>())
            text += pieces[choice % pieces.size()];
        const auto whole = read(text);
        for (const auto bytes : {1U, 2U, 3U, 7U}) RC_ASSERT(read_in_chunks(text, bytes) == whole);
    }));
}

TEST(CsvWriter, fields_are_quoted_where_needed)
{
    CsvWriter writer(CsvCells::as_they_are);
    writer.field("a").field("b,c").field("d \"e\"").end_record();
    writer.field("two\nlines").field("").field(" x").number(-5).number(0.5).end_record();
    writer.field("").end_record();
    EXPECT_EQ(writer.take(),
              "a,\"b,c\",\"d \"\"e\"\"\"\r\n\"two\nlines\",,\" x\",-5,0.5\r\n\"\"\r\n");
    writer.field("").field("").end_record();
    EXPECT_EQ(writer.take(), ",\r\n");
    writer.field("\xEF\xBB\xBFx").end_record();
    EXPECT_THAT(read(writer.take()), ElementsAre(Row{"\xEF\xBB\xBFx"}));
    EXPECT_EQ(CsvWriter(CsvCells::as_they_are, ';').field("a,b").field("c;d").end_record().take(),
              "a,b;\"c;d\"\r\n");
    EXPECT_EQ(CsvWriter().number(std::numeric_limits<double>::quiet_NaN()).end_record().take(),
              "\"\"\r\n");
}

TEST(CsvWriter, no_cell_becomes_a_formula)
{
    CsvWriter writer;
    for (const auto* text :
         {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "it's", "'", "a=1", "1-1"})
        writer.field(text);
    EXPECT_EQ(writer.end_record().take(),
              "'=1+1,'+1,'-1,'@SUM(A1),'\t=1,\"'\r=1\",''=1,it's,',a=1,1-1\r\n");
}

TEST(CsvWriter, the_reader_takes_back_what_was_put_in_front)
{
    EXPECT_TRUE(rc::check([] {
        const auto cell =
            rc::gen::map(rc::gen::container<std::vector<std::string>>(
                             rc::gen::element("'"s, "="s, "-"s, "+"s, "@"s, "\t"s, "\r"s, "\n"s,
                                              ","s, ";"s, "\""s, " "s, "a"s, "\xC3\xA4"s)),
                         [](const std::vector<std::string>& parts) {
                             std::string text;
                             for (const auto& part : parts) text += part;
                             return text;
                         });
        const auto width = *rc::gen::inRange<std::size_t>(1, 5);
        const auto rows =
            *rc::gen::container<std::vector<Row>>(rc::gen::container<Row>(width, cell));
        CsvWriter writer;
        for (const auto& row : rows) {
            for (const auto& field : row) writer.field(field);
            writer.end_record();
        }
        CsvReading reading;
        reading.apostrophe = CsvApostrophe::taken_off;
        reading.separator = ',';
        const auto text = writer.take();
        RC_ASSERT(read(text, reading) == rows);
        reading.apostrophe = CsvApostrophe::kept;
        for (const auto& row : read(text, reading))
            for (const auto& field : row) RC_ASSERT(field.find_first_of("=+-@\t\r") != 0U);
    }));
}

} // namespace
} // namespace moothall
