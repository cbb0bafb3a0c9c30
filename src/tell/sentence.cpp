// What news says, in the reader's language. The words of most verbs are in their rule; here are
// those that depend on what the event says came of it.

#include "base/time.hpp"
#include "tell/notification.hpp"
#include "tell/rule.hpp"
#include "text/json.hpp"

#include <optional>

namespace moothall::tell {

namespace {

std::string_view fact(const Json& facts, std::string_view name)
{
    return facts.find(name).string().value_or("");
}

std::optional<std::string> status_sentence(std::string_view to, std::string_view who,
                                           std::string_view title, const web::Language& language)
{
    if (to == "done") return language.t("{1} says that “{2}” is done.", who, title);
    if (to == "declined")
        return language.t("{1} declined “{2}”. The reason is public.", who, title);
    if (to == "planned") return language.t("{1} plans “{2}”.", who, title);
    if (to == "started") return language.t("{1} has begun with “{2}”.", who, title);
    if (to == "under_review") return language.t("{1} looks into “{2}”.", who, title);
    if (to == "open") return language.t("{1} opened “{2}” again.", who, title);
    return {};
}

std::optional<std::string> promise_sentence(std::string_view verb, const Json& facts,
                                            std::string_view who, std::string_view title,
                                            const web::Language& language)
{
    const auto due = parse_date(fact(facts, "due"));
    if (verb == "act.commitment_made" && due)
        return language.t("{1} promised: “{2}”, by {3}.", who, title, language.day(*due));
    if (verb == "act.commitment_kept" && due && facts.find("late").boolean().value_or(false))
        return language.t("{1} kept the promise “{2}”, which was due on {3}.", who, title,
                          language.day(*due));
    const auto from = parse_date(fact(facts, "from"));
    const auto to = parse_date(fact(facts, "to"));
    if (verb == "act.commitment_moved" && from && to)
        return language.t("{1} moved the promise “{2}” from {3} to {4}. The reason is public.", who,
                          title, language.day(*from), language.day(*to));
    return {};
}

/// None where the rule says it.
std::optional<std::string> sentence_by_facts(const Notification& notification, std::string_view who,
                                             const web::Language& language)
{
    const std::string_view verb = notification.verb;
    const auto facts = Json::parse(notification.facts);
    if (!facts) return {};
    const auto& title = notification.title;
    if (verb == "hear.status_changed")
        return status_sentence(fact(*facts, "to"), who, title, language);
    if (verb.starts_with("act.commitment_"))
        return promise_sentence(verb, *facts, who, title, language);
    if (verb == "decide.decision_closed") {
        const auto outcome = fact(*facts, "outcome");
        if (outcome == "passed") return language.t("It is decided: “{1}” passed.", title);
        if (outcome == "failed") return language.t("It is decided: “{1}” did not pass.", title);
    }
    return {};
}

} // namespace

bool asks_whether_it_helped(const Notification& notification)
{
    const auto* rule = find_rule(notification.verb);
    if (rule == nullptr || !rule->asks_whether_it_helped) return false;
    // A voice that was answered is asked about once it is done, not while it is planned or
    // declined.
    const auto facts = Json::parse(notification.facts);
    const auto category = facts ? fact(*facts, "to") : std::string_view();
    return category.empty() || category == "done";
}

std::string sentence_of(const Notification& notification, const web::Language& language)
{
    const auto who =
        notification.actor.empty() ? std::string(language.t("Somebody")) : notification.actor;
    const auto& reason = notification.reason;
    if (reason == "mention") return language.t("{1} named you in “{2}”.", who, notification.title);
    if (reason == "reply") return language.t("{1} replied to “{2}”.", who, notification.title);
    if (reason == "on_behalf")
        return language.t("{1} wrote “{2}” for you. You can correct it or take it back.", who,
                          notification.title);
    const auto* rule = find_rule(notification.verb);
    if (rule == nullptr || rule->sentence == nullptr) return notification.title;
    auto sentence = sentence_by_facts(notification, who, language)
                        .value_or(language.t(rule->sentence, who, notification.title));
    const auto said = language.day(notification.because_said);
    if (!notification.because.empty())
        sentence = language.t(notification.hers ? "You asked for “{1}” on {2}. {3}"
                                                : "You follow “{1}”, said on {2}. {3}",
                              notification.because, said, sentence);
    else if (notification.hers && rule->outcome)
        sentence += ' ' + language.t("You asked for it on {1}.", said);
    if (notification.asks && asks_whether_it_helped(notification))
        sentence += ' ' + std::string(language.t("Does it do what you wanted?"));
    return sentence;
}

} // namespace moothall::tell
