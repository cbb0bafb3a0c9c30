// What a stored map says, made readable: groups, agreements, and the picture.

#include "decide/conversation_pages.hpp"
#include "web/language.hpp"

#include <algorithm>
#include <charconv>

namespace moothall::decide {

namespace {

constexpr int closest = 8; // times

int read_number(std::string_view text, int least, int most, int otherwise)
{
    int value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::clamp(value, least, most);
}

/// What part of the picture is shown: everything, or a window moved by links.
void set_window(MapPicture& picture, const web::Request& request, const std::string& path)
{
    const int zoom = read_number(request.query("zoom"), 1, closest, 1);
    constexpr int width = MapDrawing::width;
    constexpr int height = MapDrawing::height;
    const int wide = width / zoom;
    const int tall = height / zoom;
    const auto place = [](int middle, int part, int whole) {
        return std::clamp(middle - part / 2, 0, whole - part);
    };
    const int x = place(read_number(request.query("x"), 0, width, width / 2), wide, width);
    const int y = place(read_number(request.query("y"), 0, height, height / 2), tall, height);
    picture.view_box = std::to_string(x) + " " + std::to_string(y) + " " + std::to_string(wide) +
                       " " + std::to_string(tall);
    const auto to = [&](int closer, int middle_x, int middle_y) {
        return path + "?zoom=" + std::to_string(closer) + "&x=" + std::to_string(middle_x) +
               "&y=" + std::to_string(middle_y) + "#map";
    };
    const int middle_x = x + wide / 2;
    const int middle_y = y + tall / 2;
    if (zoom < closest) picture.closer_path = to(zoom * 2, middle_x, middle_y);
    if (zoom > 1) picture.wider_path = zoom == 2 ? path + "#map" : to(zoom / 2, middle_x, middle_y);
    if (x > 0) picture.left_path = to(zoom, middle_x - wide / 2, middle_y);
    if (x + wide < width) picture.right_path = to(zoom, middle_x + wide / 2, middle_y);
    if (y > 0) picture.up_path = to(zoom, middle_x, middle_y - tall / 2);
    if (y + tall < height) picture.down_path = to(zoom, middle_x, middle_y + tall / 2);
    picture.moves = zoom > 1;
}

MapPicture draw(const web::Request& request, const ConversationMap& map,
                const OpinionStanding& standing, const web::Language& language,
                const std::string& path)
{
    MapPicture picture;
    const auto& drawing = map.drawing;
    picture.dots = drawing.dots;
    for (std::size_t group = 0; group < drawing.groups.size(); ++group)
        picture.groups.push_back({drawing.groups[group].x, drawing.groups[group].y,
                                  letter_of(group), static_cast<int>(group) + 1,
                                  drawing.groups[group].hull});
    if (standing.placed) {
        picture.has_you = true;
        picture.you_x = drawing.to_x(standing.x);
        picture.you_y = drawing.to_y(standing.y);
    }
    picture.label = language.tn("A map of {1} person in {2} groups: who votes alike stands close.",
                                "A map of {1} people in {2} groups: who votes alike stands close.",
                                map.placed + map.visitors_placed, map.groups.size());
    set_window(picture, request, path);
    return picture;
}

std::string sentence_of(const StandsFor& one, const web::Language& language)
{
    const bool agree = one.direction == opinions::Direction::agree;
    const auto of = [agree](const GroupVotes& votes) {
        return agree ? votes.agrees : votes.disagrees;
    };
    return agree ? language.t("{1} of {2} here agree, {3} of {4} elsewhere", of(one.here),
                              one.here.seen, of(one.elsewhere), one.elsewhere.seen)
                 : language.t("{1} of {2} here disagree, {3} of {4} elsewhere", of(one.here),
                              one.here.seen, of(one.elsewhere), one.elsewhere.seen);
}

std::string text_of(const StatementTexts& texts, Id statement)
{
    const auto found = texts.find(statement);
    return found == texts.end() ? std::string() : found->second;
}

} // namespace

std::string letter_of(std::size_t group)
{
    return std::string(1, static_cast<char>('A' + group % 26));
}

StatementTexts load_texts(store::Transaction& transaction, Id organisation, Id conversation,
                          const std::vector<Id>& statements)
{
    StatementTexts texts;
    for (const auto& row : transaction.query(R"sql(
             SELECT statement_id, text FROM statement
             WHERE org_id = ?1 AND conversation_id = ?2 AND statement_id IN_IDS(?3) AND state = 'shown' )sql",
                                             organisation, conversation, store::IdList{statements}))
        texts.emplace(row.id(0), row.string(1));
    return texts;
}

OpinionsView make_opinions(const web::Request& request, web::Context& context,
                           const Conversation& conversation, const ConversationMap& map,
                           const OpinionStanding& standing, const std::string& map_path)
{
    const auto& language = context.language;
    OpinionsView view;
    if (map.revision < 0) return view;
    std::vector<Id> named;
    for (const auto& group : map.groups)
        for (const auto& one : group.stands_for) named.push_back(one.statement);
    for (const auto& one : map.agreed) named.push_back(one.statement);
    for (const auto& one : map.divided) named.push_back(one.statement);
    const auto texts =
        load_texts(context.transaction, context.viewer.organisation, conversation.id, named);

    view.found = !map.groups.empty();
    view.when = language.ago(map.found, context.now);
    const auto left_out = conversation.people - map.placed;
    if (view.found)
        view.people =
            language.tn("{1} person is on the map.", "{1} people are on the map.", map.placed);
    if (left_out > 0) {
        if (!view.people.empty()) view.people += " ";
        view.people += language.tn(
            "{1} person voted on fewer than 7 statements and is not placed: too little is known.",
            "{1} people voted on fewer than 7 statements and are not placed: too little is known.",
            left_out);
    }
    if (conversation.visitors > 0)
        view.visitors = language.tn(
            "{1} visitor without an account took part: drawn hollow, counted apart, and without a "
            "say in where the groups are.",
            "{1} visitors without an account took part: drawn hollow, counted apart, and without a "
            "say in where the groups are.",
            conversation.visitors);
    for (std::size_t at = 0; at < map.groups.size(); ++at) {
        const auto& group = map.groups[at];
        GroupView shown{.letter = letter_of(at),
                        .number = static_cast<int>(at) + 1,
                        .size = language.tn("{1} person", "{1} people", group.size),
                        .mine = standing.placed && standing.group == static_cast<int>(at)};
        if (group.visitors > 0)
            shown.size +=
                " · " + language.tn("{1} visitor near it", "{1} visitors near it", group.visitors);
        for (const auto& one : group.stands_for)
            if (auto text = text_of(texts, one.statement); !text.empty())
                shown.stands_for.push_back({std::move(text), sentence_of(one, language),
                                            one.direction == opinions::Direction::agree});
        view.groups.push_back(std::move(shown));
    }
    for (const auto& one : map.agreed) {
        auto text = text_of(texts, one.statement);
        if (text.empty()) continue;
        const bool agree = one.direction == opinions::Direction::agree;
        std::vector<std::string> counts;
        for (std::size_t at = 0; at < one.votes.size(); ++at) {
            const auto& of = one.votes[at];
            auto words = agree ? language.t("{1} of {2} agree", of.agrees, of.seen)
                               : language.t("{1} of {2} disagree", of.disagrees, of.seen);
            counts.push_back(map.groups.empty() ? std::move(words)
                                                : language.t("{1}: {2}", letter_of(at), words));
        }
        view.agreed.push_back({std::move(text), language.list(counts)});
    }
    for (const auto& one : map.divided) {
        auto text = text_of(texts, one.statement);
        if (text.empty()) continue;
        DivisionView shown{.text = std::move(text)};
        for (std::size_t at = 0; at < one.votes.size(); ++at) {
            const auto& of = one.votes[at];
            shown.groups.push_back({letter_of(at),
                                    language.t("{1} of {2} agree", of.agrees, of.seen), of.agrees,
                                    of.seen});
        }
        view.divided.push_back(std::move(shown));
    }
    if (view.found && !map_path.empty())
        view.picture = draw(request, map, standing, language, map_path);
    return view;
}

} // namespace moothall::decide
