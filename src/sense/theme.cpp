#include "sense/theme.hpp"

#include "hear/hear.hpp"
#include "people/people.hpp"
#include "record/record.hpp"
#include "sense/engine.hpp"
#include "sense/theme_area.hpp"
#include "sense/theme_deeds.hpp"
#include "sense/theme_figures.hpp"
#include "sense/theme_store.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::sense {

namespace {

constexpr std::size_t voices_at_once_max = 1000;

Result<std::string> check_title(std::string_view wanted)
{
    auto title = normalise_line(wanted);
    if (title.empty()) return Refusal::invalid("title", "Please give the theme a name.");
    if (count_characters(title) > theme_title_characters_max)
        return Refusal::invalid("title", "The name of a theme has at most 200 characters.");
    return title;
}

Result<std::vector<std::string>> check_words(std::string_view wanted)
{
    auto words = split_words(wanted);
    if (words.size() > theme_words_max)
        return Refusal::invalid("words", "A theme has at most eight keywords.");
    for (const auto& word : words)
        if (count_characters(word) > 40)
            return Refusal::invalid("words", "A keyword has at most 40 characters.");
    return words;
}

std::string path_of_theme(Id theme, std::string_view title)
{
    auto path = "/themes/" + theme.text();
    if (const auto end = slug(title); !end.empty()) path += '-' + end;
    return path;
}

bool is_public(store::Transaction& transaction, Id organisation, Id circle)
{
    const auto found = people::find_circle_by_id(transaction, organisation, circle);
    return found && found->visibility == people::Visibility::open;
}

/// The narrower of two audiences: who hears of a voice of a closed circle in a theme of all.
Id audience_of(store::Transaction& transaction, Id organisation, Id theme_circle, Id voice_circle)
{
    return is_public(transaction, organisation, voice_circle) ? theme_circle : voice_circle;
}

/// The thing of a voice that the viewer sees and that may be in a theme of this audience.
Result<record::Thing> find_voice_for(store::Transaction& transaction, const Viewer& viewer,
                                     const NamedTheme& theme, Id voice)
{
    auto thing = people::find_seen(transaction, voice, viewer);
    if (!thing || thing->kind != "voice") return Refusal::not_found();
    if (thing->circle != theme.circle &&
        !is_public(transaction, viewer.organisation, thing->circle) &&
        !is_public(transaction, viewer.organisation, theme.circle))
        return Refusal::conflict("What is said in a closed circle belongs to themes of "
                                 "that circle, or to those that all see.");
    return *std::move(thing);
}

/// A theme that stands, and that the viewer sees.
Result<NamedTheme> find_standing(store::Transaction& transaction, const Viewer& viewer, Id id)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    auto theme = load_theme(transaction, viewer.organisation, id);
    if (!theme) return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (theme->merged_into)
        return Refusal::conflict("This theme goes on in another one. Change that one.");
    return *std::move(theme);
}

/// Whether the viewer may say where this voice belongs.
Result<void> check_may_sort(const Viewer& viewer, const NamedTheme& theme,
                            const record::Thing& voice)
{
    if (viewer.is_company() || viewer.is_steward_of(theme.circle) || voice.author == viewer.person)
        return {};
    return Refusal::forbidden(
        "People of the company put voices into themes, and everybody her own.");
}

/// Whether a theme may be a part of this area; of no id it may: it stands by itself.
Result<void> check_area(store::Transaction& transaction, const Viewer& viewer,
                        const NamedTheme& theme, Id area_id)
{
    if (!area_id) return {};
    const auto area = find_standing(transaction, viewer, area_id);
    if (!area || !area->is_area())
        return Refusal::invalid("part_of", "There is no such theme that you can see.");
    if (theme.lens != "topic")
        return Refusal::invalid("part_of", "Only topics are parts of another theme.");
    return {};
}

Id append_sorted(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                 const NamedTheme& theme, const record::Thing& voice, std::string_view verb,
                 Id other_theme)
{
    return record::append(
        transaction, viewer.organisation, ids,
        {.verb = verb,
         .thing = theme.id,
         .actor = viewer.person,
         .circle = audience_of(transaction, viewer.organisation, theme.circle, voice.circle),
         .at = now,
         .state = voice.state,
         .concerns = {voice.id, other_theme}});
}

} // namespace

bool is_theme_lens(std::string_view lens)
{
    return lens == "topic" || lens == "situation";
}

std::string NamedTheme::path() const
{
    return path_of_theme(id, title);
}

std::string ThemeOfVoice::path() const
{
    return path_of_theme(theme, title);
}

bool may_make_themes(const Viewer& viewer)
{
    return viewer.signed_in() && (viewer.is_company() || viewer.is_hall_steward());
}

bool may_steer(const Viewer& viewer, const NamedTheme& theme)
{
    return viewer.signed_in() &&
           (viewer.is_steward_of(theme.circle) || theme.author == viewer.person);
}

Result<NamedTheme> make_theme(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, const NewTheme& wanted)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!may_make_themes(viewer))
        return Refusal::forbidden("People of the company make themes. You can say where your own "
                                  "voices belong.");
    if (!is_theme_lens(wanted.lens))
        return Refusal::invalid("lens", "A theme is a topic or a situation.");
    NamedTheme theme;
    theme.circle = wanted.circle ? wanted.circle : viewer.everyone;
    const auto circle = people::find_circle(transaction, theme.circle, viewer);
    if (!circle) return Refusal::invalid("circle", "There is no such circle that you can see.");
    if (viewer.role_in(theme.circle) < Role::member)
        return Refusal::forbidden("You are not a member of this circle. Join it to speak there.");
    auto title = check_title(wanted.title);
    if (!title) return title.error();
    auto words = check_words(wanted.words);
    if (!words) return words.error();
    if (wanted.voices.size() > voices_at_once_max)
        return Refusal::invalid("voices", "At most 1,000 voices at once.");

    theme.id = ids.next(now);
    theme.title = *std::move(title);
    theme.words = *std::move(words);
    theme.lens = wanted.lens;
    theme.author = viewer.person;
    theme.by_hand = true;
    theme.created = now;
    theme.changed = now;
    insert_theme(transaction, viewer.organisation, theme);
    // An event is heard by the whole audience of the theme: it names what all of them see.
    std::vector<Id> named;
    std::vector<Id> touched{theme.id};
    for (const Id voice : wanted.voices) {
        const auto thing = find_voice_for(transaction, viewer, theme, voice);
        if (!thing) return Refusal::invalid("voices", "There is no such voice that you can see.");
        if (const auto before = find_placement(transaction, viewer.organisation, voice, theme.lens))
            touched.push_back(before->theme);
        place_voice(transaction, viewer.organisation, voice, theme.lens, theme.id, viewer.person, 0,
                    now);
        if (thing->circle == theme.circle ||
            is_public(transaction, viewer.organisation, thing->circle))
            named.push_back(voice);
    }
    refresh_figures(transaction, viewer.organisation, touched);
    hear::follow_by_default(transaction, viewer.organisation, theme.id, viewer.person);
    if (theme.lens == "situation") want_run(transaction, ids, now, viewer.organisation); // fills it
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "sense.theme_made",
                    .thing = theme.id,
                    .actor = viewer.person,
                    .circle = theme.circle,
                    .at = now,
                    .concerns = std::move(named)});
    return find_theme(transaction, theme.id, viewer);
}

Result<void> put_voice(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id theme_id, Id voice_id)
{
    const auto theme = find_standing(transaction, viewer, theme_id);
    if (!theme) return theme.error();
    if (theme->is_area())
        return Refusal::conflict("This theme gathers others. Put the voice into one of those.");
    const auto voice = find_voice_for(transaction, viewer, *theme, voice_id);
    if (!voice) return voice.error();
    if (const auto may = check_may_sort(viewer, *theme, *voice); !may) return may.error();

    const auto before = find_placement(transaction, viewer.organisation, voice_id, theme->lens);
    if (before && before->theme == theme_id && before->put_by) return {};
    const Id other = before && before->theme != theme_id ? before->theme : Id{};
    Deed deed{.lens = theme->lens};
    deed.moves.push_back(
        {voice_id, before ? before->theme : Id{}, before ? before->put_by : Id{}, theme_id});
    if (forget_apart(transaction, viewer.organisation, voice_id, theme_id))
        deed.no_longer_apart.emplace_back(voice_id, theme_id);
    // It was moved: the engine is not to bring it back either.
    if (other) {
        if (!is_apart(transaction, viewer.organisation, voice_id, other))
            deed.kept_apart.emplace_back(voice_id, other);
        save_apart(transaction, viewer.organisation, voice_id, other, viewer.person, now);
    }
    place_voice(transaction, viewer.organisation, voice_id, theme->lens, theme_id, viewer.person, 0,
                now);
    std::vector<Id> touched{theme_id};
    if (other) touched.push_back(other);
    refresh_figures(transaction, viewer.organisation, touched);
    const auto event =
        append_sorted(transaction, ids, now, viewer, *theme, *voice, "sense.voice_put", other);
    keep_deed(transaction, viewer.organisation, event, theme_id, deed);
    return {};
}

Result<void> take_out_voice(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id theme_id, Id voice_id)
{
    const auto theme = find_standing(transaction, viewer, theme_id);
    if (!theme) return theme.error();
    const auto voice = find_voice_for(transaction, viewer, *theme, voice_id);
    if (!voice) return voice.error();
    if (const auto may = check_may_sort(viewer, *theme, *voice); !may) return may.error();

    const auto before = find_placement(transaction, viewer.organisation, voice_id, theme->lens);
    if (!before || before->theme != theme_id) return {};
    Deed deed{.lens = theme->lens};
    deed.moves.push_back({voice_id, theme_id, before->put_by, Id{}});
    if (!is_apart(transaction, viewer.organisation, voice_id, theme_id))
        deed.kept_apart.emplace_back(voice_id, theme_id);
    place_voice(transaction, viewer.organisation, voice_id, theme->lens, Id{}, viewer.person, 0,
                now);
    save_apart(transaction, viewer.organisation, voice_id, theme_id, viewer.person, now);
    refresh_figures(transaction, viewer.organisation, {theme_id});
    const auto event =
        append_sorted(transaction, ids, now, viewer, *theme, *voice, "sense.voice_taken_out", Id{});
    keep_deed(transaction, viewer.organisation, event, theme_id, deed);
    return {};
}

Result<NamedTheme> rename_theme(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id id, const ThemeChange& change)
{
    auto theme = find_standing(transaction, viewer, id);
    if (!theme) return theme.error();
    if (!may_steer(viewer, *theme))
        return Refusal::forbidden("Stewards of its circle, and who made it, may rename a theme.");
    const auto before = *theme;
    if (change.title) {
        auto title = check_title(*change.title);
        if (!title) return title.error();
        theme->title = *std::move(title);
    }
    if (change.words) {
        auto words = check_words(*change.words);
        if (!words) return words.error();
        theme->words = *std::move(words);
    }
    Deed deed;
    std::vector<Id> concerns;
    const auto part = find_part(transaction, viewer.organisation, id);
    const bool moved = change.area && *change.area != (part ? part->area : Id{});
    if (moved) {
        if (const auto may = check_area(transaction, viewer, *theme, *change.area); !may)
            return may.error();
        deed.parts.push_back({id, part, *change.area});
        if (part && part->area) concerns.push_back(part->area);
        if (*change.area) concerns.push_back(*change.area);
        put_part(transaction, viewer.organisation, id, PartOf{*change.area, viewer.person});
    }
    // Whoever only says where it belongs has not named it.
    const bool named = !moved || theme->title != before.title || theme->words != before.words;
    if (named) {
        theme->by_hand = true;
        theme->ended = false;
    }
    theme->changed = now;
    update_theme(transaction, viewer.organisation, *theme);
    const auto event = record::append(transaction, viewer.organisation, ids,
                                      {.verb = named ? "sense.theme_renamed" : "sense.theme_moved",
                                       .thing = id,
                                       .actor = viewer.person,
                                       .circle = theme->circle,
                                       .at = now,
                                       .concerns = std::move(concerns)});
    deed.add_change(before, *theme);
    keep_deed(transaction, viewer.organisation, event, id, deed);
    return find_theme(transaction, id, viewer);
}

Result<NamedTheme> merge_theme(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, Id into_id)
{
    auto theme = find_standing(transaction, viewer, id);
    if (!theme) return theme.error();
    auto into = find_standing(transaction, viewer, into_id);
    if (!into) {
        if (into.error().reason == Reason::not_found)
            return Refusal::invalid("into", "There is no such theme that you can see.");
        return into.error();
    }
    if (id == into_id) return Refusal::invalid("into", "A theme is not merged into itself.");
    if (!viewer.is_steward_of(theme->circle) || !viewer.is_steward_of(into->circle))
        return Refusal::forbidden("A steward of the circles of both themes may merge them.");
    if (theme->lens != into->lens)
        return Refusal::invalid("into", "Only themes of one kind are merged.");
    if (theme->circle != into->circle && !is_public(transaction, viewer.organisation, into->circle))
        return Refusal::invalid("into", "A theme goes on in one of its own circle, or in one that "
                                        "all see.");

    Deed deed;
    const auto before = *theme;
    const auto into_before = *into;
    for (const auto& row : transaction.query(R"sql(
             SELECT a.voice_id FROM theme_apart a
             WHERE a.org_id = ?1 AND a.theme_id = ?2 AND a.voice_id NOT IN
                   (SELECT b.voice_id FROM theme_apart b WHERE b.org_id = ?1 AND b.theme_id = ?3) )sql",
                                             viewer.organisation, id, into_id))
        deed.kept_apart.emplace_back(row.id(0), into_id);
    for (const auto& placement : list_placements(transaction, viewer.organisation, id)) {
        const bool apart = is_apart(transaction, viewer.organisation, placement.voice, into_id);
        deed.moves.push_back({placement.voice, id, placement.put_by, apart ? Id{} : into_id});
        place_voice(transaction, viewer.organisation, placement.voice, theme->lens,
                    apart ? Id{} : into_id, placement.put_by, 0, now);
    }
    for (const Id part : list_parts_of(transaction, viewer.organisation, id)) {
        const auto known = find_part(transaction, viewer.organisation, part);
        deed.parts.push_back({part, known, into_id});
        put_part(transaction, viewer.organisation, part, PartOf{into_id, known->put_by});
    }
    // What was said of the one is true of the other, unless somebody put the voice there.
    transaction.execute(R"sql(
        INSERT INTO theme_apart (org_id, voice_id, theme_id, said_by, said_us)
        SELECT a.org_id, a.voice_id, ?3, a.said_by, a.said_us FROM theme_apart a
        WHERE a.org_id = ?1 AND a.theme_id = ?2 AND a.voice_id NOT IN
            (SELECT tv.voice_id FROM theme_voice tv WHERE tv.org_id = ?1 AND tv.theme_id = ?3)
        ON CONFLICT (org_id, voice_id, theme_id) DO NOTHING )sql",
                        viewer.organisation, id, into_id);
    theme->merged_into = into_id;
    theme->changed = now;
    update_theme(transaction, viewer.organisation, *theme);
    into->by_hand = true;
    into->ended = false;
    into->changed = now;
    update_theme(transaction, viewer.organisation, *into);
    // What went on in the merged one goes on in the other: nobody is led twice.
    for (const auto& row :
         transaction.query("SELECT theme_id FROM theme WHERE org_id = ?1 AND merged_into = ?2",
                           viewer.organisation, id))
        deed.led_on.push_back(row.id(0));
    transaction.execute("UPDATE theme SET merged_into = ?3 WHERE org_id = ?1 AND merged_into = ?2",
                        viewer.organisation, id, into_id);
    transaction.execute(R"sql(
        INSERT INTO follow (org_id, thing_id, person_id, replies, outcome)
        SELECT f.org_id, ?3, f.person_id, f.replies, f.outcome FROM follow f
        WHERE f.org_id = ?1 AND f.thing_id = ?2
        ON CONFLICT (org_id, thing_id, person_id) DO NOTHING )sql",
                        viewer.organisation, id, into_id);
    refresh_figures(transaction, viewer.organisation, {id, into_id});
    const auto event = record::append(transaction, viewer.organisation, ids,
                                      {.verb = "sense.theme_merged",
                                       .thing = id,
                                       .actor = viewer.person,
                                       .circle = theme->circle,
                                       .at = now,
                                       .concerns = {into_id}});
    deed.add_change(before, *theme);
    deed.add_change(into_before, *into);
    keep_deed(transaction, viewer.organisation, event, id, deed);
    return find_theme(transaction, into_id, viewer);
}

Result<NamedTheme> split_theme(store::Transaction& transaction, IdSource& ids, Time now,
                               const Viewer& viewer, Id id, std::string_view wanted_title,
                               const std::vector<Id>& voices)
{
    auto theme = find_standing(transaction, viewer, id);
    if (!theme) return theme.error();
    if (!may_steer(viewer, *theme))
        return Refusal::forbidden("Stewards of its circle, and who made it, may split a theme.");
    auto title = check_title(wanted_title);
    if (!title) return title.error();
    if (voices.empty())
        return Refusal::invalid("voices", "Choose the voices that become a theme of their own.");
    if (voices.size() > voices_at_once_max)
        return Refusal::invalid("voices", "At most 1,000 voices at once.");

    Deed deed;
    const auto theme_before = *theme;
    NamedTheme part;
    part.id = ids.next(now);
    part.circle = theme->circle;
    part.title = *std::move(title);
    part.lens = theme->lens;
    part.author = viewer.person;
    part.by_hand = true;
    part.created = now;
    part.changed = now;
    insert_theme(transaction, viewer.organisation, part);
    for (const Id voice : voices) {
        const auto thing = find_voice_for(transaction, viewer, *theme, voice);
        const auto before =
            thing ? find_placement(transaction, viewer.organisation, voice, theme->lens)
                  : std::nullopt;
        if (!before || before->theme != id)
            return Refusal::invalid("voices", "One of these voices is not in this theme.");
        deed.moves.push_back({voice, id, before->put_by, part.id});
        if (!is_apart(transaction, viewer.organisation, voice, id))
            deed.kept_apart.emplace_back(voice, id);
        place_voice(transaction, viewer.organisation, voice, theme->lens, part.id, viewer.person, 0,
                    now);
        save_apart(transaction, viewer.organisation, voice, id, viewer.person, now);
    }
    theme->by_hand = true;
    theme->changed = now;
    update_theme(transaction, viewer.organisation, *theme);
    refresh_figures(transaction, viewer.organisation, {id, part.id});
    hear::follow_by_default(transaction, viewer.organisation, part.id, viewer.person);
    const auto event = record::append(transaction, viewer.organisation, ids,
                                      {.verb = "sense.theme_split",
                                       .thing = id,
                                       .actor = viewer.person,
                                       .circle = theme->circle,
                                       .at = now,
                                       .concerns = {part.id}});
    deed.add_change(theme_before, *theme);
    deed.made = part.id;
    keep_deed(transaction, viewer.organisation, event, id, deed);
    return find_theme(transaction, part.id, viewer);
}

} // namespace moothall::sense
