// The pages behind the link at the end of every letter.

#include "tell/unsubscribe.hpp"

#include "hear/hear.hpp"
#include "people/people.hpp"
#include "tell/pages.hpp"
#include "tell/reader.hpp"
#include "tell/templates.hpp"

namespace moothall::tell {

namespace {

using web::Context;
using web::Request;
using web::Response;

/// What a good link asks for, on behalf of whom.
struct Wish {
    Viewer viewer;
    people::Person person;
    std::string what;
    Id thing; // none: all letters, or the report
};

/// A link that was changed, and one of a person who is gone, are answered like what does not exist.
Result<Wish> read_wish(const Request& request, Context& context)
{
    auto& transaction = context.transaction;
    const auto organisation = context.organisation.id;
    const auto person = Id::parse(request.path("person"));
    if (!person) return Refusal::not_found();
    Wish wish;
    wish.what = request.path("what");
    // Read, not made: a link that is good was signed with a secret that is there.
    const auto secret = record::find_setting(transaction, organisation, "tell.unsubscribe_secret");
    if (!is_unsubscribe_proof(secret, organisation, *person, wish.what, request.path("proof")))
        return Refusal::not_found();
    const auto found = people::find_person_by_id(transaction, organisation, *person);
    const auto viewer =
        people::make_viewer(transaction, organisation, context.organisation.everyone, *person);
    if (!found || !viewer || found->state != people::PersonState::active)
        return Refusal::not_found();
    wish.person = *found;
    wish.viewer = *viewer;
    if (wish.what != all_letters && wish.what != report_letters) {
        const auto thing = Id::parse(wish.what);
        if (!thing) return Refusal::not_found();
        wish.thing = *thing;
    }
    return wish;
}

Response show_page(const Request& request, Context& context, const Wish& wish, bool done)
{
    const auto& language = context.language;
    UnsubscribePage page{
        .frame = web::make_frame(request, context,
                                 std::string(done ? language.t("These letters have ended")
                                                  : language.t("End these letters?")),
                                 web::Section::none)};
    page.frame.indexed = false;
    page.frame.narrow = true;
    page.done = done;
    page.action = "/unsubscribe/" + wish.person.id.text() + '/' + wish.what + '/' +
                  std::string(request.path("proof"));
    const auto& house = context.organisation.name;
    if (wish.what == all_letters) {
        page.lead = done ? language.t("{1} sends you no letters about what concerns you any more. "
                                      "Codes to sign in come all the same.",
                                      house)
                         : language.t("{1} will send you no letters about what concerns you any "
                                      "more. Codes to sign in come all the same.",
                                      house);
        page.again = language.t("In your settings you can have them again.");
        page.again_path = "/settings";
        page.again_label = language.t("Settings");
    } else if (wish.what == report_letters) {
        page.lead = done ? language.t("The monthly report of {1} does not come any more.", house)
                         : language.t("The monthly report of {1} will not come any more.", house);
        page.again = language.t("In your settings you can have it again.");
        page.again_path = "/settings/letters";
        page.again_label = language.t("Letters and feeds");
    } else {
        // Her own sight: what she may not see any more is not named to her.
        const auto thing = people::find_seen(context.transaction, wish.thing, wish.viewer);
        const auto title = thing ? thing->title : std::string();
        page.lead = done ? language.t("You do not follow “{1}” any more: neither letters nor news "
                                      "of it come.",
                                      title)
                         : language.t("You will not follow “{1}” any more: neither letters nor "
                                      "news of it will come.",
                                      title);
        page.again = language.t("On its page you can follow it again.");
        if (thing) {
            page.again_path = record::path_of(thing->kind, thing->id);
            page.again_label = thing->title;
        }
    }
    web::Writer out;
    html::unsubscribe(out, language, page);
    auto response = web::show(context, page.frame, out.take());
    response.with("Cache-Control", "private, no-store").with("Referrer-Policy", "no-referrer");
    return response;
}

Response get_unsubscribe(const Request& request, Context& context)
{
    const auto wish = read_wish(request, context);
    if (!wish) return context.refuse(wish.error());
    return show_page(request, context, *wish, false);
}

Result<void> carry_out(Context& context, const Wish& wish)
{
    auto& transaction = context.transaction;
    if (wish.what == report_letters)
        return choose_report(transaction, context.ids, context.now, wish.viewer, false);
    if (wish.what == all_letters) {
        if (wish.person.mail == "never") return {};
        people::PersonChange change;
        change.mail = "never";
        const auto changed =
            people::change_person(transaction, context.ids, context.now, wish.viewer, change);
        if (!changed) return changed.error();
        return {};
    }
    const auto follow = hear::find_follow(transaction, wish.thing, wish.viewer);
    if (!follow.outcome && !follow.replies) return {};
    const auto changed = hear::change_follow(transaction, context.ids, context.now, wish.viewer,
                                             wish.thing, {false, false});
    // What she cannot see any more sends her nothing either.
    if (!changed && changed.error().reason == Reason::not_found) return {};
    return changed;
}

/// Answered without a redirect: the programs that send this for a reader follow none (RFC 8058,
/// section 3.1).
Response post_unsubscribe(const Request& request, Context& context)
{
    const auto wish = read_wish(request, context);
    if (!wish) return context.refuse(wish.error());
    if (const auto done = carry_out(context, *wish); !done) return context.refuse(done.error());
    return show_page(request, context, *wish, true);
}

} // namespace

void mount_unsubscribe_pages(web::Router& router)
{
    router.get("/unsubscribe/:person/:what/:proof", get_unsubscribe);
    router.post("/unsubscribe/:person/:what/:proof", post_unsubscribe).needs_csrf = false;
}

} // namespace moothall::tell
