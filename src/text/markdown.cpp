#include "text/markdown.hpp"

#include "text/markdown_document.hpp"
#include "text/markdown_source.hpp"
#include "text/utf8.hpp"

#include <cmark-gfm-core-extensions.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace moothall {

namespace {

/// Nodes inside nodes; a list in a list takes two. Browsers give up at 512.
constexpr std::size_t nodes_depth_max = 100;
constexpr std::size_t html_bytes_max = 1024 * 1024;

void append_escaped(std::string& html, std::string_view text)
{
    for (const auto byte : text) {
        switch (byte) {
        case '&':
            html.append("&amp;");
            break;
        case '<':
            html.append("&lt;");
            break;
        case '>':
            html.append("&gt;");
            break;
        case '"':
            html.append("&quot;");
            break;
        case '\'':
            html.append("&#39;");
            break;
        case '\t':
        case '\n':
            html.push_back(byte);
            break;
        default:
            // &#1; and the like may still make control characters, which HTML does not allow.
            if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F)
                html.append("\uFFFD");
            else
                html.push_back(byte);
        }
    }
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_case)
{
    return text.size() >= lower_case.size() &&
           std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + ('a' - 'A')) : b);
           });
}

/// Whether a link may go there. An allow-list: what a browser makes of the rest ("java&#9;script:",
/// "//elsewhere.example", "\\elsewhere") need not be known.
bool may_link_to(std::string_view address)
{
    if (address.starts_with('#')) return true;
    if (address.starts_with('/'))
        return address.size() == 1 || (address[1] != '/' && address[1] != '\\');
    return starts_with_ignoring_case(address, "https://") ||
           starts_with_ignoring_case(address, "http://") ||
           starts_with_ignoring_case(address, "mailto:");
}

/// Whether it is a file that hangs on something of this house ("/files/0abc…"): the only pictures
/// that are shown. Each is asked for by who reads, and so seen by whoever may see it.
bool is_own_file(std::string_view address)
{
    constexpr std::string_view folder = "/files/";
    constexpr std::size_t id_digits = 13;
    if (!address.starts_with(folder)) return false;
    address.remove_prefix(folder.size());
    return address.size() == id_digits &&
           address.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz") == std::string_view::npos;
}

/// Writes an address into an attribute: what RFC 3986 does not allow in one, as white space,
/// quotes, backslashes and all control characters, is percent-encoded.
void append_address(std::string& html, std::string_view address)
{
    constexpr std::string_view hexadecimal = "0123456789ABCDEF";
    constexpr std::string_view allowed = "-._~:/?#[]@!$()*+,;=%";
    for (const auto byte : address) {
        const auto code = static_cast<unsigned char>(byte);
        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
            (byte >= '0' && byte <= '9') || allowed.find(byte) != std::string_view::npos) {
            html.push_back(byte);
        } else if (byte == '&') {
            html.append("&amp;");
        } else {
            html.push_back('%');
            html.push_back(hexadecimal[code >> 4U]);
            html.push_back(hexadecimal[code & 0xFU]);
        }
    }
}

/// The language of a code block, from the first word after the fence: [a-z0-9+#-], at most 20.
std::string language_of(cmark_node* node)
{
    constexpr std::size_t bytes_max = 20;
    const auto* const info = cmark_node_get_fence_info(node);
    std::string language;
    for (auto rest = std::string_view(info == nullptr ? "" : info); !rest.empty();
         rest.remove_prefix(1)) {
        auto byte = rest.front();
        if (byte == ' ' || byte == '\t' || language.size() == bytes_max) break;
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + ('a' - 'A'));
        if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '+' ||
            byte == '#' || byte == '-')
            language.push_back(byte);
    }
    return language;
}

} // namespace

class MarkdownRenderer {
public:
    MarkdownRenderer(const MarkdownDocument& document, LineBreaks line_breaks)
        : document_(document), line_breaks_(line_breaks)
    {
    }

    /// None when the tree is deeper, or the HTML longer, than we show.
    std::optional<SafeHtml> render()
    {
        bool within_limits = true;
        document_.walk([&](cmark_node* node, MarkdownNode kind, bool entering) {
            visit(node, kind, entering);
            within_limits = depth_ <= nodes_depth_max && html_.size() <= html_bytes_max;
            return within_limits;
        });
        if (!within_limits) return std::nullopt;
        return SafeHtml(std::move(html_));
    }

    /// Text as paragraphs, for what is no Markdown that we could render.
    static SafeHtml render_plain(std::string_view text)
    {
        std::string html;
        html.reserve(text.size() + text.size() / 8);
        bool in_paragraph = false;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find_first_of("\r\n", at), text.size());
            const auto line = text.substr(at, end - at);
            at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
            if (line.find_first_not_of(" \t\v\f") == std::string_view::npos) {
                if (in_paragraph) html.append("</p>\n");
                in_paragraph = false;
                continue;
            }
            html.append(in_paragraph ? "<br>\n" : "<p>");
            in_paragraph = true;
            std::string valid;
            for (std::size_t i = 0; i < line.size();) {
                const auto character = decode_character(line, i);
                append_character(valid, character.code);
                i += character.bytes;
            }
            append_escaped(html, valid);
        }
        if (in_paragraph) html.append("</p>\n");
        return SafeHtml(std::move(html));
    }

private:
    void visit(cmark_node* node, MarkdownNode kind, bool entering)
    {
        if (picture_ != nullptr) {
            visit_in_picture(node, kind);
            return;
        }
        switch (kind) {
        case MarkdownNode::text:
        case MarkdownNode::html:
            append_escaped(html_, document_.text_of(node));
            return;
        case MarkdownNode::soft_break:
            html_.append(line_breaks_ == LineBreaks::kept ? "<br>\n" : "\n");
            return;
        case MarkdownNode::line_break:
            html_.append("<br>\n");
            return;
        case MarkdownNode::rule:
            html_.append("<hr>\n");
            return;
        case MarkdownNode::code:
            html_.append("<code>");
            append_escaped(html_, document_.text_of(node));
            html_.append("</code>");
            return;
        case MarkdownNode::code_block:
            visit_code_block(node);
            return;
        default:
            break;
        }

        depth_ += entering ? 1U : 0U;
        switch (kind) {
        case MarkdownNode::quote:
            tag(entering, "<blockquote>\n", "</blockquote>\n");
            break;
        case MarkdownNode::list:
            visit_list(node, entering);
            break;
        case MarkdownNode::item:
            visit_item(node, entering);
            break;
        case MarkdownNode::paragraph:
            if (!is_tight(node)) tag(entering, "<p>", "</p>\n");
            break;
        case MarkdownNode::heading:
            visit_heading(node, entering);
            break;
        case MarkdownNode::table:
            visit_table(node, entering);
            break;
        case MarkdownNode::table_row:
            visit_row(node, entering);
            break;
        case MarkdownNode::table_cell:
            visit_cell(entering);
            break;
        case MarkdownNode::emphasis:
            tag(entering, "<em>", "</em>");
            break;
        case MarkdownNode::strong:
            tag(entering, "<strong>", "</strong>");
            break;
        case MarkdownNode::struck:
            tag(entering, "<del>", "</del>");
            break;
        case MarkdownNode::link:
        case MarkdownNode::image:
            visit_link(node, kind, entering);
            break;
        default:
            break;
        }
        depth_ -= entering ? 0U : 1U;
    }

    void tag(bool entering, std::string_view opening, std::string_view closing)
    {
        html_.append(entering ? opening : closing);
    }

    /// Whether a paragraph belongs to a list without empty lines between its items.
    static bool is_tight(cmark_node* paragraph)
    {
        auto* const item = cmark_node_parent(paragraph);
        auto* const list = item == nullptr ? nullptr : cmark_node_parent(item);
        return list != nullptr && cmark_node_get_type(list) == CMARK_NODE_LIST &&
               cmark_node_get_list_tight(list) != 0;
    }

    void visit_code_block(cmark_node* node)
    {
        const auto language = language_of(node);
        html_.append("<pre><code");
        if (!language.empty()) html_.append(" class=\"language-").append(language).append("\"");
        html_.append(">");
        append_escaped(html_, document_.text_of(node));
        html_.append("</code></pre>\n");
    }

    void visit_list(cmark_node* node, bool entering)
    {
        const auto ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
        if (!entering) {
            html_.append(ordered ? "</ol>\n" : "</ul>\n");
            return;
        }
        const auto start = cmark_node_get_list_start(node);
        if (ordered && start != 1)
            html_.append("<ol start=\"").append(std::to_string(start)).append("\">\n");
        else
            html_.append(ordered ? "<ol>\n" : "<ul>\n");
    }

    void visit_item(cmark_node* node, bool entering)
    {
        tag(entering, "<li>", "</li>\n");
        // A character instead of a form field: there is nothing to send, and nothing to imitate.
        if (entering && std::string_view(cmark_node_get_type_string(node)) == "tasklist")
            html_.append(cmark_gfm_extensions_get_tasklist_item_checked(node) ? "☑ " : "☐ ");
    }

    void visit_heading(cmark_node* node, bool entering)
    {
        // The page's own title is h1, the section that shows this text has h2.
        const auto level = std::min(cmark_node_get_heading_level(node) + 2, 6);
        html_.append(entering ? "<h" : "</h").append(std::to_string(level)).append(">");
        if (!entering) html_.append("\n");
    }

    void visit_table(cmark_node* node, bool entering)
    {
        if (entering) {
            const auto columns = cmark_gfm_extensions_get_table_columns(node);
            const auto* const alignments = cmark_gfm_extensions_get_table_alignments(node);
            alignments_.assign(alignments, alignments + columns);
            in_table_body_ = false;
            html_.append("<table>\n");
        } else {
            html_.append(in_table_body_ ? "</tbody>\n</table>\n" : "</table>\n");
        }
    }

    void visit_row(cmark_node* node, bool entering)
    {
        in_header_ = cmark_gfm_extensions_get_table_row_is_header(node) != 0;
        column_ = 0;
        if (in_header_) {
            tag(entering, "<thead>\n<tr>", "</tr>\n</thead>\n");
            return;
        }
        if (entering && !in_table_body_) html_.append("<tbody>\n");
        in_table_body_ = true;
        tag(entering, "<tr>", "</tr>\n");
    }

    void visit_cell(bool entering)
    {
        if (!entering) {
            html_.append(in_header_ ? "</th>" : "</td>");
            return;
        }
        html_.append(in_header_ ? "<th" : "<td");
        const auto alignment = column_ < alignments_.size() ? alignments_[column_] : '\0';
        ++column_;
        if (alignment == 'l') html_.append(" align=\"left\"");
        if (alignment == 'c') html_.append(" align=\"center\"");
        if (alignment == 'r') html_.append(" align=\"right\"");
        html_.append(">");
    }

    /// A picture of this house, made small; a link leads to all of it. Until its node is left
    /// again, what is inside is its description.
    void begin_picture(cmark_node* node, std::string_view address, bool in_link)
    {
        picture_ = node;
        picture_links_ = !in_link;
        if (picture_links_)
            html_.append("<a href=\"").append(address).append("\" rel=\"nofollow ugc noopener\">");
        html_.append("<img src=\"").append(address).append("/small\" alt=\"");
    }

    /// An attribute holds text only.
    void visit_in_picture(cmark_node* node, MarkdownNode kind)
    {
        if (node == picture_) {
            html_.append("\" loading=\"lazy\">");
            if (picture_links_) html_.append("</a>");
            picture_ = nullptr;
            depth_ -= 1;
        } else if (kind == MarkdownNode::text || kind == MarkdownNode::html ||
                   kind == MarkdownNode::code) {
            append_escaped(html_, document_.text_of(node));
        } else if (kind == MarkdownNode::soft_break || kind == MarkdownNode::line_break) {
            html_.append(" ");
        }
    }

    /// A link, or a picture, of which only the way to it is shown. Links do not nest: a picture
    /// inside a link, or a link inside a picture's description, shows its text only.
    void visit_link(cmark_node* node, MarkdownNode kind, bool entering)
    {
        if (!entering) {
            if (links_open_.back()) html_.append("</a>");
            links_open_.pop_back();
            return;
        }
        const auto address = document_.address_of(node);
        const auto nested =
            std::find(links_open_.begin(), links_open_.end(), true) != links_open_.end();
        if (kind == MarkdownNode::image && is_own_file(address)) {
            begin_picture(node, address, nested);
            return;
        }
        const auto shown = !nested && may_link_to(address);
        links_open_.push_back(shown);
        if (!shown) return;
        html_.append("<a href=\"");
        append_address(html_, address);
        html_.append("\"");
        const auto title = document_.title_of(node);
        if (!title.empty()) {
            html_.append(" title=\"");
            append_escaped(html_, title);
            html_.append("\"");
        }
        html_.append(" rel=\"nofollow ugc noopener\">");
        if (kind == MarkdownNode::image && cmark_node_first_child(node) == nullptr)
            append_escaped(html_, address);
    }

    const MarkdownDocument& document_;
    LineBreaks line_breaks_;
    std::string html_;
    std::size_t depth_ = 0;
    cmark_node* picture_ = nullptr; // the picture of this house whose description is written
    bool picture_links_ = false;
    std::vector<bool> links_open_; // one for each link or picture around us: whether it was written
    std::vector<std::uint8_t> alignments_;
    std::size_t column_ = 0;
    bool in_header_ = false;
    bool in_table_body_ = false;
};

Result<SafeHtml> render_markdown(std::string_view markdown, LineBreaks line_breaks)
{
    if (markdown.size() > markdown_bytes_max)
        return Refusal{
            Reason::too_large,
            "This text is too long: it has {1} KB, and {2} KB fit.",
            {},
            {std::to_string(markdown.size() / 1024 + 1), std::to_string(markdown_bytes_max / 1024)},
            std::chrono::seconds{0}};
    if (const auto source = prepare_markdown(markdown)) {
        const MarkdownDocument document(*source);
        if (auto html = MarkdownRenderer(document, line_breaks).render()) return std::move(*html);
    }
    return MarkdownRenderer::render_plain(markdown);
}

} // namespace moothall
