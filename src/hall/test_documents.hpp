#pragma once

#include "hall/documents.hpp"
#include "hall/test_house.hpp"

namespace moothall::hall::test {

/// A house with a manual that the owner wrote; Bob works there, Aino and Mei are customers.
class HouseWithDocuments : public WholeHouse {
protected:
    void SetUp() override
    {
        WholeHouse::SetUp();
        if (IsSkipped()) return;
        bob = let_in("Bob Builder", "bob@northwater.example");
        aino = let_in("Aino Virtanen", "aino@customer.example");
        mei = let_in("Mei Lin", "mei@customer.example");
        company = open_circle("The company", people::Visibility::listed);
        join(company.id, bob);
    }
    static constexpr auto words =
        "# Reading\n\nRead the black digits.\n\nWait a week when it freezes.";

    Result<write::Document> try_make(const people::Person& person, const write::NewDocument& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::make_document(transaction, hall->ids(), now(), viewer, wanted,
                                        write::render_words(wanted.text.words).value());
        });
    }
    static write::NewDocument wish(write::Rule rule = write::Rule::open)
    {
        write::NewDocument wanted;
        wanted.text = {.title = "The manual", .purpose = "For all", .words = words, .said = {}};
        wanted.rule.rule = rule;
        return wanted;
    }
    write::Document make() { return try_make(owner, wish()).value(); }
    /// One that the board alone reads.
    write::Document make_shut(write::Rule rule)
    {
        board = open_circle("Board", people::Visibility::closed);
        auto wanted = wish(rule);
        wanted.text.title = "The audit";
        wanted.rule.why = "It names people.";
        wanted.rule.review_on = parse_date("2030-01-01");
        wanted.rule.readers = board.id;
        return try_make(owner, wanted).value();
    }
    Result<write::Document> look(const people::Person& person, Id document)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::find_document(transaction, document, viewer);
        });
    }
    Result<write::Document> look_at_card(const people::Person& person, Id document)
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::find_document_or_card(transaction, document, viewer);
        });
    }
    Result<write::Edited> edit(const people::Person& person, Id document,
                               const write::DocumentChange& change)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::edit_document(transaction, hall->ids(), now(), viewer, document, change);
        });
    }
    Result<write::Suggestion> suggest(const people::Person& person, Id document,
                                      const write::NewSuggestion& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::make_suggestion(transaction, hall->ids(), now(), viewer, document,
                                          wanted);
        });
    }
    Result<write::Document> accept(const people::Person& person, Id suggestion,
                                   const write::Acceptance& wanted)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::accept_suggestion(transaction, hall->ids(), now(), viewer, suggestion,
                                            wanted);
        });
    }
    Result<write::Document> rule(const people::Person& person, Id document,
                                 const write::RuleChange& change)
    {
        const auto viewer = viewer_of(person);
        return write([&](store::Transaction& transaction) {
            return write::change_rule(transaction, hall->ids(), now(), viewer, document, change);
        });
    }
    std::vector<write::Document> list(const people::Person& person,
                                      const write::DocumentQuery& query = {})
    {
        const auto viewer = viewer_of(person);
        return read([&](store::Transaction& transaction) {
            return write::list_documents(transaction, query, viewer).value().documents;
        });
    }
    static std::vector<std::string> titles_of(const std::vector<write::Document>& documents)
    {
        std::vector<std::string> titles;
        for (const auto& document : documents) titles.push_back(document.title);
        return titles;
    }
    people::Circle open_circle(std::string name, people::Visibility visibility)
    {
        const auto viewer = viewer_of(owner);
        return write([&](store::Transaction& transaction) {
            people::Circle wanted;
            wanted.name = std::move(name);
            wanted.kind = people::CircleKind::company;
            wanted.visibility = visibility;
            return people::create_circle(transaction, hall->ids(), now(), viewer, wanted).value();
        });
    }
    void join(Id circle, const people::Person& person)
    {
        write([&](store::Transaction& transaction) {
            people::set_role(transaction, organisation.id, circle, person.id, Role::member, now());
        });
    }
    std::int64_t paragraph_of(Id document, std::string_view words_in_it)
    {
        for (const auto& block : write::blocks_of(look(owner, document).value()))
            if (block.text().find(words_in_it) != std::string::npos) return block.id;
        return 0;
    }

    people::Person bob;
    people::Person aino;
    people::Person mei;
    people::Circle company;
    people::Circle board;
};

} // namespace moothall::hall::test
