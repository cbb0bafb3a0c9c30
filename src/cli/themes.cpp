#include "cli/themes.hpp"

#include "cli/arguments.hpp"
#include "cli/model.hpp"
#include "cli/open.hpp"
#include "cli/table.hpp"
#include "cli/themes_report.hpp"
#include "sense/themes/labels.hpp"
#include "sense/themes/themes.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

namespace moothall::cli {

namespace {

constexpr const char* themes_help = R"(Usage: moothall themes FILE.csv [OPTIONS]

Finds what many texts mean together: themes with names, keywords and members. Nothing leaves this
computer, and the same file gives the same themes.

  FILE.csv       CSV or TSV with a header line
  --text COLUMN  the column of the texts; without it one that is called text, body, message …, or
                 the one with the longest cells
  --json         print JSON and nothing else; rows are numbered from 0
  --html FILE    also write a report that can be mailed
)";

// Tells on stderr how far the work is: a line that moves on a terminal, one line a step elsewhere.
sense::Progress progress_on_stderr()
{
    struct State {
        std::string step;
        int percent = -1;
    };
    // Shared, because the engine copies the function.
    return [terminal = ::isatty(STDERR_FILENO) != 0,
            state = std::make_shared<State>()](std::string_view step, double share) {
        const auto now = static_cast<int>(share * 100);
        if (terminal && (step != state->step || now != state->percent))
            std::fprintf(stderr, "\r%-12.*s %3d %%", static_cast<int>(step.size()), step.data(),
                         now);
        if (terminal && step == "themes" && now == 100) std::fputc('\n', stderr);
        if (!terminal && step != state->step)
            std::fprintf(stderr, "%.*s …\n", static_cast<int>(step.size()), step.data());
        *state = {std::string(step), now};
        return sense::Continue::yes;
    };
}

struct ThemesAnswer {
    std::vector<std::string_view> texts;
    sense::Themes themes;
    std::vector<sense::ThemeLabel> labels;
    std::vector<sense::ThemeLabel> parent_labels;
};

void write_json(const ThemesAnswer& answer)
{
    JsonWriter json(answer.texts.size() * 8);
    json.begin_object().key("themes").begin_array();
    const auto members = answer.themes.members();
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto& theme = answer.themes.themes[i];
        const auto& label = answer.labels[i];
        json.begin_object().field("id", std::to_string(theme.id)).field("label", label.label);
        json.key("keywords").begin_array();
        for (const auto& keyword : label.keywords) json.value(keyword);
        json.end_array().field("size", theme.size).key("members").begin_array();
        for (const auto row : members[i]) json.value(row);
        json.end_array();
        if (label.example) json.field("example", *label.example);
        if (theme.parent != sense::no_theme)
            json.field(
                "parent",
                std::to_string(answer.themes.parents[static_cast<std::size_t>(theme.parent)]));
        json.end_object();
    }
    json.end_array().key("unassigned").begin_array();
    for (std::size_t row = 0; row < answer.themes.theme_of.size(); ++row)
        if (answer.themes.theme_of[row] == sense::no_theme) json.value(row);
    json.end_array().key("parents").begin_array();
    for (std::size_t i = 0; i < answer.parent_labels.size(); ++i)
        json.begin_object()
            .field("id", std::to_string(answer.themes.parents[i]))
            .field("label", answer.parent_labels[i].label)
            .end_object();
    json.end_array().end_object();
    std::puts(json.take().c_str());
}

void write_text(const ThemesAnswer& answer)
{
    const auto line = [&](std::size_t i, const char* indent) {
        const auto& label = answer.labels[i];
        std::printf("%s%6zu  %s\n", indent, answer.themes.themes[i].size, label.label.c_str());
        if (label.example)
            std::printf(
                "%s        %s\n", indent,
                clip(answer.texts[*label.example], characters_shown, Ellipsis::shown).c_str());
    };
    std::printf("%zu texts, %zu %s; %zu belong to none.\n\n", answer.texts.size(),
                answer.themes.themes.size(), answer.themes.themes.size() == 1 ? "theme" : "themes",
                answer.themes.unassigned());
    if (answer.parent_labels.empty())
        for (std::size_t i = 0; i < answer.labels.size(); ++i) line(i, "");
    for (std::size_t parent = 0; parent < answer.parent_labels.size(); ++parent) {
        std::printf("%s\n", answer.parent_labels[parent].label.c_str());
        for (std::size_t i = 0; i < answer.labels.size(); ++i)
            if (static_cast<std::size_t>(answer.themes.themes[i].parent) == parent) line(i, "  ");
    }
}

int show_themes(const Arguments& arguments)
{
    const auto& path = arguments.rest().front();
    const auto table = Table::read(path);
    if (!table) return fail(sentence_of(table.error()));
    const auto column = table->text_column(arguments.value("text"));
    if (!column) return fail(sentence_of(column.error()));
    ThemesAnswer answer;
    answer.texts = table->column(*column);
    const auto model = load_model_for(answer.texts);
    if (!model) return fail(sentence_of(model.error()));

    const auto threads = std::max(1U, std::thread::hardware_concurrency());
    sense::TextSpaceSettings space_settings;
    space_settings.threads = threads;
    space_settings.search.progress = progress_on_stderr();
    const auto space = sense::TextSpace::build((*model)->model, answer.texts, space_settings);
    sense::ThemeSettings settings;
    settings.threads = threads;
    settings.progress = space_settings.search.progress;
    answer.themes = *sense::find_themes(*space, settings);
    settings.progress("themes", 1);

    answer.labels =
        sense::label_groups(answer.texts, answer.themes.theme_of, answer.themes.themes.size(),
                            space->points(), space->point_of());
    std::vector<std::int32_t> parent_of;
    for (const auto theme : answer.themes.theme_of)
        parent_of.push_back(theme == sense::no_theme
                                ? sense::no_theme
                                : answer.themes.themes[static_cast<std::size_t>(theme)].parent);
    answer.parent_labels = sense::label_groups(
        answer.texts, parent_of, answer.themes.parents.size(), space->points(), space->point_of());

    if (const auto html = arguments.value("html")) {
        std::ofstream file(*html, std::ios::binary);
        file << html_report({std::filesystem::path(path).filename().string(), answer.texts, *space,
                             answer.themes, answer.labels, answer.parent_labels});
        file.close();
        if (!file) return fail("cannot write " + *html + ".");
    }
    if (arguments.has("json")) {
        write_json(answer);
    } else {
        write_text(answer);
    }
    return good;
}

} // namespace

int themes_command(std::span<const std::string_view> words)
{
    const Arguments arguments(words, {"text", "html"}, {"json"});
    if (arguments.help()) {
        std::fputs(themes_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (arguments.rest().size() != 1)
        return fail("themes takes one CSV or TSV file; --help says more.", wrong_usage);
    return guarded([&] { return show_themes(arguments); });
}

} // namespace moothall::cli
