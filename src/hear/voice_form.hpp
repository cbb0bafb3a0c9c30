#pragma once

#include "hear/voice.hpp"
#include "web/parts.hpp"
#include "web/router.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace moothall::hear {

/// The kinds as a select, in the reader's language.
std::vector<web::Choice> kind_choices(const web::Language& language);
/// The circles where the viewer may speak.
std::vector<web::Choice> circle_choices(const web::Context& context);
/// "meter, billing" as a list of names.
std::vector<std::string> split_tags(std::string_view text);
/// Why a thing is hidden, for those who still see it.
std::string find_hiding_reason(store::Transaction& transaction, Id thing, const Viewer& viewer);

} // namespace moothall::hear
