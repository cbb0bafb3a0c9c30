#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// What the first bytes of a picture say of it, read without decoding anything. All of it comes
/// from strangers: whatever the bytes, reading ends, and nothing is believed that the decoder would
/// not have to keep to.
namespace moothall::files {

enum class PictureFormat : std::uint8_t { png, jpeg, webp, gif };

/// "image/png" …
std::string_view media_type_of(PictureFormat format);
/// ".png" …
std::string_view ending_of(PictureFormat format);

/// The format by content, whatever the file's name or the sender says; none: no picture of ours
/// (SVG is none: it is a program).
std::optional<PictureFormat> picture_format_of(std::string_view bytes);

struct PictureHead {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t frames = 1;
    /// Of all frames together: what decoding costs.
    std::uint64_t pixels = 0;
};

/// Width, height and frames; none when the picture is damaged before it says so. A GIF is walked
/// from block to block, since each of its frames has a size of its own: O(bytes).
std::optional<PictureHead> read_picture_head(PictureFormat format, std::string_view bytes);

} // namespace moothall::files
