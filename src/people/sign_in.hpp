#pragma once

#include "people/circle.hpp"
#include "people/pass.hpp"
#include "people/person.hpp"
#include "web/organisation.hpp"
#include "web/router.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Ways into the hall: a code by mail, a password, a link from the console, an invitation, and the
/// organisation's own identity provider (oidc.hpp). Every one of them ends in start_session().
namespace moothall::people {

/// Sends a code to an address. The answer is the same whether anybody has that address or not; what
/// differs is the letter. `browser` is the secret of the cookie `signing_in`: the code is good in
/// that browser only.
void ask_for_code(web::Context& context, std::string_view email, std::string_view browser);

/// The person who typed the right code, made when she is new and the house lets her in. Codes are
/// good for ten minutes and five tries; a new one ends the older ones.
Result<Person> enter_by_code(web::Context& context, std::string_view email,
                             std::string_view browser, std::string_view code);

/// The person whose address was proved to be hers, made when she is new and the house lets her in.
/// `name` is for a new one; empty: a neutral one, until she gives hers.
Result<Person> admit(web::Context& context, std::string_view email, std::string_view name = {});

/// Whether somebody new with that address may come in by herself.
bool may_sign_up(const web::Organisation& organisation, std::string_view email);

/// A link for the console that signs a person in once, within ten minutes.
std::string make_sign_in_link(store::Transaction& transaction, IdSource& ids, Time now,
                              const web::Organisation& organisation, Id person);

/// How somebody came in, for the event.
struct Entry {
    std::string_view way;               // code, password, link, invitation, oidc, sample
    std::vector<RoleChange> roles = {}; // that came and went with it
};

/// Signs the person in: a session, its cookie, one event; and sends the browser to `to` (a path of
/// ours), by way of the page that asks for her name if she gave none yet.
web::Response sign_in(const web::Request& request, web::Context& context, const Person& person,
                      std::string_view to, const Entry& entry);

/// "Firefox on Linux", from a User-Agent header: so that a person recognises her sessions.
std::string describe_device(std::string_view user_agent);

/// A path of this house to go back to; "/" for anything else.
std::string safe_path(std::string_view wanted);

void mount_sign_in_pages(web::Router& router);
/// "/sign-in/oidc" and its callback.
void mount_oidc_pages(web::Router& router);

} // namespace moothall::people
