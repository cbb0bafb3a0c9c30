#pragma once

#include "act/commitment.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/viewer.hpp"
#include "hear/hear.hpp"
#include "store/database.hpp"
#include "text/markdown.hpp"
#include "write/write.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Working agreements: how a customer circle and the company want to work together in a year. Both
/// sides write on one page, and each signs a version of it: what both signed holds until they both
/// sign a newer one. It is held against what happened, and the next year's begins with that.
namespace moothall::act {

enum class Side : std::uint8_t { circle, company };
std::string_view to_text(Side side);

struct Signature {
    std::int64_t version = 0;
    Side side = Side::circle;
    hear::Someone by;
    Time at;
};

/// A goal, or a decision with its measure, that the agreement is held against.
struct LinkedMeasure {
    Id thing;
    std::string kind;
    std::string title;
    std::string measure;
    std::string target;
};

/// What happened between the two sides in the year, from the record.
struct WhatHappened {
    std::vector<Commitment> kept;
    std::vector<Commitment> broken; // withdrawn ones, too
    std::vector<Commitment> open;
};

struct Agreement {
    Id id;
    std::string title;
    std::string words;
    SafeHtml words_html;
    std::int64_t version = 0;
    std::int64_t agreed = 0; // the newest version that both signed; 0: none yet
    int year = 0;
    std::optional<Date> review;
    Id before; // the agreement of the year before
    Id next;   // that of the year after
    Id circle;
    std::string circle_name;
    hear::Someone author;
    record::State state = record::State::visible;
    Time created;
    Time changed;
    std::vector<Signature> signatures; // newest version first; of a single one
    std::vector<LinkedMeasure> links;  // those the viewer sees; of a single one

    bool is_signed(Side side) const; // its newest version
    std::string path() const;
};

struct NewAgreement {
    std::string title;
    std::string words;
    Id circle;
    int year = 0;
    std::optional<Date> review;
    std::vector<Id> links;
};

/// Who writes on it: members of the circle, of either side.
bool may_write_agreements(const Viewer& viewer, Id circle);
/// For which side she signs: whoever works here for the company, another steward of the circle for
/// the circle; none: for neither.
std::optional<Side> side_of(const Viewer& viewer, Id circle);

/// Version 1, which nobody has signed yet. One event.
Result<Agreement> write_agreement(store::Transaction& transaction, IdSource& ids, Time now,
                                  const Viewer& viewer, const NewAgreement& wanted,
                                  const SafeHtml& html);

struct AgreementChange {
    std::optional<std::string> title;
    std::optional<std::string> words; // its HTML goes along
    std::string said;                 // what changed
    std::optional<Date> review;
    std::optional<std::vector<Id>> links;
    std::optional<std::int64_t> version; // that it was written on: a conflict when there is a newer
};
/// Changes what is given. When it reads differently that is another version, which both have to
/// sign. One event; none when all is as it was.
Result<Agreement> change_agreement(store::Transaction& transaction, IdSource& ids, Time now,
                                   const Viewer& viewer, Id agreement,
                                   const AgreementChange& change,
                                   const std::optional<SafeHtml>& html);

/// Signs the newest version, which she says she read, for her side. One event: signed, or agreed by
/// both.
Result<Agreement> sign_agreement(store::Transaction& transaction, IdSource& ids, Time now,
                                 const Viewer& viewer, Id agreement, std::int64_t version);

/// What the next year's begins with: the words of this one, and what happened as Markdown under
/// `heading` with links into the record. `say` puts a kind of outcome into words.
std::string words_of_next(const Agreement& agreement, const WhatHappened& happened,
                          std::string_view heading,
                          const std::array<std::string_view, 3>& kept_broken_open);
/// Begins the next year's, once. One event.
Result<Agreement> begin_next_agreement(store::Transaction& transaction, IdSource& ids, Time now,
                                       const Viewer& viewer, Id agreement, std::string_view words,
                                       const SafeHtml& html);

Result<Agreement> find_agreement(store::Transaction& transaction, Id agreement,
                                 const Viewer& viewer);
WhatHappened find_what_happened(store::Transaction& transaction, Time now,
                                const Agreement& agreement, const Viewer& viewer);

struct AgreementQuery {
    Id circle;
    int limit = 30;
    std::string after = {};
};
struct AgreementPage {
    std::vector<Agreement> agreements;
    std::string next;
};
/// Newest first.
Result<AgreementPage> list_agreements(store::Transaction& transaction, const AgreementQuery& query,
                                      const Viewer& viewer);

/// Asks both sides on the review day, once. A chore; gives how many.
std::int64_t ask_for_reviews(store::Database& database, Id organisation, Time now, IdSource& ids);

} // namespace moothall::act
