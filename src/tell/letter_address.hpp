#pragma once

#include "base/id.hpp"
#include "store/database.hpp"
#include "web/organisation.hpp"

#include <optional>
#include <string>
#include <string_view>

/// Addresses to which people answer letters.
///
/// "reply+PERSON.THING.PROOF@hall.example": the proof is an HMAC-SHA256 (RFC 2104) over
/// organisation, person and thing with a secret of the organisation, cut to 128 bits (section 5).
/// So an address cannot be guessed, nor turned into one for another thread or another person. It is
/// no password: whoever writes to it must also write from that person's address, and may still not
/// say more there than she may on the page.
namespace moothall::tell {

/// Whether people of this organisation answer by e-mail: "on", else they do not.
inline constexpr std::string_view answers_setting = "mail.answers";

bool takes_answers(store::Transaction& transaction, Id organisation);

/// What is answered by a letter about `thing`, which stands at `path`: itself where people speak at
/// it, else the voice that is why she was told; none: there is nothing to answer.
Id answered_thing(Id thing, std::string_view path, Id because);

struct AnswerAddress {
    Id person;
    Id thing; // what is answered; none: a letter of several pieces of news
};

/// What stands before the @; at most 64 characters (RFC 5321, section 4.5.3.1.1), none of which
/// changes its meaning when a server makes it lower case.
std::string answer_name(std::string_view secret, Id organisation, const AnswerAddress& address);
/// None when this house did not make it.
std::optional<AnswerAddress> read_answer_name(std::string_view secret, Id organisation,
                                              std::string_view name);
/// Whether it looks like one, made by us or not.
bool is_answer_name(std::string_view name);

/// The domain of an organisation's addresses: the host of its pages.
std::string mail_domain(const web::Organisation& house);

} // namespace moothall::tell
