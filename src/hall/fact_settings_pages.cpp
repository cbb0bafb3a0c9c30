// Which facts are kept: for the stewards of the whole hall.

#include "hall/facts.hpp"
#include "hall/settings.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "web/api.hpp"
#include "web/number.hpp"
#include "web/problem.hpp"

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view kinds_path = "/settings/facts";

std::string lines_of_choices(const write::FactKind& kind)
{
    std::string lines;
    for (const auto& choice : kind.choices) lines += choice + '\n';
    return lines;
}

std::vector<web::Choice> reader_choices(Context& context)
{
    std::vector<web::Choice> choices;
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (people::is_company(circle.kind))
            choices.push_back({circle.id.text(), std::string(context.language.t(circle.name))});
    choices.push_back({context.viewer.everyone.text(),
                       std::string(context.language.t("Everybody: whoever comes sees it"))});
    return choices;
}

template <class Values>
std::vector<web::Choice> enumerated_choices(const Values& values, const web::Language& language)
{
    std::vector<web::Choice> choices;
    for (const auto value : values)
        choices.push_back(
            {std::string(write::to_text(value)), std::string(language.t(label_of(value)))});
    return choices;
}

void add_kind_fields(SettingsForm& settings, Context& context, const write::FactKind& kind)
{
    using enum write::FactType;
    const auto& language = context.language;
    const auto& form = settings.form;
    auto name = form.text("name", language.t("Name"), kind.name);
    name.required = true;
    name.characters_max = 80;
    settings.parts.push_back({FormPart::line, std::move(name)});
    if (!kind.id) {
        settings.parts.push_back(
            {FormPart::select, form.choose("about", language.t("About whom?"),
                                           enumerated_choices(std::array{write::FactSubject::person,
                                                                         write::FactSubject::circle,
                                                                         write::FactSubject::place},
                                                              language),
                                           "person")});
        settings.parts.push_back(
            {FormPart::select,
             form.choose("type", language.t("What is it?"),
                         enumerated_choices(
                             std::array{text, number, date, address, choice, reading}, language),
                         "text")});
    }
    if (!kind.id || write::is_number(kind.type)) {
        auto unit = form.text("unit", language.t("Unit of a number"), kind.unit);
        unit.hint = language.t("As in: m³, kWh, people");
        unit.characters_max = 20;
        settings.parts.push_back({FormPart::line, std::move(unit)});
    }
    if (!kind.id || kind.type == choice) {
        auto choices =
            form.text("choices", language.t("What may be chosen"), lines_of_choices(kind));
        choices.hint = language.t("One a line.");
        choices.rows = 4;
        settings.parts.push_back({FormPart::area, std::move(choices)});
    }
    auto readers = form.choose("readers", language.t("Who sees it, beside whom it is about?"),
                               reader_choices(context), kind.readers.text());
    readers.hint = language.t("With other readers, all that was said before is for those, too.");
    settings.parts.push_back({FormPart::select, std::move(readers)});
    settings.parts.push_back(
        {FormPart::check,
         form.check("checked",
                    language.t("What people say of themselves is unchecked until a steward of "
                               "that circle looked at it"),
                    kind.checked)});
    auto position =
        form.text("position", language.t("Place in the list"), std::to_string(kind.position));
    position.type = "number";
    settings.parts.push_back({FormPart::line, std::move(position)});
    if (kind.id)
        settings.parts.push_back(
            {FormPart::check,
             form.check("retired", language.t("No longer kept: what is known stays"),
                        kind.retired)});
}

Response show_kinds(const Request& request, Context& context, const write::FactKind& kind,
                    const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    FactKindsPage page{
        .frame = make_settings_frame(request, context, language.t("Facts")),
        .menu = make_settings_menu(context, kinds_path),
        .lines = {},
        .form = {.form = web::FilledForm(language, request, refused),
                 .csrf = context.csrf,
                 .id = "new",
                 .title = kind.id ? kind.name : std::string(language.t("Another kind of fact")),
                 .action = std::string(kinds_path) + (kind.id ? "/" + kind.id.text() : ""),
                 .button = std::string(kind.id ? language.t("Save") : language.t("Add it"))}};
    add_kind_fields(page.form, context, kind);
    if (!kind.id) {
        auto kinds = write::list_fact_kinds(context.transaction, context.viewer);
        if (!kinds) return context.refuse(kinds.error());
        for (auto& one : *kinds) {
            const std::string about(language.t(label_of(one.about)));
            const std::string type(language.t(label_of(one.type)));
            page.lines.push_back({std::move(one), about, type});
        }
    }
    web::Writer out;
    html::fact_kinds(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_kinds(const Request& request, Context& context)
{
    write::FactKind begun;
    begun.readers = write::find_serving_circle(context.transaction, context.viewer.organisation);
    return show_kinds(request, context, begun, {});
}

Response get_kind(const Request& request, Context& context)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto kind = write::find_fact_kind(context.transaction, *id, context.viewer);
    if (!kind) return context.refuse(kind.error());
    return show_kinds(request, context, *kind, {});
}

std::vector<std::string> lines_sent(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// The fields of the form over what the kind was.
Result<write::FactKind> read_kind(const Request& request, write::FactKind kind)
{
    if (!kind.id) {
        const auto about = write::fact_subject_of(request.form("about"));
        if (!about)
            return Refusal::invalid("about", "A fact is about a person, a circle or a place.");
        const auto type = write::fact_type_of(request.form("type"));
        if (!type)
            return Refusal::invalid("type", "A fact is a text, number, date, address, choice or "
                                            "reading.");
        kind.about = *about;
        kind.type = *type;
    }
    kind.name = request.form("name");
    kind.unit = request.form("unit");
    kind.choices = lines_sent(request.form("choices"));
    kind.readers = Id::parse(request.form("readers")).value_or(Id{});
    kind.checked = request.form("checked") == "yes";
    kind.retired = request.form("retired") == "yes";
    kind.position = 0;
    if (const auto position = request.form("position"); !position.empty())
        kind.position = web::read_whole(position).value_or(-1);
    return kind;
}

Response save_kind(const Request& request, Context& context, const write::FactKind& before)
{
    const auto wanted = read_kind(request, before);
    if (!wanted) return show_kinds(request, context, before, wanted.error());
    const auto saved = write::save_fact_kind(context.transaction, context.ids, context.now,
                                             context.viewer, *wanted);
    if (saved) return Response::see_other(std::string(kinds_path));
    if (saved.error().reason == Reason::invalid || saved.error().reason == Reason::conflict)
        return show_kinds(request, context, before, saved.error());
    return context.refuse(saved.error());
}

Response post_kind(const Request& request, Context& context)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    return save_kind(request, context, {});
}

Response post_kind_change(const Request& request, Context& context)
{
    if (const auto may = must_be_hall_steward(context); !may) return context.refuse(may.error());
    const auto id = web::path_id(request);
    if (!id) return context.refuse(id.error());
    const auto before = write::find_fact_kind(context.transaction, *id, context.viewer);
    if (!before) return context.refuse(before.error());
    return save_kind(request, context, *before);
}

} // namespace

void mount_fact_settings_pages(web::Router& router)
{
    router.get("/settings/facts", get_kinds);
    router.post("/settings/facts", post_kind);
    router.get("/settings/facts/:id", get_kind);
    router.post("/settings/facts/:id", post_kind_change);
}

} // namespace moothall::hall
