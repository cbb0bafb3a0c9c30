#pragma once

#include "hear/voice.hpp"
#include "web/router.hpp"

/// What the forms by which people speak have in common: the one box that takes anything, and the
/// one for a story.
namespace moothall::hear {

/// Shows the form as it was sent, with what was refused or a preview.
using ShowForm = web::Response (*)(const web::Request&, web::Context&,
                                   const std::optional<Refusal>& refused,
                                   const std::optional<SafeHtml>& preview);

/// Says what a form holds, with the files that came along: at once, or by a letter of somebody
/// without an account. Its route is prepared by prepare_files().
web::Response say(const web::Request& request, web::Context& context, NewVoice wanted,
                  ShowForm show);
Result<web::Prepared> prepare_files(const web::Request& request, web::Context& context);

} // namespace moothall::hear
