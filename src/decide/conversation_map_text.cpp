#include "decide/conversation_map_text.hpp"

#include "base/invariant.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

namespace moothall::decide {

namespace {

using opinions::Direction;

// Chosen by hand: a group "agrees" when clearly more than half of it does, and two groups differ
// when a third of one would have to change its mind.
constexpr double agreement_min = 0.6;
constexpr double spread_min = 0.33;
constexpr std::size_t shown_max = 5;
constexpr double thousandths = 1000;

double share(std::int64_t votes, std::int64_t seen)
{
    return (static_cast<double>(votes) + 1) / (static_cast<double>(seen) + 2);
}

void write_votes(JsonWriter& json, const opinions::Counts& counts)
{
    json.begin_array().value(counts.agree).value(counts.disagree).value(counts.seen).end_array();
}

void write_group(JsonWriter& json, const FoundWords& found, std::size_t group)
{
    const auto& of = found.opinions.groups[group];
    const auto visitors =
        std::ranges::count(found.visitors, static_cast<int>(group), &MapPoint::group);
    json.begin_object().field("size", of.size).field("visitors", visitors);
    json.field("x", of.centre.x).field("y", of.centre.y).key("stands_for").begin_array();
    for (const auto& one : of.represented_by) {
        json.begin_object().field("statement", found.votes.statements[one.statement]);
        json.field("agree", one.direction == Direction::agree).key("here");
        write_votes(json, one.inside);
        json.key("elsewhere");
        write_votes(json, one.outside);
        json.field("repness", one.repness).field("p", one.probability).end_object();
    }
    json.end_array().end_object();
}

/// The lowest share of any group (or of all) that votes so, 0 when one has hardly seen it.
double lowest_share(const CountsByGroup& counts, std::size_t statement, Direction direction)
{
    constexpr std::int64_t seen_min = 2;
    double lowest = 1;
    for (const auto& group : counts) {
        if (group[statement].seen < seen_min) return 0;
        lowest = std::min(lowest, share(group[statement].of(direction), group[statement].seen));
    }
    return lowest;
}

void write_agreed(JsonWriter& json, const FoundWords& found, const CountsByGroup& counts)
{
    std::vector<std::tuple<double, std::size_t, bool>> all;
    for (std::size_t at = 0; at < found.votes.statements.size(); ++at) {
        if (found.votes.table.is_moderated_out(at)) continue;
        for (const auto direction : {Direction::agree, Direction::disagree})
            if (const double least = lowest_share(counts, at, direction); least >= agreement_min)
                all.emplace_back(-least, at, direction == Direction::agree);
    }
    std::ranges::sort(all);
    if (all.size() > shown_max) all.resize(shown_max);
    json.key("agreed").begin_array();
    for (const auto& [least, at, agree] : all) {
        json.begin_object()
            .field("statement", found.votes.statements[at])
            .field("agree", agree)
            .field("share", -least)
            .key("votes")
            .begin_array();
        for (const auto& group : counts) write_votes(json, group[at]);
        json.end_array().end_object();
    }
    json.end_array();
}

void write_divided(JsonWriter& json, const FoundWords& found, const CountsByGroup& counts)
{
    std::vector<std::pair<double, std::size_t>> all;
    for (std::size_t at = 0; counts.size() > 1 && at < found.votes.statements.size(); ++at) {
        if (found.votes.table.is_moderated_out(at)) continue;
        double least = 1;
        double most = 0;
        for (const auto& group : counts) {
            const double agree = share(group[at].agree, group[at].seen);
            least = std::min(least, agree);
            most = std::max(most, agree);
        }
        if (most - least >= spread_min) all.emplace_back(least - most, at);
    }
    std::ranges::sort(all);
    if (all.size() > shown_max) all.resize(shown_max);
    json.key("divided").begin_array();
    for (const auto& [spread, at] : all) {
        json.begin_object()
            .field("statement", found.votes.statements[at])
            .field("spread", -spread)
            .key("votes")
            .begin_array();
        for (const auto& group : counts) write_votes(json, group[at]);
        json.end_array().end_object();
    }
    json.end_array();
}

GroupVotes read_votes(const Json& json)
{
    return {json.at(0).integer().value_or(0), json.at(1).integer().value_or(0),
            json.at(2).integer().value_or(0)};
}

Id read_statement_id(const Json& json)
{
    return Id::parse(json.string().value_or("")).value_or(Id{});
}

Direction direction_of(const Json& json)
{
    return json.find("agree").boolean().value_or(true) ? Direction::agree : Direction::disagree;
}

} // namespace

void write_point(std::string& out, Id participant, const MapPoint& point)
{
    out += std::to_string(participant.value);
    for (const auto number : {static_cast<std::int64_t>(std::llround(point.x * thousandths)),
                              static_cast<std::int64_t>(std::llround(point.y * thousandths)),
                              std::int64_t{point.group}, std::int64_t{point.visitor}}) {
        out += ' ';
        out += std::to_string(number);
    }
    out += '\n';
}

std::vector<StoredPoint> read_points(std::string_view text)
{
    std::vector<StoredPoint> points;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        std::array<std::int64_t, 5> numbers{};
        for (auto& number : numbers) {
            const auto read = std::from_chars(at, end, number);
            invariant(read.ec == std::errc{}, "a stored map can be read");
            at = read.ptr + 1; // the blank, or the line's end
        }
        points.push_back({Id{numbers[0]},
                          {static_cast<double>(numbers[1]) / thousandths,
                           static_cast<double>(numbers[2]) / thousandths,
                           static_cast<int>(numbers[3]), numbers[4] != 0}});
    }
    return points;
}

std::string write_centres(const std::vector<opinions::Group>& groups)
{
    std::string text;
    for (const auto& group : groups)
        text += std::to_string(group.centre.x) + " " + std::to_string(group.centre.y) + "\n";
    return text;
}

std::vector<opinions::Point> read_centres(std::string_view text)
{
    std::vector<opinions::Point> centres;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        opinions::Point centre;
        at = std::from_chars(at, end, centre.x).ptr + 1;
        at = std::from_chars(at, end, centre.y).ptr + 1;
        centres.push_back(centre);
    }
    return centres;
}

CountsByGroup count_votes(const FoundWords& found)
{
    const auto& table = found.votes.table;
    const auto groups = found.opinions.groups.size();
    if (groups > 0) return opinions::count_by_group(table, found.opinions.group_of, groups);
    const std::vector<std::int32_t> all(table.participants(), 0);
    return opinions::count_by_group(table, all, 1);
}

std::string write_summary(const FoundWords& found, const CountsByGroup& counts)
{
    const auto& opinions = found.opinions;
    const auto placed = std::ranges::count_if(opinions.group_of, [](auto of) { return of >= 0; });
    JsonWriter json(16 * 1024);
    json.begin_object().field("people", found.votes.table.participants()).field("placed", placed);
    json.field("visitors_placed", found.visitors.size());
    json.field("silhouette", opinions.silhouette).key("groups").begin_array();
    for (std::size_t group = 0; group < opinions.groups.size(); ++group)
        write_group(json, found, group);
    json.end_array();
    write_agreed(json, found, counts);
    write_divided(json, found, counts);
    return json.end_object().take();
}

std::string write_group_votes(const FoundWords& found, const CountsByGroup& counts)
{
    JsonWriter json(64 * 1024);
    json.begin_array();
    for (std::size_t at = 0; !found.opinions.groups.empty() && at < counts.front().size(); ++at) {
        json.begin_array().value(found.votes.statements[at]);
        for (const auto& group : counts) write_votes(json, group[at]);
        json.end_array();
    }
    return json.end_array().take();
}

VotesByGroup read_group_votes(const Json& json)
{
    VotesByGroup votes;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const auto one = json.at(at);
        std::vector<GroupVotes> by_group;
        for (std::size_t group = 1; group < one.size(); ++group)
            by_group.push_back(read_votes(one.at(group)));
        votes.emplace(read_statement_id(one.at(0)), std::move(by_group));
    }
    return votes;
}

namespace {

/// The engine always names something for a group, as Polis does. People read it as what sets the
/// group apart, so what others say as often, and what all agree on, is left out.
void keep_what_sets_apart(ConversationMap& map)
{
    for (auto& group : map.groups)
        std::erase_if(group.stands_for, [&](const StandsFor& one) {
            return one.repness <= 1 || std::ranges::find(map.agreed, one.statement,
                                                         &Agreement::statement) != map.agreed.end();
        });
}

} // namespace

void read_summary(const Json& json, ConversationMap& map)
{
    map.people = json.find("people").integer().value_or(0);
    map.placed = json.find("placed").integer().value_or(0);
    map.visitors_placed = json.find("visitors_placed").integer().value_or(0);
    map.silhouette = json.find("silhouette").number().value_or(0);
    const auto each = [&](const char* key, const auto& read) {
        const auto list = json.find(key);
        for (std::size_t at = 0; at < list.size(); ++at) read(list.at(at));
    };
    each("groups", [&](const Json& one) {
        OpinionGroup group;
        group.size = one.find("size").integer().value_or(0);
        group.visitors = one.find("visitors").integer().value_or(0);
        group.x = one.find("x").number().value_or(0);
        group.y = one.find("y").number().value_or(0);
        const auto stands_for = one.find("stands_for");
        for (std::size_t at = 0; at < stands_for.size(); ++at) {
            const auto of = stands_for.at(at);
            group.stands_for.push_back({.statement = read_statement_id(of.find("statement")),
                                        .direction = direction_of(of),
                                        .here = read_votes(of.find("here")),
                                        .elsewhere = read_votes(of.find("elsewhere")),
                                        .repness = of.find("repness").number().value_or(0),
                                        .probability = of.find("p").number().value_or(0)});
        }
        map.groups.push_back(std::move(group));
    });
    each("agreed", [&](const Json& one) {
        Agreement agreement{read_statement_id(one.find("statement")),
                            direction_of(one),
                            one.find("share").number().value_or(0),
                            {}};
        const auto votes = one.find("votes");
        for (std::size_t at = 0; at < votes.size(); ++at)
            agreement.votes.push_back(read_votes(votes.at(at)));
        map.agreed.push_back(std::move(agreement));
    });
    each("divided", [&](const Json& one) {
        Division division{
            read_statement_id(one.find("statement")), one.find("spread").number().value_or(0), {}};
        const auto votes = one.find("votes");
        for (std::size_t at = 0; at < votes.size(); ++at)
            division.votes.push_back(read_votes(votes.at(at)));
        map.divided.push_back(std::move(division));
    });
    keep_what_sets_apart(map);
}

} // namespace moothall::decide
