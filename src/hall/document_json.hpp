#pragma once

#include "hall/documents.hpp"
#include "text/json.hpp"

#include <optional>
#include <vector>

/// What the API of documents and that of suggestions and comments both read and write.
namespace moothall::hall {

/// {"id", "name"}, or null when there is nobody.
void write_someone(JsonWriter& json, std::string_view field, const people::Someone& someone);
/// A whole number when it is there.
Result<std::optional<std::int64_t>> read_number(const Json& body, const char* field);
/// "takes": theirs, mine or both for each choice.
Result<std::vector<write::Take>> read_takes(const Json& body);

} // namespace moothall::hall
