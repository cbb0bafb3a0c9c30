#pragma once

#include "people/circle.hpp"
#include "people/person.hpp"
#include "text/json.hpp"

namespace moothall::people {

void write_json(JsonWriter& json, const Circle& circle);
/// `own`: with what only she and owners see.
enum class Detail : std::uint8_t { open, own };
void write_json(JsonWriter& json, const Person& person, Detail detail);

} // namespace moothall::people
