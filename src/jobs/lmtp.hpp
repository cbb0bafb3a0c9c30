#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Letters that come in: the Local Mail Transfer Protocol (RFC 2033), by which a mail server on
/// this machine hands over what it received for us. It answers for each recipient apart, so that
/// one letter may be taken for one thread and refused for another, and there is no queue of our
/// own.
namespace moothall::jobs {

/// "550 5.1.1 There is no such address here."
struct LmtpAnswer {
    int code = 250;     // 2xx taken, 4xx try again later, 5xx refused for good
    std::string status; // RFC 3463: "2.0.0"
    std::string text;

    static LmtpAnswer taken() { return {250, "2.0.0", "Taken"}; }
    static LmtpAnswer later(std::string status, std::string text)
    {
        return {451, std::move(status), std::move(text)};
    }
    static LmtpAnswer refused(std::string status, std::string text)
    {
        return {550, std::move(status), std::move(text)};
    }
};

struct LmtpEnvelope {
    std::string sender; // empty: the null sender, of what must not be answered
    std::vector<std::string> recipients;
};

/// What is done with letters. Called on the threads of connections.
struct LmtpReceiver {
    /// Whether an address may be one of ours at all, asked before the letter is sent.
    std::function<LmtpAnswer(std::string_view recipient)> check_recipient;
    /// One answer for each recipient, in their order. What it throws is answered with "later".
    std::function<std::vector<LmtpAnswer>(const LmtpEnvelope&, std::string_view message)> deliver;
};

struct LmtpSettings {
    std::string socket; // its path; empty: no letters come in
    /// The group whose programs may connect, and nobody else beside our own user: who connects is
    /// believed in what it says of a letter's sender. Empty: our own group.
    std::string group;
    std::size_t message_bytes_max = std::size_t{25} * 1024 * 1024;
    std::size_t recipients_max = 20;
    std::size_t connections_max = 16;
    int idle_seconds = 300; // RFC 5321, section 4.5.3.2.7
};

/// One conversation, without its socket: bytes in, answers out.
class LmtpSession {
public:
    LmtpSession(const LmtpSettings& settings, const LmtpReceiver& receiver);

    std::string greeting() const;
    /// Takes what came, and gives what is to be sent back.
    std::string take(std::string_view bytes);
    /// Whether the other side said goodbye, or was sent away.
    bool ended() const { return ended_; }

private:
    std::string take_line(std::string_view line);
    std::string take_command(std::string_view line);
    std::string take_recipient(std::string_view argument);
    std::string take_sender(std::string_view argument);
    void take_data(std::string_view line);
    std::string end_data();
    void reset();

    const LmtpSettings& settings_;
    const LmtpReceiver& receiver_;
    std::string buffer_; // a line that has not ended
    LmtpEnvelope envelope_;
    std::string message_;
    bool greeted_ = false;
    bool has_sender_ = false;
    bool in_data_ = false;
    bool too_large_ = false;
    bool ended_ = false;
    std::size_t faults_ = 0;
};

/// The address of "FROM:<…>" or "TO:<…>", without a route; none (nullptr) when it cannot be read.
/// `keyword` is "FROM:" or "TO:".
std::unique_ptr<std::string> read_lmtp_path(std::string_view argument, std::string_view keyword);

/// Listens on a local socket, each connection on a thread of its own: the only one who calls is the
/// mail server beside us, which keeps a few lines open. Throws when it cannot listen.
class LmtpServer {
public:
    LmtpServer(LmtpSettings settings, LmtpReceiver receiver);
    ~LmtpServer();
    LmtpServer(const LmtpServer&) = delete;
    LmtpServer& operator=(const LmtpServer&) = delete;

    void start();
    /// Takes no new letters, and waits for those that are being taken.
    void stop();

private:
    class Engine;
    std::unique_ptr<Engine> engine_;
};

} // namespace moothall::jobs
