#include "hall/version_json.hpp"

#include "hall/compared_versions.hpp"
#include "text/place.hpp"
#include "web/api.hpp"
#include "web/limits.hpp"
#include "web/number.hpp"

namespace moothall::hall {

namespace {

template <class Pieces>
void write_difference(JsonWriter& json, const Pieces& pieces)
{
    constexpr std::string_view names[] = {"kept", "taken-out", "put-in"};
    for (const auto& piece : pieces)
        json.begin_object()
            .field("change", names[static_cast<std::size_t>(piece.change)])
            .field("text", piece.text)
            .end_object();
}

} // namespace

web::Response answer_versions(const web::Request& request, web::Context& context, Id page,
                              WriteVersion write_fields)
{
    const auto limit = web::read_limit(request);
    if (!limit) return context.refuse(limit.error());
    const auto after = request.query("after");
    const auto before = after.empty() ? std::optional<std::int64_t>(0) : web::read_whole(after);
    if (!before) return context.refuse(not_a_place());
    const auto list = write::list_versions(context.transaction, context.viewer.organisation, page,
                                           *before, *limit);
    return web::list_response(list.versions,
                              list.next == 0 ? std::string() : std::to_string(list.next),
                              [&](JsonWriter& json, const write::PageVersion& version) {
                                  json.begin_object();
                                  write_fields(json, version);
                                  json.end_object();
                              });
}

web::Response answer_version(const web::Request& request, web::Context& context, Id page,
                             DifferenceOf difference, WriteVersion write_fields)
{
    const auto compared = compare_versions(request, context, page);
    if (!compared) return context.refuse(compared.error());
    const auto& [version, before, with] = *compared;
    JsonWriter json(4096);
    json.begin_object();
    write_fields(json, version);
    json.field("words", version.words);
    if (!before) {
        json.null_field("compared_with").null_field("difference");
    } else {
        json.field("compared_with", before->version).key("difference").begin_array();
        if (difference == DifferenceOf::words)
            write_difference(
                json, write::find_word_difference(write::with_plain_line_ends(before->words),
                                                  write::with_plain_line_ends(version.words)));
        else
            write_difference(json, write::find_difference(before->words, version.words));
        json.end_array();
    }
    return web::Response::json(json.end_object().take());
}

} // namespace moothall::hall
