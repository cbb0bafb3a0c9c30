// Letters are drawn by FreeType, one after the other with their kerning, and laid over a ground of
// our own; libpng packs the points. That is all that Latin, Greek and Cyrillic scripts need:
// docs/decisions/0042 says why no larger library does it.

#include "tell/preview_picture.hpp"

#include "text/utf8.hpp"

#include <ft2build.h>
#include FT_FREETYPE_H
#include <png.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace moothall::tell {

namespace {

using web::Colour;

constexpr Colour paper{0xfb, 0xf9, 0xf4};
constexpr Colour ink{0x1e, 0x1c, 0x19};
constexpr Colour soft{0x5c, 0x57, 0x4f};

constexpr int margin = 80;
constexpr int bar_width = 24; // of the accent, at the start
constexpr int title_lines_max = 4;
constexpr int title_size = 66;
constexpr int title_step = 84; // from line to line
constexpr int small_size = 34;

class Canvas {
public:
    Canvas() : points_(std::size_t{preview_width} * preview_height * 3) {}

    void fill(int left, int top, int width, int height, Colour colour)
    {
        for (int y = std::max(top, 0); y < std::min(top + height, preview_height); ++y)
            for (int x = std::max(left, 0); x < std::min(left + width, preview_width); ++x)
                blend(x, y, colour, 255);
    }
    void blend(int x, int y, Colour colour, unsigned cover)
    {
        if (x < 0 || y < 0 || x >= preview_width || y >= preview_height) return;
        auto* point = &points_[3 * (static_cast<std::size_t>(y) * preview_width +
                                    static_cast<std::size_t>(x))];
        const std::uint8_t wanted[] = {colour.red, colour.green, colour.blue};
        for (int i = 0; i < 3; ++i)
            point[i] =
                static_cast<std::uint8_t>((wanted[i] * cover + point[i] * (255 - cover)) / 255);
    }
    std::string png() const
    {
        png_image image{};
        image.version = PNG_IMAGE_VERSION;
        image.width = preview_width;
        image.height = preview_height;
        image.format = PNG_FORMAT_RGB;
        png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
        std::string bytes(size, '\0');
        if (png_image_write_to_memory(&image, bytes.data(), &size, 0, points_.data(), 0, nullptr) ==
            0)
            return {};
        bytes.resize(size);
        return bytes;
    }

private:
    std::vector<std::uint8_t> points_;
};

class Font {
public:
    Font(FT_Library library, std::string_view bytes, int size)
    {
        if (FT_New_Memory_Face(library, reinterpret_cast<const FT_Byte*>(bytes.data()),
                               static_cast<FT_Long>(bytes.size()), 0, &face_) != 0)
            face_ = nullptr;
        else
            FT_Set_Pixel_Sizes(face_, 0, static_cast<FT_UInt>(size));
    }
    ~Font()
    {
        if (face_ != nullptr) FT_Done_Face(face_);
    }
    Font(const Font&) = delete;
    Font& operator=(const Font&) = delete;

    explicit operator bool() const { return face_ != nullptr; }

    int width_of(std::u32string_view text) { return walk(text, nullptr, 0, 0, {}); }
    /// Gives where the line ends.
    int draw(Canvas& canvas, int left, int baseline, std::u32string_view text, Colour colour)
    {
        return left + walk(text, &canvas, left, baseline, colour);
    }

private:
    int walk(std::u32string_view text, Canvas* canvas, int left, int baseline, Colour colour)
    {
        FT_Pos pen = 0; // in 64ths of a point
        FT_UInt before = 0;
        for (const char32_t letter : text) {
            const auto glyph = FT_Get_Char_Index(face_, letter);
            if (glyph == 0) continue; // no box for what the font does not have: emoji, mostly
            FT_Vector kerning{};
            if (before != 0) FT_Get_Kerning(face_, before, glyph, FT_KERNING_DEFAULT, &kerning);
            pen += kerning.x;
            if (FT_Load_Glyph(face_, glyph, canvas == nullptr ? FT_LOAD_DEFAULT : FT_LOAD_RENDER) !=
                0)
                continue;
            const auto& slot = *face_->glyph;
            if (canvas != nullptr)
                lay(*canvas, slot, left + static_cast<int>(pen / 64), baseline, colour);
            pen += slot.advance.x;
            before = glyph;
        }
        return static_cast<int>(pen / 64);
    }
    static void lay(Canvas& canvas, const FT_GlyphSlotRec& slot, int left, int baseline,
                    Colour colour)
    {
        const auto& bitmap = slot.bitmap;
        for (unsigned y = 0; y < bitmap.rows; ++y)
            for (unsigned x = 0; x < bitmap.width; ++x)
                canvas.blend(left + slot.bitmap_left + static_cast<int>(x),
                             baseline - slot.bitmap_top + static_cast<int>(y), colour,
                             bitmap.buffer[y * static_cast<unsigned>(bitmap.pitch) + x]);
    }

    FT_Face face_ = nullptr;
};

std::u32string to_utf32(std::string_view text)
{
    std::u32string letters;
    for (std::size_t at = 0; at < text.size();) {
        const auto character = decode_character(text, at);
        letters += character.code;
        at += character.bytes;
    }
    return letters;
}

/// Scripts whose letters must be joined, turned round or put together.
bool needs_shaping(char32_t letter)
{
    return (letter >= 0x0590 && letter <= 0x109F) || (letter >= 0x1780 && letter <= 0x18AF) ||
           (letter >= 0xFB1D && letter <= 0xFDFF) || (letter >= 0xFE70 && letter <= 0xFEFF);
}

/// Cut between words, and within one that is wider than a line; what is left over ends in "…".
std::vector<std::u32string> break_lines(Font& font, std::u32string_view text, int width)
{
    std::vector<std::u32string> lines;
    std::u32string line;
    while (!text.empty() && std::ssize(lines) < title_lines_max) {
        auto end = std::min(text.find(U' '), text.size());
        std::u32string longer = line;
        if (!longer.empty()) longer += U' ';
        longer += text.substr(0, end);
        if (font.width_of(longer) <= width) {
            line = std::move(longer);
        } else if (!line.empty()) {
            lines.push_back(std::move(line));
            line.clear();
            continue; // the word begins the next line
        } else {
            while (end > 1 && font.width_of(text.substr(0, end)) > width) --end;
            lines.emplace_back(text.substr(0, end));
            text.remove_prefix(end);
            continue;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!line.empty() && std::ssize(lines) < title_lines_max) {
        lines.push_back(std::move(line));
        line.clear();
    }
    if (!lines.empty() && (!text.empty() || !line.empty())) {
        auto& last = lines.back();
        while (!last.empty() && font.width_of(last + U"…") > width) last.pop_back();
        last += U"…";
    }
    return lines;
}

struct Library {
    FT_Library library = nullptr;
    Library()
    {
        if (FT_Init_FreeType(&library) != 0) library = nullptr;
    }
    ~Library()
    {
        if (library != nullptr) FT_Done_FreeType(library);
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

} // namespace

std::string draw_preview(const Preview& preview, const PreviewFonts& fonts)
{
    const Library freetype;
    if (freetype.library == nullptr) return {};
    Font large(freetype.library, fonts.serif, title_size);
    Font small(freetype.library, fonts.sans, small_size);
    if (!large || !small) return {};

    Canvas canvas;
    canvas.fill(0, 0, preview_width, preview_height, paper);
    canvas.fill(0, 0, bar_width, preview_height, preview.accent);
    const int width = preview_width - 2 * margin;

    const auto kind = to_utf32(preview.kind);
    const auto house = to_utf32(preview.house);
    small.draw(canvas, margin, margin + small_size, kind, preview.accent);
    const int house_left = std::max(margin + small.width_of(kind) + margin,
                                    preview_width - margin - small.width_of(house));
    small.draw(canvas, house_left, margin + small_size, house, soft);

    const auto title = to_utf32(preview.title);
    if (std::ranges::none_of(title, needs_shaping)) {
        int baseline = margin + small_size + title_step + 10;
        for (const auto& line : break_lines(large, title, width)) {
            large.draw(canvas, margin, baseline, line, ink);
            baseline += title_step;
        }
    }

    const int bottom = preview_height - margin;
    int left = margin;
    if (!preview.status.empty()) {
        constexpr int inset = 20;
        const auto status = to_utf32(preview.status);
        const int wide = small.width_of(status) + 2 * inset;
        canvas.fill(left, bottom - small_size - inset / 2, wide, small_size + 2 * inset,
                    preview.accent);
        small.draw(canvas, left + inset, bottom + inset / 4, status, preview.accent_ink);
        left += wide + inset;
    }
    small.draw(canvas, left, bottom + 5, to_utf32(preview.figures), soft);
    return canvas.png();
}

} // namespace moothall::tell
