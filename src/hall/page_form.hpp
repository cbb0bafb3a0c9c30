#pragma once

#include "web/frame.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

/// What the forms of procedures and of documents share.
namespace moothall::hall {

/// The words of a page, rendered before the transaction.
inline Result<web::Prepared> prepare_page_words(const web::Request& request, web::Context&)
{
    auto html = write::render_words(request.form("words"));
    if (!html) return html.error();
    return web::Prepared::of(*std::move(html));
}

} // namespace moothall::hall
