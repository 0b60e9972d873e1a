// OneLeaderPerTerm: in each term of a partition at most one node ever decides.
#include <map>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class OneLeaderPerTerm final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "one_leader_per_term"; }

  void on_leads(std::uint32_t node, PartitionId partition, std::uint64_t term) override {
    const auto [first, is_new] = leaders_.try_emplace({partition, term}, node);
    if (!is_new && first->second != node)
      fail("p" + std::to_string(partition) + ": nodes " + std::to_string(first->second) + " and " +
           std::to_string(node) + " both lead in term " + std::to_string(term));
  }

 private:
  std::map<std::pair<PartitionId, std::uint64_t>, std::uint32_t> leaders_;
};

}  // namespace

std::unique_ptr<Checker> make_one_leader_per_term(const RunView&) {
  return std::make_unique<OneLeaderPerTerm>();
}

}  // namespace florin::sim
