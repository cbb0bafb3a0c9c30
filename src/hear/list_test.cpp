#include "hear/hear.hpp"
#include "people/test_house.hpp"

#include <gmock/gmock.h>

namespace moothall::hear {
namespace {

using testing::HasSubstr;
using testing::Not;

class Lists : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    Result<VoicePage> list(Sort sort, std::string after)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return list_voices(transaction, {.sort = sort, .limit = 2, .after = std::move(after)},
                               viewer);
        });
    }
};

TEST_P(Lists, go_on_from_a_place_that_needs_no_escaping_in_an_address)
{
    const auto viewer = viewer_of(owner);
    for (int i = 0; i < 5; ++i) {
        hall->clock().advance(std::chrono::hours{7});
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(say_voice(transaction, hall->ids(), now(), viewer, {.title = "A bench"},
                                  render_body("A bench", "").value()));
        });
    }
    for (const auto sort : {Sort::trending, Sort::newest, Sort::wanted, Sort::discussed}) {
        std::string after;
        std::size_t seen = 0;
        do {
            const auto page = list(sort, after).value();
            seen += page.voices.size();
            after = page.next;
            EXPECT_THAT(after, Not(HasSubstr("+"))) << to_text(sort);
        } while (!after.empty());
        EXPECT_EQ(seen, 5U) << to_text(sort);
    }
}

TEST_P(Lists, refuse_a_place_in_a_list_of_another_order)
{
    const auto viewer = viewer_of(owner);
    for (int i = 0; i < 3; ++i)
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(say_voice(transaction, hall->ids(), now(), viewer, {.title = "A bench"},
                                  render_body("A bench", "").value()));
        });
    const auto place = list(Sort::newest, {}).value().next;
    ASSERT_FALSE(place.empty());
    EXPECT_TRUE(list(Sort::newest, place));
    const auto refused = list(Sort::wanted, place);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().sentence, HasSubstr("another order"));
    EXPECT_FALSE(list(Sort::wanted, "wanted_nothing"));
    EXPECT_FALSE(list(Sort::wanted, "1.5e+15_0ak"));
}

MOOTHALL_ON_EACH_ENGINE(Lists);

} // namespace
} // namespace moothall::hear
