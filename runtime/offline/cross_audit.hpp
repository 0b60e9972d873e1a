// CrossAudit: do the logs of all partitions tell the same of the transfers between them? Each log may be whole in itself and
// still be older than another one, when a cluster is put together again out of copies: then money was taken here and
// never came there. Pure; fed with every event of every log, each log in its order, the logs in any.
//
// Keeps a transfer only while something about it is open: as many as were under way between the logs at once, where
// they come interleaved as they were written.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "domain/events.hpp"
#include "domain/transfer/leg.hpp"

namespace florin {

enum class CrossFault : std::uint8_t {
  held_for_ever =
      1,  // reserved for a transfer whose coordinator does not know of it, or says that it has ended
  one_sided,  // posted on one side; the other side's partition, or the coordinator, does not know of it
  outcome_unknown,  // what was decided or answered is lost; no money has moved by it
};
std::string_view to_string(CrossFault fault) noexcept;

struct CrossFinding {
  PartitionId lacks = 0;  // whose log ends too early
  CrossFault fault = CrossFault::outcome_unknown;
  TransferId transfer;
  Minor amount = 0;  // of the leg; 0: not known
  Currency currency;
  std::string what;  // for a person
};

class CrossAudit {
 public:
  void take(PartitionId at, Position position, const Event& event);
  // By transfer. `ends`: the last entry of each partition's log.
  [[nodiscard]] std::vector<CrossFinding> finish(const std::vector<LogIndex>& ends) const;

 private:
  enum class End : std::uint8_t { none, completed, cancelled };
  struct LegSeen {
    LegState state = LegState::none;
    PartitionId at = 0;
    Minor amount = 0;
    Currency currency;
    bool try_ok = false;  // the coordinator has heard that
    bool second_answered = false;
  };
  struct Transfer {
    bool is_started = false;
    Protocol protocol = Protocol::tcc;
    Decision decision = Decision::none;
    End end = End::none;
    std::map<std::uint8_t, LegSeen> legs;
  };
  using Findings = std::vector<CrossFinding>;

  void start(TransferId id, const TransferStarted& event);
  void decide(const TransferDecided& event);
  void leg(PartitionId at, const LegKey& key, LegState state, const LegContent* content);
  void forget_if_whole(TransferId id);
  static bool is_whole(const Transfer& transfer);
  void judge(TransferId id, const Transfer& transfer, Findings& findings) const;
  void judge_fences(const std::vector<LogIndex>& ends, Findings& findings) const;

  std::map<TransferId, Transfer> transfers_;
  std::map<std::pair<PartitionId, PartitionId>, LogIndex> fences_;  // at, coordinator
};

}  // namespace florin
