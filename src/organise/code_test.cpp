#include "organise/code.hpp"

#include "organise/code_pages.hpp"
#include "people/account.hpp"
#include "people/erased.hpp"
#include "people/test_house.hpp"
#include "text/json.hpp"

#include <gmock/gmock.h>

namespace moothall::organise {
namespace {

using people::test::Browser;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Code : public people::test::House {
protected:
    void mount(web::Hall& house) override { mount_code_pages(house.router()); }
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        mei = let_in("Mei", "mei@northwater.example");
        aino = let_in("Aino", "aino@customer.example");
        const auto viewer = viewer_of(owner);
        company = write([&](store::Transaction& transaction) {
            people::Circle wanted;
            wanted.name = "The company";
            wanted.kind = people::CircleKind::company;
            wanted.visibility = people::Visibility::listed;
            const auto made =
                people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value().id;
            people::set_role(transaction, organisation.id, made, mei.id, Role::member, now());
            return made;
        });
    }
    CodePart part(std::string path, bool folder, std::vector<CodeShare> shares)
    {
        CodePart one;
        one.path = std::move(path);
        one.folder = folder;
        one.shares = std::move(shares);
        return one;
    }
    CodeShare share(std::string name, std::string email, double weight)
    {
        CodeShare one;
        one.name = std::move(name);
        one.email = std::move(email);
        one.commits = 2;
        one.weight = weight;
        one.newest = now();
        one.words = {"Round meter readings"};
        return one;
    }
    CodeHistory history()
    {
        const auto both = [&] {
            return std::vector{share("Ghost", "ghost@elsewhere.example", 0.5),
                               share("Mei", "MEI@northwater.example", 1.5)};
        };
        CodeHistory read;
        read.head = "0123";
        read.commits = 4;
        read.parts = {part("", true, both()), part("src", true, both()),
                      part("src/billing", true, both()), part("src/billing/deep", true, both()),
                      part("src/billing/reading.cpp", false, both())};
        return read;
    }
    Result<CodeReport> bring_in(const CodeHistory& read, Id circle = {})
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return save_code(transaction, hall->ids(), now(), viewer, "water", circle, read);
        });
    }
    Result<CodeComponent> look(const people::Person& person, std::string_view path)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return find_code(transaction, viewer, path, {}, 100);
        });
    }

    people::Person mei;
    people::Person aino;
    Id company;
};

TEST_P(Code, names_who_wrote_a_component_the_newest_most)
{
    const auto report = bring_in(history()).value();
    EXPECT_EQ(report.folders, 4);
    EXPECT_EQ(report.files, 1);
    EXPECT_EQ(report.people, 2);
    EXPECT_EQ(report.new_people, 1);
    const auto file = look(mei, "water/src/billing/reading.cpp").value();
    ASSERT_THAT(file.authors, SizeIs(2));
    EXPECT_EQ(file.authors[0].person.id, mei.id); // known by her address, whatever its case
    EXPECT_TRUE(file.authors[0].reachable);
    EXPECT_EQ(file.authors[1].person.name, "Ghost");
    EXPECT_FALSE(file.authors[1].reachable); // until she claims it by signing in
    EXPECT_FALSE(file.folder);
    const auto folder = look(mei, "water/src/billing").value();
    EXPECT_THAT(folder.below, SizeIs(2));
    EXPECT_EQ(folder.below[0].name, "deep");
    EXPECT_EQ(folder.below[0].who, "Mei");
    // A chat is about the folder on the second level, or above.
    EXPECT_EQ(file.thing, folder.thing);
    EXPECT_EQ(look(mei, "water/src/billing/deep").value().thing, folder.thing);
    EXPECT_EQ(look(mei, folder.thing.text()).value().path, "src/billing");
    EXPECT_EQ(events("organise.code_read"), 1);
}

TEST_P(Code, is_seen_by_the_company_unless_it_says_otherwise)
{
    ASSERT_TRUE(bring_in(history()));
    const auto member = sign_in_as(mei);
    const auto customer = sign_in_as(aino);
    for (const char* path :
         {"/code/water", "/code/water/src/billing/reading.cpp", "/code/water/src/billing"}) {
        EXPECT_EQ(get(member, path).status, 200) << path;
        EXPECT_EQ(get(customer, path).status, 404) << path;
        EXPECT_EQ(get(Browser{}, path).status, 404) << path;
    }
    const people::test::Sent query{{"path", "water/src/billing"}};
    EXPECT_THAT(get(member, "/api/v1/code/component", query).body, HasSubstr("reading.cpp"));
    EXPECT_EQ(get(customer, "/api/v1/code/component", query).status, 404);
    EXPECT_EQ(get(member, "/code/water/none").status, 404);
    EXPECT_THAT(get(member, "/code").body, HasSubstr("/code/water"));
    EXPECT_THAT(get(customer, "/code").body, Not(HasSubstr("/code/water")));
    EXPECT_THAT(get(customer, "/api/v1/code").body, Not(HasSubstr("water")));
    EXPECT_THAT(get(member, "/code/water/src").body, HasSubstr("Mei"));

    ASSERT_TRUE(bring_in(history(), organisation.everyone));
    EXPECT_EQ(get(customer, "/code/water").status, 200);
    EXPECT_EQ(get(Browser{}, "/code/water/src").status, 200);
    // Brought in anew it stays where it was put.
    ASSERT_TRUE(bring_in(history()));
    EXPECT_EQ(get(customer, "/code/water").status, 200);
}

TEST_P(Code, is_replaced_when_it_is_brought_in_anew)
{
    ASSERT_TRUE(bring_in(history()));
    const auto before = look(mei, "water/src").value();
    auto newer = history();
    newer.parts.pop_back();
    newer.parts[1].shares.erase(newer.parts[1].shares.begin());
    const auto report = bring_in(newer).value();
    EXPECT_EQ(report.new_people, 0);
    const auto after = look(mei, "water/src").value();
    EXPECT_EQ(after.thing, before.thing);
    EXPECT_THAT(after.authors, SizeIs(1));
    EXPECT_EQ(after.authors[0].commits, 2);
    EXPECT_FALSE(look(mei, "water/src/billing/reading.cpp"));
}

TEST_P(Code, brings_nobody_back_who_was_erased)
{
    ASSERT_TRUE(bring_in(history()));
    const auto ghost = read([&](store::Transaction& transaction) {
        return people::find_person_by_email(transaction, organisation.id, "ghost@elsewhere.example")
            .value();
    });
    write([&](store::Transaction& transaction) {
        people::note_erased(transaction, organisation.id, ghost.email);
        people::forget_person(transaction, organisation.id, ghost, now());
    });
    const auto report = bring_in(history()).value();
    EXPECT_EQ(report.new_people, 0);
    const auto file = look(mei, "water/src/billing/reading.cpp").value();
    ASSERT_THAT(file.authors, SizeIs(1)) << "nobody stands there for her";
    EXPECT_EQ(file.authors[0].person.id, mei.id);
    read([&](store::Transaction& transaction) {
        EXPECT_TRUE(people::was_erased(transaction, organisation.id, " Ghost@ELSEWHERE.example"));
        EXPECT_FALSE(people::was_erased(transaction, organisation.id, "other@elsewhere.example"));
        EXPECT_FALSE(people::was_erased(transaction, Id{1}, "ghost@elsewhere.example"));
    });
}

TEST_P(Code, names_nobody_who_does_not_want_to_be_named)
{
    ASSERT_TRUE(bring_in(history()));
    write([&](store::Transaction& transaction) {
        transaction.execute("INSERT INTO who_knows_hidden (org_id, person_id) VALUES (?1, ?2)",
                            organisation.id, mei.id);
    });
    const auto file = look(owner, "water/src/billing").value();
    ASSERT_THAT(file.authors, SizeIs(1));
    EXPECT_EQ(file.authors[0].person.name, "Ghost");
    EXPECT_EQ(file.below[0].who, "Ghost");
    JsonWriter json;
    json.begin_object();
    read([&](store::Transaction& transaction) {
        write_own_code(transaction, json, organisation.id, mei.id);
    });
    EXPECT_THAT(json.end_object().take(), HasSubstr("src/billing/reading.cpp"));
    write([&](store::Transaction& transaction) {
        forget_code_author(transaction, organisation.id, mei.id);
    });
    EXPECT_THAT(look(owner, "water").value().authors, SizeIs(1));
}

TEST_P(Code, is_brought_in_by_owners_under_a_plain_name)
{
    const auto viewer = viewer_of(mei);
    const auto refused = write([&](store::Transaction& transaction) {
        return save_code(transaction, hall->ids(), now(), viewer, "water", {}, history())
            .error()
            .reason;
    });
    EXPECT_EQ(refused, Reason::forbidden);
    const auto owners = viewer_of(owner);
    for (const char* name : {"", "..", "a/b", "<b>"})
        EXPECT_EQ(write([&](store::Transaction& transaction) {
                      return save_code(transaction, hall->ids(), now(), owners, name, {}, history())
                          .error()
                          .field;
                  }),
                  "name");
}

MOOTHALL_ON_EACH_ENGINE(Code);

} // namespace
} // namespace moothall::organise
