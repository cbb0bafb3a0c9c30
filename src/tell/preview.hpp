#pragma once

#include "tell/preview_picture.hpp"
#include "web/router.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace moothall::tell {

/// The pictures of links, each drawn once and kept by what it shows: when the title, the status or
/// a number changes it is another picture. Kept by the hall (web::Hall::keep).
class Previews {
public:
    /// The fonts are read where Debian installs them, when the first picture is wanted.
    explicit Previews(std::string font_folder = "/usr/share/fonts/truetype/dejavu");

    struct Drawn {
        std::string tag; // in quotes, for ETag
        std::shared_ptr<const std::string> png;
    };
    /// Waits for its turn: one is drawn at a time, so that pictures never take more than one core.
    /// No bytes where there are no fonts.
    Drawn find_or_draw(const Preview& preview);

private:
    std::string font_folder_;
    std::mutex mutex_;
    std::unique_ptr<PreviewFonts> fonts_;
    std::list<Drawn> newest_first_; // bounded
    std::unordered_map<std::string, std::list<Drawn>::iterator> by_tag_;
};

/// "/voices/ID.png", "/themes/ID.png", "/decisions/ID.png", "/report.png": of what strangers see,
/// and never more, whoever asks.
void mount_preview_pages(web::Router& router);

} // namespace moothall::tell
