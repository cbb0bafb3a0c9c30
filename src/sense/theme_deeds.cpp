#include "sense/theme_deeds.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "sense/theme_figures.hpp"
#include "text/json.hpp"

#include <algorithm>

namespace moothall::sense {

namespace {

std::string write_deed(const Deed& deed)
{
    JsonWriter json(64 + deed.moves.size() * 64);
    json.begin_object().field("lens", deed.lens).field("made", deed.made);
    json.key("themes").begin_array();
    for (const auto& change : deed.changes)
        json.begin_object()
            .field("theme", change.theme)
            .field("title", change.title)
            .field("words", join_words(change.words))
            .field("by_hand", change.by_hand)
            .field("ended", change.ended)
            .field("merged_into", change.merged_into)
            .field("left_title", change.left_title)
            .field("left_merged_into", change.left_merged_into)
            .end_object();
    json.end_array().key("voices").begin_array();
    for (const auto& move : deed.moves)
        json.begin_array()
            .value(move.voice)
            .value(move.theme)
            .value(move.put_by)
            .value(move.left_in)
            .end_array();
    for (const auto& [name, pairs] :
         {std::pair("apart", &deed.kept_apart), std::pair("together", &deed.no_longer_apart)}) {
        json.end_array().key(name).begin_array();
        for (const auto& [voice, theme] : *pairs)
            json.begin_array().value(voice).value(theme).end_array();
    }
    json.end_array().key("led_on").begin_array();
    for (const Id theme : deed.led_on) json.value(theme);
    json.end_array().key("parts").begin_array();
    for (const auto& part : deed.parts)
        json.begin_array()
            .value(part.theme)
            .value(part.left_in)
            .value(part.was ? part.was->area : Id{})
            .value(part.was ? part.was->put_by : Id{})
            .value(part.was.has_value())
            .end_array();
    return json.end_array().end_object().take();
}

Id read_id(const Json& json)
{
    return Id::parse(json.string().value_or("")).value_or(Id{});
}

std::string read_string(const Json& json)
{
    return std::string(json.string().value_or(""));
}

Deed read_deed(std::string_view text)
{
    Deed deed;
    const auto json = Json::parse(text);
    if (!json) return deed;
    deed.lens = read_string(json->find("lens"));
    deed.made = read_id(json->find("made"));
    const auto themes = json->find("themes");
    for (std::size_t i = 0; i < themes.size(); ++i) {
        const auto one = themes.at(i);
        deed.changes.push_back(
            {read_id(one.find("theme")), read_string(one.find("title")),
             split_words(read_string(one.find("words"))),
             one.find("by_hand").boolean().value_or(false),
             one.find("ended").boolean().value_or(false), read_id(one.find("merged_into")),
             read_string(one.find("left_title")), read_id(one.find("left_merged_into"))});
    }
    const auto voices = json->find("voices");
    for (std::size_t i = 0; i < voices.size(); ++i) {
        const auto one = voices.at(i);
        deed.moves.push_back(
            {read_id(one.at(0)), read_id(one.at(1)), read_id(one.at(2)), read_id(one.at(3))});
    }
    for (const auto& [name, pairs] :
         {std::pair("apart", &deed.kept_apart), std::pair("together", &deed.no_longer_apart)}) {
        const auto listed = json->find(name);
        for (std::size_t i = 0; i < listed.size(); ++i)
            pairs->emplace_back(read_id(listed.at(i).at(0)), read_id(listed.at(i).at(1)));
    }
    const auto led_on = json->find("led_on");
    for (std::size_t i = 0; i < led_on.size(); ++i) deed.led_on.push_back(read_id(led_on.at(i)));
    const auto parts = json->find("parts");
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto one = parts.at(i);
        auto was = std::optional(PartOf{read_id(one.at(2)), read_id(one.at(3))});
        if (!one.at(4).boolean().value_or(false)) was.reset();
        deed.parts.push_back({read_id(one.at(0)), was, read_id(one.at(1))});
    }
    return deed;
}

/// Whether somebody who sees the theme may take this deed back: who may do it may undo it.
bool may_undo(store::Transaction& transaction, const Viewer& viewer, const Deed& deed)
{
    if (!viewer.signed_in()) return false;
    if (deed.changes.empty()) // voices were put in or taken out
        return viewer.is_company() || std::ranges::all_of(deed.moves, [&](const Deed::Move& move) {
                   const auto voice = people::find_seen(transaction, move.voice, viewer);
                   return voice && voice->author == viewer.person;
               });
    return std::ranges::all_of(deed.changes, [&](const Deed::Change& change) {
        const auto seen = people::find_seen(transaction, change.theme, viewer);
        const auto theme = seen ? load_theme(transaction, viewer.organisation, change.theme)
                                : std::optional<NamedTheme>();
        // Merging asks for more than naming and splitting do.
        return theme && (deed.is_merging() ? viewer.is_steward_of(theme->circle)
                                           : may_steer(viewer, *theme));
    });
}

struct KeptDeed {
    Deed deed;
    Id circle; // whose audience heard of it
    bool undone = false;
};

/// A deed that concerns this theme and of which the viewer may know.
std::optional<KeptDeed> find_deed(store::Transaction& transaction, const Viewer& viewer, Id theme,
                                  Id event)
{
    auto rows = transaction.query(R"sql(
        SELECT d.was, d.undone_us, e.circle_id FROM theme_deed d
        JOIN event e ON e.org_id = d.org_id AND e.event_id = d.event_id
        JOIN event_thing et ON et.org_id = d.org_id AND et.event_id = d.event_id
        WHERE d.org_id = ?1 AND e.org_id = ?1 AND et.org_id = ?1 AND d.event_id = ?3 AND et.thing_id = ?4
          AND e.circle_id IN (SELECT c.circle_id FROM circle c WHERE c.org_id = ?1 AND c.visibility = 'public'
                              UNION ALL
                              SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2) )sql",
                                  viewer.organisation, viewer.person, event, theme);
    if (!rows.next()) return {};
    return KeptDeed{read_deed(rows->text(0)), rows->id(2), rows->integer(1) != 0};
}

} // namespace

bool Deed::is_merging() const
{
    return std::ranges::any_of(
        changes, [](const Change& change) { return Id{} != change.left_merged_into; });
}

void Deed::add_change(const NamedTheme& before, const NamedTheme& after)
{
    lens = before.lens;
    changes.push_back({before.id, before.title, before.words, before.by_hand, before.ended,
                       before.merged_into, after.title, after.merged_into});
}

void keep_deed(store::Transaction& transaction, Id organisation, Id event, Id theme,
               const Deed& deed)
{
    transaction.execute(R"sql(
        INSERT INTO theme_deed (org_id, event_id, theme_id, was, undone_us, undone_by)
        VALUES (?1, ?2, ?3, ?4, 0, 0) )sql",
                        organisation, event, theme, write_deed(deed));
}

std::vector<DeedLine> list_deeds(store::Transaction& transaction, const NamedTheme& theme,
                                 const Viewer& viewer, int limit)
{
    std::vector<DeedLine> deeds;
    std::vector<Deed> kept;
    for (const auto& row : transaction.query(store::Sql(R"sql(
                 SELECT e.event_id, e.verb, e.at_us, p.name, t.thing_id, t.kind, t.title, d.was, d.undone_us
                 FROM event_thing et CROSS JOIN event e
                 LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = e.actor_id
                 LEFT JOIN theme_deed d ON d.org_id = ?1 AND d.event_id = e.event_id
                 LEFT JOIN thing t ON t.org_id = ?1 AND t.kind IN ('voice', 'theme') AND t.thing_id <> ?3
                     AND t.thing_id IN (SELECT o.thing_id FROM event_thing o
                                        WHERE o.org_id = ?1 AND o.event_id = e.event_id)
                     AND e.verb <> 'sense.theme_made' AND )sql") +
                                                 people::seen + R"sql(
                 WHERE et.org_id = ?1 AND e.org_id = ?1 AND et.thing_id = ?3 AND e.event_id = et.event_id
                   AND e.audience = 'circle' AND e.verb LIKE 'sense.%'
                   AND e.circle_id IN (SELECT c.circle_id FROM circle c WHERE c.org_id = ?1 AND c.visibility = 'public'
                                       UNION ALL
                                       SELECT m.circle_id FROM membership m WHERE m.org_id = ?1 AND m.person_id = ?2)
                 ORDER BY et.event_id DESC LIMIT ?4 )sql",
                                             viewer.organisation, viewer.person, theme.id, limit)) {
        DeedLine line{.event = row.id(0), .verb = row.string(1), .at = row.time(2)};
        line.actor = row.string(3);
        line.other = row.id(4);
        line.other_kind = row.string(5);
        line.other_title = row.string(6);
        line.undone = row.integer(8) != 0;
        // A voice that was moved stands on the same line as both of its themes: the voice counts.
        if (!deeds.empty() && deeds.back().event == line.event) {
            if (line.other_kind == "voice") {
                deeds.back().other = line.other;
                deeds.back().other_kind = line.other_kind;
                deeds.back().other_title = line.other_title;
            }
            continue;
        }
        kept.push_back(read_deed(row.text(7)));
        deeds.push_back(std::move(line));
    }
    const bool steers = may_steer(viewer, theme);
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        if (deeds[i].undone || kept[i].lens.empty()) continue;
        // Asked exactly when somebody takes it back; here what costs nothing.
        deeds[i].may_undo = kept[i].changes.empty() ? viewer.is_company()
                            : kept[i].is_merging()  ? viewer.is_steward_of(theme.circle)
                                                    : steers;
    }
    return deeds;
}

Result<NamedTheme> undo_deed(store::Transaction& transaction, IdSource& ids, Time now,
                             const Viewer& viewer, Id theme_id, Id event)
{
    const auto organisation = viewer.organisation;
    const auto seen = people::find_seen(transaction, theme_id, viewer);
    if (!seen) return seen.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    const auto kept = find_deed(transaction, viewer, theme_id, event);
    if (!kept) return Refusal::not_found();
    const auto& deed = kept->deed;
    if (!may_undo(transaction, viewer, deed))
        return Refusal::forbidden("Who may do it may take it back.");
    if (kept->undone) return Refusal::conflict("This was taken back already.");
    for (const auto& change : deed.changes) {
        const auto standing = load_theme(transaction, organisation, change.theme);
        if (!standing || standing->title != change.left_title ||
            standing->merged_into != change.left_merged_into)
            return Refusal::conflict("This theme was changed again since. Take that back first.");
    }

    std::vector<Id> touched{theme_id};
    for (const auto& change : deed.changes) {
        auto theme = *load_theme(transaction, organisation, change.theme);
        theme.title = change.title;
        theme.words = change.words;
        theme.by_hand = change.by_hand;
        theme.ended = change.ended;
        theme.merged_into = change.merged_into;
        theme.changed = now;
        update_theme(transaction, organisation, theme);
        touched.push_back(theme.id);
    }
    for (const auto& move : deed.moves) {
        const auto place = find_placement(transaction, organisation, move.voice, deed.lens);
        if ((place ? place->theme : Id{}) != move.left_in) continue; // moved since
        // Where it came from may go on in another theme by now.
        auto home = move.theme ? load_theme(transaction, organisation, move.theme)
                               : std::optional<NamedTheme>();
        if (home && home->merged_into)
            home = load_theme(transaction, organisation, home->merged_into);
        const bool stands = home && !home->merged_into && !home->ended;
        const Id back_in = stands ? home->id : Id{};
        if (back_in && back_in != move.theme) {
            forget_apart(transaction, organisation, move.voice, back_in);
            touched.push_back(back_in);
        }
        place_voice(transaction, organisation, move.voice, deed.lens, back_in, move.put_by, 0, now);
        for (const Id theme : {move.theme, move.left_in})
            if (theme) touched.push_back(theme);
    }
    for (const auto& [voice, theme] : deed.kept_apart)
        forget_apart(transaction, organisation, voice, theme);
    for (const auto& [voice, theme] : deed.no_longer_apart)
        save_apart(transaction, organisation, voice, theme, viewer.person, now);
    for (const Id theme : deed.led_on)
        if (auto led = load_theme(transaction, organisation, theme);
            led && led->merged_into == deed.changes.front().left_merged_into) {
            led->merged_into = deed.changes.front().theme;
            update_theme(transaction, organisation, *led);
        }
    for (const auto& part : deed.parts) {
        const auto now_there = find_part(transaction, organisation, part.theme);
        if (now_there && now_there->area == part.left_in) // not moved since
            put_part(transaction, organisation, part.theme, part.was);
    }
    // A theme that was split off goes with its last voice.
    if (deed.made && list_placements(transaction, organisation, deed.made).empty())
        if (auto made = load_theme(transaction, organisation, deed.made)) {
            made->ended = true;
            made->changed = now;
            update_theme(transaction, organisation, *made);
        }
    std::ranges::sort(touched);
    const auto repeated = std::ranges::unique(touched);
    touched.erase(repeated.begin(), repeated.end());
    refresh_figures(transaction, organisation, touched);

    transaction.execute("UPDATE theme_deed SET undone_us = ?3, undone_by = ?4 "
                        "WHERE org_id = ?1 AND event_id = ?2 AND undone_us = 0",
                        organisation, event, now, viewer.person);
    std::vector<Id> concerns;
    for (const Id theme : touched)
        if (theme != theme_id) concerns.push_back(theme);
    if (deed.moves.size() == 1) concerns.push_back(deed.moves.front().voice);
    record::append(transaction, organisation, ids,
                   {.verb = "sense.deed_undone",
                    .thing = theme_id,
                    .actor = viewer.person,
                    .circle = kept->circle,
                    .at = now,
                    .concerns = std::move(concerns)});
    return find_theme(transaction, theme_id, viewer);
}

} // namespace moothall::sense
