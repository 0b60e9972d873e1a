// Bounds of what a peer may say of a group, the numbers of glue/bounds.go. They are far above what any cluster reaches,
// and far below the end of 64 bits: whoever is told the largest of them can still count on.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "cluster/consensus/consensus_message.hpp"

namespace florin::consensus {

// No replica works in a higher term, and none is stored: elections in microseconds would take 2,000 years.
inline constexpr Term term_max = Term{1} << 56;
inline constexpr LogIndex index_max = LogIndex{1} << 56;
// How far one peer alone may move the term of a replica: elections that it may have missed.
inline constexpr Term terms_ahead_max = Term{1} << 24;
// Where a term that was above `term_max` begins anew, by an operator (ADR 0012): above every term in which anybody has
// led, and with as many still to come.
inline constexpr Term term_mended = term_max / 2;

// What somebody who knows no term of a group yet can believe: those of elections since its beginning, or since it was
// mended.
constexpr bool may_be_first(Term term) noexcept {
  return term <= terms_ahead_max || (term >= term_mended && term <= term_mended + terms_ahead_max);
}

}  // namespace florin::consensus
