// The sandbox's own addresses, /_...: faults, clock, the webhook endpoint of whoever starts it, and a front page.
// Errors have Stripe's shape here, too.
#pragma once

#include "apps/florin_psp/core/step.hpp"
#include "apps/florin_psp/wire/call.hpp"

namespace florin::sandbox {

// GET /, /_style.css, /_health, /_faults, /_clock.
Answer show_own_page(Step& step, const Call& call);
// POST /_faults (FaultPlan::configure), /_clock (advance_s=...), /_webhook (url=..., secret=whsec_...: an endpoint
// for all events, made or changed).
Answer submit_own_page(Step& step, const Call& call);

}  // namespace florin::sandbox
