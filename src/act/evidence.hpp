#pragma once

namespace moothall::sense {
class Engine;
}

namespace moothall::act {

/// Promises that were kept show what people know, to the engine that answers who knows.
void tell_evidence(sense::Engine& engine);

} // namespace moothall::act
