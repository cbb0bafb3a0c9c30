// Lists of voices.
//
// Each order has an index, and a page continues where the last one ended (a cursor of the ordering
// value and the id), so the tenth page costs what the first does. The by_filters are conditions on
// that walk; where one of them leaves few voices, its own index is walked instead.

#include "base/words.hpp"
#include "hear/listing.hpp"
#include "hear/search.hpp"
#include "hear/voice.hpp"
#include "hear/voice_store.hpp"
#include "people/people.hpp"
#include "text/place.hpp"
#include "text/query.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace moothall::hear {

namespace {

constexpr std::array<std::pair<Sort, std::string_view>, 9> sort_words{
    {{Sort::trending, "trending"},
     {Sort::newest, "newest"},
     {Sort::wanted, "wanted"},
     {Sort::discussed, "discussed"},
     {Sort::pressing, "pressing"},
     {Sort::circles, "circles"},
     {Sort::rising, "rising"},
     {Sort::mine, "mine"},
     {Sort::relevance, "relevance"}}};

std::string write_cursor(Sort sort, double value, Id id)
{
    return std::string(to_text(sort)) + '_' + NumberPlace{value, id}.text();
}

// ?1 organisation, ?2 viewer, ?3 kind, ?4 status, ?5 category, ?6 circle, ?7 tag, ?8 author,
// ?9 what they reached, ?10 said from, ?11 until, ?12 the cursor's value, ?13 its id, ?14 limit.
// `CROSS JOIN` fixes the order of the walk on SQLite.
constexpr store::SqlLiteral from_voices = " FROM voice v CROSS JOIN thing t ";
constexpr store::SqlLiteral from_things = " FROM thing t CROSS JOIN voice v ";
constexpr store::SqlLiteral from_tag = " FROM voice_tag vt CROSS JOIN voice v CROSS JOIN thing t ";
constexpr store::SqlLiteral from_reach =
    " FROM voice_reach vr CROSS JOIN voice v CROSS JOIN thing t ";
// A voice has its row of reach a moment after it was said.
constexpr store::SqlLiteral and_reach = " CROSS JOIN voice_reach vr ";
constexpr store::SqlLiteral joined_reach =
    " JOIN voice_reach vr ON vr.org_id = v.org_id AND vr.voice_id = v.voice_id ";
constexpr store::SqlLiteral both =
    " WHERE v.org_id = ?1 AND t.org_id = ?1 AND t.thing_id = v.voice_id ";
constexpr store::SqlLiteral with_reach = " AND vr.org_id = ?1 AND vr.voice_id = v.voice_id ";
// Asked so, and not as "any or this one", a filter walks its own index.
constexpr store::SqlLiteral of_kind = " AND v.kind = ?3 ";
constexpr store::SqlLiteral of_status = " AND v.status_id = ?4 ";
constexpr store::SqlLiteral of_circle = " AND t.circle_id = ?6 AND t.kind = 'voice' ";
constexpr store::SqlLiteral of_author = " AND t.author_id = ?8 AND t.kind = 'voice' ";
constexpr store::SqlLiteral of_tag =
    " AND vt.org_id = ?1 AND vt.tag_id = ?7 AND vt.voice_id = v.voice_id ";
// What reached a theme or decision, as the loop line knows it; so hear/ need not know of either.
constexpr store::SqlLiteral any_about = " AND ?9 = ?9 ";
constexpr store::SqlLiteral one_about = R"sql(
    AND v.voice_id IN (SELECT ls.thing_id FROM loop_step ls WHERE ls.org_id = ?1 AND ls.about_id = ?9
                       UNION ALL
                       SELECT lm.root_id FROM loop_step ls
                       JOIN voice_merge lm ON lm.org_id = ls.org_id AND lm.voice_id = ls.thing_id
                       WHERE ls.org_id = ?1 AND lm.org_id = ?1 AND ls.about_id = ?9) )sql";
// What was merged is found under what it was merged into, but for those for whom it stands again.
// In the list of a person all that she said has its line.
constexpr store::SqlLiteral standing = " AND (v.merged_into = 0 OR v.apart > 0) ";
constexpr store::SqlLiteral merged_too = " ";
constexpr store::SqlLiteral by_filters = R"sql(
    AND (?4 = 0 OR v.status_id = ?4) AND (?8 = 0 OR t.author_id = ?8)
    AND (?7 = 0 OR EXISTS (SELECT 1 FROM voice_tag g
                           WHERE g.org_id = ?1 AND g.voice_id = v.voice_id AND g.tag_id = ?7))
    AND (?10 = 0 OR v.said_us >= ?10) AND (?11 = 0 OR v.said_us < ?11)
    AND (?3 = '' OR v.kind = ?3)
    AND (?5 = '' OR v.status_id IN (SELECT s.status_id FROM status s WHERE s.org_id = ?1 AND s.category = ?5))
    AND (?6 = 0 OR t.circle_id = ?6)
    AND t.state = 'visible' AND )sql";

// As complete() finds out whether something promised for it was kept; people::seen follows.
constexpr store::SqlLiteral nothing_kept = R"sql( AND NOT EXISTS
    (SELECT 1 FROM loop_step s CROSS JOIN thing t
     WHERE s.org_id = ?1 AND t.org_id = ?1 AND s.thing_id = v.voice_id AND s.stage = 5
       AND s.verb = 'act.commitment_kept' AND t.thing_id = s.about_id AND )sql";

struct Order {
    store::SqlLiteral value; // as a number, for the cursor
    store::SqlLiteral after;
    store::SqlLiteral by;
    bool of_reach = false;
};

Order order_of(Sort sort)
{
    switch (sort) {
    case Sort::wanted:
        return {", v.supporters", " AND (v.supporters, v.voice_id) < (?12, ?13)",
                " ORDER BY v.supporters DESC, v.voice_id DESC"};
    case Sort::discussed:
        return {", v.replies", " AND (v.replies, v.voice_id) < (?12, ?13)",
                " ORDER BY v.replies DESC, v.voice_id DESC"};
    case Sort::pressing:
        return {", vr.pressing", " AND (vr.pressing, vr.voice_id) < (CAST(?12 AS BIGINT), ?13)",
                " ORDER BY vr.pressing DESC, vr.voice_id DESC", true};
    case Sort::circles:
        return {", vr.circles", " AND (vr.circles, vr.voice_id) < (CAST(?12 AS BIGINT), ?13)",
                " ORDER BY vr.circles DESC, vr.voice_id DESC", true};
    case Sort::rising:
        return {", vr.rising", " AND (vr.rising, vr.voice_id) < (?12, ?13)",
                " ORDER BY vr.rising DESC, vr.voice_id DESC", true};
    case Sort::newest:
    case Sort::mine:
        // When it was said: what an import brings stands in its own time. Asked as a whole number,
        // as PostgreSQL would otherwise compare fractions and walk no index.
        return {", v.said_us", " AND (v.said_us, v.voice_id) < (CAST(?12 AS BIGINT), ?13)",
                " ORDER BY v.said_us DESC, v.voice_id DESC"};
    case Sort::trending:
    case Sort::relevance:
        break;
    }
    return {", v.hot", " AND (v.hot, v.voice_id) < (?12, ?13)",
            " ORDER BY v.hot DESC, v.voice_id DESC"};
}

constexpr store::SqlLiteral by_viewer = R"sql(
    AND v.voice_id IN (SELECT my_s.voice_id FROM support my_s WHERE my_s.org_id = ?1 AND my_s.person_id = ?2
                       UNION ALL
                       SELECT my_t.thing_id FROM thing my_t
                       WHERE my_t.org_id = ?1 AND my_t.author_id = ?2 AND my_t.kind = 'voice'
                       UNION ALL
                       SELECT my_m.root_id FROM voice_merge my_m
                       JOIN thing my_b ON my_b.org_id = my_m.org_id AND my_b.thing_id = my_m.voice_id
                       WHERE my_m.org_id = ?1 AND my_b.org_id = ?1 AND my_b.author_id = ?2
                       UNION ALL
                       SELECT my_m.root_id FROM support my_s
                       JOIN voice_merge my_m ON my_m.org_id = my_s.org_id AND my_m.voice_id = my_s.voice_id
                       WHERE my_s.org_id = ?1 AND my_m.org_id = ?1 AND my_s.person_id = ?2) )sql";

constexpr store::SqlLiteral text_columns = ", v.body, v.body_html, v.official, v.official_html";

void read_texts(const store::Row& row, Voice& voice, int from)
{
    voice.body = row.string(from);
    voice.body_html = SafeHtml::trusted_from_store(row.string(from + 1));
    voice.official = row.string(from + 2);
    voice.official_html = SafeHtml::trusted_from_store(row.string(from + 3));
}

void load_reach(store::Transaction& transaction, Id organisation, std::vector<Voice>& voices)
{
    std::unordered_map<Id, Voice*> by_id;
    std::vector<Id> ids;
    for (auto& voice : voices) {
        by_id.emplace(voice.id, &voice);
        ids.push_back(voice.id);
    }
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, vital, important, circles, late, early FROM voice_reach
             WHERE org_id = ?1 AND voice_id IN_IDS(?2) )sql",
                                             organisation, store::IdList{ids}))
        by_id.at(row.id(0))->reach = Reach{.vital = row.integer(1),
                                           .important = row.integer(2),
                                           .circles = row.integer(3),
                                           .late = row.integer(4),
                                           .early = row.integer(5)};
}

/// What a list is walked by. Along its order it costs the page times how rare that is which it
/// shows; by a filter as much as the filter leaves, all of which is put in order then.
enum class Walk { order, kind, status, circle, tag, author };

/// The filter that leaves few voices of a large hall, or whose index is in the order of the list.
Walk walk_of(store::Transaction& transaction, Id organisation, const VoiceQuery& query, Sort sort)
{
    // Of some hundred thousand voices, this many are put in order in the time in which a page of
    // what one in fifty is would be found along the order.
    constexpr std::int64_t few = 2'000;
    if (query.person) return Walk::author;
    const bool any = !query.kind.empty() || query.status || query.circle || query.tag;
    if (!any || sort == Sort::mine) return Walk::order;
    auto walk = Walk::order;
    if (query.status && (sort == Sort::newest || sort == Sort::trending))
        walk = Walk::status;
    else if (!query.kind.empty() && (sort == Sort::newest || sort == Sort::trending))
        walk = Walk::kind;
    if (walk != Walk::order && !query.circle && !query.tag) return walk;

    std::int64_t least = few;
    const auto leaves = [&](bool asked, Walk filter, std::int64_t left) {
        if (!asked || left > least) return;
        least = left;
        walk = filter;
    };
    if (query.tag) {
        auto rows = transaction.query("SELECT coalesce(sum(voices), 0) FROM tag_count "
                                      "WHERE org_id = ?1 AND tag_id = ?2",
                                      organisation, query.tag);
        leaves(true, Walk::tag, rows.next() ? rows->integer(0) : 0);
    }
    auto rows = transaction.query(R"sql(
        SELECT coalesce(sum(CASE WHEN circle_id = ?2 THEN voices ELSE 0 END), 0),
               coalesce(sum(CASE WHEN status_id = ?3 THEN voices ELSE 0 END), 0),
               coalesce(sum(CASE WHEN kind = ?4 THEN voices ELSE 0 END), 0)
        FROM voice_count WHERE org_id = ?1 )sql",
                                  organisation, query.circle, query.status, query.kind);
    if (!rows.next()) return walk;
    leaves(bool(query.circle), Walk::circle, rows->integer(0));
    leaves(bool(query.status), Walk::status, rows->integer(1));
    leaves(!query.kind.empty(), Walk::kind, rows->integer(2));
    return walk;
}

struct Way {
    store::SqlLiteral from;
    store::SqlLiteral of;
};

Way way_of(Walk walk)
{
    switch (walk) {
    case Walk::kind:
        return {from_voices, of_kind};
    case Walk::status:
        return {from_voices, of_status};
    case Walk::circle:
        return {from_things, of_circle};
    case Walk::tag:
        return {from_tag, of_tag};
    case Walk::author:
        return {from_things, of_author};
    case Walk::order:
        break;
    }
    return {from_voices, " "};
}

/// Which voices `sql` is to read, among those that the viewer sees: ?3 to ?11.
store::Sql choose(store::Transaction& transaction, store::Sql sql, const VoiceQuery& query,
                  Sort sort, const Viewer& viewer)
{
    const auto walk = walk_of(transaction, viewer.organisation, query, sort);
    const bool reach = order_of(sort).of_reach;
    const auto [from, of] = way_of(walk);
    sql += reach && walk == Walk::order ? from_reach : from;
    if (reach && walk != Walk::order) sql += and_reach;
    sql += both;
    if (reach) sql += with_reach;
    sql += of;
    sql += query.about ? one_about : any_about;
    sql += query.person ? merged_too : standing;
    sql += by_filters;
    sql += people::seen;
    if (sort == Sort::mine) sql += by_viewer;
    return sql;
}

Result<VoicePage> list_in_order(store::Transaction& transaction, const VoiceQuery& query, Sort sort,
                                const Viewer& viewer)
{
    NumberPlace cursor;
    if (!query.after.empty()) {
        const auto name = query.after.substr(0, query.after.find('_'));
        if (const auto of = sort_of(name); of && *of != sort)
            return Refusal::invalid("after",
                                    "This is a place in a list of another order. Begin again "
                                    "without it.");
        const auto read = NumberPlace::parse(
            std::string_view(query.after).substr(std::min(query.after.size(), name.size() + 1)));
        if (!read) return not_a_place();
        cursor = *read;
    }
    if (sort == Sort::mine && !viewer.signed_in()) return VoicePage{};

    const auto order = order_of(sort);
    auto sql = store::Sql("SELECT ") + voice_columns + order.value;
    if (query.with_body) sql += text_columns;
    sql = choose(transaction, std::move(sql), query, sort, viewer);
    sql += query.after.empty() ? store::SqlLiteral(" AND ?12 = ?12 AND ?13 = ?13") : order.after;
    sql += order.by;
    sql += " LIMIT ?14";

    VoicePage page;
    double last = 0;
    for (const auto& row :
         transaction.query(sql, viewer.organisation, viewer.person, query.kind, query.status,
                           query.category ? to_text(*query.category) : std::string_view{},
                           query.circle, query.tag, query.person, query.about, query.from,
                           query.until, cursor.value, cursor.id, query.limit + 1)) {
        if (std::ssize(page.voices) == query.limit) {
            page.next = write_cursor(sort, last, page.voices.back().id);
            break;
        }
        page.voices.push_back(read_voice(row));
        last = row.number(voice_column_count);
        if (query.with_body) read_texts(row, page.voices.back(), voice_column_count + 1);
    }
    complete(transaction, page.voices, viewer, query.statuses, query.brief);
    if (query.with_body) load_files(transaction, viewer.organisation, page.voices);
    if (order_of(sort).of_reach) load_reach(transaction, viewer.organisation, page.voices);
    return page;
}

/// What was found; in the place of a voice that was merged, what it was merged into, once.
std::vector<Match> follow_merges(store::Transaction& transaction, Id organisation,
                                 const std::vector<Match>& matches)
{
    std::vector<Id> found;
    found.reserve(matches.size());
    for (const auto& match : matches) found.push_back(match.voice);
    std::unordered_map<Id, Id> stands_for;
    for (const auto& row : transaction.query(R"sql(
             SELECT v.voice_id, v.merged_into FROM voice v
             WHERE v.org_id = ?1 AND v.voice_id IN_IDS(?2) AND v.merged_into <> 0 AND v.apart = 0 )sql",
                                             organisation, store::IdList{found}))
        stands_for.emplace(row.id(0), row.id(1));
    if (stands_for.empty()) return matches;
    std::vector<Match> standing_ones;
    std::unordered_set<Id> known;
    for (auto match : matches) {
        if (const auto other = stands_for.find(match.voice); other != stands_for.end())
            match.voice = other->second;
        if (known.insert(match.voice).second) standing_ones.push_back(match);
    }
    return standing_ones;
}

/// Those of `matches` that may be seen and pass the by_filters, with what `sort` orders them by.
std::vector<std::pair<double, Id>> sift(store::Transaction& transaction, const VoiceQuery& query,
                                        Sort sort, std::span<const Match> matches,
                                        const Viewer& viewer)
{
    std::vector<Id> ids;
    ids.reserve(matches.size());
    for (const auto& match : matches) ids.push_back(match.voice);
    const auto order = order_of(sort);
    std::vector<std::pair<double, Id>> sifted;
    for (const auto& row : transaction.query(
             store::Sql("SELECT v.voice_id ") + order.value + R"sql(
             FROM voice v JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id )sql" +
                 (order.of_reach ? joined_reach : store::SqlLiteral(" ")) + R"sql(
             WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.voice_id IN_IDS(?12) )sql" +
                 (query.about ? one_about : any_about) + by_filters + people::seen +
                 (sort == Sort::mine ? by_viewer : store::SqlLiteral("")),
             viewer.organisation, viewer.person, query.kind, query.status,
             query.category ? to_text(*query.category) : std::string_view{}, query.circle,
             query.tag, query.person, query.about, query.from, query.until, store::IdList{ids}))
        sifted.emplace_back(row.number(1), row.id(0));
    return sifted;
}

/// The first of them in the order of `sort`, `enough` of them or all.
std::vector<Id> choose_matches(store::Transaction& transaction, const VoiceQuery& query, Sort sort,
                               std::span<const Match> matches, const Viewer& viewer,
                               std::size_t enough)
{
    std::vector<Id> chosen;
    if (sort == Sort::mine && !viewer.signed_in()) return chosen;
    if (sort != Sort::relevance) {
        auto sifted = sift(transaction, query, sort, matches, viewer);
        std::ranges::sort(sifted, std::ranges::greater{});
        for (const auto& [value, id] : sifted) chosen.push_back(id);
        return chosen;
    }
    // They come in their order already, and mostly the first page is all that is asked for.
    constexpr std::size_t piece = 64;
    for (; !matches.empty() && chosen.size() < enough;
         matches = matches.subspan(std::min(piece, matches.size()))) {
        const auto first = matches.first(std::min(piece, matches.size()));
        std::unordered_set<Id> passed;
        for (const auto& [value, id] : sift(transaction, query, sort, first, viewer))
            passed.insert(id);
        for (const auto& match : first)
            if (passed.contains(match.voice)) chosen.push_back(match.voice);
    }
    return chosen;
}

/// The page of `matches` that begins `skip` places down those that may be seen and pass the
/// by_filters. Their rows are read for the page only.
VoicePage list_matches(store::Transaction& transaction, const VoiceQuery& query, Sort sort,
                       std::size_t skip, const std::vector<Match>& found, const Viewer& viewer)
{
    VoicePage page;
    const auto matches = follow_merges(transaction, viewer.organisation, found);
    const auto limit = static_cast<std::size_t>(query.limit);
    const auto chosen = choose_matches(transaction, query, sort, matches, viewer, skip + limit + 1);
    const auto from = std::min(skip, chosen.size());
    const auto to = std::min(from + limit, chosen.size());
    const std::vector<Id> shown(chosen.begin() + static_cast<std::ptrdiff_t>(from),
                                chosen.begin() + static_cast<std::ptrdiff_t>(to));
    if (to < chosen.size()) page.next = std::to_string(to);

    auto sql = store::Sql("SELECT ") + voice_columns;
    if (query.with_body) sql += text_columns;
    sql += R"sql( FROM voice v JOIN thing t ON t.org_id = v.org_id AND t.thing_id = v.voice_id
                  WHERE v.org_id = ?1 AND t.org_id = ?1 AND v.voice_id IN_IDS(?2) )sql";
    for (const auto& row : transaction.query(sql, viewer.organisation, store::IdList{shown})) {
        page.voices.push_back(read_voice(row));
        if (query.with_body) read_texts(row, page.voices.back(), voice_column_count);
    }
    std::unordered_map<Id, std::size_t> rank;
    for (std::size_t at = 0; at < shown.size(); ++at) rank.emplace(shown[at], at);
    std::ranges::sort(page.voices, {}, [&](const Voice& voice) { return rank.at(voice.id); });
    complete(transaction, page.voices, viewer, query.statuses, query.brief);
    if (query.with_body) load_files(transaction, viewer.organisation, page.voices);
    if (order_of(sort).of_reach) load_reach(transaction, viewer.organisation, page.voices);
    return page;
}

Result<VoicePage> list_found(store::Transaction& transaction, const VoiceQuery& query, Sort sort,
                             const Viewer& viewer, const Finder* finder)
{
    std::size_t skip = 0;
    if (!query.after.empty()) {
        const auto [end, error] =
            std::from_chars(query.after.data(), query.after.data() + query.after.size(), skip);
        if (error != std::errc{} || end != query.after.data() + query.after.size() || skip > 500)
            return not_a_place();
    }
    const auto words = query_words(query.query);
    if (words.empty()) return VoicePage{};
    auto matches = search_words(transaction, viewer.organisation, words);
    auto meant = query.query;
    if (finder != nullptr && matches.empty())
        if (auto mended = finder->mended(viewer, query.query); mended != query.query) {
            meant = std::move(mended);
            matches = search_words(transaction, viewer.organisation, query_words(meant));
        }
    // What holds the words comes first, as people expect who know what they look for. Where so many
    // do that not all are read, nobody comes to what says it in other words.
    if (finder != nullptr && sort == Sort::relevance && matches.size() < voices_ranked_max) {
        constexpr std::size_t meant_max = 30;
        for (const Id voice : finder->about(viewer, meant, meant_max))
            if (std::ranges::find(matches, voice, &Match::voice) == matches.end())
                matches.push_back({voice, 0});
        // Nobody says all of it: then whoever says some of it is nearer than an empty page.
        constexpr std::size_t nearest_max = 10;
        if (matches.empty())
            for (const Id voice :
                 finder->similar(viewer, meant, nearest_max).value_or(std::vector<Id>()))
                matches.push_back({voice, 0});
    }
    return list_matches(transaction, query, sort, skip, matches, viewer);
}

} // namespace

std::optional<Sort> sort_of(std::string_view text)
{
    return value_of(sort_words, text);
}

std::string_view to_text(Sort sort)
{
    return sort_words[static_cast<std::size_t>(sort)].second;
}

namespace {

/// Most categories have one status, and one status has an index.
void find_the_status(store::Transaction& transaction, Id organisation, VoiceQuery& query,
                     std::vector<Status>& own)
{
    if (!query.category || query.status) return;
    if (query.statuses == nullptr) {
        own = list_statuses(transaction, organisation);
        query.statuses = &own;
    }
    const auto& statuses = *query.statuses;
    if (std::ranges::count(statuses, *query.category, &Status::category) != 1) return;
    query.status = std::ranges::find(statuses, *query.category, &Status::category)->id;
    query.category.reset();
}

} // namespace

std::int64_t count_to_do(store::Transaction& transaction, const VoiceQuery& wanted,
                         const Viewer& viewer)
{
    auto query = wanted;
    std::vector<Status> own;
    find_the_status(transaction, viewer.organisation, query, own);
    if (query.about && !people::find_seen(transaction, query.about, viewer)) return 0;
    auto sql = choose(transaction, store::Sql("SELECT count(*) FROM (SELECT 1 "), query,
                      query.sort.value_or(Sort::trending), viewer);
    sql += nothing_kept;
    sql += people::seen;
    sql += ") LIMIT ?12) counted";
    auto rows = transaction.query(sql, viewer.organisation, viewer.person, query.kind, query.status,
                                  query.category ? to_text(*query.category) : std::string_view{},
                                  query.circle, query.tag, query.person, query.about, query.from,
                                  query.until, to_do_counted_max);
    return rows.next() ? rows->integer(0) : 0;
}

Result<VoicePage> list_voices(store::Transaction& transaction, const VoiceQuery& wanted,
                              const Viewer& viewer, const Finder* finder)
{
    auto query = wanted;
    std::vector<Status> own;
    find_the_status(transaction, viewer.organisation, query, own);
    // Nothing is said of what one may not see, not even which voices are in it.
    if (query.about && !people::find_seen(transaction, query.about, viewer)) return VoicePage{};
    const auto sort = query.sort.value_or(query.query.empty() ? Sort::trending : Sort::relevance);
    if (!query.query.empty()) return list_found(transaction, query, sort, viewer, finder);
    return list_in_order(transaction, query, sort, viewer);
}

std::vector<Voice> list_voices_by_id(store::Transaction& transaction, const std::vector<Id>& voices,
                                     const Viewer& viewer)
{
    if (voices.empty()) return {};
    std::vector<Match> matches;
    matches.reserve(voices.size());
    for (const Id voice : voices) matches.push_back({voice, 0});
    VoiceQuery query;
    query.limit = static_cast<int>(voices.size());
    return list_matches(transaction, query, Sort::relevance, 0, matches, viewer).voices;
}

std::vector<Voice> find_similar(store::Transaction& transaction, std::string_view text,
                                const Viewer& viewer, int limit, const Finder* finder)
{
    if (finder != nullptr) {
        constexpr std::size_t spare = 3; // for those that the rule of sight takes away
        if (const auto alike =
                finder->similar(viewer, text, static_cast<std::size_t>(limit) * spare)) {
            auto found = list_voices_by_id(transaction, *alike, viewer);
            std::erase_if(found,
                          [](const Voice& voice) { return voice.state != record::State::visible; });
            if (std::ssize(found) > limit) found.resize(static_cast<std::size_t>(limit));
            if (!found.empty()) return found;
        }
        // What was said this moment is found by its words, until its meaning is known.
    }
    // Short words are in every sentence of most languages and tell little.
    auto words = query_words(text);
    std::erase_if(words, [](const std::string& word) { return count_characters(word) < 4; });
    if (words.empty()) return {};
    VoiceQuery query;
    query.limit = limit;
    query.with_body = true;
    auto found =
        list_matches(transaction, query, Sort::relevance, 0,
                     search_words(transaction, viewer.organisation, words, Need::any), viewer);
    return std::move(found.voices);
}

} // namespace moothall::hear
