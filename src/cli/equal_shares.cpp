#include "cli/equal_shares.hpp"

#include "cli/arguments.hpp"
#include "cli/open.hpp"
#include "decide/shares/decimal.hpp"
#include "decide/shares/equal_shares.hpp"
#include "decide/shares/explanation.hpp"
#include "decide/shares/pabulib.hpp"
#include "decide/shares/what_it_takes.hpp"
#include "text/json.hpp"
#include "text/unicode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace moothall::cli {

namespace {

namespace shares = decide::shares;

constexpr const char* equal_shares_help =
    R"(Usage: moothall equal-shares FILE.pb [OPTIONS]

Shares the budget of a participatory-budgeting election among its voters: everybody gets the same
share, and a project is bought when its supporters can pay for it (the method of equal shares).
With cost and cardinality whoever names a project supports it, even with negative points.

  FILE.pb            an election in Pabulib's format (https://pabulib.org/format)
  --utility U        what a supporter gains from a project: cost, cardinality (one for each),
                     points (ballots with points) or borda (rankings). Without it: cost; points for
                     ballots with points; borda for rankings
  --completion C     what happens to money left over: none (the default); add1 (everybody gets one
                     unit more until the projects cost too much); greedy (the rest by total utility
                     for the money); add1-greedy (both)
  --tie-break T      lexicographic (the smaller id as text; the default) or cheapest-most-votes-lot
  --seed N           of the lot, 0 or more; 0 without it
  --minimum-votes N  the greedy completion leaves out projects with fewer votes; 0 without it
  --explain PROJECT  also say why a project won or lost and what it would have taken
  --voter VOTER      also say where a voter's share went
  --json             print JSON and nothing else
)";

constexpr const char* greedy_help =
    R"(Usage: moothall greedy FILE.pb [OPTIONS]

Takes projects by total utility for the money, skipping what no longer fits: what most cities do.
With cost as utility it goes by votes.

  FILE.pb            an election in Pabulib's format (https://pabulib.org/format)
  --utility U        cost, cardinality, points (ballots with points) or borda (rankings). Without it:
                     cost; points for ballots with points; borda for rankings
  --tie-break T      lexicographic (the smaller id as text; the default) or cheapest-most-votes-lot
  --seed N           of the lot, 0 or more; 0 without it
  --minimum-votes N  leaves out projects with fewer votes; 0 without it
  --json             print JSON and nothing else
)";

enum class Rule : std::uint8_t { equal_shares, greedy };

const char* name_of(Rule rule)
{
    return rule == Rule::greedy ? "greedy" : "equal-shares";
}

/// Like static_cast, but long names in printf's arguments hide the sentence.
long long number(std::int64_t value)
{
    return value;
}

std::optional<std::uint64_t> parse_number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
    return value;
}

/// What was asked for, checked as far as it can be without the file.
struct Wanted {
    std::string path;
    shares::Options options;
    std::optional<shares::Utility> utility;
    std::optional<std::string> explain;
    std::optional<std::string> voter;
    bool json = false;
    /// What is wrong with the words; empty when nothing is.
    std::string error;
};

Wanted understand(const Arguments& words, Rule rule)
{
    Wanted wanted;
    const auto wrong = [&](std::string sentence) {
        if (wanted.error.empty()) wanted.error = std::move(sentence);
    };
    if (!words.error().empty()) wrong(words.error());
    if (words.rest().size() != 1)
        wrong(std::string(name_of(rule)) + " takes one .pb file; --help says more.");
    else
        wanted.path = words.rest().front();
    if (const auto text = words.value("utility")) {
        wanted.utility = shares::utility_of(*text);
        if (!wanted.utility) wrong("--utility must be cost, cardinality, points or borda.");
    }
    if (const auto text = words.value("completion")) {
        const auto completion = shares::completion_of(*text);
        if (!completion) wrong("--completion must be none, add1, greedy or add1-greedy.");
        wanted.options.completion = completion.value_or(shares::Completion::none);
    }
    if (const auto text = words.value("tie-break")) {
        const auto tie_break = shares::tie_break_rule_of(*text);
        if (!tie_break) wrong("--tie-break must be lexicographic or cheapest-most-votes-lot.");
        if (tie_break) wanted.options.tie_break.rule = *tie_break;
    }
    if (const auto text = words.value("seed")) {
        const auto seed = parse_number(*text);
        if (!seed) wrong("--seed must be a whole number, 0 or more.");
        wanted.options.tie_break.seed = seed.value_or(0);
    }
    if (const auto text = words.value("minimum-votes")) {
        constexpr std::uint64_t votes_max = 1'000'000'000;
        const auto votes = parse_number(*text);
        if (!votes || *votes > votes_max)
            wrong("--minimum-votes must be a whole number.");
        else
            wanted.options.completion_votes_min = static_cast<std::int64_t>(*votes);
    }
    wanted.explain = words.value("explain");
    wanted.voter = words.value("voter");
    wanted.json = words.has("json");
    return wanted;
}

std::optional<std::string> read_whole_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open()) return {};
    std::string text;
    std::vector<char> buffer(std::size_t{256} * 1024);
    while (file) {
        file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        text.append(buffer.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad()) return {}; // a folder opens, but cannot be read
    return text;
}

/// The file's election; prints what is odd or wrong.
std::optional<shares::PabulibReading> read_election(const std::string& path)
{
    const auto text = read_whole_file(path);
    if (!text) {
        fail("cannot read " + path + ".");
        return {};
    }
    auto reading = shares::read_pabulib(*text);
    const auto place = [&](std::size_t line) { return path + ":" + std::to_string(line) + ": "; };
    for (const auto& warning : reading.warnings)
        std::fprintf(stderr, "moothall: %swarning: %s\n", place(warning.line).c_str(),
                     warning.text().c_str());
    if (reading.problem) {
        fail(place(reading.problem->line) + reading.problem->text());
        return {};
    }
    return reading;
}

/// Everything that is printed: an election, its outcome and what was asked about it.
struct SharesAnswer {
    const shares::Election& election;
    const shares::Outcome& outcome;
    Rule rule;
    std::optional<std::uint32_t> explain;
    std::optional<shares::WhatItTakes> needed; // when the explained project lost
    std::optional<std::size_t> voter;

    std::string money(std::int64_t amount) const
    {
        return shares::decimal_text(amount, election.money_decimals());
    }
    /// An amount in units of money, for people: to the cent.
    double money(const shares::Fraction& amount) const
    {
        return amount.approximate() / static_cast<double>(election.money_unit());
    }
    const shares::Project& project(std::uint32_t at) const { return election.projects()[at]; }
};

const char* name_of(shares::Fate fate)
{
    switch (fate) {
    case shares::Fate::bought:
        return "bought";
    case shares::Fate::free:
        return "free";
    case shares::Fate::completed:
        return "completed";
    case shares::Fate::lost:
        break;
    }
    return "lost";
}

void write_ids(JsonWriter& json, const SharesAnswer& answer,
               const std::vector<std::uint32_t>& projects)
{
    json.begin_array();
    for (const auto at : projects) json.value(answer.project(at).id);
    json.end_array();
}

void write_explanation(JsonWriter& json, const SharesAnswer& answer, std::uint32_t project)
{
    const auto account = shares::account_of_project(answer.election, answer.outcome, project);
    json.key("explained").begin_object();
    json.field("project", answer.project(project).id);
    json.field("fate", name_of(account.fate));
    json.field("votes", account.votes);
    json.field("supporters_with_money", account.supporters_with_money);
    json.field("money_left", answer.money(account.money_left));
    if (account.round) {
        const auto& round = answer.outcome.rounds[*account.round];
        json.field("payers", round.payers);
        json.field("payers_with_rest", round.payers_with_rest);
    }
    if (answer.needed) {
        json.key("would_have_won_at_cost");
        if (answer.needed->cost)
            json.raw(answer.money(*answer.needed->cost));
        else
            json.value(nullptr);
        json.field("would_have_won_with_more_voters", answer.needed->more_voters);
    }
    json.end_object();
}

void write_voter(JsonWriter& json, const SharesAnswer& answer, std::size_t voter)
{
    const auto account =
        shares::account_of_voter(answer.election, answer.outcome, answer.election.ballot_of(voter));
    const auto unit = answer.election.money_unit();
    json.key("voter").begin_object();
    json.field("id", answer.election.voter(voter));
    json.field("share", (account.share / shares::Fraction(unit)).text());
    json.key("payments").begin_array();
    for (const auto& payment : account.payments)
        json.begin_object()
            .field("project", answer.project(payment.project).id)
            .field("amount", answer.money(payment.amount))
            .field("others", payment.others)
            .end_object();
    json.end_array();
    json.field("left", answer.money(account.left));
    json.end_object();
}

std::string to_json(const SharesAnswer& answer)
{
    const auto& [election, outcome, rule, explain, needed, voter] = answer;
    JsonWriter json(election.projects().size() * 256);
    json.begin_object();
    json.field("rule", name_of(rule));
    json.field("utility", shares::to_text(outcome.options.utility));
    json.field("completion", shares::to_text(outcome.options.completion));
    json.key("budget").raw(answer.money(election.budget()));
    json.key("selected");
    write_ids(json, answer, outcome.selected);
    json.key("cost").raw(answer.money(outcome.cost));
    json.key("rounds").begin_array();
    for (const auto& round : outcome.rounds)
        json.begin_object()
            .field("project", answer.project(round.project).id)
            .field("rho", shares::rho(election, outcome, round).text())
            .field("effective_votes",
                   shares::effective_votes(election, outcome, round).approximate())
            .end_object();
    json.end_array();
    json.key("completed");
    write_ids(json, answer, outcome.completed);
    json.field("voters", election.voter_count());
    json.field("increments", outcome.increments);
    json.field("tie_break", shares::to_text(outcome.options.tie_break.rule));
    if (outcome.options.tie_break.rule == shares::TieBreak::Rule::cheapest_most_votes_lot)
        json.field("seed", outcome.options.tie_break.seed);
    if (explain) write_explanation(json, answer, *explain);
    if (voter) write_voter(json, answer, *voter);
    json.end_object();
    return json.take();
}

/// "id  name" without what could play tricks on a terminal.
std::string shown(const shares::Project& project)
{
    return normalise_line(project.id + "  " + project.name);
}

/// With one place, or none for a whole number.
std::string short_number(double value)
{
    std::array<char, 320> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    std::string words(text.data());
    if (words.ends_with(".0")) words.resize(words.size() - 2);
    return words;
}

/// "1 project", "3 projects".
std::string counted(std::int64_t count, const char* one, const char* many)
{
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

void print_selected(const SharesAnswer& answer)
{
    const auto& outcome = answer.outcome;
    const auto& election = answer.election;
    if (!outcome.rounds.empty()) std::puts("\nBought with shares, in this order");
    for (const auto& round : outcome.rounds) {
        const auto& project = answer.project(round.project);
        std::printf(
            "  %12s  %8s effective votes, %lld paid, %lld of them all they had left  %s\n",
            answer.money(project.cost).c_str(),
            short_number(shares::effective_votes(election, outcome, round).approximate()).c_str(),
            number(round.payers), number(round.payers - round.payers_with_rest),
            shown(project).c_str());
    }
    const auto& others = answer.rule == Rule::greedy ? outcome.selected : outcome.completed;
    if (!others.empty())
        std::puts(answer.rule == Rule::greedy ? "\nTaken, in this order"
                                              : "\nAdded by the greedy completion");
    for (const auto at : others)
        std::printf("  %12s  %s\n", answer.money(answer.project(at).cost).c_str(),
                    shown(answer.project(at)).c_str());
}

/// The selection beside those of the other rules: whom each reaches.
void print_reach(const SharesAnswer& answer)
{
    const auto& election = answer.election;
    const auto utility = answer.outcome.options.utility;
    const auto print = [&](const char* name, const shares::Outcome& outcome) {
        const auto reach = shares::reach_of(election, utility, outcome.selected);
        std::printf("  %-14s %s, cost %s; %s got something they voted for, %lld got nothing\n",
                    name, counted(std::ssize(outcome.selected), "project", "projects").c_str(),
                    answer.money(outcome.cost).c_str(),
                    counted(reach.voters_with_any, "voter", "voters").c_str(),
                    number(reach.voters_with_none));
    };
    std::puts("\nWhom it reaches");
    if (answer.rule == Rule::equal_shares) print("equal shares", answer.outcome);
    print("greedy", shares::greedy(election, answer.outcome.options));
    print("most votes", shares::most_votes(election, answer.outcome.options));
}

void print_explanation(const SharesAnswer& answer, std::uint32_t project)
{
    const auto account = shares::account_of_project(answer.election, answer.outcome, project);
    const auto& named = answer.project(project);
    std::printf("\n%s\n", shown(named).c_str());
    std::printf("  It costs %s and has %s.\n", answer.money(named.cost).c_str(),
                counted(account.votes, "vote", "votes").c_str());
    if (account.round) {
        const auto& round = answer.outcome.rounds[*account.round];
        std::printf("  It was bought as number %zu with %s effective votes: %lld of its "
                    "supporters had money left, and %lld gave all of it.\n",
                    *account.round + 1, short_number(account.effective_votes.approximate()).c_str(),
                    number(round.payers), number(round.payers - round.payers_with_rest));
    } else if (account.fate == shares::Fate::completed) {
        std::puts("  The greedy completion added it.");
    } else {
        std::printf("  It lost: %lld of its supporters have money left, %.2f together.\n",
                    number(account.supporters_with_money), answer.money(account.money_left));
    }
    if (!answer.needed) return;
    if (answer.needed->cost)
        std::printf("  At a cost of %s it would have won.\n",
                    answer.money(*answer.needed->cost).c_str());
    else
        std::puts("  It would have lost at any cost.");
    if (answer.needed->more_voters)
        std::printf(*answer.needed->more_voters == 1
                        ? "  With %lld voter more who wants only this it would have won.\n"
                        : "  With %lld voters more who want only this it would have won.\n",
                    number(*answer.needed->more_voters));
    else
        std::puts("  No number of votes that we tried would have been enough.");
}

void print_voter(const SharesAnswer& answer, std::size_t voter)
{
    const auto account =
        shares::account_of_voter(answer.election, answer.outcome, answer.election.ballot_of(voter));
    std::printf("\nVoter %s had a share of %.2f.\n",
                normalise_line(answer.election.voter(voter)).c_str(), answer.money(account.share));
    for (const auto& payment : account.payments)
        std::printf("  %10.2f  %s for %s\n", answer.money(payment.amount),
                    payment.others == 0
                        ? "alone"
                        : ("together with " + counted(payment.others, "other", "others")).c_str(),
                    shown(answer.project(payment.project)).c_str());
    std::printf("  %10.2f  left\n", answer.money(account.left));
}

void print(const SharesAnswer& answer)
{
    const auto& [election, outcome, rule, explain, needed, voter] = answer;
    std::printf(
        "%s, %s, a budget of %s; utility %s.\n",
        counted(static_cast<std::int64_t>(election.voter_count()), "voter", "voters").c_str(),
        counted(std::ssize(election.projects()), "project", "projects").c_str(),
        answer.money(election.budget()).c_str(),
        std::string(shares::to_text(outcome.options.utility)).c_str());
    if (rule == Rule::equal_shares)
        std::printf(
            "Each voter has a share of %.2f%s.\n", answer.money(outcome.share),
            outcome.increments == 0
                ? ""
                : (", " + std::to_string(outcome.increments) + " of it added by add1").c_str());
    print_selected(answer);
    std::printf("\n%s %s of %s.\n",
                counted(std::ssize(outcome.selected), "project costs", "projects cost").c_str(),
                answer.money(outcome.cost).c_str(), answer.money(election.budget()).c_str());
    print_reach(answer);
    if (explain) print_explanation(answer, *explain);
    if (voter) print_voter(answer, *voter);
}

int answer_file(Wanted& wanted, Rule rule)
{
    const auto reading = read_election(wanted.path);
    if (!reading) return failed;
    const auto& election = *reading->election;
    wanted.options.utility = wanted.utility.value_or(shares::natural_utility(election.kind()));
    if (!shares::can_give(election.kind(), wanted.options.utility))
        return fail("the ballots in " + wanted.path + " cannot give the utility " +
                        std::string(shares::to_text(wanted.options.utility)) +
                        "; points needs ballots with points and borda rankings.",
                    wrong_usage);
    std::optional<std::uint32_t> explain;
    if (wanted.explain) {
        explain = election.find_project(*wanted.explain);
        if (!explain) return fail("there is no project " + *wanted.explain + " in the file.");
    }
    std::optional<std::size_t> voter;
    if (wanted.voter) {
        voter = election.find_voter(*wanted.voter);
        if (!voter) return fail("there is no voter " + *wanted.voter + " in the file.");
    }
    const auto outcome = rule == Rule::greedy ? shares::greedy(election, wanted.options)
                                              : shares::equal_shares(election, wanted.options);
    SharesAnswer answer{election, outcome, rule, explain, {}, voter};
    if (explain && rule != Rule::greedy &&
        std::ranges::find(outcome.selected, *explain) == outcome.selected.end())
        answer.needed = shares::what_it_takes(election, outcome, *explain);
    if (wanted.json)
        std::puts(to_json(answer).c_str());
    else
        print(answer);
    return good;
}

} // namespace

int equal_shares_command(std::span<const std::string_view> arguments)
{
    const Arguments words(
        arguments,
        {"utility", "completion", "tie-break", "seed", "minimum-votes", "explain", "voter"},
        {"json"});
    if (words.help()) {
        std::fputs(equal_shares_help, stdout);
        return good;
    }
    auto wanted = understand(words, Rule::equal_shares);
    if (!wanted.error.empty()) return fail(wanted.error, wrong_usage);
    return guarded([&] { return answer_file(wanted, Rule::equal_shares); });
}

int greedy_command(std::span<const std::string_view> arguments)
{
    const Arguments words(arguments, {"utility", "tie-break", "seed", "minimum-votes"}, {"json"});
    if (words.help()) {
        std::fputs(greedy_help, stdout);
        return good;
    }
    auto wanted = understand(words, Rule::greedy);
    if (!wanted.error.empty()) return fail(wanted.error, wrong_usage);
    return guarded([&] { return answer_file(wanted, Rule::greedy); });
}

} // namespace moothall::cli
