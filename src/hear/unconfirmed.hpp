#pragma once

#include "hear/voice.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

/// Speaking and backing without an account: an e-mail address is left, and what was said waits
/// until the link that was sent there is opened and its button pressed.
namespace moothall::hear {

/// A mark for a form that a stranger sends, so that programs that fill in forms blindly are known:
/// when it was shown, signed with the organisation's key.
std::string make_form_stamp(web::Context& context);
/// Refused when the form was sent within two seconds, after a day, or with a stamp not of ours.
Result<void> check_form_stamp(web::Context& context, std::string_view stamp);

/// Says a voice in Everyone for whoever has that address: it is held, and a letter goes there. The
/// answer is the same whether the address has an account or not.
Result<void> say_by_letter(web::Context& context, std::string_view name, std::string_view email,
                           const NewVoice& wanted, const Rendered& rendered);
/// The same for "me too": it is counted apart until it is confirmed.
Result<void> support_by_letter(web::Context& context, std::string_view email, Id voice);

void mount_unconfirmed_pages(web::Router& router);

struct LetterSupportPage {
    web::Frame frame;
    const Voice& voice;
    web::FilledForm form;
    web::Field email;
    bool by_invitation; // who has no account cannot speak
    std::string stamp;
};

} // namespace moothall::hear
