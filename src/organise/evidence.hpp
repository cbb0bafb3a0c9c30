#pragma once

namespace moothall::sense {
class Engine;
}

/// What shows that people know something, for the engine that answers who knows.
namespace moothall::organise {

/// Replies (an answer that was accepted counts threefold), requests that were answered, and skills
/// with those who vouch for them, and code that people wrote.
void tell_evidence(sense::Engine& engine);

} // namespace moothall::organise
