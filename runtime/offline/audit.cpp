// The audit of a data directory. Shares the codecs and evolve with the node, on purpose: what is checked is
// that log and store say the same. The books kept here are its own (audit_books, and audit_ledger for payments), and so is what it
// knows of which transfers were taken (audit_outcomes).
#include <algorithm>
#include <map>

#include "domain/transfer/transfer_end.hpp"
#include "persistence/codec/state_codec.hpp"
#include "runtime/offline/audit_books.hpp"
#include "runtime/offline/audit_ledger.hpp"
#include "runtime/offline/audit_outcomes.hpp"
#include "runtime/offline/replay.hpp"

namespace florin {
namespace {

std::uint64_t ended_in(const std::vector<Event>& events) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      events, [](const Event& event) { return ending_of(event).has_value(); }));
}

// What index a store has depends on when it was written; it is checked by itself.
DedupOptions without_record_index() {
  DedupOptions options;
  options.records.waiting_max = SIZE_MAX;
  return options;
}

class PartitionAudit {
 public:
  // `is_gone`: verified like the others, but its money is counted where its replicas are.
  PartitionAudit(PartitionId id, const PartitionMap& map, bool is_gone)
      : state_(id, map, memory_, SIZE_MAX, without_record_index()), is_gone_(is_gone) {}
  [[nodiscard]] bool is_gone() const { return is_gone_; }

  // The stored state's index, at which the comparison is made; 0 = there is no stored state.
  Status<Error> open_store(const std::string& path) {
    FLORIN_TRY(opened, StoredState::open(path));
    store_ = std::move(opened);
    if (!store_.is_there()) return Unit{};
    FLORIN_TRY(row, store_.rows().get(Table::meta, partition_meta_key));
    if (!row) return Unit{};
    FLORIN_TRY(meta, decode_partition_meta(*row));
    stored_index_ = meta.applied_index;
    return Unit{};
  }

  // Empty = all well.
  std::optional<std::string> apply(const LogEntryView& view, AuditReport& report) {
    auto entry = decode_entry(view.bytes);
    if (!entry) return entry.error().context;
    const EntryHeader& header = entry->header;
    if (header.partition != state_.id() || header.index != state_.last_index() + 1)
      return "entry is out of place";
    if (header.previous_hash != state_.last_hash()) return "the hash chain is broken";
    if (header.time < state_.last_time()) return "time goes back";
    Ordinal ordinal = 0;
    for (const Event& event : entry->events) {
      const Position at{header.index, ordinal++, header.partition};
      if (auto wrong = state_.contradiction(event, at)) return wrong;
      if (auto wrong = books_.post(event, at)) return wrong;
      if (auto wrong = outcomes_.take(event)) return wrong;
      ledger_.take(event);
      state_.apply(event, at, header.time);
    }
    state_.end_entry(header.index, header.time, chain_hash(view.bytes));
    if (!is_gone_) {
      report.events += entry->events.size();
      report.transfers_ended += ended_in(entry->events);
      ++report.entries;
    }
    if (auto wrong = sums_differ(books_, state_)) return wrong;
    if (auto wrong = ledger_.differs()) return wrong;
    if (header.index == stored_index_) return compare_with_store(report);
    return std::nullopt;
  }

  std::optional<std::string> finish(AuditReport& report) {
    if (stored_index_ > state_.last_index())
      return "the stored state holds entry " + std::to_string(stored_index_) +
             ", the log ends at " + std::to_string(state_.last_index());
    if (!is_gone_) {
      report.transfers_open += state_.open_transfer_count();
      report.accounts += state_.accounts_count();
      report.wallets_compared += ledger_.wallets();
    }
    if (auto wrong = books_differ(books_, state_)) return wrong;
    return ledger_.differs_from(state_);
  }

  PartitionState& state() { return state_; }
  [[nodiscard]] const AuditBooks& books() const { return books_; }

 private:
  std::optional<std::string> compare_with_store(AuditReport& report) {
    // A checkpoint of the replayed state has every row that the store must have, byte for byte.
    const Checkpoint expected = state_.collect_checkpoint();
    std::array<std::size_t, table_count> rows{};
    for (const StateWrite& row : expected.writes) {
      if (!row.value || (row.table == Table::names && store_.is_older())) continue;
      ++rows[static_cast<std::size_t>(row.table)];
      auto stored = store_.rows().get(row.table, row.key);
      if (!stored) return stored.error().context;
      if (!*stored) return "the state store lacks " + describe(row);
      if (**stored != *row.value && !says_the_same(row, **stored))
        return "the state store differs in " + describe(row);
      ++report.rows_compared;
    }
    for (std::size_t number = 0; number < table_count; ++number) {
      const auto table = static_cast<Table>(number);
      if (table == Table::meta || table == Table::index) continue;
      std::size_t found = 0;
      auto status = store_.rows().scan(table, "", [&](std::string_view, std::string_view) {
        ++found;
        return true;
      });
      if (!status) return status.error().context;
      if (table == Table::names && store_.is_older()) continue;
      if (found != rows[number])
        return "the state store has " + std::to_string(found) + " rows in table " +
               std::to_string(number) + ", the log says " + std::to_string(rows[number]);
    }
    if (store_.is_older()) return std::nullopt;
    auto wrong = check_record_index(store_.rows());
    return wrong ? *wrong : std::optional(wrong.error().context);
  }

  // A row of an earlier format lacks fields that today's has: what it does not say cannot differ.
  bool says_the_same(const StateWrite& row, std::string_view stored) const {
    if (row.table == Table::meta) return says_the_same(stored, *row.value);
    if (row.table != Table::accounts || !store_.is_older()) return false;
    const auto account = decode_account(row.key, *row.value);
    return account && encode_account_before_5(*account) == stored;
  }
  static bool says_the_same(std::string_view stored, std::string_view replayed) {
    auto old = decode_partition_meta(stored);
    const auto now = decode_partition_meta(replayed);
    if (!old || !now || old->format_version >= now->format_version) return false;
    if (old->format_version < 2) old->last_event_index = now->last_event_index;
    old->format_version = now->format_version;
    return *old == *now;
  }

  static std::string describe(const StateWrite& row) {
    const std::string words = table_words.at(static_cast<std::size_t>(row.table)).row;
    const bool is_an_accounts = row.table == Table::accounts || row.table == Table::names;
    return is_an_accounts ? words + " " + std::string(row.key) : words;
  }

  MemoryStateStore memory_;
  PartitionState state_;
  AuditBooks books_;
  AuditOutcomes outcomes_;
  AuditLedger ledger_;
  StoredState store_;
  LogIndex stored_index_ = 0;
  bool is_gone_;
};

void add_totals(AuditReport& report, const AuditBooks& books) {
  for (const auto& [currency, sums] : books.sums()) {
    auto place = std::ranges::find(report.totals, currency, &CurrencySums::currency);
    if (place == report.totals.end())
      place = report.totals.insert(place, CurrencySums{currency, 0, 0});
    place->accounts_posted += sums.first;
    place->clearing += sums.second;
  }
}

}  // namespace

Result<AuditReport, Error> audit_data_directory(OfflineLog& log, const ProgressFunction& progress) {
  const PartitionMap map(log.directory.identity().partitions);
  AuditReport report;
  report.partitions = map.partitions();
  report.segments = log.journal->report().segments;
  report.torn_bytes = log.journal->report().cut_bytes;
  std::vector<std::unique_ptr<PartitionAudit>> audits;
  for (std::uint32_t p = 0; p < map.partitions(); ++p) {
    const auto id = static_cast<PartitionId>(p);
    const bool is_gone = log.is_of_cluster() && log.gone.at(p);
    report.replicas_gone += is_gone ? 1 : 0;
    audits.push_back(std::make_unique<PartitionAudit>(id, map, is_gone));
    FLORIN_TRY_VOID(audits.back()->open_store(log.directory.state_path(id)));
  }
  const auto diverged = [&](PartitionId partition, LogIndex index, std::string what) {
    if (!report.divergence) report.divergence = Divergence{partition, index, std::move(what)};
  };
  const auto scanned = log.scan(
      std::vector<LogIndex>(map.partitions(), 0),
      [&](const LogEntryView& view) -> Status<Error> {
        if (auto wrong = audits.at(view.partition)->apply(view, report)) {
          diverged(view.partition, view.index, std::move(*wrong));
          return Err{Error{Errc::corrupt, "diverged"}};
        }
        return Unit{};
      },
      progress);
  if (!scanned && !report.divergence) return Err{scanned.error()};
  for (const auto& audit : audits) {
    if (report.divergence) break;
    if (auto wrong = audit->finish(report))
      diverged(audit->state().id(), audit->state().last_index(), std::move(*wrong));
    if (!audit->is_gone()) add_totals(report, audit->books());
  }
  // With nothing open, no money may be between partitions. A cluster's node may know less of one partition
  // than of another: there only the running cluster can say.
  if (!report.divergence && !log.is_of_cluster() && report.transfers_open == 0)
    for (const CurrencySums& sums : report.totals)
      if (sums.clearing != 0) diverged(0, 0, "clearing is not zero although no transfer is open");
  return report;
}

}  // namespace florin
