// One place where the numbers of an account are added to.
#include "domain/account/account_move.hpp"

#include <limits>

namespace florin {
namespace {

bool is_minor(WideMinor value) {
  return value >= std::numeric_limits<Minor>::min() && value <= std::numeric_limits<Minor>::max();
}

}  // namespace

const char* misfit(const AccountState& account, const AccountMove& move) {
  const WideMinor available = account.available + move.available;
  const WideMinor held = account.held + move.held;
  const WideMinor incoming = account.incoming + move.incoming;
  if (!is_minor(available)) return "available";
  if (available < 0 && move.available < 0 && !account.allow_negative) return "available";
  if (held < 0 || !is_minor(held)) return "held";
  if (incoming < 0 || !is_minor(incoming)) return "incoming";
  // What is posted, and what may still come. It cannot be too little: held is never below zero.
  if (!is_minor(available + held)) return "posted";
  if (!is_minor(available + held + incoming)) return "posted + incoming";
  return nullptr;
}

void apply_move(AccountState& account, const AccountMove& move) {
  const char* field = misfit(account, move);
  FLORIN_ASSERT(field == nullptr, field);
  account.available = static_cast<Minor>(account.available + move.available);
  account.held = static_cast<Minor>(account.held + move.held);
  account.incoming = static_cast<Minor>(account.incoming + move.incoming);
}

}  // namespace florin
