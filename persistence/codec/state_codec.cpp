// State rows: keys by key_bytes.hpp, which sort as things happened; values by persistence/codec/state_fields.hpp.
#include "persistence/codec/state_codec.hpp"

#include "persistence/codec/key_bytes.hpp"
#include "persistence/codec/state_fields.hpp"
// after the descriptions that they use
#include "persistence/codec/field_reader.hpp"
#include "persistence/codec/field_writer.hpp"

namespace florin {
namespace {

constexpr std::size_t transfer_key_size = 2 + 8 + 4;
constexpr std::size_t leg_key_size = transfer_key_size + 1;
constexpr std::size_t asked_step_key_size = transfer_key_size + 2;
constexpr std::size_t epoch_size = 4;

template <std::unsigned_integral T>
T take_big_endian(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  bytes.remove_prefix(sizeof(T));
  return static_cast<T>(value);
}

Err<Error> corrupt(const char* row, const std::string& what) {
  return Err{Error{Errc::corrupt, std::string("stored ") + row + ": " + what}};
}

// Reused from row to row: a row is encoded into warm memory, then copied once in its exact size.
template <class T>
std::string encode_row(const T& row) {
  thread_local std::string buffer;
  codec::ByteSink sink(buffer, 0);
  codec::FieldWriter(sink).fields(row);
  return std::string(buffer, 0, sink.used());
}

template <class T>
Status<Error> read_row(const char* name, const codec::TokenList& tokens, T& out) {
  codec::FieldReader in(tokens.all());
  in.fields("(all)", out);
  if (const std::string problem = in.finish(); !problem.empty()) return corrupt(name, problem);
  return Unit{};
}

template <class T>
Status<Error> decode_row(const char* name, std::string_view value, T& out) {
  thread_local codec::TokenList tokens;
  if (const char* reason = codec::tokenize(value, tokens); reason != nullptr)
    return corrupt(name, reason);
  return read_row(name, tokens, out);
}

// Rows of both versions, told apart by how many fields they have.
Status<Error> decode_transfer_row(std::string_view value, TransferState& out) {
  constexpr std::uint64_t fields_before_client_deadline = 9;
  thread_local codec::TokenList tokens;
  if (const char* reason = codec::tokenize(value, tokens); reason != nullptr)
    return corrupt("transfer", reason);
  const auto all = tokens.all();
  const bool is_old = !all.empty() && all[0].kind == codec::Token::Kind::array &&
                      all[0].number == fields_before_client_deadline;
  if (!is_old) return read_row("transfer", tokens, out);
  codec::TransferRowV1 old{out};
  return read_row("transfer", tokens, old);
}

template <std::unsigned_integral T>
std::string number_key(T number) {
  std::string key;
  codec::TextSink sink(key);
  codec::write_big_endian(sink, number);
  return key;
}

TransferId take_transfer_id(std::string_view& key) {
  TransferId id;
  id.partition = take_big_endian<PartitionId>(key);
  id.index = take_big_endian<LogIndex>(key);
  id.ordinal = take_big_endian<Ordinal>(key);
  return id;
}

}  // namespace

std::string account_key(const AccountId& id) { return codec::key_text(id); }
std::string transfer_key(const TransferId& id) { return codec::key_text(id); }
std::string leg_key(const LegKey& leg) { return codec::key_text(leg); }

std::string epoch_key(std::uint32_t epoch) { return number_key(epoch); }

std::string record_key(std::uint32_t epoch, const Uuid& transaction_id, const AccountId& owner) {
  return codec::key_text(codec::RecordKeyParts{epoch, transaction_id, owner.view()});
}

Result<std::uint32_t, Error> decode_epoch(std::string_view key) {
  if (key.size() < epoch_size) return corrupt("transfer record", "key is too short");
  return take_big_endian<std::uint32_t>(key);
}

Result<RecordKey, Error> decode_record_key(std::string_view key) {
  constexpr std::size_t owner_at = epoch_size + sizeof(Uuid::bytes);
  if (key.size() < owner_at || key.size() - owner_at > AccountId::size_max)
    return corrupt("transfer record", "key has a wrong length");
  RecordKey decoded;
  FLORIN_TRY(epoch, decode_epoch(key));
  decoded.epoch = epoch;
  std::memcpy(decoded.transaction_id.bytes.data(), key.data() + epoch_size, sizeof(Uuid::bytes));
  decoded.owner = key.substr(owner_at);
  return decoded;
}

Result<PaymentId, Error> decode_payment_key(std::string_view key) {
  auto id = PaymentId::parse(key);
  if (!id) return corrupt("payment", "key is no id");
  return *std::move(id);
}

std::string asked_step_key(const AskedStep& step) { return codec::key_text(step); }

Result<AskedStep, Error> decode_asked_step(std::string_view key, std::string_view) {
  if (key.size() != asked_step_key_size)
    return corrupt("money step that is asked for", "key has a wrong length");
  AskedStep step;
  step.asked = take_transfer_id(key);
  step.at = take_big_endian<PartitionId>(key);
  return step;
}

std::string ledger_key(const LedgerKey& key) { return codec::key_text(key); }

std::string index_key(std::uint64_t hash) { return number_key(hash); }

Result<std::uint64_t, Error> decode_index_key(std::string_view key) {
  if (key.size() != sizeof(std::uint64_t))
    return corrupt("index of records", "key has a wrong length");
  return take_big_endian<std::uint64_t>(key);
}

Result<LegKey, Error> decode_leg_key(std::string_view key) {
  if (key.size() != leg_key_size) return corrupt("leg", "key has a wrong length");
  LegKey leg;
  leg.transfer = take_transfer_id(key);
  leg.leg = take_big_endian<std::uint8_t>(key);
  return leg;
}

std::string due_key(Timestamp due, std::uint16_t kind, std::string_view entity) {
  return codec::key_text(codec::DueKeyParts{static_cast<std::uint64_t>(due.us), kind, entity});
}

Result<DueKey, Error> decode_due_key(std::string_view key) {
  constexpr std::size_t entity_at = sizeof(std::uint64_t) + sizeof(std::uint16_t);
  if (key.size() <= entity_at) return corrupt("timer", "key has a wrong length");
  DueKey decoded;
  decoded.due.us = static_cast<std::int64_t>(take_big_endian<std::uint64_t>(key));
  decoded.kind = take_big_endian<std::uint16_t>(key);
  decoded.entity = key;
  return decoded;
}

std::string encode_account(const AccountState& account) { return encode_row(account); }
std::optional<std::string> encode_account_before_5(const AccountState& account) {
  if (account.payments_net != 0 || account.debt != 0 || account.metadata_changed)
    return std::nullopt;
  return encode_row(codec::AccountStateV4{&account});
}
std::string encode_transfer(const TransferState& transfer) { return encode_row(transfer); }
std::string encode_leg(const Leg& leg) { return encode_row(leg); }
std::string encode_record(const TransferRecord& record) { return encode_row(record); }
std::string encode_partition_meta(const PartitionMeta& meta) { return encode_row(meta); }
std::string encode_order(const OrderState& order) { return encode_row(order); }
std::string encode_checkout(const CheckoutState& checkout) { return encode_row(checkout); }
std::string encode_payment_key_row(const PaymentKeyState& key) { return encode_row(key); }

Result<AccountState, Error> decode_account(std::string_view key, std::string_view value) {
  if (key.empty() || key.size() > AccountId::size_max)
    return corrupt("account", "key is no account id");
  AccountState account;
  FLORIN_TRY_VOID(decode_row("account", value, account));
  account.id = AccountId::from_trusted(key);
  return account;
}

Result<TransferState, Error> decode_transfer(std::string_view key, std::string_view value) {
  if (key.size() != transfer_key_size) return corrupt("transfer", "key has a wrong length");
  TransferState transfer;
  FLORIN_TRY_VOID(decode_transfer_row(value, transfer));
  transfer.id = take_transfer_id(key);
  return transfer;
}

Result<Leg, Error> decode_leg(std::string_view key, std::string_view value) {
  FLORIN_TRY(leg_id, decode_leg_key(key));
  Leg leg;
  FLORIN_TRY_VOID(decode_row("leg", value, leg));
  leg.key = leg_id;
  return leg;
}

Result<TransferRecord, Error> decode_record(std::string_view key, std::string_view value) {
  FLORIN_TRY(decoded, decode_record_key(key));
  TransferRecord record;
  FLORIN_TRY_VOID(decode_row("transfer record", value, record));
  record.transaction_id = decoded.transaction_id;
  if (!decoded.owner.empty()) record.owner = AccountId::from_trusted(decoded.owner);
  return record;
}

Result<NotedTransfer, Error> decode_noted_transfer(std::string_view key, std::string_view value) {
  if (key.size() != transfer_key_size) return corrupt("transfer's notes", "key has a wrong length");
  NotedTransfer noted;
  FLORIN_TRY_VOID(decode_row("transfer's notes", value, noted.notes));
  noted.transfer = take_transfer_id(key);
  return noted;
}

Result<MoneyStep, Error> decode_money_step(std::string_view key, std::string_view value) {
  MoneyStep step;
  FLORIN_TRY_VOID(decode_row("money step", value, step));
  if (to_string(step.content.name) != key) return corrupt("money step", "key is another name");
  return step;
}

Result<LedgerBalance, Error> decode_ledger_balance(std::string_view key, std::string_view value) {
  constexpr std::size_t currency_size = 3;
  LedgerBalance balance;
  const auto currency = parse_currency(key.substr(0, currency_size));
  const auto account = parse_ledger_account(key.substr(std::min(currency_size, key.size())));
  if (!currency || !account) return corrupt("balance of the ledger", "key is no account");
  FLORIN_TRY_VOID(decode_row("balance of the ledger", value, balance));
  balance.currency = *currency;
  balance.account = *account;
  return balance;
}

Result<OrderState, Error> decode_order(std::string_view key, std::string_view value) {
  FLORIN_TRY(id, decode_payment_key(key));
  OrderState order;
  FLORIN_TRY_VOID(decode_row("payment order", value, order));
  order.id = std::move(id);
  return order;
}

Result<CheckoutState, Error> decode_checkout(std::string_view key, std::string_view value) {
  FLORIN_TRY(id, decode_payment_key(key));
  CheckoutState checkout;
  FLORIN_TRY_VOID(decode_row("checkout", value, checkout));
  checkout.id = std::move(id);
  return checkout;
}

Result<PaymentKeyState, Error> decode_payment_key_row(std::string_view key,
                                                      std::string_view value) {
  FLORIN_TRY(id, decode_payment_key(key));
  PaymentKeyState state;
  FLORIN_TRY_VOID(decode_row("Idempotency-Key", value, state));
  state.id = std::move(id);
  return state;
}

// The first field of the meta row, whatever comes behind it.
Result<std::uint32_t, Error> stored_format_version(std::string_view value) {
  thread_local codec::TokenList tokens;
  if (const char* reason = codec::tokenize(value, tokens); reason != nullptr)
    return corrupt("partition meta", reason);
  codec::FieldReader in(tokens.all());
  (void)in.list("(all)");
  const auto version =
      static_cast<std::uint32_t>(in.unsigned_integer("format_version", 1, UINT32_MAX));
  if (!in.ok()) return corrupt("partition meta", in.finish());
  return version;
}

Result<PartitionMeta, Error> decode_partition_meta(std::string_view value) {
  FLORIN_TRY(version, stored_format_version(value));
  if (version == 1) {
    codec::PartitionMetaV1 old;
    FLORIN_TRY_VOID(decode_row("partition meta", value, old));
    return old.meta;
  }
  if (version < 2 || version > state_format_version)
    return corrupt("partition meta", "format version " + std::to_string(version) + " is unknown");
  PartitionMeta meta;
  FLORIN_TRY_VOID(decode_row("partition meta", value, meta));
  return meta;
}

}  // namespace florin
