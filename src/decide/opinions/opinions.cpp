#include "decide/opinions/opinions.hpp"

#include "base/invariant.hpp"
#include "decide/opinions/grouping.hpp"

#include <algorithm>
#include <numeric>

/// Opinion groups: who thinks alike, what sets each group apart and what all share.
///
/// The pipeline is Polis' (Small et al. 2021, see representation.cpp): votes are laid on the two
/// axes along which people differ most (principal_axes.cpp), people who voted enough are grouped by
/// where they stand (grouping.cpp), and each group is described by the statements on which it
/// differs from the others (representation.cpp). What Polis carries over from one run to the next
/// we leave out on purpose: groups here follow from the votes and nothing else, so that anybody can
/// recompute them.
namespace moothall::decide::opinions {

namespace {

constexpr std::size_t smallest_group = 2;

/// Those among `people` who voted enough to be grouped.
std::vector<std::uint32_t> who_voted_enough(const VoteTable& votes,
                                            std::span<const std::uint32_t> people,
                                            std::size_t votes_min)
{
    std::vector<std::uint32_t> enough;
    for (const auto person : people)
        if (votes.row(person).votes.size() >= std::max<std::size_t>(1, votes_min))
            enough.push_back(person);
    return enough;
}

std::size_t votes_needed(const VoteTable& votes, const Settings& settings)
{
    if (settings.mode == Mode::compatible) return settings.votes_min;
    std::vector<std::uint8_t> voted(votes.statements(), 0);
    for (std::size_t person = 0; person < votes.participants(); ++person)
        for (const auto statement : votes.row(person).statements) voted[statement] = 1;
    const auto statements = static_cast<std::size_t>(std::count(voted.begin(), voted.end(), 1));
    return std::min(settings.votes_min, statements);
}

void set_groups(Opinions& opinions, std::span<const std::uint32_t> people, const Grouping& grouping)
{
    for (std::size_t at = 0; at < people.size(); ++at)
        opinions.group_of[people[at]] = grouping.group[at];
    const auto sizes = group_sizes(grouping);
    for (std::size_t group = 0; group < sizes.size(); ++group)
        opinions.groups.push_back({sizes[group], grouping.centres[group], {}});
}

void describe_groups(Opinions& opinions, const VoteTable& votes, const Settings& settings)
{
    const bool compatible = settings.mode == Mode::compatible;
    const auto counts = count_by_group(votes, opinions.group_of, opinions.groups.size());
    auto representatives = find_representatives(
        votes, counts, settings.shown_max, compatible ? BestAgree::as_polis : BestAgree::of_agreed);
    for (std::size_t group = 0; group < opinions.groups.size(); ++group)
        opinions.groups[group].represented_by = std::move(representatives[group]);
    opinions.consensus =
        find_consensus(votes, counts, settings.shown_max,
                       compatible ? ModeratedOut::included : ModeratedOut::left_out);
}

std::vector<Point> places_of(const OpinionMap& map, std::span<const std::uint32_t> people)
{
    std::vector<Point> places;
    places.reserve(people.size());
    for (const auto person : people) places.push_back(map.people[person]);
    return places;
}

/// Puts people back into the group they had unless another centre is now the nearest to them: who
/// is in a group although another one's centre is nearer (see settle) stays there.
void keep_who_stayed(Grouping& nearest_now, std::span<const std::uint32_t> people,
                     const Opinions& before)
{
    std::vector<std::uint32_t> known;
    std::vector<std::size_t> at_of_known;
    for (std::size_t at = 0; at < people.size(); ++at)
        if (people[at] < before.group_of.size() && before.group_of[people[at]] >= 0) {
            known.push_back(people[at]);
            at_of_known.push_back(at);
        }
    Grouping nearest_before;
    nearest_before.centres = nearest_now.centres;
    assign_to_nearest(places_of(before.map, known), nearest_before);
    for (std::size_t i = 0; i < known.size(); ++i) {
        auto& group = nearest_now.group[at_of_known[i]];
        if (group == nearest_before.group[i])
            group = static_cast<std::uint8_t>(before.group_of[known[i]]);
    }
}

} // namespace

Opinions find_opinions(const VoteTable& votes, const Settings& settings)
{
    Opinions opinions;
    opinions.group_of.assign(votes.participants(), -1);
    std::vector<std::uint32_t> people;
    if (settings.mode == Mode::compatible) {
        opinions.map = draw_compatible_map(votes);
        people.resize(votes.participants());
        std::iota(people.begin(), people.end(), 0U);
    } else {
        opinions.map = draw_map(votes);
        people = order_by_votes(votes);
    }
    people = who_voted_enough(votes, people, votes_needed(votes, settings));
    const auto places = places_of(opinions.map, people);
    const auto best =
        settings.mode == Mode::compatible
            ? find_compatible_grouping(places, settings.groups_max)
            : find_stable_grouping(places, {settings.groups_max, smallest_group, settings.seed,
                                            settings.exact_people_max, settings.sample_people});
    if (best) {
        set_groups(opinions, people, best->grouping);
        opinions.silhouette = best->silhouette;
        opinions.silhouette_sampled = best->sampled;
    }
    describe_groups(opinions, votes, settings);
    return opinions;
}

Opinions follow_opinions(const VoteTable& votes, const Opinions& before, const Settings& settings)
{
    invariant(settings.mode == Mode::stable, "red-dwarf follows nothing");
    Opinions opinions;
    opinions.map = draw_map(votes, &before.map);
    opinions.group_of.assign(votes.participants(), -1);
    opinions.provisional = true;
    opinions.silhouette = before.silhouette;
    opinions.silhouette_sampled = before.silhouette_sampled;

    std::vector<std::uint32_t> people(votes.participants());
    std::iota(people.begin(), people.end(), 0U);
    people = who_voted_enough(votes, people, votes_needed(votes, settings));
    if (!before.groups.empty() && !people.empty()) {
        const auto places = places_of(opinions.map, people);
        Grouping grouping;
        for (const auto& group : before.groups) grouping.centres.push_back(group.centre);
        assign_to_nearest(places, grouping);
        keep_who_stayed(grouping, people, before);
        dissolve_small_groups(places, grouping, smallest_group);
        centre_groups(places, grouping);
        set_groups(opinions, people, grouping);
    }
    describe_groups(opinions, votes, settings);
    return opinions;
}

} // namespace moothall::decide::opinions
