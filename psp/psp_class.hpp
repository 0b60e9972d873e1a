// What the outcome of a call to a payment provider means: the classes of section 3 of the payment rules, as data. An
// adapter says which class an answer is of; what follows is the order's, and these columns are all that it may believe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace florin::psp {

enum class PspClass : std::uint8_t {
  ok,            // whole, understood, and all that must be equal is
  mismatch,      // understood, and something is another one's
  not_sent,      // no byte left
  unknown,       // it may have been executed
  refused,       // the provider said no, in its own words
  declined,      // the payer's bank said no
  key_conflict,  // the key was used for something else
  in_progress,   // the same key is being worked on
  auth,          // our credential is not taken
  throttled,     // too many
  absent,        // a read found nothing
  stale,         // the key is too old to send anything under it
};

enum class Executed : std::uint8_t {
  no,
  no_if_first,  // unless a call under the same key may have been executed before
  maybe,
  yes,
};

// Whether the same bytes may be sent again, under the same key.
enum class SendAgain : std::uint8_t { never, later, soon };

struct ClassMeaning {
  PspClass which;
  std::string_view name;
  Executed executed;
  SendAgain again;
  bool is_counted;  // against the tries of an order
};

inline constexpr std::array<ClassMeaning, 12> psp_classes{{
    {PspClass::ok, "ok", Executed::yes, SendAgain::never, false},
    {PspClass::mismatch, "mismatch", Executed::maybe, SendAgain::never, false},
    {PspClass::not_sent, "not_sent", Executed::no, SendAgain::later, false},
    {PspClass::unknown, "unknown", Executed::maybe, SendAgain::later, true},
    {PspClass::refused, "refused", Executed::no_if_first, SendAgain::never, false},
    {PspClass::declined, "declined", Executed::no, SendAgain::never, false},
    {PspClass::key_conflict, "key_conflict", Executed::maybe, SendAgain::never, false},
    {PspClass::in_progress, "in_progress", Executed::maybe, SendAgain::soon, true},
    {PspClass::auth, "auth", Executed::no, SendAgain::later, false},
    {PspClass::throttled, "throttled", Executed::no, SendAgain::later, false},
    {PspClass::absent, "absent", Executed::maybe, SendAgain::never, false},
    {PspClass::stale, "stale", Executed::maybe, SendAgain::never, false},
}};

constexpr const ClassMeaning& meaning_of(PspClass which) {
  return psp_classes[static_cast<std::size_t>(which)];
}
constexpr std::string_view to_string(PspClass which) { return meaning_of(which).name; }

}  // namespace florin::psp
