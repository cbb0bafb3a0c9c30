#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall::web {

enum class Method : std::uint8_t { get, head, post, put, patch, del, other };

/// Decoded names and values in the order they came.
class Fields {
public:
    /// The first value of that name; empty when there is none.
    std::string_view get(std::string_view name) const;
    bool has(std::string_view name) const;
    std::vector<std::string_view> all(std::string_view name) const;
    void add(std::string name, std::string value)
    {
        pairs_.emplace_back(std::move(name), std::move(value));
    }
    const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

/// A file in a multipart form.
struct Upload {
    std::string field;
    std::string file_name; // as the browser says: for showing only, never a path
    std::string content_type;
    std::string content;
};

/// One HTTP request, read whole, checked and decoded. All text is valid UTF-8 without NUL.
struct Request {
    Method method = Method::get;
    std::string target;    // as sent, for logs and redirects back
    std::string path_text; // decoded, starts with '/', without '.' and '..' segments
    Fields query_fields;
    Fields header_fields; // names in lower case
    Fields cookie_fields;
    Fields form_fields; // application/x-www-form-urlencoded or multipart/form-data
    std::vector<Upload> uploads;
    std::string body;           // raw; empty for forms
    Fields path_fields;         // the `:name` parts of the route
    std::string remote_address; // of the client: of the proxy's word when the proxy is configured
    bool loopback = false;      // a direct connection from this machine, not by a proxy
    bool secure = false;        // the client came by HTTPS
    std::string host;           // checked against the known hosts
    std::string nonce;          // one for each request: its number in logs and error pages

    std::string_view path(std::string_view name) const { return path_fields.get(name); }
    std::string_view query(std::string_view name) const { return query_fields.get(name); }
    std::string_view form(std::string_view name) const { return form_fields.get(name); }
    std::string_view header(std::string_view name) const { return header_fields.get(name); }
    std::string_view cookie(std::string_view name) const { return cookie_fields.get(name); }
    /// htmx asks for a fragment; everybody else gets the whole page or a redirect.
    bool wants_fragment() const
    {
        return header("hx-request") == "true" && header("hx-boosted").empty();
    }
};

} // namespace moothall::web
