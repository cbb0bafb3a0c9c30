#pragma once

#include "act/act.hpp"
#include "hear/hear.hpp"
#include "web/language.hpp"

#include <optional>
#include <string>
#include <vector>

/// "How we work together": a page that a circle opens to strangers by its own consent, so that
/// others see how the company works with it.
///
/// It is a thing of its own and says only what it holds: words that a steward wrote, titles she
/// chose, names of members who agreed, how promises in the circle are kept. While it is written and
/// asked about, it is the circle's; while it is open, it is in Everyone. What is in the circle
/// stays there: the rule of sight is asked of the page alone.
namespace moothall::hall {

enum class PageState : std::uint8_t { written, asked, open };

struct ChosenTitle {
    Id thing;
    std::string kind;
    std::string title;
    bool chosen = true;
};

struct OpenPage {
    Id id;
    Id circle;
    std::string circle_name;
    std::string purpose;
    std::string words;
    SafeHtml words_html;
    PageState state = PageState::written;
    Id decision;
    std::optional<Time> opened;
    std::vector<ChosenTitle> titles;  // of what still stands in the circle
    std::vector<hear::Someone> names; // members who agreed
    act::KeptRate promises;
};

/// The page of a circle as the viewer may see it: its members always, others while it is open.
Result<OpenPage> find_open_page(store::Transaction& transaction, Id circle, const Viewer& viewer);
/// All open ones, by the names of their circles.
std::vector<OpenPage> list_open_pages(store::Transaction& transaction, const Viewer& viewer,
                                      int limit = 100);
/// What could be named on it, newest first, those that are chosen marked.
std::vector<ChosenTitle> list_titles_to_choose(store::Transaction& transaction, Id circle,
                                               const Viewer& viewer);

/// Writes it anew: a steward of the circle, not while it is open. What was asked about before is
/// asked about no more: a vote that still runs is withdrawn, with that as its reason. One event
/// beside that of the decision.
Result<OpenPage> write_open_page(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id circle, std::string_view words,
                                 const hear::Rendered& rendered, const std::vector<Id>& titles,
                                 const web::Language& language);
/// Puts it to the circle: a decision by consent, of this circle alone, that ends after two weeks. A
/// steward. One event beside those of the decision.
Result<OpenPage> ask_for_consent(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id circle, const web::Language& language);
/// The circle is asked no more: a steward, before it is opened. While the vote runs it is
/// withdrawn, for which she gives a public reason. One event beside that of the decision.
Result<OpenPage> withdraw_asking(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id circle, std::string_view reason);
/// Pages whose vote ended without the circle's consent, or was withdrawn, are only written again,
/// so that their stewards may ask anew: a chore. One event each; gives how many.
std::int64_t end_asking(store::Database& database, Id organisation, Time now, IdSource& ids);
/// Opens it once the circle has consented: a steward. One event.
Result<OpenPage> open_page(store::Transaction& transaction, IdSource& ids, Time now,
                           const Viewer& viewer, Id circle);
/// A steward, at any time. One event.
Result<OpenPage> close_page(store::Transaction& transaction, IdSource& ids, Time now,
                            const Viewer& viewer, Id circle);
enum class Naming : std::uint8_t { shown, withheld };
/// A member lets her own name stand there, or takes it away. One event.
Result<OpenPage> name_oneself(store::Transaction& transaction, IdSource& ids, Time now,
                              const Viewer& viewer, Id circle, Naming naming);

/// Takes a person's name off all pages; for when she is erased.
void forget_name(store::Transaction& transaction, Id organisation, Id person);

} // namespace moothall::hall
