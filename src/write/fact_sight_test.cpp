#include "people/test_house.hpp"
#include "record/record.hpp"
#include "write/write.hpp"

namespace moothall::write {

namespace {

/// A house whose company circle is public, and keeps a fact about Aino and one about the mill, a
/// private customer circle of which Mei is a guest.
class FactSight : public people::test::House {
protected:
    void SetUp() override
    {
        House::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        mei = let_in("Mei Lin", "mei@mill.example");
        const auto viewer = viewer_of(owner);
        this->write([&](store::Transaction& transaction) {
            const auto open = [&](std::string name, people::CircleKind kind,
                                  people::Visibility visibility) {
                return people::create_circle(
                           transaction, hall->ids(), now(), viewer,
                           {.name = std::move(name), .kind = kind, .visibility = visibility})
                    .value()
                    .id;
            };
            company = open("The company", people::CircleKind::company, people::Visibility::open);
            mill = open("The mill", people::CircleKind::customer, people::Visibility::closed);
            people::set_role(transaction, organisation.id, company, bob.id, Role::member, now());
            people::set_role(transaction, organisation.id, mill, mei.id, Role::guest, now());
        });
        of_aino = say_about(aino.id, FactSubject::person);
        of_mill = say_about(mill, FactSubject::circle);
    }
    Id say_about(Id about, FactSubject subject)
    {
        const auto viewer = viewer_of(owner);
        return this->write([&](store::Transaction& transaction) {
            const auto kind = save_fact_kind(transaction, hall->ids(), now(), viewer,
                                             {.about = subject, .name = "Phone"})
                                  .value();
            return say_fact(transaction, hall->ids(), now(), viewer, about, kind.id,
                            {.value = {.text = "1234"}})
                .value()
                .id;
        });
    }
    /// By the rule as SQL and by the rule for one thing, which must agree.
    bool sees(const Viewer& viewer, Id thing)
    {
        return read([&](store::Transaction& transaction) {
            auto rows = transaction.query(
                store::Sql("SELECT 1 FROM thing t WHERE t.org_id = ?1 AND t.thing_id = ?3 AND ") +
                    people::seen,
                viewer.organisation, viewer.person, thing);
            const bool by_sql = rows.next();
            EXPECT_EQ(people::find_seen(transaction, thing, viewer).has_value(), by_sql);
            return by_sql;
        });
    }
    bool sees(const people::Person& person, Id thing) { return sees(viewer_of(person), thing); }
    Viewer stranger()
    {
        Viewer viewer;
        viewer.organisation = organisation.id;
        viewer.everyone = organisation.everyone;
        return viewer;
    }

    people::Person bob;
    people::Person aino;
    people::Person mei;
    Id company;
    Id mill;
    Id of_aino;
    Id of_mill;
};

TEST_P(FactSight, what_is_about_somebody_is_no_strangers_however_public_its_circle)
{
    for (const auto& person : {aino, bob, owner}) EXPECT_TRUE(sees(person, of_aino));
    for (const auto& person : {mei, bob, owner}) EXPECT_TRUE(sees(person, of_mill));
    EXPECT_FALSE(sees(mei, of_aino));
    EXPECT_FALSE(sees(aino, of_mill));
    EXPECT_FALSE(sees(stranger(), of_aino));
    EXPECT_FALSE(sees(stranger(), of_mill));
    // What is about nobody is for all whom its circle is for.
    EXPECT_TRUE(sees(stranger(), company));
}

TEST_P(FactSight, what_answers_it_is_no_strangers_either)
{
    const Id answer = this->write([&](store::Transaction& transaction) {
        const Id id = hall->ids().next(now());
        record::save_thing(transaction, organisation.id,
                           {.id = id,
                            .kind = "request",
                            .circle = company,
                            .author = bob.id,
                            .title = "Is it so?",
                            .created = now(),
                            .changed = now(),
                            .subject = of_aino});
        return id;
    });
    for (const auto& person : {aino, bob, owner}) EXPECT_TRUE(sees(person, answer));
    EXPECT_FALSE(sees(mei, answer));
    EXPECT_FALSE(sees(stranger(), answer));
}

TEST_P(FactSight, lists_of_facts_obey_it)
{
    const auto count = [&](const Viewer& viewer, const FactQuery& query) {
        return read([&](store::Transaction& transaction) {
            return list_facts(transaction, query, viewer).value().facts.size();
        });
    };
    EXPECT_EQ(count(stranger(), {}) + count(stranger(), {.about = aino.id}), 0U);
    EXPECT_EQ(count(viewer_of(mei), {.about = aino.id}), 0U);
    EXPECT_EQ(count(viewer_of(mei), {.about = mill}), 1U);
    EXPECT_EQ(count(viewer_of(aino), {}), 1U) << "her own";
    EXPECT_EQ(count(viewer_of(bob), {}), 2U);
}

MOOTHALL_ON_EACH_ENGINE(FactSight);

} // namespace

} // namespace moothall::write
