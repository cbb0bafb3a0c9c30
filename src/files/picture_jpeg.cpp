#include "files/picture_codec.hpp"

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <jerror.h>

namespace moothall::files {

namespace {

constexpr int quality = 85;
constexpr int exif_marker = JPEG_APP0 + 1;

void give_up(j_common_ptr)
{
    refuse_picture();
}

/// Most of what it complains of, people never see. But one that ends too early has a grey rest.
void hear_warning(j_common_ptr jpeg, int level)
{
    if (level < 0 && jpeg->err->msg_code == JWRN_JPEG_EOF) refuse_picture();
}

jpeg_error_mgr* make_strict(jpeg_error_mgr& errors)
{
    auto* made = jpeg_std_error(&errors);
    made->error_exit = give_up;
    made->emit_message = hear_warning;
    return made;
}

/// Orientation out of an EXIF segment (CIPA DC-008, section 4.6.4, tag 0x0112); 1, upright, when it
/// says none.
int orientation_of(std::string_view exif)
{
    if (exif.size() < 14 || exif.substr(0, 4) != "Exif") return 1;
    exif.remove_prefix(6);
    const bool little = exif.starts_with("II");
    const auto number = [&](std::size_t at, std::size_t count) -> std::uint32_t {
        if (at > exif.size() || exif.size() - at < count) return 0;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const auto byte = exif[at + (little ? count - 1 - i : i)];
            value = value << 8U | static_cast<unsigned char>(byte);
        }
        return value;
    };
    const std::size_t list = number(4, 4);
    const auto entries = number(list, 2);
    for (std::uint32_t i = 0; i < entries; ++i) {
        const auto entry = list + 2 + std::size_t{12} * i;
        if (entry >= exif.size()) break;
        if (number(entry, 2) == 0x0112) return static_cast<int>(number(entry + 8, 2));
    }
    return 1;
}

/// Four inks as two kinds of programs write them: Adobe's are upside down.
void mix_inks(Pixels& pixels, bool inverted)
{
    for (std::size_t i = 0; i < pixels.bytes.size(); i += 4) {
        auto* pixel = &pixels.bytes[i];
        const auto ink = [&](std::size_t n) -> unsigned {
            return inverted ? pixel[n] : 255U - pixel[n];
        };
        const auto black = ink(3);
        for (std::size_t n = 0; n < 3; ++n)
            pixel[n] = static_cast<std::uint8_t>(ink(n) * black / 255);
        pixel[3] = 255;
    }
}

} // namespace

Pixels read_jpeg(std::string_view bytes)
{
    jpeg_decompress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = make_strict(errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_save_markers(&jpeg, exif_marker, 0xFFFF);
    if (jpeg_read_header(&jpeg, TRUE) != JPEG_HEADER_OK) refuse_picture();
    int orientation = 1;
    for (const auto* marker = jpeg.marker_list; marker != nullptr; marker = marker->next)
        if (marker->marker == exif_marker && orientation == 1)
            orientation =
                orientation_of({reinterpret_cast<const char*>(marker->data), marker->data_length});
    const bool inks = jpeg.num_components == 4;
    jpeg.out_color_space = inks ? JCS_CMYK : JCS_EXT_RGBA;
    if (jpeg_start_decompress(&jpeg) == FALSE) refuse_picture();
    Pixels pixels(jpeg.output_width, jpeg.output_height);
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW row = pixels.at(0, jpeg.output_scanline);
        if (jpeg_read_scanlines(&jpeg, &row, 1) != 1) refuse_picture();
    }
    if (inks) mix_inks(pixels, jpeg.saw_Adobe_marker == TRUE);
    jpeg_destroy_decompress(&jpeg);
    return turn(std::move(pixels), orientation);
}

std::string write_jpeg(const Pixels& pixels)
{
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = make_strict(errors);
    jpeg_create_compress(&jpeg);
    unsigned char* out = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&jpeg, &out, &size);
    jpeg.image_width = pixels.width;
    jpeg.image_height = pixels.height;
    jpeg.input_components = 4;
    jpeg.in_color_space = JCS_EXT_RGBX;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        auto* row = const_cast<std::uint8_t*>(pixels.at(0, jpeg.next_scanline)); // only read
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    std::string bytes(reinterpret_cast<const char*>(out), size);
    jpeg_destroy_compress(&jpeg);
    std::free(out); // NOLINT: the library allocates it so
    return bytes;
}

} // namespace moothall::files
