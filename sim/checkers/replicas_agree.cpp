// ReplicasAgree: when all is healed and quiet, every replica of a partition has the same state as its committed
// entries give: one hash over accounts, open transfers, legs, fences, sums and the end of the hash chain.
#include <set>
#include <string>

#include "cluster/partition_map.hpp"
#include "persistence/codec/state_codec.hpp"
#include "sim/checkers/checkers.hpp"

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
  // `all` has every account in memory.
  std::uint64_t state_hash(PartitionState& state, PartitionState& all) const {
    std::set<std::string> rows;
    all.for_each_account([&](const AccountState& account) {
      const AccountState* mine = state.account(account.id);
      rows.insert(account.id.str() + (mine == nullptr ? "" : encode_account(*mine)));
    });
    state.for_each_leg([&](const Leg& leg) { rows.insert(leg_key(leg.key) + encode_leg(leg)); });
    state.for_each_transfer([&](const TransferState& transfer) {
      rows.insert(transfer_key(transfer.id) + encode_transfer(transfer));
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
