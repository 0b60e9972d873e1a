// Fields of a transfer, checked in the order of the contract. On the path of every item of a batch.
#include "api/requests/transfer_request.hpp"

#include <algorithm>

#include "api/requests/field_readers.hpp"
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
  deadline
};

constexpr std::array<std::string_view, 7> transfer_names{
    "from_account", "to_account", "amount", "currency", "transaction_id", "protocol", "deadline"};

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
  if (!time) return bad_field(transfer_names[deadline], "must be a time of RFC 3339.");
  out = time->is_none() ? Timestamp{1} : *time;  // 0 would mean that there is no deadline
  return std::nullopt;
}

// Grammar and number; what is a matter of value becomes a refusal.
MaybeFault read_transfer_amount(const Fields& fields, TransferRequest& out) {
  AmountText parsed;
  if (auto fault =
          read_amount(transfer_names[amount], fields[amount], out.transfer.currency, parsed))
    return fault;
  out.transfer.amount = parsed.minor_rounded_up;
  out.rounded = parsed.rounded;
  if (parsed.too_many_decimals) out.refusal = Rejection::too_many_decimals;
  if (parsed.minor_rounded_up == 0)
    out.refusal = first_of(out.refusal, Rejection::amount_not_positive);
  return std::nullopt;
}

void refuse_parties(TransferRequest& out) {
  const StartTransfer& transfer = out.transfer;
  if (transfer.from == transfer.to) out.refusal = first_of(out.refusal, Rejection::same_account);
  if (!transfer.from.is_system() && !transfer.to.is_system()) return;
  const auto from = outside_currency(transfer.from);
  const auto to = outside_currency(transfer.to);
  if ((transfer.from.is_system() && !from) || (transfer.to.is_system() && !to))
    out.refusal = first_of(out.refusal, Rejection::system_account);
  // With a client's account on one side the partition refuses this, and records it. Between two outsides,
  // or when the request is refused anyway, nobody else would.
  const bool mismatch = (from && *from != transfer.currency) || (to && *to != transfer.currency);
  if (mismatch && (out.refusal || (from && to)))
    out.refusal = first_of(out.refusal, Rejection::currency_mismatch);
}

}  // namespace

std::optional<Currency> outside_currency(const AccountId& id) noexcept {
  const auto name = system_account_of(id);
  if (!name || name->account != SystemAccount::outside) return std::nullopt;
  return name->currency;
}

MaybeFault read_transfer(const JsonObject& object, TransferRequest& out) {
  out = TransferRequest{};
  StartTransfer& transfer = out.transfer;
  Fields fields;
  MaybeFault fault = read_fields(object, transfer_names, fields);
  MaybeFault id_fault = read_id(fields, out);
  if (fault) return fault;
  if ((fault = read_account(fields, from_account, transfer.from))) return fault;
  if ((fault = read_account(fields, to_account, transfer.to))) return fault;
  if (!fields.has(amount)) return missing_field(transfer_names[amount]);
  if (!fields.has(currency)) return missing_field(transfer_names[currency]);
  if ((fault = read_currency(transfer_names[currency], fields[currency], transfer.currency)))
    return fault;
  if ((fault = read_transfer_amount(fields, out))) return fault;
  if (id_fault) return id_fault;
  if ((fault = read_protocol(fields, transfer.protocol))) return fault;
  if ((fault = read_deadline(fields, transfer.deadline))) return fault;
  refuse_parties(out);
  return std::nullopt;
}

}  // namespace florin
