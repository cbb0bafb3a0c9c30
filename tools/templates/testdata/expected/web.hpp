// Made by tools/templates/compile.py; do not edit.
#pragma once

#include "web/language.hpp"
#include "web/writer.hpp"
#include "base/time.hpp"

namespace moothall::web::html {

/// src/web/templates/layout.html
void layout(web::Writer& out, [[maybe_unused]] const web::Language& language, std::string_view title, web::Block head_block, web::Block main_block);

} // namespace moothall::web::html
