// ProposalQueue: what leading replicas want in the log, until a cycle takes it. Pure. A crash forgets it: nobody has been
// told of it.
//
// A group's proposals of one cycle stand side by side: so they enter the log together, or none does. Otherwise raft might
// refuse the first of them and take a later one, at an index that is not its own. For the same reason a change of replicas
// has a cycle of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/result.hpp"
#include "cluster/replication/replicated_log_ports.hpp"

namespace florin {

class ProposalQueue {
 public:
  struct Proposal {
    GroupNumber group;
    Reign reign;
    LogIndex index;
    EntryBytes bytes;
    std::optional<consensus::Change> change;  // set when it is taken
  };

  void add(GroupNumber group, Reign reign, LogIndex index, std::string entry);
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  // Those of this cycle, by group, each group's in order, up to so many bytes and one more; the others go on waiting.
  // What is_current(group, reign) denies is dropped: its reign is over.
  template <typename IsCurrent>
  Result<std::vector<Proposal>, Error> take_cycle(std::size_t bytes_soft, IsCurrent is_current) {
    std::erase_if(waiting_, [&](const Proposal& one) { return !is_current(one.group, one.reign); });
    return take_cycle(bytes_soft);
  }

 private:
  Result<std::vector<Proposal>, Error> take_cycle(std::size_t bytes_soft);

  std::vector<Proposal> waiting_;
};

}  // namespace florin
