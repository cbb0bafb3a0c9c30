#include "hall/document_json.hpp"

#include "web/api.hpp"

namespace moothall::hall {

std::string json_of_document(web::Context& context, const write::Document& document)
{
    std::vector<files::File> attached;
    if (!document.only_card)
        attached =
            files::list_files_of(context.transaction, context.viewer.organisation, document.id);
    std::vector<write::Document> shown{document};
    write::leave_out_unknown_parents(context.transaction, shown, context.viewer);
    JsonWriter json(4096);
    write_json(json, shown.front(), &attached);
    return json.take();
}

web::Response answer_document(web::Context& context, const Result<write::Document>& document)
{
    if (!document) return context.refuse(document.error());
    return web::Response::json(json_of_document(context, *document));
}

Result<std::vector<write::Take>> read_takes(const Json& body)
{
    constexpr std::size_t takes_max = 10'000;
    const auto texts = web::read_texts(body, "takes", takes_max);
    if (!texts) return texts.error();
    std::vector<write::Take> takes;
    for (const auto& text : texts->value_or(std::vector<std::string>{})) {
        if (text == "theirs")
            takes.push_back(write::Take::theirs);
        else if (text == "mine")
            takes.push_back(write::Take::mine);
        else if (text == "both")
            takes.push_back(write::Take::both);
        else
            return Refusal::invalid("takes", "Each is theirs, mine or both.");
    }
    return takes;
}

} // namespace moothall::hall
