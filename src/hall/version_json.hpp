#pragma once

#include "text/json.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

/// Versions for programs, of documents and procedures alike. `page` is one that the viewer was
/// found to see.
namespace moothall::hall {

/// The fields of one version beside its words: each kind of page has its own.
using WriteVersion = void (*)(JsonWriter&, const write::PageVersion&);

/// A part of its versions, the newest first.
web::Response answer_versions(const web::Request& request, web::Context& context, Id page,
                              WriteVersion write_fields);

enum class DifferenceOf : std::uint8_t { words, lines };
/// The version that the path names with its words, and what differs from the one before it, or
/// from that of `?with=`.
web::Response answer_version(const web::Request& request, web::Context& context, Id page,
                             DifferenceOf difference, WriteVersion write_fields);

} // namespace moothall::hall
