#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "web/router.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace moothall::tell {

struct FeedEntry {
    std::string id; // stays the same for ever: "tag:" or an address
    std::string title;
    std::string url;
    std::string author; // a name; empty: the organisation
    Time changed;
    std::string text;
    std::string html = {}; // of our own renderer, in place of the text
};

struct Feed {
    std::string id;
    std::string title;
    std::string url;      // the page it belongs to
    std::string self_url; // its own
    std::string author;   // of entries that name none
    Time changed;         // when there are no entries
    std::string language;
    std::vector<FeedEntry> entries; // newest first
};

/// A feed of a page of the house, without entries yet.
Feed begin_feed(const web::Context& context, std::string_view title, std::string page,
                std::string feed);

/// The feed as Atom (RFC 4287).
std::string to_atom(const Feed& feed);
/// With the time of its newest entry; web::dress() adds the ETag.
web::Response atom_response(const Feed& feed);

} // namespace moothall::tell
