#pragma once

#include "decide/decision.hpp"
#include "hear/hear.hpp"

namespace moothall::decide {

enum class Side : std::uint8_t { none, in_favour, against };
std::string_view to_text(Side side); // for | against, empty: none
std::optional<Side> side_of(std::string_view text);

struct Argument {
    hear::Reply reply;
    Side side = Side::none;
};

/// A reply to a decision that argues for or against it, or says something beside it. One event, of
/// the reply (hear/reply.hpp).
Result<Argument> argue(store::Transaction& transaction, IdSource& ids, Time now,
                       const Viewer& viewer, Id decision, const hear::NewReply& wanted,
                       const hear::Rendered& rendered, Side side);

struct ArgumentList {
    std::vector<Argument> arguments;
    std::string next;
};
/// In the order in which they were said.
Result<ArgumentList> list_arguments(store::Transaction& transaction, Id decision,
                                    const Viewer& viewer, std::string_view after, int limit);

} // namespace moothall::decide
