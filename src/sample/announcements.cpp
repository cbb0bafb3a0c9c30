// What the people of the sample company told of in the changelog, as loop.txt has it.

#include "sample/plan.hpp"

#include "tell/announcement.hpp"
#include "write/write.hpp"

namespace moothall::sample {

std::vector<Step> plan_announcements(Cast& cast)
{
    using namespace std::chrono_literals;
    std::vector<Step> steps;
    for (const auto& block : cast.script.blocks) {
        if (block.kind != "announcement") continue;
        steps.push_back({cast.day(block.number("at")) + 14h, [&cast, &block](Time at) {
                             std::vector<tell::AnnouncedVoice> voices;
                             for (const auto& begin : block.all("voice")) {
                                 const auto& line = cast.voice_line(begin);
                                 const auto id = cast.voice(line);
                                 voices.push_back({id, line.title, record::path_of("voice", id)});
                             }
                             std::string words;
                             for (const auto& line : block.all("line")) words += line + "\n\n";
                             words += tell::draft_words(voices);
                             const auto& viewer = cast.viewer(block.text("by"));
                             const auto title = block.text("title");
                             const auto draft = must(
                                 tell::draft_announcement(
                                     cast.transaction, cast.ids, at, viewer,
                                     {.title = title, .words = words, .circle = {}, .voices = {}},
                                     must(write::render_words(words), title)),
                                 title);
                             must(tell::publish_announcement(cast.transaction, cast.ids, at + 20min,
                                                             viewer, draft.id),
                                  title);
                         }});
    }
    return steps;
}

} // namespace moothall::sample
