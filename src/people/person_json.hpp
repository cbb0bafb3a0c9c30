#pragma once

#include "people/person.hpp"
#include "text/json.hpp"

/// How every API shows a person.
namespace moothall::people {

/// {"id", "name"}, or null when there is nobody.
void write_json(JsonWriter& json, const Someone& someone);
/// The same as a field of an object.
void write_someone(JsonWriter& json, std::string_view field, const Someone& someone);

} // namespace moothall::people
