// A circle's documents as folders of Markdown: out, and in again.
#include "hall/document_folder.hpp"
#include "hall/test_uploads.hpp"

#include <gmock/gmock.h>

namespace moothall::hall {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class DocumentFolders : public test::HouseWithUploads {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino Virtanen", "aino@customer.example");
        const auto viewer = viewer_of(owner);
        team = write([&](store::Transaction& transaction) {
            return people::create_circle(transaction, hall->ids(), now(), viewer,
                                         {.name = "Meters",
                                          .kind = people::CircleKind::company,
                                          .visibility = people::Visibility::listed})
                .value()
                .id;
        });
    }
    Id make(std::string title, std::string words, Id parent = {}, std::int64_t place = 0,
            const write::RuleChange& rule = {})
    {
        const auto viewer = viewer_of(owner);
        const auto html = write::render_words(words).value();
        return write([&](store::Transaction& transaction) {
            return write::make_document(transaction, hall->ids(), now(), viewer,
                                        {.text = {title, "For \"all\"", words, {}},
                                         .home = team,
                                         .parent = parent,
                                         .place = place,
                                         .rule = rule},
                                        html)
                .value()
                .id;
        });
    }
    void change(Id document, const write::DocumentChange& wanted)
    {
        const auto viewer = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            ASSERT_TRUE(
                write::edit_document(transaction, hall->ids(), now(), viewer, document, wanted));
        });
    }
    write::Document look(Id document)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return write::find_document(transaction, document, viewer).value();
        });
    }
    /// What comes out as a zip, unpacked.
    ArchivedFiles take_out(Id circle)
    {
        const auto answer = get(sign_in_as(owner), "/documents.zip", {{"circle", circle.text()}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(header(answer, "Content-Type"), "application/zip");
        return read_archive_bytes(answer.body, "a.zip", document_folder_bytes_max, Names::folders)
            .value();
    }
    web::Response send(const people::Person& person, Id circle, const ArchivedFiles& files,
                       const std::string& tries)
    {
        std::vector<ArchivePart> parts;
        for (const auto& [name, text] : files) parts.push_back({name, text, {}});
        return post_files(sign_in_as(person), "/documents/import",
                          {{"circle", circle.text()}, {"try", tries}, {"said", "From a folder"}},
                          "file", {{"a.zip", make_archive(parts)}});
    }
    static std::vector<std::string> names_of(const ArchivedFiles& files)
    {
        std::vector<std::string> names;
        for (const auto& [name, text] : files) names.push_back(name);
        return names;
    }
    /// Without what says which document it is: what another tree has, too.
    static ArchivedFiles without_ids(ArchivedFiles files)
    {
        for (auto& [name, text] : files)
            for (const auto* const key : {"\nid: ", "\nversion: "})
                if (const auto at = text.find(key); at != std::string::npos)
                    text.erase(at, text.find('\n', at + 1) - at);
        return files;
    }

    people::Person aino;
    Id team;
};
MOOTHALL_ON_EACH_ENGINE(DocumentFolders);

TEST_P(DocumentFolders, come_back_as_they_went)
{
    const auto manual = make("The manual", "# Reading\n\nRead the black digits.\n", {}, 2);
    make("Frost", "Wait a week.", manual, 1);
    make("Notes", "---\n\nNo front matter\r\n\n");
    make("The audit", "Closed.", {}, 0,
         {write::Rule::closed, "It names people.", parse_date("2031-01-01"), {}, {}});
    change(manual, {.confirm = true});
    const auto out = take_out(team);
    EXPECT_THAT(names_of(out),
                ElementsAre("notes.md", "the-audit.md", "the-manual.md", "the-manual/frost.md"));
    EXPECT_EQ(take_out(team), out);

    // In again nothing changes: no version, no event.
    const auto same = send(owner, team, out, "no");
    EXPECT_EQ(same.status, 200) << same.body;
    EXPECT_THAT(same.body, HasSubstr("4 are as they were."));
    EXPECT_EQ(take_out(team), out);
    EXPECT_EQ(events("write.documents_imported"), 0);
    EXPECT_EQ(events("write.document_edited"), 1);

    // In the tree of another circle they are new, and come out alike.
    const auto viewer = viewer_of(owner);
    const auto other = write([&](store::Transaction& transaction) {
        return people::create_circle(transaction, hall->ids(), now(), viewer,
                                     {.name = "Pipes",
                                      .kind = people::CircleKind::company,
                                      .visibility = people::Visibility::listed})
            .value()
            .id;
    });
    const auto made = send(owner, other, out, "no");
    EXPECT_THAT(made.body, HasSubstr("4 documents are new."));
    EXPECT_EQ(without_ids(take_out(other)), without_ids(out));
    EXPECT_EQ(events("write.documents_imported"), 1);
    EXPECT_EQ(events("write.document_made"), 8);
    // Once more: known by their places, none is made twice.
    EXPECT_THAT(send(owner, other, out, "no").body, HasSubstr("4 are as they were."));
}

TEST_P(DocumentFolders, become_new_versions_and_move)
{
    const auto manual = make("The manual", "One.\n\nTwo.\n\nThree.");
    const auto frost = make("Frost", "Wait a week.");
    auto files = take_out(team);
    ASSERT_THAT(names_of(files), ElementsAre("frost.md", "the-manual.md"));
    files[0].first = "the-manual/when-it-freezes.md"; // known by its id
    auto& text = files[1].second;
    text.replace(text.find("Three."), 6, "Three, as a folder says.");
    text.replace(text.find("place: 0"), 8, "place: 7");
    files.emplace_back("the-manual/new.md", "# A new one\n\nWell.");
    files.emplace_back("__MACOSX/the-manual/._new.md", "x");
    files.emplace_back("plan.png", "x");
    // Meanwhile somebody wrote elsewhere in it: both stay.
    change(manual, {.words = "One, as it is here.\n\nTwo.\n\nThree."});

    const auto tried = send(owner, team, files, "yes");
    EXPECT_EQ(tried.status, 200);
    EXPECT_THAT(tried.body, HasSubstr("Nothing was brought in yet"));
    EXPECT_THAT(tried.body, HasSubstr("1 document is new."));
    EXPECT_THAT(tried.body, HasSubstr("2 documents change."));
    EXPECT_THAT(tried.body, HasSubstr("2 files were left out."));
    EXPECT_EQ(look(manual).version, 2);

    EXPECT_EQ(send(owner, team, files, "no").status, 200);
    EXPECT_EQ(look(manual).words, "One, as it is here.\n\nTwo.\n\nThree, as a folder says.");
    EXPECT_EQ(look(manual).place, 7);
    EXPECT_EQ(look(frost).parent, manual);
    EXPECT_EQ(look(frost).title, "Frost");
    EXPECT_THAT(names_of(take_out(team)),
                ElementsAre("the-manual.md", "the-manual/a-new-one.md", "the-manual/frost.md"));
    EXPECT_THAT(get(sign_in_as(owner), "/documents/" + manual.text()).body,
                HasSubstr("From a folder"));
    // The same once more changes nothing, and makes none twice.
    const auto again = send(owner, team, files, "no").body;
    EXPECT_THAT(again, HasSubstr("0 documents are new."));
    EXPECT_THAT(again, HasSubstr("0 documents change."));
}

// A zip may be older than the rule that stands.
TEST_P(DocumentFolders, open_nothing_that_was_closed_since)
{
    const auto notes = make("Notes", "One.\n");
    auto files = take_out(team);
    const auto viewer = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(write::change_rule(
            transaction, hall->ids(), now(), viewer, notes,
            {write::Rule::hidden, "It names people.", parse_date("2031-01-01"), {}, team}));
    });
    for (auto& [name, text] : files) text += "\nTwo.\n";
    EXPECT_EQ(send(owner, team, files, "").status, 200);
    EXPECT_THAT(look(notes).words, HasSubstr("Two."));
    EXPECT_EQ(look(notes).rule, write::Rule::hidden);
}

TEST_P(DocumentFolders, of_a_deep_tree_come_out_and_cannot_be_made_a_circle)
{
    const auto first = make("Level 1", "Words.");
    Id last = first;
    for (int level = 2; level <= 25; ++level)
        last = make("Level " + std::to_string(level), "Words.", last);
    const auto viewer = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        const auto moved =
            write::edit_document(transaction, hall->ids(), now(), viewer, first, {.parent = last});
        ASSERT_FALSE(moved);
        EXPECT_EQ(moved.error().field, "parent");
    });
    EXPECT_EQ(take_out(team).size(), 25U);
}

TEST_P(DocumentFolders, come_in_all_or_none_with_what_is_wrong_by_file)
{
    const auto manual = make("The manual", "One.");
    auto files = take_out(team);
    auto& text = files[0].second;
    text.replace(text.find("One."), 4, "Mine.");
    change(manual, {.words = "Theirs."});
    files.emplace_back("a-good-one.md", "Well.");
    files.emplace_back("empty.md", "---\ntitle: Empty\n---\n");
    files.emplace_back("shut.md", "---\nrule: hidden\n---\nWell.");
    files.emplace_back("strange.md", "---\nplace: many\n---\nWell.");
    for (const auto* const tries : {"yes", "no"}) {
        const auto refused = send(owner, team, files, tries);
        EXPECT_EQ(refused.status, 422);
        EXPECT_THAT(refused.body, HasSubstr("Nothing was brought in."));
        EXPECT_THAT(refused.body, HasSubstr("the-manual.md: Somebody changed the same words"));
        EXPECT_THAT(refused.body, HasSubstr("empty.md: words: "));
        EXPECT_THAT(refused.body, HasSubstr("shut.md: why: "));
        EXPECT_THAT(refused.body, HasSubstr("strange.md: place: "));
        EXPECT_THAT(refused.body, Not(HasSubstr("a-good-one.md: ")));
    }
    EXPECT_EQ(events("write.document_made"), 1);
    EXPECT_EQ(look(manual).words, "Theirs.");
}

TEST_P(DocumentFolders, go_by_what_one_may_read_and_write)
{
    make("For the team", "Not for all.");
    const auto her = sign_in_as(aino);
    EXPECT_EQ(get(her, "/documents.zip", {{"circle", team.text()}}).status, 409) << "none to read";
    make("The manual", "One.", {}, 0, {write::Rule::open, {}, {}, {}, {}});
    const auto hidden =
        make("The audit", "Hidden.", {}, 0,
             {write::Rule::hidden, "It names people.", parse_date("2031-01-01"), {}, {}});
    EXPECT_EQ(get({}, "/documents.zip", {{"circle", team.text()}}).status, 401);
    EXPECT_EQ(get({}, "/documents/import").status, 401);
    EXPECT_EQ(get(her, "/documents/import").status, 403);
    EXPECT_EQ(send(aino, team, {{"a.md", "Well."}}, "no").status, 403);
    EXPECT_EQ(send(aino, team, {{"a.md", "Well."}}, "yes").status, 403);
    EXPECT_EQ(get(her, "/documents.zip", {{"circle", hidden.text()}}).status, 404);
    const auto hers = get(her, "/documents.zip", {{"circle", team.text()}});
    ASSERT_EQ(hers.status, 200);
    const auto files =
        read_archive_bytes(hers.body, "a.zip", document_folder_bytes_max, Names::folders).value();
    EXPECT_THAT(names_of(files), ElementsAre("the-manual.md"));
    EXPECT_THAT(get(sign_in_as(owner), "/documents", {{"circle", team.text()}}).body,
                HasSubstr("/documents.zip?circle="));
}

TEST_P(DocumentFolders, of_no_good_are_refused_beside_the_field)
{
    const auto sentence = [&](const std::string& bytes) {
        const auto answer =
            post_files(sign_in_as(owner), "/documents/import",
                       {{"circle", team.text()}, {"try", "no"}}, "file", {{"a.zip", bytes}});
        EXPECT_EQ(answer.status, 422);
        return answer.body;
    };
    EXPECT_THAT(sentence("no zip"), HasSubstr("cannot be read as a zip file"));
    EXPECT_THAT(sentence(make_archive({{"a.txt", "x", {}}})), HasSubstr("There is no Markdown"));
    for (const auto* const name : {"../a.md", "/a.md", "a/../../b.md", "c:a.md", "a//b.md"})
        EXPECT_THAT(sentence(make_archive({{name, "x", {}}})), HasSubstr("which is none of ours"));
    EXPECT_THAT(sentence(make_archive({{"a.md", std::string(40'000'000, 'x'), {}}})),
                HasSubstr("unpacks to far more"));
    EXPECT_THAT(sentence(make_archive({{"a.md", std::string(70'000'000, 'x'), {}}})),
                HasSubstr("unpacks to more than we take"));
    EXPECT_EQ(events("write.document_made"), 0);
}

} // namespace

} // namespace moothall::hall
