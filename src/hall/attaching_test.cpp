// Files on voices and replies: said with them, shown, changed, hidden, carried out and brought
// back.
#include "hall/backup.hpp"
#include "hall/carry.hpp"
#include "hall/carry_files.hpp"
#include "hall/erasure.hpp"
#include "hall/test_uploads.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace moothall::hall::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Attaching : public HouseWithUploads {
protected:
    void SetUp() override
    {
        folder = std::filesystem::temp_directory_path() /
                 ("moothall-attaching-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        bob = let_in("Bob", "bob@northwater.example");
    }
    void TearDown() override
    {
        WholeHouse::TearDown();
        std::filesystem::remove_all(folder);
    }
    std::string data_folder() override { return (folder / "data").string(); }

    web::Response send(const people::Person& person, std::string path, const Sent& form,
                       const Uploads& uploads)
    {
        return post_files(sign_in_as(person), std::move(path), form, "files", uploads);
    }
    std::string page(const people::Person& person, const std::string& path)
    {
        const auto response = get(sign_in_as(person), path);
        EXPECT_EQ(response.status, 200) << path;
        return response.body;
    }
    Id said_id(const web::Response& response)
    {
        EXPECT_EQ(response.status, 303) << response.body;
        const auto path = header(response, "Location");
        return Id::parse(path.substr(std::string_view("/voices/").size(), 13)).value();
    }
    std::vector<files::File> files_of(Id thing)
    {
        return read([&](store::Transaction& transaction) {
            return files::list_files_of(transaction, organisation.id, thing);
        });
    }
    bool on_sqlite() const { return GetParam() == store::Engine::sqlite; }
    static std::string bytes_of(const web::Response& response)
    {
        return response.shared_body ? *response.shared_body : response.body;
    }

    std::filesystem::path folder;
    people::Person aino;
    people::Person bob;
};
MOOTHALL_ON_EACH_ENGINE(Attaching);

TEST_P(Attaching, a_voice_is_said_with_its_files_by_a_plain_form)
{
    const auto form = get(sign_in_as(aino), "/say").body;
    EXPECT_THAT(form, HasSubstr("enctype=\"multipart/form-data\""));
    EXPECT_THAT(form, HasSubstr("type=\"file\""));
    EXPECT_THAT(get({}, "/say").body, Not(HasSubstr("type=\"file\""))) << "strangers bring none";

    const auto voice = said_id(send(aino, "/say", {{"text", "The meter leaks. See the reading."}},
                                    {{"reading.txt", "12345 m3"}, {"", ""}}));
    ASSERT_EQ(files_of(voice).size(), 1U);
    const auto file = files_of(voice).front();
    EXPECT_THAT(page(bob, "/voices/" + voice.text()),
                HasSubstr("<a href=\"" + file.path() + "\" dir=\"auto\">reading.txt</a>"));
    EXPECT_EQ(bytes_of(get(sign_in_as(bob), file.path())), "12345 m3");
    EXPECT_EQ(events("hear.voice_said"), 1);

    // In the text, where its place was marked.
    const auto placed =
        said_id(send(aino, "/say", {{"text", "Look.\n\nHere: [the reading](attached:1)"}},
                     {{"reading.txt", "1"}}));
    const auto path = files_of(placed).front().path();
    const auto shown = page(bob, "/voices/" + placed.text());
    EXPECT_THAT(shown, HasSubstr("<a href=\"" + path + "\" rel=\"nofollow ugc noopener\">the"));
    EXPECT_THAT(shown, Not(HasSubstr("class=\"attached\""))) << "and not once more under it";
}

TEST_P(Attaching, what_is_refused_leaves_the_text_in_the_form_and_no_row)
{
    const std::string large(10'000'001, 'x');
    const auto refused = send(aino, "/say", {{"text", "Do not lose this"}}, {{"large", large}});
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("Do not lose this"));
    EXPECT_THAT(refused.body, HasSubstr("A file has at most 10 MB here."));
    const auto looked =
        send(aino, "/say/preview", {{"text", "Soon"}, {"alt", "A leak"}}, {{"a.txt", "a"}});
    EXPECT_EQ(looked.status, 200);
    EXPECT_THAT(looked.body, HasSubstr("Please choose the files again"));
    EXPECT_THAT(looked.body, HasSubstr("name=\"alt\" value=\"A leak\""));
    const auto voice = say(aino, "A voice").id;
    const auto eleven = Uploads(11, {"a.txt", "a"});
    const auto many =
        send(bob, "/voices/" + voice.text() + "/replies", {{"body", "Do keep this"}}, eleven);
    EXPECT_EQ(many.status, 422);
    EXPECT_THAT(many.body, HasSubstr("Do keep this"));
    EXPECT_THAT(many.body, HasSubstr("At most 10 files"));
    EXPECT_EQ(
        send(bob, "/voices/" + voice.text() + "/replies", {{"body", " "}}, {{"a", "a"}}).status,
        422);
    EXPECT_EQ(events("hear.reply_said"), 0);
    read([&](store::Transaction& transaction) {
        EXPECT_EQ(files::find_use(transaction, organisation.id, {}).files, 0);
    });
    // By a stranger, whose voice waits for her letter, none at all.
    auto request = make_request(web::Method::post, {}, "/say", {});
    request.uploads.push_back({"files", "a.txt", "", "a"});
    request.form_fields.add("text", "Hello");
    EXPECT_NE(hall->answer(std::move(request)).status, 303);
}

TEST_P(Attaching, the_name_of_a_file_is_inert)
{
    const std::string name = "\"><img src=x onerror=alert(1)>'`{{x}}.html";
    const auto voice = said_id(send(aino, "/say", {{"text", "A voice"}}, {{name, "<script>"}}));
    for (const auto& path : {"/voices/" + voice.text(), "/voices/" + voice.text() + "/edit"}) {
        const auto body = page(aino, path);
        EXPECT_THAT(body, Not(HasSubstr("<img src=x")));
        EXPECT_THAT(body, HasSubstr("&lt;img src=x onerror=alert(1)&gt;"));
    }
    const auto got = get(sign_in_as(bob), files_of(voice).front().path());
    EXPECT_THAT(header(got, "Content-Disposition"),
                ContainsRegex("^attachment; filename=\"[^\"]*\"; "));
    EXPECT_EQ(header(got, "Content-Type"), "application/octet-stream");
}

TEST_P(Attaching, a_reply_has_its_own_and_hiding_either_hides_them)
{
    const auto voice = say(aino, "A voice").id;
    const auto sent = send(bob, "/voices/" + voice.text() + "/replies", {{"body", "An answer"}},
                           {{"plan.pdf", "%PDF"}});
    ASSERT_EQ(sent.status, 303);
    const auto reply =
        Id::parse(header(sent, "Location").substr(header(sent, "Location").find('#') + 1));
    const auto path = files_of(*reply).front().path();
    EXPECT_THAT(page(aino, "/voices/" + voice.text()), HasSubstr("plan.pdf"));
    const auto stranger = let_in("Cleo", "cleo@customer.example");
    EXPECT_EQ(get(sign_in_as(stranger), path).status, 200);
    const auto steward = viewer_of(owner);
    for (const Id hidden : {voice, *reply}) {
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(hear::hide(transaction, hall->ids(), now(), steward, hidden, "a reason"));
        });
        EXPECT_EQ(get(sign_in_as(stranger), path).status, 404);
        EXPECT_EQ(get({}, path).status, 404);
        EXPECT_EQ(get(sign_in_as(owner), path).status, 200);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(hear::show_again(transaction, hall->ids(), now(), steward, hidden));
        });
        EXPECT_EQ(get(sign_in_as(stranger), path).status, 200);
    }
}

TEST_P(Attaching, an_edit_adds_describes_and_takes_away)
{
    const auto voice = said_id(send(aino, "/say", {{"text", "A voice. And a text."}},
                                    {{"one.txt", "1"}, {"two.txt", "2"}}));
    const auto before = files_of(voice);
    const Sent same{{"title", "A voice."}, {"body", "A voice. And a text."}, {"kind", "other"}};
    auto change = same;
    change.emplace_back("remove", before[0].id.text());
    change.emplace_back("alt-" + before[1].id.text(), "Two");
    EXPECT_EQ(send(bob, "/voices/" + voice.text() + "/edit", change, {{"x", "x"}}).status, 403);
    EXPECT_EQ(files_of(voice).size(), 2U);
    EXPECT_EQ(send(aino, "/voices/" + voice.text() + "/edit", change, {{"three.txt", "3"}}).status,
              303);
    const auto after = files_of(voice);
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(after[0].name, "two.txt");
    EXPECT_EQ(after[0].alt, "Two");
    EXPECT_EQ(after[1].name, "three.txt");
    EXPECT_EQ(get(sign_in_as(aino), before[0].path()).status, 404);
    // A steward who sorts it leaves what hangs on it alone.
    auto sorting = Sent{{"kind", "want"}, {"remove", after[0].id.text()}};
    EXPECT_EQ(send(owner, "/voices/" + voice.text() + "/edit", sorting, {}).status, 303);
    EXPECT_EQ(files_of(voice).size(), 2U);

    const auto sent =
        send(bob, "/voices/" + voice.text() + "/replies", {{"body", "An answer"}}, {});
    const auto reply =
        Id::parse(header(sent, "Location").substr(header(sent, "Location").find('#') + 1));
    const auto edited = send(bob, "/replies/" + reply->text() + "/edit", {{"body", "An answer"}},
                             {{"late.txt", "late"}});
    EXPECT_EQ(edited.status, 303);
    EXPECT_EQ(files_of(*reply).size(), 1U);
    EXPECT_EQ(events("hear.reply_edited"), 1) << "though its words are the same";
}

TEST_P(Attaching, is_hers_for_whom_it_was_said)
{
    const auto maker = viewer_of(owner);
    write([&](store::Transaction& transaction) {
        const auto team =
            people::create_circle(transaction, hall->ids(), now(), maker,
                                  {.name = "Office", .kind = people::CircleKind::company})
                .value();
        people::set_role(transaction, organisation.id, team.id, bob.id, Role::member, now());
    });
    const auto voice =
        said_id(send(bob, "/say", {{"text", "A voice. And a text."}, {"on_behalf_of", "Aino"}},
                     {{"one.txt", "1"}, {"two.txt", "2"}}));
    const auto hung = files_of(voice);
    ASSERT_EQ(hung.size(), 2U);
    const auto edit = "/voices/" + voice.text() + "/edit";
    const Sent corrected{{"title", "A voice."}, {"body", "My own words."}, {"kind", "other"}};
    EXPECT_EQ(send(aino, edit, corrected, {}).status, 303);
    // Who wrote for her changes neither her words any more nor what hangs on them.
    send(bob, edit, {{"kind", "other"}, {"remove", hung[0].id.text()}}, {{"more.txt", "3"}});
    EXPECT_EQ(files_of(voice).size(), 2U);
    const auto take_away = [&](const people::Person& person) {
        const auto token = write([&](store::Transaction& transaction) {
            return people::make_api_token(transaction, hall->ids(), now(), organisation.id,
                                          person.id, "test");
        });
        return by_token(web::Method::del, token, "/api/v1/files/" + hung[0].id.text()).status;
    };
    EXPECT_EQ(take_away(let_in("Cy", "cy@customer.example")), 403);
    EXPECT_EQ(take_away(aino), 204) << "though he brought it";
    EXPECT_EQ(files_of(voice).size(), 1U);
}

TEST_P(Attaching, goes_with_an_erased_author)
{
    const auto voice = said_id(send(aino, "/say", {{"text", "A voice"}}, {{"one.txt", "1"}}));
    write([&](store::Transaction& transaction) {
        hear::forget_author(transaction, organisation.id, aino.id, hear::Texts::emptied, "Erased");
    });
    EXPECT_TRUE(files_of(voice).empty());
}

TEST_P(Attaching, is_carried_out_and_brought_back_with_the_same_bytes)
{
    const auto voice =
        said_id(send(aino, "/say", {{"text", "A voice"}},
                     {{"one.txt", "first"}, {"two.txt", "second"}, {"again", "first"}}));
    const auto out = [&](store::Database& database, const files::Shelf& shelf,
                         const std::string& path) {
        database.read([&](store::Transaction& transaction) {
            auto parts = export_organisation(transaction, organisation.id);
            for (auto& part : export_files(transaction, organisation.id, shelf))
                parts.push_back(std::move(part));
            write_archive(path, parts);
        });
        return read_archive(path, export_bytes_max).value();
    };
    const files::Shelf shelf(shelf_folder(data_folder()));
    const auto zip = (folder / "one.zip").string();
    const auto first = out(hall->database(), shelf, zip);
    EXPECT_EQ(std::ranges::count_if(
                  first, [](const auto& part) { return part.first.starts_with("file-"); }),
              2)
        << "the same bytes once";

    files::Shelf other_shelf((folder / "other").string());
    const auto other = open();
    ASSERT_TRUE(import_files(zip, other_shelf));
    const auto rows = open_export(zip).value();
    other->write([&](store::Transaction& transaction) {
        ASSERT_TRUE(import_organisation(transaction, rows));
        EXPECT_TRUE(check_files(transaction, organisation.id, other_shelf));
        EXPECT_FALSE(
            check_files(transaction, organisation.id, files::Shelf((folder / "empty").string())));
    });
    EXPECT_EQ(out(*other, other_shelf, (folder / "two.zip").string()), first);
    EXPECT_EQ(*other_shelf.read(organisation.id, files_of(voice).front().hash), "first");

    // Bytes that are not what their name says.
    const auto name = files::archive_name(organisation.id, files::hash_of("first"));
    write_archive((folder / "bad.zip").string(), {{name, "another", {}}});
    EXPECT_FALSE(import_files((folder / "bad.zip").string(), other_shelf));
}

TEST_P(Attaching, to_documents_goes_by_who_may_read_them)
{
    const auto id_in = [](const web::Response& response) {
        EXPECT_EQ(response.status, 303) << response.body;
        const auto path = header(response, "Location");
        return Id::parse(path.substr(std::string_view("/documents/").size(), 13)).value();
    };
    EXPECT_THAT(get(sign_in_as(owner), "/documents/new").body, HasSubstr("type=\"file\""));
    const auto manual = id_in(send(
        owner, "/documents", {{"title", "The manual"}, {"words", "Look: [the plan](attached:1)"}},
        {{"plan.txt", "a plan"}, {"list.txt", "a list"}}));
    const auto hung = files_of(manual);
    ASSERT_EQ(hung.size(), 2U);
    const auto path = "/documents/" + manual.text();
    EXPECT_THAT(page(bob, path), HasSubstr("<a href=\"" + hung[0].path() + "\""));
    EXPECT_THAT(page(bob, path), HasSubstr("<a href=\"" + hung[1].path() + "\" dir=\"auto\">list"));
    EXPECT_EQ(bytes_of(get({}, hung[0].path())), "a plan");

    // Only who may edit it changes what hangs on it; that alone is a change, and an event.
    EXPECT_EQ(send(bob, path, {{"remove", hung[0].id.text()}, {"version", "1"}}, {}).status, 403);
    const Sent same{{"title", "The manual"},
                    {"words", "Look: [the plan](" + hung[0].path() + ")"},
                    {"version", "1"},
                    {"remove", hung[1].id.text()}};
    EXPECT_EQ(send(owner, path, same, {{"more.txt", "more"}}).status, 303);
    EXPECT_EQ(events("write.document_edited"), 1);
    ASSERT_EQ(files_of(manual).size(), 2U);
    EXPECT_EQ(files_of(manual)[1].name, "more.txt");

    // By a program.
    const auto token = write([&](store::Transaction& transaction) {
        return people::make_api_token(transaction, hall->ids(), now(), organisation.id, owner.id,
                                      "test");
    });
    const auto waiting = hall->ids().next(now());
    write([&](store::Transaction& transaction) {
        auto file = hung[0];
        file.id = waiting;
        file.thing = file.subject = {};
        file.author = owner.id;
        EXPECT_TRUE(files::save_file(transaction, organisation.id, file));
    });
    const auto hang = R"({"files":[")" + waiting.text() + "\"]}";
    const auto api = "/api/v1/documents/" + manual.text();
    EXPECT_THAT(by_token(web::Method::patch, token, api, hang).body, HasSubstr(waiting.text()));
    EXPECT_EQ(by_token(web::Method::patch, token, api, hang).status, 422) << "it hangs already";

    // Closed, it closes what hangs on it, and its history with it.
    const auto maker = viewer_of(owner);
    const auto board = write([&](store::Transaction& transaction) {
        return people::create_circle(transaction, hall->ids(), now(), maker,
                                     {.name = "Board",
                                      .kind = people::CircleKind::company,
                                      .visibility = people::Visibility::closed})
            .value();
    });
    const auto closed = send(owner, path + "/rule",
                             {{"rule", "closed"},
                              {"readers", board.id.text()},
                              {"why", "It names people."},
                              {"review_on", "2031-01-01"}},
                             {});
    ASSERT_EQ(closed.status, 303) << closed.body;
    EXPECT_EQ(get(sign_in_as(bob), hung[0].path()).status, 404);
    EXPECT_EQ(get(sign_in_as(owner), hung[0].path()).status, 200);
    EXPECT_THAT(page(bob, path), Not(HasSubstr("more.txt")));
}

// A file has no versions: who edits a document takes away what she brought, and no more.
TEST_P(Attaching, to_a_document_is_taken_away_by_one_rule_on_the_page_and_for_programs)
{
    const auto viewer = viewer_of(owner);
    const auto document = write([&](store::Transaction& transaction) {
        const auto circle = people::create_circle(transaction, hall->ids(), now(), viewer,
                                                  {.name = "Neighbours",
                                                   .kind = people::CircleKind::community,
                                                   .visibility = people::Visibility::listed})
                                .value()
                                .id;
        for (const auto& person : {aino, bob})
            people::set_role(transaction, organisation.id, circle, person.id, Role::member, now());
        return circle;
    });
    const auto made =
        send(owner, "/documents",
             {{"title", "The pipes"}, {"words", "So."}, {"circle", document.text()}}, {});
    ASSERT_EQ(made.status, 303) << made.body;
    const auto id = Id::parse(header(made, "Location").substr(11, 13)).value();
    const auto path = "/documents/" + id.text();
    const Sent same{{"title", "The pipes"}, {"words", "So."}, {"version", "1"}};
    EXPECT_EQ(send(aino, path, same, {{"plan.txt", "A plan"}}).status, 303);
    ASSERT_EQ(files_of(id).size(), 1U);
    const auto file = files_of(id).front();
    auto takes_away = same;
    takes_away.push_back({"remove", file.id.text()});
    takes_away.push_back({"place", "4"});
    EXPECT_THAT(page(bob, path + "/edit"), HasSubstr("plan.txt"));
    EXPECT_THAT(page(bob, path + "/edit"), Not(HasSubstr("name=\"remove\"")));
    EXPECT_THAT(page(aino, path + "/edit"), HasSubstr("name=\"remove\""));
    EXPECT_EQ(send(bob, path, takes_away, {}).status, 403);
    EXPECT_EQ(files_of(id).size(), 1U);
    EXPECT_EQ(send(aino, path, takes_away, {}).status, 303);
    EXPECT_EQ(files_of(id).size(), 0U);
}

TEST_P(Attaching, is_in_the_backup)
{
    const auto voice = said_id(send(aino, "/say", {{"text", "A voice"}}, {{"one.txt", "first"}}));
    const auto hash = files_of(voice).front().hash;
    const auto zip = (folder / "backup.zip").string();
    write_backup(hall->database(), data_folder(), organisation.id, zip);
    if (on_sqlite()) {
        const auto again = (folder / "again").string();
        ASSERT_TRUE(restore_backup(zip, again));
        files::Shelf shelf(shelf_folder(again));
        EXPECT_EQ(*shelf.read(organisation.id, hash), "first");
    } else {
        files::Shelf shelf((folder / "again").string());
        ASSERT_TRUE(import_files(zip, shelf));
        EXPECT_EQ(*shelf.read(organisation.id, hash), "first");
    }
    // A backup that lacks what a row names is none.
    if (!on_sqlite()) return;
    std::filesystem::remove(
        files::Shelf(shelf_folder(data_folder())).path_of(organisation.id, hash));
    std::filesystem::remove(zip);
    write_backup(hall->database(), data_folder(), organisation.id, zip);
    const auto refused = restore_backup(zip, (folder / "third").string());
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().sentence, HasSubstr("lacks"));
    EXPECT_FALSE(std::filesystem::exists(folder / "third"));
}

} // namespace
} // namespace moothall::hall::test
