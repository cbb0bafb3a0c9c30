#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Themes as people see and correct them. The engine that proposes them is in themes/; what it
/// found becomes such themes in theme_run.cpp.
namespace moothall::sense {

inline constexpr std::size_t theme_title_characters_max = 200;
inline constexpr std::size_t theme_words_max = 8;

/// A way of grouping the same voices that has themes of its own. Circle, kind and time are lenses
/// too, but need none: every voice has them.
bool is_theme_lens(std::string_view lens); // topic | situation
/// The lens of themes that gather others (theme_area.hpp).
inline constexpr std::string_view area_lens = "area";

/// How many, for one viewer: of what everybody sees, and of her closed circles.
struct ThemeFigures {
    std::int64_t voices = 0;
    std::int64_t people = 0;  // who said it or says "me too"
    std::int64_t circles = 0; // of customers and communities that these people belong to
    std::int64_t support = 0;
    std::int64_t vital = 0;
    std::int64_t important = 0;
    Time first{};
    Time last{};
    std::int64_t weeks_from = 0;
    std::vector<std::int64_t> weeks; // voices a week, from that week on
};

/// A theme as one viewer sees it.
struct NamedTheme {
    Id id;
    std::string title;
    std::string lens;
    std::vector<std::string> words;
    Id circle; // whose audience it has
    Id author; // who made it; none: the engine
    bool by_hand = false;
    Id typical;     // the voice at its centre
    Id merged_into; // the theme that goes on for it
    Id area;        // the theme that this one is a part of; none: it stands by itself
    bool ended = false;
    Time created;
    Time changed;
    ThemeFigures figures;

    bool is_area() const { return lens == area_lens; }
    /// "/themes/0abc…-readings"
    std::string path() const;
};

struct NewTheme {
    std::string title;
    std::string words; // separated by commas; may be empty
    std::string lens = "topic";
    Id circle;              // whose audience it has; none: Everyone
    std::vector<Id> voices; // that begin it
};

/// People of the company make themes, in circles where they are members. One event.
Result<NamedTheme> make_theme(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, const NewTheme& wanted);

/// Puts a voice into a theme; out of the one it was in under the same lens. People of the company
/// may, stewards of the theme's circle, and everybody with her own voice. It stays there until
/// somebody takes it out. One event, none when it was put there before.
Result<void> put_voice(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id theme, Id voice);

/// "This does not belong": takes a voice out, and the engine never puts it there again. The same
/// people may. One event, none when it was said before.
Result<void> take_out_voice(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id theme, Id voice);

struct ThemeChange {
    std::optional<std::string> title;
    std::optional<std::string> words;
    /// The area that it is a part of from now on; no id: it stands by itself.
    std::optional<Id> area = {};
};
/// Stewards of its circle, and who made it. It keeps its name from then on, and its place among the
/// areas when that is said. One event.
Result<NamedTheme> rename_theme(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id theme, const ThemeChange& change);

/// `theme` goes on in `into`, with its voices and all that was said about them; its address leads
/// there. Stewards of both circles. Refused between lenses, and when not all who see the one see
/// the other. One event.
Result<NamedTheme> merge_theme(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id theme, Id into);

/// Some voices of a theme become one of their own; both stay apart. Stewards. One event.
Result<NamedTheme> split_theme(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id theme, std::string_view title,
                               const std::vector<Id>& voices);

/// A theme the viewer sees, with her figures; also one that was merged or ended.
Result<NamedTheme> find_theme(store::Transaction& transaction, Id theme, const Viewer& viewer);

/// `paying` is by people here: what circles pay is for some to know only (revenue.hpp).
enum class ThemeSort : std::uint8_t { people, rising, pressing, circles, newest, paying };
std::optional<ThemeSort> theme_sort_of(std::string_view text);
std::string_view to_text(ThemeSort sort);

/// The themes of a lens that stand and that the viewer sees, with her figures: hundreds at most.
/// Those in which she sees no voice are left out, unless people made them.
std::vector<NamedTheme> list_themes(store::Transaction& transaction, std::string_view lens,
                                    ThemeSort sort, const Viewer& viewer, Time now);

/// How many of them hold a voice that all see: for a page that names none.
std::int64_t count_themes(store::Transaction& transaction, std::string_view lens,
                          const Viewer& viewer);

/// The theme of a voice that the viewer sees.
struct ThemeOfVoice {
    Id theme;
    std::string title;
    std::string lens;
    bool put_by_people = false;

    std::string path() const;
};
std::vector<ThemeOfVoice> find_themes_of(store::Transaction& transaction, Id voice,
                                         const Viewer& viewer);

/// Of the voices in a theme that the viewer sees, those nearest to its centre.
std::vector<Id> list_typical(store::Transaction& transaction, Id theme, const Viewer& viewer,
                             int limit);

/// Voices in the last four weeks, and in the twelve before.
struct Pace {
    std::int64_t late = 0;
    std::int64_t early = 0;
};
Pace pace_of(const ThemeFigures& figures, Time now);
/// How much more is said in the last four weeks than in the twelve before, a week: 1 is as much.
double growth(const ThemeFigures& figures, Time now);

/// Who may do what, for pages that offer it.
bool may_make_themes(const Viewer& viewer);
bool may_steer(const Viewer& viewer, const NamedTheme& theme); // rename, merge, split

} // namespace moothall::sense
