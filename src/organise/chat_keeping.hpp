#pragma once

#include "organise/chat.hpp"

/// A chat, or a part of it, kept as a question with its answer, which others find.
namespace moothall::organise {

enum class KeepingState : std::uint8_t { proposed, kept, declined };
std::string_view to_text(KeepingState state);

struct Keeping {
    Id id;
    Id chat;
    hear::Someone proposer;
    Id agrees; // who is to agree; none: the words are the proposer's own
    Id asker;
    Id answerer;
    Id circle;
    std::string circle_name;
    std::string title;
    std::vector<std::int64_t> question;
    std::vector<std::int64_t> answer;
    KeepingState state = KeepingState::proposed;
    Id voice;
};

struct NewKeeping {
    std::string title;
    Id circle; // none: Everyone
    std::vector<std::int64_t> question;
    std::vector<std::int64_t> answer;
};
/// Chooses lines. The question is one person's words and the answer one person's. When all of them
/// are her own it is kept at once; otherwise the other is to agree first, to exactly these words in
/// this circle, and until then nothing leaves the chat.
Result<Keeping> propose_keeping(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id chat, const NewKeeping& wanted);
/// Agrees: the question becomes a voice of its speaker, the answer a reply of hers, marked as the
/// answer.
Result<Keeping> agree_to_keeping(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id chat, Id keeping);
/// Says no, or takes the proposal back. Without a reason: one need not say why one's words stay
/// private.
Result<Keeping> decline_keeping(store::Transaction& transaction, IdSource& ids, Time now,
                                const Viewer& viewer, Id chat, Id keeping);
std::vector<Keeping> list_keepings(store::Transaction& transaction, const Viewer& viewer, Id chat);

} // namespace moothall::organise
