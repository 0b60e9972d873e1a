// Two sides that freeze and unfreeze one account, one after the other, while its partition changes hands: each of them was
// told that it holds, until the other asks. Patient clients that ask once: what happens twice has nobody else who could
// have asked for it. A stream of its own: what was drawn before keeps its meaning.
#include <algorithm>

#include "sim/plan/workload.hpp"

namespace florin::sim {
namespace {

constexpr std::uint64_t tugs_max = 3;
constexpr std::int64_t pulls_min = 6;
constexpr std::int64_t pulls_max = 24;

}  // namespace

void draw_tugs(const SimOptions& options, Workload& work) {
  SimRandom random(options.seed, "workload tugs");
  const std::uint64_t tugs = random.bounded(tugs_max + 1);
  for (std::uint64_t tug = 0; tug < tugs; ++tug) {
    Action pull;
    pull.account = static_cast<std::uint32_t>(random.bounded(work.accounts.size()));
    pull.at = random.between(options.safety_time / 10, options.safety_time);
    const std::int64_t pulls = random.between(pulls_min, pulls_max);
    const SimTime pause_max = random.log_between(50 * millisecond, second);
    for (std::int64_t i = 0; i < pulls; ++i) {
      pull.kind = i % 2 == 0 ? ActionKind::freeze : ActionKind::unfreeze;
      pull.patience = random.between(6 * second, 12 * second);
      pull.attempts = 1;
      work.actions.push_back(pull);
      pull.at = std::min(options.safety_time, pull.at + random.log_between(millisecond, pause_max));
    }
  }
}

}  // namespace florin::sim
