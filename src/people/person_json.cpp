#include "people/person_json.hpp"

namespace moothall::people {

void write_json(JsonWriter& json, const Someone& someone)
{
    if (!someone.id) {
        json.value(nullptr);
        return;
    }
    json.begin_object().field("id", someone.id).field("name", someone.name).end_object();
}

void write_someone(JsonWriter& json, std::string_view field, const Someone& someone)
{
    json.key(field);
    write_json(json, someone);
}

} // namespace moothall::people
