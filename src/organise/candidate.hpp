#pragma once

#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace moothall::sense {
class Engine;
}

namespace moothall::organise {

/// Somebody who may know, with what makes us think so: something the asker may see.
struct Candidate {
    hear::Someone person;
    std::int64_t answers = 0; // on voices about it
    std::int64_t chosen = 0;  // of those, marked as the answer
    std::string evidence;     // the title of one of those voices
    std::string evidence_path;
};

/// At most `limit` people who may know, best first, as find_knowers() finds them. Where nothing is
/// known by meaning (no engine, or too little was said), by words: people who answered voices that
/// hold those of the topic, a reply that was marked as the answer counting as five. Only what the
/// viewer sees, and only people who can be reached and want to be named; herself left out.
std::vector<Candidate> find_candidates(store::Transaction& transaction, const sense::Engine* engine,
                                       const Viewer& viewer, std::string_view topic, int limit = 5);

} // namespace moothall::organise
