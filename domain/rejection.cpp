// Stable codes of rejections. The switches have no default: a new rejection must be classified to compile.
#include "domain/rejection.hpp"

namespace florin {

std::string_view to_string(Rejection rejection) noexcept {
  switch (rejection) {
    case Rejection::account_not_found: return "account_not_found";
    case Rejection::transfer_not_found: return "transfer_not_found";
    case Rejection::transaction_id_reused: return "transaction_id_reused";
    case Rejection::account_exists: return "account_exists";
    case Rejection::insufficient_available: return "insufficient_available";
    case Rejection::account_frozen: return "account_frozen";
    case Rejection::account_closed: return "account_closed";
    case Rejection::currency_mismatch: return "currency_mismatch";
    case Rejection::same_account: return "same_account";
    case Rejection::amount_not_positive: return "amount_not_positive";
    case Rejection::too_many_decimals: return "too_many_decimals";
    case Rejection::balance_overflow: return "balance_overflow";
    case Rejection::daily_limit_exceeded: return "daily_limit_exceeded";
    case Rejection::deadline_passed: return "deadline_passed";
    case Rejection::account_not_empty: return "account_not_empty";
    case Rejection::system_account: return "system_account";
    case Rejection::metadata_full: return "metadata_full";
  }
  return "unknown";
}

bool is_transient(Rejection rejection) noexcept {
  switch (rejection) {
    case Rejection::account_not_found:
    case Rejection::insufficient_available:
    case Rejection::account_frozen:
    case Rejection::balance_overflow:
    case Rejection::daily_limit_exceeded:
    case Rejection::deadline_passed:
    case Rejection::account_not_empty: return true;
    case Rejection::transfer_not_found:
    case Rejection::transaction_id_reused:
    case Rejection::account_exists:
    case Rejection::account_closed:
    case Rejection::currency_mismatch:
    case Rejection::same_account:
    case Rejection::amount_not_positive:
    case Rejection::too_many_decimals:
    case Rejection::system_account:
    case Rejection::metadata_full: return false;
  }
  return false;
}

}  // namespace florin
