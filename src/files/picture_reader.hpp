#pragma once

#include "base/result.hpp"
#include "files/picture/head.hpp"

#include <string>
#include <string_view>

/// Pictures from strangers are decoded in a process of their own, which can do nothing but that.
///
/// Decoders of pictures are large programs in C, and every few years somebody finds a picture that
/// takes one over (libwebp in 2023, CVE-2023-4863). So the program starts itself once more for each
/// picture, with no environment, no open file but one socket, little memory and time, and a filter
/// of system calls under which it can compute, read and write and nothing else: no file, no
/// network, no other program. What comes out of it is a picture written anew, without anything that
/// was in the file beside its pixels: no place, no camera, no name, no script.
namespace moothall::files {

/// The one word after the program's name that makes it such a process: main() calls read_picture().
inline constexpr std::string_view picture_reader_word = "read-picture";

/// Reads a picture from standard input, writes what came of it to standard output, and gives the
/// exit code.
int read_picture();

/// More pixels than this are not decoded: above what cameras of telephones make in their usual
/// mode, and 160 MB in the reader's process.
inline constexpr std::uint64_t picture_pixels_max = 40'000'000;
/// Of all frames of a picture that moves.
inline constexpr std::uint64_t moving_pixels_max = 100'000'000;
inline constexpr std::uint32_t picture_side_max = 30'000;
inline constexpr std::uint32_t frames_max = 1'000;
/// The small one fits into a square of this side: the width of a column of text.
inline constexpr std::uint32_t small_side = 960;

struct CleanPicture {
    PictureFormat format = PictureFormat::png;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::string bytes = {};
    std::string small = {}; // WebP, standing still; empty: the picture is small itself
};

/// The program that reads pictures: this one. Tests that are another name it.
void use_picture_reader(std::string program);

/// A picture written anew. Refused (too_large, field "files") when it has too many pixels, which is
/// seen before anything is decoded, and (invalid) when it is damaged. Waits for its turn: two are
/// decoded at a time. Throws store::Busy when that takes too long.
Result<CleanPicture> clean_picture(PictureFormat format, std::string_view bytes);

} // namespace moothall::files
