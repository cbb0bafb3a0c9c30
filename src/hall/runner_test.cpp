#include "hall/test_house.hpp"

#include "jobs/runner.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace moothall::hall {

namespace {

using namespace test;
using std::chrono::seconds;

class Runners : public WholeHouse {
protected:
    void want(std::string_view kind)
    {
        write([&](store::Transaction& transaction) {
            jobs::enqueue(transaction, hall->ids(), now(), organisation.id,
                          {.kind = kind, .run_at = now()});
        });
    }
    std::vector<jobs::JobLine> lines()
    {
        return read([&](store::Transaction& transaction) {
            return jobs::list_jobs(transaction, organisation.id, now(), 10);
        });
    }
    static bool comes(const std::atomic<bool>& what)
    {
        const auto end = std::chrono::steady_clock::now() + seconds{20};
        while (!what && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        return what;
    }
};
MOOTHALL_ON_EACH_ENGINE(Runners);

TEST_P(Runners, let_no_letter_wait_for_what_takes_long)
{
    std::atomic<bool> slow_began{false};
    std::atomic<bool> letter_left{false};
    jobs::Runner runner(hall->database(), hall->clock(),
                        [](auto what, auto why) { ADD_FAILURE() << what << ": " << why; });
    runner.on(
        "themes",
        [&](const jobs::Job& job) {
            slow_began = true;
            while (!job.stopping.stop_requested())
                std::this_thread::sleep_for(std::chrono::milliseconds{5});
            throw jobs::Interrupted();
        },
        jobs::Pace::slow);
    runner.on("letter", [&](const jobs::Job&) { letter_left = true; });
    want("themes");
    runner.start();
    ASSERT_TRUE(comes(slow_began));
    want("letter");
    runner.wake();
    EXPECT_TRUE(comes(letter_left)) << "it waits for the themes";
    runner.stop();
}

TEST_P(Runners, come_back_to_a_chore_that_ran_before_it_was_asked_for)
{
    std::atomic<int> rounds{0};
    std::atomic<bool> first{false};
    std::atomic<bool> third{false};
    jobs::Runner runner(hall->database(), hall->clock(),
                        [](auto what, auto why) { ADD_FAILURE() << what << ": " << why; });
    runner.every("log", std::chrono::hours{1}, [&](Id) {
        ++rounds;
        first = true;
        third = rounds >= 3;
    });
    runner.start();
    ASSERT_TRUE(comes(first));
    runner.wake("log", std::chrono::milliseconds{400}); // what is said now has settled by then
    runner.wake("log");
    EXPECT_TRUE(comes(third));
    runner.stop();
}

TEST_P(Runners, put_a_long_job_back_when_the_program_ends)
{
    std::atomic<bool> began{false};
    {
        jobs::Runner runner(hall->database(), hall->clock(),
                            [](auto what, auto why) { ADD_FAILURE() << what << ": " << why; });
        runner.on(
            "themes",
            [&](const jobs::Job& job) {
                began = true;
                while (!job.stopping.stop_requested())
                    std::this_thread::sleep_for(std::chrono::milliseconds{5});
                throw jobs::Interrupted();
            },
            jobs::Pace::slow);
        want("themes");
        want("themes"); // the second waits behind the first
        runner.start();
        ASSERT_TRUE(comes(began));
        const auto asked = std::chrono::steady_clock::now();
        runner.stop();
        EXPECT_LT(std::chrono::steady_clock::now() - asked, seconds{10});
    }
    ASSERT_EQ(lines().size(), 2U);
    for (const auto& line : lines()) {
        EXPECT_EQ(line.state, "waiting");
        EXPECT_EQ(line.attempts, 0) << "giving way is no failure";
    }
    int ran = 0;
    jobs::Runner next(hall->database(), hall->clock(),
                      [](auto what, auto why) { ADD_FAILURE() << what << ": " << why; });
    next.on("themes", [&](const jobs::Job&) { ++ran; }, jobs::Pace::slow);
    EXPECT_EQ(next.run_due(), 2U) << "at the next start, without a pause";
    EXPECT_EQ(ran, 2);
}

} // namespace

} // namespace moothall::hall
