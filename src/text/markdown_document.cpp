#include "text/markdown_document.hpp"

#include "base/invariant.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>

#include <array>
#include <mutex>

namespace moothall {

namespace {

cmark_node* parse(const MarkdownSource& source)
{
    // cmark-gfm keeps the characters that its extensions listen to in a global table, sets them
    // when a parser begins with the inlines and takes them out when it has finished. Two parsers at
    // once would miss links at random, so there is one at a time.
    static std::mutex one_parser;
    const std::lock_guard lock(one_parser);
    static const bool registered = [] {
        cmark_gfm_core_extensions_ensure_registered();
        return true;
    }();
    invariant(registered, "cmark-gfm has its extensions");

    const std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser(
        cmark_parser_new(CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE), &cmark_parser_free);
    for (const auto* name : {"table", "strikethrough", "tasklist", "autolink"}) {
        if (std::string_view(name) == "autolink" && !source.finds_links) continue;
        auto* const extension = cmark_find_syntax_extension(name);
        invariant(extension != nullptr, "cmark-gfm has its extensions");
        cmark_parser_attach_syntax_extension(parser.get(), extension);
    }
    cmark_parser_feed(parser.get(), source.text.data(), source.text.size());
    return cmark_parser_finish(parser.get());
}

std::string_view view_of(const char* text)
{
    return text == nullptr ? std::string_view() : std::string_view(text);
}

} // namespace

MarkdownDocument::MarkdownDocument(const MarkdownSource& source)
    : root_(parse(source), &cmark_node_free), angle_bracket_(source.angle_bracket)
{
}

MarkdownNode MarkdownDocument::kind_of(cmark_node* node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_DOCUMENT:
        return MarkdownNode::document;
    case CMARK_NODE_BLOCK_QUOTE:
        return MarkdownNode::quote;
    case CMARK_NODE_LIST:
        return MarkdownNode::list;
    case CMARK_NODE_ITEM:
        return MarkdownNode::item;
    case CMARK_NODE_CODE_BLOCK:
        return MarkdownNode::code_block;
    case CMARK_NODE_PARAGRAPH:
        return MarkdownNode::paragraph;
    case CMARK_NODE_HEADING:
        return MarkdownNode::heading;
    case CMARK_NODE_THEMATIC_BREAK:
        return MarkdownNode::rule;
    case CMARK_NODE_TEXT:
        return MarkdownNode::text;
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
        return MarkdownNode::html;
    case CMARK_NODE_SOFTBREAK:
        return MarkdownNode::soft_break;
    case CMARK_NODE_LINEBREAK:
        return MarkdownNode::line_break;
    case CMARK_NODE_CODE:
        return MarkdownNode::code;
    case CMARK_NODE_EMPH:
        return MarkdownNode::emphasis;
    case CMARK_NODE_STRONG:
        return MarkdownNode::strong;
    case CMARK_NODE_LINK:
        return MarkdownNode::link;
    case CMARK_NODE_IMAGE:
        return MarkdownNode::image;
    default:
        break;
    }
    // Extensions get their numbers when they register, and only names are public.
    const auto name = view_of(cmark_node_get_type_string(node));
    if (name == "table") return MarkdownNode::table;
    if (name == "table_row" || name == "table_header") return MarkdownNode::table_row;
    if (name == "table_cell") return MarkdownNode::table_cell;
    if (name == "strikethrough") return MarkdownNode::struck;
    return MarkdownNode::unknown;
}

std::string MarkdownDocument::restored(std::string_view text) const
{
    std::string restored;
    restored.reserve(text.size());
    for (auto found = text.find(angle_bracket_); found != std::string_view::npos;
         found = text.find(angle_bracket_)) {
        restored.append(text.substr(0, found)).push_back('<');
        text.remove_prefix(found + angle_bracket_.size());
    }
    return restored.append(text);
}

std::string MarkdownDocument::text_of(cmark_node* node) const
{
    return restored(view_of(cmark_node_get_literal(node)));
}

std::string MarkdownDocument::address_of(cmark_node* node) const
{
    return restored(view_of(cmark_node_get_url(node)));
}

std::string MarkdownDocument::title_of(cmark_node* node) const
{
    return restored(view_of(cmark_node_get_title(node)));
}

} // namespace moothall
