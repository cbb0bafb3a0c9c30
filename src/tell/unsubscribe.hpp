#pragma once

#include "base/result.hpp"
#include "store/database.hpp"
#include "web/organisation.hpp"
#include "web/router.hpp"

#include <string>
#include <string_view>

/// Ending letters by one click, signed out and without a password (RFC 8058).
///
/// The link is the proof: it names the person and what it ends, and is signed with a secret of the
/// organisation. It is good for ever, since letters are kept for ever, and it can do nothing else
/// than end letters.
namespace moothall::tell {

/// What a link may end, beside the id of a followed thing.
inline constexpr std::string_view all_letters = "all";
inline constexpr std::string_view report_letters = "report";

/// The organisation's secret for such links; made when there is none yet. Inside a write.
std::string unsubscribe_secret(store::Transaction& transaction, Id organisation);

/// The same secret, which signs answer addresses too; empty when there is none yet. For a read.
std::string find_letter_secret(store::Transaction& transaction, Id organisation);

/// The whole address of a link.
std::string unsubscribe_url(const web::Organisation& house, std::string_view secret, Id person,
                            std::string_view what);

/// Who is behind a link, when it was signed by this house.
bool is_unsubscribe_proof(std::string_view secret, Id organisation, Id person,
                          std::string_view what, std::string_view proof);

/// "/unsubscribe/:person/:what/:proof": a page with a button, and what the button does.
void mount_unsubscribe_pages(web::Router& router);

} // namespace moothall::tell
