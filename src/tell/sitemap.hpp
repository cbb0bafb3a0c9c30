#pragma once

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/database.hpp"
#include "web/router.hpp"

#include <string>
#include <vector>

/// What search engines may know of the hall: robots.txt, and a map of the pages that strangers see
/// (https://www.sitemaps.org/protocol.html).
///
/// The map is cut into parts by ranges of ids, which rise with time: a part, once it is full, keeps
/// its range for ever. Where the next one begins is found by a chore, and what changed in each is
/// kept from the log, so that no request counts or sorts.
namespace moothall::tell {

/// So many addresses a map may hold; a part spans as many things of all kinds, seen or not.
inline constexpr int sitemap_part_things = 50'000;

struct SitemapPart {
    Id first;
    Time changed{};
};
/// In order of their ids; there is always a first one.
std::vector<SitemapPart> list_sitemap_parts(store::Transaction& transaction, Id organisation);

/// A page that strangers see.
struct SitemapPage {
    std::string path;
    Time changed;
};
/// Those of the part that begins with `first`.
std::vector<SitemapPage> list_sitemap_pages(store::Transaction& transaction, Id organisation,
                                            const SitemapPart& part, Id next);

/// Follows the log for the parts' times, and begins a new part when the last is full. A chore;
/// gives how many events it looked at: 0 when nothing is left.
std::int64_t keep_sitemap(store::Database& database, Id organisation, Time now,
                          int part_things = sitemap_part_things);

/// "/robots.txt", "/sitemap.xml", "/sitemap/ID.xml".
void mount_sitemap_pages(web::Router& router);

} // namespace moothall::tell
