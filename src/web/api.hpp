#pragma once

#include "base/result.hpp"
#include "text/json.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What handlers of the JSON API share: reading fields strictly, and the shapes of answers.
namespace moothall::web {

/// The request's body as a JSON object; malformed (400) when it is none. An empty body is an empty
/// object.
Result<Json> read_object(const Request& request);

/// A field that must be text when it is there; refused (422) when it is a number, an array …: a
/// list where one value belongs has opened doors elsewhere (CVE-2023-7028).
Result<std::optional<std::string>> read_text(const Json& object, std::string_view field);
Result<std::optional<Id>> read_id(const Json& object, std::string_view field);
/// A whole number; `sentence` says which it may be.
Result<std::optional<std::int64_t>> read_number(const Json& object, const char* field,
                                                const char* sentence = nullptr);
Result<std::optional<bool>> read_truth(const Json& object, std::string_view field);
Result<std::optional<std::vector<std::string>>>
read_texts(const Json& object, std::string_view field, std::size_t most);
/// A field that must be a list of ids when it is there; empty when it is not.
Result<std::vector<Id>> read_ids(const Json& object, std::string_view field, std::size_t most);

/// The id in the path; what is no id does not exist.
Result<Id> path_id(const Request& request, std::string_view name = "id");

/// The id that a form names; none when the field is empty. What is no id becomes one that nothing
/// has, so that the rule refuses it as unknown: taken for none it would mean everybody's circle.
Id sent_id(const Request& request, std::string_view name);
/// `limit` of a list: 1 to 100, 30 when it is not said.
Result<int> read_limit(const Request& request);
/// An id in the query; none when the parameter is absent or empty, refused when it is no id.
Result<Id> query_id(const Request& request, std::string_view name);

Response created(std::string json, std::string location);

/// {"items":[…],"next":CURSOR|null}; `items` writes each element.
template <class Items, class Write>
Response list_response(const Items& items, std::string_view next, Write&& write)
{
    JsonWriter json(4096);
    json.begin_object().key("items").begin_array();
    for (const auto& item : items) write(json, item);
    json.end_array();
    if (next.empty())
        json.null_field("next");
    else
        json.field("next", next);
    json.end_object();
    return Response::json(json.take());
}

} // namespace moothall::web
