// What the adapter `sessions` declares: Checkout Sessions as Stripe has them, and whoever does as Stripe does.
//
// Sources: Stripe's API of `api_version`; what was measured of it is in the ADR of the PSP port.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "psp/psp_declaration.hpp"

namespace florin::psp::sessions {

inline constexpr std::string_view api_version = "2026-10-28.endive";

inline constexpr PspDeclaration declaration{
    .adapter = "sessions",
    .keys = {.length_max = 255,
             .lifetime_us = 24LL * 3'600 * 1'000'000,
             .stored = StoredAnswers::since_execution,
             .replay_header = "idempotent-replayed"},
    .has_webhooks = true,
    .has_reads = true,
    .has_consistent_list = true,  // of lists; a search is late, and proves nothing
    .page_life_s_min = 30 * 60,
    .page_life_s_max = 24 * 3'600,
    .page_margin_s = 5 * 60,
    .amount_max = 99'999'999,
    .currencies_version = 1,
};

// What is sent as a session's end: ours, but no earlier than the provider takes. We close it at ours.
constexpr std::int64_t sent_expires_at(std::int64_t ours_s, std::int64_t now_s) {
  return std::max(ours_s, now_s + declaration.page_life_s_min + declaration.page_margin_s);
}

// Bytes with that end would be refused now, or so soon that they may be on their way. If no send can have executed them they
// are encoded anew, under the same key; after a maybe never.
constexpr bool is_too_near(std::int64_t sent_expires_at_s, std::int64_t now_s) {
  constexpr std::int64_t way_s = 60;
  return sent_expires_at_s - now_s < declaration.page_life_s_min + way_s;
}

}  // namespace florin::psp::sessions
