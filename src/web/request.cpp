#include "web/request.hpp"

namespace moothall::web {

std::string_view Fields::get(std::string_view name) const
{
    for (const auto& [key, value] : pairs_)
        if (key == name) return value;
    return {};
}

bool Fields::has(std::string_view name) const
{
    for (const auto& [key, value] : pairs_)
        if (key == name) return true;
    return false;
}

std::vector<std::string_view> Fields::all(std::string_view name) const
{
    std::vector<std::string_view> values;
    for (const auto& [key, value] : pairs_)
        if (key == name) values.emplace_back(value);
    return values;
}

} // namespace moothall::web
