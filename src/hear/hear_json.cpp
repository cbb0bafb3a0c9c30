#include "hear/hear_json.hpp"

namespace moothall::hear {

namespace {

void write_files(JsonWriter& json, const std::vector<files::File>& attached)
{
    json.key("files").begin_array();
    for (const auto& file : attached) files::write_json(json, file);
    json.end_array();
}

} // namespace

void write_json(JsonWriter& json, const Voice& voice)
{
    json.begin_object();
    json.field("id", voice.id).field("kind", voice.kind).field("title", voice.title);
    json.field("body", voice.body).field("language", voice.language);
    json.field("status", to_text(voice.status.category));
    json.field("status_id", voice.status.id).field("status_name", voice.status.name);
    json.field("circle", voice.circle).field("circle_name", voice.circle_name);
    json.field("state", record::to_text(voice.state));
    json.key("author");
    write_json(json, voice.author);
    json.key("written_by");
    write_json(json, voice.written_by);
    // Of a voice that stands again for some, those; of one that was merged, who came with it.
    const bool apart = voice.merged_into && voice.apart > 0;
    json.field("supporters", apart ? voice.apart : voice.supporters);
    json.field("inherited", apart ? 0 : voice.inherited).field("unconfirmed", voice.unconfirmed);
    json.field("unattributed", voice.unattributed);
    json.field("unattributed_inherited", voice.unattributed_inherited);
    json.field("merged", voice.branches).key("merged_into");
    if (voice.merged_into)
        json.value(voice.merged_into);
    else
        json.value(nullptr);
    json.field("replies", voice.replies);
    json.field("supported", voice.supported).field("matters", voice.matters);
    if (voice.reach)
        json.key("reach")
            .begin_object()
            .field("vital", voice.reach->vital)
            .field("important", voice.reach->important)
            .field("circles", voice.reach->circles)
            .field("late", voice.reach->late)
            .field("early", voice.reach->early)
            .end_object();
    json.key("tags").begin_array();
    for (const auto& tag : voice.tags) json.value(tag.name);
    json.end_array();
    write_files(json, voice.files);
    if (voice.answer)
        json.field("answer", voice.answer);
    else
        json.null_field("answer");
    if (voice.official_at) {
        json.key("official").begin_object().field("reason", voice.official).key("by");
        write_json(json, voice.official_by);
        json.field("at", *voice.official_at).end_object();
    } else {
        json.null_field("official");
    }
    json.field("url", voice.path());
    json.field("created_at", voice.created).field("changed_at", voice.changed);
    json.end_object();
}

void write_json(JsonWriter& json, const Reply& reply)
{
    json.begin_object();
    json.field("id", reply.id).field("subject", reply.subject);
    if (reply.parent)
        json.field("parent", reply.parent);
    else
        json.null_field("parent");
    json.field("body", reply.body).field("language", reply.language);
    json.field("state", record::to_text(reply.state));
    json.key("author");
    write_json(json, reply.author);
    json.key("written_by");
    write_json(json, reply.written_by);
    json.field("is_answer", reply.is_answer);
    write_files(json, reply.files);
    json.field("created_at", reply.created).field("changed_at", reply.changed);
    json.end_object();
}

} // namespace moothall::hear
