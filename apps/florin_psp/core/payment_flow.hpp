// What happens to a payment: attempts with a card, 3-D Secure, the end of processing, expiry and cancellation. Every
// way to pay, by page or by API, goes through here, and so does every event about payments.
//
// Stays true: an intent has at most one successful charge, and succeeded and canceled are for ever.
#pragma once

#include <string>

#include "apps/florin_psp/core/step.hpp"
#include "apps/florin_psp/model/test_cards.hpp"

namespace florin::sandbox {

// The intent must be requires_payment_method or requires_confirmation.
void attempt(Step& step, PaymentIntent& intent, const TestCard& card);
// The payer's answer to 3-D Secure; the intent must be requires_action.
void authenticate(Step& step, PaymentIntent& intent, bool is_authentic);
// The end of `processing`.
void settle(Step& step, PaymentIntent& intent);
// Of an intent that has neither succeeded nor is processing.
void cancel(Step& step, PaymentIntent& intent, std::string_view reason);
// Of an open session: it and its intent end.
void expire(Step& step, CheckoutSession& session);
// The session's intent, made at the payer's first submission.
PaymentIntent& intent_of(Step& step, CheckoutSession& session);
// The end of a refund's waiting.
void settle(Step& step, Refund& refund);

bool takes_a_card(const PaymentIntent& intent) noexcept;

}  // namespace florin::sandbox
