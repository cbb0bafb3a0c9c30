#pragma once

#include "hear/pages.hpp"
#include "record/record.hpp"
#include "sense/sense.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

namespace moothall::web {
class Writer;
}

/// What the pages of sense/ show. A page is filled in by its handler and written by the template of
/// its name.
namespace moothall::sense {

void mount_theme_pages(web::Router& router);
void mount_theme_form_pages(web::Router& router);
/// The theme of a voice, on the voice's own page (web::Hooks::thing_parts).
void write_part(web::Writer& out, const web::Request& request, web::Context& context,
                const record::Thing& thing);
/// Pages and API of signals.
void mount_rise_pages(web::Router& router);

/// A small line of how many voices there were over time.
struct Spark {
    std::string points; // of the polyline, in a box of 72 by 16
    std::string label;  // what it shows, for those who cannot see it
};

struct ThemeRow {
    NamedTheme theme;
    std::string trend; // "rising", "steady", "falling", in the reader's language
    Spark spark;
    ThemeSort sort = ThemeSort::people;
    std::string why; // it stands where it stands

    // What `why` says is not said twice.
    bool shows_circles() const { return theme.figures.circles > 0 && sort != ThemeSort::circles; }
    bool shows_vital() const { return theme.figures.vital > 0 && sort != ThemeSort::pressing; }
};

/// An area with the first of its themes; without a path: the themes of none.
struct AreaRow {
    std::string title;
    std::string path;
    std::vector<std::string> words;
    std::int64_t voices = 0;
    std::int64_t themes = 0;
    std::vector<ThemeRow> rows;

    bool has_more() const { return std::ssize(rows) < themes; }
};

/// A table of two lenses; each number opens its voices.
struct CrossCell {
    std::int64_t voices = 0;
    std::string path;
    std::string trend;           // "rising" or "falling", in the reader's language; empty: neither
    std::string_view trend_word; // the same as the API says it
    std::string arrow;           // and for the eye
};
struct CrossRow {
    std::string label;
    std::string path;
    std::vector<CrossCell> cells;
    std::int64_t voices = 0;
};
struct CrossTable {
    std::vector<std::string> columns;
    std::vector<CrossRow> rows;
    bool cut = false; // some columns or rows are left out
};

struct ThemesPage {
    web::Frame frame;
    std::vector<web::Tab> lenses;
    std::string question; // of the lens
    std::string centre;   // whose it takes
    std::vector<web::Tab> sorts;
    std::string order; // what the order goes by, in words
    std::vector<AreaRow> areas;
    std::vector<web::Tab> by; // the second lens
    std::vector<ThemeRow> rows;
    std::optional<CrossTable> table;
    web::Pages pages;
    web::Empty empty;
    bool may_make = false;
    std::int64_t in_themes = 0;
    std::int64_t unassigned = 0;
    bool may_run = false;
    Run run; // of the engine, for stewards
    Time now;

    bool is_empty() const { return rows.empty() && areas.empty(); }
    int percent() const { return static_cast<int>(run.share * 100); }
};

/// A chart of voices over months with its table.
struct Trend {
    struct Month {
        std::string label;
        std::int64_t voices = 0;
        std::string path;
        int x = 0; // of the bar
        int y = 0;
        int height = 0;

        bool has_page() const { return voices > 0 && !path.empty(); }
    };
    std::vector<Month> months;
    int width = 0;
    int bar = 0;
    std::int64_t most = 0;
    std::string label;
};

/// What was done to a theme, for people to see and to take back.
struct ThemeDeed {
    Id event;
    bool may_undo = false;
    bool undone = false;
    std::string sentence;
    Time at;
    std::string voice_title; // empty: not about a voice
    std::string voice_path;
};

struct ThemeVoiceRow {
    hear::VoiceRow row;
    bool may_sort; // say where it belongs
};

struct ThemePage {
    web::Frame frame;
    NamedTheme theme;
    std::string area_title; // of what it is a part of
    std::string area_path;
    std::vector<ThemeRow> parts_of_it; // of an area
    std::string trend;
    web::LoopLine loop;
    Trend chart;
    std::vector<ThemeVoiceRow> typical;
    std::vector<ThemeVoiceRow> voices;
    web::Pages pages;
    std::vector<web::Tab> circles;
    std::vector<web::Tab> kinds;
    std::vector<ThemeDeed> deeds;
    hear::Follow follow;
    bool may_steer = false;
    bool may_put = false;
    SafeHtml parts; // of later stages: decisions and conversations about it
    Time now;

    std::int64_t parts_count() const { return std::ssize(parts_of_it); }
    bool may_follow() const { return frame.signed_in() && !theme.is_area(); }
    std::string list_path() const
    {
        return theme.is_area() ? "/themes" : "/themes?lens=" + theme.lens;
    }
};

struct ThemeFormPage {
    web::Frame frame;
    web::FilledForm form;
    std::string action;
    std::string back_path;
    std::string lead;
    std::vector<web::Field> lines;
    std::vector<web::Field> selects;
    std::vector<hear::VoiceRow> choices; // voices to tick
    std::vector<Id> ticked;
    std::string button;

    bool is_ticked(Id voice) const;
};

/// Where a voice belongs.
struct VoiceThemePage {
    web::Frame frame;
    web::FilledForm form;
    hear::Voice voice;
    std::vector<ThemeOfVoice> themes;
    web::Field choice;
    bool may_make = false;
};

/// A signal as it is listed.
struct RiseView {
    Rise rise;
    std::vector<hear::Voice> voices;
    std::string growth; // how it grew, in words
    bool may_answer = false;
};
struct RisesPage {
    web::Frame frame;
    std::vector<RiseView> rises;
    web::Empty empty;
    Time now;
};
struct RisePage {
    web::Frame frame;
    RiseView view;
    web::FilledForm form;
    web::Field reason;
    Time now;
};

} // namespace moothall::sense
