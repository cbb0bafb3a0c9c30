// The stored count of a closed decision, made readable.

#include "decide/pages.hpp"
#include "web/language.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

using web::Language;

std::int64_t number(const Json& object, std::string_view key)
{
    return object.find(key).integer().value_or(0);
}

std::vector<std::string> texts(const Json& list)
{
    std::vector<std::string> found;
    for (std::size_t at = 0; at < list.size(); ++at)
        found.emplace_back(list.at(at).string().value_or(""));
    return found;
}

std::string why_words(std::string_view why, const Json& count, Method method,
                      const Language& language)
{
    if (why == "passed") return std::string(language.t("Passed here"));
    if (why == "no-ballots")
        return std::string(number(count, "ballots") == 0 ? language.t("Nobody voted here")
                           : chooses(method)             ? language.t("All abstained here")
                                             : language.t("Nobody said yes or no here"));
    if (why == "quorum")
        return language.tn("{1} more vote was needed for the quorum",
                           "{1} more votes were needed for the quorum",
                           number(count, "missing_for_quorum"));
    if (why == "threshold") return std::string(language.t("Below the threshold"));
    if (why == "objection") return std::string(language.t("An objection is open"));
    return {};
}

void fill_answers(ElectorateResult& view, const Json& count, Method method,
                  const Language& language)
{
    using web::translatable;
    const auto ballots = number(count, "ballots");
    const auto add = [&](const char* label, std::string_view key) {
        const auto value = number(count, key);
        view.figures.push_back({std::string(language.t(label)),
                                language.tn("{1} vote", "{1} votes", value), value, ballots,
                                false});
    };
    if (method == Method::consent) {
        add(translatable("Consent"), "consent");
        add(translatable("Stand aside"), "stand_aside");
        add(translatable("Object"), "objection");
    } else {
        add(translatable("Yes"), "yes");
        add(translatable("No"), "no");
        add(translatable("Abstain"), "abstain");
    }
}

/// What the total of an option counts.
std::string total_words(std::int64_t total, Method method, const Language& language)
{
    if (method == Method::score) return language.tn("{1} point", "{1} points", total);
    if (method == Method::ranked_pairs || method == Method::transferable_vote)
        return language.tn("{1} first place", "{1} first places", total);
    return language.tn("{1} vote", "{1} votes", total);
}

void fill_options(ElectorateResult& view, const Json& count, const Decision& decision,
                  const Language& language)
{
    const auto winners = texts(count.find("winners"));
    const auto totals = count.find("totals");
    auto most = number(count, "ballots");
    if (decision.rules.method == Method::score) most *= decision.rules.score_most;
    for (const auto& option : decision.rules.options) {
        const auto value = number(totals, option);
        view.figures.push_back({option, total_words(value, decision.rules.method, language), value,
                                most, std::ranges::find(winners, option) != winners.end()});
    }
}

void fill_pairs(ElectorateResult& view, const Json& count, const Language& language)
{
    const auto rows = count.find("preferring");
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::vector<std::string> cells;
        for (std::size_t column = 0; column < rows.at(row).size(); ++column)
            cells.push_back(row == column
                                ? "–"
                                : language.number(rows.at(row).at(column).integer().value_or(0)));
        view.pairwise.push_back(std::move(cells));
    }
    const auto pairs = count.find("pairs");
    for (std::size_t at = 0; at < pairs.size(); ++at) {
        const auto pair = pairs.at(at);
        const bool even = number(pair, "for") == number(pair, "against");
        PairView shown;
        shown.sentence = language.t(
            "{1} before {2}: {3} to {4}", pair.find("winner").string().value_or(""),
            pair.find("loser").string().value_or(""), number(pair, "for"), number(pair, "against"));
        if (!pair.find("locked").boolean().value_or(false))
            shown.left_out = even ? language.t("– left out by the rule of ties")
                                  : language.t("– left out, because stronger majorities say "
                                               "otherwise");
        view.pairs.push_back(std::move(shown));
    }
}

/// Votes are counted in hundred-thousandths; people see two places.
std::string votes(std::int64_t units, const Language& language)
{
    if (units % methods::vote_units == 0) return language.number(units / methods::vote_units);
    return language.decimal(static_cast<double>(units) / static_cast<double>(methods::vote_units),
                            2);
}

/// What changed from one round to the next: "Black: 1 goes to White, 1 goes to nobody".
std::string transfer_words(const Json& before, const Json& round, const ElectorateResult& view,
                           const Language& language)
{
    const auto of = round.find("of").string().value_or("");
    if (of.empty()) return {};
    std::vector<std::string> moves;
    for (std::size_t option = 0; option < view.options.size(); ++option) {
        const auto more = round.find("units").at(option).integer().value_or(0) -
                          before.find("units").at(option).integer().value_or(0);
        if (more > 0)
            moves.push_back(
                language.t("{1} goes to {2}", votes(more, language), view.options[option]));
    }
    if (const auto lost = number(round, "lost_units"); lost > 0)
        moves.push_back(language.t("{1} goes to nobody", votes(lost, language)));
    if (moves.empty()) return {};
    return language.t("{1}: {2}", of, language.list(moves));
}

void fill_rounds(ElectorateResult& view, const Json& count, const Language& language)
{
    const auto rounds = count.find("rounds");
    if (rounds.size() == 0) return;
    view.quota = language.tn("{1} vote is enough to be elected",
                             "{1} votes are enough to be elected", number(count, "quota"));
    std::int64_t lost_so_far = 0;
    for (std::size_t at = 0; at < rounds.size(); ++at) {
        const auto round = rounds.at(at);
        const auto kind = round.find("kind").string().value_or("");
        const auto of = round.find("of").string().value_or("");
        RoundView shown;
        if (kind == "first-preferences")
            shown.what = language.t("First places");
        else if (kind == "surplus")
            shown.what = language.t("What {1} does not need goes on", of);
        else if (kind == "exclusion")
            shown.what = language.t("{1} is out, and its votes go on", of);
        else
            shown.what = language.t("As many are left as places");
        const auto units = round.find("units");
        for (std::size_t option = 0; option < units.size(); ++option)
            shown.votes.push_back(votes(units.at(option).integer().value_or(0), language));
        lost_so_far += number(round, "lost_units");
        shown.lost = votes(lost_so_far, language);
        if (at > 0) shown.moved = transfer_words(rounds.at(at - 1), round, view, language);
        shown.elected = language.list(texts(round.find("elected")));
        view.rounds.push_back(std::move(shown));
    }
}

} // namespace

ResultView make_result(const Decision& decision, const web::Language& language)
{
    ResultView view;
    view.sentence = why_words(decision, language);
    const auto count = Json::parse(decision.result);
    if (!count) return view;
    if (const auto winners = texts(count->find("winners")); !winners.empty())
        view.winners = language.list(winners);
    const auto list = count->find("electorates");
    for (std::size_t at = 0; at < list.size() && at < decision.electorates.size(); ++at) {
        const auto one = list.at(at);
        const auto& electorate = decision.electorates[at];
        ElectorateResult shown;
        shown.circle = circle_words(electorate, language);
        shown.turnout = language.t("{1} of {2}", number(one, "ballots"), number(one, "members"));
        shown.quorum = quorum_words(electorate.quorum, language);
        if (decision.rules.method == Method::consent)
            shown.threshold = language.t("no objection");
        else
            shown.threshold = threshold_words(electorate.threshold, language);
        shown.backing = language.t("{1} of {2}", number(one, "backing"), number(one, "backing_of"));
        shown.passed = one.find("passed").boolean().value_or(false);
        shown.sentence =
            why_words(one.find("why").string().value_or(""), one, decision.rules.method, language);
        shown.options = decision.rules.options;
        // Where nobody voted there is nothing to count, and what the method would make of it
        // means nothing.
        if (number(one, "ballots") == 0) {
            shown.backing = "–";
            view.electorates.push_back(std::move(shown));
            continue;
        }
        if (chooses(decision.rules.method))
            fill_options(shown, one, decision, language);
        else
            fill_answers(shown, one, decision.rules.method, language);
        if (one.find("tie_broken").boolean().value_or(false))
            shown.tie = tie_notice(decision.rules, language);
        if (number(one, "blank") == number(one, "ballots") && chooses(decision.rules.method)) {
            view.electorates.push_back(std::move(shown));
            continue;
        }
        fill_pairs(shown, one, language);
        fill_rounds(shown, one, language);
        view.electorates.push_back(std::move(shown));
    }
    return view;
}

} // namespace moothall::decide
