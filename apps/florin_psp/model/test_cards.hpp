// The test cards: what becomes of an attempt is written in the number. Only these numbers are known; the sandbox keeps
// and logs tokens, never a number.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace florin::sandbox {

enum class CardOutcome {
  succeeds,
  declines,
  challenges,           // 3-D Secure first, then succeeds
  challenges_declines,  // 3-D Secure first, then the bank declines
  processes_succeeds,   // `processing` for Settings::processing_s, then succeeds
  processes_fails,
};

enum class RefundOutcome { succeeds, pends, fails };  // pends: succeeds later; fails: later

struct TestCard {
  std::string_view token;   // "pm_card_visa"
  std::string_view number;  // digits only
  std::string_view brand;
  CardOutcome outcome = CardOutcome::succeeds;
  std::string_view code = {};          // of a decline: error.code
  std::string_view decline_code = {};  // error.decline_code
  std::string_view what = {};          // for the page and --help
  RefundOutcome refund = RefundOutcome::succeeds;
};

std::span<const TestCard> test_cards() noexcept;
const TestCard* card_of_token(std::string_view token) noexcept;  // nullptr: none
// `typed`: digits with blanks or dashes between them. nullptr: none of ours.
const TestCard* card_of_number(std::string_view typed) noexcept;
std::string_view last_four(const TestCard& card) noexcept;

// A page's form with the field card_number replaced by the field card (token); expiry and check number are dropped.
// What is kept and journalled is this. A number that is no test card's leaves card = "unknown".
std::string without_card_number(std::string_view form_body);

}  // namespace florin::sandbox
