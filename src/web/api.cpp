#include "web/api.hpp"

#include <charconv>

namespace moothall::web {

Result<Json> read_object(const Request& request)
{
    if (request.body.empty()) return Json::parse("{}");
    auto json = Json::parse(request.body);
    if (json && json->kind() != Json::Kind::object)
        return Refusal::malformed("The body must be a JSON object.");
    return json;
}

Result<std::optional<std::string>> read_text(const Json& object, std::string_view field)
{
    const auto value = object.find(field);
    if (!value || value.kind() == Json::Kind::null) return std::optional<std::string>{};
    const auto text = value.string();
    if (!text) return Refusal::invalid(std::string(field), "This field must be text.");
    return std::optional<std::string>(*text);
}

Result<std::optional<Id>> read_id(const Json& object, std::string_view field)
{
    const auto text = read_text(object, field);
    if (!text) return text.error();
    if (!*text || (*text)->empty()) return std::optional<Id>{};
    const auto id = Id::parse(**text);
    if (!id) return Refusal::invalid(std::string(field), "This is not an id of ours.");
    return id;
}

Result<std::optional<std::int64_t>> read_number(const Json& object, const char* field,
                                                const char* sentence)
{
    const auto value = object.find(field);
    if (!value || value.kind() == Json::Kind::null) return std::optional<std::int64_t>{};
    const auto number = value.integer();
    if (number) return number;
    if (sentence != nullptr) return Refusal::invalid(field, sentence);
    return Refusal::invalid(field, "This is a whole number.");
}

Result<std::optional<bool>> read_truth(const Json& object, std::string_view field)
{
    const auto value = object.find(field);
    if (!value || value.kind() == Json::Kind::null) return std::optional<bool>{};
    const auto truth = value.boolean();
    if (!truth) return Refusal::invalid(std::string(field), "This field must be true or false.");
    return truth;
}

Result<std::optional<std::vector<std::string>>> read_texts(const Json& object,
                                                           std::string_view field, std::size_t most)
{
    const auto value = object.find(field);
    if (!value || value.kind() == Json::Kind::null)
        return std::optional<std::vector<std::string>>{};
    if (value.kind() != Json::Kind::array || value.size() > most)
        return Refusal::invalid(std::string(field),
                                "This field must be a list of at most {1} texts.")
            .with(std::to_string(most));
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const auto text = value.at(at).string();
        if (!text) return Refusal::invalid(std::string(field), "This list must hold texts only.");
        texts.emplace_back(*text);
    }
    return std::optional<std::vector<std::string>>(std::move(texts));
}

Result<std::vector<Id>> read_ids(const Json& object, std::string_view field, std::size_t most)
{
    const auto texts = read_texts(object, field, most);
    if (!texts) return texts.error();
    std::vector<Id> ids;
    if (!*texts) return ids;
    for (const auto& text : **texts) {
        const auto id = Id::parse(text);
        if (!id) return Refusal::invalid(std::string(field), "This list must hold ids only.");
        ids.push_back(*id);
    }
    return ids;
}

Id sent_id(const Request& request, std::string_view name)
{
    const auto text = request.form(name);
    if (text.empty()) return {};
    return Id::parse(text).value_or(Id{std::numeric_limits<std::int64_t>::max()});
}

Result<Id> path_id(const Request& request, std::string_view name)
{
    // "/voices/0abc…-some-words": the words are for people.
    const auto id = Id::parse(request.path(name).substr(0, request.path(name).find('-')));
    if (!id) return Refusal::not_found();
    return *id;
}

Result<int> read_limit(const Request& request)
{
    const auto text = request.query("limit");
    if (text.empty()) return 30;
    int limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > 100)
        return Refusal::invalid("limit", "The limit is a number from 1 to 100.");
    return limit;
}

Result<Id> query_id(const Request& request, std::string_view name)
{
    const auto text = request.query(name);
    if (text.empty()) return Id{};
    const auto id = Id::parse(text);
    if (!id) return Refusal::invalid(std::string(name), "This is not an id of ours.");
    return *id;
}

Response created(std::string json, std::string location)
{
    auto response = Response::json(std::move(json), 201);
    response.with("Location", std::move(location));
    return response;
}

} // namespace moothall::web
