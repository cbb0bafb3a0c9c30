#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What somebody wrote herself in an answer to a letter.
namespace moothall::tell {

/// The text without what it quotes at its end, the line that introduces that ("On … wrote:"), and
/// the signature. Quotations between what she wrote stay: they say what she answers.
///
/// No standard says how programs quote (RFC 3676 has ">" for what they mostly do), so this goes by
/// what they write: quoted lines at the end; a line that ends with ":" before them; Outlook's block
/// of fields or its line of "_"; "-- " of a signature; and `own_address`, which stands in every
/// letter of ours and in no answer but where it quotes one.
std::string answer_of(std::string_view text, std::string_view own_address);

/// A letter of several pieces of news, answered piece by piece: what was written below the quoted
/// address of each.
struct AnswerTo {
    std::string address; // what stands before the @
    std::string text;
};
/// The texts that stand below a quoted line with an address of ours ("reply+…@host"), in their
/// order. What stands above the first one comes with an empty address.
std::vector<AnswerTo> answers_in(std::string_view text, std::string_view host);

} // namespace moothall::tell
