// Letters of some programs have no plain text. What a reader would see of their HTML is enough:
// nothing of it is ever shown as HTML, so this need not be a browser, only harmless and quick.

#include "tell/letter/letter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace moothall::tell {

namespace {

constexpr int quotes_max = 5;

void append_utf8(std::string& text, std::uint32_t code)
{
    if (code < 0x20 && code != '\n' && code != '\t') return;
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return;
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xc0U | (code >> 6U));
        text += static_cast<char>(0x80U | (code & 0x3fU));
    } else if (code < 0x10000) {
        text += static_cast<char>(0xe0U | (code >> 12U));
        text += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
        text += static_cast<char>(0x80U | (code & 0x3fU));
    } else {
        text += static_cast<char>(0xf0U | (code >> 18U));
        text += static_cast<char>(0x80U | ((code >> 12U) & 0x3fU));
        text += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
        text += static_cast<char>(0x80U | (code & 0x3fU));
    }
}

/// Writes the character that an entity stands for; false when it is none of those in letters.
bool append_entity(std::string& text, std::string_view name)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> named{{
        {"amp", "&"},
        {"lt", "<"},
        {"gt", ">"},
        {"quot", "\""},
        {"apos", "'"},
        {"nbsp", " "},
        {"ndash", "–"},
        {"mdash", "—"},
        {"hellip", "…"},
        {"rsquo", "’"},
        {"lsquo", "‘"},
        {"euro", "€"},
    }};
    if (name.starts_with('#')) {
        name.remove_prefix(1);
        const bool hex = name.starts_with('x') || name.starts_with('X');
        if (hex) name.remove_prefix(1);
        std::uint32_t code = 0;
        const auto read =
            std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
        if (read.ec != std::errc{} || read.ptr != name.data() + name.size()) return false;
        append_utf8(text, code);
        return true;
    }
    for (const auto& [known, character] : named)
        if (known == name) {
            text += character;
            return true;
        }
    return false;
}

std::string lower_name(std::string_view tag)
{
    std::string name;
    for (const char c : tag) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9')) break;
        name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return name;
}

/// Writes lines: white space of the source counts once, blocks stand apart, quotations are marked.
class Lines {
public:
    void say(char c)
    {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (space) {
            pending_space_ = !line_.empty();
            return;
        }
        if (pending_space_) line_ += ' ';
        pending_space_ = false;
        line_ += c;
    }
    void say(std::string_view text)
    {
        for (const char c : text) say(c);
    }
    void end_line()
    {
        if (line_.empty()) return;
        break_line();
    }
    void break_line()
    {
        write(line_);
        line_.clear();
        pending_space_ = false;
    }
    void end_block()
    {
        end_line();
        if (!text_.empty() && !blank_) write({});
    }
    void quote(int change)
    {
        end_block();
        quotes_ = std::max(0, quotes_ + change);
    }
    std::string take()
    {
        end_line();
        // Without what is empty at the end, quoted or not.
        const auto last = text_.find_last_not_of("\n> ");
        text_.erase(last == std::string::npos ? 0 : last + 1);
        return std::move(text_);
    }

private:
    void write(std::string_view line)
    {
        for (int i = 0; i < std::min(quotes_, quotes_max); ++i) text_ += "> ";
        text_ += line;
        text_ += '\n';
        blank_ = line.empty();
    }
    std::string text_;
    std::string line_;
    bool pending_space_ = false;
    bool blank_ = true;
    int quotes_ = 0;
};

constexpr std::array<std::string_view, 18> blocks{
    "p",  "div", "ul", "ol", "table", "tr", "h1",      "h2",      "h3",
    "h4", "h5",  "h6", "hr", "pre",   "dl", "section", "article", "header"};

} // namespace

std::string text_of_letter_html(std::string_view html)
{
    Lines lines;
    std::string_view skipped_until; // the tag whose end ends what nobody sees
    for (std::size_t at = 0; at < html.size();) {
        const char c = html[at];
        if (c == '<') {
            if (html.substr(at).starts_with("<!--")) {
                const auto end = html.find("-->", at);
                at = end == std::string_view::npos ? html.size() : end + 3;
                continue;
            }
            const auto end = html.find('>', at);
            if (end == std::string_view::npos) break;
            auto inside = html.substr(at + 1, end - at - 1);
            at = end + 1;
            const bool closing = inside.starts_with('/');
            if (closing) inside.remove_prefix(1);
            const auto name = lower_name(inside);
            if (!skipped_until.empty()) {
                if (closing && name == skipped_until) skipped_until = {};
                continue;
            }
            for (const std::string_view unseen : {"script", "style", "title", "head"})
                if (!closing && name == unseen) skipped_until = unseen;
            if (name == "br")
                lines.break_line();
            else if (name == "blockquote")
                lines.quote(closing ? -1 : 1);
            else if (name == "li" && !closing) {
                lines.end_line();
                lines.say("- ");
            } else if (name == "div" || name == "tr" || name == "li")
                lines.end_line();
            else if (std::ranges::find(blocks, name) != blocks.end())
                lines.end_block();
            continue;
        }
        ++at;
        if (!skipped_until.empty()) continue;
        if (c == '&') {
            constexpr std::size_t entity_max = 10;
            const auto name = html.substr(at, entity_max);
            const auto length = name.find(';');
            std::string character;
            if (length != std::string_view::npos &&
                append_entity(character, name.substr(0, length))) {
                lines.say(character);
                at += length + 1;
                continue;
            }
        }
        lines.say(c);
    }
    return lines.take();
}

} // namespace moothall::tell
