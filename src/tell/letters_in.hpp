#pragma once

#include "jobs/lmtp.hpp"

#include <string>

namespace moothall::web {
class Hall;
}

/// What people say by e-mail: an answer to a letter of ours becomes a reply in its thread, a letter
/// to a circle's address a voice in it.
///
/// Nothing is allowed here that is not allowed on the page: the writer must be who the address was
/// made for, see the thread still and be a member where she speaks, and what newcomers say is held
/// as it is there. Whoever may not is answered as if nothing were there.
///
/// Who wrote a letter is not for us to find out: the server that received it checks DKIM and SPF,
/// and says so in an Authentication-Results field (RFC 8601). What it calls forged is dropped,
/// because a refusal would go to the one who was forged. An answer is believed without such a
/// field, since it comes to an address that only its reader knows; a letter to a circle, whose
/// address everybody may know, is not.
///
/// Letters that no person wrote are dropped without a word (RFC 3834), so that two programs never
/// talk with each other: those without a sender, with Auto-Submitted, List-… or a bulk Precedence,
/// delivery reports, and our own.
namespace moothall::tell {

/// `authserv_id`: the name under which the receiving server writes its Authentication-Results;
/// empty: nobody's are believed.
jobs::LmtpReceiver make_letter_receiver(web::Hall& hall, std::string authserv_id);

} // namespace moothall::tell
