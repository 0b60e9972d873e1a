// Rows of the StateStore <-> values. A row's key is not repeated in its value. Keys sort in the
// order in which things happened (transfers, legs: big-endian position), so that inserts are dense.
// Decoding is strict like that of events: Errc::corrupt names row and field; never throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"
#include "domain/account/account_state.hpp"
#include "domain/ledger/ledger_books.hpp"
#include "domain/payment/checkout/checkout_state.hpp"
#include "domain/payment/order/order_state.hpp"
#include "domain/transfer/leg.hpp"
#include "domain/transfer/transfer_notes.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "domain/wallet/money_step.hpp"
#include "persistence/codec/partition_meta.hpp"

namespace florin {

// --- keys
// --------------------------------------------------------------------------------------------

inline constexpr std::string_view partition_meta_key = "partition";  // Table::meta
inline constexpr std::string_view record_index_key = "index";        // Table::meta
std::string account_key(const AccountId& id);                        // Table::accounts
// Table::transfers: [partition u16][index u64][ordinal u32], big-endian.
std::string transfer_key(const TransferId& id);
// Table::legs: transfer key + [leg u8].
std::string leg_key(const LegKey& key);
// Table::records: [epoch u32][transaction id][owner text].
std::string record_key(std::uint32_t epoch, const Uuid& transaction_id, const AccountId& owner);
// The prefix of all records of an epoch: [epoch u32].
std::string epoch_key(std::uint32_t epoch);
// Of a record's key.
Result<std::uint32_t, Error> decode_epoch(std::string_view key);
struct RecordKey {
  std::uint32_t epoch = 0;
  Uuid transaction_id;
  std::string_view owner;  // in the key
};
Result<RecordKey, Error> decode_record_key(std::string_view key);
// Table::index: [highest hash of the row u64].
std::string index_key(std::uint64_t hash);
Result<std::uint64_t, Error> decode_index_key(std::string_view key);
Result<LegKey, Error> decode_leg_key(std::string_view key);
// Table::ledger: [currency, three letters][account of the ledger].
std::string ledger_key(const LedgerKey& key);
// Tables orders and checkouts: the id as it is. Corrupt: no id.
Result<PaymentId, Error> decode_payment_key(std::string_view key);
// Table::notes: where the transfer began, as a transfer's key.
// Table::asked_steps: the asking event, as a transfer's key + [partition u16].
std::string asked_step_key(const AskedStep& step);
Result<AskedStep, Error> decode_asked_step(std::string_view key, std::string_view value);
// Table::due: [due u64][kind u16][key of the entity in its own table]. Not before 1970.
struct DueKey {
  Timestamp due;
  std::uint16_t kind = 0;
  std::string_view entity;  // in the key
};
std::string due_key(Timestamp due, std::uint16_t kind, std::string_view entity);
Result<DueKey, Error> decode_due_key(std::string_view key);

// --- values
// ------------------------------------------------------------------------------------------

std::string encode_account(const AccountState& account);
// As it was stored before format 5; none: it has what that could not say.
std::optional<std::string> encode_account_before_5(const AccountState& account);
std::string encode_transfer(const TransferState& transfer);
std::string encode_leg(const Leg& leg);
std::string encode_record(const TransferRecord& record);
std::string encode_partition_meta(const PartitionMeta& meta);
std::string encode_order(const OrderState& order);
std::string encode_checkout(const CheckoutState& checkout);
std::string encode_payment_key_row(const PaymentKeyState& key);

Result<AccountState, Error> decode_account(std::string_view key, std::string_view value);
Result<TransferState, Error> decode_transfer(std::string_view key, std::string_view value);
Result<Leg, Error> decode_leg(std::string_view key, std::string_view value);
Result<TransferRecord, Error> decode_record(std::string_view key, std::string_view value);
Result<NotedTransfer, Error> decode_noted_transfer(std::string_view key, std::string_view value);
Result<MoneyStep, Error> decode_money_step(std::string_view key, std::string_view value);
Result<LedgerBalance, Error> decode_ledger_balance(std::string_view key, std::string_view value);
Result<OrderState, Error> decode_order(std::string_view key, std::string_view value);
Result<CheckoutState, Error> decode_checkout(std::string_view key, std::string_view value);
Result<PaymentKeyState, Error> decode_payment_key_row(std::string_view key, std::string_view value);
Result<PartitionMeta, Error> decode_partition_meta(std::string_view value);
// Of a meta row of any version, later ones too.
Result<std::uint32_t, Error> stored_format_version(std::string_view value);

}  // namespace florin
