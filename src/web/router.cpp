#include "web/router.hpp"

#include "base/invariant.hpp"
#include "web/metrics.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace moothall::web {

namespace {

constexpr std::array listed = {Method::get, Method::head,  Method::post,
                               Method::put, Method::patch, Method::del};

/// Takes the next segment off a path that starts with '/'.
std::string_view next_segment(std::string_view& rest)
{
    rest.remove_prefix(1);
    const auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

} // namespace

/// One segment of the patterns, with those that may follow it.
struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> exact;
    std::map<std::string, std::unique_ptr<Node>, std::less<>> ending; // :name.atom, by ".atom"
    std::unique_ptr<Node> any;                                        // :name
    std::unique_ptr<Node> rest;                                       // :name*
    std::vector<const Route*> routes;

    const Route* route_for(Method method) const
    {
        const auto wanted = method == Method::head ? Method::get : method;
        const auto found = std::ranges::find(routes, wanted, &Route::method);
        return found == routes.end() ? nullptr : *found;
    }
};

struct Router::Search {
    Method method;
    std::vector<std::string_view> taken; // by :name, in order
    const Route* route = nullptr;
    std::vector<Method> allowed;
};

std::string_view to_text(Method method)
{
    switch (method) {
    case Method::get:
        return "GET";
    case Method::head:
        return "HEAD";
    case Method::post:
        return "POST";
    case Method::put:
        return "PUT";
    case Method::patch:
        return "PATCH";
    case Method::del:
        return "DELETE";
    case Method::other:
        return "other";
    }
    return "other";
}

Router::Router() : root_(std::make_shared<Node>()) {}

Route& Router::get(std::string pattern, Handler handler)
{
    return add(Method::get, std::move(pattern), handler);
}

Route& Router::post(std::string pattern, Handler handler)
{
    return add(Method::post, std::move(pattern), handler);
}

Route& Router::put(std::string pattern, Handler handler)
{
    return add(Method::put, std::move(pattern), handler);
}

Route& Router::patch(std::string pattern, Handler handler)
{
    return add(Method::patch, std::move(pattern), handler);
}

Route& Router::del(std::string pattern, Handler handler)
{
    return add(Method::del, std::move(pattern), handler);
}

Route& Router::get_operation(std::string pattern, Operation operation)
{
    return add(Method::get, std::move(pattern), nullptr, operation);
}

Route& Router::add(Method method, std::string pattern, Handler handler, Operation operation)
{
    invariant(pattern.starts_with('/'), "a route's pattern starts with a slash");
    invariant((handler != nullptr) != (operation != nullptr), "a route has one handler");
    auto* node = root_.get();
    std::string_view rest = pattern;
    while (!rest.empty()) {
        const auto segment = next_segment(rest);
        std::unique_ptr<Node>* next = nullptr;
        if (!segment.starts_with(':')) {
            next = &node->exact[std::string(segment)];
        } else if (segment.find('.') != std::string_view::npos) {
            next = &node->ending[std::string(segment.substr(segment.find('.')))];
        } else if (!segment.ends_with('*')) {
            next = &node->any;
        } else {
            invariant(rest.empty(), "only the last segment may take all the rest");
            next = &node->rest;
        }
        if (!*next) *next = std::make_unique<Node>();
        node = next->get();
    }
    invariant(node->route_for(method) == nullptr, "two routes have the same method and pattern");

    routes_.push_back(std::make_unique<Route>(Route{method, std::move(pattern), handler}));
    auto& route = *routes_.back();
    route.operation = operation;
    route.figures = std::make_shared<RouteFigures>();
    node->routes.push_back(&route);
    return route;
}

/// Ends the search at a node when it knows the method; notes what it allows in any case.
bool Router::take(const Node& node, Search& search)
{
    for (const auto* route : node.routes) search.allowed.push_back(route->method);
    search.route = node.route_for(search.method);
    return search.route != nullptr;
}

/// Depth first, the narrower branch before the wider. Patterns have few segments, so going back
/// costs nothing to speak of; a path's own length does not matter.
bool Router::search(const Node& node, std::string_view rest, Search& search)
{
    if (rest.empty()) return take(node, search);
    auto after = rest;
    const auto segment = next_segment(after);
    if (const auto exact = node.exact.find(segment); exact != node.exact.end())
        if (Router::search(*exact->second, after, search)) return true;
    for (const auto& [ending, next] : node.ending) {
        if (!segment.ends_with(ending) || segment.size() == ending.size()) continue;
        search.taken.push_back(segment.substr(0, segment.size() - ending.size()));
        if (Router::search(*next, after, search)) return true;
        search.taken.pop_back();
    }
    if (node.any && !segment.empty()) {
        search.taken.push_back(segment);
        if (Router::search(*node.any, after, search)) return true;
        search.taken.pop_back();
    }
    if (node.rest && rest.size() > 1) {
        search.taken.push_back(rest.substr(1));
        if (take(*node.rest, search)) return true;
        search.taken.pop_back();
    }
    return false;
}

Router::Match Router::find(Method method, std::string_view path) const
{
    if (!path.starts_with('/')) return {};
    Search search{method, {}, nullptr, {}};
    Match match;
    if (!Router::search(*root_, path, search)) {
        for (const auto one : listed) {
            const auto wanted = one == Method::head ? Method::get : one;
            if (std::ranges::find(search.allowed, wanted) == search.allowed.end()) continue;
            if (!match.allowed.empty()) match.allowed += ", ";
            match.allowed += to_text(one);
        }
        return match;
    }
    match.route = search.route;
    std::string_view rest = match.route->pattern;
    auto value = search.taken.begin();
    while (!rest.empty()) {
        auto segment = next_segment(rest);
        if (!segment.starts_with(':')) continue;
        segment.remove_prefix(1);
        if (segment.ends_with('*')) segment.remove_suffix(1);
        segment = segment.substr(0, segment.find('.'));
        match.path_fields.add(std::string(segment), std::string(*value++));
    }
    return match;
}

} // namespace moothall::web
