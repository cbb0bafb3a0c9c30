#pragma once

#include "people/person.hpp"
#include "web/language.hpp"

/// What somebody is called who has not said it.
namespace moothall::people {

/// "Newcomer", with a few letters of her id, in the language of whoever comes. Never anything of
/// her e-mail address, of which nobody else is to guess a part.
std::string neutral_name(const web::Language& language, Id person);
/// The same in English, for who is made by a command.
std::string neutral_name(Id person);
/// Whether she has not said yet what she is called: hers is the neutral name of a newcomer.
bool is_nameless(const Person& person);

/// Makes a person who may have given no name, as create_person does; she gets a neutral one in
/// `language` then.
Result<Person> create_newcomer(store::Transaction& transaction, IdSource& ids, Time now,
                               Id organisation, Id everyone, const NewPerson& wanted,
                               const web::Language& language);

} // namespace moothall::people
