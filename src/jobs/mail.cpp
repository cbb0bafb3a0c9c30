#include "jobs/mail.hpp"

#include "jobs/job.hpp"
#include "record/setting.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <curl/curl.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace moothall::jobs {

namespace {

using namespace std::chrono;

/// RFC 5322, section 3.3, in UTC.
std::string mail_date(Time time)
{
    static constexpr std::array days_of_week{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months_of_year{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<seconds>(time - day)};
    std::array<char, 64> buffer{};
    const auto length = std::snprintf(
        buffer.data(), buffer.size(), "%s, %u %s %d %02d:%02d:%02d +0000",
        days_of_week[weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
        months_of_year[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    return {buffer.data(), static_cast<std::size_t>(length)};
}

/// Text for a header: as it is when it is plain, else encoded words of at most 75 characters (RFC
/// 2047).
std::string header_text(std::string_view text)
{
    bool plain = true;
    for (const char c : text)
        plain = plain && c >= ' ' && c < 127 && c != '=' && c != '?' && c != '"' && c != '<' &&
                c != '>';
    if (plain && text.size() <= 70) return std::string(text);
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    std::string word;
    const auto end_word = [&] {
        if (word.empty()) return;
        if (!encoded.empty()) encoded += "\r\n ";
        encoded += "=?UTF-8?Q?" + word + "?=";
        word.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        // Whole characters only: a word must not end inside one.
        std::size_t length = 1;
        while (at + length < text.size() &&
               (static_cast<unsigned char>(text[at + length]) & 0xc0) == 0x80)
            ++length;
        std::string part;
        for (const char c : text.substr(at, length)) {
            const bool safe =
                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (safe) {
                part += c;
            } else if (c == ' ') {
                part += '_';
            } else {
                const auto byte = static_cast<unsigned char>(c < ' ' && c >= 0 ? ' ' : c);
                part += '=';
                part += digits[byte >> 4];
                part += digits[byte & 15];
            }
        }
        constexpr std::size_t word_max = 60;
        if (word.size() + part.size() > word_max) end_word();
        word += part;
        at += length;
    }
    end_word();
    return encoded;
}

/// RFC 2045, section 6.7.
std::string quoted_printable(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::size_t line_max = 72;
    std::string encoded;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\r') continue;
        if (c == '\n') {
            encoded += "\r\n";
            column = 0;
            continue;
        }
        const bool last_in_line = at + 1 == text.size() || text[at + 1] == '\n';
        const bool safe = (c > ' ' && c < 127 && c != '=' && !(c == '.' && column == 0)) ||
                          (c == ' ' && !last_in_line);
        const std::size_t width = safe ? 1 : 3;
        if (column + width > line_max) {
            encoded += "=\r\n";
            column = 0;
        }
        if (safe) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '=';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
        column += width;
    }
    return encoded;
}

/// No address may bring a header line of its own.
std::string one_line(std::string_view text)
{
    std::string line;
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= ' ' && c != 127) line += c;
    return line;
}

void send_by_smtp(const Mail& mail, const MailSettings& settings, const std::string& message)
{
    struct Reader {
        std::string_view rest;
        static std::size_t read(char* buffer, std::size_t size, std::size_t count, void* self)
        {
            auto& reader = *static_cast<Reader*>(self);
            const auto length = reader.rest.copy(buffer, size * count);
            reader.rest.remove_prefix(length);
            return length;
        }
    };
    Reader reader{message};
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
    if (!curl) throw std::bad_alloc();
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> to(
        curl_slist_append(nullptr, ("<" + one_line(mail.to) + ">").c_str()), curl_slist_free_all);
    const auto from = "<" + one_line(settings.from) + ">";
    std::array<char, CURL_ERROR_SIZE> error{};
    curl_easy_setopt(curl.get(), CURLOPT_URL, settings.server.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, to.get());
    curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, &Reader::read);
    curl_easy_setopt(curl.get(), CURLOPT_READDATA, &reader);
    curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 15L);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error.data());
    // STARTTLS is used where the server offers it, and demanded where a password would go over the
    // line.
    curl_easy_setopt(curl.get(), CURLOPT_USE_SSL,
                     settings.password.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL);
    if (!settings.user.empty()) {
        curl_easy_setopt(curl.get(), CURLOPT_USERNAME, settings.user.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, settings.password.c_str());
    }
    const auto code = curl_easy_perform(curl.get());
    if (code != CURLE_OK)
        throw std::runtime_error(error[0] != '\0' ? error.data() : curl_easy_strerror(code));
}

void write_to_spool(const std::string& message, std::string_view message_id,
                    const std::filesystem::path& spool)
{
    // As in a maildir: written beside, then moved, so that a reader never meets half a letter.
    std::filesystem::create_directories(spool / "tmp");
    std::filesystem::create_directories(spool / "new");
    const auto name = std::string(message_id.substr(0, message_id.find('@'))) + ".eml";
    {
        std::ofstream file(spool / "tmp" / name, std::ios::binary);
        file << message;
        file.flush();
        if (!file) throw std::runtime_error("cannot write to the spool folder " + spool.string());
    }
    std::filesystem::rename(spool / "tmp" / name, spool / "new" / name);
}

} // namespace

void enqueue_mail(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                  const Mail& mail)
{
    enqueue(transaction, ids, now, organisation,
            {.kind = "mail.send", .payload = to_payload(mail), .run_at = now});
}

MailSettings find_mail_settings(store::Transaction& transaction, Id organisation)
{
    MailSettings settings;
    settings.server = record::find_setting(transaction, organisation, "mail.server");
    settings.user = record::find_setting(transaction, organisation, "mail.user");
    settings.password = record::find_setting(transaction, organisation, "mail.password");
    settings.from = record::find_setting(transaction, organisation, "mail.from");
    auto rows = transaction.query("SELECT name, url FROM org WHERE org_id = ?1", organisation);
    if (!rows.next()) return settings;
    settings.from_name = rows->string(0);
    if (settings.from.empty()) {
        auto host = rows->string(1);
        host.erase(0, host.find("//") == std::string::npos ? 0 : host.find("//") + 2);
        settings.from = "moothall@" + host.substr(0, host.find(':'));
    }
    return settings;
}

std::string to_message(const Mail& mail, const MailSettings& settings, std::string_view message_id,
                       Time now)
{
    std::string message;
    message += "Date: " + mail_date(now) + "\r\n";
    message +=
        "From: " + header_text(settings.from_name) + " <" + one_line(settings.from) + ">\r\n";
    message += "To: <" + one_line(mail.to) + ">\r\n";
    message += "Subject: " + header_text(mail.subject) + "\r\n";
    message += "Message-ID: <" + std::string(message_id) + ">\r\n";
    if (!mail.thread.empty()) {
        // No letter has this id: it is the one that all of the thread answer.
        const auto root = "<thread." + one_line(mail.thread) +
                          std::string(message_id.substr(message_id.find('@'))) + ">";
        message += "In-Reply-To: " + root + "\r\nReferences: " + root + "\r\n";
    }
    if (!mail.reply_to.empty()) message += "Reply-To: <" + one_line(mail.reply_to) + ">\r\n";
    message += "Auto-Submitted: auto-generated\r\n";
    if (!mail.unsubscribe_url.empty()) {
        message += "List-Unsubscribe: <" + one_line(mail.unsubscribe_url) + ">\r\n";
        message += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    }
    message += "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
               "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    message += quoted_printable(mail.text);
    message += "\r\n";
    return message;
}

void send_mail(const Mail& mail, const MailSettings& settings, std::string_view message_id,
               Time now, const std::string& spool_folder)
{
    const auto message = to_message(mail, settings, message_id, now);
    if (settings.server.empty())
        write_to_spool(message, message_id, spool_folder);
    else
        send_by_smtp(mail, settings, message);
}

void forget_letters(store::Transaction& transaction, Id organisation, std::string_view address)
{
    transaction.execute(
        "DELETE FROM job WHERE org_id = ?1 AND kind = 'mail.send' AND done_us IS NOT NULL",
        organisation);
    std::vector<Id> hers;
    for (const auto& row : transaction.query(
             "SELECT job_id, payload FROM job WHERE org_id = ?1 AND kind = 'mail.send'",
             organisation))
        if (fold_email(read_mail(row.text(1)).to) == fold_email(address)) hers.push_back(row.id(0));
    transaction.execute("DELETE FROM job WHERE org_id = ?1 AND job_id IN_IDS(?2)", organisation,
                        store::IdList{hers});
}

void forget_spooled(const std::string& spool_folder, std::string_view from,
                    std::string_view address)
{
    // The heads are our own (to_message): one line each, the address in angle brackets.
    const auto addressed = [](std::string_view line) {
        const auto begin = line.rfind('<');
        const auto end = line.rfind('>');
        if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
            return std::string();
        return fold_email(line.substr(begin + 1, end - begin - 1));
    };
    std::error_code none; // no folder: no letter was ever written there
    std::vector<std::filesystem::path> hers;
    for (const auto& entry : std::filesystem::directory_iterator(spool_folder + "/new", none)) {
        std::ifstream file(entry.path(), std::ios::binary);
        bool to_her = false;
        bool ours = false;
        for (std::string line; std::getline(file, line) && line != "\r" && !line.empty();) {
            if (line.starts_with("To: ")) to_her = addressed(line) == fold_email(address);
            if (line.starts_with("From: ")) ours = addressed(line) == fold_email(from);
        }
        if (to_her && ours) hers.push_back(entry.path());
    }
    for (const auto& letter : hers) std::filesystem::remove(letter);
}

std::string to_payload(const Mail& mail)
{
    JsonWriter json;
    json.begin_object()
        .field("to", mail.to)
        .field("subject", mail.subject)
        .field("text", mail.text);
    if (!mail.reply_to.empty()) json.field("reply_to", mail.reply_to);
    if (!mail.thread.empty()) json.field("thread", mail.thread);
    return json.field("unsubscribe_url", mail.unsubscribe_url).end_object().take();
}

Mail read_mail(std::string_view payload)
{
    const auto json = Json::parse(payload);
    if (!json) throw std::runtime_error("the letter cannot be read");
    const auto text = [&](std::string_view field) {
        return std::string(json->find(field).string().value_or(""));
    };
    return {text("to"),       text("subject"), text("text"), text("unsubscribe_url"),
            text("reply_to"), text("thread")};
}

} // namespace moothall::jobs
