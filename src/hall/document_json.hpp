#pragma once

#include "hall/documents.hpp"
#include "people/people.hpp"
#include "text/json.hpp"

#include <optional>
#include <string>
#include <vector>

/// What the API of documents and that of suggestions and comments both read and write.
namespace moothall::hall {

/// A single document, with what hangs on it.
std::string json_of_document(web::Context& context, const write::Document& document);
/// The document after a change, or why there was none.
web::Response answer_document(web::Context& context, const Result<write::Document>& document);
/// "takes": theirs, mine or both for each choice.
Result<std::vector<write::Take>> read_takes(const Json& body);

} // namespace moothall::hall
