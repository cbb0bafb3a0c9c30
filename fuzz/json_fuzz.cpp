// Whatever the bytes: they are refused, or read into values that write and read back to the same.

#include "text/json.hpp"
#include "text/unicode.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace moothall;

void write(JsonWriter& writer, const Json& json)
{
    switch (json.kind()) {
    case Json::Kind::absent:
        std::abort();
    case Json::Kind::null:
        writer.value(nullptr);
        break;
    case Json::Kind::boolean:
        writer.value(*json.boolean());
        break;
    case Json::Kind::integer:
        writer.value(*json.integer());
        break;
    case Json::Kind::number:
        writer.value(*json.number());
        break;
    case Json::Kind::string:
        if (!is_valid_utf8(*json.string())) std::abort();
        writer.value(*json.string());
        break;
    case Json::Kind::array:
        writer.begin_array();
        for (std::size_t i = 0; i < json.size(); ++i) write(writer, json.at(i));
        writer.end_array();
        break;
    case Json::Kind::object:
        writer.begin_object();
        for (const auto key : json.keys()) write(writer.key(key), json.find(key));
        writer.end_object();
        break;
    }
}

std::string written(const Json& json)
{
    JsonWriter writer;
    write(writer, json);
    return writer.take();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(data, data + size);
    if (const auto json = Json::parse(text)) {
        const auto once = written(*json);
        const auto again = Json::parse(once);
        // 1e2 is written as 100, so the second writing is the one that must not change.
        if (!again || written(*again) != once) {
            std::fprintf(stderr, "reads otherwise: %s\n", once.c_str());
            std::abort();
        }
    }
    // Any bytes may be a string.
    const auto string = JsonWriter().value(std::string_view(text)).take();
    const auto read = Json::parse(string);
    if (!read || !read->string()) {
        std::fprintf(stderr, "no string: %s\n", string.c_str());
        std::abort();
    }
    return 0;
}
