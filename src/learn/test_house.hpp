#pragma once

#include "hear/hear.hpp"
#include "learn/learn.hpp"
#include "learn/pages.hpp"
#include "people/test_house.hpp"

#include <string>

namespace moothall::learn::test {

/// A house in which voices are said, answered and reach stages, for tests of the clock.
class ClockHouse : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        House::mount(house);
        mount_clock_pages(house.router());
    }
    void follow()
    {
        pass(std::chrono::seconds(2)); // the last moment of the log waits
        while (follow_log(hall->database(), organisation.id, now()) > 0) {
        }
    }
    void pass(std::chrono::seconds time) { hall->clock().set(now() + time); }
    Id open_circle(std::string name, people::Visibility visibility)
    {
        const auto olga = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return people::create_circle(transaction, hall->ids(), now(), olga,
                                         {.name = std::move(name), .visibility = visibility})
                .value()
                .id;
        });
    }
    /// Opens or closes a circle.
    void show(Id circle, people::Visibility visibility)
    {
        const auto olga = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            auto changed = people::find_circle(transaction, circle, olga).value();
            changed.visibility = visibility;
            EXPECT_TRUE(people::change_circle(transaction, hall->ids(), now(), olga, changed));
        });
    }
    void let_into(Id circle, const people::Person& person)
    {
        write([&](store::Transaction& transaction) {
            people::set_role(transaction, organisation.id, circle, person.id, Role::member, now());
        });
    }
    /// A voice is moved only where its author sees it: she is let in, and leaves afterwards if she
    /// was not there before.
    void move(Id voice, Id circle)
    {
        const auto olga = viewer_of(owner);
        write([&](store::Transaction& transaction) {
            const Id author = record::find_thing(transaction, organisation.id, voice)->author;
            const bool stays =
                people::make_viewer(transaction, organisation.id, organisation.everyone, author)
                    ->role_in(circle) != Role::none;
            const auto let = [&](Role role) {
                people::set_role(transaction, organisation.id, circle, author, role, now());
            };
            if (!stays) let(Role::member);
            hear::VoiceChange change;
            change.circle = circle;
            change.moved_because = "It belongs there.";
            EXPECT_TRUE(hear::edit_voice(transaction, hall->ids(), now(), olga, voice, change, {}));
            if (!stays) let(Role::none);
        });
    }
    Id say(const people::Person& person, std::string kind = "want", Id circle = {})
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            const hear::NewVoice wanted{.kind = kind, .title = "Something", .circle = circle};
            return hear::say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                   hear::render_body(wanted.title, {}).value())
                .value()
                .id;
        });
    }
    void answer(Id voice) { reply(owner, voice); }
    void reply(const people::Person& person, Id voice)
    {
        const auto viewer = viewer_of(person);
        write([&](store::Transaction& transaction) {
            return hear::say_reply(transaction, hall->ids(), now(), viewer, voice,
                                   {.body = "An answer"},
                                   hear::render_body({}, "An answer").value())
                .value();
        });
    }
    void reach(Id voice, hear::Stage stage, Id about = {})
    {
        // What later stages do: the step and an event that names the voice.
        write([&](store::Transaction& transaction) {
            hear::reach_stage(transaction, organisation.id, voice, stage, about ? about : voice,
                              "tests.reached", now());
            record::append(transaction, organisation.id, hall->ids(),
                           {.verb = "tests.reached",
                            .thing = voice,
                            .actor = owner.id,
                            .circle = organisation.everyone,
                            .at = now()});
        });
    }
    ClockLine all(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            const auto lines = read_clock(transaction, viewer, ClockLens::all, Id{});
            return lines.empty() ? ClockLine{} : lines.front();
        });
    }
    HeardRate heard(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return read_heard_rate(transaction, viewer, Id{});
        });
    }
    /// The same, counted one by one.
    HeardRate heard_one_by_one(const people::Person& person)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            HeardRate rate;
            for (const auto& row : transaction.query(
                     store::Sql("SELECT count(DISTINCT l.author_id), "
                                "count(DISTINCT CASE WHEN l.answered_us > 0 THEN l.author_id END), "
                                "count(DISTINCT CASE WHEN l.decided_us + l.done_us > 0 "
                                "THEN l.author_id END) "
                                "FROM loop_time l JOIN thing t ON t.org_id = l.org_id "
                                "AND t.thing_id = l.voice_id WHERE l.org_id = ?1 AND t.org_id = ?1 "
                                "AND t.state = 'visible' AND ") +
                         people::seen,
                     viewer.organisation, viewer.person))
                rate = {row.integer(0), row.integer(1), row.integer(2)};
            return rate;
        });
    }
    /// Every kept figure, as text.
    std::string figures()
    {
        return read([&](store::Transaction& transaction) {
            std::string text;
            for (const auto& row : transaction.query(
                     "SELECT lens, circle_id, entry, voices FROM loop_line WHERE org_id = ?1 "
                     "ORDER BY lens, circle_id, entry",
                     organisation.id))
                text += row.string(0) + ' ' + row.id(1).text() + ' ' + row.string(2) + ' ' +
                        row.string(3) + '\n';
            for (const auto& row : transaction.query(
                     "SELECT circle_id, people, answered, outcomes, more_people, more_answered, "
                     "more_outcomes FROM loop_circle WHERE org_id = ?1 AND people <> 0 "
                     "ORDER BY circle_id",
                     organisation.id)) {
                text += row.id(0).text();
                for (int figure = 1; figure <= 6; ++figure)
                    text += ' ' + std::to_string(row.integer(figure));
                text += '\n';
            }
            for (const auto& row : transaction.query(
                     "SELECT person_id, circle_id, voices, answered, outcomes, several "
                     "FROM loop_person WHERE org_id = ?1 ORDER BY person_id, circle_id",
                     organisation.id)) {
                text += row.id(0).text() + ' ' + row.id(1).text();
                for (int figure = 2; figure <= 5; ++figure)
                    text += ' ' + std::to_string(row.integer(figure));
                text += '\n';
            }
            return text;
        });
    }
    void forget_everything()
    {
        write([&](store::Transaction& transaction) {
            transaction.execute("DELETE FROM loop_time WHERE org_id = ?1", organisation.id);
            transaction.execute("DELETE FROM loop_span WHERE org_id = ?1", organisation.id);
            transaction.execute("DELETE FROM loop_line WHERE org_id = ?1", organisation.id);
            transaction.execute("DELETE FROM loop_person WHERE org_id = ?1", organisation.id);
            transaction.execute("DELETE FROM loop_circle WHERE org_id = ?1", organisation.id);
            transaction.execute("DELETE FROM consumer WHERE org_id = ?1 AND name = 'learn'",
                                organisation.id);
        });
    }
};

} // namespace moothall::learn::test
