#include "text/markdown.hpp"
#include "text/markdown_document.hpp"
#include "text/markdown_source.hpp"
#include "text/utf8.hpp"

#include <unicode/uchar.h>

#include <algorithm>

namespace moothall {

namespace {

/// Valid UTF-8 without control characters; line ends are LF.
std::string cleaned(std::string_view text)
{
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto character = decode_character(text, at);
        at += character.bytes;
        if (character.code == U'\r') {
            if (at >= text.size() || text[at] != '\n') clean.push_back('\n');
        } else if (character.code >= 0x20 || character.code == U'\n' || character.code == U'\t') {
            append_character(clean, character.code);
        }
    }
    return clean;
}

void trim_end(std::string& text)
{
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.pop_back();
}

/// Begins a new block after what is there: after an empty line, or on the next line.
void set_apart(std::string& text, bool by_empty_line)
{
    trim_end(text);
    if (!text.empty()) text.append(by_empty_line ? "\n\n" : "\n");
}

bool is_in_tight_list(cmark_node* item)
{
    auto* const list = cmark_node_parent(item);
    return list != nullptr && cmark_node_get_type(list) == CMARK_NODE_LIST &&
           cmark_node_get_list_tight(list) != 0;
}

bool begins_outer_list(cmark_node* item)
{
    return cmark_node_previous(item) == nullptr &&
           MarkdownDocument::kind_of(cmark_node_parent(cmark_node_parent(item))) !=
               MarkdownNode::item;
}

bool may_stand_in_name(char32_t code)
{
    const auto category = 1U << static_cast<unsigned>(u_charType(static_cast<UChar32>(code)));
    return (category & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0 || code == U'_' ||
           code == U'-' || code == U'.';
}

/// Finds the names in a text that holds no code.
void collect_mentions(std::string_view text, std::vector<std::string>& names)
{
    constexpr std::size_t name_bytes_max = 200;
    const auto add = [&](std::string_view name) {
        if (name.empty() || name.size() > name_bytes_max || names.size() == mentions_max) return;
        if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
    };
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at)) {
        const auto sign = at++;
        // The @ of an e-mail address follows its local part.
        if (sign > 0 && (may_stand_in_name(decode_character(text, step_back(text, sign)).code) ||
                         text[sign - 1] == '@' || text[sign - 1] == '+'))
            continue;
        if (at < text.size() && text[at] == '[') {
            const auto end = text.find_first_of("[]\n", at + 1);
            if (end == std::string_view::npos || text[end] != ']') continue;
            auto name = text.substr(at + 1, end - at - 1);
            while (name.starts_with(' ')) name.remove_prefix(1);
            while (name.ends_with(' ')) name.remove_suffix(1);
            add(name);
            at = end + 1;
            continue;
        }
        auto end = at;
        while (end < text.size()) {
            const auto character = decode_character(text, end);
            if (!character.valid || !may_stand_in_name(character.code)) break;
            end += character.bytes;
        }
        auto name = text.substr(at, end - at);
        at = end;
        if (at < text.size() && text[at] == '@') continue; // @a@b is neither
        while (name.ends_with('.') || name.ends_with('-')) name.remove_suffix(1);
        if (name.starts_with('.') || name.starts_with('-')) continue;
        add(name);
    }
}

} // namespace

std::string plain_text(std::string_view markdown)
{
    const auto source = prepare_markdown(markdown);
    if (!source) return cleaned(markdown);
    const MarkdownDocument document(*source);

    std::string text;
    text.reserve(markdown.size());
    document.walk([&](cmark_node* node, MarkdownNode kind, bool entering) {
        switch (kind) {
        case MarkdownNode::text:
        case MarkdownNode::html:
        case MarkdownNode::code:
            text.append(document.text_of(node));
            break;
        case MarkdownNode::code_block:
            set_apart(text, true);
            text.append(document.text_of(node));
            break;
        case MarkdownNode::soft_break:
        case MarkdownNode::line_break:
            text.push_back('\n');
            break;
        case MarkdownNode::paragraph: {
            auto* const parent = cmark_node_parent(node);
            const auto in_item = MarkdownDocument::kind_of(parent) == MarkdownNode::item;
            // The item has already begun the line on which its first paragraph stands.
            if (entering && !(in_item && cmark_node_first_child(parent) == node))
                set_apart(text, !in_item || !is_in_tight_list(parent));
            break;
        }
        case MarkdownNode::item:
            if (entering) set_apart(text, !is_in_tight_list(node) || begins_outer_list(node));
            break;
        case MarkdownNode::heading:
        case MarkdownNode::table:
        case MarkdownNode::rule:
        case MarkdownNode::quote:
            if (entering) set_apart(text, true);
            break;
        case MarkdownNode::table_row:
            if (entering && cmark_node_previous(node) != nullptr) set_apart(text, false);
            break;
        case MarkdownNode::table_cell:
            if (entering && cmark_node_previous(node) != nullptr) text.append(" | ");
            break;
        case MarkdownNode::image:
            if (entering && cmark_node_first_child(node) == nullptr)
                text.append(document.address_of(node));
            break;
        default:
            break;
        }
        return true;
    });
    trim_end(text);
    return cleaned(text);
}

std::vector<std::string> mentions(std::string_view markdown)
{
    std::vector<std::string> names;
    if (markdown.find('@') == std::string_view::npos) return names;
    const auto source = prepare_markdown(markdown);
    if (!source) {
        collect_mentions(cleaned(markdown), names);
        return names;
    }
    const MarkdownDocument document(*source);
    // The parser cuts text into pieces at every bracket and underscore, so a whole block is put
    // together before it is read; code leaves a gap that no name reaches over.
    std::string block;
    document.walk([&](cmark_node* node, MarkdownNode kind, bool) {
        switch (kind) {
        case MarkdownNode::text:
        case MarkdownNode::html:
            block.append(document.text_of(node));
            break;
        case MarkdownNode::code:
            block.append("\x01");
            break;
        case MarkdownNode::soft_break:
        case MarkdownNode::line_break:
            block.push_back('\n');
            break;
        case MarkdownNode::emphasis:
        case MarkdownNode::strong:
        case MarkdownNode::struck:
        case MarkdownNode::link:
        case MarkdownNode::image:
            break;
        default:
            collect_mentions(block, names);
            block.clear();
        }
        return true;
    });
    collect_mentions(block, names);
    return names;
}

} // namespace moothall
