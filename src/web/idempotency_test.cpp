#include "web/idempotency.hpp"

#include "web/test_hall.hpp"

#include <gmock/gmock.h>

#include <future>

namespace moothall::web {

namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

class Repeats : public Hallway {};
MOOTHALL_ON_EACH_ENGINE(Repeats);

TEST_P(Repeats, a_repeat_with_the_same_key_gets_the_first_answer)
{
    auto sent = by_token(Method::post, "/api/v1/notes", "{}");
    sent.header_fields.add("idempotency-key", "k 1");
    const auto first = answer(sent);
    EXPECT_EQ(header(first, "Idempotent-Replayed"), "");
    const auto second = answer(sent);
    EXPECT_EQ(second.status, 201);
    EXPECT_EQ(second.body, first.body);
    EXPECT_EQ(header(second, "Location"), header(first, "Location"));
    EXPECT_EQ(header(second, "Idempotent-Replayed"), "true");
    EXPECT_EQ(header(second, "Set-Cookie"), "");
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(count_notes(), 1);

    auto other = by_token(Method::post, "/api/v1/notes", "{\"other\":1}");
    other.header_fields.add("idempotency-key", "k 1");
    EXPECT_EQ(answer(other).status, 422);
    auto bobs = sent;
    bobs.header_fields = {};
    bobs.header_fields.add("authorization", "Bearer bob");
    bobs.header_fields.add("content-type", "application/json");
    bobs.header_fields.add("idempotency-key", "k 1");
    EXPECT_EQ(header(answer(bobs), "Idempotent-Replayed"), "");
    EXPECT_EQ(count_notes(), 2);
}

TEST_P(Repeats, a_refused_write_frees_its_key)
{
    auto sent = by_token(Method::post, "/api/v1/notes", "{\"bad\":1}");
    sent.header_fields.add("idempotency-key", "k");
    EXPECT_EQ(answer(sent).status, 409);
    sent.body = "{}";
    EXPECT_EQ(answer(sent).status, 201);
}

TEST_P(Repeats, an_answer_with_a_secret_is_not_given_twice)
{
    auto sent = by_token(Method::post, "/api/v1/tokens", "{}");
    sent.header_fields.add("idempotency-key", "k");
    EXPECT_EQ(answer(sent).status, 201);
    const auto again = answer(sent);
    EXPECT_EQ(again.status, 409);
    EXPECT_THAT(again.body, Not(HasSubstr("run")));
    EXPECT_EQ(count_notes(), 1);
}

TEST_P(Repeats, a_key_that_is_no_key_is_refused)
{
    for (const auto& key :
         {std::string(), std::string(256, 'k'), std::string("a\tb"), std::string("é")}) {
        auto sent = by_token(Method::post, "/api/v1/notes", "{}");
        sent.header_fields.add("idempotency-key", key);
        EXPECT_EQ(answer(sent).status, 422) << key;
    }
    EXPECT_EQ(runs, 0);
}

TEST_P(Repeats, many_at_once_with_one_key_are_done_once)
{
    std::vector<std::future<Response>> answers;
    for (int thread = 0; thread < 16; ++thread)
        answers.push_back(std::async(std::launch::async, [&] {
            auto sent = by_token(Method::post, "/api/v1/notes", "{}");
            sent.header_fields.add("idempotency-key", "at once");
            return answer(std::move(sent));
        }));
    int replayed = 0;
    for (auto& one : answers) {
        const auto got = one.get();
        EXPECT_EQ(got.status, 201);
        replayed += header(got, "Idempotent-Replayed") == "true" ? 1 : 0;
    }
    EXPECT_EQ(replayed, 15);
    EXPECT_EQ(count_notes(), 1);
}

TEST_P(Repeats, claims_of_keys_are_dropped_after_two_days)
{
    hall->clock().set(Time{std::chrono::sys_days{std::chrono::year{2026} / 5 / 3}});
    for (int write = 0; write < 5; ++write) {
        auto sent = by_token(Method::post, "/api/v1/notes", "{}");
        sent.header_fields.add("idempotency-key", std::to_string(write));
        EXPECT_EQ(answer(std::move(sent)).status, 201);
    }
    const auto purge = [&](std::int64_t most) {
        return hall->database().write([&](store::Transaction& transaction) {
            return purge_idempotency(transaction, northwater, hall->clock().now(), most);
        });
    };
    EXPECT_EQ(purge(100), 0);
    hall->clock().advance(49h);
    EXPECT_EQ(purge(2), 2);
    EXPECT_EQ(purge(100), 3);
}

} // namespace

} // namespace moothall::web
