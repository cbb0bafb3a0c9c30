// Pabulib files as strangers send them: whatever the bytes are, they are refused with a line or
// read; what was read can be written and read again, and shared without spending more than there
// is.

#include "decide/shares/equal_shares.hpp"
#include "decide/shares/explanation.hpp"
#include "decide/shares/pabulib.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace shares = moothall::decide::shares;

namespace {

void require(bool condition)
{
    if (!condition) std::abort();
}

void share(const shares::Election& election)
{
    for (const auto utility : {shares::Utility::cost, shares::Utility::cardinality,
                               shares::Utility::points, shares::Utility::borda}) {
        if (!shares::can_give(election.kind(), utility)) continue;
        shares::Options options;
        options.utility = utility;
        options.completion = shares::Completion::add1_greedy;
        const auto outcome = shares::equal_shares(election, options);
        require(outcome.cost <= election.budget());
        for (std::size_t ballot = 0; ballot < election.ballot_count(); ++ballot)
            require(shares::account_of_voter(election, outcome, ballot).left.sign() >= 0);
        require(shares::greedy(election, options).cost <= election.budget());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto reading = shares::read_pabulib(text);
    require(reading.election.has_value() != reading.problem.has_value());
    if (reading.problem) {
        require(reading.problem->line >= 1);
        return 0;
    }
    const auto& election = *reading.election;
    const auto written = shares::write_pabulib(election, reading.details);
    const auto again = shares::read_pabulib(written);
    require(again.election.has_value());
    require(again.election->voter_count() == election.voter_count());
    require(again.election->projects().size() == election.projects().size());
    // Add1 may take as many steps as a project costs; with few ballots that is quick.
    if (election.ballot_count() <= 20 && election.projects().size() <= 10) share(election);
    return 0;
}
