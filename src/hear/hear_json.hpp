#pragma once

#include "hear/reply.hpp"
#include "hear/voice.hpp"
#include "people/people.hpp"
#include "text/json.hpp"

/// The shapes of the API. Ids are texts; times RFC 3339; a person is {id, name}.
namespace moothall::hear {

void write_json(JsonWriter& json, const Voice& voice);
void write_json(JsonWriter& json, const Reply& reply);

} // namespace moothall::hear
