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
    std::string effort;       // days of work it takes, as people of the company estimate it
    std::string effort_path;  // where the form goes; empty: no form
    std::string csrf;
};

} // namespace moothall::decide
