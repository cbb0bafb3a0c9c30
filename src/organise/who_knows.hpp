#pragma once

#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"
#include "web/language.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace moothall::sense {
class Engine;
}

namespace moothall::organise {

/// Why somebody is thought to know: something the asker may see.
struct Ground {
    enum class Kind : std::uint8_t { answer, reply, request, promise, skill, code };
    Kind kind = Kind::reply;
    std::string title;
    std::string path;
    std::int64_t vouches = 0; // of a skill
};
std::string_view to_text(Ground::Kind kind); // answer | reply | request | promise | skill | code
/// "accepted answer", "skill, vouched for by 3".
std::string words_of(const Ground& reason, const web::Language& language);

/// Somebody who may know what is asked.
struct Knower {
    hear::Someone person;
    std::vector<Ground> reasons; // at most three, the strongest first
    std::int64_t answers = 0;    // that count here; of those,
    std::int64_t accepted = 0;   // accepted
};

/// At most `limit` people who are most likely to know, best first, by what they said and did about
/// it. What the asker may not see neither counts nor shows; who does not want to be named is not,
/// and no more is said of anybody than what matches this question. None without an engine, or when
/// nothing comes near.
std::vector<Knower> find_knowers(store::Transaction& transaction, const sense::Engine* engine,
                                 const Viewer& viewer, std::string_view question, int limit = 5);

} // namespace moothall::organise
