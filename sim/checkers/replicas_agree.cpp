// ReplicasAgree: when all is healed and quiet, every replica of a partition has the same state as its committed
// entries give: one hash over the entities of every kind, fences, sums and the end of the hash chain.
#include <set>
#include <string>
#include <type_traits>

#include "cluster/partition_map.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/checkers/entity_rows.hpp"

namespace florin::sim {
namespace {

class ReplicasAgree final : public Checker {
 public:
  explicit ReplicasAgree(const RunView& run) : partitions_(run.options.partitions) {}
  [[nodiscard]] std::string_view name() const override { return "replicas_agree"; }

  void at_end(EndView& end) override {
    for (std::size_t p = 0; p < end.replicas.size(); ++p) {
      const std::uint64_t wanted = state_hash(*end.followers[p], *end.followers[p]);
      for (PartitionState* replica : end.replicas[p])
        if (state_hash(*replica, *end.followers[p]) != wanted)
          fail("p" + std::to_string(p) + ": a replica at entry " +
               std::to_string(replica->last_index()) + " is not in the state of entry " +
               std::to_string(end.followers[p]->last_index()));
    }
  }

 private:
  // `all` has everybody in memory.
  std::uint64_t state_hash(PartitionState& state, PartitionState& all) const {
    std::set<std::string> rows;
    for_each_kind_that_sleeps([&]<class Kind>(std::type_identity<Kind>) {
      all.for_each_row<Kind>([&](const typename Kind::Row& row) {
        rows.insert(std::string(Kind::name) + " " + row_text_of<Kind>(state, row.key()));
      });
    });
    for_each_kind_awake([&]<class Kind>(std::type_identity<Kind>) {
      for (const std::string& row : rows_awake<Kind>(state))
        rows.insert(std::string(Kind::name) + " " + row);
    });
    std::string text = hash_hex(state.last_hash()) + std::to_string(state.last_index()) + " " +
                       std::to_string(state.last_time().us) + " " +
                       std::to_string(state.accounts_count());
    for (std::uint32_t c = 0; c < partitions_; ++c)
      text += " " + std::to_string(state.fence_of(static_cast<PartitionId>(c)));
    for (const CurrencySums& sums : state.sums())
      text += " " + std::string(sums.currency.view()) +
              std::to_string(static_cast<std::int64_t>(sums.accounts_posted)) + "," +
              std::to_string(static_cast<std::int64_t>(sums.clearing));
    for (const std::string& row : rows) text += row;
    return hash64(text);
  }

  std::uint32_t partitions_;
};

}  // namespace

std::unique_ptr<Checker> make_replicas_agree(const RunView& run) {
  return std::make_unique<ReplicasAgree>(run);
}

}  // namespace florin::sim
