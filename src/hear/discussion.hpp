#pragma once

#include "files/files.hpp"
#include "hear/reply.hpp"
#include "record/record.hpp"
#include "web/frame.hpp"
#include "web/router.hpp"

#include <optional>
#include <string>
#include <vector>

/// What is said under a thing that is no voice and has no comments of its own kind: a barrier, a
/// working agreement. Its replies are those of reply.hpp, with its sight and its moderation.
namespace moothall::hear {

struct DiscussedReply {
    Reply reply;
    std::string depth_class;
    std::vector<files::ShownFile> files;
    bool may_edit = false;
    bool may_report = false;
    bool may_hide = false;
};

/// For the template part `hear/_discussion.html`.
struct Discussion {
    std::string path; // of the thing
    std::string csrf;
    std::string sign_in_path; // empty: she is signed in
    std::vector<DiscussedReply> replies;
    bool more = false; // than are shown
    bool may_reply = false;
    Id parent; // the reply that is answered; none: the thing
    std::string parent_name;
    std::string text; // as it was sent
    std::string error;
    Time now;
};

/// Of a thing that the viewer was found to see. `refused`: why what was sent was not taken.
Result<Discussion> make_discussion(const web::Request& request, web::Context& context,
                                   const web::Frame& frame, const record::Thing& thing,
                                   const std::optional<Refusal>& refused);

/// Says what a form of the discussion holds. For a route with prepare_discussion(); the caller
/// looked what kind of thing it is.
Result<Reply> take_discussion(const web::Request& request, web::Context& context, Id thing);
Result<web::Prepared> prepare_discussion(const web::Request& request, web::Context& context);

} // namespace moothall::hear
