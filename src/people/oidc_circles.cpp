#include "people/oidc_circles.hpp"

#include "text/unicode.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace moothall::people {

namespace {

constexpr std::string_view arrow = "→";
constexpr std::string_view plain_arrow = "->";
constexpr std::size_t rules_max = 100;

/// A line as it is written; `circle` is a name or an id.
struct Line {
    std::string claim;
    std::string value;
    std::string circle;
    Role role = Role::member;
};

/// "claim = value → circle, role"
std::optional<Line> read_line(std::string_view text)
{
    auto at = text.rfind(arrow);
    auto width = arrow.size();
    if (at == std::string_view::npos) {
        at = text.rfind(plain_arrow);
        width = plain_arrow.size();
    }
    if (at == std::string_view::npos) return {};
    const auto left = text.substr(0, at);
    auto right = text.substr(at + width);
    const auto equals = left.find('=');
    if (equals == std::string_view::npos) return {};
    Line line{normalise_line(left.substr(0, equals)), normalise_line(left.substr(equals + 1)), {}};
    // The name of a circle may hold a comma: only a role after the last one is one.
    if (const auto comma = right.rfind(','); comma != std::string_view::npos) {
        const auto word = fold(normalise_line(right.substr(comma + 1)));
        if (const auto role = role_of(word); role && *role != Role::none) {
            line.role = *role;
            right = right.substr(0, comma);
        }
    }
    line.circle = normalise_line(right);
    if (line.claim.empty() || line.value.empty() || line.circle.empty()) return {};
    return line;
}

/// Calls `use` with each line that is not empty; ends when it gives false.
template <class Use>
void for_each_line(std::string_view text, const Use& use)
{
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!normalise_line(line).empty() && !use(line)) return;
    }
}

bool has_value(const Json& claim, std::string_view value)
{
    switch (claim.kind()) {
    case Json::Kind::string:
        return claim.string() == value;
    case Json::Kind::integer:
        return std::to_string(claim.integer().value_or(0)) == value;
    case Json::Kind::boolean:
        return value == (claim.boolean().value_or(false) ? "true" : "false");
    case Json::Kind::array:
        for (std::size_t index = 0; index < claim.size(); ++index)
            if (claim.at(index).kind() != Json::Kind::array && has_value(claim.at(index), value))
                return true;
        return false;
    default:
        return false;
    }
}

/// A claim by its name, or step by step: Keycloak keeps roles in an object inside an object. Names
/// that are addresses ("https://hall.example/roles") have dots too, so the whole name comes first.
Json find_claim(const Json& claims, std::string_view name)
{
    if (auto whole = claims.find(name)) return whole;
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return {};
    const auto inner = claims.find(name.substr(0, dot));
    return inner ? find_claim(inner, name.substr(dot + 1)) : Json();
}

std::vector<Id> circles_of(const std::vector<ClaimRule>& rules)
{
    std::vector<Id> circles;
    for (const auto& rule : rules)
        if (std::ranges::find(circles, rule.circle) == circles.end())
            circles.push_back(rule.circle);
    return circles;
}

/// What somebody is in a circle now, and how many stewards it has. Circles that are gone are left
/// out.
struct Standing {
    Role role = Role::none;
    std::int64_t stewards = 0;
};
std::map<Id, Standing> find_standings(store::Transaction& transaction, Id organisation, Id person,
                                      const std::vector<Id>& circles)
{
    std::map<Id, Standing> standings;
    for (const auto& row : transaction.query(R"sql(
             SELECT c.circle_id, coalesce(m.role, 'none'),
                    (SELECT count(*) FROM membership s WHERE s.org_id = ?1
                       AND s.circle_id = c.circle_id AND s.role = 'steward')
             FROM circle c LEFT JOIN membership m
               ON m.org_id = c.org_id AND m.circle_id = c.circle_id AND m.org_id = ?1
              AND m.person_id = ?2
             WHERE c.org_id = ?1 AND c.circle_id IN_IDS(?3) )sql",
                                             organisation, person, store::IdList{circles}))
        standings[row.id(0)] = {role_of(row.text(1)).value_or(Role::none), row.integer(2)};
    return standings;
}

} // namespace

Result<std::vector<ClaimRule>> read_claim_rules(store::Transaction& transaction,
                                                const Viewer& viewer, std::string_view typed)
{
    const auto circles = list_circles(transaction, viewer);
    std::vector<ClaimRule> rules;
    std::optional<Refusal> refused;
    for_each_line(typed, [&](std::string_view text) {
        const auto line = read_line(text);
        const auto shown = clip(normalise_line(text), 100);
        if (!line) {
            refused =
                Refusal::invalid("mapping",
                                 "“{1}” is not understood. A line reads: groups = engineering → "
                                 "Engineers, member")
                    .with(shown);
            return false;
        }
        std::vector<Id> found;
        for (const auto& circle : circles)
            if (circle.id.text() == line->circle || fold(circle.name) == fold(line->circle))
                found.push_back(circle.id);
        if (found.size() > 1) {
            refused = Refusal::invalid("mapping", "There are several circles called {1}.")
                          .with(clip(line->circle, 100));
            return false;
        }
        if (found.empty()) {
            refused = Refusal::invalid("mapping", "There is no circle called {1}.")
                          .with(clip(line->circle, 100));
            return false;
        }
        rules.push_back({line->claim, line->value, found.front(), line->role});
        if (rules.size() > rules_max) {
            refused = Refusal::invalid("mapping", "There may be 100 lines at most.");
            return false;
        }
        return true;
    });
    if (refused) return *refused;
    return rules;
}

std::string to_setting(const std::vector<ClaimRule>& rules)
{
    std::string text;
    for (const auto& rule : rules)
        text += rule.claim + " = " + rule.value + ' ' + std::string(arrow) + ' ' +
                rule.circle.text() + ", " + std::string(to_text(rule.role)) + '\n';
    return text;
}

std::vector<ClaimRule> claim_rules_of(std::string_view setting)
{
    std::vector<ClaimRule> rules;
    for_each_line(setting, [&](std::string_view text) {
        if (const auto line = read_line(text))
            if (const auto circle = Id::parse(line->circle))
                rules.push_back({line->claim, line->value, *circle, line->role});
        return true;
    });
    return rules;
}

std::string to_typed(store::Transaction& transaction, const Viewer& viewer,
                     const std::vector<ClaimRule>& rules)
{
    const auto circles = list_circles(transaction, viewer);
    std::string text;
    for (const auto& rule : rules) {
        const auto circle = std::ranges::find(circles, rule.circle, &Circle::id);
        if (circle == circles.end()) continue;
        const auto same = std::ranges::count_if(
            circles, [&](const Circle& one) { return fold(one.name) == fold(circle->name); });
        text += rule.claim + " = " + rule.value + ' ' + std::string(arrow) + ' ' +
                (same > 1 ? circle->id.text() : circle->name) + ", " +
                std::string(to_text(rule.role)) + '\n';
    }
    return text;
}

bool has_claim(const std::vector<Json>& sources, const ClaimRule& rule)
{
    return std::ranges::any_of(sources, [&](const Json& claims) {
        return has_value(find_claim(claims, rule.claim), rule.value);
    });
}

std::vector<RoleChange> apply_claim_rules(store::Transaction& transaction, Id organisation,
                                          Id everyone, const Person& person,
                                          const std::vector<ClaimRule>& rules,
                                          const std::vector<Json>& sources, Time now)
{
    std::vector<RoleChange> changes;
    if (person.owner || rules.empty()) return changes;
    const auto circles = circles_of(rules);
    const auto standings = find_standings(transaction, organisation, person.id, circles);
    for (const Id circle : circles) {
        const auto standing = standings.find(circle);
        if (standing == standings.end()) continue;
        const auto& [before, stewards] = standing->second;
        auto wanted = circle == everyone ? Role::member : Role::none;
        for (const auto& rule : rules)
            if (rule.circle == circle && has_claim(sources, rule))
                wanted = std::max(wanted, rule.role);
        const bool last_steward = before == Role::steward && stewards <= 1;
        if (wanted == before || last_steward) continue;
        set_role(transaction, organisation, circle, person.id, wanted, now);
        changes.push_back({circle, wanted});
    }
    // What she looks at elsewhere was opened with her former rights.
    if (!changes.empty())
        transaction.notify("cut:" + organisation.text() + ':' + person.id.text() + ":0");
    return changes;
}

} // namespace moothall::people
