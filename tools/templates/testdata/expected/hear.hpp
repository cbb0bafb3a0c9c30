// Made by tools/templates/compile.py; do not edit.
#pragma once

#include "web/language.hpp"
#include "web/writer.hpp"
#include "hear/page.hpp"

namespace moothall::hear::html {

/// src/hear/templates/_card.html
void card(web::Writer& out, [[maybe_unused]] const web::Language& language, const Card& card);
/// src/hear/templates/voice_list.html
void voice_list(web::Writer& out, [[maybe_unused]] const web::Language& language, const ListPage& page);

} // namespace moothall::hear::html
