#include "tell/preview.hpp"

#include "files/files.hpp"

#include <fstream>
#include <iterator>

namespace moothall::tell {

namespace {

constexpr std::size_t pictures_kept_max = 200; // some 20 kilobytes each

std::string read_whole(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What the picture shows, in one line for each part: nothing of it holds a line end.
std::string content_of(const Preview& preview)
{
    std::string content;
    for (const auto* part :
         {&preview.house, &preview.kind, &preview.title, &preview.status, &preview.figures})
        content += *part + '\n';
    return content + web::to_text(preview.accent) + web::to_text(preview.accent_ink);
}

} // namespace

Previews::Previews(std::string font_folder) : font_folder_(std::move(font_folder)) {}

Previews::Drawn Previews::find_or_draw(const Preview& preview)
{
    const auto tag = '"' + files::hash_of(content_of(preview)).substr(0, 32) + '"';
    const std::lock_guard lock(mutex_);
    if (const auto known = by_tag_.find(tag); known != by_tag_.end()) {
        newest_first_.splice(newest_first_.begin(), newest_first_, known->second);
        return newest_first_.front();
    }
    if (!fonts_)
        fonts_ = std::make_unique<PreviewFonts>(
            PreviewFonts{read_whole(font_folder_ + "/DejaVuSerif-Bold.ttf"),
                         read_whole(font_folder_ + "/DejaVuSans.ttf")});
    auto png = draw_preview(preview, *fonts_);
    if (png.empty()) return {};
    newest_first_.push_front({tag, std::make_shared<const std::string>(std::move(png))});
    by_tag_[tag] = newest_first_.begin();
    if (newest_first_.size() > pictures_kept_max) {
        by_tag_.erase(newest_first_.back().tag);
        newest_first_.pop_back();
    }
    return newest_first_.front();
}

} // namespace moothall::tell
