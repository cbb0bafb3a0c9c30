// Whoever goes leaves nothing in what people talk about: chats, documents, facts, skills, barriers,
// letters and files. Looked for in all bytes of the database, so also in indexes and in what tables
// hold that nobody thought of.

#include "act/act.hpp"
#include "hall/test_uploads.hpp"
#include "organise/organise.hpp"
#include "record/setting.hpp"
#include "tell/letter_address.hpp"
#include "tell/letters_in.hpp"
#include "tell/unsubscribe.hpp"
#include "text/unicode.hpp"
#include "write/write.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

namespace moothall::hall {

namespace {

using testing::HasSubstr;

class ErasureOfTalk : public test::HouseWithUploads {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
        bob = let_in("Bob Brook", "bob@northwater.example");
    }
    /// All that a thief of the disk, or of a copy, could read, in lower case. Words of an index may
    /// stand there without the letters that they share with the word before.
    std::string all_bytes()
    {
        std::string found;
        if (GetParam() == store::Engine::postgres) {
            read([&](store::Transaction& transaction) {
                auto rows = transaction.query(
                    "SELECT CAST(schema_to_xml(current_schema(), true, false, '') AS text)");
                rows.next();
                found = rows->string(0);
            });
        } else {
            const auto path = std::filesystem::temp_directory_path() /
                              ("moothall-erasure-" + std::to_string(::getpid()) + ".db");
            hall->database().copy_to(path.string());
            std::ifstream file(path, std::ios::binary);
            found.assign(std::istreambuf_iterator<char>(file), {});
            file.close();
            std::filesystem::remove(path);
        }
        std::ranges::transform(found, found.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        return found;
    }
    std::vector<std::string> traces_left(const std::vector<std::string>& traces)
    {
        const auto bytes = all_bytes();
        std::vector<std::string> left;
        for (const auto& trace : traces)
            if (bytes.find(trace.substr(2)) != std::string::npos) left.push_back(trace);
        return left;
    }
    template <class Work>
    auto as(const people::Person& person, Work&& work)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return work(transaction, hall->ids(), viewer);
        });
    }
    write::Document make_document(const people::Person& person, Id circle, std::string title,
                                  std::string words)
    {
        return as(person, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            return write::make_document(
                       transaction, ids, now(), viewer,
                       {.text = {.title = title, .purpose = {}, .words = words, .said = {}},
                        .home = circle,
                        .parent = {},
                        .rule = {}},
                       write::render_words(words).value())
                .value();
        });
    }
    void talk()
    {
        using organise::render_line;
        const auto chat = as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            return organise::open_chat(transaction, ids, now(), viewer, {.person = bob.id}).value();
        });
        const auto line = [&](const people::Person& person, const std::string& words) {
            as(person, [&](auto& transaction, auto& ids, const Viewer& viewer) {
                EXPECT_TRUE(organise::say_line(transaction, ids, now(), viewer, chat.id,
                                               {.client_id = words + "-client", .body = words},
                                               render_line(words).value()));
            });
        };
        line(aino, "cassowary");
        line(bob, "Yes.");
        const auto keeping = as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            return organise::propose_keeping(
                       transaction, ids, now(), viewer, chat.id,
                       {.title = "A kookaburra", .circle = {}, .question = {1}, .answer = {2}})
                .value();
        });
        as(bob, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            EXPECT_TRUE(
                organise::agree_to_keeping(transaction, ids, now(), viewer, chat.id, keeping.id));
        });
        // Who was asked may hand it over.
        const auto carla = let_in("Carla", "carla@northwater.example");
        const auto bills = say(bob, "Bills come late");
        const auto asked = as(bob, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            return organise::open_chat(transaction, ids, now(), viewer,
                                       {.person = aino.id, .about = bills.id})
                .value();
        });
        as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            const auto over = organise::hand_over(transaction, ids, now(), viewer, asked.id,
                                                  carla.id, "A cockatoo knows.");
            EXPECT_TRUE(over) << over.error().sentence;
        });
        as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            EXPECT_TRUE(organise::claim_skill(transaction, ids, now(), viewer, "Peregrines",
                                              "I fly a lammergeier."));
            EXPECT_TRUE(organise::wish_for_skill(transaction, ids, now(), viewer, "Otterhounds"));
            EXPECT_TRUE(organise::report_barrier(transaction, ids, now(), viewer,
                                                 {.what = "An echidna shuts me out",
                                                  .words = "Its wallaby.",
                                                  .who = "A bandicoot.",
                                                  .page = "/voices?query=thylacine"}));
        });
    }
    void write_things()
    {
        const auto everyone = organisation.everyone;
        const auto manual = make_document(owner, everyone, "The manual", "First.\n\nSecond.");
        const auto suggestion = as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            return write::make_suggestion(transaction, ids, now(), viewer, manual.id,
                                          {.title = "The salamander",
                                           .words = "First.\n\nThe axolotl.",
                                           .why = "For a capybara."})
                .value();
        });
        as(owner, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            EXPECT_TRUE(write::decline_suggestion(transaction, ids, now(), viewer, suggestion.id,
                                                  "It is not so."));
        });
        // What was taken over of another is the document's, but not why she wanted it.
        const auto taken = as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            return write::make_suggestion(
                       transaction, ids, now(), viewer, manual.id,
                       {.title = {}, .words = "First.\n\nThird.", .why = "As a dromedary would."})
                .value();
        });
        as(owner, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            EXPECT_TRUE(write::accept_suggestion(transaction, ids, now(), viewer, taken.id,
                                                 {.version = 1}));
        });
        const auto her = sign_in_as(aino);
        EXPECT_EQ(post(her, "/documents/" + manual.id.text() + "/comments",
                       {{"body", "A chinchilla?"}, {"paragraph", "1"}})
                      .status,
                  303);
        as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            EXPECT_TRUE(write::confirm_reading(transaction, ids, now(), viewer, manual.id, 1));
        });
        // In a circle of hers she edits what is the circle's.
        const auto board = as(owner, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            people::Circle wanted;
            wanted.name = "The board";
            const auto made =
                people::create_circle(transaction, ids, now(), viewer, wanted).value();
            people::set_role(transaction, organisation.id, made.id, aino.id, Role::member, now());
            return made;
        });
        const auto minutes = make_document(owner, board.id, "The minutes", "Of the board.");
        const auto his = as(owner, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            return write::make_suggestion(transaction, ids, now(), viewer, minutes.id,
                                          {.title = {}, .words = "Otherwise.", .why = "x"})
                .value();
        });
        as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            EXPECT_TRUE(write::decline_suggestion(transaction, ids, now(), viewer, his.id,
                                                  "A vicuna said no."));
            EXPECT_TRUE(write::edit_document(
                transaction, ids, now(), viewer, minutes.id,
                {.words = "Of the whole board.", .said = "An alpaca asked for it."}));
            EXPECT_TRUE(write::begin_editing(transaction, now(), viewer, minutes.id));
        });
    }
    void tell_facts()
    {
        const auto kind_of = [&](write::FactSubject about, std::string name) {
            return as(owner, [&](auto& transaction, auto& ids, const Viewer& viewer) {
                write::FactKind kind;
                kind.about = about;
                kind.name = name;
                kind.readers = organisation.everyone;
                kind.checked = true;
                return write::save_fact_kind(transaction, ids, now(), viewer, kind).value().id;
            });
        };
        const auto telephone = kind_of(write::FactSubject::person, "Telephone");
        const auto door = kind_of(write::FactSubject::place, "Door");
        as(aino, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            const auto say = [&](Id about, Id kind, std::string value, std::string why) {
                return write::say_fact(transaction, ids, now(), viewer, about, kind,
                                       {.value = {value}, .taken_on = {}, .why = why})
                    .value();
            };
            const auto fact = say(viewer.person, telephone, "tarantula", "For the scorpion.");
            EXPECT_TRUE(write::change_fact(transaction, ids, now(), viewer, fact.id,
                                           {.value = {"centipede"}, .taken_on = {}, .why = {}}));
            const auto place =
                write::make_place(transaction, ids, now(), viewer, viewer.person, "Platypus lane")
                    .value();
            say(place.id, door, "wolverine", {});
        });
    }
    void write_letters()
    {
        const auto voice = say(bob, "A roof");
        const auto address = write([&](store::Transaction& transaction) {
            record::save_setting(transaction, organisation.id, tell::answers_setting, "on");
            return tell::answer_name(tell::unsubscribe_secret(transaction, organisation.id),
                                     organisation.id, {aino.id, voice.id}) +
                   "@localhost";
        });
        const auto receiver = tell::make_letter_receiver(*hall, "mail.hall.example");
        const auto answers = receiver.deliver(
            {aino.email, {address}},
            "From: Aino Korhonen <aino@saint-aubin.example>\r\nTo: " + address +
                "\r\nSubject: A flamingo\r\nMessage-ID: <ptarmigan@saint-aubin.example>\r\n"
                "User-Agent: Capercaillie\r\n\r\nThe gibbon says so.\r\n\r\n-- \r\nMacaque\r\n");
        EXPECT_EQ(answers.at(0).code, 250);
        EXPECT_EQ(post_files(sign_in_as(aino), "/voices/" + voice.id.text() + "/replies",
                             {{"body", "See here."}}, "files", {{"marmoset.txt", "A tamarin."}})
                      .status,
                  303);
    }
    void live()
    {
        talk();
        write_things();
        tell_facts();
        write_letters();
        as(owner, [&](auto& transaction, auto& ids, const Viewer& viewer) {
            organise::CodeHistory history;
            history.head = "0123";
            history.commits = 1;
            organise::CodeShare share{.name = "Aino Korhonen", .email = aino.email};
            share.commits = 1;
            share.weight = 1;
            share.newest = now();
            share.words = {"Mend the hedgehog"};
            history.parts = {{"", true, {share}}, {"src", true, {share}}};
            EXPECT_TRUE(organise::save_code(transaction, ids, now(), viewer, "water",
                                            organisation.everyone, history));
        });
    }

    people::Person aino;
    people::Person bob;
    const std::vector<std::string> said = {
        "cassowary", "kookaburra", "cockatoo", "lammergeier", "echidna",     "wallaby",
        "bandicoot", "salamander", "axolotl",  "capybara",    "chinchilla",  "vicuna",
        "alpaca",    "tarantula",  "scorpion", "centipede",   "platypus",    "wolverine",
        "gibbon",    "marmoset",   "hedgehog", "peregrines",  "otterhounds", "dromedary"};
    const std::vector<std::string> names = {"korhonen", "saint-aubin"};
};
MOOTHALL_ON_EACH_ENGINE(ErasureOfTalk);

TEST_P(ErasureOfTalk, leaves_nothing_of_her_in_any_byte)
{
    live();
    EXPECT_THAT(traces_left(said), testing::UnorderedElementsAreArray(said))
        << "all are looked for";
    EXPECT_THAT(traces_left(names), testing::SizeIs(2));
    EXPECT_EQ(
        post(sign_in_as(aino), "/settings/erasure", {{"texts", "emptied"}, {"name", aino.name}})
            .status,
        303);
    EXPECT_THAT(traces_left(said), testing::IsEmpty());
    EXPECT_THAT(traces_left(names), testing::IsEmpty());
    EXPECT_THAT(traces_left({"flamingo", "ptarmigan", "capercaillie", "macaque", "thylacine"}),
                testing::IsEmpty());
}

TEST_P(ErasureOfTalk, leaves_her_words_without_her_name_when_she_wishes)
{
    live();
    EXPECT_EQ(post(sign_in_as(aino), "/settings/erasure", {{"texts", "stay"}, {"name", aino.name}})
                  .status,
              303);
    EXPECT_THAT(traces_left(names), testing::IsEmpty());
    EXPECT_THAT(traces_left({"cassowary", "axolotl", "chinchilla", "wallaby", "gibbon"}),
                testing::SizeIs(5));
    // What was known of her, and what she said of herself, goes in any case.
    EXPECT_THAT(traces_left({"tarantula", "centipede", "platypus", "wolverine", "lammergeier",
                             "peregrines", "otterhounds", "hedgehog"}),
                testing::IsEmpty());
}

} // namespace

} // namespace moothall::hall
