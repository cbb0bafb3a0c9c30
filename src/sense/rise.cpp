#include "sense/rise.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "record/setting.hpp"
#include "sense/rise_groups.hpp"
#include "sense/signals/signals.hpp"
#include "sense/themes/labels.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace moothall::sense {

namespace {

using std::chrono::days;

constexpr std::size_t reason_characters_max = 2000;
constexpr std::size_t voices_named_max = 100;
// Raised within the last week; older ones were seen, or came with an import.
constexpr std::int64_t fresh_days = 7;
// What a fresh rise is compared with, and long enough before it to know one that goes on: what is
// older only costs. Nor does more than so many voices in that time, as after an import, tell more;
// each is compared with all others (40 s of processor time).
constexpr std::int64_t days_read = 120;
constexpr std::size_t voices_read_max = 100'000;
// A rise that shares a third of its voices with one of so many days ago is the same. One voice
// would not do: a circle that rises says many things, of which another may rise by itself.
constexpr std::int64_t same_days = 21;
constexpr std::int64_t same_parts = 3;

constexpr store::SqlLiteral rise_columns = R"sql(
    r.rise_id, t.title, r.theme_id, coalesce(th.title, ''), r.first_id, coalesce(f.author_id, 0),
    coalesce(fp.name, ''), r.day, r.voices, r.expected, r.state, r.reason, r.answered_by,
    coalesce(ap.name, ''), r.answered_us )sql";
// The first voice and the theme speak only where they are seen; they are of public circles, unless
// a circle was closed since.
constexpr store::SqlLiteral from_rises = R"sql(
    FROM rise r CROSS JOIN thing t
    LEFT JOIN thing th ON th.org_id = ?1 AND th.thing_id = r.theme_id
    LEFT JOIN thing f ON f.org_id = ?1 AND f.thing_id = r.first_id AND f.state = 'visible'
        AND +f.circle_id IN (SELECT c.circle_id FROM circle c WHERE c.org_id = ?1 AND c.visibility = 'public')
    LEFT JOIN person fp ON fp.org_id = ?1 AND fp.person_id = f.author_id
    LEFT JOIN person ap ON ap.org_id = ?1 AND ap.person_id = r.answered_by
    WHERE r.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = r.rise_id AND )sql";

Rise read_rise(const store::Row& row)
{
    Rise rise;
    rise.id = row.id(0);
    rise.title = row.string(1);
    rise.theme = row.id(2);
    rise.theme_title = row.string(3);
    rise.first = row.id(5) ? row.id(4) : Id{};
    rise.first_by = {row.id(5), row.string(6)};
    rise.day = Time{days{row.integer(7)}};
    rise.voices = row.integer(8);
    rise.expected = row.number(9);
    rise.state = row.string(10);
    rise.reason = row.string(11);
    rise.answered_by = {row.id(12), row.string(13)};
    if (row.integer(14) != 0) rise.answered_at = row.time(14);
    return rise;
}

/// Whether so many of these voices rose lately that it is the same rise.
bool is_known(store::Transaction& transaction, Id organisation, const std::vector<Id>& voices,
              std::int64_t day)
{
    auto rows = transaction.query(R"sql(
        SELECT count(DISTINCT rv.voice_id)
        FROM rise_voice rv JOIN rise r ON r.org_id = rv.org_id AND r.rise_id = rv.rise_id
        WHERE rv.org_id = ?1 AND r.org_id = ?1 AND rv.voice_id IN_IDS(?2) AND r.day > ?3 )sql",
                                  organisation, store::IdList{voices}, day - same_days);
    return rows.next() && rows->integer(0) * same_parts >= std::ssize(voices);
}

/// The public circles by name, but for the one that everybody is in: what the whole house says more
/// of is a busy season.
std::map<Id, std::string> public_circles(store::Transaction& transaction, Id organisation,
                                         Id everyone)
{
    std::map<Id, std::string> names;
    for (const auto& row : transaction.query(R"sql(
             SELECT c.circle_id, c.name FROM circle c
             WHERE c.org_id = ?1 AND c.visibility = 'public' AND c.circle_id <> ?2 )sql",
                                             organisation, everyone))
        names.emplace(row.id(0), row.string(1));
    return names;
}

Id theme_of_most(store::Transaction& transaction, Id organisation, const std::vector<Id>& voices)
{
    auto rows = transaction.query(R"sql(
        SELECT tv.theme_id, count(*) FROM theme_voice tv
        JOIN thing t ON t.org_id = tv.org_id AND t.thing_id = tv.theme_id
        JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
        WHERE tv.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND tv.lens = 'topic'
          AND tv.voice_id IN_IDS(?2) AND c.visibility = 'public'
        GROUP BY tv.theme_id ORDER BY count(*) DESC, tv.theme_id LIMIT 1 )sql",
                                  organisation, store::IdList{voices});
    if (!rows.next() || rows->integer(1) * 2 <= std::ssize(voices)) return {};
    return rows->id(0);
}

struct Raised {
    std::string title;
    Signal signal;
    std::vector<Id> voices; // the earliest first
    Id heart;
};

/// What rises: themes, then circles and words.
std::vector<Raised> look(const std::vector<VoiceText>& voices, const Model& model,
                         const std::map<Id, std::string>& circles, std::int64_t today)
{
    std::vector<std::string> wholes;
    std::vector<std::int64_t> said_on;
    std::vector<std::uint32_t> weights;
    Points points(model.dimension());
    for (const auto& voice : voices) {
        wholes.push_back(voice.whole());
        points.add(model.embed(wholes.back()));
        said_on.push_back(std::chrono::floor<days>(voice.said).time_since_epoch().count());
        // Who is at the front line sees many customers: what she notes weighs as two.
        weights.push_back(voice.kind == "signal" ? 2 : 1);
    }
    SignalSettings settings;
    settings.weights = weights;
    auto signals = find_signals(points, said_on, settings);
    std::vector<std::string> names(signals.size()); // of what has a name already
    settings.false_alarms_a_year = false_alarms_of_groups_a_year;
    const auto groups = group_voices(voices, circles);
    for (auto& rising : find_rising_groups(groups.voices, said_on, settings)) {
        names.push_back(rising.group < groups.circles.size() ? groups.circles[rising.group]
                                                             : std::string());
        signals.push_back({rising.day, rising.count, rising.expected, rising.texts.front(),
                           std::move(rising.texts)});
    }
    for (auto i = signals.size(); i-- > 0;)
        if (signals[i].day <= today - fresh_days) {
            signals.erase(signals.begin() + static_cast<std::ptrdiff_t>(i));
            names.erase(names.begin() + static_cast<std::ptrdiff_t>(i));
        }

    const std::vector<std::string_view> texts(wholes.begin(), wholes.end());
    std::vector<std::int32_t> group_of(texts.size(), static_cast<std::int32_t>(signals.size()));
    for (std::size_t i = signals.size(); i-- > 0;)
        for (const auto text : signals[i].texts) group_of[text] = static_cast<std::int32_t>(i);
    std::vector<std::uint32_t> point_of(texts.size());
    std::iota(point_of.begin(), point_of.end(), 0U);
    const auto labels = label_groups(texts, group_of, signals.size() + 1, points, point_of);
    std::vector<Raised> raised;
    for (std::size_t i = 0; i < signals.size(); ++i) {
        Raised one{names[i].empty() ? labels[i].label : names[i],
                   signals[i],
                   {},
                   voices[signals[i].heart].voice};
        if (one.title.empty())
            one.title = clip(voices[signals[i].heart].title, 80, Ellipsis::shown);
        for (const auto text : signals[i].texts) one.voices.push_back(voices[text].voice);
        raised.push_back(std::move(one));
    }
    return raised;
}

} // namespace

Result<Rise> find_rise(store::Transaction& transaction, Id id, const Viewer& viewer)
{
    const auto thing = people::find_seen(transaction, id, viewer);
    if (!thing) return thing.error();
    auto rows =
        transaction.query(store::Sql("SELECT ") + rise_columns + from_rises + " r.rise_id = ?2",
                          viewer.organisation, id);
    if (!rows.next()) return Refusal::not_found();
    return read_rise(rows.row());
}

std::vector<Rise> list_rises(store::Transaction& transaction, const Viewer& viewer, int limit)
{
    std::vector<Rise> rises;
    for (const auto& row : transaction.query(
             store::Sql("SELECT ") + rise_columns + from_rises + people::seen +
                 " ORDER BY CASE r.state WHEN 'open' THEN 0 ELSE 1 END, r.rise_id DESC LIMIT ?3",
             viewer.organisation, viewer.person, limit))
        rises.push_back(read_rise(row));
    return rises;
}

std::vector<Id> list_rise_voices(store::Transaction& transaction, Id organisation, Id rise,
                                 int limit)
{
    std::vector<Id> voices;
    for (const auto& row : transaction.query(R"sql(
             SELECT rv.voice_id FROM rise_voice rv JOIN thing t ON t.org_id = rv.org_id AND t.thing_id = rv.voice_id
             WHERE rv.org_id = ?1 AND t.org_id = ?1 AND rv.rise_id = ?2
             ORDER BY t.created_us, rv.voice_id LIMIT ?3 )sql",
                                             organisation, rise, limit))
        voices.push_back(row.id(0));
    return voices;
}

Result<Rise> set_rise_aside(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id id, std::string_view wanted)
{
    const auto rise = find_rise(transaction, id, viewer);
    if (!rise) return rise.error();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (!viewer.is_company() && !viewer.is_hall_steward())
        return Refusal::forbidden("People of the company set a signal aside, with a reason.");
    if (rise->state != "open") return Refusal::conflict("This signal was answered already.");
    const auto reason = normalise_line(wanted);
    if (reason.empty()) return Refusal::invalid("reason", "Say why, for everybody to read.");
    if (count_characters(reason) > reason_characters_max)
        return Refusal::invalid("reason", "A reason has at most 2,000 characters.");
    transaction.execute(R"sql(
        UPDATE rise SET state = 'set_aside', reason = ?3, answered_by = ?4, answered_us = ?5
        WHERE org_id = ?1 AND rise_id = ?2 AND state = 'open' )sql",
                        viewer.organisation, id, reason, viewer.person, now);
    record::append(transaction, viewer.organisation, ids,
                   {.verb = "sense.signal_set_aside",
                    .thing = id,
                    .actor = viewer.person,
                    .circle = viewer.everyone,
                    .at = now,
                    .concerns = {rise->theme}});
    return find_rise(transaction, id, viewer);
}

void note_decided(store::Transaction& transaction, Id organisation, const std::vector<Id>& about,
                  Time now)
{
    transaction.execute(R"sql(
        UPDATE rise SET state = 'decided', answered_us = ?3
        WHERE org_id = ?1 AND state = 'open' AND ((theme_id <> 0 AND theme_id IN_IDS(?2)) OR rise_id IN
            (SELECT rv.rise_id FROM rise_voice rv WHERE rv.org_id = ?1 AND rv.voice_id IN_IDS(?2))) )sql",
                        organisation, store::IdList{about}, now);
}

std::size_t raise_signals(store::Database& database, Tables& tables, IdSource& ids, Time now,
                          Id organisation)
{
    constexpr std::string_view looked_on = "sense.signals_day";
    const auto today = std::chrono::floor<days>(now).time_since_epoch().count();
    std::vector<VoiceText> voices;
    std::optional<web::Organisation> house;
    std::map<Id, std::string> circles;
    const bool due = database.read([&](store::Transaction& transaction) {
        if (record::find_setting(transaction, organisation, looked_on) == std::to_string(today))
            return false;
        house = people::find_organisation(transaction, organisation);
        voices = read_voice_texts(transaction, organisation, now - days{days_read});
        if (house) circles = public_circles(transaction, organisation, house->everyone);
        return true;
    });
    if (!due || !house) return 0;
    std::erase_if(voices, [](const VoiceText& voice) { return !voice.is_public; });
    std::ranges::sort(voices, {}, &VoiceText::said);
    if (voices.size() > voices_read_max)
        voices.erase(voices.begin(), voices.end() - std::ptrdiff_t{voices_read_max});
    std::vector<std::string_view> titles;
    for (const auto& voice : voices) titles.push_back(voice.title);
    const auto* table = tables.find(table_for(titles));
    const auto raised =
        table == nullptr ? std::vector<Raised>() : look(voices, table->model, circles, today);

    std::size_t made = 0;
    const auto write = [&](const Raised* one) {
        return database.write([&](store::Transaction& transaction) {
            if (one == nullptr) {
                record::save_setting(transaction, organisation, looked_on, std::to_string(today));
                return false;
            }
            if (is_known(transaction, organisation, one->voices, one->signal.day)) return false;
            const auto id = ids.next(now);
            const auto theme = theme_of_most(transaction, organisation, one->voices);
            record::save_thing(
                transaction, organisation,
                {id, "rise", house->everyone, record::State::visible, Id{}, one->title, now, now});
            transaction.execute(R"sql(
                INSERT INTO rise (org_id, rise_id, theme_id, heart_id, first_id, day, voices, expected, state,
                    reason, answered_by, answered_us)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', '', 0, 0) )sql",
                                organisation, id, theme, one->heart, one->voices.front(),
                                one->signal.day, one->voices.size(), one->signal.expected);
            for (const Id voice : one->voices)
                transaction.execute(
                    "INSERT INTO rise_voice (org_id, rise_id, voice_id) VALUES (?1, ?2, ?3)",
                    organisation, id, voice);
            auto concerns = one->voices;
            concerns.resize(std::min(concerns.size(), voices_named_max));
            concerns.push_back(theme);
            record::append(transaction, organisation, ids,
                           {.verb = "sense.signal_raised",
                            .thing = id,
                            .circle = house->everyone,
                            .at = now,
                            .concerns = std::move(concerns)});
            return true;
        });
    };
    for (const auto& one : raised) made += write(&one) ? 1U : 0U;
    write(nullptr); // last, so that a server that stops here looks again
    return made;
}

} // namespace moothall::sense
