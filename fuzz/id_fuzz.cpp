// Ids, times and dates as they come in addresses and JSON: what is read writes back to the same.
#include "base/id.hpp"
#include "base/invariant.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace moothall;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(data, data + size);
    if (const auto id = Id::parse(text)) {
        invariant(id->value >= 0, "an id has 63 bits");
        invariant(Id::parse(id->text()) == id, "an id has one form");
    }
    if (const auto time = parse_time(text)) {
        const auto written = to_rfc3339(*time);
        const auto again = parse_time(written);
        // Milliseconds are written, so the second writing is the one that must not change.
        invariant(again && to_rfc3339(*again) == written, "a time can be written and read");
    }
    if (const auto date = parse_date(text)) {
        invariant(date->ok(), "a date is in the calendar");
        invariant(parse_date(to_text(*date)) == date, "a date can be written and read");
    }
    return 0;
}
