// Feeds broken word tables, and odd texts to those that are accepted.
//
// The input is a length (two bytes), a text of that many bytes, and the file. A good first seed is
// a small table with its text; `-max_len=8192` keeps the runs fast.

#include "sense/model/model.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) return 0;
    const auto text_size =
        std::min<std::size_t>(data[0] | static_cast<std::size_t>(data[1]) << 8, size - 2);
    const std::string_view text(reinterpret_cast<const char*>(data + 2), text_size);
    // A fresh allocation is aligned, and has the sanitizer watch both of its ends.
    std::vector<std::byte> file(size - 2 - text_size);
    std::transform(data + 2 + text_size, data + size, file.begin(),
                   [](std::uint8_t byte) { return static_cast<std::byte>(byte); });

    const auto model = moothall::sense::Model::read(file);
    if (!model) return 0;
    for (const auto value : model->embed(text))
        if (!std::isfinite(value)) std::abort();
    return 0;
}
