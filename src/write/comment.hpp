#pragma once

#include "write/document.hpp"

/// Comments: replies to a document that stand beside one of its paragraphs. What they say is a
/// reply as any other; here is only where they stand, and whether that is settled.
namespace moothall::write {

struct Comment {
    Id reply;
    std::int64_t paragraph = 0; // 0: about the whole
    std::string quote;          // how the paragraph began when it was written
    bool gone = false;          // the paragraph was removed since
    bool edited = false;        // it begins otherwise now
    people::Someone settled_by;
    std::optional<Time> settled;
};

/// Says beside which paragraph a reply stands that was said at the document. Refused (invalid) when
/// there is no such paragraph.
Result<void> place_comment(store::Transaction& transaction, const Viewer& viewer,
                           const Document& document, Id reply, std::int64_t paragraph);
/// Puts a reply beside the comment that it answers. False when that stands nowhere.
bool place_beside(store::Transaction& transaction, Id organisation, Id reply, Id comment);
/// Where the replies to a document stand; of those without a row nothing is known, and they are
/// about the whole.
std::vector<Comment> list_comments(store::Transaction& transaction, const Document& document,
                                   const Viewer& viewer);
/// What was asked is done, or is open again: whoever wrote it, and who may edit the document. One
/// event, which concerns who wrote it.
Result<void> settle_comment(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id document, Id reply, bool settled);

} // namespace moothall::write
