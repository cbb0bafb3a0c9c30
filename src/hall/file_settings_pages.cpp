// How much people may attach, for owners.

#include "files/files.hpp"
#include "hall/settings.hpp"
#include "hall/templates.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "web/problem.hpp"

#include <array>
#include <charconv>

namespace moothall::hall {

namespace {

using web::Context;
using web::Request;
using web::Response;

constexpr std::string_view files_path = "/settings/files";
constexpr std::int64_t megabyte = 1'000'000;

struct Limit {
    std::string_view setting;
    std::string_view field;
    const char* label;
    std::int64_t otherwise;
    std::int64_t most;
};
constexpr std::array<Limit, 3> limits{
    {{files::file_setting, "file", web::translatable("One file, in MB (0: none are taken)"),
      files::file_megabytes_default, files::file_megabytes_max},
     {files::person_setting, "person", web::translatable("All files of one person, in MB"),
      files::person_megabytes_default, 1'000'000},
     {files::all_setting, "all", web::translatable("All files together, in MB"),
      files::all_megabytes_default, 1'000'000'000}}};

std::string value_of(Context& context, const Limit& limit)
{
    auto value = people::find_setting(context.transaction, context.organisation.id, limit.setting);
    return value.empty() ? std::to_string(limit.otherwise) : value;
}

Response show_files(const Request& request, Context& context, const std::optional<Refusal>& refused)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    const auto& language = context.language;
    SettingsForm form{.form = web::FilledForm(language, request, refused),
                      .csrf = context.csrf,
                      .action = std::string(files_path),
                      .button = std::string(language.t("Save"))};
    for (const auto& limit : limits) {
        auto field = form.form.text(std::string(limit.field), language.t(limit.label),
                                    value_of(context, limit));
        field.type = "number";
        field.required = true;
        form.parts.push_back({FormPart::line, std::move(field)});
    }
    const auto use = files::find_use(context.transaction, context.organisation.id, {});
    SettingsPage page{.frame = make_settings_frame(request, context, language.t("Files")),
                      .menu = make_settings_menu(context, files_path),
                      .lead = language.tn("{1} file is kept here, {2} MB.",
                                          "{1} files are kept here, {2} MB together.", use.files,
                                          language.number((use.bytes + megabyte - 1) / megabyte))};
    page.forms.push_back(std::move(form));
    web::Writer out;
    html::settings(out, language, page);
    return web::show(context, page.frame, out.take(),
                     refused ? web::status_of(refused->reason) : 200);
}

Response get_files(const Request& request, Context& context)
{
    return show_files(request, context, {});
}

Response post_files(const Request& request, Context& context)
{
    if (const auto may = must_be_owner(context); !may) return context.refuse(may.error());
    for (const auto& limit : limits) {
        const auto text = request.form(limit.field);
        std::int64_t number = 0;
        const auto* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, number);
        if (read.ec != std::errc() || read.ptr != end || number < 0 || number > limit.most)
            return show_files(
                request, context,
                Refusal::invalid(std::string(limit.field), "Please write a number from 0 to {1}.")
                    .with(std::to_string(limit.most)));
        people::save_setting(context.transaction, context.organisation.id, limit.setting,
                             std::to_string(number));
    }
    record::append(context.transaction, context.organisation.id, context.ids,
                   {.verb = "people.files_changed",
                    .thing = context.organisation.everyone,
                    .actor = context.viewer.person,
                    .circle = context.organisation.everyone,
                    .at = context.now,
                    .audience = record::Audience::stewards});
    auto response = Response::see_other(std::string(files_path));
    web::give_notice(response, context, web::Tone::good, context.language.t("Saved."));
    return response;
}

} // namespace

void mount_file_settings_pages(web::Router& router)
{
    router.get("/settings/files", get_files);
    router.post("/settings/files", post_files);
}

} // namespace moothall::hall
