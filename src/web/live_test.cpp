#include "web/live.hpp"

#include "web/workers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>

namespace moothall::web {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Id live_hall{0x1000};
constexpr Id live_everyone{0x2000};
constexpr Id board{0x2001};
constexpr Id ada{0x3000};
constexpr Id bob{0x3001};
constexpr Id session{0x4000};
constexpr Id voice{0x5000};

/// Keeps what it was sent.
class Ear : public EventStream {
public:
    bool send(std::string_view event, std::string_view id, std::string_view data) override
    {
        {
            const std::lock_guard lock(mutex_);
            if (!open_) return false;
            heard_.push_back(std::string(event) + ' ' + std::string(id) + ' ' + std::string(data));
        }
        changed_.notify_all();
        return true;
    }
    void close() override
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
        changed_.notify_all();
    }
    bool open() const override
    {
        const std::lock_guard lock(mutex_);
        return open_;
    }
    /// What was heard once it is so much, or after ten seconds.
    std::vector<std::string> heard(std::size_t wanted)
    {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, 10s, [&] { return heard_.size() >= wanted; });
        return heard_;
    }
    bool closed_in_time()
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 10s, [&] { return !open_; });
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> heard_;
    bool open_ = true;
};

Viewer viewer(Id person, std::vector<Id> circles = {}, Id of_session = {})
{
    Viewer made;
    made.organisation = live_hall;
    made.person = person;
    made.session = of_session;
    for (const Id circle : circles) made.memberships.push_back({circle, Role::member, false});
    return made;
}

std::string notice(Id event, std::string_view verb, Id thing, Id circle,
                   std::string_view state = "visible")
{
    return "e:" + live_hall.text() + ':' + event.text() + ':' + std::string(verb) + ':' +
           thing.text() + ':' + circle.text() + ':' + std::string(state);
}

std::string message(Id event, Id thing, const std::string& verbs)
{
    return "changed " + event.text() + " {\"thing\":\"" + thing.text() + "\",\"event\":\"" +
           event.text() + "\",\"verbs\":[" + verbs + "]}";
}

class Streams : public ::testing::Test {
protected:
    ~Streams() override
    {
        live.stop();
        workers.finish();
    }

    std::shared_ptr<Ear> listen(const Viewer& who, std::string last_event_id = {})
    {
        auto ear = std::make_shared<Ear>();
        live.subscribe(ear, who, std::move(last_event_id));
        return ear;
    }
    /// Everything before is told when this was heard.
    void mark() { live.heard(notice(Id{0x9000}, "test.marked", Id{0x9000}, live_everyone)); }

    Workers workers{2, 100};
    std::mutex mutex;
    std::vector<Id> public_circles{live_everyone};
    std::vector<HeardEvent> past;
    std::atomic<int> circles_read{0};
    Live live{{.run = [this](std::function<void()> task) { workers.post(std::move(task)); },
               .public_circles =
                   [this](Id) {
                       ++circles_read;
                       const std::lock_guard lock(mutex);
                       return public_circles;
                   },
               .events_since =
                   [this](const Viewer&, Id after, std::size_t limit) {
                       const std::lock_guard lock(mutex);
                       std::vector<HeardEvent> found;
                       for (const auto& event : past)
                           if (event.event > after && found.size() < limit) found.push_back(event);
                       return found;
                   }},
              {.together = 20ms, .resumed_max = 3, .resumed_overlap = 0s}};
};

TEST_F(Streams, tell_anybody_of_public_circles_and_only_members_of_others)
{
    const auto stranger = listen(viewer({}));
    const auto member = listen(viewer(ada, {board}));
    live.heard(notice(Id{1}, "hear.voice_said", voice, board));
    EXPECT_THAT(member->heard(1), ElementsAre(message(Id{1}, voice, "\"hear.voice_said\"")));
    mark();
    EXPECT_THAT(stranger->heard(1),
                ElementsAre(message(Id{0x9000}, Id{0x9000}, "\"test.marked\"")));
}

TEST_F(Streams, tell_nothing_of_what_is_held_hidden_or_a_draft)
{
    const auto member = listen(viewer(ada, {board, live_everyone}));
    for (const auto* state : {"held", "hidden", "draft", ""})
        live.heard(notice(Id{1}, "hear.voice_said", voice, live_everyone, state));
    mark();
    EXPECT_THAT(member->heard(1), ElementsAre(message(Id{0x9000}, Id{0x9000}, "\"test.marked\"")));
}

TEST_F(Streams, put_together_what_happens_to_one_thing_at_once)
{
    const auto ear = listen(viewer(ada));
    live.heard(notice(Id{1}, "hear.voice_supported", voice, live_everyone));
    live.heard(notice(Id{2}, "hear.voice_supported", voice, live_everyone));
    live.heard(notice(Id{3}, "hear.reply_said", voice, live_everyone));
    EXPECT_THAT(ear->heard(1),
                ElementsAre(message(Id{3}, voice, "\"hear.voice_supported\",\"hear.reply_said\"")));
}

TEST_F(Streams, of_another_organisation_hear_nothing)
{
    auto elsewhere = viewer(bob, {live_everyone});
    elsewhere.organisation = Id{0x1001};
    const auto other = listen(elsewhere);
    const auto ours = listen(viewer(ada));
    live.heard(notice(Id{1}, "hear.voice_said", voice, live_everyone));
    EXPECT_THAT(ours->heard(1), ElementsAre(message(Id{1}, voice, "\"hear.voice_said\"")));
    EXPECT_THAT(other->heard(0), IsEmpty());
}

TEST_F(Streams, hear_no_more_of_a_circle_that_stopped_being_public)
{
    const auto stranger = listen(viewer({}));
    const auto member = listen(viewer(ada, {live_everyone}));
    live.heard(notice(Id{1}, "hear.voice_said", voice, live_everyone));
    EXPECT_EQ(stranger->heard(1).size(), 1U);
    {
        const std::lock_guard lock(mutex);
        public_circles = {};
    }
    live.heard(notice(Id{2}, "people.circle_changed", live_everyone, board));
    live.heard(notice(Id{3}, "hear.voice_said", voice, live_everyone));
    EXPECT_EQ(member->heard(2).size(), 2U);
    EXPECT_EQ(stranger->heard(0).size(), 1U);
    EXPECT_EQ(circles_read, 2);
}

TEST_F(Streams, are_cut_by_person_and_by_session)
{
    const auto phone = listen(viewer(ada, {}, session));
    const auto laptop = listen(viewer(ada, {}, Id{0x4001}));
    const auto other = listen(viewer(bob, {}, Id{0x4002}));
    EXPECT_EQ(live.listeners(), 3U);
    live.heard("cut:" + live_hall.text() + ':' + ada.text() + ':' + session.text());
    EXPECT_FALSE(phone->open());
    EXPECT_TRUE(laptop->open());
    live.heard("cut:" + live_hall.text() + ':' + ada.text() + ":0");
    EXPECT_FALSE(laptop->open());
    EXPECT_TRUE(other->open());
    EXPECT_EQ(live.listeners(), 1U);
}

TEST_F(Streams, come_back_to_what_they_missed)
{
    past = {{Id{1}, "hear.voice_said", voice},
            {Id{2}, "hear.voice_said", Id{0x5001}},
            {Id{3}, "hear.reply_said", voice}};
    const auto ear = listen(viewer(ada), Id{1}.text());
    EXPECT_THAT(ear->heard(2), ElementsAre(message(Id{2}, Id{0x5001}, "\"hear.voice_said\""),
                                           message(Id{3}, voice, "\"hear.reply_said\"")));
    live.heard(notice(Id{4}, "hear.reply_said", voice, live_everyone));
    EXPECT_EQ(ear->heard(3).back(), message(Id{4}, voice, "\"hear.reply_said\""));
}

TEST_F(Streams, that_missed_too_much_look_at_everything_anew)
{
    for (std::int64_t event = 1; event < 10; ++event)
        past.push_back({Id{event}, "hear.voice_said", voice});
    const auto ear = listen(viewer(ada), Id{1}.text());
    EXPECT_THAT(ear->heard(1), ElementsAre("reset " + Id{5}.text() + " {}"));
}

TEST_F(Streams, take_nonsense_for_nothing)
{
    const auto ear = listen(viewer(ada), "99999999999999999999999");
    for (const auto* nonsense : {"e:", "e:::::::", "e:a:b:c:d:e:visible", "cut:", "cut:a:b:c",
                                 "to:", "hosts", "x", "e:1:2:3:4:5:6:7:8:9"})
        live.heard(nonsense);
    mark();
    EXPECT_EQ(ear->heard(1).size(), 1U);
}

TEST_F(Streams, carry_one_persons_own_news_to_her_alone)
{
    const auto hers = listen(viewer(ada));
    const auto his = listen(viewer(bob));
    live.heard("to:" + live_hall.text() + ':' + ada.text() + ":notification");
    EXPECT_THAT(hers->heard(1), ElementsAre("for-you  {\"topic\":\"notification\"}"));
    mark();
    EXPECT_EQ(his->heard(1).size(), 1U);
}

TEST_F(Streams, are_closed_when_notices_were_lost)
{
    const auto ear = listen(viewer(ada));
    live.heard("");
    EXPECT_TRUE(ear->closed_in_time());
    EXPECT_EQ(live.listeners(), 0U);
}

TEST_F(Streams, say_goodbye_in_the_end)
{
    const auto ear = listen(viewer(ada));
    live.stop();
    EXPECT_FALSE(ear->open());
    EXPECT_THAT(ear->heard(1), ElementsAre("bye  bye"));
    EXPECT_FALSE(listen(viewer(ada))->open());
}

TEST_F(Streams, survive_sources_that_fail)
{
    Live broken{{.run = [this](std::function<void()> task) { workers.post(std::move(task)); },
                 .public_circles = [](Id) -> std::vector<Id> { throw std::runtime_error("away"); },
                 .events_since = [](const Viewer&, Id, std::size_t) -> std::vector<HeardEvent> {
                     throw std::runtime_error("away");
                 }},
                {.together = 10ms}};
    const auto ear = std::make_shared<Ear>();
    broken.subscribe(ear, viewer(ada), Id{7}.text());
    EXPECT_THAT(ear->heard(1), ElementsAre("reset  {}"));
}

class Waiting : public Streams {
protected:
    std::future<bool> wait(const Viewer& who, std::chrono::milliseconds timeout)
    {
        auto promise = std::make_shared<std::promise<bool>>();
        live.wait(who, timeout, [promise](bool heard) { promise->set_value(heard); });
        return promise->get_future();
    }
};

TEST_F(Waiting, ends_with_news_that_may_be_heard)
{
    auto outside = wait(viewer(bob), 10s);
    auto inside = wait(viewer(ada, {board}), 10s);
    live.heard(notice(Id{1}, "hear.voice_said", voice, board));
    EXPECT_TRUE(inside.get());
    EXPECT_EQ(outside.wait_for(0s), std::future_status::timeout);
    mark();
    EXPECT_TRUE(outside.get());
}

TEST_F(Waiting, ends_by_itself)
{
    EXPECT_FALSE(wait(viewer(ada), 30ms).get());
}

TEST_F(Waiting, ends_when_rights_change)
{
    auto hers = wait(viewer(ada), 10s);
    live.cut(live_hall, ada, {});
    EXPECT_TRUE(hers.get());
}

TEST_F(Waiting, ends_with_the_server)
{
    auto hers = wait(viewer(ada), 10s);
    live.stop();
    EXPECT_FALSE(hers.get());
    EXPECT_FALSE(wait(viewer(ada), 10s).get());
}

TEST_F(Waiting, is_called_once_whatever_happens_at_once)
{
    std::atomic<int> calls{0};
    for (int listener = 0; listener < 200; ++listener)
        live.wait(viewer(ada), std::chrono::milliseconds(listener % 40), [&](bool) { ++calls; });
    for (std::int64_t event = 1; event < 50; ++event)
        live.heard(notice(Id{event}, "hear.voice_said", voice, live_everyone));
    live.cut(live_hall, ada, {});
    live.stop();
    workers.finish();
    EXPECT_EQ(calls, 200);
}

} // namespace

} // namespace moothall::web
