#pragma once

#include "hall/mount.hpp"
#include "hear/hear.hpp"
#include "people/test_house.hpp"

/// The whole house, with the routes of all stages.
namespace moothall::hall::test {

using people::test::Browser;
using people::test::Sent;

class WholeHouse : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        hear::create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    web::Hooks hooks() override { return make_hooks(); }
    void mount(web::Hall& house) override { hall::mount(house); }

    hear::Voice say(const people::Person& person, std::string title, std::string body = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return hear::say_voice(transaction, hall->ids(), now(), viewer,
                                   {.title = title, .body = body},
                                   hear::render_body(title, body).value())
                .value();
        });
    }
    hear::Voice look_at(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return hear::find_voice(transaction, voice, viewer).value();
        });
    }
    void support(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        write([&](store::Transaction& transaction) {
            EXPECT_TRUE(
                hear::give_support(transaction, hall->ids(), now(), viewer, voice, "vital"));
        });
    }
};

} // namespace moothall::hall::test
