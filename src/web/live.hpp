#pragma once

#include "base/viewer.hpp"
#include "web/response.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace moothall::web {

/// The open event streams of this node, by organisation and topic.
///
/// Messages carry ids only ("event 0abc… happened to thing …"); who listens fetches what she may
/// see, so the rule of sight is asked at that moment and not at the moment of subscribing. Messages
/// for one topic within 250 ms are put together.
class Live {
public:
    virtual ~Live() = default;
    /// `may_hear` is asked for each message before it is sent and must be quick (it sees ids only).
    virtual void subscribe(std::shared_ptr<EventStream> stream, const Viewer& viewer,
                           std::string last_event_id) = 0;
    /// Closes every stream of a person, or of one session or token of hers (any id that is not none
    /// counts).
    virtual void cut(Id organisation, Id person, Id session_or_token) = 0;
    /// A notice from the database: "organisation:event:thing:circle".
    virtual void heard(std::string_view notice) = 0;
    virtual std::size_t listeners() const = 0;
};

} // namespace moothall::web
