#pragma once

#include "hear/api.hpp"
#include "hear/hear.hpp"
#include "hear/pages.hpp"
#include "people/test_house.hpp"
#include "sense/api.hpp"
#include "sense/pages.hpp"
#include "sense/sense.hpp"

/// A house with voices, for tests of sense/ without a socket.
namespace moothall::sense::test {

using people::test::Browser;
using people::test::Sent;

class SenseHouse : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
        bob = let_in("Bob Brook", "bob@northwater.example");
        mei = let_in("Mei Lin", "mei@saint-aubin.example");
        meter_team = open_circle("Meter team", people::CircleKind::team, people::Visibility::open);
        join(meter_team, bob, Role::member);
    }
    void furnish_house(store::Transaction& transaction, Time start) override
    {
        hear::create_default_statuses(transaction, own_ids, start, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        House::mount(house);
        auto& router = house.router();
        hear::mount_voice_api(router);
        hear::mount_voice_pages(router);
        hear::mount_voice_list_pages(router);
        mount_theme_pages(router);
        mount_theme_form_pages(router);
        mount_theme_api(router);
        mount_rise_pages(router);
    }

    Id open_circle(std::string name, people::CircleKind kind, people::Visibility visibility)
    {
        const auto maker = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return people::create_circle(transaction, hall->ids(), now(), maker,
                                         {.name = name, .kind = kind, .visibility = visibility})
                .value()
                .id;
        });
    }
    void join(Id circle, const people::Person& person, Role role)
    {
        write([&](store::Transaction& transaction) {
            people::set_role(transaction, organisation.id, circle, person.id, role, now());
        });
    }
    Id say(const people::Person& person, std::string title, Id circle = {},
           std::string kind = "want", std::string body = {})
    {
        const auto viewer = viewer_of(person);
        hall->clock().advance(std::chrono::seconds{1});
        return write([&](store::Transaction& transaction) {
            return hear::say_voice(transaction, hall->ids(), now(), viewer,
                                   {.kind = kind, .title = title, .body = body, .circle = circle},
                                   hear::render_body(title, body).value())
                .value()
                .id;
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

    Result<NamedTheme> make(const people::Person& person, NewTheme wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return make_theme(transaction, hall->ids(), now(), viewer, wanted);
        });
    }
    Result<void> put(const people::Person& person, Id theme, Id voice)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return put_voice(transaction, hall->ids(), now(), viewer, theme, voice);
        });
    }
    Result<void> take_out(const people::Person& person, Id theme, Id voice)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return take_out_voice(transaction, hall->ids(), now(), viewer, theme, voice);
        });
    }
    Result<NamedTheme> look(const people::Person& person, Id theme)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return find_theme(transaction, theme, viewer);
        });
    }
    std::vector<Id> voices_of(const people::Person& person, Id theme)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            std::vector<Id> found;
            for (const auto& voice :
                 hear::list_voices(transaction, {.about = theme, .limit = 100}, viewer)
                     .value()
                     .voices)
                found.push_back(voice.id);
            return found;
        });
    }
    std::string token_of(const people::Person& person)
    {
        return write([&](store::Transaction& transaction) {
            return people::make_api_token(transaction, hall->ids(), now(), organisation.id,
                                          person.id, "test");
        });
    }

    people::Person aino; // a customer
    people::Person bob;  // of the company
    people::Person mei;  // another customer
    Id meter_team;
};

} // namespace moothall::sense::test
