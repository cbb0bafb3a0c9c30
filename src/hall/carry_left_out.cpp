// What an export leaves out, each table with the reason.

#include "hall/carry_tables.hpp"

namespace moothall::hall {

namespace {

constexpr TableLeftOut left_out[] = {
    {"session", "whoever is signed in signs in again"},
    {"api_token", "secrets; new ones are made where the hall goes"},
    {"pass", "links and codes that were mailed are secrets, and last for days only"},
    {"idempotency", "answers kept for 48 hours, which may hold personal data"},
    {"job", "letters and work that wait belong to the server that is left"},
    {"import_text", "the file of an import that has not ended; its run stays behind too"},
    {"ballot", "who cast which ballot of an open vote is in no export"},
    {"presence", "who was there two minutes ago"},
    {"digest", "letters of several begin anew where the hall goes"},
    {"letter_received", "what came by e-mail belongs to the server that is left"},
    {"webhook", "its secret stays; owners make new ones where the hall goes"},
    {"webhook_delivery", "what was sent belongs to the server that is left"},
    {"opinion_map", "the map of a conversation is found again from its votes"},
    {"voice_words", "the words for search follow from the texts"},
    {"voice_word", "the words for search follow from the texts"},
    {"page_words", "the words for search follow from the texts"},
    {"voice_reach", "counted again from the log"},
    {"sitemap_part", "the map for search engines is made again"},
    {"document_editing", "who was writing a moment ago"},
    {"loop_time", "the clock of the loop is made again from the log"},
    {"loop_span", "the clock of the loop is made again from the log"},
    {"loop_line", "the clock of the loop is made again from the log"},
    {"loop_person", "the clock of the loop is made again from the log"},
    {"loop_circle", "the clock of the loop is made again from the log"},
};

} // namespace

std::span<const TableLeftOut> tables_left_out()
{
    return left_out;
}

} // namespace moothall::hall
