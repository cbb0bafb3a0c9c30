#pragma once

#include "base/viewer.hpp"
#include "sense/model_file.hpp"
#include "sense/who_knows/who_knows.hpp"
#include "store/database.hpp"

#include <functional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

/// What the server keeps in memory of who knows what.
namespace moothall::sense {

/// Something that shows what a person knows: her reply, a promise she kept, a skill she has.
struct Evidence {
    Id source; // the thing that shows it; who sees that sees the evidence
    Id about;  // what it answers; none: nothing. When that changes, the evidence is read again
    Id person;
    Id circle;
    bool is_public = false; // its circle is
    std::string text;
    double weight = 1; // by its kind: an accepted answer counts for more than a reply
    Time at{};
};

/// Reads evidence of one kind: all of an organisation, or (not null) what these things are the
/// source or the subject of. Each stage gives its own. It is handed on piece by piece: all texts of
/// a large hall at once would take more memory than the server does with all that it keeps.
using TakeEvidence = std::function<void(const Evidence&)>;
using EvidenceReader = std::function<void(store::Transaction&, Id organisation,
                                          const std::vector<Id>* things, const TakeEvidence& take)>;

/// Who knows what in one organisation, by meaning. Follows the log; nothing is rebuilt for a
/// question. Newer evidence counts more: its weight doubles with each year after a fixed day, which
/// orders people as a half-life of a year does at any moment, and never has to be renewed. Safe
/// from many threads.
class Knowing {
public:
    explicit Knowing(const LoadedModel& table);

    void put(const Evidence& evidence);
    /// Forgets what these things are the source or the subject of.
    void forget(const std::vector<Id>& things);

    struct Found {
        Id person;
        double nearest; // the cosine of her nearest text
        /// What speaks for her, the strongest first, with its worth; a person's score is the sum.
        std::vector<std::pair<Id, double>> evidence;
    };
    /// People by what stands in public circles and in those of the viewer. A superset of what she
    /// may see: whoever asks holds the evidence to the rule of sight and adds up what is left.
    std::vector<Found> find(std::string_view question, std::size_t people,
                            std::size_t evidence_of_each, const Viewer& viewer) const;
    std::size_t size() const;
    /// More was forgotten than is known: it is time to read all anew.
    bool is_worn() const;

private:
    struct Entry {
        Id source;
        Id about;
        Id person;
        Id circle;
        bool is_public;
        bool gone;
    };
    std::uint32_t number_of(Id person);

    mutable std::shared_mutex mutex_;
    WhoKnows who_knows_;
    std::vector<Entry> entries_;                                  // by text
    std::unordered_map<Id, std::vector<std::uint32_t>> texts_of_; // by source and by subject
    std::vector<Id> people_;
    std::unordered_map<Id, std::uint32_t> people_numbers_;
    std::size_t gone_ = 0;
};

} // namespace moothall::sense
