#pragma once

#include "decide/api.hpp"
#include "decide/decide.hpp"
#include "decide/pages.hpp"
#include "hear/api.hpp"
#include "hear/hear.hpp"
#include "people/test_house.hpp"
#include "text/json.hpp"

#include <map>

/// A house in which a company and its customers decide together, for tests.
namespace moothall::decide::test {

using namespace std::chrono_literals;
using people::Person;
using people::test::Browser;

class House : public people::test::House {
protected:
    void furnish_house(store::Transaction& transaction, Time now) override
    {
        hear::create_default_statuses(transaction, own_ids, now, organisation.id);
    }
    void mount(web::Hall& house) override
    {
        people::test::House::mount(house);
        mount_decision_api(house.router());
        mount_decision_pages(house.router());
        mount_proposal_pages(house.router());
        mount_vote_pages(house.router());
        mount_budget_file_pages(house.router());
        mount_budget_pages(house.router());
        mount_budget_api(house.router());
        hear::mount_voice_api(house.router());
    }
    void SetUp() override
    {
        people::test::House::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Brook", "bob@northwater.example");
        cleo = let_in("Cleo Clark", "cleo@northwater.example");
        aino = let_in("Aino Korhonen", "aino@saint-aubin.example");
        mei = let_in("Mei Lin", "mei@saint-aubin.example");
        ravi = let_in("Ravi Rao", "ravi@saint-aubin.example");
        stranger = let_in("Sam Stranger", "sam@elsewhere.example");
        company = make_circle("Northwater's people", people::CircleKind::company,
                              people::Visibility::open);
        customers =
            make_circle("Saint-Aubin", people::CircleKind::customer, people::Visibility::open);
        join(company, bob);
        join(company, cleo);
        for (const auto* person : {&aino, &mei, &ravi}) join(customers, *person);
    }

    Id make_circle(std::string name, people::CircleKind kind, people::Visibility visibility)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            return people::create_circle(transaction, hall->ids(), now(), viewer,
                                         {.name = name, .kind = kind, .visibility = visibility})
                .value()
                .id;
        });
    }
    void join(Id circle, const Person& person, Role role = Role::member)
    {
        write([&](store::Transaction& transaction) {
            people::set_role(transaction, organisation.id, circle, person.id, role, now());
        });
    }

    NewDecision theory(Method method = Method::yes_no)
    {
        NewDecision wanted;
        wanted.title = "Readings by photo";
        wanted.belief = "that photo readings end wrong cut-offs";
        wanted.beneficiary = "households that are out by day";
        wanted.measure = "wrong cut-offs a month";
        wanted.target = "from 12 to 4";
        wanted.review_on = Date{std::chrono::floor<std::chrono::days>(now() + 24h * 90)};
        wanted.method = method;
        wanted.electorates = {{company, {1, 2}, {1, 2}}, {customers, {1, 2}, {1, 2}}};
        if (chooses(method)) wanted.options = {"Buses", "Trams", "Bicycles"};
        return wanted;
    }
    Result<Decision> try_propose(const Person& person, const NewDecision& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return propose(transaction, hall->ids(), now(), viewer, wanted);
        });
    }
    Decision open_vote(const NewDecision& wanted)
    {
        const auto viewer = viewer_of(bob);
        return write([&](store::Transaction& transaction) {
            const auto proposed = propose(transaction, hall->ids(), now(), viewer, wanted).value();
            return open_voting(transaction, hall->ids(), now(), viewer, proposed.id).value();
        });
    }
    Result<VoterReceipt> cast(const Person& person, Id decision, const Choice& choice,
                              std::string_view reason = {})
    {
        const auto viewer = viewer_of(person);
        // A refusal rolls back, as the web layer has it.
        std::optional<Result<VoterReceipt>> answer;
        hall->database().write([&](store::Transaction& transaction) {
            answer.emplace(
                cast_vote(transaction, hall->ids(), now(), viewer, decision, choice, reason));
        });
        return *std::move(answer);
    }
    Result<VoterReceipt> say(const Person& person, Id decision, std::string answer)
    {
        return cast(person, decision, Choice::of_answer(std::move(answer)));
    }
    Result<Decision> close(const Person& person, Id decision)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return close_voting(transaction, hall->ids(), now(), viewer, decision, "All is said.");
        });
    }
    Decision look(const Person& person, Id decision)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return find_decision(transaction, decision, viewer).value();
        });
    }
    BoxExport box_of(Id decision)
    {
        const auto viewer = viewer_of(owner);
        return read([&](store::Transaction& transaction) {
            return find_box(transaction, decision, viewer).value();
        });
    }
    /// A number that a statement with the organisation and a thing gives.
    std::int64_t number(store::SqlLiteral sql, Id thing)
    {
        return read([&](store::Transaction& transaction) {
            auto rows = transaction.query(sql, organisation.id, thing);
            rows.next();
            return rows->integer(0);
        });
    }
    /// How many different people the record says have voted.
    std::int64_t voters_in_the_record(Id decision)
    {
        return number("SELECT count(DISTINCT actor_id) FROM event WHERE org_id = ?1 AND thing_id = "
                      "?2 AND verb = 'decide.vote_cast'",
                      decision);
    }

    Person bob, cleo, aino, mei, ravi, stranger;
    Id company, customers;
};

} // namespace moothall::decide::test
