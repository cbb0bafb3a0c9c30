#include "write/comment.hpp"

#include "people/people.hpp"
#include "record/record.hpp"
#include "text/unicode.hpp"
#include "write/document_store.hpp"

#include <algorithm>

namespace moothall::write {

namespace {

constexpr std::size_t quote_characters_max = 160;
/// So many replies a page shows; further ones are about the whole.
constexpr int comments_max = 1000;

/// How a paragraph begins, on one line.
std::string quote_of(const Block& block)
{
    return clip(normalise_line(block.text()), quote_characters_max, Ellipsis::shown);
}

} // namespace

Result<void> place_comment(store::Transaction& transaction, const Viewer& viewer,
                           const Document& document, Id reply, std::int64_t paragraph)
{
    std::string quote;
    if (paragraph != 0) {
        const auto blocks = blocks_of(document);
        const auto found = std::ranges::find(blocks, paragraph, &Block::id);
        if (found == blocks.end())
            return Refusal::invalid("paragraph", "There is no such paragraph any more.");
        quote = quote_of(*found);
    }
    transaction.execute(R"sql(
        INSERT INTO document_comment (org_id, reply_id, document_id, paragraph, quote, settled_by, settled_us)
        VALUES (?1, ?2, ?3, ?4, ?5, 0, 0) )sql",
                        viewer.organisation, reply, document.id, paragraph, quote);
    return {};
}

bool place_beside(store::Transaction& transaction, Id organisation, Id reply, Id comment)
{
    return transaction.execute(R"sql(
        INSERT INTO document_comment (org_id, reply_id, document_id, paragraph, quote, settled_by, settled_us)
        SELECT n.org_id, ?3, n.document_id, n.paragraph, n.quote, 0, 0 FROM document_comment n
        WHERE n.org_id = ?1 AND n.reply_id = ?2 )sql",
                               organisation, comment, reply) == 1;
}

std::vector<Comment> list_comments(store::Transaction& transaction, const Document& document,
                                   const Viewer& viewer)
{
    const auto blocks = blocks_of(document);
    std::vector<Comment> comments;
    for (const auto& row : transaction.query(R"sql(
             SELECT n.reply_id, n.paragraph, n.quote, n.settled_by, coalesce(p.name, ''), n.settled_us
             FROM document_comment n LEFT JOIN person p ON p.org_id = ?1 AND p.person_id = n.settled_by
             WHERE n.org_id = ?1 AND n.document_id = ?2 ORDER BY n.reply_id LIMIT ?3 )sql",
                                             viewer.organisation, document.id, comments_max)) {
        Comment comment{.reply = row.id(0), .paragraph = row.integer(1), .quote = row.string(2)};
        if (comment.paragraph != 0) {
            const auto found = std::ranges::find(blocks, comment.paragraph, &Block::id);
            comment.gone = found == blocks.end();
            comment.edited = !comment.gone && quote_of(*found) != comment.quote;
        }
        comment.settled_by = {row.id(3), row.string(4)};
        if (row.integer(5) != 0) comment.settled = row.time(5);
        comments.push_back(std::move(comment));
    }
    return comments;
}

Result<void> settle_comment(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id document_id, Id reply, bool settled)
{
    const auto document = find_document(transaction, document_id, viewer);
    if (!document) return document.error();
    const auto thing = people::find_seen(transaction, reply, viewer);
    if (!thing || thing->subject != document_id) return Refusal::not_found();
    if (!viewer.signed_in()) return Refusal::unauthenticated("Please sign in first.");
    if (thing->author != viewer.person && !may_edit(*document, viewer))
        return Refusal::forbidden("Who wrote it, and who may edit the document, say that it is "
                                  "settled.");
    const auto changed =
        transaction.execute(R"sql(
        UPDATE document_comment SET settled_by = ?4, settled_us = ?5
        WHERE org_id = ?1 AND reply_id = ?2 AND document_id = ?3 AND (settled_us = 0) = (?5 <> 0) )sql",
                            viewer.organisation, reply, document_id, settled ? viewer.person : Id{},
                            settled ? now : Time{});
    if (changed == 0 && settled) return Refusal::conflict("It is settled already.");
    if (changed == 0) return Refusal::conflict("It is open already.");
    append_event(transaction, viewer, ids, now,
                 settled ? "write.comment_settled" : "write.comment_opened", *document,
                 {reply, thing->author});
    return {};
}

} // namespace moothall::write
