// From an answer, or from none, to its class and to what was seen (section 3 of the payment rules, row by row).
//
// Promise: any bytes give an answer, and never a better class than what they prove: what cannot be read is `unknown`, what is
// another one's is `mismatch`. Of what was said only PspAnswer's fields leave this function.
#pragma once

#include "psp/http_message.hpp"
#include "psp/psp_answer.hpp"
#include "psp/psp_request.hpp"

namespace florin::psp::sessions {

PspAnswer decode(PspOperation asked, const PspExpectation& expected, const HttpAnswer& answer);

}  // namespace florin::psp::sessions
