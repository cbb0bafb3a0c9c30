#include "hall/document_json.hpp"

#include "web/api.hpp"

namespace moothall::hall {

void write_someone(JsonWriter& json, std::string_view field, const people::Someone& someone)
{
    if (!someone.id)
        json.null_field(field);
    else
        json.key(field)
            .begin_object()
            .field("id", someone.id)
            .field("name", someone.name)
            .end_object();
}

Result<std::optional<std::int64_t>> read_number(const Json& body, const char* field)
{
    const auto value = body.find(field);
    if (!value || value.kind() == Json::Kind::null) return std::optional<std::int64_t>{};
    const auto number = value.integer();
    if (!number) return Refusal::invalid(field, "This is a whole number.");
    return std::optional(*number);
}

Result<std::vector<write::Take>> read_takes(const Json& body)
{
    constexpr std::size_t takes_max = 10'000;
    const auto texts = web::read_texts(body, "takes", takes_max);
    if (!texts) return texts.error();
    std::vector<write::Take> takes;
    for (const auto& text : texts->value_or(std::vector<std::string>{})) {
        if (text == "theirs")
            takes.push_back(write::Take::theirs);
        else if (text == "mine")
            takes.push_back(write::Take::mine);
        else if (text == "both")
            takes.push_back(write::Take::both);
        else
            return Refusal::invalid("takes", "Each is theirs, mine or both.");
    }
    return takes;
}

} // namespace moothall::hall
