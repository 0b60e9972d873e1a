// See link_context.hpp.
#include "cluster/links/link_context.hpp"

#include <openssl/rand.h>

namespace florin::links {
namespace {

constexpr std::chrono::seconds tell_again_after{1};

}  // namespace

LinkContext::LinkContext(const PeerLinksOptions& options, LinkLoop& l, Receiver& r)
    : loop(l),
      receiver(r),
      times(options.times),
      reads(options.reads),
      last_tick_(std::chrono::steady_clock::now()) {
  identity_.cluster = options.cluster;
  identity_.partitions = options.partitions;
  identity_.from = options.self;
  identity_.session = random();
  identity_.reads = options.reads;
  for (const Channel channel : all_channels)
    frame_bytes_max_[index_of(channel)] = options.caps[index_of(channel)].frame_bytes;
}

std::uint64_t LinkContext::random() {
  std::uint64_t value = 0;
  FLORIN_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) == 1);
  return value;
}

Hello LinkContext::hello() {
  Hello hello = identity_;
  hello.nonce = random();
  return hello;
}

std::shared_ptr<FramedWire> LinkContext::make_wire(std::shared_ptr<Wire> wire, WireOwner& owner) {
  auto framed = std::make_shared<FramedWire>(std::move(wire), owner, frame_bytes_max_, times);
  wires_.push_back(framed);
  return framed;
}

void LinkContext::refused_incoming(NodeNumber node, const std::string& address,
                                   const Refused& reason) {
  count(reason.why);
  Told& told = told_[static_cast<std::size_t>(reason.why)];
  const auto now = std::chrono::steady_clock::now();
  if (told.ever && now - told.when < tell_again_after) {
    ++told.suppressed;
    return;
  }
  receiver.on_refused({Direction::incoming, node, address, reason, told.suppressed});
  told = {now, 0, true};
}

std::array<std::uint64_t, refusal_count> LinkContext::refusal_counts() const {
  std::array<std::uint64_t, refusal_count> counts{};
  for (std::size_t i = 0; i < refusal_count; ++i) counts[i] = counts_[i].load();
  return counts;
}

void LinkContext::tick() {
  const auto now = std::chrono::steady_clock::now();
  // We stood still (SIGSTOP, swapping, a slow callback): what the peers sent meanwhile is still to
  // be read.
  const bool was_paused = now - last_tick_ > times.silent_after / 2;
  last_tick_ = now;
  std::erase_if(wires_, [](const auto& wire) { return wire.expired(); });
  const auto wires = wires_;  // a tick may end links, and begin others
  for (const auto& weak : wires)
    if (const auto wire = weak.lock()) wire->tick(now, was_paused);
}

void LinkContext::close_all() {
  for (const auto& weak : wires_)
    if (const auto wire = weak.lock()) wire->close();
}

}  // namespace florin::links
