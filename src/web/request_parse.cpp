#include "web/request_parse.hpp"

#include "text/unicode.hpp"
#include "web/address.hpp"

#include <algorithm>
#include <array>

namespace moothall::web {

namespace {

constexpr std::size_t cookies_max = 200; // browsers keep at most 180 for one site

constexpr std::array<bool, 256> make_token_table()
{
    std::array<bool, 256> table{};
    for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
    for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
    for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}

constexpr std::array<bool, 256> token_table = make_token_table();

bool is_control(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

/// Valid UTF-8 without NUL: what every text of a request has to be.
bool is_clean_text(std::string_view text)
{
    bool ascii = true;
    for (const char c : text) {
        if (c == '\0') return false;
        if (static_cast<unsigned char>(c) >= 0x80) ascii = false;
    }
    return ascii || is_valid_utf8(text);
}

/// None when an escape is broken or the result is no clean text.
std::optional<std::string> decode_clean(std::string_view text, Plus plus)
{
    auto decoded = percent_decode(text, plus);
    if (decoded && !is_clean_text(*decoded)) return {};
    return decoded;
}

/// Whether the target holds only characters that can stand unencoded in what browsers send.
bool has_only_target_characters(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>' && c != '#';
    });
}

bool has_encoded_separator(std::string_view path)
{
    for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
        const auto escape = to_lower_ascii(path.substr(at, 3));
        if (escape == "%2f" || escape == "%5c") return true;
    }
    return false;
}

/// The C1 controls, U+0080 to U+009F, are two bytes in UTF-8.
bool has_control_character(std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_control(text[at])) return true;
        if (text[at] == '\xc2' && at + 1 < text.size() &&
            static_cast<unsigned char>(text[at + 1]) < 0xa0)
            return true;
    }
    return false;
}

/// A slash at the end makes an empty last segment; that one is left to the router, which knows no
/// such page.
bool has_bad_segment(std::string_view path)
{
    std::size_t begin = 1;
    while (begin <= path.size()) {
        const auto end = std::min(path.find('/', begin), path.size());
        const auto segment = path.substr(begin, end - begin);
        if (segment == "." || segment == "..") return true;
        if (segment.empty() && end != path.size()) return true;
        begin = end + 1;
    }
    return false;
}

/// Takes `text` up to the first `separator` off its front, and the separator.
std::string_view take_until(std::string_view& text, char separator)
{
    const auto at = text.find(separator);
    const auto part = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    return part;
}

} // namespace

bool is_token(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return token_table[static_cast<unsigned char>(c)];
    });
}

std::string to_lower_ascii(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view trim_blanks(std::string_view text)
{
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

Method parse_method(std::string_view text)
{
    if (text == "GET") return Method::get;
    if (text == "HEAD") return Method::head;
    if (text == "POST") return Method::post;
    if (text == "PUT") return Method::put;
    if (text == "PATCH") return Method::patch;
    if (text == "DELETE") return Method::del;
    return Method::other;
}

Result<Target> parse_target(std::string_view text)
{
    if (!has_only_target_characters(text))
        return Refusal::malformed("The address holds a character that must be encoded.");
    Target target;
    if (!text.starts_with('/')) {
        const auto scheme_end = text.find("://");
        const auto scheme = to_lower_ascii(text.substr(0, scheme_end));
        if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https"))
            return Refusal::malformed("The address must begin with a slash.");
        text.remove_prefix(scheme_end + 3);
        const auto authority_end = std::min(text.find_first_of("/?"), text.size());
        const auto authority = parse_host(text.substr(0, authority_end));
        if (!authority) return Refusal::malformed("The address names no host.");
        target.authority = *authority;
        text.remove_prefix(authority_end);
        if (!text.starts_with('/')) target.origin_form = "/";
    }
    target.origin_form += text;
    text = target.origin_form;

    const auto query_begin = text.find('?');
    const auto path = text.substr(0, query_begin);
    if (path.find('\\') != std::string_view::npos || has_encoded_separator(path))
        return Refusal::malformed("The path holds a slash or backslash that is not a separator.");
    auto decoded = decode_clean(path, Plus::literal);
    if (!decoded || has_control_character(*decoded))
        return Refusal::malformed("The path is no text in UTF-8.");
    if (has_bad_segment(*decoded))
        return Refusal::malformed("The path holds an empty or a dot segment.");
    target.path = std::move(*decoded);

    if (query_begin != std::string_view::npos) {
        auto query = parse_urlencoded(text.substr(query_begin + 1), query_pairs_max);
        if (!query) return query.error();
        target.query = std::move(*query);
    }
    return target;
}

Result<Fields> parse_urlencoded(std::string_view text, std::size_t pairs_max)
{
    Fields fields;
    while (!text.empty()) {
        auto value = take_until(text, '&');
        if (value.empty()) continue;
        if (fields.pairs().size() == pairs_max)
            return Refusal::malformed("There are too many fields.");
        const auto name = take_until(value, '=');
        auto decoded_name = decode_clean(name, Plus::space);
        auto decoded_value = decode_clean(value, Plus::space);
        if (!decoded_name || !decoded_value)
            return Refusal::malformed("A field is not encoded correctly in UTF-8.");
        fields.add(std::move(*decoded_name), std::move(*decoded_value));
    }
    return fields;
}

Result<void> parse_cookies(std::string_view header, Fields& cookies)
{
    while (!header.empty()) {
        auto value = trim_blanks(take_until(header, ';'));
        if (value.find('=') == std::string_view::npos) continue;
        const auto name = take_until(value, '=');
        const bool clean = std::none_of(value.begin(), value.end(), is_control);
        if (!is_token(name) || !clean || !is_clean_text(value)) continue;
        if (cookies.pairs().size() == cookies_max)
            return Refusal::malformed("There are too many cookies.");
        cookies.add(std::string(name), std::string(value));
    }
    return {};
}

namespace {

/// Takes a quoted string off the front. A backslash escapes only quotes and backslashes: browsers
/// send file names with lone backslashes in them.
std::optional<std::string> take_quoted(std::string_view& text)
{
    std::string out;
    for (std::size_t at = 1; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            text.remove_prefix(at + 1);
            return out;
        }
        const bool escapes =
            c == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\');
        if (escapes) ++at;
        out += text[at];
    }
    return {};
}

/// Reads `; name=value; name="value"` to the end of `text`; each name at most once.
std::optional<Fields> parse_parameters(std::string_view text)
{
    Fields parameters;
    text = trim_blanks(text);
    while (!text.empty()) {
        if (text.front() != ';') return {};
        text = trim_blanks(text.substr(1));
        if (text.empty()) break; // one semicolon at the end is common
        const auto name_end = text.find('=');
        if (name_end == std::string_view::npos || !is_token(text.substr(0, name_end))) return {};
        auto name = to_lower_ascii(text.substr(0, name_end));
        text.remove_prefix(name_end + 1);
        std::optional<std::string> value;
        if (text.starts_with('"')) {
            value = take_quoted(text);
        } else {
            const auto token = text.substr(0, text.find_first_of("; \t"));
            if (is_token(token)) value = std::string(token);
            text.remove_prefix(token.size());
        }
        if (!value || !is_clean_text(*value) || parameters.has(name)) return {};
        parameters.add(std::move(name), std::move(*value));
        text = trim_blanks(text);
    }
    return parameters;
}

} // namespace

std::optional<MediaType> parse_media_type(std::string_view value)
{
    const auto name = trim_blanks(value.substr(0, value.find(';')));
    const auto slash = name.find('/');
    if (slash == std::string_view::npos || !is_token(name.substr(0, slash)) ||
        !is_token(name.substr(slash + 1)))
        return {};
    const auto parameters_begin = std::min(value.find(';'), value.size());
    auto parameters = parse_parameters(value.substr(parameters_begin));
    if (!parameters) return {};
    return MediaType{to_lower_ascii(name), std::move(*parameters)};
}

std::optional<std::string> parse_host(std::string_view text)
{
    const auto is_name_character = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
    };
    const auto is_address_character = [](char c) {
        return hex_digit(c) >= 0 || c == ':' || c == '.';
    };
    auto host = to_lower_ascii(text);
    std::string_view name = host;
    std::string_view port;
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        if (end == std::string::npos || end < 3) return {};
        name = name.substr(1, end - 1);
        port = std::string_view(host).substr(end + 1);
        if (!std::all_of(name.begin(), name.end(), is_address_character)) return {};
    } else {
        name = name.substr(0, name.find(':'));
        port = std::string_view(host).substr(name.size());
        if (!std::all_of(name.begin(), name.end(), is_name_character)) return {};
    }
    if (name.empty() || name.size() > 253) return {};
    if (!port.empty()) {
        port.remove_prefix(1);
        if (host[host.size() - port.size() - 1] != ':' || port.empty() || port.size() > 5 ||
            !std::all_of(port.begin(), port.end(), is_digit) ||
            std::stoi(std::string(port)) > 65535)
            return {};
    }
    return host;
}

std::string without_default_port(std::string host, bool secure)
{
    const std::string_view suffix = secure ? ":443" : ":80";
    if (host.ends_with(suffix)) host.resize(host.size() - suffix.size());
    return host;
}

AcceptedEncodings parse_accept_encoding(std::string_view value)
{
    AcceptedEncodings accepted;
    bool brotli_named = false;
    bool gzip_named = false;
    bool others = false;
    while (!value.empty()) {
        auto weight = take_until(value, ',');
        const auto coding = to_lower_ascii(trim_blanks(take_until(weight, ';')));
        weight = trim_blanks(weight);
        // A weight that is not 0 to 1 with at most three digits counts as "not wanted".
        bool wanted = weight.empty();
        if (weight.starts_with("q=") || weight.starts_with("Q=")) {
            weight.remove_prefix(2);
            const bool form = weight.size() <= 5 &&
                              (weight.starts_with('0') || weight.starts_with('1')) &&
                              (weight.size() == 1 || weight[1] == '.');
            wanted = form && weight.find_first_of("123456789") != std::string_view::npos &&
                     weight.find_first_not_of("0123456789.") == std::string_view::npos;
        }
        if (coding == "br") {
            accepted.brotli = wanted;
            brotli_named = true;
        } else if (coding == "gzip") {
            accepted.gzip = wanted;
            gzip_named = true;
        } else if (coding == "*") {
            others = wanted;
        }
    }
    if (!brotli_named) accepted.brotli = others;
    if (!gzip_named) accepted.gzip = others;
    return accepted;
}

namespace {

constexpr std::size_t parts_max = 1000;
constexpr std::size_t part_head_bytes_max = 4096;

struct PartHead {
    std::string name;
    std::string file_name;
    std::string content_type = "text/plain";
    bool is_file = false;
};

/// File names that are not ASCII come as `filename*=utf-8''na%C3%AFve.txt` from some programs,
/// though RFC 7578 says they must not.
bool read_file_name(const Fields& parameters, PartHead& part)
{
    part.is_file = parameters.has("filename") || parameters.has("filename*");
    if (parameters.has("filename*")) {
        const auto text = parameters.get("filename*");
        if (!to_lower_ascii(text.substr(0, 7)).starts_with("utf-8''")) return false;
        auto decoded = decode_clean(text.substr(7), Plus::literal);
        if (!decoded) return false;
        part.file_name = std::move(*decoded);
    } else {
        part.file_name = parameters.get("filename");
    }
    return !has_control_character(part.file_name);
}

bool read_part_header(std::string_view line, PartHead& part, Fields& seen)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
    if (std::any_of(line.begin(), line.end(), [](char c) { return is_control(c) && c != '\t'; }))
        return false;
    const auto name = to_lower_ascii(line.substr(0, colon));
    const auto value = trim_blanks(line.substr(colon + 1));
    if (seen.has(name)) return false;
    seen.add(name, {});
    if (name == "content-disposition") {
        const auto kind_end = std::min(value.find(';'), value.size());
        const auto parameters = parse_parameters(value.substr(kind_end));
        if (to_lower_ascii(trim_blanks(value.substr(0, kind_end))) != "form-data" || !parameters ||
            !parameters->has("name"))
            return false;
        part.name = parameters->get("name");
        return !has_control_character(part.name) && read_file_name(*parameters, part);
    }
    if (name == "content-type") {
        const auto type = parse_media_type(value);
        if (!type) return false;
        part.content_type = type->name;
    }
    if (name == "content-transfer-encoding") {
        const auto encoding = to_lower_ascii(value);
        return encoding == "binary" || encoding == "8bit" || encoding == "7bit";
    }
    return true;
}

std::optional<PartHead> read_part_head(std::string_view text)
{
    PartHead part;
    Fields seen;
    while (!text.empty()) {
        const auto end = text.find("\r\n");
        if (!read_part_header(text.substr(0, end), part, seen)) return {};
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 2);
    }
    if (!seen.has("content-disposition")) return {};
    return part;
}

bool is_boundary(std::string_view text)
{
    return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
           });
}

} // namespace

Result<Form> parse_multipart(std::string_view body, std::string_view boundary)
{
    const auto malformed = [] { return Refusal::malformed("The form is not written correctly."); };
    if (!is_boundary(boundary)) return malformed();
    const auto delimiter = "\r\n--" + std::string(boundary);
    // The first delimiter has no line before it: text there, which the RFC lets one ignore, is
    // refused.
    if (!body.starts_with(std::string_view(delimiter).substr(2))) return malformed();
    body.remove_prefix(delimiter.size() - 2);

    Form form;
    for (std::size_t parts = 0;; ++parts) {
        if (body == "--" || body == "--\r\n") return form;
        if (!body.starts_with("\r\n")) return malformed();
        if (parts == parts_max) return Refusal::malformed("The form has too many parts.");
        body.remove_prefix(2);
        const auto head_end = body.substr(0, part_head_bytes_max).find("\r\n\r\n");
        if (head_end == std::string_view::npos) return malformed();
        auto head = read_part_head(body.substr(0, head_end));
        if (!head) return malformed();
        // From the empty line on, so that a part without content is found, too.
        body.remove_prefix(head_end + 2);
        const auto end = body.find(delimiter);
        if (end == std::string_view::npos) return malformed();
        const auto content = end < 2 ? std::string_view{} : body.substr(2, end - 2);
        body.remove_prefix(end + delimiter.size());

        if (head->is_file) {
            const bool nothing_chosen = head->file_name.empty() && content.empty();
            if (!nothing_chosen)
                form.uploads.push_back({std::move(head->name), std::move(head->file_name),
                                        std::move(head->content_type), std::string(content)});
        } else {
            if (!is_clean_text(content)) return malformed();
            form.fields.add(std::move(head->name), std::string(content));
        }
    }
}

} // namespace moothall::web
