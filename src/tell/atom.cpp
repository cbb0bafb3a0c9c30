#include "tell/atom.hpp"

#include "web/writer.hpp"

#include <algorithm>

namespace moothall::tell {

namespace {

/// Text of an element or attribute. XML 1.0 has no way to write most control characters: they are
/// left out.
std::string escape(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') plain += c;
    web::Writer writer(plain.size() + 64);
    writer.text(std::string_view(plain));
    return writer.take();
}

void element(std::string& out, std::string_view name, std::string_view text)
{
    out += '<';
    out += name;
    out += '>';
    out += escape(text);
    out += "</";
    out += name;
    out += ">\n";
}

} // namespace

std::string to_atom(const Feed& feed)
{
    auto newest = feed.changed;
    if (!feed.entries.empty())
        newest = std::ranges::max_element(feed.entries, {}, &FeedEntry::changed)->changed;
    std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"" +
                      escape(feed.language) + "\">\n";
    element(out, "id", feed.id);
    element(out, "title", feed.title);
    element(out, "updated", to_rfc3339(newest));
    out += "<link rel=\"alternate\" type=\"text/html\" href=\"" + escape(feed.url) + "\"/>\n";
    out += "<link rel=\"self\" type=\"application/atom+xml\" href=\"" + escape(feed.self_url) +
           "\"/>\n<author>";
    element(out, "name", feed.author);
    out += "</author>\n";
    for (const auto& entry : feed.entries) {
        out += "<entry>\n";
        element(out, "id", entry.id);
        element(out, "title", entry.title);
        element(out, "updated", to_rfc3339(entry.changed));
        out += "<link rel=\"alternate\" type=\"text/html\" href=\"" + escape(entry.url) + "\"/>\n";
        if (!entry.author.empty()) {
            out += "<author>";
            element(out, "name", entry.author);
            out += "</author>\n";
        }
        element(out, "content", entry.text.empty() ? entry.title : entry.text);
        out += "</entry>\n";
    }
    return out + "</feed>\n";
}

web::Response atom_response(const Feed& feed)
{
    web::Response response;
    response.body = to_atom(feed);
    response.headers.emplace_back("Content-Type", "application/atom+xml; charset=utf-8");
    return response;
}

} // namespace moothall::tell
