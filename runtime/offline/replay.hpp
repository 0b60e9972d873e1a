// Replays a data directory's log from its very beginning, without a node: for audits and for balances of
// the past. Reads only; needs the directory's lock, so the node must be stopped.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/partition/partition.hpp"
#include "base/error.hpp"
#include "base/result.hpp"
#include "persistence/checked_state_store.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/memory/memory_state_store.hpp"

namespace florin {

using ProgressFunction = std::function<void(std::uint64_t done, std::uint64_t all)>;

// A data directory opened for reading.
struct OfflineLog {
  DataDirectory directory;
  std::unique_ptr<Journal> journal;
  // Of a cluster's node, per partition: what it knows to be committed. What is behind that may still be
  // replaced, and is left out. Empty: one node for itself, everything counts.
  std::vector<LogIndex> committed;
  // Per partition: the node's replica has moved elsewhere, what is here is as old as that. Empty as above.
  std::vector<bool> gone;

  static Result<OfflineLog, Error> open(const std::string& data_dir);
  [[nodiscard]] bool is_of_cluster() const { return !committed.empty(); }
  // Journal::scan() of the partitions' entries only: those with index > after[partition].
  Status<Error> scan(std::vector<LogIndex> after,
                     const std::function<Status<Error>(const LogEntryView&)>& visit,
                     const ProgressFunction& progress) const;
};

// The stored state of a partition, read only: with its checksums checked, unless it is of a format that had none.
class StoredState {
 public:
  // Errc::corrupt: it is damaged.
  static Result<StoredState, Error> open(const std::string& directory);
  [[nodiscard]] bool is_there() const { return raw_ != nullptr; }
  // Of an older format: it is made again at the next start.
  [[nodiscard]] bool is_older() const {
    return is_there() && (checked_ == nullptr || checked_->older_format().has_value());
  }
  StateStore& rows() { return checked_ ? *checked_ : *raw_; }

 private:
  std::unique_ptr<StateStore> raw_;
  std::unique_ptr<CheckedStateStore> checked_;
};

// What the state store of a partition holds; 0: there is none.
Result<LogIndex, Error> stored_index(const DataDirectory& directory, PartitionId partition);

// --- a balance of the past -----------------------------------------------------------------------------

struct ReplayUntil {
  std::optional<Position> position;  // up to and including this event, of the account's partition
  std::optional<Timestamp> time;     // entries with time <= this
};

struct HistoricalBalance {
  AccountView account;
  Position position;  // the last event that is in it
  Timestamp time;     // of that event's entry; none = before the first entry
  std::uint64_t entries = 0;
};

// Errc::missing: the account did not exist then. Errc::corrupt: the log is damaged.
Result<HistoricalBalance, Error> replay_account(OfflineLog& log, const AccountId& account,
                                                const ReplayUntil& until,
                                                const ProgressFunction& progress);

// --- audit -------------------------------------------------------------------------------------------------

struct Divergence {
  PartitionId partition = 0;
  LogIndex index = 0;
  std::string what;
};

struct AuditReport {
  std::uint64_t partitions = 0;
  std::uint64_t segments = 0;
  std::uint64_t entries = 0;
  std::uint64_t events = 0;
  std::uint64_t accounts = 0;
  std::uint64_t transfers_ended = 0;
  std::uint64_t transfers_open = 0;
  std::uint64_t rows_compared = 0;     // rows of the state stores found equal to the replayed state
  std::uint64_t wallets_compared = 0;  // clients' accounts found equal to the ledger of payments
  std::uint64_t torn_bytes = 0;        // of a last write that was never acknowledged
  // moved to other nodes: their logs are verified, and not counted above
  std::uint64_t replicas_gone = 0;
  std::vector<CurrencySums> totals;      // over all partitions
  std::optional<Divergence> divergence;  // the first one
};

// Recomputes the hash chain of every partition, replays all events, keeps books of its own from the postings
// alone, and compares: books against replayed balances, replayed state against the state stores, the trial balance against zero
// at every entry, and what payments have added to wallets against the ledger of payments at every entry that moves one. Errors are those of reading; a divergence is in the report.
Result<AuditReport, Error> audit_data_directory(OfflineLog& log, const ProgressFunction& progress);

}  // namespace florin
