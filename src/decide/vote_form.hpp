#pragma once

#include "decide/tally/choice.hpp"
#include "web/request.hpp"

namespace moothall::decide {

/// What a voter filled in on the ballot paper that make_vote_form() laid out.
Result<Choice> read_vote_form(const Rules& rules, const web::Request& request);

} // namespace moothall::decide
