// Whatever the bytes: reading ends, chunks of any size read the same, and what was read comes back
// through the writer.

#include "text/csv.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace moothall;

struct Read {
    std::vector<std::vector<std::string>> records;
    std::vector<std::string> refusals; // sentences and lines

    bool operator==(const Read&) const = default;
};

Read read_all(CsvReader& reader)
{
    Read read;
    CsvRecord record;
    while (true) {
        const auto more = reader.next(record);
        if (!more)
            read.refusals.push_back(more.error().sentence + more.error().arguments.front());
        else if (*more)
            read.records.push_back(record.fields);
        else
            return read;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) return 0;
    const auto chunk_bytes = std::size_t{1} + data[0] % 16;
    CsvReading reading;
    reading.apostrophe = data[1] % 2 == 0 ? CsvApostrophe::kept : CsvApostrophe::taken_off;
    reading.field_count = data[1] % 4 < 2 ? CsvFieldCount::any : CsvFieldCount::as_first;
    reading.record_bytes_max = data[1] % 8 < 4 ? 64 : 1 << 20;
    const std::string text(data + 2, data + size);

    CsvReader whole(text, reading);
    const auto read = read_all(whole);
    auto rest = std::string_view(text);
    CsvReader chunked(
        [&] {
            const auto chunk = rest.substr(0, chunk_bytes);
            rest.remove_prefix(chunk.size());
            return chunk;
        },
        reading);
    if (read_all(chunked) != read) {
        std::fprintf(stderr, "chunks of %zu bytes read otherwise\n", chunk_bytes);
        std::abort();
    }

    CsvWriter writer(CsvCells::neutralised, whole.separator());
    for (const auto& record : read.records) {
        for (const auto& field : record) writer.field(field);
        writer.end_record();
    }
    CsvReading back;
    back.apostrophe = CsvApostrophe::taken_off;
    back.field_count = CsvFieldCount::any;
    back.separator = whole.separator();
    const auto written = writer.take();
    CsvReader again(written, back);
    if (read_all(again).records != read.records) {
        std::fprintf(stderr, "what was written reads otherwise\n");
        std::abort();
    }
    return 0;
}
