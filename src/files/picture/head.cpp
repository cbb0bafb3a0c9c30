#include "files/picture/head.hpp"

#include <algorithm>

namespace moothall::files {

namespace {

/// Reads numbers out of bytes and never beyond their end.
class Bytes {
public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

    bool has(std::size_t count) const { return bytes_.size() - at_ >= count; }
    bool skip(std::size_t count)
    {
        if (!has(count)) return false;
        at_ += count;
        return true;
    }
    std::optional<std::uint32_t> big(std::size_t count)
    {
        if (!has(count)) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) value = value << 8U | byte(at_ + i);
        at_ += count;
        return value;
    }
    std::optional<std::uint32_t> little(std::size_t count)
    {
        if (!has(count)) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = count; i > 0; --i) value = value << 8U | byte(at_ + i - 1);
        at_ += count;
        return value;
    }
    std::string_view text(std::size_t count)
    {
        if (!has(count)) return {};
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }

private:
    std::uint32_t byte(std::size_t at) const
    {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[at]));
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
};

using Number = std::optional<std::uint32_t>;

std::optional<PictureHead> still(Number width, Number height)
{
    if (!width || !height || *width == 0 || *height == 0) return std::nullopt;
    return PictureHead{*width, *height, 1, std::uint64_t{*width} * *height};
}

/// W3C, Portable Network Graphics (Second Edition), section 11.2.2: IHDR comes first.
std::optional<PictureHead> read_png(std::string_view text)
{
    Bytes bytes(text);
    if (!bytes.skip(8) || bytes.big(4) != 13U || bytes.text(4) != "IHDR") return std::nullopt;
    const auto width = bytes.big(4);
    return still(width, bytes.big(4));
}

/// ITU-T Recommendation T.81, annex B: segments, each with its length, up to the frame header.
std::optional<PictureHead> read_jpeg(std::string_view text)
{
    Bytes bytes(text);
    if (!bytes.skip(2)) return std::nullopt;
    while (true) {
        auto mark = bytes.big(1);
        if (mark != 0xFFU) return std::nullopt;
        while (mark == 0xFFU) mark = bytes.big(1);                        // fill bytes
        if (!mark || *mark == 0xD9 || *mark == 0xDA) return std::nullopt; // no frame header came
        const bool stands_alone = *mark == 0x01 || (*mark >= 0xD0 && *mark <= 0xD7);
        if (stands_alone) continue;
        const auto length = bytes.big(2);
        if (!length || *length < 2) return std::nullopt;
        const bool frame =
            *mark >= 0xC0 && *mark <= 0xCF && *mark != 0xC4 && *mark != 0xC8 && *mark != 0xCC;
        if (frame) {
            if (*length < 8 || !bytes.skip(1)) return std::nullopt;
            const auto height = bytes.big(2);
            return still(bytes.big(2), height);
        }
        if (!bytes.skip(*length - 2)) return std::nullopt;
    }
}

/// RFC 9649, section 2, and RFC 6386, section 9.1 for the lossy kind.
std::optional<PictureHead> read_webp(std::string_view text)
{
    Bytes bytes(text);
    if (!bytes.skip(12)) return std::nullopt;
    const auto chunk = bytes.text(4);
    if (!bytes.skip(4)) return std::nullopt;
    if (chunk == "VP8X") {
        if (!bytes.skip(4)) return std::nullopt;
        const auto width = bytes.little(3);
        const auto height = bytes.little(3);
        if (!width || !height) return std::nullopt;
        return still(*width + 1, *height + 1);
    }
    if (chunk == "VP8L") {
        if (bytes.little(1) != 0x2FU) return std::nullopt;
        const auto sizes = bytes.little(4);
        if (!sizes) return std::nullopt;
        return still((*sizes & 0x3FFFU) + 1, (*sizes >> 14U & 0x3FFFU) + 1);
    }
    if (chunk == "VP8 ") {
        if (!bytes.skip(3) || bytes.big(3) != 0x9D012AU) return std::nullopt;
        const auto width = bytes.little(2);
        const auto height = bytes.little(2);
        if (!width || !height) return std::nullopt;
        return still(*width & 0x3FFFU, *height & 0x3FFFU);
    }
    return std::nullopt;
}

bool skip_sub_blocks(Bytes& bytes)
{
    while (true) {
        const auto length = bytes.little(1);
        if (!length) return false;
        if (*length == 0) return true;
        if (!bytes.skip(*length)) return false;
    }
}

bool skip_colours(Bytes& bytes, std::uint32_t flags)
{
    return (flags & 0x80U) == 0 || bytes.skip(std::size_t{3} << ((flags & 7U) + 1));
}

/// CompuServe, Graphics Interchange Format, Version 89a, sections 18 to 27.
std::optional<PictureHead> read_gif(std::string_view text)
{
    Bytes bytes(text);
    if (!bytes.skip(6)) return std::nullopt;
    const auto width = bytes.little(2);
    const auto height = bytes.little(2);
    const auto flags = bytes.little(1);
    auto head = still(width, height);
    if (!head || !flags || !bytes.skip(2) || !skip_colours(bytes, *flags)) return std::nullopt;
    head->frames = 0;
    while (true) {
        const auto block = bytes.little(1);
        if (block == 0x21U) {
            if (!bytes.skip(1) || !skip_sub_blocks(bytes)) return std::nullopt;
        } else if (block == 0x2CU) {
            if (!bytes.skip(4)) return std::nullopt;
            const auto frame_width = bytes.little(2);
            const auto frame = still(frame_width, bytes.little(2));
            const auto frame_flags = bytes.little(1);
            if (!frame || !frame_flags || !skip_colours(bytes, *frame_flags) || !bytes.skip(1) ||
                !skip_sub_blocks(bytes))
                return std::nullopt;
            ++head->frames;
            head->pixels += frame->pixels;
        } else {
            if (block != 0x3BU || head->frames == 0) return std::nullopt;
            return head;
        }
    }
}

} // namespace

std::string_view media_type_of(PictureFormat format)
{
    switch (format) {
    case PictureFormat::png:
        return "image/png";
    case PictureFormat::jpeg:
        return "image/jpeg";
    case PictureFormat::webp:
        return "image/webp";
    case PictureFormat::gif:
        break;
    }
    return "image/gif";
}

std::string_view ending_of(PictureFormat format)
{
    switch (format) {
    case PictureFormat::png:
        return ".png";
    case PictureFormat::jpeg:
        return ".jpg";
    case PictureFormat::webp:
        return ".webp";
    case PictureFormat::gif:
        break;
    }
    return ".gif";
}

std::optional<PictureFormat> picture_format_of(std::string_view bytes)
{
    if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return PictureFormat::png;
    if (bytes.starts_with("\xFF\xD8\xFF")) return PictureFormat::jpeg;
    if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return PictureFormat::gif;
    if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP"))
        return PictureFormat::webp;
    return std::nullopt;
}

std::optional<PictureHead> read_picture_head(PictureFormat format, std::string_view bytes)
{
    switch (format) {
    case PictureFormat::png:
        return read_png(bytes);
    case PictureFormat::jpeg:
        return read_jpeg(bytes);
    case PictureFormat::webp:
        return read_webp(bytes);
    case PictureFormat::gif:
        break;
    }
    return read_gif(bytes);
}

} // namespace moothall::files
