// The hosted pages, /c/...: pay, 3-D Secure, and the way back. What a payer does twice (back and pay, two tabs, two
// clicks) ends where the first ended: a session is paid once, and who comes later is shown that it is.
#pragma once

#include "apps/florin_psp/core/step.hpp"
#include "apps/florin_psp/wire/call.hpp"

namespace florin::sandbox {

// GET /c/pay/<session>, /c/3ds/<intent>, /c/return/<session>.
Answer show_payment_page(Step& step, const Call& call);
// POST /c/pay/<session> (card=<token>: without_card_number()), POST /c/3ds/<intent> (outcome=complete|fail).
Answer submit_payment_page(Step& step, const Call& call);

}  // namespace florin::sandbox
