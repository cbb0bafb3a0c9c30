#include "hall/compared_versions.hpp"

#include "web/number.hpp"

namespace moothall::hall {

std::vector<write::RowHunk> ComparedVersions::row_hunks() const
{
    if (!before) return {};
    return write::find_row_hunks(write::with_plain_line_ends(before->words),
                                 write::with_plain_line_ends(version.words));
}

Result<ComparedVersions> compare_versions(const web::Request& request, web::Context& context,
                                          Id page)
{
    const auto find = [&](std::int64_t number) {
        return write::find_version(context.transaction, context.viewer.organisation, page, number);
    };
    auto version = find(web::read_whole(request.path("version")).value_or(0));
    if (!version) return version.error();
    const auto with = request.query("with").empty()
                          ? version->version - 1
                          : web::read_whole(request.query("with")).value_or(-1);
    ComparedVersions compared{.version = *std::move(version), .before = {}, .with = {}};
    if (with != 0) {
        auto before = find(with);
        if (!before) return before.error();
        compared.before = *std::move(before);
    }
    compared.with.name = "with";
    compared.with.label = context.language.t("Compare with version");
    compared.with.type = "number";
    compared.with.required = true;
    compared.with.value = std::to_string(with);
    return compared;
}

} // namespace moothall::hall
