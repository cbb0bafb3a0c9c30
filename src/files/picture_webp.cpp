#include "files/picture_codec.hpp"

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

namespace moothall::files {

namespace {

const std::uint8_t* data_of(std::string_view bytes)
{
    return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

/// The first frame of one that moves, as a picture of its own.
std::string_view first_frame(std::string_view bytes)
{
    const WebPData data{data_of(bytes), bytes.size()};
    auto* demuxer = WebPDemux(&data);
    WebPIterator frame{};
    if (demuxer == nullptr || WebPDemuxGetFrame(demuxer, 1, &frame) == 0) refuse_picture();
    // Both live as long as this process: the frame is a view into the bytes.
    return {reinterpret_cast<const char*>(frame.fragment.bytes), frame.fragment.size};
}

} // namespace

WebpPicture read_webp(std::string_view bytes)
{
    WebPBitstreamFeatures features{};
    if (WebPGetFeatures(data_of(bytes), bytes.size(), &features) != VP8_STATUS_OK) refuse_picture();
    if (features.has_animation != 0) {
        bytes = first_frame(bytes);
        if (WebPGetFeatures(data_of(bytes), bytes.size(), &features) != VP8_STATUS_OK)
            refuse_picture();
    }
    if (features.width <= 0 || features.height <= 0) refuse_picture();
    WebpPicture picture;
    picture.lossless = features.format == 2;
    picture.pixels = Pixels(static_cast<std::uint32_t>(features.width),
                            static_cast<std::uint32_t>(features.height));
    if (WebPDecodeRGBAInto(data_of(bytes), bytes.size(), picture.pixels.bytes.data(),
                           picture.pixels.bytes.size(), features.width * 4) == nullptr)
        refuse_picture();
    return picture;
}

std::string write_webp(const Pixels& pixels, WebpKind kind)
{
    WebPConfig config;
    WebPPicture picture;
    if (WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, kind == WebpKind::small ? 75 : 88) == 0 ||
        WebPPictureInit(&picture) == 0)
        refuse_picture();
    if (kind == WebpKind::lossless && WebPConfigLosslessPreset(&config, 1) == 0) refuse_picture();
    if (kind != WebpKind::lossless) config.method = 3;
    picture.width = static_cast<int>(pixels.width);
    picture.height = static_cast<int>(pixels.height);
    picture.use_argb = kind == WebpKind::lossless ? 1 : 0;
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    if (WebPPictureImportRGBA(&picture, pixels.bytes.data(), picture.width * 4) == 0 ||
        WebPEncode(&config, &picture) == 0)
        refuse_picture();
    std::string bytes(reinterpret_cast<const char*>(writer.mem), writer.size);
    WebPMemoryWriterClear(&writer);
    WebPPictureFree(&picture);
    return bytes;
}

} // namespace moothall::files
