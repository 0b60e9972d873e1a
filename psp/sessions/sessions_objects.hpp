// From a session or an intent, as the provider shows it, to what is seen (PspSeen): states are folded, and only fields that are
// listed here come through.
//
//   session   intent                     seen
//   open      none, requires_payment_method, requires_confirmation   open; with a decline: failed_attempt
//   any       requires_action            requires_action
//   any       processing                 processing
//   any       succeeded                  succeeded
//   complete  requires_payment_method    canceled: a late no. The page is over, and there is no other way to pay it
//   complete  none, not paid             processing: its intent is on its way
//   expired   none, or any not above     expired
//   (none)    canceled                   canceled
//   any other pair                       contradictory: PspField::status is unequal
#pragma once

#include <optional>

#include "psp/psp_answer.hpp"
#include "psp/sessions/object_reader.hpp"

namespace florin::psp::sessions {

struct SeenObject {
  PspSeen seen;
  bool is_contradictory = false;  // its states cannot be true together
};

// Of a row of a list: which one it is, and whose. Others in the same account may have fields that nobody here knows.
struct RowHead {
  std::string id;
  OrderMarks marks;  // empty: not ours
};
std::optional<RowHead> read_head(ObjectReader object);

// nullopt: it is not that kind of object, a field is missing or wrong, or a status is one that this version does not know.
std::optional<SeenObject> read_session(ObjectReader object);
std::optional<SeenObject> read_intent(ObjectReader object);

}  // namespace florin::psp::sessions
