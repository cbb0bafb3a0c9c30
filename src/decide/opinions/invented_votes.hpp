#pragma once

#include "decide/opinions/votes.hpp"

#include <cstddef>
#include <random>
#include <string>
#include <vector>

/// Conversations made up for tests: camps of people who answer alike, some of whom say little.
namespace moothall::decide::opinions {

struct InventedVote {
    std::string participant;
    std::string statement;
    Vote vote;
};

inline std::vector<InventedVote> invent_votes(std::uint32_t seed, std::size_t people,
                                              std::size_t statements, std::size_t camps = 3)
{
    std::mt19937 generator(seed);
    const auto draw = [&] { return static_cast<double>(generator()) / 4294967296.0; };
    std::vector<double> agrees(camps * statements);
    for (auto& share : agrees) share = draw();
    std::vector<InventedVote> votes;
    for (std::size_t person = 0; person < people; ++person) {
        const auto camp = static_cast<std::size_t>(generator()) % camps;
        const double talkative = 0.1 + 0.9 * draw();
        for (std::size_t statement = 0; statement < statements; ++statement) {
            if (draw() > talkative) continue;
            const bool pass = draw() < 0.1;
            const bool agree = draw() < agrees[camp * statements + statement];
            votes.push_back({std::to_string(person), std::to_string(statement),
                             pass    ? Vote::pass
                             : agree ? Vote::agree
                                     : Vote::disagree});
        }
    }
    return votes;
}

inline VoteTable table_of(const std::vector<InventedVote>& votes)
{
    VoteTableBuilder builder;
    for (const auto& vote : votes) builder.add(vote.participant, vote.statement, vote.vote);
    return std::move(builder).build();
}

} // namespace moothall::decide::opinions
