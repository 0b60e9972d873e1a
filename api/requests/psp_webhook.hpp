// What a webhook of a payment provider is: whether it is the provider's, whose it is, and what of it its order is told. Pure.
//
// A webhook is a hint (rule 3): nothing of what it says changes an order but that the order reads.
#pragma once

#include <string>
#include <string_view>

#include "actors/messages/messages.hpp"
#include "domain/payment/payment_settings.hpp"
#include "runtime/metrics/webhook_end.hpp"

namespace florin {

struct ReceivedWebhook {
  std::string_view signature;  // the header Stripe-Signature
  std::string_view body;       // the raw bytes, at most webhook_body_bytes_max
};

struct WebhookVerdict {
  WebhookEnd end = WebhookEnd::malformed;  // `taken`: if its order takes the hint
  TakeHint hint;    // whole with `taken`; its ids and type unless the signature is wrong
  std::string why;  // of a no, for the answer; without a word of the body
};

// Signature first, over the raw bytes and by every secret of the provider, each in constant time; only then is anything parsed.
WebhookVerdict judge_webhook(const ReceivedWebhook& webhook, const PspSettings& psp,
                             std::string_view cluster, Timestamp now);

}  // namespace florin
