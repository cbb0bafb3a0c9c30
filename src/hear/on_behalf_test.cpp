#include "hear/hear.hpp"
#include "hear/pages.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hear {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The owner wrote something for Aino, who is a customer.
class OnBehalf : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino", "aino@customer.example");
        bob = let_in("Bob", "bob@northwater.example");
        auto by = viewer_of(bob);
        const auto maker = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            const auto company =
                people::create_circle(transaction, hall->ids(), now(), maker,
                                      {.name = "Staff", .kind = people::CircleKind::company});
            people::set_role(transaction, organisation.id, company.value().id, bob.id, Role::member,
                             now());
        });
        by = viewer_of(bob);
        written = write([&](store::Transaction& transaction) {
            return say_voice(transaction, hall->ids(), now(), by,
                             {.title = "A bench", .body = "Here", .on_behalf_of = aino.id},
                             render_body("A bench", "Here").value())
                .value();
        });
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        House::mount(house);
        mount_voice_pages(house.router());
        mount_say_pages(house.router());
        mount_moderation_pages(house.router());
    }
    Result<Voice> correct(const people::Person& person, std::string body)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return edit_voice(transaction, hall->ids(), now(), viewer, written.id, {.body = body},
                              render_body("A bench", body).value());
        });
    }

    people::Person aino;
    people::Person bob;
    Voice written;
};

TEST_P(OnBehalf, the_words_are_hers_alone_once_she_has_corrected_them)
{
    EXPECT_TRUE(correct(bob, "Over here")) << "his typing error";
    EXPECT_TRUE(correct(aino, "By the river"));
    const auto again = correct(bob, "Over here");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().reason, Reason::forbidden);
    EXPECT_EQ(get(sign_in_as(bob), written.path() + "/edit").status, 403);
    EXPECT_TRUE(correct(aino, "By the sea"));
}

TEST_P(OnBehalf, she_takes_it_back_without_a_reason_and_who_wrote_it_is_told)
{
    const auto her = sign_in_as(aino);
    EXPECT_THAT(get(her, written.path()).body, HasSubstr("Take it back"));
    const auto path = "/things/" + written.id.text() + "/hiding";
    EXPECT_THAT(get(her, path).body, Not(HasSubstr("name=\"reason\"")));
    EXPECT_EQ(post(her, path).status, 303);
    EXPECT_EQ(events("hear.thing_taken_back"), 1);
    EXPECT_EQ(events("hear.words_taken_back"), 1);
    EXPECT_THAT(get({}, "/moderation/log").body,
                HasSubstr("Taken back by the one it was written for."));
    EXPECT_EQ(get(sign_in_as(bob), written.path()).status, 404);
    // A steward still gives one, and so does who takes back what she said herself.
    const auto own = write([&, viewer = viewer_of(aino)](store::Transaction& transaction) {
        return say_voice(transaction, hall->ids(), now(), viewer, {.title = "A lamp"},
                         render_body("A lamp", "").value())
            .value();
    });
    EXPECT_EQ(post(her, "/things/" + own.id.text() + "/hiding").status, 422);
}

MOOTHALL_ON_EACH_ENGINE(OnBehalf);

} // namespace
} // namespace moothall::hear
