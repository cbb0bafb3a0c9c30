// Files of votes and statements as strangers send them: whatever the bytes are, they are read or
// refused, and what was read can be grouped.

#include "decide/opinions/opinions.hpp"
#include "decide/opinions/read_votes.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace opinions = moothall::decide::opinions;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    moothall::CsvReading any_count;
    any_count.field_count = moothall::CsvFieldCount::any;

    moothall::CsvReader strict(text);
    auto votes = opinions::read_votes(strict);
    moothall::CsvReader tolerant(text, any_count);
    const auto statements = opinions::read_statements(tolerant);
    if (!votes) return 0;

    moothall::CsvReader lenient(text, any_count);
    if (!opinions::read_votes(lenient)) std::abort(); // it was fine under the stricter rule
    if (statements) {
        if (opinions::are_signs_reversed(*votes, *statements)) votes->reverse_signs();
        opinions::moderate(*votes, *statements);
    }
    for (const auto mode : {opinions::Mode::stable, opinions::Mode::compatible}) {
        const auto found = opinions::find_opinions(*votes, {.mode = mode, .votes_min = 2});
        std::size_t grouped = 0;
        for (const auto& group : found.groups) {
            if (mode == opinions::Mode::stable && group.size < 2) std::abort();
            grouped += group.size;
        }
        if (grouped > votes->participants()) std::abort();
    }
    return 0;
}
