// The fate of each packet.
#include "sim/ports/sim_network.hpp"

namespace florin::sim {

SimNetwork::SimNetwork(EventQueue& events, Trace& trace, std::uint64_t seed, std::uint32_t endpoints,
                       NetworkOptions options)
    : events_(events),
      trace_(trace),
      seed_(mix(seed, 0x4E4554)),
      endpoints_(endpoints),
      options_(options),
      links_(std::size_t{endpoints} * endpoints) {}

void SimNetwork::send(Endpoint from, Endpoint to, std::function<void()> arrive) {
  Link& line = link(from, to);
  const std::uint64_t packet = ++line.packets;
  SimRandom fate(mix(mix(seed_, from * endpoints_ + to), packet));
  ++sent_;
  const bool lost = line.cuts > 0 || fate.permille(options_.loss_permille + burst_loss_);
  if (lost) {
    ++lost_;
    trace_.step(Step::packet_lost, events_.now(), from, to, packet);
    return;
  }
  trace_.step(Step::packet_sent, events_.now(), from, to, packet);
  SimTime delay = fate.between(options_.delay_min, options_.delay_max) + line.extra_delay;
  if (line.held_back > 0) {
    --line.held_back;
    delay += hour;
  } else if (options_.hour_late_permille != 0 && fate.permille(options_.hour_late_permille)) {
    delay += hour;
  }
  if (fate.permille(options_.duplicate_permille + burst_duplicate_)) {
    ++duplicated_;
    carry(delay + fate.log_between(1, second), arrive);
  }
  carry(delay, std::move(arrive));
}

void SimNetwork::carry(SimTime delay, std::function<void()> arrive) {
  ++in_flight_;
  events_.after(delay, [this, arrive = std::move(arrive)] {
    --in_flight_;
    arrive();
  });
}

void SimNetwork::heal() {
  for (Link& line : links_) line = {0, 0, 0, line.packets};
  burst_loss_ = burst_duplicate_ = 0;
  options_.loss_permille = options_.duplicate_permille = options_.hour_late_permille = 0;
}

}  // namespace florin::sim
