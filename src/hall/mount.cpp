#include "hall/mount.hpp"

#include "hear/api.hpp"
#include "people/api.hpp"
#include "people/people.hpp"
#include "tell/event_api.hpp"

namespace moothall::hall {

web::Hooks make_hooks()
{
    web::Hooks hooks;
    hooks.identify = people::identify;
    hooks.touch = people::touch;
    hooks.organisations = people::list_organisations;
    hooks.public_circles = people::list_public_circles;
    hooks.events_since = tell::events_since;
    return hooks;
}

void mount(web::Hall& hall)
{
    web::mount_operations(hall);
    people::mount_people_api(hall.router());
    hear::mount_voice_api(hall.router());
    hear::mount_reply_api(hall.router());
    tell::mount_event_api(hall.router());
}

} // namespace moothall::hall
