#pragma once

#include "hear/hear.hpp"
#include "jobs/job.hpp"
#include "sense/knowing.hpp"
#include "sense/mind.hpp"
#include "sense/theme.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

namespace moothall::web {
class MetricsWriter;
}

/// The living part of Make sense: what follows the log and what runs in the background.
namespace moothall::sense {

inline constexpr std::string_view themes_job = "sense.themes";

/// How the last run went, or how far this one is, as pages show it.
struct Run {
    std::string state; // none | waiting | running | done | cancelled | failed
    std::string step;
    double share = 0;
    Time started{};
    Time ended{};
    std::int64_t voices = 0;
    std::int64_t themes = 0;
    std::int64_t unassigned = 0;
    std::int64_t new_voices = 0; // since
    std::chrono::microseconds cpu{0};
    std::string model;

    bool is_going() const { return state == "waiting" || state == "running"; }
};
Run find_run(store::Transaction& transaction, Id organisation);

/// Something waits to be filled: a run, unless one waits. No event, nobody in particular asked.
void want_run(store::Transaction& transaction, IdSource& ids, Time now, Id organisation);
/// Asks for a run, unless one waits. Stewards of the hall. One event.
Result<void> ask_for_run(store::Transaction& transaction, IdSource& ids, Time now,
                         const Viewer& viewer);
/// Asks the run that goes on to stop; what it has not written yet is left as it was.
Result<void> cancel_run(store::Transaction& transaction, IdSource& ids, Time now,
                        const Viewer& viewer);

/// One for each process. What it holds in memory is made anew at the start and follows the log, so
/// that several nodes each have their own.
class Engine {
public:
    Engine(store::Database& database, const Clock& clock, IdSource& ids);

    /// Reads what happened since the last time: voices become known, new ones join the theme of
    /// their neighbours, figures follow, and a run is asked for when enough changed. A chore.
    void follow(Id organisation);
    /// Raises what rose since yesterday; once a day, however often it is called. A chore.
    void look_for_signals(Id organisation);
    /// Finds the themes of all voices. A job; may run twice.
    void find_themes(const jobs::Job& job);

    /// Lets a stage tell what shows that people know something. Before the first follow().
    void read_evidence_by(EvidenceReader reader) { readers_.push_back(std::move(reader)); }
    /// Who knows what in an organisation; none as for mind_of().
    std::shared_ptr<const Knowing> knowing_of(Id organisation) const;

    /// What is known of an organisation's voices; none while there is no word table, or before the
    /// first follow().
    std::shared_ptr<Mind> mind_of(Id organisation) const;

private:
    struct Known {
        std::shared_ptr<Mind> mind;
        std::shared_ptr<Knowing> knowing;
        Id last;                      // event that is known
        std::size_t read_anew_at = 0; // so many voices later: the table was chosen by few
        bool no_table = false; // its word table is missing: nothing is read before the next start
    };
    void learn(Id organisation);
    bool learn_anew(Id organisation, Known& known);
    void read_evidence(store::Transaction& transaction, Id organisation,
                       const std::vector<Id>* things, const TakeEvidence& take) const;
    void run_themes(const jobs::Job& job);
    void keep_up(Id organisation);
    bool tell(Id organisation, std::string_view step, double share);

    store::Database& database_;
    const Clock& clock_;
    IdSource& ids_;
    Tables tables_;
    std::vector<EvidenceReader> readers_;
    mutable std::mutex mutex_;
    std::map<Id, Known> known_;
};

/// Finds voices by the engine's memory; does nothing for an organisation that is not known yet.
hear::Finder make_finder(const std::shared_ptr<const Engine>& engine);
/// Voices of a circle that say much the same as one of it, with how near they are in meaning (to
/// 1), among what all its members see; the voice itself may be among them. None: it is not
/// known yet, as soon after a start.
using NearVoices = std::function<std::optional<std::vector<std::pair<Id, double>>>(
    Id organisation, Id circle, std::string_view title, std::string_view body, std::size_t limit)>;
NearVoices make_near_voices(const std::shared_ptr<const Engine>& engine);

/// Whether a word says nothing of what a text is about, in any of the six languages.
bool says_nothing(std::string_view word);

/// What the engines of this process did and hold.
struct ProcessFigures {
    std::atomic<std::uint64_t> voices{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> runs{0};
    std::atomic<std::uint64_t> cpu_us{0};
};
ProcessFigures& process_figures();
/// The same for /metrics.
void write_figures(web::MetricsWriter& metrics);

} // namespace moothall::sense
