#pragma once

#include "decide/pages.hpp"
#include "web/hall.hpp"

namespace moothall::decide {

/// The decisions about a voice or theme, and the way to propose one, for the page of that thing
/// (web::Hooks::thing_parts).
void write_part(web::Writer& out, const web::Request& request, web::Context& context,
                const record::Thing& thing);

struct ThingPart {
    std::vector<DecisionRow> rows;
    std::string propose_path; // empty: the viewer may not
};

} // namespace moothall::decide
