// What the live streams are told, when, and to whom.

#include "text/json.hpp"
#include "web/live_parts.hpp"
#include "web/log.hpp"

namespace moothall::web {

using live::Delivery;
using live::Message;
using live::Moment;
using live::Room;
using live::Subscriber;
using live::Waiter;

namespace {

/// How long until something that failed or was closed is looked at again.
constexpr std::chrono::seconds look_again{1};
constexpr std::chrono::seconds sweep_every{15};

} // namespace

namespace live {

Message changed_message(Id thing, const Change& change)
{
    JsonWriter json;
    json.begin_object().field("thing", thing).field("event", change.event);
    json.key("verbs").begin_array();
    for (const auto& verb : change.verbs) json.value(verb);
    json.end_array().end_object();
    return {"changed", change.event.text(), json.take()};
}

void send(EventStream& stream, const Message& message)
{
    stream.send(message.event, message.id, message.data);
}

} // namespace live

void Live::Parts::ask_circles(Id organisation)
{
    sources.run([parts = shared_from_this(), organisation] {
        std::optional<std::vector<Id>> circles;
        try {
            {
                // What changes from here on makes the answer stale again.
                const std::lock_guard lock(parts->mutex);
                const auto found = parts->houses.find(organisation);
                if (found == parts->houses.end()) return;
                found->second.circles_stale = false;
            }
            circles = parts->sources.public_circles(organisation);
        } catch (const std::exception& error) {
            log({.level = LogLevel::warning,
                 .message = "the public circles could not be read",
                 .cause = error.what()});
        }
        parts->circles_known(organisation, std::move(circles));
    });
}

void Live::Parts::circles_known(Id organisation, std::optional<std::vector<Id>> circles)
{
    bool again = false;
    {
        const std::lock_guard lock(mutex);
        const auto found = houses.find(organisation);
        if (found == houses.end()) return;
        auto& house = found->second;
        if (circles) {
            house.public_circles = std::set<Id>(circles->begin(), circles->end());
        } else {
            house.circles_stale = true;
        }
        again = circles && house.circles_stale;
        house.circles_asked = again;
        if (house.empty()) houses.erase(found);
    }
    changed.notify_all();
    if (again) ask_circles(organisation);
}

/// The thread that tells: it sleeps until changes are due, or a waiting request is.
void Live::Parts::run()
{
    auto next_sweep = std::chrono::steady_clock::now() + sweep_every;
    std::unique_lock lock(mutex);
    while (!stopping) {
        auto next = next_sweep;
        const auto now = std::chrono::steady_clock::now();
        std::vector<Delivery> deliveries;
        std::vector<Waiter> woken;
        std::vector<Waiter> late;
        std::vector<Id> to_ask;
        for (auto& [organisation, house] : houses) {
            if (house.due == Moment::max()) continue;
            if (house.due > now) {
                next = std::min(next, house.due);
            } else if (house.circles_asked) {
                continue; // circles_known() wakes us
            } else if (house.circles_stale) {
                house.circles_asked = true;
                house.due = now + look_again;
                to_ask.push_back(organisation);
            } else {
                tell(house, deliveries, woken);
            }
        }
        end_late(now, late);
        if (now >= next_sweep) {
            sweep();
            next_sweep = now + sweep_every;
        }
        // Many requests may wait, each with its own end: they are looked at four times a second.
        if (waiting > 0) next = std::min(next, now + settings.together);

        if (deliveries.empty() && woken.empty() && late.empty() && to_ask.empty()) {
            changed.wait_until(lock, next);
            continue;
        }
        lock.unlock();
        for (const auto organisation : to_ask) ask_circles(organisation);
        for (const auto& delivery : deliveries)
            for (const auto& message : delivery.messages) send(*delivery.stream, *message);
        call(woken, true);
        call(late, false);
        lock.lock();
    }
}

void Live::Parts::tell(Room& house, std::vector<Delivery>& deliveries, std::vector<Waiter>& woken)
{
    struct News {
        Id circle;
        Id event;
        std::shared_ptr<const Message> message;
    };
    std::vector<News> news;
    news.reserve(house.changes.size());
    for (const auto& [about, change] : house.changes)
        news.push_back({about.second, change.event,
                        std::make_shared<const Message>(changed_message(about.first, change))});
    std::ranges::sort(news, {}, &News::event);
    std::map<Id, std::vector<std::shared_ptr<const Message>>> own;
    for (const auto& [person, topic] : house.own_news) {
        JsonWriter json;
        json.begin_object().field("topic", topic).end_object();
        own[person].push_back(std::make_shared<const Message>(Message{"for-you", "", json.take()}));
    }
    house.changes.clear();
    house.own_news.clear();
    house.due = Moment::max();

    for (auto& subscriber : house.subscribers) {
        Delivery delivery{subscriber.stream, {}};
        for (const auto& item : news)
            if (house.may_hear(subscriber.who, item.circle))
                delivery.messages.push_back(item.message);
        if (subscriber.who.person)
            if (const auto found = own.find(subscriber.who.person); found != own.end())
                std::ranges::copy(found->second, std::back_inserter(delivery.messages));
        if (delivery.messages.empty()) continue;
        if (subscriber.resuming) {
            for (const auto& message : delivery.messages) subscriber.kept_back.push_back(*message);
        } else {
            deliveries.push_back(std::move(delivery));
        }
    }
    waiting -= std::erase_if(house.waiters, [&](Waiter& waiter) {
        const bool hears =
            own.contains(waiter.who.person) || std::ranges::any_of(news, [&](const News& item) {
                return house.may_hear(waiter.who, item.circle);
            });
        if (hears) woken.push_back(std::move(waiter));
        return hears;
    });
}

void Live::Parts::end_late(Moment now, std::vector<Waiter>& late)
{
    if (waiting == 0) return;
    for (auto& [organisation, house] : houses)
        std::erase_if(house.waiters, [&](Waiter& waiter) {
            const bool over = waiter.until <= now;
            if (over) late.push_back(std::move(waiter));
            return over;
        });
    waiting -= late.size();
}

/// Forgets streams that were closed from the other side, and houses nobody listens to.
void Live::Parts::sweep()
{
    for (auto& [organisation, house] : houses)
        std::erase_if(house.subscribers,
                      [](const Subscriber& subscriber) { return !subscriber.stream->open(); });
    std::erase_if(houses, [](const auto& entry) { return entry.second.empty(); });
}

} // namespace moothall::web
