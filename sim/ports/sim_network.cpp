// The fate of each packet.
#include "sim/ports/sim_network.hpp"

namespace florin::sim {

SimNetwork::SimNetwork(EventQueue& events, Trace& trace, std::uint64_t seed,
                       std::uint32_t endpoints, NetworkOptions options)
    : events_(events),
      trace_(trace),
      seed_(mix(seed, 0x4E4554)),
      endpoints_(endpoints),
      options_(options),
      links_(std::size_t{endpoints} * endpoints) {}

void SimNetwork::send(Endpoint from, Endpoint to, std::function<void()> arrive) {
  send(from, to, std::move(arrive), true);
}

void SimNetwork::send_unawaited(Endpoint from, Endpoint to, std::function<void()> arrive) {
  send(from, to, std::move(arrive), false);
}

void SimNetwork::send_aside(Endpoint from, Endpoint to, std::function<void()> arrive) {
  constexpr std::uint64_t first_aside = std::uint64_t{1} << 63;
  send(from, to, std::move(arrive), false, first_aside + ++link(from, to).asides);
}

void SimNetwork::send(Endpoint from, Endpoint to, std::function<void()> arrive, bool awaited) {
  send(from, to, std::move(arrive), awaited, ++link(from, to).packets);
}

void SimNetwork::send(Endpoint from, Endpoint to, std::function<void()> arrive, bool awaited,
                      std::uint64_t packet) {
  Link& line = link(from, to);
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
    delay += options_.late_by;
  } else if (options_.hour_late_permille != 0 && fate.permille(options_.hour_late_permille)) {
    delay += options_.late_by;
  }
  if (fate.permille(options_.duplicate_permille + burst_duplicate_))
    carry(delay + fate.log_between(1, second), arrive, awaited);
  carry(delay, std::move(arrive), awaited);
}

void SimNetwork::carry(SimTime delay, std::function<void()> arrive, bool awaited) {
  const std::uint64_t counts = awaited ? 1 : 0;
  in_flight_ += counts;
  events_.after(delay, [this, counts, arrive = std::move(arrive)] {
    in_flight_ -= counts;
    arrive();
  });
}

void SimNetwork::heal() {
  for (Link& line : links_) line = {0, 0, 0, line.packets, line.asides};
  burst_loss_ = burst_duplicate_ = 0;
  options_.loss_permille = options_.duplicate_permille = options_.hour_late_permille = 0;
}

}  // namespace florin::sim
