#pragma once

#include "text/markdown.hpp"
#include "web/frame.hpp"
#include "web/parts.hpp"

#include <string>
#include <vector>

namespace moothall::web {

struct Context;
class Router;

/// What the style guide shows: every part once, with made-up words.
struct StylePage {
    Frame frame;
    Field title, body, kind, circle, follow, email, due;
    FilledForm refused;
    std::vector<Tab> tabs, filters;
    Support supported, supportable, counted;
    LoopLine whole_loop, young_loop, broken_loop;
    Pages pages;
    Empty empty;
    std::vector<Notice> notices;
    std::vector<Chip> chips;
    std::vector<std::string> people, icons;
    SafeHtml prose;
};

/// The style guide of a language, for one frame.
StylePage make_style_page(Frame frame, const Language& language);

/// Adds GET /style, which only the sample company has.
void mount_style(Router& router);

} // namespace moothall::web
