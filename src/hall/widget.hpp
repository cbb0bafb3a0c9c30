#pragma once

#include "base/result.hpp"
#include "people/person.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The widget: a button or a box on the company's own pages, behind which is a frame of ours.
///
/// The page around it says who the reader is by a token that the company's server signed with a
/// secret of ours (a JWT, RFC 7519, by HMAC-SHA-256). The frame trades it for a session of its own,
/// which stands in the frame's forms and nowhere else: no cookie, so it works where browsers keep
/// those of other sites away.
///
/// Whoever holds the secret can be any of its customers, and so may no more than they: a session
/// of the widget is refused to owners and to people of the company, who sign in at the hall itself.
namespace moothall::hall {

/// The settings. The secret is left out of exports by its name.
inline constexpr std::string_view widget_sites_setting = "widget.sites";
inline constexpr std::string_view widget_secret_setting = "widget.secret";

/// The sites whose pages may hold the frame: "https://shop.example", one a line.
std::vector<std::string> find_widget_sites(store::Transaction& transaction, Id organisation);
/// Reads what an owner wrote. Refused (field "sites") when one is no origin.
Result<std::vector<std::string>> read_widget_sites(std::string_view text);
inline constexpr std::size_t widget_sites_max = 20;

/// What a token says of a person.
struct WidgetClaims {
    std::string subject; // who she is at the site, for ever
    std::string email;   // may be empty
    std::string name;
};
/// Refused (unauthenticated) when it is not signed by the secret, is over, lasts longer than an
/// hour, or says nobody.
Result<WidgetClaims> check_widget_token(std::string_view token, std::string_view secret, Time now);

/// The person the claims mean: known by the subject, or by the address, or made. Refused for people
/// of the company.
Result<people::Person> receive_from_site(web::Context& context, const WidgetClaims& claims);

/// A session of the frame, good for an hour.
std::string make_widget_session(std::string_view secret, Id person, Time now);
/// Who a session is of; none when it is not good (any more).
std::optional<Viewer> find_widget_viewer(web::Context& context, std::string_view session);

/// "/widget.js" and "/widget".
void mount_widget_pages(web::Router& router);
/// "/settings/widget".
void mount_widget_settings_pages(web::Router& router);

} // namespace moothall::hall
