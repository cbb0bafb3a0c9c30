#pragma once

#include "text/markdown_source.hpp"

#include <cmark-gfm.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// The parsed tree, as our renderers walk it. For this folder; others use markdown.hpp.
namespace moothall {

enum class MarkdownNode : std::uint8_t {
    document,
    quote,
    list,
    item,
    code_block,
    paragraph,
    heading,
    rule,
    table,
    table_row,
    table_cell,
    text,
    html, // should not occur: prepare_markdown() leaves none to be found; shown as text
    soft_break,
    line_break,
    code,
    emphasis,
    strong,
    struck,
    link,
    image,
    unknown,
};

class MarkdownDocument {
public:
    explicit MarkdownDocument(const MarkdownSource& source);

    /// Calls `visit(node, kind, entering)` in reading order; leaves are only entered. Stops when it
    /// answers false.
    template <class Visit>
    void walk(Visit visit) const
    {
        const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> steps(
            cmark_iter_new(root_.get()), &cmark_iter_free);
        for (auto event = cmark_iter_next(steps.get()); event != CMARK_EVENT_DONE;
             event = cmark_iter_next(steps.get())) {
            auto* const node = cmark_iter_get_node(steps.get());
            if (!visit(node, kind_of(node), event == CMARK_EVENT_ENTER)) return;
        }
    }

    static MarkdownNode kind_of(cmark_node* node);
    /// The node's own text, with < where the source had it.
    std::string text_of(cmark_node* node) const;
    std::string address_of(cmark_node* node) const;
    std::string title_of(cmark_node* node) const;
    /// Puts back each < that prepare_markdown() took away.
    std::string restored(std::string_view text) const;

private:
    std::unique_ptr<cmark_node, decltype(&cmark_node_free)> root_;
    std::string_view angle_bracket_;
};

} // namespace moothall
