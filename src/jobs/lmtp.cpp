#include "jobs/lmtp.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <utility>

namespace moothall::jobs {

namespace {

// RFC 5321, section 4.5.3.1: commands have 512 bytes; lines of text 1000, which nobody keeps to.
constexpr std::size_t command_bytes_max = 4096;
constexpr std::size_t line_bytes_max = 1024 * 1024;
constexpr std::size_t faults_max = 20;

std::string to_line(int code, std::string_view status, std::string_view text)
{
    std::string line = std::to_string(code) + ' ';
    if (!status.empty()) line += std::string(status) + ' ';
    for (const char c : text) line += static_cast<unsigned char>(c) < ' ' || c == 127 ? ' ' : c;
    return line + "\r\n";
}

std::string to_line(const LmtpAnswer& answer)
{
    return to_line(answer.code, answer.status, answer.text);
}

std::string upper(std::string_view text)
{
    std::string large;
    for (const char c : text) large += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return large;
}

std::string_view trim(std::string_view text)
{
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

} // namespace

std::unique_ptr<std::string> read_lmtp_path(std::string_view argument, std::string_view keyword)
{
    constexpr std::size_t path_bytes_max = 256; // RFC 5321, section 4.5.3.1.3
    argument = trim(argument);
    if (upper(argument.substr(0, keyword.size())) != keyword) return nullptr;
    argument = trim(argument.substr(keyword.size()));
    if (!argument.starts_with('<')) return nullptr;
    // A ">" inside quotes belongs to the address.
    std::string path;
    bool quoted = false;
    std::size_t at = 1;
    for (; at < argument.size() && (quoted || argument[at] != '>'); ++at) {
        if (static_cast<unsigned char>(argument[at]) <= ' ' && !quoted) return nullptr;
        if (argument[at] == '"') quoted = !quoted;
        if (argument[at] == '\\' && quoted && at + 1 < argument.size()) path += argument[at++];
        path += argument[at];
    }
    if (at == argument.size() || path.size() > path_bytes_max) return nullptr;
    if (at + 1 < argument.size() && argument[at + 1] != ' ') return nullptr;
    // "<@one,@two:somebody@here>": routes are read and forgotten (RFC 5321, appendix C).
    if (path.starts_with('@'))
        if (const auto end = path.find(':'); end != std::string::npos) path.erase(0, end + 1);
    return std::make_unique<std::string>(std::move(path));
}

LmtpSession::LmtpSession(const LmtpSettings& settings, const LmtpReceiver& receiver)
    : settings_(settings), receiver_(receiver)
{
}

std::string LmtpSession::greeting() const
{
    return to_line(220, {}, "moothall LMTP");
}

void LmtpSession::reset()
{
    envelope_ = {};
    message_.clear();
    message_.shrink_to_fit();
    has_sender_ = false;
    in_data_ = false;
    too_large_ = false;
}

std::string LmtpSession::take(std::string_view bytes)
{
    std::string answers;
    while (!bytes.empty() && !ended_) {
        const auto end = bytes.find('\n');
        const auto piece = bytes.substr(0, end);
        const auto length_max = in_data_ ? line_bytes_max : command_bytes_max;
        if (buffer_.size() + piece.size() > length_max) {
            ended_ = true;
            return answers + to_line(500, "5.5.2", "This line is too long.");
        }
        buffer_ += piece;
        if (end == std::string_view::npos) break;
        bytes.remove_prefix(end + 1);
        // In a letter a bare LF is not the end of a line, so that nobody can smuggle a second
        // letter in by an end that two servers see differently (CVE-2023-51764).
        const bool whole = buffer_.ends_with('\r');
        if (!whole && in_data_) {
            buffer_ += '\n';
            continue;
        }
        if (whole) buffer_.pop_back();
        const auto line = std::exchange(buffer_, {});
        answers += take_line(line);
    }
    return answers;
}

std::string LmtpSession::take_line(std::string_view line)
{
    if (!in_data_) return take_command(line);
    if (line == ".") return end_data();
    take_data(line);
    return {};
}

void LmtpSession::take_data(std::string_view line)
{
    if (line.starts_with('.')) line.remove_prefix(1);
    if (message_.size() + line.size() + 2 > settings_.message_bytes_max) {
        too_large_ = true;
        message_.clear();
    }
    if (too_large_) return;
    message_ += line;
    message_ += "\r\n";
}

std::string LmtpSession::end_data()
{
    in_data_ = false;
    std::vector<LmtpAnswer> given;
    if (too_large_) {
        given.assign(envelope_.recipients.size(), {552, "5.3.4", "This letter is too large."});
    } else {
        try {
            given = receiver_.deliver(envelope_, message_);
        } catch (const std::exception&) {
            // Whoever delivers has logged it. The server beside us keeps the letter and tries
            // again.
            given.clear();
        }
        given.resize(envelope_.recipients.size(),
                     LmtpAnswer::later("4.3.0", "Something broke here. Please try again later."));
    }
    std::string answers;
    for (const auto& answer : given) answers += to_line(answer);
    reset();
    return answers;
}

std::string LmtpSession::take_sender(std::string_view argument)
{
    if (!greeted_) return to_line(503, "5.5.1", "Say LHLO first.");
    if (has_sender_) return to_line(503, "5.5.1", "There is a sender already.");
    const auto path = read_lmtp_path(argument, "FROM:");
    if (!path) return to_line(501, "5.5.4", "MAIL reads like MAIL FROM:<somebody@example.org>.");
    // SIZE (RFC 1870) saves a letter's way that would be refused at its end.
    const auto words = upper(argument);
    if (const auto at = words.find(" SIZE="); at != std::string::npos) {
        const auto digits = words.substr(at + 6, 20);
        if (std::strtoull(digits.c_str(), nullptr, 10) > settings_.message_bytes_max)
            return to_line(552, "5.3.4", "This letter is too large.");
    }
    envelope_.sender = *path;
    has_sender_ = true;
    return to_line(250, "2.1.0", "OK");
}

std::string LmtpSession::take_recipient(std::string_view argument)
{
    if (!has_sender_) return to_line(503, "5.5.1", "Say MAIL first.");
    const auto path = read_lmtp_path(argument, "TO:");
    if (!path || path->empty())
        return to_line(501, "5.5.4", "RCPT reads like RCPT TO:<somebody@example.org>.");
    if (envelope_.recipients.size() >= settings_.recipients_max)
        return to_line(452, "4.5.3", "These are too many recipients at once.");
    LmtpAnswer answer;
    try {
        answer = receiver_.check_recipient(*path);
    } catch (const std::exception&) {
        answer = LmtpAnswer::later("4.3.0", "Something broke here. Please try again later.");
    }
    if (answer.code < 300) envelope_.recipients.push_back(*path);
    return to_line(answer);
}

std::string LmtpSession::take_command(std::string_view line)
{
    const auto space = line.find(' ');
    const auto verb = upper(line.substr(0, space));
    const auto argument =
        space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
    if (verb == "LHLO") {
        reset();
        greeted_ = true;
        return "250-moothall\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n"
               "250 SIZE " +
               std::to_string(settings_.message_bytes_max) + "\r\n";
    }
    if (verb == "MAIL") return take_sender(argument);
    if (verb == "RCPT") return take_recipient(argument);
    if (verb == "DATA") {
        // RFC 2033, section 4.2: 503 when there is no recipient that was taken.
        if (envelope_.recipients.empty()) return to_line(503, "5.5.1", "There is no recipient.");
        in_data_ = true;
        return to_line(354, {}, "Go on, and end with a line of one dot");
    }
    if (verb == "RSET") {
        reset();
        return to_line(250, "2.0.0", "OK");
    }
    if (verb == "NOOP") return to_line(250, "2.0.0", "OK");
    if (verb == "QUIT") {
        ended_ = true;
        return to_line(221, "2.0.0", "Goodbye");
    }
    if (verb == "VRFY") return to_line(252, "2.5.0", "Send a letter and see");
    if (++faults_ > faults_max) {
        ended_ = true;
        return to_line(421, "4.7.0", "This is no mail server's talk.");
    }
    // RFC 2033, section 4.1: HELO and EHLO are for servers with queues.
    return to_line(500, "5.5.1", "This is LMTP: LHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT.");
}

} // namespace moothall::jobs
