#include "hall/facts.hpp"
#include "hall/templates.hpp"
#include "web/api.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

web::Field name_field(const web::FilledForm& form, const web::Language& language,
                      std::string_view name = {})
{
    auto field = form.text("name", language.t("Name of the place"), name);
    field.hint = language.t("As you call it: “Summer house”, “Workshop in Harbour Lane”.");
    field.required = true;
    field.characters_max = 120;
    return field;
}

Response show_new_place(const Request& request, Context& context,
                        const std::optional<Refusal>& refused)
{
    if (!context.viewer.signed_in())
        return context.refuse(Refusal::unauthenticated("Please sign in first."));
    const auto& language = context.language;
    const auto asked =
        request.query("keeper").empty() ? request.form("keeper") : request.query("keeper");
    auto keeper =
        write::find_about(context.transaction, Id::parse(asked).value_or(Id{}), context.viewer);
    if (!keeper) return context.refuse(keeper.error());
    if (!write::may_add_place(context.transaction, context.viewer, *keeper))
        return context.refuse(Refusal::forbidden("Facts about somebody are said by herself and by "
                                                 "those who serve her."));
    const web::FilledForm form(language, request, refused);
    PlaceFormPage page{.frame = web::make_frame(request, context,
                                                std::string(language.t("Another place")),
                                                web::Section::people),
                       .keeper = *std::move(keeper),
                       .form = form,
                       .name = name_field(form, language)};
    page.frame.indexed = false;
    page.frame.narrow = true;
    web::Writer out(8 * 1024);
    html::place_form(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_new_place(const Request& request, Context& context)
{
    return show_new_place(request, context, {});
}

Response post_place(const Request& request, Context& context)
{
    const auto place =
        write::make_place(context.transaction, context.ids, context.now, context.viewer,
                          Id::parse(request.form("keeper")).value_or(Id{}), request.form("name"));
    if (place) return Response::see_other(place->path());
    if (place.error().reason == Reason::invalid || place.error().reason == Reason::conflict)
        return show_new_place(request, context, place.error());
    return context.refuse(place.error());
}

Response show_place(const Request& request, Context& context, Id id,
                    const std::optional<Refusal>& refused)
{
    const auto& language = context.language;
    const auto about = write::find_about(context.transaction, id, context.viewer);
    if (!about) return context.refuse(about.error());
    if (about->kind != write::FactSubject::place) return context.refuse(Refusal::not_found());
    auto place = write::find_place(context.transaction, id, context.viewer);
    if (!place) return context.refuse(place.error());
    const web::FilledForm form(language, request, refused);
    PlacePage page{.frame = web::make_frame(request, context, about->name, web::Section::people),
                   .part = make_facts_part(context, *about),
                   .form = form,
                   .place = *std::move(place)};
    page.frame.indexed = false;
    // Of a circle that she may not know of nothing is said.
    if (const auto keeper = write::find_about(context.transaction, about->keeper, context.viewer)) {
        page.keeper_name = keeper->kind == write::FactSubject::circle
                               ? std::string(language.t(keeper->name))
                               : keeper->name;
        page.keeper_path = keeper->path();
    }
    if (write::may_rename_place(context.transaction, context.viewer, *about)) {
        page.may_restore = about->removed;
        if (!about->removed) {
            page.name = name_field(form, language, about->name);
            page.why = form.text("why", language.t("Why is it no longer theirs?"));
            page.why->hint = language.t("What is known about it stays, for those who see it now.");
            page.why->required = true;
            page.why->characters_max = 1000;
        }
    }
    web::Writer out(8 * 1024);
    html::place(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_place(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    return show_place(request, context, *id, {});
}

Response post_place_name(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto place = write::rename_place(context.transaction, context.ids, context.now,
                                           context.viewer, *id, request.form("name"));
    if (place) return Response::see_other(place->path());
    if (place.error().reason == Reason::invalid)
        return show_place(request, context, *id, place.error());
    return context.refuse(place.error());
}

/// "undo" brings it back.
Response post_place_removal(const Request& request, Context& context)
{
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const bool undo = request.form("undo") == "yes";
    const auto place = undo ? write::restore_place(context.transaction, context.ids, context.now,
                                                   context.viewer, *id)
                            : write::remove_place(context.transaction, context.ids, context.now,
                                                  context.viewer, *id, request.form("why"));
    if (place) return Response::see_other(place->path());
    if (place.error().reason == Reason::invalid || place.error().reason == Reason::conflict)
        return show_place(request, context, *id, place.error());
    return context.refuse(place.error());
}

} // namespace

void mount_place_pages(web::Router& router)
{
    router.get("/places/new", get_new_place);
    router.post("/places", post_place);
    router.get("/places/:id", get_place);
    router.post("/places/:id", post_place_name);
    router.post("/places/:id/removal", post_place_removal);
}

} // namespace moothall::hall
