#include "decide/part.hpp"

#include "decide/budget.hpp"
#include "decide/priority.hpp"
#include "decide/templates.hpp"

namespace moothall::decide {

void write_part(web::Writer& out, const web::Request&, web::Context& context,
                const record::Thing& thing)
{
    constexpr int shown = 10;
    if (thing.kind != "voice" && thing.kind != "theme") return;
    DecisionQuery query;
    query.about = thing.id;
    query.limit = shown;
    const auto found = list_decisions(context.transaction, query, context.viewer);
    if (!found) return;
    ThingPart part;
    for (const auto& decision : found->decisions)
        part.rows.push_back({decision, chip_of(decision, context.language), {}, {}});
    if (context.viewer.is_company() && thing.state == record::State::visible)
        part.propose_path = "/decisions/new?" + thing.kind + "=" + thing.id.text();
    if (thing.kind == "voice") {
        const auto effort = find_effort(context.transaction, thing.id, context.viewer);
        if (effort) part.effort = amount_text(*effort);
        if (is_of_company(context.viewer))
            part.effort_path = "/voices/" + thing.id.text() + "/effort";
        part.csrf = context.csrf;
    }
    html::thing_part(out, context.language, part);
}

} // namespace moothall::decide
