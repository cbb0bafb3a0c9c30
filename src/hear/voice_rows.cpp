#include "hear/pages.hpp"

#include "web/catalogues.hpp"

namespace moothall::hear {

namespace {

std::vector<Piece> pieces_of(std::string_view text, const std::vector<std::string>& words,
                             std::size_t around)
{
    if (words.empty()) return {{text, false}};
    std::vector<Piece> pieces;
    for (const auto& span : highlight(text, words, around))
        pieces.push_back({text.substr(span.begin, span.end - span.begin), span.hit});
    return pieces;
}

} // namespace

const char* name_of_kind(std::string_view kind)
{
    if (kind == "want") return web::translatable("Want");
    if (kind == "question") return web::translatable("Question");
    if (kind == "signal") return web::translatable("Signal");
    if (kind == "call-out") return web::translatable("Call-out");
    if (kind == "challenge") return web::translatable("Challenge");
    if (kind == "story") return web::translatable("Story");
    if (kind == "thanks") return web::translatable("Thanks");
    return web::translatable("Other");
}

web::Chip chip_of(const Status& status, const web::Language& language)
{
    auto tone = web::Tone::plain;
    switch (status.category) {
    case Category::open:
        break;
    case Category::under_review:
        tone = web::Tone::warn;
        break;
    case Category::planned:
    case Category::started:
        tone = web::Tone::accent;
        break;
    case Category::done:
        tone = web::Tone::good;
        break;
    case Category::declined:
        tone = web::Tone::bad;
        break;
    }
    return {std::string(language.t(status.name)), tone};
}

std::vector<VoiceRow> make_rows(const std::vector<Voice>& voices, const web::Context& context,
                                const std::vector<std::string>& words)
{
    constexpr std::size_t around = 100;
    std::vector<VoiceRow> rows;
    rows.reserve(voices.size());
    for (const auto& voice : voices) {
        const bool may = context.viewer.role_in(voice.circle) >= Role::member;
        web::Support support;
        if (may && voice.stands()) support.path = "/voices/" + voice.id.text() + "/support";
        support.csrf = context.csrf;
        support.count = voice.backing();
        support.pressed = voice.supported;
        support.element_id = "support-" + voice.id.text();
        rows.push_back({voice, name_of_kind(voice.kind), chip_of(voice.status, context.language),
                        std::move(support), pieces_of(voice.title, words, 1000),
                        pieces_of(voice.excerpt, words, around)});
    }
    return rows;
}

} // namespace moothall::hear
