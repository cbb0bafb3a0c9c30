#pragma once

#include "organise/pages.hpp"

#include <set>
#include <span>
#include <string>
#include <vector>

/// What the pages and the API of chats show.
namespace moothall::organise {

/// Who of those who talk is there now, as far as they let it be seen.
struct ChatSight {
    std::set<Id> here;
    bool is_here(Id person) const { return here.contains(person); }
};
ChatSight look_at_talkers(web::Context& context, std::span<const Chat> chats);

/// What others may know of when somebody answers: "there now · usually answers within a day ·
/// writes from 9 to 17, Europe/Helsinki; it is outside of these hours now". May be empty.
std::vector<std::string> say_when(web::Context& context, Id person, bool here);

struct LineView {
    const Line& line;
    bool mine;
    bool read;         // by the other one; of one's own lines
    std::string who;   // a name, or "Somebody who left"
    std::string to;    // of a line that hands over
    std::string thing; // the path of what it was kept as, when the viewer sees it
};

struct ChatRow {
    const Chat& chat;
    std::string name;
    bool here;
};
struct ChatsPage {
    web::Frame frame;
    std::vector<ChatRow> rows;
    web::Pages pages;
    web::Empty empty;
    Time now;
};

struct KeepingView {
    const Keeping& keeping;
    std::vector<SafeHtml> question;
    std::vector<SafeHtml> answer;
    bool may_agree;
    bool may_take_back;
};

struct ChatPage {
    web::Frame frame;
    const Chat& chat;
    std::string name;
    std::string quote; // of the paragraph that it is about
    Id other;
    std::vector<std::string> when;
    std::vector<LineView> lines;
    std::int64_t older; // lines before this one are on another page; 0: none
    std::vector<KeepingView> keepings;
    bool may_say;
    bool may_hand_over;
    std::string client_id;
    std::string refused;
    std::string words;  // as they were sent
    std::string person; // to whom it was to be handed over
    Time now;
};

struct ChatLines {
    std::vector<LineView> lines;
    std::int64_t last;
    Time now;
};

struct ChatFormPage {
    web::Frame frame;
    web::FilledForm form;
    Id person;
    Id circle;
    std::string name;
    std::vector<std::string> when;
    Id about;
    std::int64_t paragraph = 0;
    std::string about_title;
    std::string about_path;
    std::string quote; // of the paragraph
    web::Field words;
    bool may_write;
    std::string client_id;
};

struct QuestionLine {
    LineView view;
    std::string chosen; // question | answer | nothing
};
struct QuestionPage {
    web::Frame frame;
    web::FilledForm form;
    const Chat& chat;
    web::Field title;
    web::Field circle;
    std::vector<QuestionLine> lines;
    Time now;
};

} // namespace moothall::organise
