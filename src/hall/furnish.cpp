#include "hall/furnish.hpp"

#include "organise/organise.hpp"
#include "people/people.hpp"
#include "tell/notification.hpp"

namespace moothall::hall {

void furnish(const web::Context& context, web::Frame& frame)
{
    frame.search_path = "/voices#query";
    frame.say_path = "/say";
    frame.sign_in_path = "/sign-in";
    frame.sign_out_path = "/sign-out";
    if (!context.viewer.signed_in()) return;
    frame.settings_path = "/settings";
    frame.notices_path = "/notifications";
    frame.person_path = "/people/" + context.viewer.person.text();
    const auto person = people::find_person_by_id(context.transaction, context.viewer.organisation,
                                                  context.viewer.person);
    if (!person) return;
    frame.person_name = person->name;
    frame.theme = person->theme == "auto" ? "" : person->theme;
    frame.shortcuts = person->shortcuts;
    frame.unread = tell::count_unread(context.transaction, context.viewer);
    frame.unread_chats = organise::count_unread_chats(context.transaction, context.viewer);
}

} // namespace moothall::hall
