#include "hall/procedures.hpp"
#include "hall/templates.hpp"

namespace moothall::hall {

namespace {

constexpr int bypasses_at_a_voice = 10;

hear::InHand in_hand_of(const write::Logged& logged)
{
    hear::InHand in_hand{.by = logged.owner, .due = {}};
    if (logged.due) in_hand.due = Time(std::chrono::sys_days(*logged.due));
    return in_hand;
}

} // namespace

Result<write::Logged> log_bypass(web::Context& context, Id procedure,
                                 const write::NewBypass& wanted)
{
    auto logged = write::log_bypass(context.transaction, context.ids, context.now, context.viewer,
                                    procedure, wanted);
    if (!logged) return logged.error();
    hear::reach_stage(context.transaction, context.organisation.id, logged->owed,
                      hear::Stage::organise, procedure, "write.procedure_threshold_reached",
                      context.now, in_hand_of(*logged));
    return logged;
}

Result<write::Procedure> mend_procedure(web::Context& context, Id procedure,
                                        const write::ProcedureChange& change,
                                        const std::optional<SafeHtml>& html)
{
    auto mended = write::mend_procedure(context.transaction, context.ids, context.now,
                                        context.viewer, procedure, change, html);
    if (!mended) return mended.error();
    hear::reach_stage(context.transaction, context.organisation.id, mended->voices,
                      hear::Stage::act, procedure, "write.procedure_mended", context.now);
    return std::move(mended->procedure);
}

Result<write::Procedure> retire_procedure(web::Context& context, Id procedure, std::string_view why)
{
    auto retired = write::retire_procedure(context.transaction, context.ids, context.now,
                                           context.viewer, procedure, why);
    if (!retired) return retired.error();
    hear::reach_stage(context.transaction, context.organisation.id, retired->voices,
                      hear::Stage::act, procedure, "write.procedure_retired", context.now);
    return std::move(retired->procedure);
}

void write_procedure_part(web::Writer& out, const web::Request&, web::Context& context,
                          const record::Thing& thing)
{
    if (thing.kind != "voice") return;
    const auto bypasses = write::list_bypasses_of_voice(context.transaction, thing.id,
                                                        context.viewer, bypasses_at_a_voice);
    if (!bypasses.empty()) html::procedure_part(out, context.language, bypasses);
}

web::Chip chip_of(const write::Procedure& procedure, const web::Language& language)
{
    switch (procedure.state) {
    case write::ProcedureState::open:
        return {std::string(language.t("In use")), web::Tone::accent};
    case write::ProcedureState::to_mend:
        if (procedure.overdue) return {std::string(language.t("Overdue")), web::Tone::bad};
        return {std::string(language.t("Must be mended")), web::Tone::warn};
    case write::ProcedureState::retired:
        break;
    }
    return {std::string(language.t("Retired")), web::Tone::plain};
}

} // namespace moothall::hall
