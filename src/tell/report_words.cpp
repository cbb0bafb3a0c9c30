// The report in words, for the page, the feed and the letter.

#include "tell/report.hpp"

namespace moothall::tell {

namespace {

using web::translatable;

struct SectionName {
    ReportLines Report::* lines;
    const char* title;
    const char* nothing;
};

constexpr SectionName section_names[] = {
    {&Report::heard, translatable("What we heard"), translatable("Nobody said anything.")},
    {&Report::themes, translatable("What it was about"),
     translatable("Nothing was said in any theme.")},
    {&Report::changed, translatable("What we changed"), translatable("Nothing was finished.")},
    {&Report::coming, translatable("What we will do"),
     translatable("Nothing is promised or planned.")},
    {&Report::not_done, translatable("What we did not do"),
     translatable("Nothing was broken, declined or voted down.")},
    {&Report::learned, translatable("What we learned"), translatable("Nothing was reviewed.")},
};

} // namespace

std::string words_of(const ReportLine& line, Time now, const web::Language& language)
{
    std::vector<std::string> parts;
    if (line.kind == "theme") return language.tn("{1} voice", "{1} voices", line.people);
    if (*line.words != '\0') parts.emplace_back(language.t(line.words));
    if (line.days_late > 0)
        parts.push_back(language.tn("{1} day late", "{1} days late", line.days_late));
    if (line.first_due)
        parts.push_back(
            language.t("first promised for {1}", language.day_short(*line.first_due, now)));
    if (line.due)
        parts.push_back(language.t("by {1}", language.day_short(*line.due, now)));
    else if (line.at != Time{})
        parts.push_back(language.day_short(line.at, now));
    if (line.people > 0) parts.push_back(language.tn("{1} person", "{1} people", line.people));
    std::string words;
    for (const auto& part : parts) words += (words.empty() ? "" : " · ") + part;
    return words;
}

std::string lead_of(const Report& report, const web::Language& language)
{
    const std::string_view more = report.voices_cut ? "≥ " : "";
    return std::string(more) + language.tn("{1} voice", "{1} voices", report.voices) + ", " +
           std::string(more) + language.tn("{1} person spoke.", "{1} people spoke.", report.people);
}

std::vector<ReportSection> sections_of(const Report& report, Time now,
                                       const web::Language& language)
{
    std::vector<ReportSection> sections;
    for (const auto& section : section_names) {
        if (section.lines == &Report::themes && report.themes.empty()) continue;
        if (section.lines == &Report::coming && report.over) continue;
        ReportSection shown{std::string(language.t(section.title)),
                            std::string(language.t(section.nothing)),
                            {},
                            {},
                            {}};
        const auto& lines = report.*(section.lines);
        for (const auto& line : lines)
            shown.lines.push_back({line.title, line.path, words_of(line, now, language)});
        if (lines.more > 0) shown.more = language.tn("{1} more", "{1} more", lines.more);
        // Beside promises, what waits to be done stands in other lists.
        if (section.lines == &Report::coming && !lines.more_path.empty())
            shown.more += " · " + std::string(language.t("All promises"));
        shown.more_path = lines.more_path;
        sections.push_back(std::move(shown));
    }
    return sections;
}

} // namespace moothall::tell
