#pragma once

#include "hall/settings.hpp"
#include "hear/pages.hpp"

/// What the pages of the widget show.
namespace moothall::hall {

struct WidgetVoice {
    hear::Voice voice;
    web::Chip status;
    std::string answer; // the beginning of the official answer
};
struct WidgetList {
    std::string title;
    std::vector<WidgetVoice> voices;
};
struct WidgetPage {
    const web::Organisation& organisation;
    std::string accent_path;
    std::string session; // empty: nobody knows who looks
    bool asks;           // the page around for who the reader is
    std::string name;
    std::string text; // as it was typed
    std::string refused;
    std::string notice;
    std::string said_path;
    std::vector<WidgetList> lists;
};

struct WidgetSettingsPage {
    web::Frame frame;
    SettingsMenu menu;
    SettingsForm sites;
    std::string snippet;
    bool has_secret;
    std::string secret; // shown once
};

} // namespace moothall::hall
