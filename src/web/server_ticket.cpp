#include "web/server_ticket.hpp"

#include "base/invariant.hpp"
#include "web/server_connection.hpp"
#include "web/server_loop.hpp"

#include <utility>

namespace moothall::web {

Ticket::Ticket(std::weak_ptr<Loop> loop, std::weak_ptr<Connection> connection)
    : loop_(std::move(loop)), connection_(std::move(connection))
{
}

Ticket::~Ticket()
{
    const auto loop = loop_.lock();
    if (loop && !answered_) loop->guard("an unanswered request", [&] { deliver({}); });
}

void Ticket::answer(Response response)
{
    invariant(!answered_.exchange(true), "a request is answered once");
    deliver(std::move(response));
}

void Ticket::fail()
{
    if (!answered_.exchange(true)) deliver({});
}

void Ticket::deliver(std::optional<Response> response)
{
    const auto loop = loop_.lock();
    if (!loop) return;
    // The connection may be looked at in its own thread only.
    auto hand_in = [connection = connection_, answer = std::move(response)]() mutable {
        if (const auto waiting = connection.lock()) waiting->take_answer(std::move(answer));
    };
    if (loop->in_this_thread())
        hand_in();
    else
        loop->post(std::move(hand_in));
}

} // namespace moothall::web
