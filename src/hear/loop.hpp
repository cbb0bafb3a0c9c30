#pragma once

#include "base/result.hpp"
#include "base/viewer.hpp"
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

/// Notes that a thing (a voice; also a decision or commitment of its own) reached a stage through
/// `about`: a theme, decision, commitment, request; the thing itself for tell and learn. The first
/// time is kept; `verb` (of the event) says what it came to, and is renewed by calling again:
/// "act.commitment_made", later "act.commitment_broken".
void reach_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about,
                 std::string_view verb, Time at);
/// The same for many things: one statement for each.
void reach_stage(store::Transaction& transaction, Id organisation, const std::vector<Id>& things,
                 Stage stage, Id about, std::string_view verb, Time at);
/// Takes a step back: a voice was taken out of a theme again.
void leave_stage(store::Transaction& transaction, Id organisation, Id thing, Stage stage, Id about);

struct LoopStep {
    std::optional<Time> at; // none: not reached, as far as the viewer may see
    std::string verb;
    Id about;
    std::string title; // of `about`
    std::string path;  // empty: nothing to open
};
/// The seven stages, in order.
using Loop = std::array<LoopStep, stage_count>;

/// The loop of a thing: its own steps and those of the voices behind it, the first of each stage.
/// Through things that the viewer may not see nothing was reached. "hear" is when the first of the
/// voices (or the thing, if it is one) was said.
Loop find_loop(store::Transaction& transaction, const Viewer& viewer, Id thing,
               const std::vector<Id>& voices);

/// Every stage a thing reached and through what, whoever looks; for figures that name no thing.
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

/// What a stage says, as a sentence: what it came to, or what is missing and who could do it.
std::string sentence_of(Stage stage, const LoopStep& step, const web::Language& language);
/// The line as pages show it with web/_loop_line.html.
web::LoopLine make_loop_line(const Loop& loop, const web::Language& language);
/// {"stages":[{"stage","at","what","url"}]}
std::string loop_json(const Loop& loop, const web::Language& language, std::string_view base_url);

} // namespace moothall::hear
