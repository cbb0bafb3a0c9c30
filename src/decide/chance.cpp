#include "decide/chance.hpp"

#include <sodium.h>

#include <array>
#include <cstdint>
#include <utility>

namespace moothall::decide {

std::string make_ballot_code()
{
    std::array<unsigned char, 16> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char, 2 * bytes.size() + 1> hex;
    return sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
}

void shuffle_ballots(std::vector<std::string>& ballots)
{
    for (auto left = ballots.size(); left > 1; --left) {
        // A box has at most some millions of ballots: 32 bits are enough for a place in it.
        const auto drawn = randombytes_uniform(static_cast<std::uint32_t>(left));
        std::swap(ballots[left - 1], ballots[drawn]);
    }
}

} // namespace moothall::decide
