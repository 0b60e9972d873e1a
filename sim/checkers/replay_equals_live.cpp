// ReplayEqualsLive: what a node recovers from any crash point is what its durable entries say, no less and
// no more; and when all is quiet its live state, accounts that were put away included, is what a replay of
// the whole log gives.
#include <set>

#include "persistence/codec/state_codec.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class ReplayEqualsLive final : public Checker {
 public:
  explicit ReplayEqualsLive(const RunView& run) : partitions_(run.options.partitions) {}
  [[nodiscard]] std::string_view name() const override { return "replay_equals_live"; }

  // Accounts in memory only: waking the others would change which ones are put away.
  void on_recovered(PartitionState& live, PartitionState& follower) override {
    compare_tables(live, follower, "recovered");
    live.for_each_account([&](const AccountState& account) {
      compare(account, follower.account(account.id), live.id(), "recovered");
    });
  }

  void at_end(EndView& end) override {
    for (std::size_t p = 0; p < end.live.size(); ++p) {
      PartitionState& live = *end.live[p];
      PartitionState& follower = *end.followers[p];
      compare_tables(live, follower, "live");
      follower.for_each_account([&](const AccountState& account) {
        // A damaged row that nobody had read is noticed here: it is no account.
        const AccountState* stored = live.account(account.id);
        if (stored != nullptr || !live.is_damaged()) compare(account, stored, live.id(), "live");
      });
    }
  }

 private:
  void compare(const AccountState& account, const AccountState* other, PartitionId partition,
               const char* which) {
    if (other != nullptr && encode_account(account) == encode_account(*other)) return;
    fail("p" + std::to_string(partition) + " " + account.id.str() + ": the " + which +
         " account is not what the log says");
  }

  void compare_tables(PartitionState& live, PartitionState& follower, const char* which) {
    const std::string where = "p" + std::to_string(live.id()) + ": the " + which;
    if (live.last_index() != follower.last_index())
      return fail(where + " state is at entry " + std::to_string(live.last_index()) +
                  ", the log at " + std::to_string(follower.last_index()));
    if (live.last_hash() != follower.last_hash() || live.last_time() != follower.last_time() ||
        live.last_position() != follower.last_position())
      return fail(where + " chain is not the log's");
    if (live.sums() != follower.sums()) return fail(where + " sums are not what the log says");
    if (live.accounts_count() != follower.accounts_count())
      return fail(where + " number of accounts is wrong");
    for (std::uint32_t c = 0; c < partitions_; ++c)
      if (live.fence_of(static_cast<PartitionId>(c)) !=
          follower.fence_of(static_cast<PartitionId>(c)))
        return fail(where + " fences are not what the log says");
    if (legs(live) != legs(follower)) return fail(where + " legs are not what the log says");
    if (transfers(live) != transfers(follower))
      return fail(where + " transfers are not what the log says");
  }

  static std::set<std::string> legs(PartitionState& state) {
    std::set<std::string> rows;
    state.for_each_leg([&](const Leg& leg) { rows.insert(leg_key(leg.key) + encode_leg(leg)); });
    return rows;
  }
  static std::set<std::string> transfers(PartitionState& state) {
    std::set<std::string> rows;
    state.for_each_transfer([&](const TransferState& transfer) {
      rows.insert(transfer_key(transfer.id) + encode_transfer(transfer));
    });
    return rows;
  }

  std::uint32_t partitions_;
};

}  // namespace

std::unique_ptr<Checker> make_replay_equals_live(const RunView& run) {
  return std::make_unique<ReplayEqualsLive>(run);
}

}  // namespace florin::sim
