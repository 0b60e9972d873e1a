// LogRound: a round of the replicated log, step by step: begin it, sync the journal if it must be, end it. The node's
// consensus thread takes the steps one after the other, the simulator each at its own moment, so that power may fail
// between any two; which step comes next is decided here for both.
//
// Promise: what a round has written is durable before its end sends or tells anything of it. An error of any step is final:
// the process must end. Crash before the sync: the round never was. Crash behind it: raft says it again.
#pragma once

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/event_log.hpp"

namespace florin {

class LogRound {
 public:
  enum class Step : std::uint8_t { begin = 1, sync, end };

  // Both outlive it. `journal` is what `log` writes to.
  LogRound(ReplicatedLog& log, EventLogWriter& journal) : log_(log), journal_(journal) {}

  // Not between rounds: a step has been taken, and more have to follow.
  [[nodiscard]] bool is_under_way() const { return log_.in_round(); }
  [[nodiscard]] Step next() const {
    if (!log_.in_round()) return Step::begin;
    return log_.needs_sync() && !is_synced_ ? Step::sync : Step::end;
  }
  Status<Error> take_step() {
    switch (next()) {
      case Step::begin: is_synced_ = false; return log_.begin_round();
      case Step::sync: is_synced_ = true; return journal_.sync();
      case Step::end: return log_.end_round();
    }
    return Unit{};
  }

 private:
  ReplicatedLog& log_;
  EventLogWriter& journal_;
  bool is_synced_ = false;
};

}  // namespace florin
