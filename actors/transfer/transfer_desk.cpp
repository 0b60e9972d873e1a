// What a leg is about, taken from what its transfer is about.
#include "actors/transfer/transfer_desk.hpp"

namespace florin {

LegContent content_of(const TransferState& transfer, std::uint8_t leg) {
  const LegSpec& spec = transfer.legs.at(leg).spec;
  LegContent content;
  content.account = spec.account;
  const std::size_t posting = transfer.posting_of(leg);
  content.counterparty = spec.role == LegRole::debit ? transfer.credit(posting).account
                                                     : transfer.debit(posting).account;
  content.transaction_id = transfer.transaction_id;
  content.amount = spec.amount;
  content.currency = transfer.currency;
  content.role = spec.role;
  return content;
}

}  // namespace florin
