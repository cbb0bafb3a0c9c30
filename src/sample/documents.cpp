// What the sample company has written down: documents, what was said beside their paragraphs, and
// how others would write them, as loop.txt tells it.

#include "sample/plan.hpp"

#include "hear/hear.hpp"
#include "write/write.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace moothall::sample {

namespace {

using namespace std::chrono_literals;

class DocumentPlan {
public:
    DocumentPlan(Cast& cast, Chance& chance) : cast_(cast), chance_(chance) {}

    std::vector<Step> make()
    {
        for (const auto& block : cast_.script.blocks)
            if (block.kind == "document") add_document(block);
        return std::move(steps_);
    }

private:
    template <class Take>
    void add(int days_ago, Take take)
    {
        const auto at = cast_.day(days_ago) + 8h + chance_.within(8h);
        steps_.push_back({std::min(at, cast_.now - 10min), std::move(take)});
    }

    static std::string words_of(const Block& block)
    {
        std::string words;
        for (const auto& line : block.all("line")) words += (line == "." ? "" : line) + "\n";
        return words;
    }

    void add_document(const Block& block)
    {
        auto& cast = cast_;
        const auto id = std::make_shared<Id>();
        add(block.number("at"), [&cast, made = made_, &block, id](Time at) {
            write::NewDocument wanted;
            wanted.text = {.title = block.text("title"),
                           .purpose = block.text("purpose"),
                           .words = words_of(block),
                           .said = {}};
            wanted.home = cast.circle(block.text("circle"));
            if (block.has("under")) wanted.parent = made->at(block.text("under"));
            wanted.rule.rule = write::rule_of(block.text("rule")).value();
            wanted.is_template = block.has("template");
            if (block.has("why")) {
                wanted.rule.why = block.text("why");
                wanted.rule.review_on = cast.date(block.number("review"));
                wanted.rule.readers = cast.circle(block.text("readers"));
            }
            *id = must(write::make_document(
                           cast.transaction, cast.ids, at, cast.viewer(block.text("author")),
                           wanted, must(write::render_words(wanted.text.words), wanted.text.title)),
                       wanted.text.title)
                      .id;
            hear::follow_by_default(cast.transaction, cast.organisation, *id,
                                    cast.person(block.text("author")));
            made->emplace(wanted.text.title, *id);
        });
        for (const auto& line : block.all("file")) add_file(line, id);
        for (const auto& line : block.all("comment")) add_comment(line, id);
        for (const auto& line : block.all("suggestion")) add_suggestion(block, line, id);
        if (block.has("confirm"))
            add(block.number("confirm"), [&cast, &block, id](Time at) {
                must(write::edit_document(cast.transaction, cast.ids, at,
                                          cast.viewer(block.text("author")), *id,
                                          {.said = {}, .takes = {}, .confirm = true}),
                     block.text("title"));
            });
    }

    /// "15 greta | card.txt | its first line | its second": attached by somebody, with what it
    /// holds.
    void add_file(const std::string& line, const std::shared_ptr<Id>& id)
    {
        auto& cast = cast_;
        const auto parts = parts_of(line);
        const auto [day, who] = first_word(parts.at(0));
        add(read_number(day), [&cast, parts, id, key = who](Time at) {
            std::string content;
            for (std::size_t i = 2; i < parts.size(); ++i) content += parts[i] + "\n";
            const auto& viewer = cast.viewer(key);
            must(write::edit_document(cast.transaction, cast.ids, at, viewer, *id,
                                      {.said = {}, .takes = {}, .with_files = true}),
                 parts[1]);
            files::File file;
            file.id = cast.ids.next(at);
            file.author = viewer.person;
            file.name = parts[1];
            file.media_type = "application/octet-stream";
            file.bytes = std::ssize(content);
            file.hash = cast.shelf.put(cast.organisation, content);
            file.added = at;
            must(files::attach_files(cast.transaction, cast.organisation, *id, *id, {file}),
                 parts[1]);
        });
    }

    /// "15 henri 2 | what she says of the second paragraph"
    void add_comment(const std::string& line, const std::shared_ptr<Id>& id)
    {
        auto& cast = cast_;
        const auto parts = parts_of(line);
        const auto [day, rest] = first_word(parts.at(0));
        const auto [who, paragraph] = first_word(rest);
        add(read_number(day), [&cast, id, key = who, beside = read_number(paragraph),
                               body = parts.at(1)](Time at) {
            const auto& viewer = cast.viewer(key);
            const auto document = must(write::find_document(cast.transaction, *id, viewer), body);
            const auto said =
                must(hear::say_reply(cast.transaction, cast.ids, at, viewer, *id, {.body = body},
                                     must(hear::render_body({}, body), body)),
                     body);
            must(write::place_comment(cast.transaction, viewer, document, said.id, beside), body);
        });
    }

    /// "12 aino 9 part | why | old words => new words | … | a word of who settled it": settled
    /// three days later by who answers for it, `all` of it, a `part` (the first change), or `open`.
    void add_suggestion(const Block& block, const std::string& line, const std::shared_ptr<Id>& id)
    {
        auto& cast = cast_;
        const auto parts = parts_of(line);
        const auto [day, rest] = first_word(parts.at(0));
        const auto [who, more] = first_word(rest);
        const auto [settled_day, how] = first_word(more);
        const auto suggestion = std::make_shared<Id>();
        add(read_number(day), [&cast, parts, id, suggestion, key = who](Time at) {
            const auto& viewer = cast.viewer(key);
            auto words = must(write::find_document(cast.transaction, *id, viewer), parts[1]).words;
            constexpr std::string_view arrow = " => ";
            for (const auto& part : parts) {
                const auto middle = part.find(arrow);
                if (middle == std::string::npos) continue;
                const auto place = words.find(part.substr(0, middle));
                if (place == std::string::npos)
                    throw std::logic_error("sample: not in the document: " + part);
                words.replace(place, middle, part.substr(middle + arrow.size()));
            }
            *suggestion = must(write::make_suggestion(cast.transaction, cast.ids, at, viewer, *id,
                                                      {.words = words, .why = parts.at(1)}),
                               parts[1])
                              .id;
        });
        if (how == "open") return;
        add(read_number(settled_day), [&cast, &block, parts, id, suggestion,
                                       part = how == "part"](Time at) {
            const auto& viewer = cast.viewer(block.text("author"));
            const auto document =
                must(write::find_document(cast.transaction, *id, viewer), parts[1]);
            write::Acceptance wanted{.version = document.version, .reason = parts.back()};
            if (part) {
                const auto found =
                    must(write::find_suggestion(cast.transaction, *suggestion, viewer), parts[1]);
                const auto chunks =
                    write::chunks_of(cast.transaction, cast.organisation, found, document);
                wanted.takes.emplace(static_cast<std::size_t>(
                                         std::ranges::count_if(chunks, &write::Chunk::is_choice)),
                                     write::Take::theirs);
                wanted.takes->front() = write::Take::mine;
            }
            must(write::accept_suggestion(cast.transaction, cast.ids, at, viewer, *suggestion,
                                          wanted),
                 parts[1]);
        });
    }

    Cast& cast_;
    Chance& chance_;
    std::vector<Step> steps_;
    /// By their titles; shared with the steps, which run later.
    std::shared_ptr<std::map<std::string, Id>> made_ =
        std::make_shared<std::map<std::string, Id>>();
};

} // namespace

std::vector<Step> plan_documents(Cast& cast, Chance& chance)
{
    return DocumentPlan(cast, chance).make();
}

} // namespace moothall::sample
