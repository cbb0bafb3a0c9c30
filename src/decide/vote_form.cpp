// The ballot paper: filled in with what the voter chose before, and read when it comes back.

#include "decide/vote_form.hpp"
#include "decide/pages.hpp"
#include "web/language.hpp"

#include <algorithm>

namespace moothall::decide {

namespace {

using web::Language;
using web::translatable;

void add_answer(VoteForm& form, const Language& language, const Standing& standing,
                const char* value, const char* label, const char* hint)
{
    form.lines.push_back({.label = std::string(language.t(label)),
                          .hint = hint == nullptr ? std::string() : std::string(language.t(hint)),
                          .name = "choice",
                          .value = value,
                          .chosen = standing.choice && standing.choice->answer == value,
                          .places = {}});
}

void fill_answers(VoteForm& form, const Decision& decision, const Standing& standing,
                  const Language& language)
{
    if (decision.rules.method == Method::yes_no) {
        add_answer(form, language, standing, "yes", translatable("Yes"), nullptr);
        add_answer(form, language, standing, "no", translatable("No"), nullptr);
        add_answer(form, language, standing, "abstain", translatable("Abstain"),
                   translatable("Counts for the quorum and for neither side."));
        return;
    }
    add_answer(form, language, standing, "consent", translatable("Consent"),
               translatable("I can live with it."));
    add_answer(form, language, standing, "stand-aside", translatable("Stand aside"),
               translatable("I don't want it and won't stop it."));
    add_answer(
        form, language, standing, "objection", translatable("Object"),
        translatable("It would harm what we are here for. My reason and my name are shown."));
    form.asks_reason = true;
    form.reason = standing.reason;
}

/// The place of an option on the voter's ballot, from 1; 0: she left it out.
std::size_t place_of(const Standing& standing, Option option)
{
    if (!standing.choice) return 0;
    const auto& ranking = standing.choice->ranking;
    for (std::size_t place = 0; place < ranking.size(); ++place)
        if (std::ranges::find(ranking[place], option) != ranking[place].end()) return place + 1;
    return 0;
}

std::vector<web::Choice> places(const Rules& rules, std::size_t chosen, const Language& language)
{
    std::vector<web::Choice> choices;
    choices.push_back({"0", std::string(language.t("no place")), {}, chosen == 0});
    for (std::size_t place = 1; place <= rules.options.size(); ++place)
        choices.push_back({std::to_string(place),
                           language.number(static_cast<std::int64_t>(place)),
                           {},
                           chosen == place});
    return choices;
}

std::vector<web::Choice> points(const Rules& rules, std::int32_t chosen, const Language& language)
{
    std::vector<web::Choice> choices;
    for (std::int32_t point = 0; point <= rules.score_most; ++point)
        choices.push_back({std::to_string(point), language.number(point), {}, chosen == point});
    return choices;
}

std::int32_t points_of(const Standing& standing, Option option)
{
    if (!standing.choice) return 0;
    for (const auto& score : standing.choice->scores)
        if (score.option == option) return score.points;
    return 0;
}

} // namespace

VoteForm make_vote_form(const Decision& decision, const Standing& standing,
                        const Language& language)
{
    VoteForm form;
    const auto& rules = decision.rules;
    form.button = standing.choice ? language.t("Change my vote") : language.t("Cast my vote");
    form.legend = language.t("Your vote");
    if (!chooses(rules.method)) {
        fill_answers(form, decision, standing, language);
        return form;
    }
    for (Option option = 0; option < rules.options.size(); ++option) {
        const auto number = std::to_string(option + 1);
        VoteLine line{.label = rules.options[option],
                      .hint = {},
                      .name = "choice",
                      .value = number,
                      .chosen = false,
                      .places = {}};
        if (rules.method == Method::single_choice) {
            line.chosen = standing.choice && standing.choice->single == option;
        } else if (rules.method == Method::approval) {
            form.paper = Paper::check;
            line.name = "approve";
            line.chosen = standing.choice && std::ranges::find(standing.choice->approved, option) !=
                                                 standing.choice->approved.end();
        } else {
            form.paper = Paper::select;
            line.name = "option-" + number;
            line.places = rules.method == Method::score
                              ? points(rules, points_of(standing, option), language)
                              : places(rules, place_of(standing, option), language);
        }
        form.lines.push_back(std::move(line));
    }
    if (rules.method == Method::single_choice)
        form.lines.push_back({.label = std::string(language.t("None of them")),
                              .hint = std::string(language.t("Counts for the quorum only.")),
                              .name = "choice",
                              .value = "none",
                              .chosen = standing.choice && !standing.choice->single,
                              .places = {}});
    if (rules.method == Method::score)
        form.legend = language.t("Your points, 0 to {1}", rules.score_most);
    if (rules.method == Method::ranked_pairs)
        form.legend = language.t("Your order: 1 is the best, equal places are allowed");
    if (rules.method == Method::transferable_vote)
        form.legend = language.t("Your order: 1 is the best, each place once");
    return form;
}

Result<Choice> read_vote_form(const Rules& rules, const web::Request& request)
{
    Choice choice;
    const auto options = rules.options.size();
    const auto number_of = [](std::string_view text) -> std::size_t {
        std::size_t number = 0;
        for (const char digit : text) {
            if (digit < '0' || digit > '9' || number > 1000) return 9999;
            number = number * 10 + static_cast<std::size_t>(digit - '0');
        }
        return text.empty() ? 9999 : number;
    };
    switch (paper_of(rules)) {
    case Method::consent:
    case Method::yes_no:
        choice.answer = request.form("choice");
        if (choice.answer.empty()) return Refusal::invalid("choice", "Please choose first.");
        break;
    case Method::single_choice:
        if (request.form("choice").empty())
            return Refusal::invalid("choice", "Please choose first.");
        if (request.form("choice") != "none") choice.single = number_of(request.form("choice")) - 1;
        break;
    case Method::approval:
        for (const auto value : request.form_fields.all("approve"))
            choice.approved.push_back(number_of(value) - 1);
        break;
    case Method::score:
        for (Option option = 0; option < options; ++option) {
            const auto sent = request.form("option-" + std::to_string(option + 1));
            if (!sent.empty())
                choice.scores.push_back({option, static_cast<std::int32_t>(number_of(sent))});
        }
        break;
    case Method::ranked_pairs:
    case Method::transferable_vote: {
        // Places need not follow each other: 1, 3, 3 is an order as well as 1, 2, 2.
        std::vector<std::vector<Option>> by_place(options + 1);
        for (Option option = 0; option < options; ++option) {
            const auto sent = request.form("option-" + std::to_string(option + 1));
            const auto place = sent.empty() ? 0 : number_of(sent);
            if (place > options)
                return Refusal::invalid("ranking", "There are only as many places as options.");
            if (place > 0) by_place[place].push_back(option);
        }
        for (auto& place : by_place)
            if (!place.empty()) choice.ranking.push_back(std::move(place));
        break;
    }
    case Method::equal_shares:
        break;
    }
    if (const auto good = check_choice(rules, choice); !good) return good.error();
    return choice;
}

} // namespace moothall::decide
