#include "tell/atom.hpp"

#include "web/server_answer.hpp"
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

Time newest_of(const Feed& feed)
{
    if (feed.entries.empty()) return feed.changed;
    return std::ranges::max_element(feed.entries, {}, &FeedEntry::changed)->changed;
}

} // namespace

Feed begin_feed(const web::Context& context, std::string_view title, std::string page,
                std::string feed)
{
    // An empty feed stays byte for byte the same until something is in it.
    constexpr Time before_all = Time(std::chrono::sys_days(
        Date{std::chrono::year{2024}, std::chrono::January, std::chrono::day{1}}));
    const auto& house = context.organisation;
    Feed made;
    made.url = house.url + std::move(page);
    made.self_url = house.url + std::move(feed);
    made.id = made.self_url;
    made.title = house.name + ": " + std::string(title);
    made.author = house.name;
    made.changed = before_all;
    made.language = context.language.code();
    return made;
}

std::string to_atom(const Feed& feed)
{
    const auto newest = newest_of(feed);
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
        if (entry.html.empty())
            element(out, "content", entry.text.empty() ? entry.title : entry.text);
        else
            out += "<content type=\"html\">" + escape(entry.html) + "</content>\n";
        out += "</entry>\n";
    }
    return out + "</feed>\n";
}

web::Response atom_response(const Feed& feed)
{
    web::Response response;
    response.body = to_atom(feed);
    response.with("Content-Type", "application/atom+xml; charset=utf-8");
    response.with("Last-Modified",
                  web::date_text(std::chrono::floor<std::chrono::seconds>(newest_of(feed))));
    return response;
}

} // namespace moothall::tell
