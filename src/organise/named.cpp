#include "organise/named.hpp"

#include "people/people.hpp"
#include "text/unicode.hpp"

namespace moothall::organise {

Result<Id> find_named(store::Transaction& transaction, const Viewer& viewer, std::string_view text,
                      std::string field)
{
    auto name = normalise_line(text);
    if (name.starts_with('@')) name.erase(0, 1);
    if (name.empty()) return Id{};
    if (const auto id = Id::parse(name))
        if (people::find_person(transaction, *id, viewer)) return *id;
    const Id person = people::find_mentioned(transaction, viewer.organisation, name);
    if (!person)
        return Refusal::invalid(
            std::move(field),
            "There is nobody, or more than one person, of that name. Write it whole.");
    return person;
}

} // namespace moothall::organise
