#include "files/picture_reader.hpp"

#include "files/picture_codec.hpp"
#include "files/picture_walls.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

namespace moothall::files {

namespace {

/// The pixels of the largest picture, its encoded form and the libraries of the whole program, of
/// which most are never touched.
constexpr std::size_t memory_bytes_max = std::size_t{1} << 30;
/// A large picture takes some three seconds on a slow machine.
constexpr unsigned cpu_seconds_max = 20;

std::string read_all()
{
    std::string bytes;
    std::array<char, 65536> piece{};
    while (true) {
        const auto count = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse_picture();
        if (count == 0) return bytes;
        bytes.append(piece.data(), static_cast<std::size_t>(count));
    }
}

void write_all(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse_picture();
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

CleanPicture write_anew(PictureFormat format, std::string_view bytes)
{
    CleanPicture clean{.format = format};
    Pixels pixels;
    bool moves = false;
    switch (format) {
    case PictureFormat::png:
        pixels = read_png(bytes);
        clean.bytes = write_png(pixels);
        break;
    case PictureFormat::jpeg:
        pixels = read_jpeg(bytes);
        clean.bytes = write_jpeg(pixels);
        break;
    case PictureFormat::webp: {
        auto webp = read_webp(bytes);
        pixels = std::move(webp.pixels);
        clean.bytes = write_webp(pixels, webp.lossless ? WebpKind::lossless : WebpKind::fine);
        break;
    }
    case PictureFormat::gif: {
        auto gif = read_gif(bytes);
        pixels = std::move(gif.first);
        moves = gif.moves;
        clean.bytes = std::move(gif.bytes);
        break;
    }
    }
    clean.width = pixels.width;
    clean.height = pixels.height;
    // What moves is shown standing still, until somebody wants to see it move (WCAG 2.2.2).
    if (moves || std::max(pixels.width, pixels.height) > small_side)
        clean.small = write_webp(shrink(pixels, small_side), WebpKind::small);
    return clean;
}

} // namespace

void refuse_picture()
{
    ::_exit(picture_damaged);
}

int read_picture()
{
    if (!put_up_walls({memory_bytes_max, cpu_seconds_max})) return picture_unsafe;
    try {
        const auto bytes = read_all();
        const auto format = picture_format_of(bytes);
        if (!format) refuse_picture();
        const auto clean = write_anew(*format, bytes);
        write_all(std::to_string(clean.width) + " " + std::to_string(clean.height) + " " +
                  std::to_string(clean.bytes.size()) + " " + std::to_string(clean.small.size()) +
                  "\n");
        write_all(clean.bytes);
        write_all(clean.small);
    } catch (const std::exception&) { // no memory left, for the most part
        refuse_picture();
    }
    ::_exit(picture_good); // nothing is put in order: what was decoded may have left traps
}

} // namespace moothall::files
