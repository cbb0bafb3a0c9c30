#pragma once

#include "hall/test_house.hpp"

#include <string>
#include <utility>
#include <vector>

namespace moothall::hall::test {

using Uploads = std::vector<std::pair<std::string, std::string>>; // name, content

/// The whole house, with forms that bring files.
class HouseWithUploads : public WholeHouse {
protected:
    /// Sends a form with files, as its field `field`.
    web::Response post_files(const Browser& browser, std::string path, const Sent& form,
                             const std::string& field, const Uploads& uploads)
    {
        auto request = make_request(web::Method::post, browser, std::move(path), {});
        request.header_fields.add("sec-fetch-site", "same-origin");
        for (const auto& [name, value] : form) request.form_fields.add(name, value);
        request.form_fields.add("csrf", web::make_csrf_token(browser.session));
        for (const auto& [name, content] : uploads)
            request.uploads.push_back({field, name, "application/octet-stream", content});
        return hall->answer(std::move(request));
    }
};

} // namespace moothall::hall::test
