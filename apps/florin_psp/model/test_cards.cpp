// Numbers are Stripe's published test cards where Stripe has one; the two that process for minutes are ours.
#include "apps/florin_psp/model/test_cards.hpp"

#include <array>

#include "apps/florin_psp/wire/form.hpp"

namespace florin::sandbox {
namespace {

using enum CardOutcome;

constexpr std::array cards{
    TestCard{"pm_card_visa", "4242424242424242", "visa", succeeds, {}, {}, "succeeds"},
    TestCard{"pm_card_mastercard", "5555555555554444", "mastercard", succeeds, {}, {}, "succeeds"},
    TestCard{"pm_card_amex", "378282246310005", "amex", succeeds, {}, {}, "succeeds"},
    TestCard{"pm_card_chargeDeclined", "4000000000000002", "visa", declines, "card_declined",
             "generic_decline", "is declined"},
    TestCard{"pm_card_chargeDeclinedInsufficientFunds", "4000000000009995", "visa", declines,
             "card_declined", "insufficient_funds", "is declined: insufficient funds"},
    TestCard{"pm_card_chargeDeclinedLostCard", "4000000000009987", "visa", declines,
             "card_declined", "lost_card", "is declined: lost card"},
    TestCard{"pm_card_chargeDeclinedStolenCard", "4000000000009979", "visa", declines,
             "card_declined", "stolen_card", "is declined: stolen card"},
    TestCard{"pm_card_chargeDeclinedExpiredCard", "4000000000000069", "visa", declines,
             "expired_card", "expired_card", "is declined: expired"},
    TestCard{"pm_card_chargeDeclinedIncorrectCvc", "4000000000000127", "visa", declines,
             "incorrect_cvc", "incorrect_cvc", "is declined: wrong check number"},
    TestCard{"pm_card_chargeDeclinedProcessingError", "4000000000000119", "visa", declines,
             "processing_error", "processing_error", "is declined: processing error"},
    TestCard{"pm_card_threeDSecure2Required",
             "4000000000003220",
             "visa",
             challenges,
             {},
             {},
             "asks for 3-D Secure, then succeeds"},
    TestCard{"pm_card_authenticationRequired",
             "4000002500003155",
             "visa",
             challenges,
             {},
             {},
             "asks for 3-D Secure, then succeeds"},
    TestCard{"pm_card_threeDSecureRequiredChargeDeclined", "4000008400001629", "visa",
             challenges_declines, "card_declined", "generic_decline",
             "asks for 3-D Secure, then is declined"},
    TestCard{"pm_card_processing",
             "4000000000007007",
             "visa",
             processes_succeeds,
             {},
             {},
             "is processed for minutes, then succeeds"},
    TestCard{"pm_card_processingFails", "4000000000007015", "visa", processes_fails,
             "card_declined", "generic_decline", "is processed for minutes, then is declined"},
    TestCard{"pm_card_pendingRefund",
             "4000000000007726",
             "visa",
             succeeds,
             {},
             {},
             "succeeds; its refunds are pending for minutes",
             RefundOutcome::pends},
    TestCard{"pm_card_refundFail",
             "4000000000005126",
             "visa",
             succeeds,
             {},
             {},
             "succeeds; its refunds fail minutes later",
             RefundOutcome::fails},
};

}  // namespace

std::span<const TestCard> test_cards() noexcept { return cards; }

const TestCard* card_of_token(std::string_view token) noexcept {
  for (const TestCard& card : cards)
    if (card.token == token) return &card;
  return nullptr;
}

const TestCard* card_of_number(std::string_view typed) noexcept {
  std::array<char, 19> digits{};
  std::size_t count = 0;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || count == digits.size()) return nullptr;
    digits[count++] = c;
  }
  for (const TestCard& card : cards)
    if (card.number == std::string_view(digits.data(), count)) return &card;
  return nullptr;
}

std::string_view last_four(const TestCard& card) noexcept {
  return card.number.substr(card.number.size() - 4);
}

std::string without_card_number(std::string_view form_body) {
  const auto form = Form::parse(form_body);
  if (!form) return {};
  Form kept;
  for (const auto& [name, value] : form->entries()) {
    if (name == "expiry" || name == "cvc") continue;
    if (name != "card_number") {
      kept.set(name, value);
      continue;
    }
    const TestCard* card = card_of_number(value);
    kept.set("card", card != nullptr ? card->token : "unknown");
  }
  return kept.canonical();
}

}  // namespace florin::sandbox
