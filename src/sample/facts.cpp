// What is known about customers of the sample company, as the end of loop.txt tells it.

#include "sample/plan.hpp"

#include "write/write.hpp"

#include <map>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

/// Kinds and places by their names; shared with the steps, which run later.
struct KnownFacts {
    std::map<std::string, write::FactKind> kinds;
    std::map<std::string, Id> places;
};

/// "12 | aino | 1234 | because": so many days ago, who, and the rest.
struct FactLine {
    int days_ago = 0;
    std::string by;
    std::vector<std::string> rest;
};

FactLine read_line(std::string_view text)
{
    std::vector<std::string> parts;
    while (true) {
        const auto end = text.find(" | ");
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 3);
    }
    FactLine line{read_number(parts.at(0)), parts.at(1), {}};
    line.rest.assign(parts.begin() + 2, parts.end());
    return line;
}

/// Commas between the parts of an address stand for its lines.
std::string value_of_line(const write::FactKind& kind, std::string value)
{
    if (kind.type == write::FactType::address)
        for (auto comma = value.find(", "); comma != std::string::npos; comma = value.find(", "))
            value.replace(comma, 2, "\n");
    return value;
}

class FactPlan {
public:
    explicit FactPlan(Cast& cast) : cast_(cast) {}

    std::vector<Step> make()
    {
        for (const auto& block : cast_.script.blocks) {
            if (block.kind == "fact-kind") add_kind(block);
            if (block.kind == "place") add_place(block);
            if (block.kind == "fact") add_fact(block);
        }
        return std::move(steps_);
    }

private:
    template <class Take>
    void add(int days_ago, std::chrono::hours hour, Take take)
    {
        steps_.push_back(
            {std::min(cast_.day(days_ago) + hour, cast_.now - 10min), std::move(take)});
    }

    void add_kind(const Block& block)
    {
        add(block.number("at"), 9h, [&cast = cast_, known = known_, &block](Time at) {
            write::FactKind wanted;
            wanted.about = write::fact_subject_of(block.text("about")).value();
            wanted.name = block.text("name");
            wanted.type = write::fact_type_of(block.text("type")).value();
            if (block.has("unit")) wanted.unit = block.text("unit");
            wanted.choices = block.all("choice");
            wanted.checked = block.has("checked");
            wanted.position = std::ssize(known->kinds) * 10;
            const auto kind =
                must(write::save_fact_kind(cast.transaction, cast.ids, at,
                                           cast.viewer(block.text("by")), std::move(wanted)),
                     "the kind of fact " + block.text("name"));
            known->kinds.emplace(kind.name, kind);
        });
    }

    void add_place(const Block& block)
    {
        add(block.number("at"), 10h, [&cast = cast_, known = known_, &block](Time at) {
            const auto& keeper = block.text("keeper");
            const auto place =
                must(write::make_place(
                         cast.transaction, cast.ids, at, cast.viewer(block.text("by")),
                         cast.is_person(keeper) ? cast.person(keeper) : cast.circle(keeper),
                         block.text("name")),
                     "the place " + block.text("name"));
            known->places.emplace(place.name, place.id);
        });
        if (!block.has("removed")) return;
        const auto gone = read_line(block.text("removed"));
        add(gone.days_ago, 15h, [&cast = cast_, known = known_, &block, gone](Time at) {
            must(write::remove_place(cast.transaction, cast.ids, at, cast.viewer(gone.by),
                                     known->places.at(block.text("name")), gone.rest.at(0)),
                 "the place " + block.text("name"));
        });
    }

    static Id about_of(Cast& cast, const KnownFacts& known, const std::string& name)
    {
        if (cast.is_person(name)) return cast.person(name);
        if (cast.is_circle(name)) return cast.circle(name);
        return known.places.at(name);
    }

    void add_fact(const Block& block)
    {
        const auto fact = std::make_shared<write::Fact>();
        for (const auto& [field, text] : block.fields) {
            if (field == "kind" || field == "about") continue;
            add_line(block, field, read_line(text), fact);
        }
    }

    void add_line(const Block& block, const std::string& field, const FactLine& line,
                  const std::shared_ptr<write::Fact>& fact)
    {
        const auto where = block.text("kind") + " of " + block.text("about");
        add(line.days_ago, 12h,
            [&cast = cast_, known = known_, &block, field, line, fact, where](Time at) {
                const auto& viewer = cast.viewer(line.by);
                if (field == "confirmed" || field == "denied") {
                    const bool is_so = field == "confirmed";
                    *fact =
                        must(write::check_fact(
                                 cast.transaction, cast.ids, at, viewer, fact->id, fact->version,
                                 is_so ? write::Verdict::is_so : write::Verdict::is_not_so,
                                 is_so ? std::string() : line.rest.at(0)),
                             where);
                    return;
                }
                if (field == "undone") {
                    *fact = must(write::undo_fact(cast.transaction, cast.ids, at, viewer, fact->id,
                                                  fact->version),
                                 where);
                    return;
                }
                const auto& kind = known->kinds.at(block.text("kind"));
                write::Saying saying;
                saying.value = must(write::read_fact_value(kind.type, kind.choices,
                                                           value_of_line(kind, line.rest.at(0))),
                                    where);
                if (line.rest.size() > 1) saying.why = line.rest[1];
                if (kind.type == write::FactType::reading)
                    saying.taken_on = Date(std::chrono::floor<std::chrono::days>(at));
                *fact = fact->id ? must(write::change_fact(cast.transaction, cast.ids, at, viewer,
                                                           fact->id, saying),
                                        where)
                                 : must(write::say_fact(cast.transaction, cast.ids, at, viewer,
                                                        about_of(cast, *known, block.text("about")),
                                                        kind.id, saying),
                                        where);
            });
    }

    Cast& cast_;
    std::vector<Step> steps_;
    std::shared_ptr<KnownFacts> known_ = std::make_shared<KnownFacts>();
};

} // namespace

std::vector<Step> plan_facts(Cast& cast)
{
    return FactPlan(cast).make();
}

} // namespace moothall::sample
