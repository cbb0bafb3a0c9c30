#include "people/newcomer.hpp"

#include "text/unicode.hpp"

namespace moothall::people {

namespace {

/// From the part of an id that says when it was made: they differ from one newcomer to the next.
std::string letters_of(Id person)
{
    return person.text().substr(4, 5);
}

} // namespace

std::string neutral_name(const web::Language& language, Id person)
{
    return language.t("Newcomer {1}", letters_of(person));
}

std::string neutral_name(Id person)
{
    return web::Language::fill("Newcomer {1}", {letters_of(person)});
}

bool is_nameless(const Person& person)
{
    return person.name.ends_with(letters_of(person.id));
}

Result<Person> create_newcomer(store::Transaction& transaction, IdSource& ids, Time now,
                               Id organisation, Id everyone, const NewPerson& wanted,
                               const web::Language& language)
{
    auto person = create_person(transaction, ids, now, organisation, everyone, wanted);
    if (!person || !normalise_line(wanted.name).empty()) return person;
    person->name = neutral_name(language, person->id);
    save_person(transaction, organisation, *person, now);
    return person;
}

} // namespace moothall::people
