// What an instruction says by itself.
#include "actors/transfer/coordinator_actor.hpp"

#include "base/limits.hpp"

namespace florin {

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
