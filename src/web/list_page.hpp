#pragma once

#include "text/place.hpp"
#include "web/api.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

/// Lists a page at a time: what handlers of pages and of the API do with a list that goes on.
namespace moothall::web {

/// Cuts `items`, of which one more than `limit` was asked for, to a page. Gives the place of its
/// last, as the next page's `after`, when there are more.
template <class Item, class PlaceOf>
std::string cut_page(std::vector<Item>& items, int limit, PlaceOf&& place_of)
{
    if (std::ssize(items) <= limit) return {};
    items.erase(items.begin() + limit, items.end());
    return place_of(items.back()).text();
}

/// A page of a list that is at hand as a whole: `after` is the id of the last one shown.
template <class Item, class Write>
Response page_response(Context& context, const Request& request, std::vector<Item> items,
                       Write&& write)
{
    const auto limit = read_limit(request);
    if (!limit) return context.refuse(limit.error());
    if (const auto after = request.query("after"); !after.empty()) {
        const auto id = Id::parse(after);
        const auto last = id ? std::ranges::find(items, *id, &Item::id) : items.end();
        if (last == items.end()) return context.refuse(not_a_place());
        items.erase(items.begin(), last + 1);
    }
    const auto next = cut_page(items, *limit, [](const Item& item) { return item.id; });
    return list_response(items, next, std::forward<Write>(write));
}

} // namespace moothall::web
