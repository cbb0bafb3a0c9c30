#pragma once

#include "base/result.hpp"
#include "text/json.hpp"
#include "web/frame.hpp"
#include "web/response.hpp"

#include <functional>
#include <optional>
#include <string>

/// What programs and people are told of a file that was brought in or tried: facts, documents. All
/// of it comes in, or none.
namespace moothall::hall {

/// The answer to a program. A trial tells what is wrong; what was to come in and did not is a
/// problem of RFC 9457 that says the same, and rolls back.
class ImportAnswer {
public:
    ImportAnswer(const web::Context& context, bool has_errors, bool dry_run);
    /// For the figures, and then the field "errors".
    JsonWriter& json() { return json_; }
    /// One of the errors; `place` writes where it stands.
    void error(const Refusal& refusal, const std::function<void(JsonWriter&)>& place);
    web::Response take();

private:
    const web::Context& context_;
    bool refused_;
    int status_;
    JsonWriter json_;
};

/// "value: This is no number."
std::string sentence_with_field(const Refusal& refusal, const web::Language& language);
/// Of the page: one with errors rolls back what came in before the first of them.
int status_of_import(const std::optional<Refusal>& refused, bool has_errors);

} // namespace moothall::hall
