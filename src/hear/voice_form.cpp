#include "hear/voice_form.hpp"

#include "hear/pages.hpp"
#include "people/people.hpp"
#include "text/unicode.hpp"

namespace moothall::hear {

std::vector<web::Choice> kind_choices(const web::Language& language)
{
    std::vector<web::Choice> choices;
    for (const auto& kind : voice_kinds())
        choices.push_back({kind, std::string(language.t(name_of_kind(kind)))});
    return choices;
}

std::vector<web::Choice> circle_choices(const web::Context& context)
{
    std::vector<web::Choice> choices;
    choices.push_back(
        {context.viewer.everyone.text(), std::string(context.language.t("Everyone"))});
    for (const auto& circle : people::list_circles(context.transaction, context.viewer))
        if (circle.id != context.viewer.everyone && circle.mine >= Role::member)
            choices.push_back({circle.id.text(), circle.name});
    return choices;
}

std::vector<std::string> split_tags(std::string_view text)
{
    std::vector<std::string> tags;
    while (!text.empty()) {
        const auto comma = text.find(',');
        if (auto tag = normalise_line(text.substr(0, comma)); !tag.empty())
            tags.push_back(std::move(tag));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return tags;
}

std::string find_hiding_reason(store::Transaction& transaction, Id thing, const Viewer& viewer)
{
    auto rows = transaction.query("SELECT reason FROM hiding WHERE org_id = ?1 AND thing_id = ?2",
                                  viewer.organisation, thing);
    return rows.next() ? rows->string(0) : std::string();
}

} // namespace moothall::hear
