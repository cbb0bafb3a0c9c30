#include "tell/letter/answer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace moothall::tell {

namespace {

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::string_view trim(std::string_view line)
{
    // With the no-break spaces that programs put before a colon or into an empty line.
    constexpr std::string_view spaces = " \t\r";
    while (!line.empty()) {
        if (spaces.find(line.front()) != std::string_view::npos)
            line.remove_prefix(1);
        else if (line.starts_with("\u00a0"))
            line.remove_prefix(2);
        else
            break;
    }
    while (!line.empty()) {
        if (spaces.find(line.back()) != std::string_view::npos)
            line.remove_suffix(1);
        else if (line.ends_with("\u00a0"))
            line.remove_suffix(2);
        else
            break;
    }
    return line;
}

bool is_quoted(std::string_view line)
{
    return trim(line).starts_with('>');
}
bool is_blank(std::string_view line)
{
    return trim(line).empty();
}

/// "-----Original Message-----", "---- Message d'origine ----", and Outlook's line of "_".
bool is_rule(std::string_view line)
{
    constexpr std::size_t underscores_min = 10;
    const auto text = trim(line);
    if (text.size() >= underscores_min && text.find_first_not_of('_') == std::string_view::npos)
        return true;
    return text.size() >= 12 && text.starts_with("----") && text.ends_with("----") &&
           text.find_first_not_of("- ") != std::string_view::npos;
}

/// A field of the block that Outlook puts above what it quotes, in the languages of our letters:
/// "From: …", "De : …", "*Gönderen:* …".
bool is_sender_field(std::string_view line)
{
    auto text = trim(line);
    while (text.starts_with('*')) text.remove_prefix(1);
    static constexpr std::array<std::string_view, 8> names{"From",      "De",  "Gönderen", "Kimden",
                                                           "Lähettäjä", "Von", "Från",     "Da"};
    for (const auto name : names) {
        if (!text.starts_with(name)) continue;
        auto rest = trim(text.substr(name.size()));
        while (rest.starts_with('*')) rest.remove_prefix(1);
        if (rest.starts_with(':')) return true;
    }
    return false;
}

bool looks_like_field(std::string_view line)
{
    const auto text = trim(line);
    const auto colon = text.find(':');
    constexpr std::size_t name_max = 24;
    return colon != std::string_view::npos && colon > 0 && colon <= name_max;
}

/// Where what is quoted begins without marks: at a rule, or at a block of fields of which one is
/// the sender, two or more in a row.
std::size_t find_unmarked_quote(const std::vector<std::string_view>& lines)
{
    for (std::size_t at = 0; at < lines.size(); ++at) {
        if (is_quoted(lines[at])) continue;
        if (is_rule(lines[at])) return at;
        if (is_sender_field(lines[at]) && at + 1 < lines.size() && looks_like_field(lines[at + 1]))
            return at;
    }
    return lines.size();
}

/// Cuts off the end: empty lines, quoted lines, and the lines that introduce them.
void cut_end(std::vector<std::string_view>& lines)
{
    const auto cut_blank = [&] {
        while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
    };
    cut_blank();
    if (lines.empty() || !is_quoted(lines.back())) return;
    while (!lines.empty() && (is_quoted(lines.back()) || is_blank(lines.back()))) lines.pop_back();
    // "On Monday, Northwater <moothall@hall.example>" goes over up to three lines, of which the
    // last ends with a colon.
    if (lines.empty() || !(trim(lines.back()).ends_with(':') || trim(lines.back()).ends_with("：")))
        return;
    constexpr int introduction_lines_max = 3;
    for (int i = 0; i < introduction_lines_max && !lines.empty() && !is_blank(lines.back()); ++i)
        lines.pop_back();
    cut_blank();
}

void cut_signature(std::vector<std::string_view>& lines)
{
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const auto line = lines[at];
        if (line == "-- " || line == "--" || line == "--\u00a0") {
            // What is quoted below it goes too: nobody answers inside her signature.
            lines.resize(at);
            return;
        }
    }
}

std::string joined(const std::vector<std::string_view>& lines)
{
    std::string text;
    for (const auto line : lines) {
        auto end = line;
        while (end.ends_with(' ') || end.ends_with('\t')) end.remove_suffix(1);
        text += end;
        text += '\n';
    }
    const auto first = text.find_first_not_of('\n');
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of('\n') - first + 1);
}

std::string own_words(std::vector<std::string_view> lines)
{
    cut_signature(lines);
    cut_end(lines);
    return joined(lines);
}

} // namespace

std::string answer_of(std::string_view text, std::string_view own_address)
{
    auto lines = lines_of(text);
    lines.resize(find_unmarked_quote(lines));
    // Our address without a mark before it: a program that quotes without any. All from the
    // paragraph on in which it stands is ours.
    if (!own_address.empty())
        for (std::size_t at = 0; at < lines.size(); ++at) {
            if (is_quoted(lines[at]) || lines[at].find(own_address) == std::string_view::npos)
                continue;
            while (at > 0 && !is_blank(lines[at - 1])) --at;
            lines.resize(at);
            break;
        }
    return own_words(std::move(lines));
}

std::vector<AnswerTo> answers_in(std::string_view text, std::string_view host)
{
    constexpr std::string_view prefix = "reply+";
    std::vector<AnswerTo> answers;
    std::string address;
    std::vector<std::string_view> lines;
    const auto end_piece = [&] {
        auto written = own_words(std::exchange(lines, {}));
        if (!written.empty()) answers.push_back({address, std::move(written)});
    };
    auto all = lines_of(text);
    all.resize(find_unmarked_quote(all));
    bool quoting = false;
    for (const auto line : all) {
        if (!is_quoted(line)) {
            quoting = false;
            lines.push_back(line);
            continue;
        }
        if (!quoting) {
            // The line that introduces the first quotation goes with it, as at the end of a letter.
            if (address.empty()) lines.push_back(line);
            end_piece();
        }
        quoting = true;
        const auto at = line.find(prefix);
        if (at == std::string_view::npos) continue;
        const auto rest = line.substr(at);
        const auto end = rest.find('@');
        if (end != std::string_view::npos && rest.substr(end + 1).starts_with(host))
            address = rest.substr(0, end);
    }
    end_piece();
    return answers;
}

} // namespace moothall::tell
