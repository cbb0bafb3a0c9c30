// The head of a picture: whatever the bytes, reading ends, and what it says is a size.

#include "base/invariant.hpp"
#include "files/picture/head.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace moothall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(data, data + size);
    // Each reader by itself too, whatever the first bytes are: they are the easy part.
    for (const auto format : {files::PictureFormat::png, files::PictureFormat::jpeg,
                              files::PictureFormat::webp, files::PictureFormat::gif}) {
        const auto head = files::read_picture_head(format, bytes);
        if (!head) continue;
        invariant(head->width > 0 && head->height > 0 && head->frames > 0, "a picture has a size");
        invariant(head->pixels > 0, "a picture has pixels");
        invariant(format == files::PictureFormat::gif ||
                      head->pixels == std::uint64_t{head->width} * head->height,
                  "a still picture has as many pixels as its size says");
    }
    static_cast<void>(files::picture_format_of(bytes));
    return 0;
}
