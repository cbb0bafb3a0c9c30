#include "sense/theme_store.hpp"

#include "hear/hear.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <algorithm>

namespace moothall::sense {

std::optional<Placement> find_placement(store::Transaction& transaction, Id organisation, Id voice,
                                        std::string_view lens)
{
    auto rows = transaction.query(R"sql(
        SELECT theme_id, put_by FROM theme_voice WHERE org_id = ?1 AND voice_id = ?2 AND lens = ?3 )sql",
                                  organisation, voice, lens);
    if (!rows.next()) return {};
    return Placement{voice, rows->id(0), rows->id(1)};
}

void insert_theme(store::Transaction& transaction, Id organisation, const NamedTheme& theme)
{
    record::save_thing(transaction, organisation,
                       {theme.id, "theme", theme.circle, record::State::visible, theme.author,
                        theme.title, theme.created, theme.changed});
    transaction.execute(R"sql(
        INSERT INTO theme (org_id, theme_id, lens, words, by_hand, typical_id, merged_into, ended_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0) )sql",
                        organisation, theme.id, theme.lens, join_words(theme.words), theme.by_hand,
                        theme.typical);
}

void update_theme(store::Transaction& transaction, Id organisation, const NamedTheme& theme)
{
    record::change_thing(transaction, organisation,
                         {theme.id, "theme", theme.circle, record::State::visible, theme.author,
                          theme.title, theme.created, theme.changed});
    transaction.execute(R"sql(
        UPDATE theme SET words = ?3, by_hand = ?4, typical_id = ?5, merged_into = ?6, ended_us = ?7
        WHERE org_id = ?1 AND theme_id = ?2 )sql",
                        organisation, theme.id, join_words(theme.words), theme.by_hand,
                        theme.typical, theme.merged_into, theme.ended ? theme.changed : Time{});
}

void place_voice(store::Transaction& transaction, Id organisation, Id voice, std::string_view lens,
                 Id theme, Id put_by, double nearness, Time now)
{
    const auto before = find_placement(transaction, organisation, voice, lens);
    if (before && theme && before->theme != theme)
        hear::move_step(transaction, organisation, voice, hear::Stage::sense, before->theme, theme,
                        now);
    if (!theme) {
        if (before)
            hear::leave_stage(transaction, organisation, voice, hear::Stage::sense, before->theme);
        transaction.execute(
            "DELETE FROM theme_voice WHERE org_id = ?1 AND voice_id = ?2 AND lens = ?3",
            organisation, voice, lens);
        return;
    }
    transaction.execute(R"sql(
        INSERT INTO theme_voice (org_id, voice_id, lens, theme_id, put_by, nearness, put_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (org_id, voice_id, lens) DO UPDATE
        SET theme_id = excluded.theme_id, put_by = excluded.put_by, nearness = excluded.nearness,
            put_us = excluded.put_us )sql",
                        organisation, voice, lens, theme, put_by, nearness, now);
    if (!before)
        hear::reach_stage(transaction, organisation, voice, hear::Stage::sense, theme,
                          "sense.voice_put", now);
}

void save_apart(store::Transaction& transaction, Id organisation, Id voice, Id theme, Id said_by,
                Time now)
{
    transaction.execute(R"sql(
        INSERT INTO theme_apart (org_id, voice_id, theme_id, said_by, said_us) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (org_id, voice_id, theme_id) DO NOTHING )sql",
                        organisation, voice, theme, said_by, now);
}

bool forget_apart(store::Transaction& transaction, Id organisation, Id voice, Id theme)
{
    return transaction.execute(
               "DELETE FROM theme_apart WHERE org_id = ?1 AND voice_id = ?2 AND theme_id = ?3",
               organisation, voice, theme) > 0;
}

bool is_apart(store::Transaction& transaction, Id organisation, Id voice, Id theme)
{
    auto rows = transaction.query(
        "SELECT 1 FROM theme_apart WHERE org_id = ?1 AND voice_id = ?2 AND theme_id = ?3",
        organisation, voice, theme);
    return rows.next();
}

std::vector<Placement> list_placements(store::Transaction& transaction, Id organisation, Id theme)
{
    std::vector<Placement> placements;
    for (const auto& row : transaction.query(R"sql(
             SELECT voice_id, theme_id, put_by FROM theme_voice WHERE org_id = ?1 AND theme_id = ?2
             ORDER BY voice_id )sql",
                                             organisation, theme))
        placements.push_back({row.id(0), row.id(1), row.id(2)});
    return placements;
}

NamedTheme read_listed_theme(const store::Row& row)
{
    NamedTheme theme;
    theme.id = row.id(0);
    theme.title = row.string(1);
    theme.circle = row.id(2);
    theme.author = row.id(3);
    theme.created = row.time(4);
    theme.changed = row.time(5);
    theme.words = split_words(row.text(6));
    theme.by_hand = row.truth(7);
    theme.typical = row.id(8);
    return theme;
}

std::optional<NamedTheme> load_theme(store::Transaction& transaction, Id organisation, Id id)
{
    auto rows = transaction.query(R"sql(
        SELECT t.title, t.circle_id, t.author_id, t.created_us, t.changed_us, h.lens, h.words, h.by_hand,
            h.typical_id, h.merged_into, h.ended_us
        FROM theme h JOIN thing t ON t.org_id = h.org_id AND t.thing_id = h.theme_id
        WHERE h.org_id = ?1 AND t.org_id = ?1 AND h.theme_id = ?2 )sql",
                                  organisation, id);
    if (!rows.next()) return {};
    NamedTheme theme;
    theme.id = id;
    theme.title = rows->string(0);
    theme.circle = rows->id(1);
    theme.author = rows->id(2);
    theme.created = rows->time(3);
    theme.changed = rows->time(4);
    theme.lens = rows->string(5);
    theme.words = split_words(rows->text(6));
    theme.by_hand = rows->truth(7);
    theme.typical = rows->id(8);
    theme.merged_into = rows->id(9);
    theme.ended = rows->integer(10) != 0;
    return theme;
}

std::vector<std::string> split_words(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = text.find(',');
        auto word = normalise_line(text.substr(0, end));
        if (!word.empty() && std::ranges::find(words, word) == words.end())
            words.push_back(std::move(word));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return words;
}

std::string join_words(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) {
        if (!text.empty()) text += ", ";
        text += word;
    }
    return text;
}

bool names_hold_gone(store::Transaction& transaction, Id organisation, const std::set<Id>& voices)
{
    return transaction
        .query(R"sql(
            SELECT 1 FROM theme_voice tv
            JOIN thing t ON t.org_id = tv.org_id AND t.thing_id = tv.voice_id
            JOIN circle c ON c.org_id = t.org_id AND c.circle_id = t.circle_id
            JOIN theme h ON h.org_id = tv.org_id AND h.theme_id = tv.theme_id
            WHERE tv.org_id = ?1 AND t.org_id = ?1 AND c.org_id = ?1 AND h.org_id = ?1
              AND tv.voice_id IN_IDS(?2) AND h.lens = 'topic' AND h.by_hand = 0
              AND (t.state <> 'visible' OR (c.visibility <> 'public' AND tv.nearness <> 0)) LIMIT 1 )sql",
               organisation, store::IdList{std::vector<Id>(voices.begin(), voices.end())})
        .next();
}

bool names_hold_closed(store::Transaction& transaction, Id organisation)
{
    return transaction
        .query(R"sql(
            SELECT 1 FROM circle c
            JOIN thing t ON t.org_id = c.org_id AND t.circle_id = c.circle_id
            JOIN theme_voice tv ON tv.org_id = t.org_id AND tv.voice_id = t.thing_id
            JOIN theme h ON h.org_id = tv.org_id AND h.theme_id = tv.theme_id
            WHERE c.org_id = ?1 AND t.org_id = ?1 AND tv.org_id = ?1 AND h.org_id = ?1
              AND c.visibility <> 'public' AND t.kind = 'voice' AND tv.nearness <> 0
              AND h.lens = 'topic' AND h.by_hand = 0 LIMIT 1 )sql",
               organisation)
        .next();
}

} // namespace moothall::sense
