#include "hall/document_json.hpp"

#include "web/api.hpp"

namespace moothall::hall {

web::Response answer_document(web::Context& context, const Result<write::Document>& document)
{
    if (!document) return context.refuse(document.error());
    JsonWriter json(4096);
    write_json(json, *document);
    return web::Response::json(json.take());
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
