#include "write/document_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace moothall::write {

namespace {

using testing::HasSubstr;
using testing::Optional;
using testing::Pair;
using testing::UnorderedElementsAre;

Id id_of(std::int64_t number)
{
    return Id{number};
}

Document sample()
{
    Document document;
    document.id = id_of(7);
    document.version = 3;
    document.title = "Reading: the \"black\" digits";
    document.purpose = "For all\twho # read";
    document.words = "# Reading\n\n---\n\nRead them.\n";
    document.rule = Rule::closed;
    document.why = "It names people.";
    document.review_on = parse_date("2030-01-01");
    document.home = id_of(1);
    document.circle = id_of(2);
    document.decides = {id_of(5), "Aino\nVirtanen"};
    document.place = 4;
    document.is_template = true;
    document.confirm_from = 2;
    return document;
}

TEST(DocumentFiles, say_all_that_was_written_into_them)
{
    const auto document = sample();
    const auto text =
        write_document_file(document, {"Board", id_of(3), "Manuals", "manuals"}, document.words);
    EXPECT_THAT(text, testing::StartsWith("---\nid: "));
    EXPECT_THAT(text, HasSubstr("readers: " + id_of(2).text() + " # Board\n"));
    const auto file = read_document_file("a/b.md", text).value();
    EXPECT_EQ(file.id, document.id);
    EXPECT_EQ(file.version, document.version);
    EXPECT_EQ(file.title, document.title);
    EXPECT_EQ(file.purpose, document.purpose);
    EXPECT_EQ(file.words, document.words);
    EXPECT_EQ(file.rule, Rule::closed);
    EXPECT_EQ(file.why, document.why);
    EXPECT_THAT(file.review_on, Optional(std::string("2030-01-01")));
    EXPECT_EQ(file.readers, document.circle);
    EXPECT_EQ(file.decides, document.decides.id);
    EXPECT_EQ(file.place, 4);
    EXPECT_EQ(file.is_template, true);
    EXPECT_EQ(file.confirm, true);
    EXPECT_THAT(file.parent, Optional(id_of(3)));
    // Nothing is said otherwise than it was.
    auto was = file.was;
    EXPECT_EQ(was.at("folder"), folder_mark("manuals"));
    was.erase("folder");
    EXPECT_EQ(was, file.fields());
    EXPECT_EQ(was, fields_of(document, id_of(3)));
    EXPECT_EQ(file.lines.at("parent"), 6);
    EXPECT_EQ(text.substr(text.find("# Reading")), document.words + "\n");
    EXPECT_EQ(std::count(text.begin(), text.begin() + std::ptrdiff_t(text.find("# Reading")), '\n'),
              file.words_line - 1);
}

TEST(DocumentFiles, of_other_programs_are_read_as_far_as_they_are_ours)
{
    const auto file =
        read_document_file("guide/start.md",
                           "\xEF\xBB\xBF---\r\ntitle: 'It''s so' # really\r\ntags:\r\n"
                           "  - title: not this\r\nplace: ~\r\nlayout: [page\r\n---\r\n"
                           "Well.\r\n")
            .value();
    EXPECT_EQ(file.title, "It's so");
    EXPECT_EQ(file.words, "Well.");
    EXPECT_FALSE(file.place || file.rule || file.id);
    EXPECT_EQ(read_document_file("a.md", "Well.\n# The title\n").value().title, "The title");
    EXPECT_EQ(read_document_file("b/how-to.md", "Well.").value().title, "how-to");
    // A line across a text that begins with one is no front matter, when no second one comes.
    EXPECT_EQ(read_document_file("a.md", "---\nrule: shut\n").value().words, "---\nrule: shut");
}

TEST(DocumentFiles, with_a_value_that_cannot_be_read_say_which)
{
    const auto field = [](const std::string& line) {
        const auto file = read_document_file("a.md", "---\n" + line + "\n---\nWell.");
        return file ? "read" : file.error().field;
    };
    EXPECT_EQ(field("title: Well"), "read");
    EXPECT_EQ(field("title: \"open"), "title");
    EXPECT_EQ(field("title: 'open"), "title");
    EXPECT_EQ(field("purpose: >"), "purpose");
    EXPECT_EQ(field("rule: shut"), "rule");
    EXPECT_EQ(field("review_on: soon"), "review_on");
    EXPECT_EQ(field("place: many"), "place");
    EXPECT_EQ(field("template: perhaps"), "template");
    EXPECT_EQ(field("id: ../../etc"), "id");
    EXPECT_EQ(field("parent: above"), "parent");
    EXPECT_EQ(field("parent: none"), "read");
    EXPECT_EQ(line_of_field("---\ntitle: A\nplace: many\n---\n", Refusal::invalid("place", "")), 3);
    EXPECT_EQ(line_of_field("---\ntitle: A\n---\nplace: many", Refusal::invalid("place", "")), 0);
    EXPECT_EQ(read_document_file("a.md", "\xff").error().field, "words");
}

TEST(DocumentFiles, lie_in_the_folder_of_what_stands_above_them)
{
    const auto make = [](std::int64_t id, std::string title, std::int64_t parent,
                         std::int64_t place) {
        Document document;
        document.id = id_of(id);
        document.title = std::move(title);
        document.parent = parent == 0 ? Id{} : id_of(parent);
        document.place = place;
        return document;
    };
    const auto names = name_document_files({make(1, "The manual", 0, 1), make(2, "Reading", 1, 2),
                                            make(3, "Reading!", 1, 1), make(4, "Ύδωρ", 3, 0),
                                            make(5, "Its parent is not here", 99, 0)});
    EXPECT_THAT(names, UnorderedElementsAre(Pair(id_of(1), "the-manual"),
                                            Pair(id_of(3), "the-manual/reading"),
                                            Pair(id_of(2), "the-manual/reading-" + id_of(2).text()),
                                            Pair(id_of(4), "the-manual/reading/" + id_of(4).text()),
                                            Pair(id_of(5), "its-parent-is-not-here")));
    // However deep, a name stays one that programs take.
    std::vector<Document> deep;
    for (std::int64_t level = 1; level <= 1000; ++level)
        deep.push_back(
            make(level,
                 "A title as long as titles get, and then some more words " + std::to_string(level),
                 level - 1, 0));
    std::set<std::string> all;
    for (const auto& [id, name] : name_document_files(deep)) {
        EXPECT_LE(name.size() + document_file_ending.size(), document_name_bytes_max);
        all.insert(name);
    }
    EXPECT_EQ(all.size(), 1000U);
    EXPECT_EQ(folder_of("the-manual/reading"), "the-manual");
    EXPECT_EQ(folder_of("the-manual"), "");
}

} // namespace

} // namespace moothall::write
