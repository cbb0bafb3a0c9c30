// A circle's documents as folders of Markdown: out, and in again.
#include "hall/document_folder.hpp"
#include "hall/test_uploads.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <tuple>

namespace moothall::hall {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class DocumentFolders : public test::HouseWithUploads {
protected:
    void SetUp() override
    {
        folder = std::filesystem::temp_directory_path() /
                 ("moothall-document-folders-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino Virtanen", "aino@customer.example");
        team = make_circle("Meters");
    }
    void TearDown() override
    {
        WholeHouse::TearDown();
        std::filesystem::remove_all(folder);
    }
    std::string data_folder() override { return (folder / "data").string(); }
    Id attach(Id document, const std::string& name, const std::string& content,
              const std::string& words)
    {
        const auto before = look(document);
        const auto answer = post_files(sign_in_as(owner), "/documents/" + document.text(),
                                       {{"title", before.title},
                                        {"version", std::to_string(before.version)},
                                        {"parent", before.parent ? before.parent.text() : ""},
                                        {"place", std::to_string(before.place)},
                                        {"words", words},
                                        {"alt", "A leak"}},
                                       "files", {{name, content}});
        EXPECT_EQ(answer.status, 303) << answer.body;
        return files_of(document).back().id;
    }
    std::vector<files::File> files_of(Id document)
    {
        return read([&](store::Transaction& transaction) {
            return files::list_files_of(transaction, organisation.id, document);
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
    Id make_circle(std::string name)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return people::create_circle(transaction, hall->ids(), now(), viewer,
                                         {.name = std::move(name),
                                          .kind = people::CircleKind::company,
                                          .visibility = people::Visibility::listed})
                .value()
                .id;
        });
    }
    std::vector<write::Document> tree_of(Id circle)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return write::list_tree(transaction, circle, viewer).value();
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
            for (const auto* const key : {"\nid: ", "\nversion: ", "\nparent: ", "\nwas: "})
                if (const auto at = text.find(key); at != std::string::npos)
                    text.erase(at, text.find('\n', at + 1) - at);
        return files;
    }

    std::filesystem::path folder;
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
    const auto other = make_circle("Pipes");
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

TEST_P(DocumentFolders, move_only_when_their_files_say_so)
{
    const auto manual = make("The manual", "One.");
    const auto frost = make("Frost", "Wait a week.", manual);
    const auto notes = make("Notes", "Two.");
    const auto in = [&](const ArchivedFiles& files, const std::string& outcome) {
        EXPECT_THAT(send(owner, team, files, "no").body, HasSubstr(outcome));
    };
    const auto out = take_out(team);
    ASSERT_THAT(names_of(out), ElementsAre("notes.md", "the-manual.md", "the-manual/frost.md"));
    EXPECT_THAT(out[2].second, HasSubstr("\nparent: " + manual.text() + " # The manual\n"));

    // What stands above it is called otherwise since, and its file is not among these.
    change(manual, {.title = "Handbook"});
    in({out[2]}, "1 is as it was.");
    in({{"frost.md", out[2].second}}, "1 is as it was.");
    EXPECT_EQ(look(frost).parent, manual);
    // An older file, without a parent, stays there as well.
    auto old = out[2];
    for (const auto* const key : {"\nparent: ", "\nwas: "})
        old.second.erase(old.second.find(key),
                         old.second.find('\n', old.second.find(key) + 1) - old.second.find(key));
    in({old}, "1 is as it was.");
    EXPECT_EQ(look(frost).parent, manual);

    // Somebody who may not know of what stands above it.
    const auto editor = let_in("Bo Berg", "bo@company.example");
    const auto viewer = viewer_of(owner);
    const auto board = write([&](store::Transaction& transaction) {
        people::set_role(transaction, organisation.id, team, editor.id, Role::member, now());
        return people::create_circle(transaction, hall->ids(), now(), viewer,
                                     {.name = "Board",
                                      .kind = people::CircleKind::company,
                                      .visibility = people::Visibility::closed})
            .value()
            .id;
    });
    const auto again = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(write::change_rule(
            transaction, hall->ids(), now(), again, manual,
            {write::Rule::hidden, "It names people.", parse_date("2031-01-01"), {}, board}));
    });
    const auto answer = get(sign_in_as(editor), "/documents.zip", {{"circle", team.text()}});
    auto theirs =
        read_archive_bytes(answer.body, "a.zip", document_folder_bytes_max, Names::folders).value();
    ASSERT_THAT(names_of(theirs), ElementsAre("frost.md", "notes.md"));
    EXPECT_THAT(theirs[0].second, Not(HasSubstr(manual.text())));
    theirs[0].second += "\nOr two.";
    theirs[0].first = "docs/frost.md";
    EXPECT_THAT(send(editor, team, theirs, "no").body, HasSubstr("1 document changes."));
    EXPECT_THAT(look(frost).words, HasSubstr("Or two."));
    EXPECT_EQ(look(frost).parent, manual);

    // Into the folder of another, by a line, and to the top.
    in({out[0], {"notes/frost.md", out[2].second}}, "1 document changes.");
    EXPECT_EQ(look(frost).parent, notes);
    auto moved = take_out(team);
    auto& text = moved[2].second;
    ASSERT_EQ(moved[2].first, "notes/frost.md");
    auto top = text;
    top.replace(top.find("parent: ") + 8, 13, "none");
    auto back = text;
    back.replace(back.find("parent: ") + 8, 13, manual.text());
    in({{"frost.md", back}}, "1 document changes.");
    EXPECT_EQ(look(frost).parent, manual);
    // Both moved it since it was taken out.
    const auto clash = send(owner, team, {{"notes/frost.md", top}}, "no");
    EXPECT_EQ(clash.status, 422);
    EXPECT_THAT(clash.body, HasSubstr("notes/frost.md, line 6: parent: This was changed here"));
    auto at_top = take_out(team);
    at_top[1].second.replace(at_top[1].second.find("parent: ") + 8, 13, "none");
    in({at_top[1]}, "1 document changes.");
    EXPECT_EQ(look(frost).parent, Id{});
    // Under what is not there.
    auto nowhere = take_out(team)[0];
    nowhere.second.insert(nowhere.second.find("\nplace: "), "\nparent: " + team.text());
    EXPECT_THAT(send(owner, team, {nowhere}, "no").body, HasSubstr("parent: There is no such"));
}

// What a file does not say otherwise than when it was taken out, it leaves as it is now.
TEST_P(DocumentFolders, change_of_the_fields_only_what_was_changed_in_them)
{
    const auto notes = make("Notes", "One.\n", {}, 3);
    const auto out = take_out(team);
    const auto with = [&](std::string_view from, std::string_view to) {
        auto files = out;
        auto& text = files[0].second;
        text.replace(text.find(from), from.size(), to);
        return files;
    };
    change(notes, {.place = 8, .is_template = true, .confirm = true});
    const auto viewer = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(write::change_rule(transaction, hall->ids(), now(), viewer, notes,
                                       {write::Rule::open, "Why not", {}, {}, {}}));
    });
    EXPECT_THAT(send(owner, team, with("One.", "One. Two."), "no").body,
                HasSubstr("1 document changes."));
    EXPECT_EQ(look(notes).words, "One. Two.\n");
    EXPECT_EQ(look(notes).place, 8);
    EXPECT_EQ(look(notes).rule, write::Rule::open);
    EXPECT_EQ(look(notes).why, "Why not");
    EXPECT_TRUE(look(notes).is_template);
    EXPECT_GT(look(notes).confirm_from, 0);
    // The same was changed on both sides: nothing comes in, and the line is named.
    for (const auto& [from, to, line] :
         {std::tuple("\nplace: 3", "\nplace: 9", "line 6: place: "),
          std::tuple("\nrule: circle", "\nrule: hidden\nwhy: So\nreview_on: 2031-01-01",
                     "line 7: rule: "),
          std::tuple("\nplace: 3", "\nplace: 3\nwhy: Because", "line 7: why: ")}) {
        const auto clash = send(owner, team, with(from, to), "no");
        EXPECT_EQ(clash.status, 422);
        EXPECT_THAT(clash.body, HasSubstr(std::string("notes.md, ") + line + "This was changed"));
    }
    change(notes, {.title = "Notes of all", .place = 3});
    EXPECT_THAT(send(owner, team, with("title: \"Notes\"", "title: \"My notes\""), "no").body,
                HasSubstr("notes.md, line 4: title: This was changed"));
    EXPECT_THAT(send(owner, team, with("\nplace: 3", "\nplace: 9"), "no").body,
                HasSubstr("1 document changes."));
    EXPECT_EQ(look(notes).place, 9);
    EXPECT_EQ(look(notes).title, "Notes of all");
    // What a closed one says of itself is changed by a file that was taken out since.
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(write::change_rule(
            transaction, hall->ids(), now(), viewer, notes,
            {write::Rule::closed, "It names people.", parse_date("2031-01-01"), {}, team}));
    });
    auto shut = take_out(team);
    auto& text = shut[0].second;
    text.replace(text.find("It names people."), 16, "It names all.");
    EXPECT_THAT(send(owner, team, shut, "no").body, HasSubstr("1 document changes."));
    EXPECT_EQ(look(notes).why, "It names all.");
    EXPECT_EQ(look(notes).rule, write::Rule::closed);
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

TEST_P(DocumentFolders, bring_what_hangs_on_them_along)
{
    const auto manual = make("The manual", "One.");
    const auto frost = make("Frost", "Two.", manual);
    attach(manual, "plan.txt", "the plan", "One.");
    attach(frost, "plan.txt", "another plan", "Two: [the plan](attached:1), [no](/files/x).");
    attach(frost, "notes.md", "# No document\n", look(frost).words);
    const auto out = take_out(team);
    const auto second = files_of(frost).at(0);
    const auto name = "files/plan-" + second.id.text() + ".txt";
    ASSERT_THAT(names_of(out), ElementsAre("files/notes.md", name, "files/plan.txt",
                                           "the-manual.md", "the-manual/frost.md"));
    EXPECT_EQ(out[1].second, "another plan");
    EXPECT_THAT(out[3].second, HasSubstr("\nfiles: files/plan.txt\n"));
    EXPECT_THAT(out[4].second, HasSubstr("\nfiles: " + name + " files/notes.md\n"));
    EXPECT_THAT(out[4].second, HasSubstr("Two: [the plan](../" + name + "), [no](/files/x)."));

    // In again nothing changes, also when its document lies elsewhere.
    const auto events_before = events("write.document_edited");
    EXPECT_THAT(send(owner, team, out, "no").body, HasSubstr("2 are as they were."));
    auto lies_elsewhere = out;
    lies_elsewhere[4].first = "frost.md";
    EXPECT_THAT(send(owner, team, lies_elsewhere, "no").body, HasSubstr("2 are as they were."));
    EXPECT_EQ(events("write.document_edited"), events_before);
    EXPECT_EQ(files_of(frost).size(), 2U);
    EXPECT_EQ(look(frost).parent, manual);

    // In the tree of another circle they hang on what is new, and once.
    const auto viewer = viewer_of(owner);
    const auto other = make_circle("Pipes");
    EXPECT_THAT(send(owner, other, out, "yes").body, HasSubstr("2 documents are new."));
    EXPECT_THAT(send(owner, other, out, "no").body, HasSubstr("2 documents are new."));
    EXPECT_THAT(send(owner, other, out, "no").body, HasSubstr("2 are as they were."));
    const auto tree = tree_of(other);
    ASSERT_EQ(tree.size(), 2U);
    const auto copy = tree[0].title == "Frost" ? tree[0] : tree[1];
    ASSERT_EQ(files_of(copy.id).size(), 2U);
    EXPECT_NE(files_of(copy.id)[0].id, second.id);
    EXPECT_EQ(files_of(copy.id)[0].hash, second.hash);
    EXPECT_THAT(copy.words, HasSubstr("(" + files_of(copy.id)[0].path() + ")"));

    // Without them it is the documents alone; and whoever may not read one gets none of its files.
    const auto bare =
        get(sign_in_as(owner), "/documents.zip", {{"circle", team.text()}, {"files", "no"}});
    EXPECT_EQ(
        names_of(read_archive_bytes(bare.body, "a.zip", document_folder_bytes_max, Names::folders)
                     .value())
            .size(),
        2U);
    write([&](store::Transaction& transaction) {
        ASSERT_TRUE(write::change_rule(transaction, hall->ids(), now(), viewer, manual,
                                       {write::Rule::open, {}, {}, {}, {}}));
    });
    const auto hers = get(sign_in_as(aino), "/documents.zip", {{"circle", team.text()}});
    EXPECT_THAT(
        names_of(read_archive_bytes(hers.body, "a.zip", document_folder_bytes_max, Names::folders)
                     .value()),
        ElementsAre("files/plan.txt", "the-manual.md"));
}

// As another program writes it, with the limits and checks of what is attached by a form.
TEST_P(DocumentFolders, take_what_lies_beside_them)
{
    const ArchivedFiles with_a_plan{
        {"guide/start.md", "# Start\n\n[A plan](plans/a%20plan.txt \"ours\") [Next](next.md)"},
        {"guide/next.md", "Next."},
        {"guide/plans/a plan.txt", "the plan"},
        {"guide/plans/unused.txt", "another"}};
    const auto made = send(owner, team, with_a_plan, "no");
    EXPECT_THAT(made.body, HasSubstr("2 documents are new."));
    EXPECT_THAT(made.body, HasSubstr("1 file was left out."));
    const auto tree = tree_of(team);
    ASSERT_EQ(tree.size(), 2U);
    const auto start = tree[0].title == "Start" ? tree[0] : tree[1];
    const auto hanging = files_of(start.id);
    ASSERT_EQ(hanging.size(), 1U);
    EXPECT_EQ(hanging[0].name, "a plan.txt");
    EXPECT_EQ(start.words,
              "# Start\n\n[A plan](" + hanging[0].path() + " \"ours\") [Next](next.md)");
    EXPECT_THAT(send(owner, team, with_a_plan, "no").body, HasSubstr("2 are as they were."));
    auto empty = with_a_plan;
    empty[2].second.clear();
    const auto refused = send(owner, team, empty, "no");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("guide/plans/a plan.txt: files: This file is empty."));
    EXPECT_EQ(files_of(start.id).size(), 1U);
}

// Deeper than a name in a zip file could ever say.
TEST_P(DocumentFolders, of_a_deep_tree_come_out_and_in_again)
{
    constexpr int levels = 400; // names of a thousand: document_file_test.cpp
    const auto title = [](int level) {
        return "A title as long as titles get, with words that nobody needs " +
               std::to_string(level) + std::string(120, 'x');
    };
    const auto viewer = viewer_of(owner);
    const auto html = write::render_words("Words.").value();
    Id first;
    Id last;
    const auto other = write([&](store::Transaction& transaction) {
        for (int level = 1; level <= levels; ++level) {
            last =
                write::make_document(
                    transaction, hall->ids(), now(), viewer,
                    {.text = {title(level), "", "Words.", {}}, .home = team, .parent = last}, html)
                    .value()
                    .id;
            if (level == 1) first = last;
        }
        return people::create_circle(transaction, hall->ids(), now(), viewer,
                                     {.name = "Pipes",
                                      .kind = people::CircleKind::company,
                                      .visibility = people::Visibility::listed})
            .value()
            .id;
    });
    write([&](store::Transaction& transaction) {
        const auto moved =
            write::edit_document(transaction, hall->ids(), now(), viewer, first, {.parent = last});
        ASSERT_FALSE(moved);
        EXPECT_EQ(moved.error().field, "parent");
    });
    const auto out = take_out(team);
    ASSERT_EQ(out.size(), std::size_t{levels});
    for (const auto& [name, text] : out) EXPECT_LE(name.size(), write::document_name_bytes_max);
    EXPECT_THAT(send(owner, other, out, "no").body, HasSubstr("400 documents are new."));
    // The same tree, one under the other to the last.
    const auto tree = tree_of(other);
    ASSERT_EQ(tree.size(), std::size_t{levels});
    std::map<std::string, Id> by_title;
    for (const auto& document : tree) by_title[document.title] = document.id;
    for (const auto& document : tree) {
        const auto level = std::stoi(document.title.substr(60));
        EXPECT_EQ(document.parent, level == 1 ? Id{} : by_title.at(title(level - 1)));
    }
    EXPECT_THAT(send(owner, other, out, "no").body, HasSubstr("400 are as they were."));
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
        EXPECT_THAT(refused.body,
                    HasSubstr("the-manual.md, line 11: Somebody changed the same words"));
        EXPECT_THAT(refused.body, HasSubstr("empty.md: words: "));
        EXPECT_THAT(refused.body, HasSubstr("shut.md: why: "));
        EXPECT_THAT(refused.body, HasSubstr("strange.md, line 2: place: "));
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
