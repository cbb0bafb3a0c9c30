#include "sense/engine.hpp"

#include "people/people.hpp"
#include "record/consumer.hpp"
#include "record/record.hpp"
#include "sense/rise.hpp"
#include "sense/theme_figures.hpp"
#include "sense/theme_store.hpp"
#include "sense/themes/stop_words.hpp"
#include "text/language.hpp"
#include "text/unicode.hpp"
#include "web/metrics.hpp"

#include <algorithm>
#include <array>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <set>
#include <unordered_map>

namespace moothall::sense {

namespace {

constexpr int events_max = 500; // looked at in one step
// More new voices than this at once are an import: they are left to the run that it brings about.
constexpr std::size_t placed_at_once_max = 100;
constexpr std::size_t neighbours_asked = 15;
constexpr std::size_t voices_min_for_table = 5; // of which its languages are told
// A run is asked for when so many voices came, and one in twenty.
constexpr std::int64_t new_voices_min = 20;
// As in themes/themes.cpp: below this mean cosine to the nearest three a text is about something
// else.
constexpr double near_min = 0.31;
constexpr std::size_t near_counted = 3;

bool changes_texts(std::string_view verb)
{
    return verb.starts_with("hear.voice_") || verb.starts_with("hear.thing_");
}
/// What may change what people are known to know.
bool changes_evidence(std::string_view verb)
{
    return verb.starts_with("hear.reply_") || verb.starts_with("hear.thing_") ||
           verb == "hear.answer_chosen" || verb == "hear.voice_edited" ||
           verb.starts_with("organise.request_") || verb.starts_with("organise.skill_") ||
           verb == "organise.code_read" || verb.starts_with("act.commitment_");
}
/// What changes who sees many voices, or many texts, at once.
bool changes_all(std::string_view verb)
{
    return verb == "people.circle_changed" || verb == "people.circle_hidden" ||
           verb == "people.circle_shown" || verb == "people.circle_approved" ||
           verb == "people.person_erased";
}

struct News {
    Id before; // what was known
    Id last;
    std::set<Id> touched; // things whose figures may have changed
    std::set<Id> fresh;   // whose text or state did
    std::set<Id> evident; // that may show what somebody knows
    std::set<Id> decided; // on which a decision was proposed
    bool all = false;
};

News read_news(store::Transaction& transaction, Id organisation, Id since, Id until)
{
    News news{.before = since, .last = since};
    for (const auto& [event, verb, thing] :
         record::list_concerned(transaction, organisation, since, until, events_max)) {
        news.last = event;
        if (changes_all(verb)) news.all = true;
        if (verb == "decide.decision_proposed") news.decided.insert(thing);
        if (changes_evidence(verb)) news.evident.insert(thing);
        if (!verb.starts_with("hear.")) continue;
        news.touched.insert(thing);
        if (changes_texts(verb)) news.fresh.insert(thing);
    }
    return news;
}

Id known_event(store::Transaction& transaction, Id organisation)
{
    auto rows = transaction.query(
        "SELECT event_id FROM consumer WHERE org_id = ?1 AND name = 'sense'", organisation);
    return rows.next() ? rows->id(0) : Id{};
}

/// False when another node was faster.
bool note_known(store::Transaction& transaction, Id organisation, const News& news)
{
    if (transaction.execute("UPDATE consumer SET event_id = ?3 WHERE org_id = ?1 AND name = "
                            "'sense' AND event_id = ?2",
                            organisation, news.before, news.last) == 1)
        return true;
    if (news.before) return false;
    return transaction.execute(R"sql(
        INSERT INTO consumer (org_id, name, event_id) VALUES (?1, 'sense', ?2)
        ON CONFLICT (org_id, name) DO NOTHING )sql",
                               organisation, news.last) == 1;
}

/// What was needed for much work at once is not needed again soon; glibc would keep it.
void give_memory_back()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/// The themes under topic that the engine may fill: those that everybody sees and that stand.
constexpr store::SqlLiteral open_themes = R"sql(
    SELECT h.theme_id FROM theme h JOIN thing t ON t.org_id = h.org_id AND t.thing_id = h.theme_id
    JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
    WHERE h.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND h.lens = 'topic' AND h.merged_into = 0
      AND h.ended_us = 0 AND c.visibility = 'public' )sql";

struct Placing {
    VoiceText voice;
    Id theme;
    double nearness = 0;
};

/// The themes that new voices join, by what their neighbours are in.
std::vector<Placing> place_new(store::Transaction& transaction, Id organisation, const Mind& mind,
                               const std::set<Id>& fresh)
{
    std::vector<Id> wanted(fresh.begin(), fresh.end());
    std::set<Id> sorted;
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id FROM theme_voice WHERE org_id = ?1 AND lens = 'topic' AND voice_id IN_IDS(?2) )sql",
                                             organisation, store::IdList{wanted}))
        sorted.insert(row.id(0));
    std::erase_if(wanted, [&](Id voice) { return sorted.contains(voice); });
    std::set<Id> open;
    for (const auto& row : transaction.query(open_themes, organisation)) open.insert(row.id(0));
    if (wanted.empty() || open.empty()) return {};

    struct Asked {
        VoiceText voice;
        std::vector<Mind::Found> neighbours;
    };
    std::vector<Asked> asked;
    std::vector<Id> neighbours;
    for (auto& voice : read_voice_texts(transaction, organisation, wanted)) {
        auto found = mind.find_public(voice, neighbours_asked);
        for (const auto& one : found) neighbours.push_back(one.voice);
        asked.push_back({std::move(voice), std::move(found)});
    }
    std::unordered_map<Id, Id> theme_of;
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, theme_id FROM theme_voice WHERE org_id = ?1 AND lens = 'topic' AND voice_id IN_IDS(?2) )sql",
                                             organisation, store::IdList{neighbours}))
        if (open.contains(row.id(1))) theme_of.emplace(row.id(0), row.id(1));
    std::set<std::pair<Id, Id>> apart;
    for (const auto& row : transaction.query(
             "SELECT voice_id, theme_id FROM theme_apart WHERE org_id = ?1 AND voice_id IN_IDS(?2)",
             organisation, store::IdList{wanted}))
        apart.emplace(row.id(0), row.id(1));

    std::vector<Placing> placings;
    for (auto& one : asked) {
        std::ranges::sort(one.neighbours, std::ranges::greater{}, &Mind::Found::meaning);
        double nearest = 0;
        for (std::size_t i = 0; i < std::min(near_counted, one.neighbours.size()); ++i)
            nearest += one.neighbours[i].meaning;
        if (one.neighbours.size() < near_counted || nearest < near_min * near_counted) continue;
        std::map<Id, double> votes;
        for (const auto& neighbour : one.neighbours) {
            const auto theme = theme_of.find(neighbour.voice);
            votes[theme == theme_of.end() ? Id{} : theme->second] +=
                neighbour.meaning * neighbour.meaning;
        }
        const auto best = std::ranges::max_element(votes, {}, &std::pair<const Id, double>::second);
        if (best->first && !apart.contains({one.voice.voice, best->first}))
            placings.push_back({std::move(one.voice), best->first, nearest / near_counted});
    }
    return placings;
}

} // namespace

Run find_run(store::Transaction& transaction, Id organisation)
{
    auto rows = transaction.query(R"sql(
        SELECT state, step, share, started_us, ended_us, voices, themes, unassigned, cpu_us, model, new_voices
        FROM theme_run WHERE org_id = ?1 )sql",
                                  organisation);
    if (!rows.next()) return {.state = "none"};
    return {rows->string(0),   rows->string(1),
            rows->number(2),   rows->time(3),
            rows->time(4),     rows->integer(5),
            rows->integer(6),  rows->integer(7),
            rows->integer(10), std::chrono::microseconds{rows->integer(8)},
            rows->string(9)};
}

namespace {

/// Adds to what is new since the last run, and answers whether that is enough for another.
bool note_new_voices(store::Transaction& transaction, Id organisation, std::int64_t count)
{
    auto rows = transaction.query(R"sql(
        INSERT INTO theme_run (org_id, state, step, share, cancel, started_us, ended_us, voices, themes, unassigned,
            new_voices, resolution, afresh, cpu_us, model)
        VALUES (?1, 'none', '', 0, 0, 0, 0, 0, 0, 0, ?2, 1, 0, 0, '')
        ON CONFLICT (org_id) DO UPDATE SET new_voices = theme_run.new_voices + excluded.new_voices
        RETURNING new_voices, voices, state )sql",
                                  organisation, count);
    rows.next();
    return rows->integer(0) >= std::max(new_voices_min, rows->integer(1) / 20) &&
           rows->text(2) != "waiting" && rows->text(2) != "running";
}

bool enqueue_run(store::Transaction& transaction, IdSource& ids, Time now, Id organisation)
{
    const auto made =
        jobs::enqueue(transaction, ids, now, organisation,
                      {.kind = themes_job, .run_at = now, .once_key = std::string(themes_job)});
    if (made)
        transaction.execute(
            "UPDATE theme_run SET state = 'waiting', cancel = 0, step = '', share = 0 "
            "WHERE org_id = ?1",
            organisation);
    return made;
}

} // namespace

void want_run(store::Transaction& transaction, IdSource& ids, Time now, Id organisation)
{
    note_new_voices(transaction, organisation, 0);
    enqueue_run(transaction, ids, now, organisation);
}

Result<void> ask_for_run(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_hall_steward())
        return Refusal::forbidden("Stewards of the hall may let the engine look again.");
    note_new_voices(transaction, viewer.organisation, 0);
    if (enqueue_run(transaction, ids, now, viewer.organisation))
        record::append(transaction, viewer.organisation, ids,
                       {.verb = "sense.run_asked_for",
                        .thing = viewer.everyone,
                        .actor = viewer.person,
                        .circle = viewer.everyone,
                        .at = now,
                        .audience = record::Audience::stewards});
    return {};
}

Result<void> cancel_run(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer)
{
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_hall_steward())
        return Refusal::forbidden("Stewards of the hall may stop the engine.");
    if (transaction.execute("UPDATE theme_run SET cancel = 1 WHERE org_id = ?1 AND cancel = 0 AND "
                            "state IN ('waiting', 'running')",
                            viewer.organisation) == 1)
        record::append(transaction, viewer.organisation, ids,
                       {.verb = "sense.run_stopped",
                        .thing = viewer.everyone,
                        .actor = viewer.person,
                        .circle = viewer.everyone,
                        .at = now,
                        .audience = record::Audience::stewards});
    return {};
}

ProcessFigures& process_figures()
{
    static ProcessFigures all;
    return all;
}

Engine::Engine(store::Database& database, const Clock& clock, IdSource& ids)
    : database_(database), clock_(clock), ids_(ids)
{
}

std::shared_ptr<Mind> Engine::mind_of(Id organisation) const
{
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(organisation);
    return known == known_.end() ? nullptr : known->second.mind;
}

void Engine::follow(Id organisation)
{
    learn(organisation);
    keep_up(organisation);
}

void Engine::look_for_signals(Id organisation)
{
    raise_signals(database_, tables_, ids_, clock_.now(), organisation);
    give_memory_back();
}

void Engine::find_themes(const jobs::Job& job)
{
    run_themes(job);
    give_memory_back();
}

void Engine::read_evidence(store::Transaction& transaction, Id organisation,
                           const std::vector<Id>* things, const TakeEvidence& take) const
{
    for (const auto& reader : readers_) reader(transaction, organisation, things, take);
}

std::shared_ptr<const Knowing> Engine::knowing_of(Id organisation) const
{
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(organisation);
    return found == known_.end() ? nullptr : found->second.knowing;
}

void Engine::learn(Id organisation)
{
    Known known;
    {
        const std::lock_guard lock(mutex_);
        known = known_[organisation];
    }
    if (known.no_table) return;
    if (known.mind) {
        for (bool more = true; more && known.mind;) {
            News news;
            std::vector<VoiceText> texts;
            std::vector<Evidence> evidence;
            std::vector<Id> evident;
            const Id until = record::first_unsettled(database_, clock_.now());
            database_.read([&](store::Transaction& transaction) {
                news = read_news(transaction, organisation, known.last, until);
                texts = read_voice_texts(transaction, organisation,
                                         {news.fresh.begin(), news.fresh.end()});
                evident.assign(news.evident.begin(), news.evident.end());
                read_evidence(transaction, organisation, &evident,
                              [&](const Evidence& one) { evidence.push_back(one); });
            });
            if (known.knowing) {
                known.knowing->forget(evident);
                for (const auto& one : evidence) known.knowing->put(one);
            }
            more = news.last != known.last;
            known.last = news.last;
            for (const auto& text : texts) {
                known.mind->put(text);
                news.fresh.erase(text.voice);
            }
            for (const Id gone : news.fresh) known.mind->take_out(gone);
            if (known.knowing && known.knowing->is_worn()) known.mind = nullptr;
            if (news.all) known.mind = nullptr; // who sees what changed for many: read all anew
            // A hall begins with few voices, which may not be in all the languages that come.
            if (known.mind && known.mind->size() >= known.read_anew_at) known.mind = nullptr;
        }
    }
    if (!known.mind && !learn_anew(organisation, known)) return;
    const std::lock_guard lock(mutex_);
    known_[organisation] = known;
    std::uint64_t voices = 0;
    std::uint64_t bytes = 0;
    for (const auto& [one, of_it] : known_) {
        if (!of_it.mind) continue;
        voices += of_it.mind->size();
        bytes += of_it.mind->bytes();
    }
    process_figures().voices = voices;
    process_figures().bytes = bytes;
}

/// All voices, a piece at a time: the texts of a large hall would take more memory at once than the
/// server does with all that it keeps. What changes while they are read is among the next news.
bool Engine::learn_anew(Id organisation, Known& known)
{
    constexpr std::size_t asked_max = 400; // by which the table and the language are chosen
    constexpr std::size_t piece = 2'000;
    std::vector<Id> voices;
    std::vector<Id> asked;
    std::vector<std::string> wholes;
    const Id until = record::first_unsettled(database_, clock_.now());
    database_.read([&](store::Transaction& transaction) {
        voices = list_visible_voices(transaction, organisation);
        const auto count = std::min(asked_max, voices.size());
        for (std::size_t at = 0; at < count; ++at)
            asked.push_back(voices[at * voices.size() / count]);
        for (const auto& text : read_voice_texts(transaction, organisation, asked))
            wholes.push_back(text.whole());
        // What is not settled yet is read again with the next news.
        auto rows = transaction.query(
            "SELECT coalesce(max(event_id), 0) FROM event WHERE org_id = ?1 AND event_id < ?2",
            organisation, until);
        rows.next();
        known.last = rows->id(0);
    });
    const std::vector<std::string_view> views(wholes.begin(), wholes.end());
    const auto* table = tables_.find(table_for(views));
    if (table == nullptr) {
        const std::lock_guard lock(mutex_);
        known_[organisation].no_table = true;
        return false;
    }
    std::map<std::string, std::size_t> languages;
    for (const auto view : views) ++languages[detect_language(view.substr(0, 500))];
    languages.erase("");
    const auto most =
        std::ranges::max_element(languages, {}, &std::pair<const std::string, std::size_t>::second);
    known.mind = std::make_shared<Mind>(*table, languages.empty() ? "en" : most->first);
    for (std::size_t at = 0; at < voices.size(); at += piece) {
        const auto first = voices.begin() + static_cast<std::ptrdiff_t>(at);
        const auto last =
            voices.begin() + static_cast<std::ptrdiff_t>(std::min(voices.size(), at + piece));
        const auto texts = database_.read([&](store::Transaction& transaction) {
            return read_voice_texts(transaction, organisation, {first, last});
        });
        for (const auto& text : texts) known.mind->put(text);
    }
    known.read_anew_at = 2 * std::max(voices_min_for_table, voices.size());
    known.knowing = std::make_shared<Knowing>(*table);
    database_.read([&](store::Transaction& transaction) {
        read_evidence(transaction, organisation, nullptr,
                      [&](const Evidence& one) { known.knowing->put(one); });
    });
    give_memory_back();
    return true;
}

void Engine::keep_up(Id organisation)
{
    const auto mind = mind_of(organisation);
    for (;;) {
        const auto now = clock_.now();
        News news;
        std::vector<Placing> placings;
        std::vector<Id> themes;
        std::map<Id, GatheredFigures> figures;
        bool names_are_stale = false;
        const Id until = record::first_unsettled(database_, now);
        database_.read([&](store::Transaction& transaction) {
            news =
                read_news(transaction, organisation, known_event(transaction, organisation), until);
            if (news.last == news.before) return;
            names_are_stale = names_hold_gone(transaction, organisation, news.fresh) ||
                              (news.all && names_hold_closed(transaction, organisation));
            if (mind && news.fresh.size() <= placed_at_once_max)
                placings = place_new(transaction, organisation, *mind, news.fresh);
            if (news.all) {
                for (const auto& row : transaction.query(
                         "SELECT theme_id FROM theme WHERE org_id = ?1 AND merged_into = 0 AND "
                         "ended_us = 0",
                         organisation))
                    themes.push_back(row.id(0));
            } else {
                for (const auto& row : transaction.query(
                         "SELECT DISTINCT theme_id FROM theme_voice WHERE org_id = ?1 AND voice_id "
                         "IN_IDS(?2)",
                         organisation,
                         store::IdList{std::vector<Id>(news.touched.begin(), news.touched.end())}))
                    themes.push_back(row.id(0));
            }
            figures = gather_figures(transaction, organisation, themes);
        });
        if (news.last == news.before) return;
        database_.write([&](store::Transaction& transaction) {
            if (!note_known(transaction, organisation, news)) return;
            save_figures(transaction, organisation, themes, figures);
            if (!news.decided.empty())
                note_decided(transaction, organisation, {news.decided.begin(), news.decided.end()},
                             now);
            std::vector<Id> grown;
            for (const auto& placing : placings) {
                const auto theme = load_theme(transaction, organisation, placing.theme);
                if (!theme || theme->merged_into || theme->ended ||
                    find_placement(transaction, organisation, placing.voice.voice, "topic"))
                    continue;
                place_voice(transaction, organisation, placing.voice.voice, "topic", placing.theme,
                            Id{}, placing.voice.is_public ? placing.nearness : 0, now);
                record::append(
                    transaction, organisation, ids_,
                    {.verb = "sense.voice_put",
                     .thing = placing.theme,
                     .actor = Id{},
                     .circle = placing.voice.is_public ? theme->circle : placing.voice.circle,
                     .at = now,
                     .concerns = {placing.voice.voice}});
                grown.push_back(placing.theme);
            }
            refresh_figures(transaction, organisation, grown);
            std::int64_t voices = 0;
            for (const auto& row : transaction.query(
                     "SELECT count(*) FROM voice WHERE org_id = ?1 AND voice_id IN_IDS(?2)",
                     organisation,
                     store::IdList{std::vector<Id>(news.fresh.begin(), news.fresh.end())}))
                voices = row.integer(0);
            if ((voices > 0 && note_new_voices(transaction, organisation, voices)) ||
                names_are_stale)
                enqueue_run(transaction, ids_, now, organisation);
        });
    }
}

hear::Finder make_finder(const std::shared_ptr<const Engine>& engine)
{
    // Chosen by hand on the sample: below, people see no likeness.
    constexpr double similar_min = 0.4;
    hear::Finder finder;
    finder.similar = [engine](const Viewer& viewer, std::string_view text,
                              std::size_t limit) -> std::optional<std::vector<Id>> {
        std::vector<Id> voices;
        const auto mind = engine->mind_of(viewer.organisation);
        if (!mind) return {};
        if (text.empty()) return voices;
        const auto title = title_of(text);
        const auto rest = text.size() > title.size() ? text : std::string_view();
        for (const auto& found : mind->find(title, rest, limit, viewer))
            if (found.meaning >= similar_min || (found.words > 0 && found.score > 2))
                voices.push_back(found.voice);
        return voices;
    };
    finder.about = [engine](const Viewer& viewer, std::string_view query, std::size_t limit) {
        std::vector<Id> voices;
        const auto mind = engine->mind_of(viewer.organisation);
        if (!mind || query.empty()) return voices;
        for (const auto& found : mind->find(query, {}, limit, viewer))
            if (found.meaning >= mind->about_min()) voices.push_back(found.voice);
        return voices;
    };
    finder.mended = [engine](const Viewer& viewer, std::string_view query) {
        const auto mind = engine->mind_of(viewer.organisation);
        return mind ? mind->mended(query) : std::string(query);
    };
    return finder;
}

NearVoices make_near_voices(const std::shared_ptr<const Engine>& engine)
{
    return [engine](Id organisation, Id circle, std::string_view title, std::string_view body,
                    std::size_t limit) -> std::optional<std::vector<std::pair<Id, double>>> {
        const auto mind = engine->mind_of(organisation);
        if (!mind) return {};
        std::vector<std::pair<Id, double>> near;
        // Whoever is a guest of that circle and of no other: all that its members see there.
        Viewer viewer;
        viewer.organisation = organisation;
        viewer.memberships.push_back({circle, Role::guest, false});
        for (const auto& found : mind->find(title, body_beside(title, body), limit, viewer))
            near.emplace_back(found.voice, std::min(1.0, found.meaning));
        return near;
    };
}

bool says_nothing(std::string_view word)
{
    const auto folded = fold(word);
    return std::ranges::any_of(std::array{"en", "fr", "tr", "fi", "de", "es"},
                               [&](auto language) { return is_stop_word(language, folded); });
}

void write_figures(web::MetricsWriter& metrics)
{
    metrics.single("moothall_sense_voices", "gauge", "Voices held in memory by meaning",
                   process_figures().voices.load());
    metrics.single("moothall_sense_bytes", "gauge", "Memory that they take, about",
                   process_figures().bytes.load());
    metrics.single("moothall_sense_runs_total", "counter", "Runs that found themes",
                   process_figures().runs.load());
    metrics.single("moothall_sense_cpu_seconds_total", "counter", "Processor time of those runs",
                   static_cast<double>(process_figures().cpu_us.load()) / 1e6);
    metrics.family("moothall_sense_table_info", "gauge", "Word tables in use; always 1");
    for (const auto& table : tables_in_use())
        metrics.sample("moothall_sense_table_info",
                       web::MetricsWriter::label("table", table.name) + "," +
                           web::MetricsWriter::label("checksum", table.checksum),
                       std::uint64_t{1});
}

} // namespace moothall::sense
