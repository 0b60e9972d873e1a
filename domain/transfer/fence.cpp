// When a participant is told of a fence.
#include "domain/transfer/fence.hpp"

namespace florin {

FenceTelling decide_fence(const FenceTold& fence, LogIndex finished, Timestamp now) {
  if (fence.is_owed() && fence.told < finished) return FenceTelling::news;
  if (fence.is_unanswered() && now >= fence.again_at) return FenceTelling::once_more;
  return FenceTelling::nothing;
}

}  // namespace florin
