#pragma once

#include "web/frame.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

/// What the forms of procedures, agreements and documents share.
namespace moothall::hall {

/// The words of a page, rendered before the transaction. Why they cannot be is said by the form,
/// beside all that was typed into it.
inline Result<web::Prepared> prepare_page_words(const web::Request& request, web::Context&)
{
    return web::Prepared::of(write::render_words(request.form("words")));
}
inline const Result<SafeHtml>& prepared_words(const web::Context& context)
{
    return std::any_cast<const Result<SafeHtml>&>(context.prepared);
}

} // namespace moothall::hall
