// Lookups, activation and passivation of a partition's entities.
#include "actors/partition/partition_state.hpp"

#include <algorithm>
#include <set>
#include <type_traits>

#include "domain/account/system_account.hpp"
#include "persistence/codec/state_codec.hpp"

namespace florin {

PartitionState::PartitionState(PartitionId id, const PartitionMap& map, StateStore& store,
                               std::size_t resident_accounts_max, const DedupOptions& dedup)
    : id_(id),
      map_(map),
      store_(store),
      resident_accounts_max_(resident_accounts_max),
      dedup_(dedup),
      kept_legs_(map.partitions(), legs_, money_steps_),
      sent_legs_(map.partitions()) {}

AccountRow* PartitionState::activate(const AccountId& id) {
  if (AccountRow* row = accounts_.find(id)) {
    ++counters_.account_hits;
    row->referenced = true;
    return row;
  }
  if (id.empty()) return nullptr;  // a peer may say so; no store has such a key
  AccountRow row;
  const auto read = store_.believed(store_->get(Table::accounts, account_key(id)));
  if (!read) return nullptr;
  if (*read) {
    auto stored = store_.believed(AccountEntity::decode(id.view(), **read));
    if (!stored) return nullptr;
    row = std::move(*stored);
    row.stored = true;
    ++counters_.account_activations;
  } else if (is_missing(id)) {
    return nullptr;
  } else if (auto system = new_system_account(id)) {
    row.state = std::move(*system);
  } else {
    return nullptr;
  }
  row.referenced = true;
  return &accounts_.insert(std::move(row));
}

// Asked only about accounts that are not found: a lost row must not be a 404, nor an account to be opened again.
bool PartitionState::is_missing(const AccountId& id) {
  const auto named = store_.believed(store_->get(Table::names, account_key(id)));
  if (!named) return true;
  if (!*named) return false;
  static_cast<void>(store_.believed(Result<Unit, Error>(
      Err{Error{Errc::corrupt, "the stored row of account " + id.str() + " is missing"}})));
  return true;
}

AccountState* PartitionState::account(const AccountId& id) {
  AccountRow* row = activate(id);
  return row == nullptr ? nullptr : &row->state;
}

void PartitionState::hold_to_name(std::string_view kind, Table names, std::string_view name) {
  const auto named = store_.believed(store_->get(names, name));
  if (!named || !*named) return;
  static_cast<void>(store_.believed(Result<Unit, Error>(
      Err{Error{Errc::corrupt, "the stored row of " + std::string(kind) + " " +
                                   std::string(name.substr(1)) + " is missing"}})));
}

const AccountState* PartitionState::account_before_event(const AccountId& id) {
  const AccountRow* row = accounts_.find(id);
  return row != nullptr ? &row->state : account(id);
}

Leg* PartitionState::leg(const LegKey& key) {
  LegRow* row = legs_.find(key);
  return row == nullptr ? nullptr : &row->leg;
}

const TransferNotes* PartitionState::notes_of(const TransferId& transfer) {
  if (const NotesRow* row = awake<NotesEntity>(transfer)) return &row->state.notes;
  if (!store_.has_failed())
    static_cast<void>(store_.believed(Result<Unit, Error>(Err{Error{
        Errc::corrupt, "the stored notes of transfer " + transfer.to_string() + " are missing"}})));
  return nullptr;
}

const MoneyStep* PartitionState::money_step(const StepName& name) {
  const MoneyStepRow* row = money_steps_.find(name);
  return row == nullptr ? nullptr : &row->step;
}

LedgerBalance PartitionState::ledger_balance(const LedgerKey& key) {
  if (const LedgerRow* row = awake<LedgerEntity>(key)) return row->state;
  return empty_balance(key);
}

TransferRow* PartitionState::transfer(const TransferId& id) { return transfers_.find(id); }

TransferRow* PartitionState::open_transfer(const Uuid& transaction_id, const AccountId& owner) {
  const std::uint32_t at =
      transfers_by_transaction_id_.find(open_rows(), transaction_id, owner.view());
  return at == TransactionIndex::no_slot ? nullptr : &transfers_.at(at);
}

std::optional<TransferRecord> PartitionState::ended_record(const Uuid& transaction_id,
                                                           const AccountId& owner) {
  return records_.find(transaction_id, owner);
}

// A record may be both here and in the store already: it is told once.
TransfersFound PartitionState::find_transfers(const Uuid& transaction_id, const AccountId& payer,
                                              std::size_t found_max, std::size_t rows_max) {
  TransfersFound found;
  std::size_t rows = 0;
  ++counters_.rows_read;  // looking costs something, too
  const auto goes_on = [&](std::size_t count) {
    ++counters_.rows_read;
    found.more = ++rows > rows_max || count >= found_max;
    return !found.more;
  };
  transfers_by_transaction_id_.for_each(open_rows(), transaction_id, [&](std::uint32_t slot) {
    if (!goes_on(found.open.size())) return false;
    const TransferState& transfer = transfers_.at(slot).state;
    if (payer.empty() || transfer.debit().account == payer) found.open.push_back(transfer.id);
    return true;
  });
  std::set<AccountId> owners;
  const auto visit = [&](TransferRecord record) {
    if (!goes_on(found.ended.size())) return false;
    if ((payer.empty() || record.payer() == payer) && owners.insert(record.owner).second)
      found.ended.push_back(std::move(record));
    return true;
  };
  if (!found.more) records_.for_each(transaction_id, visit);
  std::ranges::sort(found.open);
  return found;
}

std::vector<TransferRecord> PartitionState::ended_records(const Uuid& transaction_id) {
  return find_transfers(transaction_id, {}, SIZE_MAX, SIZE_MAX).ended;
}

std::vector<TransferId> PartitionState::open_transfers() {
  std::vector<TransferId> found;
  transfers_.for_each([&](const TransferRow& row) { found.push_back(row.state.id); });
  std::ranges::sort(found);
  return found;
}

LogIndex PartitionState::finished_up_to(PartitionId participant) const {
  return sent_legs_.finished_up_to(participant, last_index_);
}

void PartitionState::passivate() {
  counters_.account_passivations += accounts_.passivate(resident_accounts_max_, written_index_);
  ledger_.passivate(LedgerEntity::resident_max, written_index_);
  notes_.passivate(NotesEntity::resident_max, written_index_);
  EntityTables::for_each_kind([this]<class Kind>(std::type_identity<Kind>) {
    if constexpr (HasDue<Kind>) tables_.of<Kind>().passivate(Kind::resident_max, written_index_);
  });
}

}  // namespace florin
