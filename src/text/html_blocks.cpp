#include "text/html_blocks.hpp"

#include <algorithm>
#include <utility>

namespace moothall {

std::vector<SafeHtml> html_blocks(const SafeHtml& whole)
{
    const std::string_view html = whole.html;
    std::vector<SafeHtml> blocks;
    std::size_t begin = 0;
    int depth = 0;
    for (auto at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
        const auto end = html.find('>', at);
        if (end == std::string_view::npos) break;
        const auto tag = html.substr(at + 1, end - at - 1);
        if (tag.starts_with('/'))
            --depth;
        else if (tag != "br" && tag != "hr")
            ++depth;
        at = end + 1;
        if (depth > 0 || tag == "br") continue;
        while (at < html.size() && html[at] == '\n') ++at;
        blocks.push_back(SafeHtml::trusted_from_store(std::string(html.substr(begin, at - begin))));
        begin = at;
    }
    if (begin < html.size())
        blocks.push_back(SafeHtml::trusted_from_store(std::string(html.substr(begin))));
    return blocks;
}

std::string text_of_html(const SafeHtml& whole)
{
    constexpr std::pair<std::string_view, char> names[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
    std::string text;
    for (std::string_view html = whole.html; !html.empty();) {
        if (html.front() == '<') {
            const auto end = html.find('>');
            if (end == std::string_view::npos) break;
            html.remove_prefix(end + 1);
            continue;
        }
        const auto* const found =
            std::find_if(std::begin(names), std::end(names),
                         [&](const auto& name) { return html.starts_with(name.first); });
        if (found != std::end(names)) {
            text.push_back(found->second);
            html.remove_prefix(found->first.size());
        } else {
            text.push_back(html.front());
            html.remove_prefix(1);
        }
    }
    return text;
}

} // namespace moothall
