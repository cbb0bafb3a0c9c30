// cmark-gfm 0.29.0.gfm.6, which Debian 12 has, needs quadratic time for some texts that nobody
// writes: 64 KB of "a <?a <?…" took it 0.5 s, "www.a" and 60,000 parentheses 1 s, a paragraph with
// a thousand rows of dashes 7 s. Later releases mend some of these (CVE-2022-39209, CVE-2023-22483
// to 22486, CVE-2023-24824, CVE-2023-26485, CVE-2023-37463). So we look at the text first, once and
// in linear time, and give to the parser only what it reads quickly:
//
// - HTML is never parsed. We show it as text anyway. Each < that begins neither an address (as in
//   <https://a.example>) nor a link's destination is replaced by a character that the text does not
//   hold; the renderers put it back.
// - What is quadratic in some count within one paragraph (or over the document) is counted, and a
//   text above the limit is shown without Markdown. The limits lie far above what people write and
//   were set by measuring: markdown_test.cpp searches for slow texts.

#include "text/markdown_source.hpp"

#include "text/markdown.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace moothall {

namespace {

constexpr std::size_t nesting_max = 32;
constexpr std::size_t marks_max = 12'000; // lines, and characters that may be syntax
// In one paragraph:
constexpr std::size_t brackets_max = 2'000;
constexpr std::size_t emphasis_marks_max = 6'000;
// Tables: columns of one row; cells of all; and for each row of dashes, which may make the
// paragraph before it a table's head, the square of the lines and four times the bytes before it.
constexpr std::size_t pipes_max = 500;
constexpr std::size_t table_cells_max = 10'000;
constexpr std::size_t table_work_max = 1'500'000;
// The bytes that links by name could expand to.
constexpr std::size_t reference_bytes_max = 8'000'000;
constexpr std::size_t angle_brackets_max = 8'000;
// Bare addresses: above these they stay text. The parser looks for one at each w, : and @; work is
// what begins an address, times the bytes and the closing parentheses of the run it stands in.
constexpr std::size_t signals_max = 6'000;
constexpr std::size_t addresses_max = 1'000;
constexpr std::size_t at_signs_max = 500;
constexpr std::size_t link_work_max = 1'000'000;

/// Punctuation that hardly anybody writes. It must be punctuation, as < is, because that decides
/// whether a * beside it opens or closes emphasis.
constexpr std::array<std::string_view, 6> stand_ins{"\u2E2A", "\u2E2B", "\u2E2C",
                                                    "\u2E2D", "\u2E30", "\u2E31"};

bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool is_blank_in_line(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\v' || byte == '\f';
}

/// The text inside the angle brackets that open at `at`, if they close on this line before another
/// opens and hold neither blanks nor quotes; otherwise empty.
std::string_view in_angle_brackets(std::string_view text, std::size_t at)
{
    const auto end = text.find_first_of("<> \t\r\n\"'", at + 1);
    if (end == std::string_view::npos || text[end] != '>') return {};
    return text.substr(at + 1, end - at - 1);
}

/// Whether the < at `at` begins an address (<https://…>, <aino@example.org>) or a destination as in
/// [text](<…>).
bool begins_link(std::string_view text, std::size_t at)
{
    const auto inside = in_angle_brackets(text, at);
    if (inside.empty()) return false;
    if (inside.starts_with("https://") || inside.starts_with("http://") ||
        inside.starts_with("mailto:"))
        return true;
    if (!is_letter(inside.front()) && !is_digit(inside.front()) && inside.front() != '/' &&
        inside.front() != '#')
        return false;
    if (inside.find('@') != std::string_view::npos) return true;
    auto before = at;
    while (before > 0 && is_blank_in_line(text[before - 1])) --before;
    return before >= 2 && text[before - 2] == ']' &&
           (text[before - 1] == '(' || text[before - 1] == ':');
}

/// What lists, quotes and indentation a line begins with.
struct Beginning {
    std::size_t bytes = 0;
    std::size_t marks = 0;
    std::size_t columns = 0; // of white space
};

Beginning beginning_of(std::string_view line)
{
    Beginning beginning;
    auto& at = beginning.bytes;
    const auto ends_mark = [&](std::size_t next) {
        return next == line.size() || is_blank_in_line(line[next]);
    };
    while (at < line.size()) {
        if (is_blank_in_line(line[at])) {
            beginning.columns += line[at] == '\t' ? 4 : 1;
            ++at;
        } else if (line[at] == '>' ||
                   ((line[at] == '-' || line[at] == '+' || line[at] == '*') && ends_mark(at + 1))) {
            ++beginning.marks;
            ++at;
        } else if (is_digit(line[at])) {
            auto next = at;
            while (next < line.size() && is_digit(line[next])) ++next;
            if (next == line.size() || (line[next] != '.' && line[next] != ')') ||
                !ends_mark(next + 1))
                break;
            ++beginning.marks;
            at = next + 1;
        } else {
            break;
        }
    }
    return beginning;
}

/// Counts what the parser's time depends on.
class TangleCheck {
public:
    /// One line, without its end. False: too much.
    bool take(std::string_view line)
    {
        if (is_in_fence(line)) {
            end_paragraph();
            return true;
        }
        const auto beginning = beginning_of(line);
        marks_ += 1 + beginning.marks;
        if (line.find_first_not_of(" \t>") == line.npos) {
            // An empty line, maybe inside a quote: no paragraph goes on over it. It does continue
            // lists.
            end_paragraph();
            return beginning.marks <= nesting_max && marks_ <= marks_max;
        }
        if (begins_item(line)) end_paragraph();
        // A list inside a list is either on the same line or indented by two columns or more.
        if (beginning.marks > 0 && beginning.marks + beginning.columns / 2 > nesting_max)
            return false;

        ++paragraph_lines_;
        paragraph_bytes_ += line.size() + 1;
        const auto text = line.substr(beginning.bytes);
        std::size_t pipes = 0;
        for (const auto byte : line) {
            if (byte == '[' || byte == ']') ++paragraph_brackets_;
            if (byte == '*' || byte == '_' || byte == '~') ++paragraph_emphasis_marks_;
            if (byte == '@') ++at_signs_;
            if (byte == ']') ++closing_brackets_;
            if (byte == 'w' || byte == ':') ++signals_;
            if (byte == '|') ++pipes;
            if (may_be_syntax(byte)) ++marks_;
        }
        count_link_work(line);
        table_cells_ += table_columns_;
        if (line.find('-') != line.npos &&
            line.find_first_not_of("-:|>+*.)0123456789 \t\v\f") == line.npos) {
            table_work_ += paragraph_lines_ * paragraph_lines_ + 4 * paragraph_bytes_;
            table_columns_ += pipes + 1;
        }
        // A name, an address and a title may each stand on lines of their own, so a definition is
        // taken to reach to its paragraph's end.
        if (text.starts_with('[') || definition_bytes_ > 0) definition_bytes_ += line.size() + 1;
        if (definition_bytes_ > 0 && text.find("]:") != text.npos) in_definition_ = true;
        if (in_definition_) longest_definition_ = std::max(longest_definition_, definition_bytes_);
        return marks_ <= marks_max && pipes <= pipes_max && paragraph_brackets_ <= brackets_max &&
               paragraph_emphasis_marks_ <= emphasis_marks_max && table_cells_ <= table_cells_max &&
               table_work_ <= table_work_max &&
               longest_definition_ * closing_brackets_ <= reference_bytes_max;
    }

    /// Whether the parser may look for bare addresses in the text.
    bool finds_links() const
    {
        return at_signs_ <= at_signs_max && beginnings_ <= addresses_max &&
               signals_ <= signals_max && link_work_ <= link_work_max;
    }

private:
    /// Whether the line belongs to fenced code that stands in no list and no quote: the parser
    /// takes it as it is, and logs and programs would often be above our limits.
    ///
    /// This must never say yes where the parser says no. A fence in the first column always opens
    /// code, because it ends whatever was open; the end is the parser's own rule. A fence after one
    /// to three spaces may open code or belong to a list: from there on we do not know any more.
    bool is_in_fence(std::string_view line)
    {
        if (fences_lost_) return false;
        if (fence_length_ == 0) {
            const auto spaces = line.find_first_not_of(' ');
            if (spaces == line.npos || spaces > 3) return false;
            const auto fence = line.substr(spaces);
            if (!fence.starts_with("```") && !fence.starts_with("~~~")) return false;
            const auto length = std::min(fence.find_first_not_of(fence.front()), fence.size());
            if (fence.front() == '`' && fence.find('`', length) != fence.npos) return false;
            fences_lost_ = spaces > 0;
            if (fences_lost_) return false;
            fence_mark_ = fence.front();
            fence_length_ = length;
            return true;
        }
        const auto indent = line.find_first_not_of(' ');
        if (indent == line.npos || indent > 3 || line[indent] != fence_mark_) return true;
        const auto end = std::min(line.find_first_not_of(fence_mark_, indent), line.size());
        if (end - indent >= fence_length_ && line.find_first_not_of(" \t", end) == line.npos)
            fence_length_ = 0;
        return true;
    }

    /// Whether the line surely begins a list's item, and so ends the paragraph before it.
    static bool begins_item(std::string_view line)
    {
        return line.size() > 2 && (line[0] == '-' || line[0] == '*' || line[0] == '+') &&
               line[1] == ' ' && line.find_first_not_of(" \t\v\f", 1) != line.npos;
    }

    static bool may_be_syntax(char byte)
    {
        constexpr std::string_view syntax = "*_~[]!<&\\`|";
        return syntax.find(byte) != std::string_view::npos;
    }

    /// From each beginning of an address the parser reads on to the next white space, and for each
    /// parenthesis at the end it reads once more.
    void count_link_work(std::string_view line)
    {
        for (std::size_t begin = 0; begin < line.size();) {
            const auto end = std::min(line.find_first_of(" \t\v\f", begin), line.size());
            const auto run = line.substr(begin, end - begin);
            std::size_t beginnings = 0;
            for (const auto* const mark : {"www.", "://", "@"})
                for (auto at = run.find(mark); at != run.npos; at = run.find(mark, at + 1))
                    ++beginnings;
            beginnings_ += beginnings;
            const auto closing = static_cast<std::size_t>(std::count(run.begin(), run.end(), ')'));
            link_work_ += beginnings * (1 + closing) * run.size();
            begin = end + 1;
        }
    }

    void end_paragraph()
    {
        paragraph_bytes_ = paragraph_brackets_ = paragraph_emphasis_marks_ = 0;
        paragraph_lines_ = table_columns_ = definition_bytes_ = 0;
        in_definition_ = false;
    }

    std::size_t paragraph_bytes_ = 0;
    std::size_t paragraph_brackets_ = 0;
    std::size_t paragraph_emphasis_marks_ = 0;
    std::size_t paragraph_lines_ = 0;
    std::size_t table_work_ = 0;
    std::size_t table_columns_ = 0; // of the widest tables that may go on
    std::size_t table_cells_ = 0;
    std::size_t definition_bytes_ = 0; // since a definition may have begun in the paragraph
    std::size_t longest_definition_ = 0;
    std::size_t closing_brackets_ = 0;
    std::size_t at_signs_ = 0;
    std::size_t beginnings_ = 0;
    std::size_t signals_ = 0;
    std::size_t link_work_ = 0;
    std::size_t marks_ = 0;
    bool in_definition_ = false;
    std::size_t fence_length_ = 0; // 0: not in fenced code
    bool fences_lost_ = false;
    char fence_mark_ = '`';
};

} // namespace

std::optional<MarkdownSource> prepare_markdown(std::string_view markdown)
{
    if (markdown.size() > markdown_bytes_max) return std::nullopt;

    TangleCheck check;
    for (std::size_t at = 0; at <= markdown.size();) {
        const auto end = std::min(markdown.find_first_of("\r\n", at), markdown.size());
        if (!check.take(markdown.substr(at, end - at))) return std::nullopt;
        at = end + (markdown.substr(end, 2) == "\r\n" ? 2 : 1);
    }

    const auto stand_in =
        std::find_if(stand_ins.begin(), stand_ins.end(), [&](std::string_view candidate) {
            return markdown.find(candidate) == std::string_view::npos;
        });
    if (stand_in == stand_ins.end()) return std::nullopt;

    MarkdownSource source;
    source.angle_bracket = *stand_in;
    source.finds_links = check.finds_links();
    source.text.reserve(markdown.size() + 64);
    std::size_t angle_brackets = 0;
    for (std::size_t at = 0; at < markdown.size();) {
        if (markdown[at] == '<') {
            if (++angle_brackets > angle_brackets_max) return std::nullopt;
            if (begins_link(markdown, at))
                source.text.push_back('<');
            else
                source.text.append(source.angle_bracket);
            ++at;
            continue;
        }
        const auto character = decode_character(markdown, at);
        if (character.valid && character.code != 0)
            source.text.append(markdown, at, character.bytes);
        else
            append_character(source.text, replacement_character);
        at += character.bytes;
    }
    return source;
}

} // namespace moothall
