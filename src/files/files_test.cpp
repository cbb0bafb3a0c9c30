// Files, from the bytes of a stranger to the shelf and back; picture_test.cpp has what is done to
// pictures.
#include "files/files.hpp"

#include "files/pages.hpp"
#include "files/test_pictures.hpp"
#include "people/test_house.hpp"
#include "text/unicode.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace moothall::files {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class OnAShelf : public ::testing::Test {
protected:
    OnAShelf()
        : folder(std::filesystem::temp_directory_path() /
                 ("moothall-shelf-" + std::to_string(::getpid())))
    {
        std::filesystem::remove_all(folder);
    }
    ~OnAShelf() override { std::filesystem::remove_all(folder); }
    std::size_t count() const { return Shelf(folder.string()).list().size(); }

    std::filesystem::path folder;
    Id hall{7};
    Id other{8};
};

TEST_F(OnAShelf, the_same_bytes_stand_once_under_their_hash)
{
    Shelf shelf(folder.string());
    const auto hash = shelf.put(hall, "abc");
    EXPECT_EQ(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(shelf.put(hall, "abc"), hash);
    EXPECT_EQ(count(), 1U);
    EXPECT_EQ(*shelf.read(hall, hash), "abc");
    EXPECT_EQ(shelf.read(other, hash), nullptr) << "each organisation has its own";
    EXPECT_EQ(shelf.read(hall, "../../../../etc/passwd"), nullptr);
    EXPECT_EQ(shelf.read(hall, std::string(64, '0')), nullptr);
    struct stat state{};
    ASSERT_EQ(::stat(shelf.path_of(hall, hash).c_str(), &state), 0);
    EXPECT_EQ(state.st_mode & 0777U, 0600U);
}

TEST_F(OnAShelf, what_no_row_names_goes_and_what_just_came_stays)
{
    Shelf shelf(folder.string());
    const auto named = shelf.put(hall, "named");
    const auto orphan = shelf.put(hall, "orphan");
    const auto is_named = [&](const std::string& hash) { return hash == named; };
    const auto sweep = [&](Time before) {
        std::int64_t removed = 0;
        for (const auto& hash : {named, orphan})
            removed += shelf.collect(hall, hash.substr(0, 2), before, is_named);
        return removed;
    };
    const auto now = std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now());
    EXPECT_EQ(sweep(now - 1h), 0) << "its row may be on its way";
    {
        const Shelf::Hold hold(shelf);
        EXPECT_EQ(sweep(now + 1h), 0) << "a backup is made";
    }
    EXPECT_EQ(sweep(now + 1h), 1);
    EXPECT_TRUE(shelf.has(hall, named));
    EXPECT_FALSE(shelf.has(hall, orphan));
}

TEST_F(OnAShelf, what_cannot_be_written_leaves_nothing_half)
{
    Shelf shelf(folder.string());
    const auto hash = hash_of("x");
    // A file stands where the folder should be.
    std::filesystem::create_directories(folder / hall.text());
    std::ofstream(folder / hall.text() / hash.substr(0, 2)) << "in the way";
    EXPECT_THROW(shelf.put(hall, "x"), std::exception);
    EXPECT_FALSE(shelf.has(hall, hash));
    std::filesystem::remove(folder / hall.text() / hash.substr(0, 2));
    EXPECT_EQ(shelf.put(hall, "x"), hash);
    EXPECT_EQ(count(), 1U);
}

TEST_F(OnAShelf, a_name_in_an_archive_leads_back)
{
    const auto hash = hash_of("x");
    const auto place = place_of(archive_name(hall, hash));
    ASSERT_TRUE(place);
    EXPECT_EQ(place->organisation, hall);
    EXPECT_EQ(place->hash, hash);
    for (const auto* name : {"", "file-", "file-x-y", "moothall.db", "file-0000000000007-../x"})
        EXPECT_FALSE(place_of(name)) << name;
}

TEST(FileName, is_for_showing_only)
{
    EXPECT_EQ(clean_name("a map.png"), "a map.png");
    EXPECT_EQ(clean_name("../../etc/passwd"), "passwd");
    EXPECT_EQ(clean_name("C:\\Users\\Aino\\map.png"), "map.png");
    EXPECT_EQ(clean_name(".htaccess"), "htaccess");
    EXPECT_EQ(clean_name(""), "file");
    EXPECT_EQ(clean_name("..."), "file");
    EXPECT_EQ(clean_name("a\r\nSet-Cookie: b"), "a Set-Cookie: b");
    EXPECT_EQ(clean_name("invoice\u202Egnp.exe"), "invoicegnp.exe");
    EXPECT_EQ(count_characters(clean_name(std::string(5'000, 'x'))), name_characters_max);
}

TEST(FilesInText, stand_where_they_were_put)
{
    std::vector<File> files(2);
    files[0].id = Id{1};
    files[1].id = Id{2};
    EXPECT_EQ(place_files("a ![b](attached:2) c ![](attached:1)", files),
              "a ![b](" + files[1].path() + ") c ![](" + files[0].path() + ")");
    for (const auto* text : {"![b](attached:3)", "![b](attached:0)", "![b](attached:x)",
                             "![b](attached:1", "](attached:", "attached:1"})
        EXPECT_EQ(place_files(text, files), text);
}

/// A hall with the routes of files, and a shelf.
class Files : public people::test::House {
protected:
    void mount(web::Hall& house) override
    {
        folder = std::filesystem::temp_directory_path() /
                 ("moothall-files-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder);
        house.keep(std::make_shared<Shelf>(folder.string()));
        mount_file_pages(house.router());
        mount_file_api(house.router());
    }
    void TearDown() override
    {
        House::TearDown();
        if (!folder.empty()) std::filesystem::remove_all(folder);
    }
    std::string token_of(const people::Person& person)
    {
        return write([&](store::Transaction& transaction) {
            return people::make_api_token(transaction, hall->ids(), now(), organisation.id,
                                          person.id, "test");
        });
    }
    web::Response send(const std::string& token, std::string name, std::string content,
                       std::string alt = {})
    {
        web::Request request;
        request.method = web::Method::post;
        request.path_text = "/api/v1/files";
        request.header_fields.add("authorization", "Bearer " + token);
        request.header_fields.add("content-type", "multipart/form-data; boundary=x");
        if (!alt.empty()) request.form_fields.add("alt", std::move(alt));
        request.uploads.push_back({"file", std::move(name), "text/html", std::move(content)});
        return hall->answer(std::move(request));
    }
    static Json json_of(const web::Response& response)
    {
        return Json::parse(response.body).value();
    }
    static std::string body_of(const web::Response& response)
    {
        return response.shared_body ? *response.shared_body : response.body;
    }
    static std::string id_of(const web::Response& response)
    {
        return std::string(json_of(response).find("id").string().value_or(""));
    }
    /// A thing of hers in a circle, as a voice would be.
    Id make_thing(const people::Person& author, Id circle,
                  record::State state = record::State::visible)
    {
        return write([&](store::Transaction& transaction) {
            const Id id = hall->ids().next(now());
            record::save_thing(transaction, organisation.id,
                               {id, "voice", circle, state, author.id, "A thing", now(), now()});
            return id;
        });
    }
    void hang(const people::Person& person, Id thing, const std::string& file)
    {
        const auto viewer = viewer_of(person);
        write([&](store::Transaction& transaction) {
            ASSERT_TRUE(hang_files(transaction, viewer, thing, thing, {*Id::parse(file)}));
        });
    }

    std::filesystem::path folder;
};
MOOTHALL_ON_EACH_ENGINE(Files);

TEST_P(Files, come_back_as_they_went_to_be_saved_and_never_shown)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto token = token_of(aino);
    const std::string page = "<html><script>alert(document.domain)</script>";
    const auto sent = send(token, "../\"><script>alert(1)</script>.html", page);
    ASSERT_EQ(sent.status, 201) << sent.body;
    const auto id = id_of(sent);
    EXPECT_EQ(header(sent, "Location"), "/api/v1/files/" + id);
    const auto got = by_token(web::Method::get, token, "/files/" + id);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(body_of(got), page);
    EXPECT_EQ(header(got, "Content-Type"), "application/octet-stream");
    EXPECT_THAT(header(got, "Content-Disposition"), StartsWith("attachment; filename=\""));
    EXPECT_THAT(header(got, "Content-Disposition"), Not(HasSubstr("<")));
    EXPECT_THAT(header(got, "Content-Security-Policy"), HasSubstr("sandbox"));
    EXPECT_EQ(header(got, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(got, "Cache-Control"), "private, no-cache");
    EXPECT_EQ(by_token(web::Method::get, token, "/files/" + id + "/small").status, 404);

    const std::string drawing = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    const auto svg = send(token, "drawing.svg", drawing);
    ASSERT_EQ(svg.status, 201);
    EXPECT_EQ(json_of(svg).find("media_type").string(), "application/octet-stream");
    EXPECT_THAT(
        header(by_token(web::Method::get, token, "/files/" + id_of(svg)), "Content-Disposition"),
        StartsWith("attachment"));
}

TEST_P(Files, pictures_are_shown_and_called_what_they_are)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto token = token_of(aino);
    const auto sent = send(token, "map.png", with_exif(write_jpeg(checked(1200, 600)), '\x01'),
                           "Where the meter is");
    ASSERT_EQ(sent.status, 201) << sent.body;
    EXPECT_EQ(json_of(sent).find("name").string(), "map.jpg");
    EXPECT_EQ(json_of(sent).find("width").integer(), 1200);
    EXPECT_EQ(json_of(sent).find("alt").string(), "Where the meter is");
    const auto path = std::string(json_of(sent).find("url").string().value());
    const auto got = by_token(web::Method::get, token, path);
    EXPECT_EQ(header(got, "Content-Type"), "image/jpeg");
    EXPECT_THAT(header(got, "Content-Disposition"), StartsWith("inline"));
    EXPECT_THAT(header(got, "Content-Security-Policy"), HasSubstr("sandbox"));
    EXPECT_THAT(body_of(got), Not(HasSubstr("Exif")));
    const auto small = by_token(web::Method::get, token, path + "/small");
    EXPECT_EQ(header(small, "Content-Type"), "image/webp");
    EXPECT_LT(body_of(small).size(), body_of(got).size());
}

TEST_P(Files, are_seen_by_those_who_see_what_they_hang_on_and_by_nobody_else)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto bob = let_in("Bob", "bob@northwater.example");
    const auto visitor = people::test::Browser{};
    const auto token = token_of(aino);
    const auto file = id_of(send(token, "a.txt", "for friends"));
    const auto status = [&](const people::Person& person, const std::string& path) {
        return get(sign_in_as(person), path).status;
    };
    // It waits: hers alone.
    EXPECT_EQ(status(aino, "/files/" + file), 200);
    EXPECT_EQ(status(bob, "/files/" + file), 404);
    EXPECT_EQ(status(owner, "/files/" + file), 404);
    EXPECT_EQ(get(visitor, "/files/" + file).status, 404);

    const auto thing = make_thing(aino, organisation.everyone);
    hang(aino, thing, file);
    EXPECT_EQ(get(visitor, "/files/" + file).status, 200);
    write([&](store::Transaction& transaction) {
        auto hidden = *record::find_thing(transaction, organisation.id, thing);
        hidden.state = record::State::hidden;
        record::change_thing(transaction, organisation.id, hidden);
    });
    for (const auto& path : {"/files/" + file, "/api/v1/files/" + file}) {
        EXPECT_EQ(status(aino, path), 200) << "her own";
        EXPECT_EQ(status(owner, path), 200) << "a steward";
        EXPECT_EQ(status(bob, path), 404);
        EXPECT_EQ(get(visitor, path).status, 404);
    }
    // What one may not see answers like what is not there, also to who had it before.
    const auto gone = get(visitor, "/files/" + file);
    const auto absent = get(visitor, "/files/0am4zzzzzzzzz");
    EXPECT_EQ(gone.body, absent.body);
    EXPECT_EQ(gone.headers, absent.headers);
    auto again = make_request(web::Method::get, sign_in_as(bob), "/files/" + file, {});
    again.header_fields.add("if-none-match", "\"" + hash_of("for friends").substr(0, 32) + "\"");
    EXPECT_EQ(hall->answer(std::move(again)).status, 404);

    // Neither may somebody hang another's file on her own voice.
    const auto hers = id_of(send(token, "b.txt", "hers"));
    const auto bobs_viewer = viewer_of(bob);
    const auto bobs = make_thing(bob, organisation.everyone);
    write([&](store::Transaction& transaction) {
        EXPECT_FALSE(hang_files(transaction, bobs_viewer, bobs, bobs, {*Id::parse(hers)}));
        EXPECT_FALSE(hang_files(transaction, bobs_viewer, bobs, bobs, {*Id::parse(file)}));
    });
    EXPECT_EQ(by_token(web::Method::del, token_of(bob), "/api/v1/files/" + hers).status, 404);
    EXPECT_EQ(by_token(web::Method::patch, token_of(bob), "/api/v1/files/" + hers, "{}").status,
              404);
}

TEST_P(Files, are_counted_and_have_an_end)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto token = token_of(aino);
    const auto set = [&](std::string_view name, std::string_view value) {
        write([&](store::Transaction& transaction) {
            people::save_setting(transaction, organisation.id, name, value);
        });
    };
    const auto use = [&](Id person) {
        return read([&](store::Transaction& transaction) {
            return find_use(transaction, organisation.id, person).bytes;
        });
    };
    set(file_setting, "1");
    EXPECT_EQ(send(token, "large", std::string(1'000'001, 'x')).status, 422);
    set(person_setting, "2");
    const auto first = id_of(send(token, "one", std::string(900'000, 'x')));
    EXPECT_EQ(send(token, "same", std::string(900'000, 'x')).status, 201) << "counted twice";
    EXPECT_EQ(use(aino.id), 1'800'000);
    EXPECT_EQ(use({}), 1'800'000);
    EXPECT_EQ(Shelf(folder.string()).list().size(), 1U) << "and kept once";
    EXPECT_EQ(send(token, "three", std::string(900'000, 'z')).status, 422);
    EXPECT_EQ(by_token(web::Method::del, token, "/api/v1/files/" + first).status, 204);
    EXPECT_EQ(use(aino.id), 900'000);
    EXPECT_EQ(by_token(web::Method::get, token, "/api/v1/files/" + first).status, 404);
    set(all_setting, "1");
    EXPECT_EQ(send(token, "four", std::string(200'000, 'z')).status, 422);
    set(file_setting, "0");
    EXPECT_EQ(send(token, "five", "x").status, 403) << "nobody attaches anything";
    EXPECT_EQ(send(token, "none", "").status, 403);
    EXPECT_EQ(send("mh_wrong", "six", "x").status, 401);
}

TEST_P(Files, that_wait_for_a_day_go)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto token = token_of(aino);
    const auto waits = id_of(send(token, "waits", "x"));
    const auto hangs = id_of(send(token, "hangs", "y"));
    hang(aino, make_thing(aino, organisation.everyone), hangs);
    write([&](store::Transaction& transaction) {
        EXPECT_EQ(remove_waiting(transaction, organisation.id, now() - 24h, 100), 0);
        EXPECT_EQ(remove_waiting(transaction, organisation.id, now() + 1s, 100), 1);
        EXPECT_TRUE(is_named(transaction, organisation.id, hash_of("y")));
        EXPECT_FALSE(is_named(transaction, organisation.id, hash_of("x")));
    });
    EXPECT_EQ(by_token(web::Method::get, token, "/files/" + waits).status, 404);
    EXPECT_EQ(by_token(web::Method::get, token, "/files/" + hangs).status, 200);
}

TEST_P(Files, of_the_erased_go_with_their_texts)
{
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto token = token_of(aino);
    const auto thing = make_thing(aino, organisation.everyone);
    const auto hung = id_of(send(token, "Aino Virtanen.txt", "y"));
    hang(aino, thing, hung);
    const auto waits = id_of(send(token, "waits", "x"));
    write([&](store::Transaction& transaction) {
        forget_author(transaction, organisation.id, aino.id, Texts::stay);
        EXPECT_EQ(list_files_of(transaction, organisation.id, thing).front().name, "file.txt");
    });
    EXPECT_EQ(by_token(web::Method::get, token, "/files/" + waits).status, 404);
    write([&](store::Transaction& transaction) {
        forget_author(transaction, organisation.id, aino.id, Texts::emptied);
        EXPECT_TRUE(list_files_of(transaction, organisation.id, thing).empty());
        EXPECT_EQ(find_use(transaction, organisation.id, {}).bytes, 0);
    });
}

} // namespace
} // namespace moothall::files

/// Pictures are read by this program itself, started once more with one word.
int main(int argc, char** argv)
{
    if (argc == 2 && argv[1] == moothall::files::picture_reader_word)
        return moothall::files::read_picture();
    ::testing::InitGoogleMock(&argc, argv);
    return RUN_ALL_TESTS();
}
