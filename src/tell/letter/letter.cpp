#include "tell/letter/letter.hpp"

#include "text/unicode.hpp"
#include "text/utf8.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

namespace moothall::tell {

namespace {

struct Unref {
    template <class Object>
    void operator()(Object* object) const
    {
        g_object_unref(object);
    }
};
template <class Object>
using Owned = std::unique_ptr<Object, Unref>;

std::string_view view(const char* text)
{
    return text != nullptr ? std::string_view(text) : std::string_view{};
}

bool is_ascii_equal(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

/// Text as bodies may hold it: UTF-8 without NUL and other control characters, lines end with LF.
/// What is no UTF-8, whatever its part said of itself, becomes U+FFFD.
std::string cleaned(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto character = decode_character(text, at);
        at += character.bytes;
        if (character.code == U'\r') {
            clean += '\n';
            if (at < text.size() && text[at] == '\n') ++at;
        } else if (character.code >= U' ' || character.code == U'\n' || character.code == U'\t') {
            append_character(clean, character.code);
        }
    }
    return clean;
}

/// The bytes of a part, decoded, but no more than are left.
std::string content_of(GMimePart* part, std::size_t bytes_max)
{
    auto* wrapper = g_mime_part_get_content(part);
    if (wrapper == nullptr) return {};
    const Owned<GMimeStream> stream(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(wrapper, stream.get());
    const auto* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    if (bytes == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes->data),
            std::min<std::size_t>(bytes->len, bytes_max)};
}

/// Collects what the parts of a letter hold.
class Collector {
public:
    explicit Collector(Letter& letter) : letter_(letter) {}

    /// False when there are more parts than any person's letter has.
    bool take(GMimeObject* object, int depth)
    {
        if (object == nullptr) return true;
        if (depth > letter_depth_max || ++parts_ > letter_parts_max) return false;
        if (GMIME_IS_MULTIPART(object)) return take_parts(GMIME_MULTIPART(object), depth);
        if (GMIME_IS_MESSAGE_PART(object)) return take_message(object);
        if (GMIME_IS_PART(object)) take_leaf(GMIME_PART(object));
        return true;
    }
    /// After all were taken.
    void finish() { letter_.text = cleaned(has_plain_ ? plain_ : text_of_letter_html(html_)); }

private:
    bool take_parts(GMimeMultipart* multipart, int depth)
    {
        auto* type = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
        const bool alternative = g_mime_content_type_is_type(type, "multipart", "alternative") != 0;
        const int count = g_mime_multipart_get_count(multipart);
        // Of several ways to say the same the plain one is taken, whichever stands first.
        const bool had_plain = has_plain_;
        for (int i = 0; i < count; ++i)
            if (!take(g_mime_multipart_get_part(multipart, i), depth + 1)) return false;
        if (alternative && has_plain_ && !had_plain) html_.clear();
        return true;
    }
    bool take_message(GMimeObject* object)
    {
        const std::unique_ptr<char, void (*)(gpointer)> bytes(
            g_mime_object_to_string(object, nullptr), g_free);
        letter_.files.push_back({"message.eml", std::string(view(bytes.get()))});
        return true;
    }
    void take_leaf(GMimePart* part)
    {
        auto* object = GMIME_OBJECT(part);
        auto* type = g_mime_object_get_content_type(object);
        const auto disposition = view(g_mime_object_get_disposition(object));
        const auto name = view(g_mime_part_get_filename(part));
        const bool attached = is_ascii_equal(disposition, "attachment") || !name.empty();
        if (!attached && GMIME_IS_TEXT_PART(object)) {
            const std::unique_ptr<char, void (*)(gpointer)> text(
                g_mime_text_part_get_text(GMIME_TEXT_PART(object)), g_free);
            if (g_mime_content_type_is_type(type, "text", "html") != 0) {
                html_ += view(text.get());
            } else {
                if (has_plain_) plain_ += "\n\n";
                plain_ += view(text.get());
                has_plain_ = true;
            }
            return;
        }
        // A signature proves nothing to people, and a key is none of theirs.
        for (const std::string_view kind :
             {"pgp-signature", "pkcs7-signature", "x-pkcs7-signature", "pgp-keys", "pgp-encrypted"})
            if (is_ascii_equal(view(g_mime_content_type_get_media_subtype(type)), kind)) return;
        letter_.files.push_back({cleaned(name), content_of(part, letter_bytes_max)});
    }

    Letter& letter_;
    std::size_t parts_ = 0;
    std::string plain_;
    std::string html_;
    bool has_plain_ = false;
};

/// A field's value on one line.
std::string one_line(std::string_view raw)
{
    std::string line;
    for (const char c : raw) line += static_cast<unsigned char>(c) < ' ' || c == 127 ? ' ' : c;
    return line;
}

std::string trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

/// The addresses of a From field. Groups and names without an address give an empty one, so that
/// they are seen not to be one proper sender.
void add_senders(std::string_view value, std::vector<std::string>& senders)
{
    const std::string text(value);
    const Owned<InternetAddressList> list(internet_address_list_parse(nullptr, text.c_str()));
    if (!list) {
        senders.emplace_back();
        return;
    }
    const int count = internet_address_list_length(list.get());
    for (int i = 0; i < std::min(count, 10); ++i) {
        auto* address = internet_address_list_get_address(list.get(), i);
        senders.push_back(INTERNET_ADDRESS_IS_MAILBOX(address)
                              ? cleaned(one_line(view(internet_address_mailbox_get_addr(
                                    INTERNET_ADDRESS_MAILBOX(address)))))
                              : std::string());
    }
    if (count == 0) senders.emplace_back();
}

/// Whether a field says that a machine wrote the letter, or sent it to many (RFC 3834, section 2;
/// the others are what programs wrote before it, and still do).
bool says_automatic(std::string_view name, std::string_view value)
{
    const auto lower = fold_email(value);
    if (is_ascii_equal(name, "Auto-Submitted")) {
        const auto word = lower.substr(0, lower.find_first_of("; \t("));
        return word != "no";
    }
    if (is_ascii_equal(name, "Precedence"))
        return lower == "bulk" || lower == "junk" || lower == "list" || lower == "auto_reply";
    for (const std::string_view field :
         {"List-Id", "List-Post", "List-Help", "List-Subscribe", "List-Unsubscribe", "X-Autoreply",
          "X-Autorespond", "X-Loop", "X-Failed-Recipients", "Feedback-ID"})
        if (is_ascii_equal(name, field)) return true;
    // What Exchange writes into an answer of its own; people's letters carry other words in it.
    return is_ascii_equal(name, "X-Auto-Response-Suppress") && lower == "all";
}

void read_fields(GMimeMessage* message, Letter& letter)
{
    constexpr std::size_t results_max = 50;
    auto* fields = g_mime_object_get_header_list(GMIME_OBJECT(message));
    const int count = g_mime_header_list_get_count(fields);
    for (int i = 0; i < count; ++i) {
        auto* field = g_mime_header_list_get_header_at(fields, i);
        const auto name = view(g_mime_header_get_name(field));
        const auto raw = trimmed(one_line(view(g_mime_header_get_raw_value(field))));
        if (is_ascii_equal(name, "From"))
            add_senders(raw, letter.from);
        else if (is_ascii_equal(name, "Authentication-Results") &&
                 letter.results.size() < results_max)
            letter.results.push_back(raw);
        else if (letter.automatic.empty() && says_automatic(name, raw))
            letter.automatic = std::string(name);
    }
    letter.subject = normalise_line(view(g_mime_message_get_subject(message)));
    letter.message_id = one_line(view(g_mime_message_get_message_id(message)));
}

/// Delivery reports and read receipts (RFC 3462, RFC 8098).
bool is_report(GMimeObject* body)
{
    if (body == nullptr) return false;
    auto* type = g_mime_object_get_content_type(body);
    return g_mime_content_type_is_type(type, "multipart", "report") != 0;
}

} // namespace

Result<Letter> read_letter(std::string_view bytes)
{
    static std::once_flag ready;
    std::call_once(ready, [] { g_mime_init(); });
    if (bytes.size() > letter_bytes_max) {
        auto refusal = Refusal::malformed("This letter is too large.");
        refusal.reason = Reason::too_large;
        return refusal;
    }
    // GMime reads no deeper than 1024 parts in parts, so its own recursion has an end.
    const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
    if (!message) return Refusal::malformed("This is not a letter.");
    Letter letter;
    read_fields(message.get(), letter);
    auto* body = g_mime_message_get_mime_part(message.get());
    if (letter.automatic.empty() && is_report(body)) letter.automatic = "Content-Type";
    Collector collector(letter);
    if (!collector.take(body, 0)) {
        auto refusal = Refusal::malformed("This letter has too many parts.");
        refusal.reason = Reason::too_large;
        return refusal;
    }
    collector.finish();
    return letter;
}

} // namespace moothall::tell
