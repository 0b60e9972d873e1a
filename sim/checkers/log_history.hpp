// LogHistory: what every account, transfer and sum was at each position of the durable logs, by AccountLedger's
// arithmetic: what an answer that names a position must have said. Kept by account_terms, read by AnswerJudge.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/checker.hpp"
#include "sim/checkers/account_ledger.hpp"

namespace florin::sim {

using OwnedId = std::pair<std::string, std::array<std::uint8_t, 16>>;  // owner, transaction id

class LogHistory {
 public:
  explicit LogHistory(std::uint32_t partitions) : partitions_(partitions) {}

  // After each event, in the order of the log: which accounts it has changed, and what it says of a transfer.
  void note(const Event& event, Position at, AccountLedger& ledger);
  // After each entry: its time, from which on nothing more of it comes.
  void entry_ended(Position last, Timestamp time);

  // --- as it was when everything up to `at` was reflected and nothing later
  [[nodiscard]] const Terms* account(const std::string& id, Position at) const;
  [[nodiscard]] TransferSeen transfer(const OwnedId& id, Position at) const;
  // Of how many owners in the partition.
  [[nodiscard]] std::uint32_t transfers(const Uuid& transaction_id, Position at) const;
  // The first `limit` accounts of clients behind `after`, in order.
  [[nodiscard]] std::vector<std::pair<std::string, const Terms*>> page(const std::string& after,
                                                                       std::size_t limit,
                                                                       Position at) const;
  // What all accounts have in each currency that anything was posted in; clearing has the opposite.
  [[nodiscard]] std::map<Currency, Int128> sums(Position at) const;
  // Of the newest entry up to `at`.
  [[nodiscard]] Timestamp time(Position at) const;

  [[nodiscard]] LogIndex last_index(PartitionId partition) const {
    return partitions_.at(partition).last_index;
  }

 private:
  struct OfPartition {
    LogIndex last_index = 0;
    std::map<std::string, std::map<Position, Terms>> accounts;
    std::map<Currency, Int128> now;
    std::map<Position, std::map<Currency, Int128>> sums;
    std::map<LogIndex, Timestamp> times;
  };
  // Where a transfer began.
  struct Begun {
    OwnedId id;
    // What is known against its legs where it is decided, by leg: of those beside it, and of whose answer decides.
    std::map<std::uint8_t, std::uint8_t> noes = {};
  };
  void note_transfer(const Event& event, Position at);
  void taken(const OwnedId& id, Position at, const TransferSeen& seen);
  void ended(const TransferId& id, Position at, std::uint8_t code);
  void cancelling(const CancelDecided& decided, Position at);

  std::vector<OfPartition> partitions_;
  std::map<OwnedId, std::map<Position, TransferSeen>> transfers_;
  std::map<std::array<std::uint8_t, 16>, std::set<OwnedId>> by_transaction_id_;
  std::map<TransferId, Begun> started_;
};

OwnedId owned_id(const AccountId& owner, const Uuid& transaction_id);

}  // namespace florin::sim
