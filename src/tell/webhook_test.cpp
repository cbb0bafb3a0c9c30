#include "hear/hear.hpp"
#include "jobs/runner.hpp"
#include "people/test_house.hpp"
#include "tell/notification.hpp"
#include "tell/signature.hpp"
#include "tell/webhook.hpp"
#include "text/json.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace moothall::tell {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(WebhookSignatures, are_those_of_the_standard_webhooks_scheme)
{
    // The example of the specification, https://www.standardwebhooks.com, "Signature scheme".
    EXPECT_EQ(sign_webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                           1614265330, R"({"test": 2432232314})"),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

/// Another program: takes calls one after the other and answers what it is told.
class Receiver {
public:
    Receiver() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* general = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(bind(listener_, general, length), 0);
        EXPECT_EQ(listen(listener_, 16), 0);
        EXPECT_EQ(getsockname(listener_, general, &length), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Receiver()
    {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
    void answer(int status) { status_ = status; }
    /// Head and body of each call.
    std::vector<std::pair<std::string, std::string>> calls()
    {
        const std::lock_guard lock(mutex_);
        return calls_;
    }

private:
    void serve()
    {
        for (;;) {
            const int connection = accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            std::string head;
            char byte = 0;
            while (!head.ends_with("\r\n\r\n") && recv(connection, &byte, 1, 0) == 1) head += byte;
            constexpr std::string_view length_mark = "Content-Length: ";
            const auto at = head.find(length_mark);
            std::string body(at == std::string::npos ? 0
                                                     : static_cast<std::size_t>(std::stoul(
                                                           head.substr(at + length_mark.size()))),
                             '\0');
            if (!body.empty()) recv(connection, body.data(), body.size(), MSG_WAITALL);
            {
                const std::lock_guard lock(mutex_);
                calls_.emplace_back(head, body);
            }
            const auto text = "HTTP/1.1 " + std::to_string(status_) +
                              " Word\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: "
                              "0\r\nConnection: close\r\n\r\n";
            send(connection, text.data(), text.size(), MSG_NOSIGNAL);
            shutdown(connection, SHUT_RDWR);
            close(connection);
        }
    }

    int listener_;
    int port_ = 0;
    std::atomic<int> status_{200};
    std::mutex mutex_;
    std::vector<std::pair<std::string, std::string>> calls_;
    std::thread thread_;
};

std::string header_in(const std::string& head, std::string_view name)
{
    const auto mark = "\r\n" + std::string(name) + ": ";
    const auto at = head.find(mark);
    if (at == std::string::npos) return {};
    const auto start = at + mark.size();
    return head.substr(start, head.find("\r\n", start) - start);
}

class Webhooks : public people::test::House {
protected:
    static constexpr auto allowed = jobs::PrivateAddresses::allowed;

    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override { mount_webhook_api(house.router()); }

    MadeWebhook make(const std::string& url, std::vector<std::string> verbs = {}, Id circle = {})
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return make_webhook(transaction, hall->ids(), now(), viewer,
                                {url, std::move(verbs), circle}, allowed)
                .value();
        });
    }
    Id say(const people::Person& person, std::string title, Id circle = {})
    {
        pass(std::chrono::seconds(1));
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            const hear::NewVoice wanted{.kind = "want", .title = title, .circle = circle};
            return hear::say_voice(transaction, hall->ids(), now(), viewer, wanted,
                                   hear::render_body(wanted.title, {}).value())
                .value()
                .id;
        });
    }
    Id open_circle(std::string name, people::Visibility visibility)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return people::create_circle(transaction, hall->ids(), now(), viewer,
                                         {.name = name, .visibility = visibility})
                .value()
                .id;
        });
    }
    void pass(std::chrono::seconds time) { hall->clock().set(now() + time); }
    /// Follows the log and does what is due.
    void work()
    {
        pass(std::chrono::seconds(2));
        while (follow_for_webhooks(hall->database(), organisation.id, now(), hall->ids()) > 0) {
        }
        jobs::Runner runner(hall->database(), hall->clock(),
                            [](auto, auto why) { ADD_FAILURE() << why; });
        runner.on(std::string(webhook_job), [&](const jobs::Job& job) {
            send_to_webhook(hall->database(), hall->clock(), hall->ids(), job, allowed);
        });
        runner.on("mail.send", [](const jobs::Job&) {}); // what owners are told
        runner.run_due();
    }
    std::vector<Delivery> deliveries(Id webhook)
    {
        return read([&](store::Transaction& transaction) {
            return list_deliveries(transaction, organisation.id, webhook, 100);
        });
    }
    Webhook look(Id webhook)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return find_webhook(transaction, webhook, viewer).value();
        });
    }
};

TEST_P(Webhooks, tell_of_an_event_by_a_signed_call)
{
    Receiver receiver;
    const auto made = make(receiver.url(), {"hear"});
    EXPECT_TRUE(made.secret.starts_with("whsec_"));
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto voice = say(aino, "Let me send the reading");
    work();
    ASSERT_EQ(receiver.calls().size(), 1U) << "people.person_came is none of its families";
    const auto [head, body] = receiver.calls()[0];
    EXPECT_THAT(head, HasSubstr("POST /hook HTTP/1.1"));
    const auto id = header_in(head, "Webhook-Id");
    const auto timestamp = header_in(head, "Webhook-Timestamp");
    EXPECT_EQ(header_in(head, "Webhook-Signature"),
              "v1," + to_base64(hmac_sha256(from_base64(made.secret.substr(6)),
                                            id + "." + timestamp + "." + body)));
    const auto json = Json::parse(body);
    ASSERT_TRUE(json);
    EXPECT_EQ(json->find("verb").string(), "hear.voice_said");
    EXPECT_EQ(json->find("thing").string(), voice.text());
    EXPECT_EQ(json->find("kind").string(), "voice");
    EXPECT_EQ(json->find("actor").string(), aino.id.text());
    EXPECT_EQ(json->find("circle").string(), organisation.everyone.text());
    EXPECT_EQ(json->find("url").string(), "http://localhost/voices/" + voice.text());
    EXPECT_THAT(body, Not(HasSubstr("reading"))) << "ids and an address, no text";
    ASSERT_EQ(deliveries(made.webhook.id).size(), 1U);
    EXPECT_EQ(deliveries(made.webhook.id)[0].state, "delivered");
    work();
    EXPECT_EQ(receiver.calls().size(), 1U) << "once";
}

TEST_P(Webhooks, hear_what_their_circle_sees_and_no_more)
{
    Receiver strangers;
    Receiver members;
    const auto board = open_circle("Board", people::Visibility::closed);
    const auto team = open_circle("Team", people::Visibility::closed);
    make(strangers.url(), {"hear"});
    make(members.url(), {"hear"}, board);
    say(owner, "In the open");
    const auto closed = say(owner, "For the board", board);
    say(owner, "For the team", team);
    work();
    EXPECT_EQ(strangers.calls().size(), 1U);
    ASSERT_EQ(members.calls().size(), 2U);
    EXPECT_THAT(members.calls()[1].second, HasSubstr(closed.text()));
}

TEST_P(Webhooks, hear_nothing_of_what_was_hidden_before_it_could_be_told)
{
    Receiver receiver;
    const auto made = make(receiver.url(), {"hear.voice_said"});
    const auto voice = say(owner, "Soon hidden");
    pass(std::chrono::seconds(2));
    follow_for_webhooks(hall->database(), organisation.id, now(), hall->ids());
    write([&](store::Transaction& transaction) {
        transaction.execute("UPDATE thing SET state = 'hidden' WHERE org_id = ?1 AND thing_id = ?2",
                            organisation.id, voice);
    });
    work();
    EXPECT_TRUE(receiver.calls().empty());
    EXPECT_EQ(deliveries(made.webhook.id)[0].state, "unseen");
}

TEST_P(Webhooks, try_again_later_follow_no_redirect_and_are_switched_off_after_three_days)
{
    Receiver receiver;
    const auto made = make(receiver.url(), {"hear"});
    receiver.answer(302);
    say(owner, "First");
    say(owner, "Second");
    work();
    EXPECT_EQ(receiver.calls().size(), 1U) << "after a failure the webhook rests";
    auto sent = deliveries(made.webhook.id);
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[1].state, "waiting");
    EXPECT_EQ(sent[1].status, 302);
    EXPECT_THAT(sent[1].error, HasSubstr("302"));
    EXPECT_TRUE(look(made.webhook.id).failing_since);
    work();
    EXPECT_EQ(receiver.calls().size(), 1U) << "not before its time";

    receiver.answer(204);
    pass(std::chrono::minutes(2));
    work();
    EXPECT_EQ(receiver.calls().size(), 3U);
    for (const auto& one : deliveries(made.webhook.id)) EXPECT_EQ(one.state, "delivered");
    EXPECT_FALSE(look(made.webhook.id).failing_since);

    receiver.answer(500);
    say(owner, "Third");
    for (int hour = 0; hour < 80; hour += 7) {
        pass(std::chrono::hours(7));
        say(owner, "At hour " + std::to_string(hour));
        work();
    }
    EXPECT_FALSE(look(made.webhook.id).on);
    EXPECT_EQ(events("tell.webhook_switched_off"), 1);
    const auto before = receiver.calls().size();
    say(owner, "Not heard");
    work();
    EXPECT_EQ(receiver.calls().size(), before);

    while (tell_of_events(hall->database(), organisation.id, now(), hall->ids()) > 0) {
    }
    const auto viewer = viewer_of(owner);
    const auto told = read([&](store::Transaction& transaction) {
        return list_notifications(transaction, viewer, {}, 50);
    });
    ASSERT_FALSE(told.empty());
    const auto notice = std::ranges::find(told, "tell.webhook_switched_off", &Notification::verb);
    ASSERT_NE(notice, told.end());
    EXPECT_EQ(notice->path, "/settings/webhooks");

    write([&](store::Transaction& transaction) {
        return switch_on(transaction, hall->ids(), now(), viewer, made.webhook.id).has_value();
    });
    receiver.answer(200);
    say(owner, "Heard again");
    work();
    EXPECT_EQ(receiver.calls().size(), before + 1);
}

TEST_P(Webhooks, are_tried_by_a_button)
{
    Receiver receiver;
    const auto made = make(receiver.url());
    const auto viewer = viewer_of(owner);
    const auto tried = read([&](store::Transaction& transaction) {
        return try_webhook(transaction, hall->ids(), now(), viewer, made.webhook.id,
                           "http://localhost", allowed)
            .value();
    });
    EXPECT_EQ(tried.status, 200);
    EXPECT_TRUE(tried.error.empty());
    write([&](store::Transaction& transaction) {
        note_try(transaction, hall->ids(), now(), viewer, tried);
    });
    EXPECT_THAT(receiver.calls()[0].second, HasSubstr("tell.webhook_tried"));
    EXPECT_EQ(deliveries(made.webhook.id)[0].state, "delivered");
}

TEST_P(Webhooks, are_for_owners_and_for_addresses_of_the_public_internet)
{
    const auto token = write([&](store::Transaction& transaction) {
        return people::make_api_token(transaction, hall->ids(), now(), organisation.id, owner.id,
                                      "owner");
    });
    const auto aino = let_in("Aino", "aino@customer.example");
    const auto hers = write([&](store::Transaction& transaction) {
        return people::make_api_token(transaction, hall->ids(), now(), organisation.id, aino.id,
                                      "aino");
    });
    const std::string path = "/api/v1/webhooks";
    const std::string good = R"({"url":"https://hooks.example.com/in","verbs":["decide","act"]})";
    EXPECT_EQ(by_token(web::Method::post, hers, path, good).status, 403);
    EXPECT_EQ(by_token(web::Method::get, hers, path).status, 403);
    for (const auto* bad :
         {R"({"url":"http://127.0.0.1/"})", R"({"url":"http://localhost/"})",
          R"({"url":"http://169.254.169.254/"})", R"({"url":"ftp://hooks.example.com/"})",
          R"({"url":""})", R"({"url":["https://hooks.example.com/"]})",
          R"({"url":"https://hooks.example.com/","verbs":["no"]})",
          R"({"url":"https://hooks.example.com/","verbs":["hear.Voice"]})"})
        EXPECT_EQ(by_token(web::Method::post, token, path, bad).status, 422) << bad;
    const auto made = by_token(web::Method::post, token, path, good);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_THAT(made.body, HasSubstr("whsec_"));
    const auto listed = by_token(web::Method::get, token, path);
    EXPECT_THAT(listed.body, HasSubstr("https://hooks.example.com/in"));
    EXPECT_THAT(listed.body, Not(HasSubstr("whsec_"))) << "shown once";
    const auto one = header(made, "Location");
    EXPECT_EQ(by_token(web::Method::get, hers, one).status, 403);
    EXPECT_EQ(by_token(web::Method::del, hers, one).status, 403);
    EXPECT_EQ(by_token(web::Method::get, token, one + "/deliveries").status, 200);
    EXPECT_EQ(by_token(web::Method::del, token, one).status, 204);
    EXPECT_EQ(by_token(web::Method::get, token, one).status, 404);
    EXPECT_EQ(events("tell.webhook_made"), 1);
    EXPECT_EQ(events("tell.webhook_removed"), 1);
}

MOOTHALL_ON_EACH_ENGINE(Webhooks);

} // namespace
} // namespace moothall::tell
