// Tables; every enumerator has its line.
#include "api/answers/payment_words.hpp"

namespace florin {

FailureWords failure_words(OrderFailure failure) {
  switch (failure) {
    case OrderFailure::none: return {"The payment failed.", Retry::never};
    case OrderFailure::risk_rejected: return {"The payment was not let through.", Retry::never};
    case OrderFailure::card_declined:
      return {"The payer's bank declined the payment.", Retry::new_id};
    case OrderFailure::authentication_failed:
      return {"The payer did not prove who they are.", Retry::new_id};
    case OrderFailure::expired:
      return {"Nobody paid before expires_at; nothing was charged.", Retry::new_id};
    case OrderFailure::canceled:
      return {"The payment was canceled; nothing was charged.", Retry::new_id};
    case OrderFailure::psp_refused:
      return {"The payment provider refused the payment.", Retry::never};
    case OrderFailure::psp_unreachable:
      return {"The payment provider could not be reached in time; nothing was charged.",
              Retry::new_id};
    case OrderFailure::seller_unavailable:
      return {"The seller's account could not be credited.", Retry::new_id};
    case OrderFailure::mismatch:
      return {"What was paid is not what was asked for; it goes back to the payer.", Retry::never};
    case OrderFailure::wallet_refused:
      return {"The buyer's wallet refused the payment.", Retry::new_id};
  }
  return {"The payment failed.", Retry::never};
}

std::string_view author_of(OrderInput input) {
  switch (input) {
    case OrderInput::none:
    case OrderInput::poll:
    case OrderInput::expire:
    case OrderInput::expire_unexecuted:
    case OrderInput::expire_untried: return "florin";
    case OrderInput::reserve:
    case OrderInput::reserve_released:
    case OrderInput::release:
    case OrderInput::release_other:
    case OrderInput::begin:
    case OrderInput::cancel:
    case OrderInput::cancel_unexecuted:
    case OrderInput::cancel_again: return "client";
    case OrderInput::risk_ok:
    case OrderInput::risk_ok_wallet:
    case OrderInput::risk_review:
    case OrderInput::risk_no:
    case OrderInput::risk_unknown:
    case OrderInput::risk_tries_spent: return "risk";
    case OrderInput::debited:
    case OrderInput::debit_refused:
    case OrderInput::credited:
    case OrderInput::credit_refused:
    case OrderInput::returned:
    case OrderInput::return_refused: return "wallet";
    case OrderInput::posted: return "ledger";
    case OrderInput::registered_open:
    case OrderInput::registered_action:
    case OrderInput::registered_processing:
    case OrderInput::registered_succeeded:
    case OrderInput::registered_unequal:
    case OrderInput::register_not_executed:
    case OrderInput::register_unexecuted:
    case OrderInput::register_maybe:
    case OrderInput::register_spent:
    case OrderInput::register_refused:
    case OrderInput::register_refused_unclear:
    case OrderInput::register_key_conflict:
    case OrderInput::register_declined:
    case OrderInput::closed:
    case OrderInput::close_failed:
    case OrderInput::close_spent:
    case OrderInput::close_not_executed:
    case OrderInput::seen_open:
    case OrderInput::seen_action:
    case OrderInput::seen_processing:
    case OrderInput::seen_failed_attempt:
    case OrderInput::seen_unpaid_to_close:
    case OrderInput::seen_succeeded:
    case OrderInput::seen_unequal:
    case OrderInput::seen_unequal_unpaid:
    case OrderInput::seen_ended:
    case OrderInput::seen_absent:
    case OrderInput::seen_nothing:
    case OrderInput::seen_outdated:
    case OrderInput::seen_other_object:
    case OrderInput::hint:
    case OrderInput::settled: return "psp";
    case OrderInput::retry:
    case OrderInput::discard_not_charged:
    case OrderInput::discard_charged:
    case OrderInput::discard_refunded:
    case OrderInput::accept:
    case OrderInput::refund:
    case OrderInput::refunded: return "operator";
  }
  return "florin";
}

}  // namespace florin
