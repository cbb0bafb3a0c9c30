#pragma once

#include "organise/code.hpp"
#include "web/frame.hpp"
#include "web/parts.hpp"
#include "web/router.hpp"

#include <string>
#include <vector>

namespace moothall::organise {

struct CodeListPage {
    web::Frame frame;
    std::vector<CodeRepository> repositories;
    web::Pages pages;
    web::Empty empty;
};

struct CodeAuthorView {
    const CodeAuthor& author;
    bool may_write;                // to her
    std::vector<std::string> when; // she is there, usually answers …
};
struct CodePage {
    web::Frame frame;
    const CodeComponent& component;
    std::vector<web::Tab> above; // the folders that lead here
    std::vector<CodeAuthorView> authors;
    web::Pages pages;
};

/// "/code", "/code/:path*", and the same under /api/v1.
void mount_code_pages(web::Router& router);

} // namespace moothall::organise
