#pragma once

#include <string>
#include <vector>

namespace moothall::decide {

/// The random word of a ballot: 128 bits from the system's generator, in hex.
std::string make_ballot_code();

/// Puts ballots into an order drawn by lot (Fisher and Yates, by the system's generator): the order
/// in which people voted must not be read off the box.
void shuffle_ballots(std::vector<std::string>& ballots);

} // namespace moothall::decide
