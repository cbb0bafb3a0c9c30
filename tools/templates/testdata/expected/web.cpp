// Made by tools/templates/compile.py; do not edit.
#include "web/templates.hpp"


namespace moothall::web::html {

#line 1 "src/web/templates/layout.html"
void layout(web::Writer& out, [[maybe_unused]] const web::Language& language, std::string_view title, web::Block head_block, web::Block main_block)
{
    out.markup("<!doctype html><html lang=\"");
#line 3 "src/web/templates/layout.html"
    out.attribute(language.code());
    out.markup("\"><head><meta charset=\"utf-8\"><title>");
#line 4 "src/web/templates/layout.html"
    out.attribute(title);
    out.markup("</title>");
#line 4 "src/web/templates/layout.html"
    if (head_block) head_block(); else {
#line 4 "src/web/templates/layout.html"
    }
    out.markup("</head><body><main id=\"main\">");
#line 7 "src/web/templates/layout.html"
    if (main_block) main_block(); else {
        out.markup("<p>");
#line 7 "src/web/templates/layout.html"
        out.text(language.t("Nothing here."));
        out.markup("</p>");
#line 7 "src/web/templates/layout.html"
    }
    out.markup("</main></body></html>");
}
#line 33 "web/templates.cpp"

} // namespace moothall::web::html
