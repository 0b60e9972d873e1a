// WorkIsLinear: no turn looks at more rows than a few for each message, event and timer that it was given, whatever
// clients have made of their transaction ids before; and long reads look at no more rows than they ask for, a bounded
// number in each turn. In rows, not in time: the same seed gives the same verdict on every machine.
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

// A message asks at most for a transfer of its id and owner: the first under the id and the one that joined it, among
// the open ones and in two blocks of records. Beginning and ending a transfer asks twice more.
constexpr std::uint64_t rows_per_input = 8;
constexpr std::uint64_t rows_by_chance = 16;  // another id with the same hash
// Of a page: accounts of the system, one for each currency, stand between the others.
constexpr std::uint64_t system_rows_max = 4;

class WorkIsLinear final : public Checker {
 public:
  explicit WorkIsLinear(const RunView& run)
      : limits_(run.options.partition),
        judges_lookups_(limits_.dedup.index.tag_bits == IndexOptions::tag_bits_max) {}
  [[nodiscard]] std::string_view name() const override { return "work_is_linear"; }

  void on_turn_cost(PartitionId partition, const TurnCost& cost) override {
    const std::string who = "p" + std::to_string(partition) + ": a turn with " +
                            std::to_string(cost.input) + " messages, events and timers";
    if (judges_lookups_ && cost.rows_looked_at > rows_per_input * cost.input + rows_by_chance)
      fail(who + " looked at " + std::to_string(cost.rows_looked_at) + " rows");
    if (cost.rows_read > cost.rows_asked + system_rows_max * cost.input)
      fail(who + " read " + std::to_string(cost.rows_read) + " rows, " +
           std::to_string(cost.rows_asked) + " were asked for");
    const std::uint64_t longest =
        std::max<std::uint64_t>(
            {limits_.same_id_rows_max, limits_.payments_seen_max, limits::page_rows_max}) +
        system_rows_max;
    if (cost.reads_at_once == 0 && cost.rows_read >= limits_.turn_read_rows_max + longest)
      fail(who + " read " + std::to_string(cost.rows_read) + " rows: others wait meanwhile");
  }

 private:
  PartitionOptions limits_;
  bool judges_lookups_;  // with narrow tags an index confuses ids all the time, and is meant to
};

}  // namespace

std::unique_ptr<Checker> make_work_is_linear(const RunView& run) {
  return std::make_unique<WorkIsLinear>(run);
}

}  // namespace florin::sim
