// What an instruction says by itself.
#include "actors/transfer/coordinator_actor.hpp"

namespace florin {

bool same_content(const StartTransfer& message, const TransferRecord& record) {
  return message.from == record.payer() && message.to == record.payee() &&
         message.amount == record.amount && message.currency == record.currency;
}

std::optional<Rejection> request_refusal(const StartTransfer& message) {
  if (message.from == message.to) return Rejection::same_account;
  if (message.amount <= 0) return Rejection::amount_not_positive;
  return std::nullopt;
}

}  // namespace florin
