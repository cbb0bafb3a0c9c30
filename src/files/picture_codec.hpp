#pragma once

#include "files/picture/head.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Decoding and encoding of pictures. Only the picture reader's own process (picture_reader.cpp)
/// calls these: a fault in a decoder then breaks a process that can do nothing. So there is no way
/// back from damaged bytes either: refuse_picture() ends the process.
namespace moothall::files {

/// Four bytes a pixel: red, green, blue, and how little it is seen through.
struct Pixels {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::vector<std::uint8_t> bytes;

    Pixels() = default;
    Pixels(std::uint32_t wide, std::uint32_t high)
        : width(wide), height(high), bytes(std::size_t{4} * wide * high)
    {
    }
    std::uint8_t* at(std::uint32_t x, std::uint32_t y)
    {
        return bytes.data() + 4 * (std::size_t{y} * width + x);
    }
    const std::uint8_t* at(std::uint32_t x, std::uint32_t y) const
    {
        return bytes.data() + 4 * (std::size_t{y} * width + x);
    }
    bool has_holes() const; // a pixel that is seen through
};

/// How the reader's process ends.
inline constexpr int picture_good = 0;
inline constexpr int picture_damaged = 3;
inline constexpr int picture_unsafe = 4; // the walls could not be put up
[[noreturn]] void refuse_picture();

// picture_png.cpp
Pixels read_png(std::string_view bytes);
std::string write_png(const Pixels& pixels);

// picture_jpeg.cpp
/// Upright: turned as the camera said it was held, which is forgotten with all else it said.
Pixels read_jpeg(std::string_view bytes);
std::string write_jpeg(const Pixels& pixels);

// picture_webp.cpp
struct WebpPicture {
    Pixels pixels;
    bool lossless = false;
};
/// Of one that moves, its first frame.
WebpPicture read_webp(std::string_view bytes);
enum class WebpKind : std::uint8_t { lossless, fine, small };
std::string write_webp(const Pixels& pixels, WebpKind kind);

// picture_gif.cpp
struct GifPicture {
    Pixels first; // its first frame, on its ground
    bool moves = false;
    std::string bytes; // all frames, written anew
};
GifPicture read_gif(std::string_view bytes);

// picture_pixels.cpp
/// Makes it fit into a square of `side`, each new pixel the mean of those it stands for.
Pixels shrink(const Pixels& pixels, std::uint32_t side);
/// Turns and mirrors as EXIF's orientation (1 to 8) says; others are left alone.
Pixels turn(Pixels pixels, int orientation);

} // namespace moothall::files
