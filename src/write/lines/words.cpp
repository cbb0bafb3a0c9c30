#include "write/lines/words.hpp"

#include <algorithm>

namespace moothall::write {

namespace {

bool is_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

/// Letters and digits; all that is not ASCII counts as a letter, so no character is cut in two.
bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || static_cast<unsigned char>(byte) >= 0x80;
}

using Pieces = std::vector<std::string_view>;

/// Pieces of one text, gathered into lines; a line ends with its "\n".
std::vector<Pieces> lines_of(const Pieces& pieces)
{
    std::vector<Pieces> lines;
    bool open = false;
    for (const auto piece : pieces) {
        if (!open) lines.emplace_back();
        lines.back().push_back(piece);
        open = piece != "\n";
    }
    return lines;
}

/// The line as one view: its pieces lie beside each other.
std::string_view text_of(const Pieces& line)
{
    return {line.front().data(), static_cast<std::size_t>(line.back().data() + line.back().size() -
                                                          line.front().data())};
}

Pieces joined(const std::vector<Pieces>& lines, std::size_t from, std::size_t until)
{
    Pieces pieces;
    for (; from < until; ++from)
        pieces.insert(pieces.end(), lines[from].begin(), lines[from].end());
    return pieces;
}

/// A kept space between two changes counts as changed.
void close_gaps(std::vector<Change>& steps, const Pieces& before)
{
    std::vector<Change> closed;
    closed.reserve(steps.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool gap = steps[i] == Change::kept && i > 0 && i + 1 < steps.size() &&
                         steps[i - 1] != Change::kept && steps[i + 1] != Change::kept &&
                         is_space(before[at].front());
        if (gap) {
            closed.push_back(Change::taken_out);
            closed.push_back(Change::put_in);
        } else {
            closed.push_back(steps[i]);
        }
        if (steps[i] != Change::put_in) ++at;
    }
    for (auto run = closed.begin(); run != closed.end();) {
        run = std::find_if(run, closed.end(), [](Change step) { return step != Change::kept; });
        const auto end = std::find(run, closed.end(), Change::kept);
        const auto taken = std::count(run, end, Change::taken_out);
        std::fill(run, run + taken, Change::taken_out);
        std::fill(run + taken, end, Change::put_in);
        run = end;
    }
    steps = std::move(closed);
}

bool has_change(const Row& row)
{
    return std::ranges::any_of(row,
                               [](const Piece& piece) { return piece.change != Change::kept; });
}

} // namespace

std::vector<std::string_view> split_words(std::string_view text)
{
    Pieces pieces;
    for (std::size_t at = 0; at < text.size();) {
        auto end = at + 1;
        if (is_space(text[at]))
            while (end < text.size() && is_space(text[end])) ++end;
        else if (is_letter(text[at]))
            while (end < text.size() && is_letter(text[end])) ++end;
        pieces.push_back(text.substr(at, end - at));
        at = end;
    }
    return pieces;
}

std::vector<Change> find_word_steps(const Pieces& before, const Pieces& after)
{
    const auto one = lines_of(before);
    const auto other = lines_of(after);
    const auto texts = [](const std::vector<Pieces>& lines) {
        Pieces views;
        for (const auto& line : lines) views.push_back(text_of(line));
        return views;
    };
    const auto line_steps = find_steps(texts(one), texts(other));
    std::vector<Change> steps;
    std::size_t x = 0;
    std::size_t y = 0;
    for (std::size_t i = 0; i < line_steps.size();) {
        if (line_steps[i] == Change::kept) {
            steps.insert(steps.end(), one[x].size(), Change::kept);
            ++x;
            ++y;
            ++i;
            continue;
        }
        const auto from_x = x;
        const auto from_y = y;
        for (; i < line_steps.size() && line_steps[i] != Change::kept; ++i)
            ++(line_steps[i] == Change::taken_out ? x : y);
        const auto taken = joined(one, from_x, x);
        auto run = find_steps(taken, joined(other, from_y, y));
        close_gaps(run, taken);
        steps.insert(steps.end(), run.begin(), run.end());
    }
    return steps;
}

std::vector<Piece> find_word_difference(std::string_view before, std::string_view after)
{
    const auto one = split_words(before);
    const auto other = split_words(after);
    std::vector<Piece> pieces;
    std::size_t x = 0;
    std::size_t y = 0;
    for (const auto step : find_word_steps(one, other)) {
        const auto text = step == Change::put_in ? other[y] : one[x];
        if (pieces.empty() || pieces.back().change != step) pieces.push_back({step, {}});
        pieces.back().text += text;
        if (step != Change::put_in) ++x;
        if (step != Change::taken_out) ++y;
    }
    return pieces;
}

std::vector<RowHunk> find_row_hunks(std::string_view before, std::string_view after,
                                    std::size_t around)
{
    std::vector<Row> rows{{}};
    for (const auto& piece : find_word_difference(before, after)) {
        std::string_view rest = piece.text;
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            // A line end alone that came or went shows nothing, but is a change.
            rows.back().push_back({piece.change, std::string(rest.substr(0, end))});
            rows.emplace_back();
            rest.remove_prefix(end + 1);
        }
        if (!rest.empty()) rows.back().push_back({piece.change, std::string(rest)});
    }
    std::vector<RowHunk> hunks;
    std::size_t shown = 0; // up to where rows were shown or left out
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!has_change(rows[i])) continue;
        const auto from = std::max(shown, i - std::min(i, around));
        if (hunks.empty() || from > shown)
            hunks.push_back({static_cast<std::int64_t>(from - shown), {}});
        const auto until = std::min(rows.size(), i + around + 1);
        for (shown = from; shown < until; ++shown) {
            if (shown > i && has_change(rows[shown])) break;
            hunks.back().rows.push_back(rows[shown]);
        }
    }
    return hunks;
}

std::string with_plain_line_ends(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r')
            plain.push_back(text[i]);
        else if (i + 1 == text.size() || text[i + 1] != '\n')
            plain.push_back('\n');
    return plain;
}

} // namespace moothall::write
