// Which proposals a cycle takes.
#include "cluster/replication/proposal_queue.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace florin {

void ProposalQueue::add(GroupNumber group, Reign reign, LogIndex index, std::string entry) {
  waiting_.push_back(
      {group, reign, index, std::make_shared<const std::string>(std::move(entry)), std::nullopt});
}

Result<std::vector<ProposalQueue::Proposal>, Error> ProposalQueue::take_cycle(
    std::size_t bytes_soft) {
  std::vector<Proposal> taken;
  std::map<GroupNumber, bool> ends;  // with a proposal in this cycle; true: nothing more
  auto waiting = std::exchange(waiting_, {});
  std::size_t bytes = 0;
  std::ranges::stable_sort(waiting, {}, &Proposal::group);
  for (Proposal& one : waiting) {
    if (bytes >= bytes_soft) {  // this one and all behind it: in order, in the next round
      waiting_.push_back(std::move(one));
      continue;
    }
    bytes += one.bytes->size();
    FLORIN_TRY(change, change_in(*one.bytes));
    const auto [end, is_first] = ends.emplace(one.group, change.has_value());
    if (!is_first && (end->second || change.has_value())) {
      end->second = true;
      waiting_.push_back(std::move(one));
      continue;
    }
    one.change = change;
    taken.push_back(std::move(one));
  }
  return taken;
}

}  // namespace florin
