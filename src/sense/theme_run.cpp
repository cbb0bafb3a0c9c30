// A run of the engine over an organisation: from voices to themes.
//
// Themes are made of what everybody sees, so that their labels, which everybody reads, never hold a
// word of a closed circle. What is said in closed circles joins the themes of its neighbours
// afterwards and is counted for those alone who see it.

#include "people/people.hpp"
#include "record/record.hpp"
#include "sense/engine.hpp"
#include "sense/living.hpp"
#include "sense/theme_figures.hpp"
#include "sense/theme_run_areas.hpp"
#include "sense/theme_run_situations.hpp"
#include "sense/theme_store.hpp"
#include "sense/themes/labels.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <memory>
#include <unordered_map>

namespace moothall::sense {

namespace {

constexpr std::size_t voices_in_a_write = 500; // so that other writes need not wait long
constexpr std::size_t neighbours_of_voice = 15;
constexpr float nearest_mean_min = 0.31F; // as in themes/themes.cpp
constexpr double moved_min = 0.05;        // of nearness, below which it is not written again
// Grouped anew when there are so many times the voices of the last time.
constexpr double afresh_from = 1.3;

std::chrono::microseconds cpu_of_thread()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds{time.tv_sec} +
           std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::nanoseconds{time.tv_nsec});
}

/// All that a run reads, in one snapshot.
struct Material {
    std::vector<VoiceText> open;                            // said in public circles
    std::vector<VoiceText> closed;                          // said in others
    Before before;                                          // of the open ones
    std::unordered_map<Id, std::pair<Id, bool>> placements; // theme, and whether by people
    std::unordered_map<Id, double> nearness;
    std::map<Id, NamedTheme> themes; // standing ones that everybody sees
    std::map<Id, NamedTheme> areas;
    Situations situations;
    double resolution = 1;
    std::int64_t afresh = 0;
};

Material read_material(store::Transaction& transaction, Id organisation)
{
    Material material;
    for (auto& voice : read_voice_texts(transaction, organisation, Time::min()))
        (voice.is_public ? material.open : material.closed).push_back(std::move(voice));
    std::vector<Id> ids;
    for (const auto& row : transaction.query(R"sql(
             SELECT h.theme_id FROM theme h
             JOIN thing t ON t.org_id = h.org_id AND t.thing_id = h.theme_id
             JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
             WHERE h.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND h.lens IN ('topic', 'area')
               AND h.merged_into = 0 AND h.ended_us = 0 AND c.visibility = 'public'
             ORDER BY h.theme_id )sql",
                                             organisation))
        ids.push_back(row.id(0));
    for (const Id id : ids) // hundreds at most, and in the background
        if (auto theme = load_theme(transaction, organisation, id))
            (theme->is_area() ? material.areas : material.themes).emplace(id, *std::move(theme));
    material.before.parts = list_parts(transaction, organisation);
    for (const auto& [id, area] : material.areas)
        material.before.areas.push_back({id, area.by_hand});
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, theme_id, put_by <> 0, nearness FROM theme_voice
             WHERE org_id = ?1 AND lens = 'topic' )sql",
                                             organisation)) {
        material.placements.emplace(row.id(0), std::pair(row.id(1), row.truth(2)));
        material.nearness.emplace(row.id(0), row.number(3));
    }
    for (const auto& row : transaction.query(
             "SELECT voice_id, theme_id FROM theme_apart WHERE org_id = ?1", organisation))
        material.before.apart.emplace(row.id(0), row.id(1));
    for (const auto& [id, theme] : material.themes)
        material.before.themes.push_back({id, theme.by_hand});
    for (const auto& voice : material.open) {
        const auto placement = material.placements.find(voice.voice);
        const bool known = placement != material.placements.end();
        material.before.voices.push_back(voice.voice);
        material.before.theme_of.push_back(known ? placement->second.first : Id{});
        material.before.put_by_people.push_back(known && placement->second.second);
    }
    material.situations = read_situations(transaction, organisation);
    for (const auto& row : transaction.query(
             "SELECT resolution, afresh FROM theme_run WHERE org_id = ?1", organisation)) {
        material.resolution = row.number(0);
        material.afresh = row.integer(1);
    }
    return material;
}

/// What is to be written of a voice.
struct Move {
    Id voice;
    Id theme;
    double nearness = 0;
    bool moved = false; // otherwise only its nearness changed
    std::string_view lens = "topic";
};

/// Nearness of each text to the centre of its theme, as a cosine.
std::vector<double> nearness_of(const TextSpace& space, const std::vector<std::int32_t>& theme_of,
                                std::size_t themes)
{
    const auto dimension = space.points().dimension();
    std::vector<std::vector<float>> centres(themes, std::vector<float>(dimension));
    for (std::size_t i = 0; i < theme_of.size(); ++i)
        if (theme_of[i] >= 0)
            space.points().add_to(centres[static_cast<std::size_t>(theme_of[i])],
                                  space.point_of()[i]);
    std::vector<double> lengths;
    for (const auto& centre : centres) {
        double squares = 0;
        for (const auto value : centre) squares += static_cast<double>(value) * value;
        lengths.push_back(std::sqrt(squares));
    }
    std::vector<double> nearness(theme_of.size());
    std::vector<float> point(dimension);
    for (std::size_t i = 0; i < theme_of.size(); ++i) {
        if (theme_of[i] < 0) continue;
        const auto theme = static_cast<std::size_t>(theme_of[i]);
        std::ranges::fill(point, 0.0F);
        space.points().add_to(point, space.point_of()[i]);
        double product = 0;
        for (std::size_t d = 0; d < dimension; ++d)
            product += static_cast<double>(point[d]) * centres[theme][d];
        if (lengths[theme] > 0) nearness[i] = product / lengths[theme];
    }
    return nearness;
}

constexpr std::size_t voices_min = 5; // that people put; chosen by hand

/// Themes that people filled say by their own voices what belongs to them: another is let in when
/// it is as near to their centre as half of theirs are. Those with fewer than five
/// voices of people say too little, and let in what the engine groups with them.
Admits gate_of(const TextSpace& space, const Before& before)
{
    struct Gate {
        std::vector<float> centre;
        std::vector<std::size_t> places;
        double least = -1;
    };
    const auto dimension = space.points().dimension();
    auto gates = std::make_shared<std::map<Id, Gate>>();
    for (std::size_t i = 0; i < before.voices.size(); ++i) {
        if (!before.put_by_people[i]) continue;
        auto& gate = (*gates)[before.theme_of[i]];
        gate.centre.resize(dimension);
        gate.places.push_back(i);
        space.points().add_to(gate.centre, space.point_of()[i]);
    }
    // With itself left out, or each text of a small theme would look near to its centre.
    const auto nearness = [&space, dimension](const Gate& gate, std::size_t place, bool is_own) {
        std::vector<float> point(dimension);
        space.points().add_to(point, space.point_of()[place]);
        double product = 0;
        double squares = 0;
        for (std::size_t d = 0; d < dimension; ++d) {
            const auto centre = static_cast<double>(gate.centre[d]) -
                                (is_own ? static_cast<double>(point[d]) : 0.0);
            product += centre * static_cast<double>(point[d]);
            squares += centre * centre;
        }
        return squares > 0 ? product / std::sqrt(squares) : 0.0;
    };
    std::erase_if(*gates,
                  [](const auto& entry) { return entry.second.places.size() < voices_min; });
    for (auto& [theme, gate] : *gates) {
        std::vector<double> own;
        for (const auto place : gate.places) own.push_back(nearness(gate, place, true));
        std::ranges::sort(own);
        gate.least = own[own.size() / 2];
    }
    return [gates, nearness](std::size_t place, Id theme) {
        const auto gate = gates->find(theme);
        return gate == gates->end() || nearness(gate->second, place, false) >= gate->second.least;
    };
}

/// The theme of a text that took no part, by its neighbours among those that did.
Id theme_beside(const TextSpace& space, const std::vector<Id>& theme_of_point,
                const VoiceText& voice)
{
    Points own(space.points().dimension());
    own.add(space.model().embed(voice.whole()));
    if (own.says_nothing(0)) return {};
    std::vector<std::pair<float, std::uint32_t>> nearest;
    for (std::uint32_t point = 0; point < space.points().size(); ++point)
        nearest.emplace_back(Points::similarity(own, 0, space.points(), point), point);
    const auto asked = std::min(neighbours_of_voice, nearest.size());
    std::ranges::partial_sort(nearest, nearest.begin() + static_cast<std::ptrdiff_t>(asked),
                              std::ranges::greater{});
    if (asked < 3 || nearest[0].first + nearest[1].first + nearest[2].first < 3 * nearest_mean_min)
        return {};
    std::map<Id, float> votes;
    for (std::size_t i = 0; i < asked; ++i)
        votes[theme_of_point[nearest[i].second]] += nearest[i].first * nearest[i].first;
    return std::ranges::max_element(votes, {}, &std::pair<const Id, float>::second)->first;
}

/// What the engine found, ready to be written.
struct Outcome {
    std::vector<NamedTheme> made;
    std::vector<NamedTheme> changed;
    AreasOutcome areas;
    std::vector<Move> moves;
    std::int64_t unassigned = 0;
    double resolution = 1;
    bool afresh = false;
};

std::optional<Outcome> work_out(const Material& material, const LoadedModel& table, IdSource& ids,
                                Id everyone, Time now, const Progress& progress)
{
    std::vector<std::string> wholes;
    for (const auto& voice : material.open) wholes.push_back(voice.whole());
    const std::vector<std::string_view> texts(wholes.begin(), wholes.end());
    TextSpaceSettings space_settings;
    space_settings.search.progress = progress;
    const auto space = TextSpace::build(table.model, texts, space_settings);
    if (!space) return {};

    const auto wishes = wishes_of(material.before);
    const auto previous = previous_of(material.before, material.resolution);
    ThemeSettings settings;
    settings.wishes = wishes;
    settings.progress = progress;
    Outcome outcome;
    outcome.afresh =
        material.afresh == 0 || material.before.themes.empty() ||
        static_cast<double>(texts.size()) > afresh_from * static_cast<double>(material.afresh);
    if (!outcome.afresh) settings.previous = &previous;
    const auto found = find_themes(*space, settings);
    if (!found) return {};
    outcome.resolution = found->resolution;

    auto theme_of_group = themes_of_groups(material.before, *found);
    for (auto& theme : theme_of_group)
        if (!theme) theme = ids.next(now);
    const auto themes =
        placed(material.before, *found, theme_of_group, gate_of(*space, material.before));

    // Labels are of what is in the themes in the end, after what people said.
    std::vector<Id> order;
    std::unordered_map<Id, std::int32_t> place;
    std::vector<std::int32_t> place_of;
    for (const Id theme : themes) {
        if (!theme) {
            ++outcome.unassigned;
            place_of.push_back(no_theme);
            continue;
        }
        const auto [known, is_new] = place.emplace(theme, static_cast<std::int32_t>(order.size()));
        if (is_new) order.push_back(theme);
        place_of.push_back(known->second);
    }
    const auto labels =
        label_groups(texts, place_of, order.size(), space->points(), space->point_of());
    const auto nearness = nearness_of(*space, place_of, order.size());

    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto& label = labels[i];
        const auto typical = label.example ? material.open[*label.example].voice : Id{};
        const auto known = material.themes.find(order[i]);
        if (known == material.themes.end()) {
            if (material.before.themes.end() !=
                    std::ranges::find(material.before.themes, order[i], &Standing::theme) ||
                std::ranges::find(theme_of_group, order[i]) == theme_of_group.end())
                continue; // of a closed circle, filled by hand: none of the engine's business
            NamedTheme theme;
            theme.id = order[i];
            theme.title = clip(label.label, theme_title_characters_max);
            theme.words = label.keywords;
            theme.lens = "topic";
            theme.circle = everyone;
            theme.typical = typical;
            theme.created = now;
            theme.changed = now;
            if (theme.title.empty()) theme.title = clip(texts[0], 40, Ellipsis::shown);
            outcome.made.push_back(std::move(theme));
            continue;
        }
        auto theme = known->second;
        const auto before = theme;
        theme.typical = typical;
        if (!theme.by_hand && !label.label.empty())
            theme.title = clip(label.label, theme_title_characters_max);
        if (!theme.by_hand || theme.words.empty()) theme.words = label.keywords;
        if (theme.title != before.title || theme.words != before.words ||
            theme.typical != before.typical) {
            theme.changed = now;
            outcome.changed.push_back(std::move(theme));
        }
    }
    for (const auto& [id, theme] : material.themes)
        if (!place.contains(id) && !theme.by_hand) {
            auto ended = theme;
            ended.ended = true;
            ended.changed = now;
            outcome.changed.push_back(std::move(ended));
        }

    outcome.areas = find_areas({.before = material.before,
                                .areas = material.areas,
                                .found = *found,
                                .theme_of_group = theme_of_group,
                                .theme_of_text = themes,
                                .texts = texts,
                                .space = *space},
                               ids, everyone, now);

    const auto note = [&](Id voice, Id theme, double near) {
        const auto placement = material.placements.find(voice);
        const auto before = placement == material.placements.end() ? Id{} : placement->second.first;
        if (before == theme) {
            const auto known = material.nearness.find(voice);
            if (!theme || std::abs(known->second - near) < moved_min) return;
        }
        outcome.moves.push_back({voice, theme, near, before != theme});
    };
    for (std::size_t i = 0; i < themes.size(); ++i)
        note(material.open[i].voice, themes[i], nearness[i]);

    for (const auto& one : suggest_situations(material.situations, material.open, *space))
        outcome.moves.push_back({one.voice, one.situation, one.nearness, true, "situation"});

    std::vector<Id> theme_of_point(space->points().size());
    for (std::size_t i = 0; i < themes.size(); ++i)
        theme_of_point[space->point_of()[i]] = themes[i];
    for (const auto& voice : material.closed) {
        const auto placement = material.placements.find(voice.voice);
        if (placement != material.placements.end() && placement->second.second) {
            note(voice.voice, placement->second.first, 0); // names are made without it
            continue;
        }
        auto theme = theme_beside(*space, theme_of_point, voice);
        if (material.before.apart.contains({voice.voice, theme})) theme = Id{};
        note(voice.voice, theme, 0);
    }
    return outcome;
}

/// The themes that stand no more, and what they go on in; people may have merged them while the
/// engine worked.
std::unordered_map<Id, Id> gone_themes(store::Transaction& transaction, Id organisation)
{
    std::unordered_map<Id, Id> gone;
    for (const auto& row :
         transaction.query("SELECT theme_id, merged_into FROM theme "
                           "WHERE org_id = ?1 AND (merged_into <> 0 OR ended_us <> 0)",
                           organisation))
        gone.emplace(row.id(0), row.id(1));
    return gone;
}

/// Moves a voice, unless people said something of it while the engine worked.
void write_move(store::Transaction& transaction, Id organisation, const Move& move,
                const std::unordered_map<Id, Id>& gone, Time now)
{
    if (!move.moved) {
        transaction.execute(R"sql(
            UPDATE theme_voice SET nearness = ?4
            WHERE org_id = ?1 AND voice_id = ?2 AND lens = ?5 AND theme_id = ?3 )sql",
                            organisation, move.voice, move.theme, move.nearness, move.lens);
        return;
    }
    const auto placement = find_placement(transaction, organisation, move.voice, move.lens);
    if (placement && placement->put_by) return;
    auto theme = move.theme;
    if (const auto found = gone.find(theme); found != gone.end()) theme = found->second;
    if (theme != move.theme && (!theme || gone.contains(theme))) return;
    if (theme && is_apart(transaction, organisation, move.voice, theme)) return;
    place_voice(transaction, organisation, move.voice, move.lens, theme, Id{}, move.nearness, now);
}

/// Whether the engine may end a theme: nobody named it, or put a voice there, while it worked.
bool may_end(store::Transaction& transaction, Id organisation, Id theme)
{
    return !transaction
                .query("SELECT 1 FROM theme_voice WHERE org_id = ?1 AND theme_id = ?2 AND "
                       "put_by <> 0 LIMIT 1",
                       organisation, theme)
                .next();
}

} // namespace

bool Engine::tell(Id organisation, std::string_view step, double share)
{
    return database_.write([&](store::Transaction& transaction) {
        auto rows = transaction.query(R"sql(
            UPDATE theme_run SET state = 'running', step = ?2, share = ?3 WHERE org_id = ?1
            RETURNING cancel )sql",
                                      organisation, step, share);
        return !rows.next() || !rows->truth(0);
    });
}

void Engine::run_themes(const jobs::Job& job)
{
    const auto organisation = job.organisation;
    const auto started = clock_.now();
    const auto cpu_before = cpu_of_thread();
    // Taken here: what is written runs on a thread of the database, with a clock of its own.
    const auto spent = [&] { return std::int64_t{(cpu_of_thread() - cpu_before).count()}; };
    const auto finish = [&](std::string_view state, std::int64_t cpu_us,
                            store::Transaction& transaction) {
        transaction.execute(R"sql(
            UPDATE theme_run SET state = ?2, cancel = 0, started_us = ?3, ended_us = ?4, cpu_us = ?5
            WHERE org_id = ?1 )sql",
                            organisation, state, started, clock_.now(), cpu_us);
    };
    const auto stop = [&](std::string_view state) {
        const auto cpu_us = spent();
        database_.write(
            [&](store::Transaction& transaction) { finish(state, cpu_us, transaction); });
    };

    const auto material = database_.read(
        [&](store::Transaction& transaction) { return read_material(transaction, organisation); });
    const auto house = database_.read([&](store::Transaction& transaction) {
        return people::find_organisation(transaction, organisation);
    });
    std::vector<std::string_view> titles;
    for (const auto& voice : material.open) titles.push_back(voice.title);
    const auto* table = tables_.find(table_for(titles));
    if (table == nullptr || material.open.empty() || !house) {
        stop(table == nullptr ? "failed" : "done");
        return;
    }
    if (!tell(organisation, "reading", 0)) {
        stop("cancelled");
        return;
    }
    auto told = std::chrono::steady_clock::now();
    const Progress progress = [&](std::string_view step, double share) {
        if (job.stopping.stop_requested()) return Continue::no;
        const auto now = std::chrono::steady_clock::now();
        if (now - told < std::chrono::seconds{1}) return Continue::yes;
        told = now;
        return tell(organisation, step, share) ? Continue::yes : Continue::no;
    };
    const auto outcome = work_out(material, *table, ids_, house->everyone, started, progress);
    if (!outcome) {
        // A program that ends begins it again at its next start.
        const bool ends = job.stopping.stop_requested();
        stop(ends ? "waiting" : "cancelled");
        if (ends) throw jobs::Interrupted();
        return;
    }

    // Themes first, then who is in them, a part at a time: each part is whole in itself.
    std::size_t done = 0;
    do {
        database_.write([&](store::Transaction& transaction) {
            std::vector<Id> made;
            if (done == 0) {
                for (const auto& theme : outcome->made) {
                    insert_theme(transaction, organisation, theme);
                    made.push_back(theme.id);
                }
                for (const auto& theme : outcome->changed) {
                    // People may have named it meanwhile.
                    const auto now_there = load_theme(transaction, organisation, theme.id);
                    if (!now_there || now_there->changed != material.themes.at(theme.id).changed)
                        continue;
                    if (!theme.ended || may_end(transaction, organisation, theme.id)) {
                        update_theme(transaction, organisation, theme);
                        continue;
                    }
                    // It stands for what people put there, and its name was made of what is gone.
                    auto left = *now_there;
                    left.title = "…";
                    left.words.clear();
                    left.typical = {};
                    left.changed = started;
                    update_theme(transaction, organisation, left);
                }
                save_areas(transaction, organisation, outcome->areas, material.areas);
                for (const auto& area : outcome->areas.made) made.push_back(area.id);
            }
            const auto end = std::min(done + voices_in_a_write, outcome->moves.size());
            const auto gone = gone_themes(transaction, organisation);
            for (auto i = done; i < end; ++i)
                write_move(transaction, organisation, outcome->moves[i], gone, started);
            JsonWriter data;
            data.begin_object().field("voices", end - done).field("themes", made.size());
            record::append(transaction, organisation, ids_,
                           {.verb = "sense.themes_found",
                            .thing = house->everyone,
                            .circle = house->everyone,
                            .at = started,
                            .audience = record::Audience::stewards,
                            .concerns = std::move(made),
                            .data = data.end_object().take()});
        });
        done += voices_in_a_write;
    } while (done < outcome->moves.size());

    std::vector<Id> touched;
    std::map<Id, GatheredFigures> figures;
    database_.read([&](store::Transaction& transaction) {
        for (const auto& row : transaction.query(
                 "SELECT theme_id FROM theme WHERE org_id = ?1 AND lens <> 'area'", organisation))
            touched.push_back(row.id(0));
        figures = gather_figures(transaction, organisation, touched);
    });
    const auto cpu_us = spent();
    database_.write([&](store::Transaction& transaction) {
        save_figures(transaction, organisation, touched, figures);
        auto standing = static_cast<std::int64_t>(material.themes.size() + outcome->made.size());
        for (const auto& theme : outcome->changed)
            if (theme.ended) --standing;
        transaction.execute(R"sql(
            UPDATE theme_run SET voices = ?2, themes = ?3, unassigned = ?4, new_voices = 0, resolution = ?5,
                afresh = CASE WHEN ?6 > 0 THEN ?6 ELSE afresh END, model = ?7, share = 1
            WHERE org_id = ?1 )sql",
                            organisation, material.open.size(), standing, outcome->unassigned,
                            outcome->resolution,
                            outcome->afresh ? material.open.size() : std::size_t{0},
                            tables_.in_use().empty() ? std::string() : tables_.in_use().front());
        finish("done", cpu_us, transaction);
    });
    ++process_figures().runs;
    process_figures().cpu_us += static_cast<std::uint64_t>((cpu_of_thread() - cpu_before).count());
}

} // namespace moothall::sense
