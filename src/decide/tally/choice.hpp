#pragma once

#include "base/result.hpp"
#include "decide/methods/totals.hpp"
#include "decide/tally/rules.hpp"
#include "text/json.hpp"

/// What a voter chose, and the ballot on which it lies in the box.
namespace moothall::decide {

struct Choice {
    /// consent | stand-aside | objection, or yes | no | abstain; empty where options are chosen.
    std::string answer;
    std::optional<Option> single; // none: blank
    std::vector<Option> approved;
    methods::Ranking ranking;
    std::vector<methods::Score> scores;

    static Choice of_answer(std::string answer)
    {
        Choice choice;
        choice.answer = std::move(answer);
        return choice;
    }
    static Choice of_option(Option option)
    {
        Choice choice;
        choice.single = option;
        return choice;
    }
};

/// How the ballots of this vote are filled in: a budget has one of three papers, those of approval,
/// score and transferable vote.
Method paper_of(const Rules& rules);

/// Reads {"choice": …}, {"approve": […]}, {"ranking": […]} or {"scores": {…}} with options by their
/// names; refused (that field) when the method does not take it so. Other members are left alone.
Result<Choice> read_choice(const Rules& rules, const Json& object);
/// Refused when the choice does not fit the method or names an option that there is not.
Result<void> check_choice(const Rules& rules, const Choice& choice);
/// Writes what read_choice reads, as a member of the object that was begun.
void write_choice(JsonWriter& json, const Rules& rules, const Choice& choice);

/// A ballot as it lies in the box: one line of JSON. `code` is its own random word, so that no two
/// are equal and only who holds the receipt knows whose it is.
std::string write_ballot(const Rules& rules, std::string_view decision, std::size_t electorate,
                         const Choice& choice, std::string_view code);

struct Ballot {
    std::size_t electorate = 0; // from 0
    Choice choice;
};
/// Reads what write_ballot wrote; refused when it is of another decision or cannot be read.
Result<Ballot> read_ballot(const Rules& rules, std::string_view decision, std::string_view text);

} // namespace moothall::decide
