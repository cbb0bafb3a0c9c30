// Made by tools/templates/compile.py; do not edit.
#include "hear/templates.hpp"

#include "web/templates.hpp"

namespace moothall::hear::html {

#line 1 "src/hear/templates/_card.html"
void card(web::Writer& out, [[maybe_unused]] const web::Language& language, const Card& card)
{
    out.markup("<article><a href=\"");
#line 3 "src/hear/templates/_card.html"
    out.url(card.path);
    out.markup("\">");
#line 3 "src/hear/templates/_card.html"
    out.text(card.title);
    out.markup("</a> ");
#line 4 "src/hear/templates/_card.html"
    if (card.mine and  not card.title.empty()) {
        out.markup("<textarea name=\"x\">\n");
#line 4 "src/hear/templates/_card.html"
        out.attribute(card.title);
        out.markup("</textarea>");
#line 4 "src/hear/templates/_card.html"
    } else if (card.number > 3) {
        out.markup("<b>3</b>");
#line 4 "src/hear/templates/_card.html"
    } else {
        out.markup("<input type=\"text\" value='");
#line 4 "src/hear/templates/_card.html"
        out.attribute(card.title);
        out.markup("'");
#line 4 "src/hear/templates/_card.html"
        if (card.mine) {
            out.markup(" checked");
#line 4 "src/hear/templates/_card.html"
        }
        out.markup(">");
#line 4 "src/hear/templates/_card.html"
    }
    out.markup("<form method=\"post\" action=\"/voices/");
#line 5 "src/hear/templates/_card.html"
    out.url_part(card.id);
    out.markup("/support\"></form>");
#line 6 "src/hear/templates/_card.html"
    out.text(card.body);
    out.markup("</article>");
}
#line 50 "hear/templates.cpp"

#line 1 "src/hear/templates/voice_list.html"
void voice_list(web::Writer& out, [[maybe_unused]] const web::Language& language, const ListPage& page)
{
#line 3 "src/hear/templates/voice_list.html"
    moothall::web::html::layout(out, language, page.title
    , web::Block{}
#line 4 "src/hear/templates/voice_list.html"
    , [&] {
            out.markup("<h1>");
#line 5 "src/hear/templates/voice_list.html"
            out.text(page.title);
            out.markup(" ");
#line 5 "src/hear/templates/voice_list.html"
            out.text(language.tn("{1} person", "{1} people", page.count));
            out.markup("</h1><ul class=\"list\">");
#line 7 "src/hear/templates/voice_list.html"
            { [[maybe_unused]] int number_1_ = 0;
#line 7 "src/hear/templates/voice_list.html"
            for (const auto& card : page.items) { ++number_1_;
                out.markup("<li");
#line 8 "src/hear/templates/voice_list.html"
                if ((number_1_ < 2)) {
                    out.markup(" class=\"first\"");
#line 8 "src/hear/templates/voice_list.html"
                }
                out.markup(">");
#line 9 "src/hear/templates/voice_list.html"
                moothall::hear::html::card(out, language, card);
                out.markup("</li>");
#line 11 "src/hear/templates/voice_list.html"
            } if (number_1_ == 0) {
                out.markup("<li>");
#line 12 "src/hear/templates/voice_list.html"
                out.text(language.t("Nobody has said anything yet, {1}.", page.title));
                out.markup("</li>");
#line 13 "src/hear/templates/voice_list.html"
            } }
            out.markup("</ul>");
#line 15 "src/hear/templates/voice_list.html"
            out.sentence(language.t("Written by {1} for {2}."), 1, {
#line 16 "src/hear/templates/voice_list.html"
            [&] {
                out.markup("<a href=\"/people/");
#line 16 "src/hear/templates/voice_list.html"
                out.url_part(page.id);
                out.markup("?x=");
#line 16 "src/hear/templates/voice_list.html"
                out.url_part(page.title);
                out.markup("\">");
#line 16 "src/hear/templates/voice_list.html"
                out.text(page.title);
                out.markup("</a>");
#line 17 "src/hear/templates/voice_list.html"
            },
#line 17 "src/hear/templates/voice_list.html"
            [&] {
                out.markup("<b>");
#line 17 "src/hear/templates/voice_list.html"
                out.text(page.title);
                out.markup("</b>");
#line 18 "src/hear/templates/voice_list.html"
            },
#line 18 "src/hear/templates/voice_list.html"
            });
#line 19 "src/hear/templates/voice_list.html"
    }
    );
}
#line 120 "hear/templates.cpp"

} // namespace moothall::hear::html
