#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// A second opinion on what the Markdown renderer writes, for tests and fuzzing: shares no code
/// with it.
namespace moothall {

/// Why the HTML could do harm, or is not well formed; empty when it is harmless.
///
/// Accepts exactly the tags and attributes that the renderer may write, closed in order, and text
/// in which every special character is escaped.
inline std::string harm_in(std::string_view html)
{
    constexpr std::array elements = std::to_array<std::string_view>(
        {"p",  "blockquote", "ul",    "ol",    "li", "pre", "code", "h3", "h4",     "h5",
         "h6", "table",      "thead", "tbody", "tr", "th",  "td",   "em", "strong", "del"});
    constexpr std::string_view relation = " rel=\"nofollow ugc noopener\"";
    const auto takes = [](std::string_view& text, std::string_view prefix) {
        if (!text.starts_with(prefix)) return false;
        text.remove_prefix(prefix.size());
        return true;
    };
    const auto only = [](std::string_view text, std::string_view allowed) {
        return text.find_first_not_of(allowed) == std::string_view::npos;
    };
    constexpr std::string_view digits = "0123456789";
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    std::vector<std::string_view> open;
    for (std::size_t at = 0; at < html.size();) {
        const auto byte = html[at];
        if (byte == '&') {
            const auto entity = html.substr(at, html.find(';', at) - at + 1);
            if (entity != "&amp;" && entity != "&lt;" && entity != "&gt;" && entity != "&quot;" &&
                entity != "&#39;")
                return "a bare & at " + std::to_string(at);
            at += entity.size();
            continue;
        }
        if (byte == '>' || byte == '"' || byte == '\'')
            return "a bare quote or > at " + std::to_string(at);
        if ((static_cast<unsigned char>(byte) < 0x20 && byte != '\n' && byte != '\t') ||
            byte == 0x7F)
            return "a control character at " + std::to_string(at);
        if (byte != '<') {
            ++at;
            continue;
        }

        // Attribute values hold neither < nor >, so a tag ends at the next >.
        const auto end = html.find('>', at);
        if (end == std::string_view::npos) return "a tag that does not end";
        auto tag = html.substr(at + 1, end - at - 1);
        const auto shown = "the tag <" + std::string(tag) + "> at " + std::to_string(at);
        at = end + 1;
        if (tag == "br" || tag == "hr") continue;
        if (takes(tag, "img src=\"/files/")) {
            if (tag.size() < 13 || !only(tag.substr(0, 13), letters)) return shown;
            tag.remove_prefix(13);
            if (!takes(tag, "/small\" alt=\"")) return shown;
            tag.remove_prefix(std::min(tag.find('"'), tag.size()));
            if (tag != "\" loading=\"lazy\"") return shown;
            continue;
        }
        if (takes(tag, "/")) {
            if (open.empty() || open.back() != tag) return shown;
            open.pop_back();
            continue;
        }
        const auto name = tag.substr(0, tag.find(' '));
        if (name == "a") {
            for (const auto around : open)
                if (around == "a") return "a link inside a link, " + shown;
            if (!takes(tag, "a href=\"")) return shown;
            const auto address = tag.substr(0, tag.find('"'));
            if (!only(address, std::string(letters) + "-._~:/?#[]@!$()*+,;=%&")) return shown;
            std::string scheme(address.substr(0, address.find(':')));
            for (auto& letter : scheme)
                if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter + 32);
            const auto relative = address.starts_with('#') ||
                                  (address.starts_with('/') && !address.starts_with("//"));
            if (!relative && scheme != "http" && scheme != "https" && scheme != "mailto")
                return shown;
            tag.remove_prefix(address.size() + 1);
            if (takes(tag, " title=\"")) {
                const auto title = tag.substr(0, tag.find('"'));
                if (title.find('<') != std::string_view::npos) return shown;
                tag.remove_prefix(std::min(title.size() + 1, tag.size()));
            }
            if (tag != relation) return shown;
            open.push_back(name);
            continue;
        }
        bool known = false;
        for (const auto element : elements) known = known || element == name;
        if (!known) return shown;
        tag.remove_prefix(name.size());
        if (name == "code" && takes(tag, " class=\"language-")) {
            if (!only(tag.substr(0, tag.find('"')), "abcdefghijklmnopqrstuvwxyz0123456789+#-"))
                return shown;
            tag.remove_prefix(tag.find('"'));
            if (tag != "\"") return shown;
        } else if (name == "ol" && takes(tag, " start=\"")) {
            if (!only(tag.substr(0, tag.find('"')), digits)) return shown;
        } else if ((name == "th" || name == "td") && takes(tag, " align=\"")) {
            if (tag != "left\"" && tag != "center\"" && tag != "right\"") return shown;
        } else if (!tag.empty()) {
            return shown;
        }
        open.push_back(name);
    }
    return open.empty() ? std::string() : "an element left open: " + std::string(open.back());
}

} // namespace moothall
