// Fields of a transfer, checked in the order of the contract. On the path of every item of a batch.
#include "api/requests/transfer_request.hpp"

#include <algorithm>

#include "api/requests/field_readers.hpp"
#include "api/requests/notes_request.hpp"
#include "base/limits.hpp"
#include "domain/account/system_account.hpp"

namespace florin {
namespace {

enum Field : std::size_t {
  from_account,
  to_account,
  amount,
  currency,
  transaction_id,
  protocol,
  deadline,
  reference,
  description,
  metadata
};

constexpr std::array<std::string_view, 10> transfer_names{
    "from_account", "to_account", "amount",    "currency",    "transaction_id",
    "protocol",     "deadline",   "reference", "description", "metadata"};

using Fields = JsonFields<transfer_names.size()>;
using MaybeFault = std::optional<InputFault>;

MaybeFault read_account(const Fields& fields, Field field, AccountId& out) {
  if (!fields.has(field)) return missing_field(transfer_names[field]);
  return read_account_id(transfer_names[field], fields[field], out);
}

MaybeFault read_id(const Fields& fields, TransferRequest& out) {
  if (!fields.has(transaction_id)) return missing_field(transfer_names[transaction_id]);
  const auto text = json_text(fields[transaction_id]);
  const auto id = text ? Uuid::parse(*text) : std::nullopt;
  if (!id)
    return bad_field(transfer_names[transaction_id],
                     "must be a UUID in its form of 36 characters.");
  out.transfer.transaction_id = *id;
  out.has_id = true;
  return std::nullopt;
}

MaybeFault read_protocol(const Fields& fields, Protocol& out) {
  if (!fields.has(protocol)) return std::nullopt;
  const auto text = json_text(fields[protocol]);
  if (text == "tcc")
    out = Protocol::tcc;
  else if (text == "saga")
    out = Protocol::saga;
  else
    return bad_field(transfer_names[protocol], "must be \"tcc\" or \"saga\".");
  return std::nullopt;
}

MaybeFault read_deadline(const Fields& fields, Timestamp& out) {
  if (!fields.has(deadline)) return std::nullopt;
  const auto text = json_text(fields[deadline]);
  const auto time = text ? Timestamp::parse_rfc3339(*text) : std::nullopt;
  if (!time)
    return bad_field(transfer_names[deadline],
                     "must be a time of RFC 3339 in the years 1970 to 9999.");
  out = time->is_none() ? Timestamp{1} : *time;  // 0 would mean that there is no deadline
  return std::nullopt;
}

// What it is for; most say nothing, and pay for nothing.
void read_notes(const Fields& fields, TransferRequest& out) {
  if (!fields.has(reference) && !fields.has(description) && !fields.has(metadata)) return;
  TransferNotes notes;
  const auto text = [&](Field field, std::size_t chars_max, std::string& into) {
    if (fields.has(field))
      read_note(transfer_names[field], fields[field], chars_max, into, out.wrong);
  };
  text(reference, limits::reference_chars_max, notes.reference);
  text(description, limits::description_chars_max, notes.description);
  if (fields.has(metadata))
    read_note_pairs(transfer_names[metadata], fields[metadata], notes.metadata, out.wrong);
  if (!notes.empty()) out.notes = std::move(notes);
}

// Grammar and number; what is a matter of value becomes a refusal. Its currency comes first: it says how many decimals.
void read_money(const Fields& fields, TransferRequest& out) {
  StartTransfer& transfer = out.transfer;
  const std::string_view key = transfer_names[amount];
  if (!fields.has(amount)) out.wrong.add(missing_field(key));
  if (!fields.has(currency))
    out.wrong.add(missing_field(transfer_names[currency]));
  else
    out.wrong.add(read_currency(transfer_names[currency], fields[currency], transfer.currency));
  if (!fields.has(amount)) return;
  if (transfer.currency.is_none()) return out.wrong.add(check_amount(key, fields[amount]));
  AmountText parsed;
  if (auto fault = read_amount(key, fields[amount], transfer.currency, parsed))
    return out.wrong.add(std::move(*fault));
  transfer.amount = parsed.minor_rounded_up;
  out.rounded = parsed.rounded;
  if (parsed.minor_rounded_up == 0) out.wrong.refuse(Rejection::amount_not_positive, key);
  if (parsed.too_many_decimals) out.wrong.refuse(Rejection::too_many_decimals, key);
}

// A side that could not be read is nobody.
void refuse_parties(TransferRequest& out) {
  const StartTransfer& transfer = out.transfer;
  if (!transfer.from.empty() && transfer.from == transfer.to)
    out.wrong.refuse(Rejection::same_account, transfer_names[to_account]);
  if (!transfer.from.is_system() && !transfer.to.is_system()) return;
  const auto from = outside_currency(transfer.from);
  const auto to = outside_currency(transfer.to);
  if (transfer.from.is_system() && !from)
    out.wrong.refuse(Rejection::system_account, transfer_names[from_account]);
  if (transfer.to.is_system() && !to)
    out.wrong.refuse(Rejection::system_account, transfer_names[to_account]);
  if (transfer.currency.is_none()) return;
  // With a client's account on one side the partition refuses this, and records it. Between two outsides,
  // or when the request is refused anyway, nobody else would.
  const bool mismatch = (from && *from != transfer.currency) || (to && *to != transfer.currency);
  if (mismatch && (!out.wrong.empty() || (from && to)))
    out.wrong.refuse(Rejection::currency_mismatch, transfer_names[currency]);
}

}  // namespace

std::optional<Currency> outside_currency(const AccountId& id) noexcept {
  const auto name = system_account_of(id);
  if (!name || name->account != SystemAccount::outside) return std::nullopt;
  return name->currency;
}

void read_transfer(const JsonObject& object, TransferRequest& out) {
  out = TransferRequest{};
  StartTransfer& transfer = out.transfer;
  Fields fields;
  out.wrong.read_fields(object, transfer_names, fields);
  out.wrong.add(read_account(fields, from_account, transfer.from));
  out.wrong.add(read_account(fields, to_account, transfer.to));
  read_money(fields, out);
  out.wrong.add(read_id(fields, out));
  out.wrong.add(read_protocol(fields, transfer.protocol));
  out.wrong.add(read_deadline(fields, transfer.deadline));
  read_notes(fields, out);
  refuse_parties(out);
}

}  // namespace florin
