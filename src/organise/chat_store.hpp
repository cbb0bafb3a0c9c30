#pragma once

#include "organise/chat.hpp"

/// The rows of chats. Whoever calls these has asked the rule of chats before.
namespace moothall::organise {

/// A chat with what the viewer is in it; none when she is not let in.
std::optional<Chat> load_chat(store::Transaction& transaction, Id chat, const Viewer& viewer);
/// Who talks in these chats; of circles, those who opened it.
void load_talkers(store::Transaction& transaction, const Viewer& viewer, std::vector<Chat>& chats);
/// What they are about, as far as the viewer sees it.
void load_subjects(store::Transaction& transaction, const Viewer& viewer, std::vector<Chat>& chats);

std::optional<Id> find_chat_once(store::Transaction& transaction, Id organisation,
                                 std::string_view once_key);
/// False when somebody was faster with the same key.
bool save_chat(store::Transaction& transaction, Id organisation, const Chat& chat,
               std::string_view once_key, Time now);
void save_member(store::Transaction& transaction, Id organisation, Id chat, Id person, Time now);
void save_member_left(store::Transaction& transaction, Id organisation, Id chat, Id person,
                      std::int64_t until);
std::int64_t count_opened(store::Transaction& transaction, const Viewer& viewer, Time since);

/// Takes the next number of a chat; its row is held until the commit, so numbers rise in that
/// order.
std::int64_t take_sequence(store::Transaction& transaction, Id organisation, Id chat);
void give_sequence_back(store::Transaction& transaction, Id organisation, Id chat);
/// False when that client id is taken.
bool save_line(store::Transaction& transaction, Id organisation, Id chat, const Line& line);
/// Everybody who is in it (today: who left its circle is not) has a line more to read, but who said
/// it; gives who is in it.
std::vector<Id> note_line(store::Transaction& transaction, Id organisation, const Chat& chat,
                          Id author, std::int64_t sequence, Time now);
std::optional<Line> find_line_sent(store::Transaction& transaction, Id organisation, Id chat,
                                   Id author, std::string_view client_id);

/// Only who did it sees the event: nothing of a chat reaches who is not in it.
void append_chat_event(store::Transaction& transaction, const Viewer& viewer, IdSource& ids,
                       Time now, std::string_view verb, Id chat, std::vector<Id> concerns = {});

/// Tells those who are in it, on their own streams, without a word of what was said.
void tell_members(store::Transaction& transaction, Id organisation, const std::vector<Id>& people,
                  std::string_view topic);
std::vector<Id> list_members_of(store::Transaction& transaction, Id organisation, const Chat& chat);

} // namespace moothall::organise
