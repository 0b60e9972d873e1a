// What an instruction says by itself.
#include "actors/transfer/coordinator_actor.hpp"

#include "base/limits.hpp"

namespace florin {

bool same_content(const StartTransfer& message, const TransferRecord& record) {
  return !record.transaction && message.from == record.payer() && message.to == record.payee() &&
         message.amount == record.amount && message.currency == record.currency;
}
bool same_content(const StartTransfer& message, const TransferState& transfer) {
  return !transfer.is_transaction() && message.from == transfer.debit().account &&
         message.to == transfer.credit().account && message.amount == transfer.debit().amount &&
         message.currency == transfer.currency;
}
bool same_content(const StartTransaction& message, const TransferRecord& record) {
  return record.transaction &&
         record.transaction->content == content_hash(message.postings, message.currency);
}
bool same_content(const StartTransaction& message, const TransferState& transfer) {
  return transfer.is_transaction() && message.currency == transfer.currency &&
         message.postings == postings_of(transfer);
}

std::optional<Rejection> request_refusal(const StartTransfer& message) {
  if (message.from == message.to) return Rejection::same_account;
  if (message.amount <= 0) return Rejection::amount_not_positive;
  return std::nullopt;
}
// So at least two accounts are in it, and each posting has a client's, which says where the system's is.
std::optional<Rejection> request_refusal(const StartTransaction& message) {
  if (message.postings.size() < 2) return Rejection::amount_not_positive;  // nothing to do together
  if (message.postings.size() > limits::postings_max) return Rejection::balance_overflow;
  for (const TransferPosting& posting : message.postings) {
    if (posting.from == posting.to) return Rejection::same_account;
    if (posting.from.is_system() && posting.to.is_system()) return Rejection::system_account;
    if (posting.amount <= 0) return Rejection::amount_not_positive;
  }
  return std::nullopt;
}

}  // namespace florin
