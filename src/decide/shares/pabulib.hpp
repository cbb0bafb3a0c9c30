#pragma once

#include "decide/shares/election.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace moothall::decide::shares {

/// What a Pabulib file says besides the election itself.
struct PabulibDetails {
    /// Keys and values of META as written, in order.
    std::vector<std::pair<std::string, std::string>> meta;
    /// The columns of PROJECTS besides project_id, cost and name. The column that was called
    /// "target" until April 2026 is "beneficiaries" here.
    std::vector<std::string> project_columns;
    /// By project, parallel to project_columns; empty where the file says nothing or "none".
    std::vector<std::vector<std::string>> project_values;
};

/// Something wrong, or odd, in a file.
struct PabulibProblem {
    std::size_t line = 0; // from 1
    /// A gettext key; `{1}` … stand for `arguments`.
    std::string sentence;
    std::vector<std::string> arguments;

    /// The sentence in English, filled in.
    std::string text() const;
};

struct PabulibReading {
    /// None when there is a problem.
    std::optional<Election> election;
    PabulibDetails details;
    std::optional<PabulibProblem> problem;
    /// Odd, but read all the same: at most `warnings_max` of them.
    std::vector<PabulibProblem> warnings;

    static constexpr std::size_t warnings_max = 20;
};

/// Reads Pabulib's format (https://pabulib.org/format; P. Faliszewski and others, "Participatory
/// Budgeting: Data, Tools, and Analysis", IJCAI 2023, arXiv 2305.11035) as pabutools 1.2.3 reads
/// it, so that both count the same ballots: sections META, PROJECTS and VOTES in any case, fields
/// apart by `;`, quotes around a field that begins with one, lists apart by commas, decimal points
/// or commas, "none" for what is missing, LF or CRLF, with or without a byte order mark. A project
/// twice on one ballot counts once (and warns). Costs and points are read as decimals, never as
/// doubles.
///
/// Stricter than pabutools where it would guess: a project listed twice, points that do not match
/// the projects, filled fields beyond the header, an open quote and bytes that are no UTF-8 are
/// refused with their line. The voters' age, sex and the like are not kept.
PabulibReading read_pabulib(std::string_view text);

/// Writes an election in the same format. num_projects, num_votes, budget and vote_type come from
/// the election whatever `details.meta` says; what the format requires and nobody said is filled
/// with "unknown".
std::string write_pabulib(const Election& election, const PabulibDetails& details);

} // namespace moothall::decide::shares
