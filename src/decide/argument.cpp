#include "decide/argument.hpp"

#include <algorithm>
#include <unordered_map>

namespace moothall::decide {

std::string_view to_text(Side side)
{
    switch (side) {
    case Side::none:
        return "";
    case Side::in_favour:
        return "for";
    case Side::against:
        return "against";
    }
    return "";
}

std::optional<Side> side_of(std::string_view text)
{
    for (const auto side : {Side::none, Side::in_favour, Side::against})
        if (to_text(side) == text) return side;
    return {};
}

Result<Argument> argue(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id id, const hear::NewReply& wanted,
                       const hear::Rendered& rendered, Side side)
{
    const auto decision = find_decision(transaction, id, viewer);
    if (!decision) return decision.error();
    auto reply = hear::say_reply(transaction, ids, now, viewer, id, wanted, rendered);
    if (!reply) return reply.error();
    if (side != Side::none)
        transaction.execute(R"sql(
            INSERT INTO argument (org_id, decision_id, reply_id, side) VALUES (?1, ?2, ?3, ?4) )sql",
                            viewer.organisation, id, reply->id, to_text(side));
    return Argument{*std::move(reply), side};
}

Result<ArgumentList> list_arguments(store::Transaction& transaction, Id id, const Viewer& viewer,
                                    std::string_view after, int limit)
{
    auto replies = hear::list_replies(transaction, id, viewer, after, limit);
    if (!replies) return replies.error();
    std::vector<Id> ids;
    for (const auto& reply : replies->replies) ids.push_back(reply.id);
    std::unordered_map<Id, Side> sides;
    for (const auto& row : transaction.query(R"sql(
             SELECT reply_id, side FROM argument
             WHERE org_id = ?1 AND decision_id = ?2 AND reply_id IN_IDS(?3) )sql",
                                             viewer.organisation, id, store::IdList{ids}))
        sides.emplace(row.id(0), side_of(row.text(1)).value_or(Side::none));
    ArgumentList list;
    list.next = std::move(replies->next);
    for (auto& reply : replies->replies) {
        const auto side = sides.find(reply.id);
        list.arguments.push_back(
            {std::move(reply), side == sides.end() ? Side::none : side->second});
    }
    return list;
}

} // namespace moothall::decide
