#include "tell/letter_address.hpp"

#include "people/people.hpp"
#include "people/secret.hpp"
#include "record/setting.hpp"
#include "tell/signature.hpp"
#include "text/unicode.hpp"

#include <cstdint>

namespace moothall::tell {

namespace {

constexpr std::string_view prefix = "reply+";
constexpr std::string_view several = "news"; // in place of a thing
constexpr std::size_t proof_bytes = 16;

/// Base 32 in letters and digits that survive being made lower case.
std::string to_base32(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        count += 8;
        while (count >= 5) {
            count -= 5;
            text += digits[(bits >> static_cast<unsigned>(count)) & 31U];
        }
        bits &= (1U << static_cast<unsigned>(count)) - 1U;
    }
    if (count > 0) text += digits[(bits << static_cast<unsigned>(5 - count)) & 31U];
    return text;
}

std::string answer_proof(std::string_view secret, Id organisation, const AnswerAddress& address)
{
    // The first word keeps it apart from the links that end letters, which the same secret signs.
    const auto code = hmac_sha256(secret, "answer\n" + organisation.text() + '\n' +
                                              address.person.text() + '\n' + address.thing.text());
    return to_base32(std::string_view(code).substr(0, proof_bytes));
}

} // namespace

bool takes_answers(store::Transaction& transaction, Id organisation)
{
    return record::find_setting(transaction, organisation, answers_setting) == "on";
}

Id answered_thing(Id thing, std::string_view path, Id because)
{
    // A reply stands at the path of what it answers.
    for (const std::string_view folder :
         {"/voices/", "/decisions/", "/documents/", "/requests/", "/barriers/", "/agreements/"})
        if (path.starts_with(folder)) return thing;
    return because;
}

std::string answer_name(std::string_view secret, Id organisation, const AnswerAddress& address)
{
    return std::string(prefix) + address.person.text() + '.' +
           (address.thing ? address.thing.text() : std::string(several)) + '.' +
           answer_proof(secret, organisation, address);
}

std::optional<AnswerAddress> read_answer_name(std::string_view secret, Id organisation,
                                              std::string_view name)
{
    const auto lower = fold_email(name);
    std::string_view rest = lower;
    if (secret.empty() || !rest.starts_with(prefix)) return {};
    rest.remove_prefix(prefix.size());
    const auto first = rest.find('.');
    if (first == std::string_view::npos) return {};
    const auto second = rest.find('.', first + 1);
    if (second == std::string_view::npos) return {};
    const auto person = Id::parse(rest.substr(0, first));
    const auto what = rest.substr(first + 1, second - first - 1);
    const auto thing = what == several ? std::optional(Id{}) : Id::parse(what);
    if (!person || !*person || !thing) return {};
    const AnswerAddress address{*person, *thing};
    if (!people::same_secret(answer_proof(secret, organisation, address), rest.substr(second + 1)))
        return {};
    return address;
}

bool is_answer_name(std::string_view name)
{
    return fold_email(name).starts_with(prefix);
}

std::string mail_domain(const web::Organisation& house)
{
    const auto host = people::host_of(house.url);
    return fold_email(host.substr(0, host.find(':')));
}

} // namespace moothall::tell
