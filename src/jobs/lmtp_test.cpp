#include "jobs/lmtp.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <stdexcept>

namespace moothall::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Talk {
    LmtpSettings settings;
    LmtpReceiver receiver;
    std::vector<std::string> messages;
    std::vector<LmtpEnvelope> envelopes;

    Talk()
    {
        receiver.check_recipient = [](std::string_view recipient) {
            return recipient.ends_with("@hall.example") ? LmtpAnswer{250, "2.1.5", "OK"}
                                                        : LmtpAnswer::refused("5.1.2", "Not ours");
        };
        receiver.deliver = [this](const LmtpEnvelope& envelope, std::string_view message) {
            messages.emplace_back(message);
            envelopes.push_back(envelope);
            std::vector<LmtpAnswer> answers;
            for (const auto& recipient : envelope.recipients)
                answers.push_back(recipient.starts_with("good")
                                      ? LmtpAnswer::taken()
                                      : LmtpAnswer::refused("5.1.1", "No"));
            return answers;
        };
    }
    std::string say(std::string_view bytes)
    {
        LmtpSession session(settings, receiver);
        return session.take(bytes);
    }
};

constexpr std::string_view opening = "LHLO mx\r\nMAIL FROM:<a@b.example> SIZE=100\r\n";

TEST(Lmtp, answers_for_each_recipient)
{
    Talk talk;
    const auto answers = talk.say(std::string(opening) +
                                  "RCPT TO:<good@hall.example>\r\nRCPT TO:<x@else.example>\r\n"
                                  "RCPT TO:<bad@hall.example>\r\nDATA\r\nSubject: x\r\n\r\n"
                                  "..dot\r\n.\r\nQUIT\r\n");
    EXPECT_THAT(answers, HasSubstr("550 5.1.2 Not ours\r\n"));
    EXPECT_THAT(answers, HasSubstr("354 "));
    EXPECT_THAT(answers, HasSubstr("250 2.0.0 Taken\r\n550 5.1.1 No\r\n221 "));
    EXPECT_THAT(talk.messages, ElementsAre("Subject: x\r\n\r\n.dot\r\n"));
    EXPECT_THAT(talk.envelopes[0].recipients, ElementsAre("good@hall.example", "bad@hall.example"));
}

TEST(Lmtp, takes_bytes_as_they_come)
{
    Talk talk;
    LmtpSession session(talk.settings, talk.receiver);
    std::string answers;
    for (const char c : std::string(opening) + "RCPT TO:<good@hall.example>\r\nDATA\r\nx\r\n.\r\n")
        answers += session.take(std::string_view(&c, 1));
    EXPECT_THAT(talk.messages, ElementsAre("x\r\n"));
    EXPECT_THAT(answers, HasSubstr("250 2.0.0 Taken"));
}

TEST(Lmtp, sees_no_end_that_another_server_does_not_see)
{
    Talk talk;
    talk.say(std::string(opening) + "RCPT TO:<good@hall.example>\r\nDATA\r\n"
                                    "one\n.\nMAIL FROM:<x@y>\n.\r\n\r\n.\r\n");
    ASSERT_EQ(talk.messages.size(), 1U);
    EXPECT_THAT(talk.messages[0], HasSubstr("MAIL FROM"));
}

TEST(Lmtp, keeps_its_order_and_its_bounds)
{
    Talk talk;
    talk.settings.message_bytes_max = 50;
    talk.settings.recipients_max = 1;
    EXPECT_THAT(talk.say("MAIL FROM:<>\r\n"), StartsWith("503"));
    EXPECT_THAT(talk.say("EHLO mx\r\n"), StartsWith("500"));
    EXPECT_THAT(talk.say("LHLO mx\r\nRCPT TO:<good@hall.example>\r\n"), HasSubstr("503"));
    EXPECT_THAT(talk.say("LHLO mx\r\nMAIL FROM:<a@b>\r\nDATA\r\n"), HasSubstr("503 5.5.1"));
    EXPECT_THAT(talk.say("LHLO mx\r\nMAIL FROM:<a@b> SIZE=51\r\n"), HasSubstr("552"));
    EXPECT_THAT(talk.say("LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<good@hall.example>\r\n"
                         "RCPT TO:<good@hall.example>\r\n"),
                HasSubstr("452 4.5.3"));
    EXPECT_THAT(talk.say("LHLO mx\r\nMAIL FROM:<a@b>\r\nRCPT TO:<good@hall.example>\r\nDATA\r\n" +
                         std::string(100, 'x') + "\r\n.\r\n"),
                HasSubstr("552 5.3.4"));
    EXPECT_EQ(talk.messages.size(), 0U);
    EXPECT_THAT(talk.say(std::string(10'000, 'x')), StartsWith("500"));
}

TEST(Lmtp, has_the_letter_kept_when_something_breaks)
{
    Talk talk;
    talk.receiver.deliver = [](const LmtpEnvelope&, std::string_view) -> std::vector<LmtpAnswer> {
        throw std::runtime_error("the disk is full");
    };
    EXPECT_THAT(
        talk.say(std::string(opening) + "RCPT TO:<good@hall.example>\r\nDATA\r\nx\r\n.\r\n"),
        HasSubstr("451 4.3.0"));
}

TEST(Lmtp, reads_paths_as_servers_write_them)
{
    const auto read = [](std::string_view argument) {
        const auto path = read_lmtp_path(argument, "TO:");
        return path ? *path : std::string("none");
    };
    EXPECT_EQ(read("TO:<a@b.example>"), "a@b.example");
    EXPECT_EQ(read("to: <a@b.example> NOTIFY=NEVER"), "a@b.example");
    EXPECT_EQ(read("TO:<@x,@y:a@b.example>"), "a@b.example");
    EXPECT_EQ(read("TO:<>"), "");
    EXPECT_EQ(read("TO:a@b.example"), "none");
    EXPECT_EQ(read("TO:<a@b.example"), "none");
    EXPECT_EQ(read("TO:<a b@c>"), "none");
}

TEST(Lmtp, listens_on_a_socket_for_its_own_group_only)
{
    Talk talk;
    const auto folder =
        std::filesystem::temp_directory_path() / ("moothall-lmtp-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    talk.settings.socket = (folder / "lmtp.sock").string();
    LmtpServer server(talk.settings, talk.receiver);
    server.start();
    struct stat there{};
    ASSERT_EQ(::stat(talk.settings.socket.c_str(), &there), 0);
    EXPECT_EQ(there.st_mode & 0777U, 0660U);

    const int line = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    talk.settings.socket.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::connect(line, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const std::string_view bytes = "LHLO mx\r\nQUIT\r\n";
    ASSERT_EQ(::send(line, bytes.data(), bytes.size(), 0), std::ssize(bytes));
    std::string heard;
    std::array<char, 1000> buffer{};
    for (ssize_t got = 0; (got = ::recv(line, buffer.data(), buffer.size(), 0)) > 0;)
        heard.append(buffer.data(), static_cast<std::size_t>(got));
    ::close(line);
    EXPECT_THAT(heard, StartsWith("220 "));
    EXPECT_THAT(heard, HasSubstr("250-PIPELINING"));
    EXPECT_THAT(heard, HasSubstr("221 2.0.0"));
    server.stop();
    EXPECT_FALSE(std::filesystem::exists(talk.settings.socket));
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace moothall::jobs
