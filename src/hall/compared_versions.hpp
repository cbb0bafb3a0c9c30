#pragma once

#include "web/parts.hpp"
#include "web/router.hpp"
#include "write/write.hpp"

#include <optional>

namespace moothall::hall {

/// A version of a page of words beside another, as documents, procedures and agreements show it.
struct ComparedVersions {
    write::PageVersion version;
    std::optional<write::PageVersion> before; // what it is compared with; none: it is the first
    web::Field with;                          // which other version

    /// What is different, line beside line; none without another version.
    std::vector<write::RowHunk> row_hunks() const;
};

/// The version that the path names, beside the one before it, or that of `?with=`. `page` is one
/// that the viewer was found to see.
Result<ComparedVersions> compare_versions(const web::Request& request, web::Context& context,
                                          Id page);

} // namespace moothall::hall
