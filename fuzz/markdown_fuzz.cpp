// Whatever the bytes: the HTML can do no harm, is UTF-8, and mentions and plain text come out too.

#include "text/harmless_html_for_tests.hpp"
#include "text/markdown.hpp"
#include "text/unicode.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace moothall;
    const std::string markdown(data, data + size);
    const auto fail = [](const std::string& why) {
        std::fprintf(stderr, "%s\n", why.c_str());
        std::abort();
    };
    for (const auto line_breaks : {LineBreaks::kept, LineBreaks::joined}) {
        const auto html = render_markdown(markdown, line_breaks);
        if (html.has_value() != (size <= markdown_bytes_max)) fail("refused for its length");
        if (!html) continue;
        if (const auto harm = harm_in(html->html); !harm.empty()) fail(harm);
        if (!is_valid_utf8(html->html)) fail("the HTML is not UTF-8");
    }
    if (!is_valid_utf8(plain_text(markdown))) fail("the plain text is not UTF-8");
    for (const auto& name : mentions(markdown))
        if (name.empty() || !is_valid_utf8(name)) fail("a mention of nobody");
    return 0;
}
