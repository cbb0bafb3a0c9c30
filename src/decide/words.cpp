// How states, ways of deciding and shares are said to people.

#include "decide/pages.hpp"
#include "web/language.hpp"

namespace moothall::decide {

using web::translatable;

namespace {

/// What tally/ says of a ballot that does not fit, and what rules hand on to a check. Translators'
/// tools do not find them there, so they are listed here.
[[maybe_unused]] constexpr const char* engine_sentences[] = {
    translatable("Say what you believe will come of it."),
    translatable("Say for whom it is."),
    translatable("Say by what we shall see whether it held."),
    translatable("Say what the measure has to show for it to have held."),
    translatable("Say why it is taken back, for all to read."),
    translatable("Say what the measure shows now."),
    translatable("Say in a sentence what we learn from it."),
    translatable("Say why you object: it is shown with your name, so that others can mend the "
                 "proposal."),
    translatable("Say why the roll is changed, for all to read."),
    translatable("Please choose first."),
    translatable("Choose among the options of this decision."),
    translatable("Say which options you approve of, as a list."),
    translatable("Say the options in your order, the best first."),
    translatable("Give the options points by their names."),
    translatable("Points go from 0 to {1}."),
    translatable("You gave {1} points, and have {2}."),
    translatable("The answer is consent, stand-aside or objection."),
    translatable("The answer is yes, no or abstain."),
    translatable("Each option once."),
    translatable("Each place has one option here: no two may be equal."),
};

} // namespace

const char* name_of(Method method)
{
    switch (method) {
    case Method::consent:
        return translatable("Consent");
    case Method::yes_no:
        return translatable("Yes or no");
    case Method::single_choice:
        return translatable("One choice");
    case Method::approval:
        return translatable("Approval");
    case Method::score:
        return translatable("Points");
    case Method::ranked_pairs:
        return translatable("Ranking (ranked pairs)");
    case Method::transferable_vote:
        return translatable("Ranking for several places (transferable vote)");
    case Method::equal_shares:
        return translatable("Shared budget (equal shares)");
    }
    return "";
}

const char* explain(Method method)
{
    switch (method) {
    case Method::consent:
        return translatable("It passes when nobody objects. An objection has a reason and carries "
                            "the name of who raised it; nothing else shows who chose what.");
    case Method::yes_no:
        return translatable("Each voter says yes, no or abstains.");
    case Method::single_choice:
        return translatable("Each voter chooses one option.");
    case Method::approval:
        return translatable("Each voter approves of as many options as she likes.");
    case Method::score:
        return translatable("Each voter gives points to the options; the most points win. A "
                            "ballot without any points counts for the quorum only.");
    case Method::ranked_pairs:
        return translatable("Each voter puts the options in order. The option that a majority "
                            "prefers to each other one wins; if there is none, the strongest "
                            "majorities count first.");
    case Method::transferable_vote:
        return translatable("Each voter puts the options in order. What an option does not need, "
                            "or cannot use, goes on to the next one on the ballot.");
    case Method::equal_shares:
        return translatable(
            "Each voter has an equal share of the budget. A project is bought when "
            "those who want it can pay for it together out of their shares; the one "
            "that asks least of each of them comes first.");
    }
    return "";
}

const char* explain_passing(Method method)
{
    switch (method) {
    case Method::consent:
    case Method::equal_shares:
        break;
    case Method::yes_no:
        return translatable("What is held against the threshold: how many of those who say yes or "
                            "no say yes.");
    case Method::single_choice:
    case Method::approval:
        return translatable("What is held against the threshold: how many of those who don't "
                            "abstain vote for the winner.");
    case Method::score:
        return translatable("What is held against the threshold: the winner's points, of all that "
                            "those who don't abstain could give it.");
    case Method::ranked_pairs:
        return translatable("What is held against the threshold: how many prefer the winner to "
                            "its strongest rival, of those who prefer one of the two.");
    case Method::transferable_vote:
        return translatable("What is held against the threshold: how many of those who don't "
                            "abstain name at least one of the elected on their ballot.");
    }
    return "";
}

const char* name_of(DecisionState state)
{
    switch (state) {
    case DecisionState::proposed:
        return translatable("Proposed");
    case DecisionState::voting:
        return translatable("Voting is open");
    case DecisionState::closed:
        return translatable("Decided");
    case DecisionState::reviewed:
        return translatable("Reviewed");
    case DecisionState::withdrawn:
        return translatable("Taken back");
    }
    return "";
}

web::Chip chip_of(const Decision& decision, const web::Language& language)
{
    const auto say = [&](const char* key, web::Tone tone) {
        return web::Chip{std::string(language.t(key)), tone};
    };
    if (decision.review_result == "held") return say(translatable("It held"), web::Tone::good);
    if (decision.review_result == "failed")
        return say(translatable("We were wrong"), web::Tone::warn);
    if (decision.review_result == "unclear")
        return say(translatable("Still unclear"), web::Tone::plain);
    if (decision.outcome == "passed") return say(translatable("Passed"), web::Tone::good);
    if (decision.outcome == "failed") return say(translatable("Did not pass"), web::Tone::bad);
    return say(name_of(decision.state),
               decision.state == DecisionState::voting ? web::Tone::accent : web::Tone::plain);
}

namespace {

/// "60 %" where that is exact, else "2 of 3".
std::string share_words(Share share, const web::Language& language)
{
    if (share.part * 100 % share.whole == 0)
        return language.percent(static_cast<double>(share.part) / static_cast<double>(share.whole));
    return language.t("{1} of {2}", share.part, share.whole);
}

} // namespace

std::string threshold_words(Share threshold, const web::Language& language)
{
    if (threshold.part == 0) return std::string(language.t("no threshold"));
    if (threshold.part * 2 == threshold.whole) return std::string(language.t("more than half"));
    if (threshold.part == threshold.whole) return std::string(language.t("all"));
    return language.t("at least {1}", share_words(threshold, language));
}

std::string quorum_words(Share quorum, const web::Language& language)
{
    if (quorum.part == 0) return std::string(language.t("no quorum"));
    return language.t("at least {1} must vote", share_words(quorum, language));
}

std::string tie_words(const Rules& rules, const web::Language& language)
{
    if (rules.method == Method::equal_shares && rules.ties == TieRule::by_lot)
        return std::string(language.t(
            "Where two projects are equal, the cheaper one goes first, then the one with "
            "more votes, then a lot that is drawn from the fingerprint of the closed "
            "ballot box, so that anybody can draw it again."));
    if (rules.method == Method::transferable_vote) {
        auto words = std::string(language.t("Where options end equal, the one that was ahead at "
                                            "the latest earlier round goes first."));
        words += ' ';
        words += rules.ties == TieRule::by_lot
                     ? language.t("If they never differed, a lot decides. It is drawn from the "
                                  "fingerprint of the closed ballot box, so that anybody can draw "
                                  "it again.")
                     : language.t("If they never differed, the one that is listed first does.");
        return words;
    }
    if (rules.ties == TieRule::by_lot)
        return std::string(
            language.t("Where options end equal, a lot decides. It is drawn from the fingerprint "
                       "of the closed ballot box, so that anybody can draw it again."));
    return std::string(
        language.t("Where options end equal, the one that is listed first goes first."));
}

std::string tie_notice(const Rules& rules, const web::Language& language)
{
    return language.t("Options were equal, and the rule of ties had a say: {1}",
                      tie_words(rules, language));
}

std::string without_full_stop(std::string text)
{
    while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
    return text;
}

std::string circle_words(const Electorate& electorate, const web::Language& language)
{
    return std::string(electorate.circle_name.empty() ? language.t("A private circle")
                                                      : language.t(electorate.circle_name));
}

std::string why_words(const Decision& decision, const web::Language& language)
{
    const bool several = decision.electorates.size() > 1;
    if (decision.rules.method == Method::equal_shares) {
        if (decision.why == "passed") return std::string(language.t("The money is shared."));
        if (decision.why == "threshold")
            return std::string(language.t("No project could be paid for."));
    }
    if (decision.why == "passed")
        return std::string(several ? language.t("It passed: each circle that votes said so by its "
                                                "own threshold and quorum.")
                                   : language.t("It passed."));
    if (decision.why == "no-ballots")
        return std::string(decision.voters == 0 ? language.t("It did not pass: nobody voted.")
                           : chooses(decision.rules.method)
                               ? language.t("It did not pass: all abstained.")
                               : language.t("It did not pass: nobody said yes or no."));
    if (decision.why == "quorum") return std::string(language.t("It did not pass: too few voted."));
    if (decision.why == "threshold")
        return std::string(
            several ? language.t("It did not pass: it passes only if each circle that votes says "
                                 "so, and one did not.")
                    : language.t("It did not pass: the threshold was not reached."));
    if (decision.why == "objection")
        return std::string(language.t("It did not pass: an objection is open."));
    if (decision.why == "disagreement")
        return std::string(
            language.t("It did not pass: the circles that vote chose different options."));
    return {};
}

std::string choice_words(const Rules& rules, const Choice& choice, const web::Language& language)
{
    static constexpr std::pair<std::string_view, const char*> answers[] = {
        {"yes", translatable("Yes")},
        {"no", translatable("No")},
        {"abstain", translatable("Abstain")},
        {"consent", translatable("Consent")},
        {"stand-aside", translatable("Stand aside")},
        {"objection", translatable("Object")}};
    for (const auto& [answer, words] : answers)
        if (choice.answer == answer) return std::string(language.t(words));
    std::vector<std::string> parts;
    if (choice.single) parts.push_back(rules.options[*choice.single]);
    for (const auto option : choice.approved) parts.push_back(rules.options[option]);
    for (std::size_t place = 0; place < choice.ranking.size(); ++place)
        for (const auto option : choice.ranking[place])
            parts.push_back(std::to_string(place + 1) + ". " + rules.options[option]);
    for (const auto& score : choice.scores)
        parts.push_back(rules.options[score.option] + ": " +
                        language.number(std::int64_t{score.points}));
    return parts.empty() ? std::string(language.t("Abstain")) : language.list(parts);
}

} // namespace moothall::decide
