// What news says, in the reader's language. The words of most verbs are in their rule; here are
// those that depend on what the event says came of it.

#include "base/time.hpp"
#include "tell/notification.hpp"
#include "tell/rule.hpp"
#include "text/json.hpp"

#include <optional>

namespace moothall::tell {

namespace {

std::string fact(const Notification& notification, std::string_view name)
{
    const auto facts = Json::parse(notification.facts);
    return facts ? std::string(facts->find(name).string().value_or("")) : std::string();
}

std::optional<Date> day_of(const Notification& notification, std::string_view name)
{
    return parse_date(fact(notification, name));
}

std::optional<std::string> status_sentence(const Notification& notification, std::string_view who,
                                           const web::Language& language)
{
    const auto to = fact(notification, "to");
    const auto& title = notification.title;
    if (to == "done") return language.t("{1} says that “{2}” is done.", who, title);
    if (to == "declined")
        return language.t("{1} declined “{2}”. The reason is public.", who, title);
    if (to == "planned") return language.t("{1} plans “{2}”.", who, title);
    if (to == "started") return language.t("{1} has begun with “{2}”.", who, title);
    if (to == "under_review") return language.t("{1} looks into “{2}”.", who, title);
    if (to == "open") return language.t("{1} opened “{2}” again.", who, title);
    return {};
}

std::optional<std::string> promise_sentence(const Notification& notification, std::string_view who,
                                            const web::Language& language)
{
    const auto& title = notification.title;
    if (notification.verb == "act.commitment_moved") {
        const auto from = day_of(notification, "from");
        const auto to = day_of(notification, "to");
        if (from && to)
            return language.t("{1} moved the promise “{2}” from {3} to {4}. The reason is public.",
                              who, title, language.day(*from), language.day(*to));
        return {};
    }
    const auto due = day_of(notification, "due");
    if (!due) return {};
    if (notification.verb == "act.commitment_made")
        return language.t("{1} promised: “{2}”, by {3}.", who, title, language.day(*due));
    const auto facts = Json::parse(notification.facts);
    if (notification.verb == "act.commitment_kept" && facts &&
        facts->find("late").boolean().value_or(false))
        return language.t("{1} kept the promise “{2}”, which was due on {3}.", who, title,
                          language.day(*due));
    return {};
}

/// None where the rule says it.
std::optional<std::string> sentence_by_facts(const Notification& notification, std::string_view who,
                                             const web::Language& language)
{
    const auto& verb = notification.verb;
    if (notification.facts.empty()) return {};
    if (verb == "hear.status_changed") return status_sentence(notification, who, language);
    if (verb.starts_with("act.commitment_")) return promise_sentence(notification, who, language);
    if (verb == "decide.decision_closed") {
        const auto outcome = fact(notification, "outcome");
        if (outcome == "passed")
            return language.t("It is decided: “{1}” passed.", notification.title);
        if (outcome == "failed")
            return language.t("It is decided: “{1}” did not pass.", notification.title);
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
    const auto category = fact(notification, "to");
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
