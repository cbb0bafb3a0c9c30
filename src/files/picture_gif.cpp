#include "files/picture_codec.hpp"

#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <span>

namespace moothall::files {

namespace {

/// What is left to read.
struct Source {
    std::string_view rest;
};

int read_piece(GifFileType* gif, GifByteType* to, int count)
{
    auto& source = *static_cast<Source*>(gif->UserData);
    const auto taken = std::min(source.rest.size(), static_cast<std::size_t>(std::max(count, 0)));
    std::memcpy(to, source.rest.data(), taken);
    source.rest.remove_prefix(taken);
    return static_cast<int>(taken);
}

int write_piece(GifFileType* gif, const GifByteType* from, int count)
{
    auto& bytes = *static_cast<std::string*>(gif->UserData);
    bytes.append(reinterpret_cast<const char*>(from), static_cast<std::size_t>(count));
    return count;
}

std::span<SavedImage> frames_of(GifFileType& gif)
{
    return {gif.SavedImages, static_cast<std::size_t>(std::max(gif.ImageCount, 0))};
}

std::span<ExtensionBlock> blocks_of(SavedImage& frame)
{
    return {frame.ExtensionBlocks,
            static_cast<std::size_t>(std::max(frame.ExtensionBlockCount, 0))};
}

/// Whether it is how often all is shown: "NETSCAPE2.0", then a block of three bytes.
bool says_how_often(std::span<const ExtensionBlock> blocks, std::size_t at)
{
    return blocks[at].Function == APPLICATION_EXT_FUNC_CODE && blocks[at].ByteCount == 11 &&
           std::memcmp(blocks[at].Bytes, "NETSCAPE2.0", 11) == 0 && at + 1 < blocks.size() &&
           blocks[at + 1].Function == CONTINUE_EXT_FUNC_CODE && blocks[at + 1].ByteCount == 3;
}

/// Keeps how long a frame is shown and how often all of them are; comments, texts and what programs
/// leave for themselves are dropped.
void drop_words(SavedImage& frame)
{
    const auto blocks = blocks_of(frame);
    std::size_t kept = 0;
    for (std::size_t at = 0; at < blocks.size(); ++at) {
        const bool timing =
            blocks[at].Function == GRAPHICS_EXT_FUNC_CODE && blocks[at].ByteCount == 4;
        const bool often = says_how_often(blocks, at);
        if (!timing && !often) continue;
        blocks[kept++] = blocks[at];
        if (often) blocks[kept++] = blocks[++at];
    }
    frame.ExtensionBlockCount = static_cast<int>(kept);
}

Pixels paint_first(GifFileType& gif)
{
    Pixels pixels(static_cast<std::uint32_t>(gif.SWidth), static_cast<std::uint32_t>(gif.SHeight));
    auto& frame = gif.SavedImages[0];
    const auto* colours =
        frame.ImageDesc.ColorMap != nullptr ? frame.ImageDesc.ColorMap : gif.SColorMap;
    if (colours == nullptr || frame.RasterBits == nullptr) refuse_picture();
    GraphicsControlBlock control{};
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    DGifSavedExtensionToGCB(&gif, 0, &control);
    const auto& place = frame.ImageDesc;
    for (int y = 0; y < place.Height && place.Top + y < gif.SHeight; ++y) {
        for (int x = 0; x < place.Width && place.Left + x < gif.SWidth; ++x) {
            if (place.Top + y < 0 || place.Left + x < 0) continue;
            const auto index = frame.RasterBits[static_cast<std::size_t>(y) *
                                                    static_cast<std::size_t>(place.Width) +
                                                static_cast<std::size_t>(x)];
            if (index == control.TransparentColor || index >= colours->ColorCount) continue;
            auto* to = pixels.at(static_cast<std::uint32_t>(place.Left + x),
                                 static_cast<std::uint32_t>(place.Top + y));
            to[0] = colours->Colors[index].Red;
            to[1] = colours->Colors[index].Green;
            to[2] = colours->Colors[index].Blue;
            to[3] = 255;
        }
    }
    return pixels;
}

} // namespace

GifPicture read_gif(std::string_view bytes)
{
    Source source{bytes};
    int error = 0;
    auto* gif = DGifOpen(&source, read_piece, &error);
    if (gif == nullptr || DGifSlurp(gif) != GIF_OK || gif->ImageCount < 1 || gif->SWidth < 1 ||
        gif->SHeight < 1)
        refuse_picture();
    GifPicture picture;
    picture.first = paint_first(*gif);
    picture.moves = gif->ImageCount > 1;
    for (auto& frame : frames_of(*gif)) drop_words(frame);

    auto* out = EGifOpen(&picture.bytes, write_piece, &error);
    if (out == nullptr) refuse_picture();
    out->SWidth = gif->SWidth;
    out->SHeight = gif->SHeight;
    out->SColorResolution = gif->SColorResolution;
    out->SBackGroundColor = gif->SBackGroundColor;
    out->SColorMap = gif->SColorMap;
    out->SavedImages = gif->SavedImages;
    out->ImageCount = gif->ImageCount;
    // It closes `out` too. What `gif` holds ends with this process.
    if (EGifSpew(out) != GIF_OK) refuse_picture();
    return picture;
}

} // namespace moothall::files
