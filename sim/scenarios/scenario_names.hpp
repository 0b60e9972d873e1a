// ScenarioNames: what a scenario calls its accounts, transfers and amounts, and the words in which it tells
// what happened: events, messages, answers and replies in the language of docs/GLOSSARY.md.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "actors/messages/messages.hpp"
#include "cluster/partition_map.hpp"
#include "domain/events.hpp"

namespace florin::sim {

struct NamedAccount {
  AccountId id;
  PartitionId home = 0;
  Currency currency;
};

class ScenarioNames {
 public:
  explicit ScenarioNames(std::uint32_t partitions) : map_(partitions) {}

  [[nodiscard]] const PartitionMap& map() const { return map_; }
  // The account `stem` that lives in `home`: its id is the stem, or stem.1, stem.2, ... to fit the hash.
  const NamedAccount& add_account(const std::string& stem, PartitionId home, Currency currency);
  [[nodiscard]] const NamedAccount* account(const std::string& name) const;
  [[nodiscard]] const std::map<std::string, NamedAccount>& accounts() const { return accounts_; }
  [[nodiscard]] std::string name_of(const AccountId& id) const;

  // The same name is always the same transaction id.
  Uuid transaction_id(const std::string& transfer);
  [[nodiscard]] std::string name_of(const Uuid& transaction_id) const;
  // Remembers what a transfer's inner name stands for; called for each event before it is told.
  void learn(const Event& event, Position at);
  [[nodiscard]] std::string name_of(const TransferId& id) const;
  [[nodiscard]] const TransferStarted* started(const TransferId& id) const;
  [[nodiscard]] const LegSpec* leg(const LegKey& key) const;
  [[nodiscard]] std::string account_of(const LegKey& key) const;
  [[nodiscard]] std::optional<TransferId> transfer_id(const std::string& transfer) const;

  [[nodiscard]] std::string event(const Event& event, Timestamp now) const;
  [[nodiscard]] std::string message(const Message& message) const;
  [[nodiscard]] std::string view(const AccountView& view) const;
  [[nodiscard]] std::string phase(const TransferState& transfer) const;

 private:
  [[nodiscard]] std::string amount_of(const LegKey& key) const;
  [[nodiscard]] std::string answered(const LegAnswered& message) const;

  PartitionMap map_;
  std::map<std::string, NamedAccount> accounts_;
  std::map<std::string, Uuid> transactions_;
  std::map<TransferId, TransferStarted> started_;
};

std::string money(Currency currency, WideMinor minor);  // "USD 30.00"
std::string balance(Currency currency, Minor available,
                    Minor held);  // "USD 70.00 available, 30.00 held"
std::string words_of(const LegAnswer& answer);
std::string_view word_of(LegMessage message);
std::string_view word_of(TransferStatus status);
std::string_view word_of(Protocol protocol);
std::string_view word_of(LegState state);
std::string code_of(std::optional<Rejection> code);  // ": account_frozen", or nothing
std::string span_of(std::int64_t us);                // "10 s"

}  // namespace florin::sim
