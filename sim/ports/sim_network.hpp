// SimNetwork: carries packets between nodes, and between clients and nodes.
//
// Fault model: each packet may be lost, delayed, duplicated, overtaken by later ones, or arrive an hour late;
// a link may be slow, or cut in one direction or in both. A packet arrives whole or not at all (links are
// framed over TLS); it is never changed on its way.
// Why the system must survive it: everything that a coordinator or saga owes is sent again until it is
// answered, participants are idempotent by leg, an early Cancel leaves its flag, and what arrives after its
// transfer was finished and fenced is answered `fenced` and changes nothing. Clients repeat with the same id.
//
// What happens to a packet is a function of seed, link and the packet's number on that link, not of a shared
// generator: taking one fault away leaves the fate of all other packets as it was.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/ports/event_queue.hpp"
#include "sim/trace.hpp"

namespace florin::sim {

using Endpoint = std::uint32_t;  // 0 .. nodes-1 are nodes; `nodes` is the clients' side

struct NetworkOptions {
  SimTime delay_min = 100;
  SimTime delay_max = 2 * millisecond;
  std::uint32_t loss_permille = 0;
  std::uint32_t duplicate_permille = 0;
  std::uint32_t hour_late_permille = 0;
  SimTime late_by = hour;  // what is an hour late (in a cluster: less, because idle nodes tick)
};

class SimNetwork {
 public:
  SimNetwork(EventQueue& events, Trace& trace, std::uint64_t seed, std::uint32_t endpoints,
             NetworkOptions options);

  // `arrive` runs once for each copy that arrives. It is copied for duplicates.
  // Nobody waits for it: not counted as in flight.
  void send_unawaited(Endpoint from, Endpoint to, std::function<void()> arrive);
  void send(Endpoint from, Endpoint to, std::function<void()> arrive);
  // Not awaited either, and with numbers of its own: the fate of all other packets is as if it was not there.
  void send_aside(Endpoint from, Endpoint to, std::function<void()> arrive);

  // --- faults ------------------------------------------------------------------------------------------
  void cut(Endpoint from, Endpoint to) { ++link(from, to).cuts; }
  void mend(Endpoint from, Endpoint to) {
    if (link(from, to).cuts > 0) --link(from, to).cuts;
  }
  void slow(Endpoint from, Endpoint to, SimTime extra) { link(from, to).extra_delay = extra; }
  // The next `packets` of the link arrive an hour late.
  void hold_back(Endpoint from, Endpoint to, std::uint32_t packets) {
    link(from, to).held_back = packets;
  }
  void set_burst(std::uint32_t loss_permille, std::uint32_t duplicate_permille) {
    burst_loss_ = loss_permille;
    burst_duplicate_ = duplicate_permille;
  }
  // No faults from now on; packets under way still arrive when they would have.
  void heal();

  [[nodiscard]] std::uint64_t in_flight() const { return in_flight_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  [[nodiscard]] Endpoint endpoints() const { return endpoints_; }

 private:
  struct Link {
    std::uint32_t cuts = 0;
    SimTime extra_delay = 0;
    std::uint32_t held_back = 0;
    std::uint64_t packets = 0;
    std::uint64_t asides = 0;
  };
  Link& link(Endpoint from, Endpoint to) { return links_.at(from * endpoints_ + to); }
  void send(Endpoint from, Endpoint to, std::function<void()> arrive, bool awaited);
  void send(Endpoint from, Endpoint to, std::function<void()> arrive, bool awaited,
            std::uint64_t packet);
  void carry(SimTime delay, std::function<void()> arrive, bool awaited);

  EventQueue& events_;
  Trace& trace_;
  std::uint64_t seed_;
  Endpoint endpoints_;
  NetworkOptions options_;
  std::vector<Link> links_;
  std::uint32_t burst_loss_ = 0;
  std::uint32_t burst_duplicate_ = 0;
  std::uint64_t in_flight_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace florin::sim
