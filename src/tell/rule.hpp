#pragma once

#include <cstdint>
#include <string_view>

namespace moothall::tell {

/// Which followers hear of an event.
enum class Followers : std::uint8_t {
    none,
    replies, // of what was answered
    outcome, // of the thing and of the voices behind it
    any,     // both: what was answered, and came of it by that
};

/// Who is told of an event of a verb, and in which words. One line for each verb; a verb that has
/// none is told to nobody.
struct Rule {
    std::string_view verb;
    std::string_view reason; // of those it addresses: the author, and people it names
    bool author;             // of the thing it happened to
    bool people;             // persons that the event names
    bool members;            // members of circles that the event names
    bool electors;           // who is on the roll of the decision
    Followers followers;
    bool outcome;         // something came of the voices behind it: their authors first
    const char* sentence; // {1} who did it, {2} the title of the thing
    bool asks_whether_it_helped;
};

/// None for a verb that is told to nobody.
const Rule* find_rule(std::string_view verb);

} // namespace moothall::tell
