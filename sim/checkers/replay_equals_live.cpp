// ReplayEqualsLive: what a node recovers from any crash point is what its durable entries say, no less and
// no more; and when all is quiet its live state, entities of any kind that were put away included, is what a replay of
// the whole log gives.
#include <string>
#include <type_traits>

#include "sim/checkers/checkers.hpp"
#include "sim/checkers/entity_rows.hpp"

namespace florin::sim {
namespace {

class ReplayEqualsLive final : public Checker {
 public:
  explicit ReplayEqualsLive(const RunView& run) : partitions_(run.options.partitions) {}
  [[nodiscard]] std::string_view name() const override { return "replay_equals_live"; }

  // Of who can sleep only those in memory: waking the others would change which ones are put away.
  void on_recovered(PartitionState& live, PartitionState& follower) override {
    compare_tables(live, follower, "recovered");
    for_each_kind_that_sleeps([&]<class Kind>(std::type_identity<Kind>) {
      live.for_each_row<Kind>([&](const typename Kind::Row& row) {
        if (row_text<Kind>(row) != row_text_of<Kind>(follower, row.key()))
          differs<Kind>(live, row, "recovered");
      });
    });
  }

  void at_end(EndView& end) override {
    for (std::size_t p = 0; p < end.live.size(); ++p) {
      PartitionState& live = *end.live[p];
      PartitionState& follower = *end.followers[p];
      compare_tables(live, follower, "live");
      for_each_kind_that_sleeps([&]<class Kind>(std::type_identity<Kind>) {
        follower.for_each_row<Kind>([&](const typename Kind::Row& row) {
          const std::string stored = row_text_of<Kind>(live, row.key());
          // A damaged row that nobody had read is noticed here: it is no entity.
          const bool is_known = !stored.empty() || !live.is_damaged();
          if (is_known && stored != row_text<Kind>(row)) differs<Kind>(live, row, "live");
        });
      });
    }
  }

 private:
  template <class Kind>
  void differs(PartitionState& live, const typename Kind::Row& row, const char* which) {
    RowBatch rows;
    Kind::put(rows, row);
    fail("p" + std::to_string(live.id()) + " " + std::string(rows.key(0)) + ": the " + which + " " +
         std::string(Kind::name) + " is not what the log says");
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
    for_each_kind_awake([&]<class Kind>(std::type_identity<Kind>) {
      if (rows_awake<Kind>(live) != rows_awake<Kind>(follower))
        fail(where + " " + std::string(Kind::name) + "s are not what the log says");
    });
  }

  std::uint32_t partitions_;
};

}  // namespace

std::unique_ptr<Checker> make_replay_equals_live(const RunView& run) {
  return std::make_unique<ReplayEqualsLive>(run);
}

}  // namespace florin::sim
