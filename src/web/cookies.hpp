#pragma once

#include "web/organisation.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace moothall::web {

struct Context;

/// The cookies that this layer knows. Others are the business of who sets them.
inline constexpr std::string_view session_cookie = "session"; // the secret of a session, by people/
inline constexpr std::string_view visitor_cookie = "visitor"; // random; only guards forms
inline constexpr std::string_view language_cookie = "language"; // what a visitor chose

/// Whether cookies are marked Secure and named `__Host-…`: when the client came by HTTPS, or the
/// organisation is at home there and this is not a direct connection from the machine itself.
bool uses_secure_cookies(const Request& request, const Organisation& organisation);

/// The value of our cookie of that plain name; empty when there is none. Under HTTPS only the
/// `__Host-` one counts, which no other host and no plain HTTP can have set.
std::string_view read_cookie(const Request& request, const Organisation& organisation,
                             std::string_view name);

/// Sets a cookie that scripts cannot read and that other sites' forms do not send (HttpOnly,
/// SameSite=Lax, Path=/). `value` has only letters, digits and - _ . ~. A lifetime of 0: until the
/// browser is closed.
void set_cookie(Response& response, const Request& request, const Organisation& organisation,
                std::string_view name, std::string_view value, std::chrono::seconds lifetime);
void set_cookie(Response& response, const Context& context, std::string_view name,
                std::string_view value, std::chrono::seconds lifetime);

void clear_cookie(Response& response, const Request& request, const Organisation& organisation,
                  std::string_view name);
void clear_cookie(Response& response, const Context& context, std::string_view name);

} // namespace moothall::web
