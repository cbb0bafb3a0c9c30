#pragma once

#include "hear/moderation.hpp"

#include <functional>

/// Moderation as pages and the API do it: with what later stages have to say.
namespace moothall::hear {

/// What later stages are told, in the same transaction, when a thing is hidden or shown: those who
/// keep a count of it change it. A refusal stops it. Kept by the hall (web::Hall::keep), because
/// hear/ does not know them.
struct WhenModerated {
    std::vector<
        std::function<Result<void>(store::Transaction&, const Viewer&, const record::Thing& before,
                                   const record::Thing& after)>>
        told;
};

Result<void> hide(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                  Id thing, std::string_view reason, const WhenModerated* when_moderated);
Result<void> show_again(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer, Id thing, const WhenModerated* when_moderated);
Result<void> approve(store::Transaction& transaction, IdSource& ids, Time now, const Viewer& viewer,
                     Id thing, bool trust, const WhenModerated* when_moderated);

/// What was hidden, as a gettext key: never what it said.
const char* words_of_kind(std::string_view kind);

/// What the page of a thing offers of this, and why the thing is hidden.
struct Moderating {
    std::string path; // "/things/0abc…"
    std::string csrf;
    bool may_report = false;
    bool may_hide = false; // or show again
    bool hidden = false;
    std::string reason;
};
/// Of a thing that the viewer was found to see.
Moderating find_moderating(store::Transaction& transaction, const Viewer& viewer,
                           const record::Thing& thing, std::string_view csrf);

} // namespace moothall::hear
