// RowsAreLive: when everything is quiet a state store that has all of its log has the rows that its partition accounts for,
// and no others: of open transfers and of legs, both of which there are none then; a record for each ended transfer, and what each says that it is for; no
// more rows of their index than entries in it, but for a last one; each account, and its name; no timers, because no kind that sleeps has some; no step of money, kept or asked for; each payment
// and its name; and two of meta, or three when there is an index.
#include <map>

#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

constexpr std::size_t meta_rows = 2;
// Accounts that nobody opens: they have a row when something was posted to them.
constexpr std::size_t system_accounts_per_currency = 4;
constexpr std::size_t more_with_payments = 4;

class RowsAreLive final : public Checker {
 public:
  explicit RowsAreLive(const RunView& run)
      : has_payments_(run.options.checkouts != 0),
        system_accounts_((system_accounts_per_currency + (has_payments_ ? more_with_payments : 0)) *
                         run.workload.currencies.size()) {}
  [[nodiscard]] std::string_view name() const override { return "rows_are_live"; }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    for (const Event& event : entry.events) {
      const bool is_end =
          holds_alternative<TransferPosted>(event) || holds_alternative<TransferRefused>(event) ||
          holds_alternative<SidedRefusal>(event) || holds_alternative<TransferCompleted>(event) ||
          holds_alternative<TransferCancelled>(event);
      ended_[entry.header.partition] += is_end ? 1 : 0;
      noted_[entry.header.partition] += holds_alternative<TransferNoted>(event) ? 1 : 0;
    }
  }

  void at_end(EndView& end) override {
    for (const StoreSeen& store : end.stores) check(store);
  }

 private:
  void check(const StoreSeen& store) {
    const PartitionState& state = *store.state;
    if (state.last_index() == 0) return;
    const std::size_t ended = ended_[store.partition];
    expect(store, Table::transfers, state.open_transfer_count(), 0);
    expect(store, Table::legs, state.leg_count(), 0);
    expect(store, Table::records, ended, 0);
    expect(store, Table::notes, noted_[store.partition], 0);
    expect(store, Table::index, 0, ended == 0 ? 0 : ended + 1);
    expect(store, Table::accounts, state.accounts_count(), system_accounts_);
    expect(store, Table::names, store.count(Table::accounts), 0);
    // An order that people have to end is looked at again and again, and asks its wallet.
    if (!has_payments_) {
      expect(store, Table::due, 0, 0);
      expect(store, Table::steps, 0, 0);
      expect(store, Table::asked_steps, 0, 0);
      expect(store, Table::payment_keys, 0, 0);
    }
    expect(store, Table::payment_names, store.count(Table::orders) + store.count(Table::checkouts),
           0);
    expect(store, Table::meta, meta_rows + (store.count(Table::index) != 0 ? 1 : 0), 0);
  }

  void expect(const StoreSeen& store, Table table, std::size_t wanted, std::size_t more) {
    const std::size_t found = store.count(table);
    if (found >= wanted && found <= wanted + more) return;
    fail("node " + std::to_string(store.node) + ", p" + std::to_string(store.partition) +
         ": the store has " + std::to_string(found) + " rows of " +
         table_words.at(static_cast<std::size_t>(table)).name + ", and " + std::to_string(wanted) +
         " are accounted for");
  }

  bool has_payments_;
  std::size_t system_accounts_;
  std::map<PartitionId, std::size_t> ended_;
  std::map<PartitionId, std::size_t> noted_;
};

}  // namespace

std::unique_ptr<Checker> make_rows_are_live(const RunView& run) {
  return std::make_unique<RowsAreLive>(run);
}

}  // namespace florin::sim
