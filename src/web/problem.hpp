#pragma once

#include "base/result.hpp"
#include "web/language.hpp"
#include "web/response.hpp"

#include <string>
#include <string_view>

/// What is answered when somebody is told no, or when something broke.
namespace moothall::web {

struct Context;

int status_of(Reason reason);
/// A few words for a status, as a gettext key: "Not found".
const char* title_of(int status);

/// Problem details for programs (RFC 9457), of the type about:blank: title, status, detail, the
/// field that is wrong, and the incident's number for what we broke. `detail` is translated
/// already.
Response problem(const Language& language, int status, std::string_view detail,
                 std::string_view field = {}, std::string_view incident = {});

/// A page around one sentence that needs nothing: no database, no template, no style. For when the
/// house's own error page cannot be made.
Response bare_page(const Language& language, int status, std::string_view sentence);

/// A problem for programs, the house's error page for people.
Response error_answer(const Context& context, int status, std::string_view sentence,
                      std::string_view field = {}, std::string_view incident = {});

} // namespace moothall::web
