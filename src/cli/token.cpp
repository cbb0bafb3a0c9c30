#include "cli/commands.hpp"

#include "cli/open.hpp"
#include "people/people.hpp"
#include "people/sign_in.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"

#include <cstdio>

namespace moothall::cli {

namespace {

constexpr const char* token_help =
    R"(Usage: moothall token --data DIR --email EMAIL [--name N] [--circle C] [--role R] [--link] [--url URL]

Makes an API token for a person (who is made too, when new) and prints it on the last line.

  --email EMAIL     whose token
  --name N          her name, when she is new; and what the token is called
  --circle C        a circle by name or id (default: Everyone); she becomes a member of it
  --role R          guest, member (default) or steward of that circle
  --link            prints a link that signs her in once, within ten minutes, instead of a token
)";

} // namespace

int token_command(Words words)
{
    const Arguments arguments(words, {"data", "email", "name", "circle", "role", "database", "url"},
                              {"link"});
    if (arguments.help()) {
        std::fputs(token_help, stdout);
        return good;
    }
    if (!arguments.error().empty()) return fail(arguments.error(), wrong_usage);
    if (!arguments.rest().empty())
        return fail("token takes options only; --help lists them.", wrong_usage);
    const auto email = arguments.value("email");
    if (!email || email->empty()) return fail("token needs --email EMAIL.", wrong_usage);
    if (!is_email(*email)) return fail("--email is no e-mail address.", wrong_usage);
    const auto wanted_role = people::role_of(arguments.value("role").value_or("member"));
    if (!wanted_role || *wanted_role == Role::none)
        return fail("--role is guest, member or steward.", wrong_usage);

    return guarded([&] {
        int code = good;
        const auto hall = open_hall(arguments, code);
        if (!hall) return code;
        const auto organisation = choose_organisation(*hall, arguments);
        if (!organisation) return fail(sentence_of(organisation.error()));
        seal_what_waits(*hall);
        const auto now = hall->clock.now();
        const auto token = hall->database->write([&](store::Transaction& transaction) {
            auto person = people::find_person_by_email(transaction, organisation->id, *email);
            const bool is_new = !person;
            if (is_new) {
                auto made = people::create_person(
                    transaction, *hall->ids, now, organisation->id, organisation->everyone,
                    {.name = arguments.value("name").value_or(""), .email = *email});
                if (!made) throw std::runtime_error(sentence_of(made.error()));
                person = *std::move(made);
            }
            Id circle = organisation->everyone;
            if (const auto name = arguments.value("circle")) {
                auto found = people::find_circle_by_name(transaction, organisation->id, *name);
                if (!found)
                    if (const auto id = Id::parse(*name))
                        found = people::find_circle_by_id(transaction, organisation->id, *id);
                if (!found) throw std::runtime_error("There is no circle \"" + *name + "\".");
                circle = found->id;
            }
            // Without --circle and --role somebody who is here keeps the roles she has, and who is
            // new is a member of the open circle by having come.
            if (arguments.has("circle") || arguments.has("role")) {
                people::set_role(transaction, organisation->id, circle, person->id,
                                 person->owner ? Role::steward : *wanted_role, now);
                record::append(transaction, organisation->id, *hall->ids,
                               {.verb = "people.role_changed",
                                .thing = circle,
                                .actor = Id{},
                                .circle = circle,
                                .at = now,
                                .concerns = {person->id}});
                transaction.notify("cut:" + organisation->id.text() + ':' + person->id.text() +
                                   ":0");
            }
            if (arguments.has("link"))
                return people::make_sign_in_link(transaction, *hall->ids, now, *organisation,
                                                 person->id);
            return people::make_api_token(
                transaction, *hall->ids, now, organisation->id, person->id,
                arguments.value("name").value_or("made on the command line"));
        });
        std::printf("%s\n", token.c_str());
        return good;
    });
}

} // namespace moothall::cli
