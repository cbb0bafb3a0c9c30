#pragma once

#include "files/picture_codec.hpp"

#include <string>

/// Pictures for tests.
namespace moothall::files {

/// One whose pixels differ.
inline Pixels checked(std::uint32_t width, std::uint32_t height)
{
    Pixels pixels(width, height);
    for (std::uint32_t y = 0; y < height; ++y)
        for (std::uint32_t x = 0; x < width; ++x) {
            auto* pixel = pixels.at(x, y);
            pixel[0] = static_cast<std::uint8_t>(x * 7);
            pixel[1] = static_cast<std::uint8_t>(y * 5);
            pixel[2] = x < width / 2 ? 255 : 0;
            pixel[3] = 255;
        }
    return pixels;
}

/// An EXIF segment with a place, a camera's name, and how it was held.
inline std::string with_exif(const std::string& jpeg, char orientation)
{
    const std::string list = std::string("MM\0\x2a\0\0\0\x08\0\x02", 10) +
                             std::string("\x01\x12\0\x03\0\0\0\x01\0", 9) + orientation +
                             std::string("\0\0", 2) +
                             std::string("\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0", 16) +
                             "GPS 60.1699 N 24.9384 E Camera of Aino";
    const auto exif = std::string("Exif\0\0", 6) + list;
    const auto length = exif.size() + 2;
    return jpeg.substr(0, 2) + "\xFF\xE1" + static_cast<char>(length >> 8U) +
           static_cast<char>(length & 0xFFU) + exif + jpeg.substr(2);
}

} // namespace moothall::files
