// Preferred leaders: a first guess by load, then handing over along chains until it is as even as
// the placement allows (the optimal semi-matching of Harvey, Ladner, Lovasz and Tamir, 2003).
//
// A chain: node a leads p, which b also holds; b leads q, which c also holds; c leads two fewer than
// a. Then b takes p and c takes q: a leads one fewer, c one more, b as many as before. Where no such
// chain is left, the loads are as even as they can be, so the loop may end there. Each chain makes
// the sum of squares of the loads smaller, so it ends.
#include <algorithm>
#include <deque>
#include <map>

#include "cluster/placement/placement.hpp"

namespace florin {
namespace {

class Leaders {
 public:
  explicit Leaders(const Placement& placement) : leader_(placement.size(), 0) {
    for (const auto& nodes : placement) {
      replicas_.push_back(nodes);
      std::ranges::sort(replicas_.back());  // sets: the order of the input must not matter
      for (const auto node : nodes) load_.emplace(node, 0);
    }
    for (std::size_t i = 0; i < replicas_.size(); ++i) choose_first(i);
  }

  std::vector<NodeNumber> even_out() {
    while (std::ranges::any_of(nodes_by_load(), [&](NodeNumber node) { return relieve(node); })) {}
    return leader_;
  }

 private:
  void choose_first(std::size_t partition) {
    const auto& nodes = replicas_[partition];
    if (nodes.empty()) return;
    const auto node = *std::ranges::min_element(nodes, {}, [&](NodeNumber n) { return load_[n]; });
    leader_[partition] = node;
    ++load_[node];
  }

  std::vector<NodeNumber> nodes_by_load() {
    std::vector<NodeNumber> out;
    for (const auto& [node, count] : load_) out.push_back(node);
    std::ranges::stable_sort(out, std::ranges::greater{}, [&](NodeNumber n) { return load_[n]; });
    return out;
  }

  // Breadth first over who could take something from whom; false: nobody can take from `from`.
  bool relieve(NodeNumber from) {
    std::map<NodeNumber, std::size_t> taken;  // node -> partition it would take
    std::deque<NodeNumber> open{from};
    while (!open.empty()) {
      const auto giver = open.front();
      open.pop_front();
      for (std::size_t i = 0; i < leader_.size(); ++i) {
        if (leader_[i] != giver) continue;
        for (const auto taker : replicas_[i]) {
          if (taker == from || !taken.emplace(taker, i).second) continue;
          if (load_[taker] + 2 <= load_[from]) return hand_over(from, taker, taken);
          open.push_back(taker);
        }
      }
    }
    return false;
  }

  bool hand_over(NodeNumber from, NodeNumber to, const std::map<NodeNumber, std::size_t>& taken) {
    --load_[from];
    ++load_[to];
    for (auto taker = to; taker != from;) {
      const auto partition = taken.at(taker);
      const auto giver = leader_[partition];
      leader_[partition] = taker;
      taker = giver;
    }
    return true;
  }

  std::vector<std::vector<NodeNumber>> replicas_;
  std::vector<NodeNumber> leader_;
  std::map<NodeNumber, std::uint32_t> load_;  // partitions it leads
};

}  // namespace

std::vector<NodeNumber> preferred_leaders(const Placement& placement) {
  return Leaders(placement).even_out();
}

}  // namespace florin
