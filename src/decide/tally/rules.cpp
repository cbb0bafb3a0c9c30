#include "decide/tally/rules.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace moothall::decide {

namespace {

constexpr std::pair<Method, std::string_view> method_names[] = {
    {Method::consent, "consent"},
    {Method::yes_no, "yes-no"},
    {Method::single_choice, "single-choice"},
    {Method::approval, "approval"},
    {Method::score, "score"},
    {Method::ranked_pairs, "ranked-pairs"},
    {Method::transferable_vote, "stv"},
    {Method::equal_shares, "equal-shares"},
};
constexpr std::pair<std::string_view, Method> other_names[] = {
    {"yes-no-abstain", Method::yes_no},
    {"yesno", Method::yes_no},
    {"motion", Method::yes_no},
    {"majority", Method::yes_no},
    {"single", Method::single_choice},
    {"choice", Method::single_choice},
    {"plurality", Method::single_choice},
    {"scores", Method::score},
    {"ranked", Method::ranked_pairs},
    {"ranking", Method::ranked_pairs},
    {"transferable-vote", Method::transferable_vote},
    {"single-transferable-vote", Method::transferable_vote},
    {"budget", Method::equal_shares},
};

Share lowest_terms(std::int64_t part, std::int64_t whole)
{
    const auto divisor = std::gcd(part, whole);
    return divisor == 0 ? Share{0, 1} : Share{part / divisor, whole / divisor};
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::optional<std::int64_t> whole_number(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || text[0] == '-')
        return {};
    return value;
}

} // namespace

std::string_view to_text(Method method)
{
    for (const auto& [known, name] : method_names)
        if (known == method) return name;
    return "yes-no";
}

std::optional<Method> method_of(std::string_view text)
{
    std::string name(text);
    for (auto& letter : name) {
        if (letter == '_' || letter == '/' || letter == ' ') letter = '-';
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    for (const auto& [method, known] : method_names)
        if (known == name) return method;
    for (const auto& [known, method] : other_names)
        if (known == name) return method;
    return {};
}

std::string_view to_text(shares::BallotKind ballot)
{
    switch (ballot) {
    case shares::BallotKind::approval:
        return "approval";
    case shares::BallotKind::points:
        return "points";
    case shares::BallotKind::ranking:
        return "ranking";
    }
    return "";
}

std::optional<shares::BallotKind> ballot_kind_of(std::string_view text)
{
    for (const auto ballot :
         {shares::BallotKind::approval, shares::BallotKind::points, shares::BallotKind::ranking})
        if (to_text(ballot) == text) return ballot;
    return {};
}

std::string_view to_text(TieRule rule)
{
    return rule == TieRule::as_listed ? "listed" : "lot";
}

std::optional<TieRule> tie_rule_of(std::string_view text)
{
    if (text == "listed") return TieRule::as_listed;
    if (text == "lot") return TieRule::by_lot;
    return {};
}

std::optional<Share> parse_share(std::string_view text)
{
    constexpr std::int64_t whole_max = 1'000'000;
    text = trimmed(text);
    std::int64_t scale = 1;
    if (text.ends_with('%')) {
        text = trimmed(text.substr(0, text.size() - 1));
        scale = 100;
    }
    if (text.empty()) return {};
    std::int64_t part = 0;
    std::int64_t whole = 1;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        const auto above = whole_number(trimmed(text.substr(0, slash)));
        const auto below = whole_number(trimmed(text.substr(slash + 1)));
        if (!above || !below || *below == 0 || *below > whole_max || *above > whole_max) return {};
        part = *above;
        whole = *below;
    } else {
        // A decimal with at most six places, read as it is written: 0.6 is three fifths exactly.
        const auto point = std::min(text.find('.'), text.size());
        auto places = point < text.size() ? text.substr(point + 1) : std::string_view{};
        places = places.substr(0, 6);
        std::string digits(text.substr(0, point));
        digits += places;
        if (digits.empty() || digits.size() > 12) return {};
        const auto value = whole_number(digits);
        if (!value) return {};
        part = *value;
        for (std::size_t place = 0; place < places.size(); ++place) whole *= 10;
    }
    if (part > whole * scale) return {};
    return lowest_terms(part, whole * scale);
}

std::string to_text(Share share)
{
    return std::to_string(share.part) + "/" + std::to_string(share.whole);
}

} // namespace moothall::decide
