#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
#include "people/people.hpp"
#include "store/database.hpp"
#include "web/parts.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moothall::web {
class Language;
}

/// What became of a voice: the loop line.
///
/// Later stages say in the transaction of their change that a voice reached them; hear/ shows it
/// and never names them. So the line is read by one range of an index, however many events a voice
/// has.
namespace moothall::hear {

enum class Stage : std::uint8_t { hear = 1, sense, decide, organise, act, tell, learn };
inline constexpr std::size_t stage_count = 7;
/// "hear", "sense" … as in the API.
std::string_view to_text(Stage stage);

/// Who has it in hand, and until when.
struct InHand {
    Id by;                   // who promised it or took it; none: nobody in particular
    std::optional<Time> due; // the start of the last day
};

/// Whether a voice is said against something and has a clock of its own: a call-out, a challenge or
/// a question of a goal. Only whoever raised it, or a steward with a public reason, ends it.
bool has_own_clock(store::Transaction& transaction, Id organisation, Id voice);

/// Notes that a thing (a voice; also a decision or commitment of its own) reached a stage through
/// `about`: a theme, decision, commitment, request; for tell what its author was told of; the thing
/// itself for her yes or no. The first time is kept; `verb` (of the event) says what it came to,
/// and is renewed with its time by calling again: "act.commitment_made", later
/// "act.commitment_broken".
void reach_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about,
                 std::string_view verb, Time at, const InHand& in_hand = {});
/// The same for many things: one statement for each.
void reach_stage(store::Transaction& transaction, Id organisation, const std::vector<Id>& things,
                 Stage stage, Id about, std::string_view verb, Time at, const InHand& in_hand = {});
/// Notes what is under way that may bring a thing to a stage: a vote that runs, or that it was
/// taken back. Nothing is reached by that, and no clock counts it; the line says it while there is
/// nothing better.
void approach_stage(store::Transaction& transaction, Id organisation, const std::vector<Id>& things,
                    Stage stage, Id about, std::string_view verb, Time at,
                    const InHand& in_hand = {});
/// The step through `from` is one through `to` from now on, and as old as it was: a voice was moved
/// to another theme.
void move_step(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id from,
               Id to, Time now);
/// Takes a step back: a voice was taken out of a theme again.
void leave_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about);

/// What a stage came to. Of several things it was reached through, that which is best for those who
/// asked: what passed before what failed, a kept promise before a running one, that before a broken
/// one, a review before a yes or no; among equals the latest.
struct LoopStep {
    std::optional<Time> at; // the first time; none: not reached, as far as the viewer may see
    std::string verb;       // while it is not reached: what is under way, or why there is nothing
    Id about;
    std::string title;  // of `about`
    std::string path;   // empty: nothing to open
    Time changed;       // when it came to what `verb` says
    people::Someone by; // who has it in hand; no id: nobody in particular
    std::optional<Time> due;
    std::string author_says; // of learn, beside a review: "hear.helped" or "hear.did_not_help"
};
/// The seven stages, in order.
using Loop = std::array<LoopStep, stage_count>;

/// The loop of a thing: its own steps and those of the voices behind it. Through things that the
/// viewer may not see nothing was reached. "hear" is when the first of the voices (or the thing, if
/// it is one) was said. On the page of a theme, decision or promise the stage that it stands for
/// speaks of nothing else, however much came of the same voices through others. `voices` may name
/// the decision behind a promise too: then that one is shown.
Loop find_loop(store::Transaction& transaction, const Viewer& viewer, Id thing,
               const std::vector<Id>& voices);

/// The stages a thing reached and through what, as far as everybody knows of it who sees the thing;
/// for figures that name no thing. What came of it in a closed circle, or was hidden, is not there.
struct ReachedStage {
    Stage stage;
    Id about;
    Time at;
};
std::vector<ReachedStage> list_stages(store::Transaction& transaction, Id organisation, Id thing);

/// The voices (and other things) that reached a stage through `about`, whoever looks, at most
/// `limit`: those behind a decision or a promise, to tell their people.
std::vector<Id> list_things_through(store::Transaction& transaction, Id organisation, Id about,
                                    int limit);

/// The line as pages show it with web/_loop_line.html.
web::LoopLine make_loop_line(const Loop& loop, const web::Language& language);
/// {"stages":[{"stage","at","what","url","changed_at","by","due"}]}
std::string loop_json(const Loop& loop, const web::Language& language, std::string_view base_url);

} // namespace moothall::hear
