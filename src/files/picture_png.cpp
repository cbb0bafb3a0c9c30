#include "files/picture_codec.hpp"

#include <png.h>

namespace moothall::files {

namespace {

/// Above so many pixels a picture is packed quickly rather than tightly: somebody waits for it.
constexpr std::uint64_t packed_well_max = 8'000'000;

} // namespace

Pixels read_png(std::string_view bytes)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) refuse_picture();
    image.format = PNG_FORMAT_RGBA;
    Pixels pixels(image.width, image.height);
    if (png_image_finish_read(&image, nullptr, pixels.bytes.data(), 0, nullptr) == 0)
        refuse_picture();
    return pixels;
}

std::string write_png(const Pixels& pixels)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = pixels.width;
    image.height = pixels.height;
    image.format = PNG_FORMAT_RGBA;
    const auto holes = pixels.has_holes();
    std::vector<std::uint8_t> opaque; // three bytes a pixel, which pack better
    if (!holes) {
        image.format = PNG_FORMAT_RGB;
        opaque.reserve(pixels.bytes.size() / 4 * 3);
        for (std::size_t i = 0; i < pixels.bytes.size(); i += 4)
            opaque.insert(opaque.end(), &pixels.bytes[i], &pixels.bytes[i] + 3);
    }
    if (std::uint64_t{pixels.width} * pixels.height > packed_well_max)
        image.flags |= PNG_IMAGE_FLAG_FAST;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::string bytes(size, '\0');
    const void* from = holes ? pixels.bytes.data() : opaque.data();
    if (png_image_write_to_memory(&image, bytes.data(), &size, 0, from, 0, nullptr) == 0)
        refuse_picture();
    bytes.resize(size);
    return bytes;
}

} // namespace moothall::files
