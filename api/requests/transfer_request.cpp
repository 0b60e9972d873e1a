// One transfer: its fields as they stand in one object. On the path of every item of a batch.
#include "api/requests/transfer_request.hpp"

#include "api/requests/transfer_fields.hpp"
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

}  // namespace

std::optional<Currency> outside_currency(const AccountId& id) noexcept {
  const auto name = system_account_of(id);
  if (!name || name->account != SystemAccount::outside) return std::nullopt;
  return name->currency;
}

void read_transfer(const JsonObject& object, TransferRequest& out) {
  out = TransferRequest{};
  StartTransfer& transfer = out.transfer;
  JsonFields<transfer_names.size()> fields;
  out.wrong.read_fields(object, transfer_names, fields);
  const PostingParts posting{transfer.from, transfer.to, transfer.amount, transfer.currency,
                             out.rounded};
  read_posting({.from_account = field_at(fields, from_account),
                .to_account = field_at(fields, to_account),
                .amount = field_at(fields, amount),
                .currency = field_at(fields, currency)},
               posting, out.wrong);
  read_transfer_terms({.transaction_id = field_at(fields, transaction_id),
                       .protocol = field_at(fields, protocol),
                       .deadline = field_at(fields, deadline),
                       .reference = field_at(fields, reference),
                       .description = field_at(fields, description),
                       .metadata = field_at(fields, metadata)},
                      out);
  refuse_parties(posting, false, out.wrong);
}

}  // namespace florin
