// What the faults that answer something answer.
#pragma once

#include <optional>

#include "apps/florin_psp/core/faults.hpp"
#include "apps/florin_psp/wire/call.hpp"
#include "apps/florin_psp/wire/stripe_error.hpp"

namespace florin::sandbox {

StripeError no_credentials();

// Of a fault before execution; nullopt: it answers nothing.
std::optional<Answer> answer_of(const Fault& fault);

// What a fault after execution leaves of the answer (error_500 is made where the answer is stored).
Answer spoiled(Answer answer, FaultKind fault);

}  // namespace florin::sandbox
