// A letter from anybody: whatever the bytes, reading ends, and what was read is text within bounds.
#include "base/invariant.hpp"
#include "tell/letter/answer.hpp"
#include "tell/letter/letter.hpp"
#include "tell/letter/results.hpp"
#include "text/unicode.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace moothall;
using namespace moothall::tell;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto letter = read_letter(bytes)) {
        invariant(is_valid_utf8(letter->text) && !has_forbidden_characters(letter->text),
                  "a letter's text is text");
        invariant(is_valid_utf8(letter->subject), "a subject is text");
        invariant(letter->files.size() <= letter_parts_max, "a letter has bounds");
        const auto answer = answer_of(letter->text, "reply+one");
        invariant(answer.size() <= letter->text.size(), "an answer is what was written");
        std::size_t said = 0;
        for (const auto& one : answers_in(letter->text, "hall.example")) {
            invariant(!one.text.empty(), "an answer says something");
            said += one.text.size();
        }
        invariant(said <= letter->text.size(), "nothing is said twice");
        for (const auto& field : letter->results)
            invariant(judge_sender({field}, "", "b.example") == Sender::unknown,
                      "nobody is believed who was not named");
        static_cast<void>(judge_sender(letter->results, "mail.example", "b.example"));
    }
    static_cast<void>(text_of_letter_html(bytes));
    return 0;
}
