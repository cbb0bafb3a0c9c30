#include "sample/script.hpp"

#include "base/invariant.hpp"

#include <charconv>
#include <stdexcept>
#include <utility>

namespace moothall::sample {

namespace {

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \n") - begin + 1);
}

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    while (true) {
        const auto end = text.find(separator);
        const auto part = trimmed(text.substr(0, end));
        if (!part.empty() || separator == '|') parts.emplace_back(part);
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

/// The lines of a file; empty ones and remarks (#) count only inside a text.
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

void read_people(std::string_view text, Script& script)
{
    for (const auto line : lines_of(text)) {
        if (line.empty() || line.front() == '#') continue;
        auto fields = split(line, '|');
        invariant(fields.size() == 5, "a person of the sample has five fields");
        script.people.push_back({fields[0], fields[1], fields[2], fields[3], fields[4]});
    }
}

void read_circles(std::string_view text, Script& script)
{
    for (const auto line : lines_of(text)) {
        if (line.empty() || line.front() == '#') continue;
        auto fields = split(line, '|');
        invariant(fields.size() == 8, "a circle of the sample has eight fields");
        script.circles.push_back({fields[0], fields[1], fields[2], fields[3], fields[4],
                                  split(fields[5], ' '), split(fields[6], ' '), fields[7]});
    }
}

VoiceLine read_heading(std::string_view line)
{
    const auto bar = line.find('|');
    const auto words = split(line.substr(0, bar), ' ');
    invariant(words.size() == 7, "the first line of a voice has six words after the @");
    VoiceLine voice;
    voice.kind = words[1];
    voice.circle = words[2];
    const auto arrow = words[3].find('>');
    voice.writer = words[3].substr(0, arrow);
    if (arrow != std::string::npos) voice.on_behalf_of = words[3].substr(arrow + 1);
    voice.days_ago = read_number(words[4]);
    voice.supporters = read_number(words[5]);
    voice.status = words[6];
    if (bar != std::string_view::npos) voice.tags = split(line.substr(bar + 1), ',');
    return voice;
}

/// "> bob: I read this." → who and what.
std::pair<std::string, std::string> read_speech(std::string_view line)
{
    const auto begin = line.find(' ');
    const auto colon = line.find(": ", begin);
    invariant(begin != std::string_view::npos && colon != std::string_view::npos,
              "somebody says what stands in a reply");
    return {std::string(line.substr(begin + 1, colon - begin - 1)),
            std::string(trimmed(line.substr(colon + 2)))};
}

void read_voices(std::string_view text, Script& script)
{
    for (const auto line : lines_of(text)) {
        if (line.starts_with("# ")) continue;
        if (line.starts_with("@ ")) {
            script.voices.push_back(read_heading(line));
            continue;
        }
        if (script.voices.empty()) continue;
        auto& voice = script.voices.back();
        if (line.starts_with("> ") || line.starts_with(">> ") || line.starts_with("* ")) {
            auto [who, what] = read_speech(line);
            voice.replies.push_back(
                {std::move(who), std::move(what), line.starts_with(">>"), line.starts_with('*')});
        } else if (line.starts_with("= ")) {
            auto [who, what] = read_speech(line);
            const auto words = split(who, ' ');
            voice.officials.push_back({words.at(0), words.size() > 1 ? words[1] : voice.status,
                                       std::move(what),
                                       words.size() > 2 ? read_number(words[2]) : 0});
        } else if (voice.title.empty()) {
            voice.title = trimmed(line);
        } else {
            voice.body += line;
            voice.body += '\n';
        }
    }
}

void read_blocks(std::string_view text, Script& script)
{
    for (const auto line : lines_of(text)) {
        if (line.empty() || line.front() == '#') continue;
        if (line.starts_with("@ ")) {
            script.blocks.push_back({std::string(trimmed(line.substr(2))), {}});
            continue;
        }
        const auto colon = line.find(": ");
        invariant(!script.blocks.empty() && colon != std::string_view::npos,
                  "a line of what came of the voices names its field");
        script.blocks.back().fields.emplace_back(line.substr(0, colon),
                                                 trimmed(line.substr(colon + 2)));
    }
}

} // namespace

bool Block::has(std::string_view field) const
{
    return !all(field).empty();
}

const std::string& Block::text(std::string_view field) const
{
    for (const auto& [name, value] : fields)
        if (name == field) return value;
    throw std::logic_error("sample: a " + kind + " has no " + std::string(field));
}

int Block::number(std::string_view field) const
{
    return read_number(text(field));
}

std::vector<std::string> Block::all(std::string_view field) const
{
    std::vector<std::string> values;
    for (const auto& [name, value] : fields)
        if (name == field) values.push_back(value);
    return values;
}

std::pair<std::string, std::string> first_word(std::string_view text)
{
    const auto end = text.find(' ');
    if (end == std::string_view::npos) return {std::string(text), {}};
    return {std::string(text.substr(0, end)), std::string(trimmed(text.substr(end)))};
}

int read_number(std::string_view text)
{
    int value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    invariant(end.ec == std::errc() && end.ptr == text.data() + text.size(),
              "the sample's numbers are numbers");
    return value;
}

Script read_script()
{
    Script script;
    for (const auto& file : source_files()) {
        if (file.name == "people.txt")
            read_people(file.text, script);
        else if (file.name == "circles.txt")
            read_circles(file.text, script);
        else if (file.name == "loop.txt")
            read_blocks(file.text, script);
        else
            read_voices(file.text, script);
    }
    for (auto& voice : script.voices) voice.body = trimmed(voice.body);
    return script;
}

std::vector<std::string> parts_of(std::string_view line)
{
    std::vector<std::string> parts;
    constexpr std::string_view bar = " | ";
    for (auto end = line.find(bar); end != std::string_view::npos; end = line.find(bar)) {
        parts.emplace_back(line.substr(0, end));
        line.remove_prefix(end + bar.size());
    }
    parts.emplace_back(line);
    return parts;
}

} // namespace moothall::sample
