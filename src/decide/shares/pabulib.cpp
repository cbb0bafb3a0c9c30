#include "decide/shares/pabulib.hpp"

#include "decide/shares/decimal.hpp"

#include <algorithm>
#include <array>

namespace moothall::decide::shares {

namespace {

constexpr std::array<std::string_view, 4> counted = {"num_projects", "num_votes", "budget",
                                                     "vote_type"};
constexpr std::array<std::string_view, 7> required = {
    "description", "country", "unit", "instance", "rule", "date_begin", "date_end"};

/// Would a line that begins with this be taken for the title of a section?
bool is_title(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower == "meta" || lower == "projects" || lower == "votes";
}

/// A field as it can be read back: in quotes when it holds a separator, a quote or a line's end, or
/// would be taken for something else.
std::string field(std::string_view text)
{
    if (text.find_first_of(";\"\r\n") == std::string_view::npos && !is_title(text))
        return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string_view type_of(const Election& election, const PabulibDetails& details)
{
    const auto said = std::ranges::find(
        details.meta, "vote_type", [](const auto& entry) { return std::string_view(entry.first); });
    const auto type =
        said == details.meta.end() ? std::string_view() : std::string_view(said->second);
    switch (election.kind()) {
    case BallotKind::approval:
        return type == "choose-1" ? type : "approval";
    case BallotKind::points:
        return type == "scoring" ? type : "cumulative";
    case BallotKind::ranking:
        break;
    }
    return "ordinal";
}

void write_meta(std::string& out, const Election& election, const PabulibDetails& details)
{
    const auto line = [&](std::string_view key, std::string_view value) {
        out += field(key) + ";" + field(value) + "\n";
    };
    const auto says = [&](std::string_view key) {
        return std::ranges::any_of(details.meta,
                                   [&](const auto& entry) { return entry.first == key; });
    };
    out += "META\nkey;value\n";
    for (const auto key : required)
        if (!says(key)) line(key, "unknown");
    for (const auto& [key, value] : details.meta)
        if (std::ranges::find(counted, key) == counted.end()) line(key, value);
    line("num_projects", std::to_string(election.projects().size()));
    line("num_votes", std::to_string(election.voter_count()));
    line("budget", decimal_text(election.budget(), election.money_decimals()));
    line("vote_type", type_of(election, details));
}

void write_projects(std::string& out, const Election& election, const PabulibDetails& details)
{
    out += "PROJECTS\nproject_id;cost;name";
    for (const auto& column : details.project_columns) out += ";" + field(column);
    out += "\n";
    for (std::size_t at = 0; at < election.projects().size(); ++at) {
        const auto& project = election.projects()[at];
        out += field(project.id) + ";" + decimal_text(project.cost, election.money_decimals()) +
               ";" + field(project.name);
        for (std::size_t column = 0; column < details.project_columns.size(); ++column) {
            out += ";";
            if (at < details.project_values.size() && column < details.project_values[at].size())
                out += field(details.project_values[at][column]);
        }
        out += "\n";
    }
}

void write_votes(std::string& out, const Election& election)
{
    const bool with_points = election.kind() == BallotKind::points;
    out += with_points ? "VOTES\nvoter_id;vote;points\n" : "VOTES\nvoter_id;vote\n";
    for (std::size_t voter = 0; voter < election.voter_count(); ++voter) {
        const auto marks = election.marks(election.ballot_of(voter));
        std::vector<Mark> listed(marks.begin(), marks.end());
        // A ranking is written best first; points likewise, because people read it so.
        if (election.kind() != BallotKind::approval)
            std::ranges::sort(
                listed, {}, [](const Mark& mark) { return std::pair(-mark.points, mark.project); });
        std::string vote;
        std::string points;
        for (const auto& mark : listed) {
            vote += (vote.empty() ? "" : ",") + election.projects()[mark.project].id;
            if (with_points)
                points += (points.empty() ? "" : ",") +
                          decimal_text(mark.points, election.points_decimals());
        }
        // Without id and vote the line would be blank, and the voter lost.
        const auto& id = election.voter(voter);
        out += (id.empty() ? std::to_string(voter + 1) : field(id)) + ";" + field(vote);
        if (with_points) out += ";" + points;
        out += "\n";
    }
}

} // namespace

std::string PabulibProblem::text() const
{
    std::string result;
    for (std::size_t at = 0; at < sentence.size(); ++at) {
        const bool is_place = sentence[at] == '{' && at + 2 < sentence.size() &&
                              sentence[at + 1] >= '1' && sentence[at + 1] <= '9' &&
                              sentence[at + 2] == '}';
        const auto number = is_place ? static_cast<std::size_t>(sentence[at + 1] - '1') : 0;
        if (is_place && number < arguments.size()) {
            result += arguments[number];
            at += 2;
        } else {
            result += sentence[at];
        }
    }
    return result;
}

std::string write_pabulib(const Election& election, const PabulibDetails& details)
{
    std::string out;
    write_meta(out, election, details);
    write_projects(out, election, details);
    write_votes(out, election);
    return out;
}

} // namespace moothall::decide::shares
