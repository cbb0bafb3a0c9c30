#include "write/lines/merge.hpp"

#include "write/lines/words.hpp"

#include <optional>

namespace moothall::write {

namespace {

using Pieces = std::vector<std::string_view>;

/// For each piece of the base: which piece of the other text it is; none: it was taken out.
std::vector<std::optional<std::size_t>> find_places(const Pieces& base, const Pieces& other)
{
    std::vector<std::optional<std::size_t>> places(base.size());
    std::size_t x = 0;
    std::size_t y = 0;
    for (const auto step : find_word_steps(base, other)) {
        if (step == Change::kept) places[x] = y;
        if (step != Change::put_in) ++x;
        if (step != Change::taken_out) ++y;
    }
    return places;
}

std::string text_of(const Pieces& pieces, std::size_t from, std::size_t until)
{
    std::string text;
    for (; from < until; ++from) text += pieces[from];
    return text;
}

Origin origin_of(const Chunk& chunk)
{
    if (chunk.theirs == chunk.mine) return chunk.theirs == chunk.base ? Origin::kept : Origin::both;
    if (chunk.mine == chunk.base) return Origin::theirs;
    if (chunk.theirs == chunk.base) return Origin::mine;
    return Origin::conflict;
}

void append(Chunk& chunk, const Chunk& other)
{
    chunk.base += other.base;
    chunk.theirs += other.theirs;
    chunk.mine += other.mine;
}

bool is_gap(const Chunk& chunk)
{
    return chunk.origin == Origin::kept && chunk.base.find_first_not_of(" \t") == std::string::npos;
}

/// What a space alone parts belongs together.
std::vector<Chunk> close_gaps(std::vector<Chunk> chunks)
{
    std::vector<Chunk> closed;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const bool beside = !closed.empty() && closed.back().origin != Origin::kept;
        const bool gap = beside && is_gap(chunks[i]) && i + 1 < chunks.size();
        if (gap) append(closed.back(), chunks[i++]);
        if (gap || (beside && chunks[i].origin != Origin::kept)) {
            append(closed.back(), chunks[i]);
            closed.back().origin = origin_of(closed.back());
        } else {
            closed.push_back(std::move(chunks[i]));
        }
    }
    return closed;
}

} // namespace

std::vector<Chunk> merge(std::string_view base_text, std::string_view their_text,
                         std::string_view my_text)
{
    const auto base = split_words(base_text);
    const auto theirs = split_words(their_text);
    const auto mine = split_words(my_text);
    const auto in_theirs = find_places(base, theirs);
    const auto in_mine = find_places(base, mine);
    std::vector<Chunk> chunks;
    std::size_t b = 0;
    std::size_t t = 0;
    std::size_t m = 0;
    while (b < base.size() || t < theirs.size() || m < mine.size()) {
        auto next = b; // the next piece that both kept
        while (next < base.size() && !(in_theirs[next] && in_mine[next])) ++next;
        const auto next_t = next < base.size() ? *in_theirs[next] : theirs.size();
        const auto next_m = next < base.size() ? *in_mine[next] : mine.size();
        if (next > b || next_t > t || next_m > m) {
            Chunk chunk{Origin::kept, text_of(base, b, next), text_of(theirs, t, next_t),
                        text_of(mine, m, next_m)};
            chunk.origin = origin_of(chunk);
            chunks.push_back(std::move(chunk));
        }
        b = next;
        t = next_t;
        m = next_m;
        Chunk kept;
        for (; b < base.size() && in_theirs[b] == t && in_mine[b] == m; ++b, ++t, ++m)
            kept.base += base[b];
        if (kept.base.empty()) continue;
        kept.theirs = kept.mine = kept.base;
        chunks.push_back(std::move(kept));
    }
    return close_gaps(std::move(chunks));
}

std::string put_together(const std::vector<Chunk>& chunks, const std::vector<Take>& takes)
{
    constexpr std::string_view spaces = " \n\t";
    std::string text;
    std::size_t choice = 0;
    for (const auto& chunk : chunks) {
        if (!chunk.is_choice()) {
            text += chunk.theirs;
            continue;
        }
        const auto take = choice < takes.size() ? takes[choice] : Take::theirs;
        ++choice;
        // Of what I alone changed theirs is the base, which mine stands in place of.
        const bool two = take == Take::both && chunk.origin == Origin::conflict;
        if (two || take == Take::theirs) text += chunk.theirs;
        if (two && !chunk.theirs.empty() && !chunk.mine.empty() &&
            spaces.find(chunk.theirs.back()) == std::string_view::npos &&
            spaces.find(chunk.mine.front()) == std::string_view::npos)
            text += ' ';
        if (take != Take::theirs) text += chunk.mine;
    }
    return text;
}

} // namespace moothall::write
