#pragma once

#include "jobs/mail.hpp"
#include "people/pages.hpp"
#include "people/people.hpp"
#include "people/secret.hpp"
#include "people/sign_in.hpp"
#include "store/test_database.hpp"
#include "web/cookies.hpp"
#include "web/csrf.hpp"
#include "web/dress.hpp"
#include "web/hall.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A house with one owner and whoever a test lets in, for tests of pages without a socket.
namespace moothall::people::test {

using namespace std::chrono_literals;

/// Name and value of what is sent: {"name", "Aino"}.
using Sent = std::vector<std::pair<std::string, std::string>>;

/// Somebody at her browser: her cookies are kept from answer to answer.
struct Browser {
    std::string session;
    std::string signing_in;
};

class House : public store::EachEngine {
protected:
    void SetUp() override
    {
        store::EachEngine::SetUp();
        if (IsSkipped()) return;
        web::HallSettings settings;
        settings.rate_limits = has_limits();
        settings.data_folder = data_folder();
        auto database = open();
        const Time start = *parse_time("2026-05-04T08:00:00Z");
        database->write([&](store::Transaction& transaction) {
            const auto founded = create_organisation(transaction, own_ids, start,
                                                     {.name = "Northwater",
                                                      .url = "http://localhost",
                                                      .owner_email = "owner@northwater.example",
                                                      .owner_name = "Olga Owner"});
            organisation = founded.value().organisation;
            owner = founded.value().owner;
            furnish_house(transaction, start);
        });
        hall = std::make_unique<web::Hall>(settings, std::move(database), hooks());
        hall->clock().set(start);
        mount(*hall);
    }
    void TearDown() override { hall.reset(); }

    /// Whether people may do things only so often: most tests measure something else.
    virtual bool has_limits() { return false; }
    /// Where it keeps files, letters and backups: most tests have none.
    virtual std::string data_folder() { return "/nonexistent"; }
    /// What further stages put into a new house.
    virtual void furnish_house(store::Transaction&, Time) {}
    virtual web::Hooks hooks()
    {
        web::Hooks made;
        made.identify = identify;
        made.touch = touch;
        made.organisations = list_organisations;
        made.public_circles = list_public_circles;
        made.error_page = [](const web::Context&, int, std::string_view sentence) {
            return std::string(sentence);
        };
        return made;
    }
    virtual void mount(web::Hall& house)
    {
        mount_sign_in_pages(house.router());
        mount_circle_pages(house.router());
        mount_invitation_pages(house.router());
    }

    Time now() { return hall->clock().now(); }
    template <class Work>
    auto write(Work&& work)
    {
        return hall->database().write(std::forward<Work>(work));
    }
    template <class Work>
    auto read(Work&& work)
    {
        return hall->database().read(std::forward<Work>(work));
    }

    Person let_in(std::string name, std::string email)
    {
        return write([&](store::Transaction& transaction) {
            return create_person(transaction, hall->ids(), now(), organisation.id,
                                 organisation.everyone, {.name = name, .email = email})
                .value();
        });
    }
    Browser sign_in_as(const Person& person)
    {
        return {write([&](store::Transaction& transaction) {
                    return start_session(transaction, hall->ids(), now(), organisation.id,
                                         person.id, "a browser");
                }),
                {}};
    }
    Viewer viewer_of(const Person& person)
    {
        return read([&](store::Transaction& transaction) {
            return make_viewer(transaction, organisation.id, organisation.everyone, person.id)
                .value();
        });
    }

    web::Response get(const Browser& browser, std::string path, const Sent& query = {})
    {
        return hall->answer(make_request(web::Method::get, browser, std::move(path), query));
    }
    /// By an address as it stands in a page: "/clock/done?kind=want&amp;month=2026-05".
    web::Response get_at(const Browser& browser, std::string_view address)
    {
        Sent query;
        const auto mark = address.find('?');
        for (auto rest = mark == std::string_view::npos ? std::string_view{}
                                                        : address.substr(mark + 1);
             !rest.empty();) {
            auto pair = rest.substr(0, rest.find('&'));
            rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
            if (rest.starts_with("amp;")) rest.remove_prefix(4);
            query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
        }
        return get(browser, std::string(address.substr(0, mark)), query);
    }
    web::Response post(const Browser& browser, std::string path, const Sent& form = {})
    {
        auto request = make_request(web::Method::post, browser, std::move(path), {});
        request.header_fields.add("sec-fetch-site", "same-origin");
        for (const auto& [name, value] : form) request.form_fields.add(name, value);
        if (!browser.session.empty())
            request.form_fields.add("csrf", web::make_csrf_token(browser.session));
        return hall->answer(std::move(request));
    }
    web::Response by_token(web::Method method, std::string token, std::string path,
                           std::string body = {}, const Sent& query = {})
    {
        web::Request request;
        request.method = method;
        for (const auto& [name, value] : query) request.query_fields.add(name, value);
        request.path_text = std::move(path);
        request.header_fields.add("authorization", "Bearer " + std::move(token));
        if (!body.empty()) request.header_fields.add("content-type", "application/json");
        request.body = std::move(body);
        return hall->answer(std::move(request));
    }

    static std::string header(const web::Response& response, std::string_view name)
    {
        const auto* value = web::find_header(response, name);
        return value != nullptr ? *value : "";
    }
    /// The value of a cookie that an answer sets; empty when it sets none of that name.
    static std::string cookie(const web::Response& response, std::string_view name)
    {
        for (const auto& [header_name, value] : response.headers)
            if (header_name == "Set-Cookie" && value.starts_with(std::string(name) + "="))
                return value.substr(name.size() + 1,
                                    std::min(value.find(';'), value.size()) - name.size() - 1);
        return {};
    }

    /// The letters that wait to leave, oldest first.
    std::vector<jobs::Mail> letters()
    {
        return read([&](store::Transaction& transaction) {
            std::vector<jobs::Mail> found;
            for (const auto& row :
                 transaction.query("SELECT payload FROM job WHERE org_id = ?1 AND kind = "
                                   "'mail.send' ORDER BY job_id",
                                   organisation.id))
                found.push_back(jobs::read_mail(row.text(0)));
            return found;
        });
    }
    /// What follows `mark` in a text, up to the next white space.
    static std::string after(std::string_view text, std::string_view mark)
    {
        const auto at = text.find(mark);
        if (at == std::string_view::npos) return {};
        const auto rest = text.substr(at + mark.size());
        return std::string(rest.substr(0, rest.find_first_of(" \r\n\"")));
    }
    std::int64_t events(std::string_view verb)
    {
        return read([&](store::Transaction& transaction) {
            auto rows =
                transaction.query("SELECT count(*) FROM event WHERE org_id = ?1 AND verb = ?2",
                                  organisation.id, verb);
            rows.next();
            return rows->integer(0);
        });
    }
    bool is_signed_in(const Browser& browser)
    {
        return read([&](store::Transaction& transaction) {
            return find_viewer_by_session(transaction, organisation.id, organisation.everyone,
                                          browser.session, now())
                .has_value();
        });
    }

    static web::Request make_request(web::Method method, const Browser& browser, std::string path,
                                     const Sent& query)
    {
        web::Request request;
        request.method = method;
        request.path_text = std::move(path);
        request.target = request.path_text;
        for (const auto& [name, value] : query) request.query_fields.add(name, value);
        if (!browser.session.empty()) request.cookie_fields.add("session", browser.session);
        if (!browser.signing_in.empty())
            request.cookie_fields.add("signing_in", browser.signing_in);
        return request;
    }

    IdSource own_ids{7};
    web::Organisation organisation;
    Person owner;
    std::unique_ptr<web::Hall> hall;
};

} // namespace moothall::people::test
