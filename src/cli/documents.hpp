#pragma once

#include "cli/arguments.hpp"

#include <string>

namespace moothall::cli {

/// `moothall export documents` and `moothall import documents PATH`: a circle's tree of documents
/// as folders of Markdown.
int export_documents(const Arguments& arguments, const std::string& output);
int import_documents(const Arguments& arguments, const std::string& path);

} // namespace moothall::cli
