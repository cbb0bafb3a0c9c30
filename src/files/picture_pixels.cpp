#include "files/picture_codec.hpp"

#include <algorithm>
#include <array>

namespace moothall::files {

bool Pixels::has_holes() const
{
    for (std::size_t i = 3; i < bytes.size(); i += 4)
        if (bytes[i] != 255) return true;
    return false;
}

Pixels shrink(const Pixels& pixels, std::uint32_t side)
{
    const auto longest = std::max(pixels.width, pixels.height);
    if (longest <= side) return pixels;
    const auto scaled = [&](std::uint32_t length) {
        return std::max(1U, static_cast<std::uint32_t>(std::uint64_t{length} * side / longest));
    };
    Pixels small(scaled(pixels.width), scaled(pixels.height));
    const auto edge = [](std::uint32_t place, std::uint32_t from, std::uint32_t to) {
        return static_cast<std::uint32_t>(std::uint64_t{place} * from / to);
    };
    for (std::uint32_t y = 0; y < small.height; ++y) {
        const auto top = edge(y, pixels.height, small.height);
        const auto bottom = std::max(top + 1, edge(y + 1, pixels.height, small.height));
        for (std::uint32_t x = 0; x < small.width; ++x) {
            const auto left = edge(x, pixels.width, small.width);
            const auto right = std::max(left + 1, edge(x + 1, pixels.width, small.width));
            // Colours count as much as they are seen.
            std::array<std::uint64_t, 4> sum{};
            for (auto from_y = top; from_y < bottom; ++from_y) {
                const auto* from = pixels.at(left, from_y);
                for (auto from_x = left; from_x < right; ++from_x, from += 4) {
                    for (std::size_t i = 0; i < 3; ++i) sum[i] += std::uint64_t{from[i]} * from[3];
                    sum[3] += from[3];
                }
            }
            auto* to = small.at(x, y);
            const auto count = std::uint64_t{right - left} * (bottom - top);
            for (std::size_t i = 0; i < 3; ++i)
                to[i] = sum[3] == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(sum[i] / sum[3]);
            to[3] = static_cast<std::uint8_t>(sum[3] / count);
        }
    }
    return small;
}

Pixels turn(Pixels pixels, int orientation)
{
    if (orientation < 2 || orientation > 8) return pixels;
    const bool on_its_side = orientation >= 5;
    const auto width = pixels.width;
    const auto height = pixels.height;
    Pixels turned(on_its_side ? height : width, on_its_side ? width : height);
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            std::uint32_t to_x = x;
            std::uint32_t to_y = y;
            switch (orientation) {
            case 2: // mirrored
                to_x = width - 1 - x;
                break;
            case 3: // upside down
                to_x = width - 1 - x;
                to_y = height - 1 - y;
                break;
            case 4:
                to_y = height - 1 - y;
                break;
            case 5:
                to_x = y;
                to_y = x;
                break;
            case 6: // held with the right side down
                to_x = height - 1 - y;
                to_y = x;
                break;
            case 7:
                to_x = height - 1 - y;
                to_y = width - 1 - x;
                break;
            default: // 8: with the left side down
                to_x = y;
                to_y = width - 1 - x;
                break;
            }
            std::copy_n(pixels.at(x, y), 4, turned.at(to_x, to_y));
        }
    }
    return turned;
}

} // namespace moothall::files
