#include "web/style_page.hpp"

#include "web/router.hpp"
#include "web/templates.hpp"

namespace moothall::web {

namespace {

using enum LoopStop::State;

std::vector<Choice> kinds()
{
    return {{"want", "A want", "Something should be there, or be otherwise."},
            {"question", "A question", "Somebody here will know."},
            {"call-out", "A call-out", "We said one thing and did another."}};
}

LoopLine whole_loop()
{
    return {{{done, "Heard", "3 May, by Aino", "#", "86 others since; answered in 4 hours"},
             {done, "Theme", "Readings and cut-offs", "#", "133 voices"},
             {done, "Decided", "Photo readings", "#", "both said yes, 20 May"},
             {done, "With", "Bob, Mei and Saint-Aubin", "#", "since 21 May"},
             {done, "Done", "28 June, 2 days early", "#", "the promise was kept"},
             {done, "Told", "87 people", "#", "71 say it helps, 3 not"},
             {next, "Learned", "review on 1 December", "", "fewer cut-offs?"}},
            "Told"};
}

LoopLine young_loop()
{
    return {{{done, "Heard", "yesterday, by Selim", "#", "4 others since"},
             {next, "Theme", "not yet", "", ""},
             {later, "Decided", "", "", ""},
             {later, "With", "", "", ""},
             {later, "Done", "", "", ""},
             {later, "Told", "", "", ""},
             {later, "Learned", "", "", ""}},
            "Heard"};
}

LoopLine broken_loop()
{
    auto line = young_loop();
    line.stops[1] = {done, "Theme", "Letters", "#", "52 voices"};
    line.stops[2] = {done, "Decided", "No letter by post alone", "#", "12 March"};
    line.stops[3] = {done, "With", "Billing", "#", ""};
    line.stops[4] = {broken, "Done", "due 1 April, not kept", "#", "called out by Jeanne"};
    line.stops[5].state = next;
    line.now = "Broken";
    return line;
}

constexpr std::string_view sample_prose =
    "We are only there **at weekends** and your people never come on Saturdays. I can read a dial: "
    "let me send the number, or a photo.\n\n"
    "> Nobody was home in July, so the water was shut.\n\n"
    "What I would need:\n\n"
    "- a page where I can write `12345`\n"
    "- an answer that it arrived, see [the manual](https://example.org/manual)\n\n"
    "| month | read by | cost |\n|---|---|---|\n| May | nobody | 12 |\n| June | us | 0 |\n";

} // namespace

StylePage make_style_page(Frame frame, const Language& language)
{
    static const Request nothing_sent;
    static const Request sent = [] {
        Request request;
        request.form_fields.add("title", "Let me send the meter reading myself");
        request.form_fields.add("email", "aino at example");
        request.form_fields.add("kind", "want");
        return request;
    }();
    StylePage page{
        .frame = std::move(frame),
        .title = {},
        .body = {},
        .kind = {},
        .circle = {},
        .follow = {},
        .email = {},
        .due = {},
        .refused = FilledForm(language, sent,
                              Refusal::invalid("email", "This is not an e-mail address: "
                                                        "it has no @ in it.")),
        .tabs = {{"Trending", "#", true, -1},
                 {"Newest", "#", false, -1},
                 {"Most wanted", "#", false, -1},
                 {"Mine", "#", false, 3}},
        .filters = {{"All", "#", true, 1204},
                    {"Wants", "#", false, 611},
                    {"Questions", "#", false, 302},
                    {"Signals", "#", false, 87},
                    {"Call-outs", "#", false, 12}},
        .supported = {"#", "", 87, true, ""},
        .supportable = {"#", "", 1204, false, ""},
        .counted = {"", "", 12, false, ""},
        .whole_loop = whole_loop(),
        .young_loop = young_loop(),
        .broken_loop = broken_loop(),
        .pages = {"#", "#", "30 of 1,204 voices"},
        .empty = {"Nobody has said anything here yet",
                  "The first voice opens the circle. It may be a want, a question, or "
                  "what you saw at the counter this morning.",
                  "Say something", "#"},
        .notices = {{Tone::good, "Your voice is on the board. 3 others said it before; "
                                 "they were told."},
                    {Tone::warn, "This circle is being closed on Friday."},
                    {Tone::bad, "This was not saved: somebody else changed it meanwhile."},
                    {Tone::accent, "You are reading an earlier version of this page."}},
        .chips = {{"Open", Tone::plain},
                  {"Being decided", Tone::accent},
                  {"Kept, 2 days early", Tone::good},
                  {"Due in 9 days", Tone::warn},
                  {"Broken", Tone::bad}},
        .people = {"Aino Virtanen", "Bob Okafor", "Selim Aydın", "Jeanne Dubois", "Mei Lin",
                   "Çağrı"},
        .icons = {"search",   "bell",    "menu",     "close",     "plus",  "check",   "down",
                  "forward",  "back",    "up",       "reply",     "link",  "copy",    "edit",
                  "hidden",   "flag",    "person",   "people",    "globe", "sun",     "moon",
                  "settings", "clock",   "calendar", "lock",      "key",   "feed",    "chat",
                  "pin",      "warning", "info",     "question",  "file",  "history", "download",
                  "upload",   "filter",  "star",     "megaphone", "out",   "trash",   "more"},
        .prose = {}};
    const auto& form = page.refused;
    page.title = form.text("title", "What do you want to say?");
    page.title.required = true;
    page.title.characters_max = 200;
    page.email = form.text("email", "E-mail");
    page.email.type = "email";
    page.email.required = true;
    page.email.hint = "Only to tell you what came of it.";
    page.body = form.text("body", "More about it");
    page.body.hint = "What happened, to whom, and what would help.";
    page.kind = form.choose("kind", "What is it?", kinds());
    page.circle = form.choose("circle", "Who should see it?",
                              {{"everyone", "Everyone"}, {"saint-aubin", "Saint-Aubin"}});
    page.follow = form.check("follow", "Tell me what comes of it", true);
    page.due = form.text("due", "By when", "2026-12-01");
    page.due.type = "date";
    page.due.required = true;
    auto prose = render_markdown(sample_prose);
    if (prose) page.prose = std::move(*prose);
    return page;
}

namespace {

Response get_style(const Request& request, Context& context)
{
    if (!context.organisation.sample) return context.refuse(Refusal::not_found());
    auto frame = make_frame(request, context, "Style guide", Section::none);
    frame.indexed = false;
    const auto page = make_style_page(frame, context.language);
    Writer out(64 * 1024);
    html::style(out, context.language, page);
    return show(context, page.frame, out.take());
}

} // namespace

void mount_style(Router& router)
{
    router.get("/style", get_style);
}

} // namespace moothall::web
