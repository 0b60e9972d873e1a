// QuietPorts: a host's ports with nobody around: at noon, nothing leaves and nothing is stored. A test overrides what it
// looks at. What is wanted of an Outside later is here once for all of them.
#pragma once

#include "actors/hosting/host_ports.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin::test {

class QuietPorts : public HostPorts {
 public:
  void deliver(std::vector<Reply>) override {}
  void tell(PartitionId, std::vector<Message>) override {}
  void call(std::vector<OutsideCall>) override {}
  void alarm(const Alarm&) override {}
  void ended(const EndedTransfers&) override {}

  [[nodiscard]] Timestamp now() const override { return words::noon; }
  [[nodiscard]] std::int64_t monotonic_us() const override { return 0; }
  [[nodiscard]] LogIndex checkpoint_index() const override { return 0; }
  void write_checkpoint(Checkpoint) override {}
  std::optional<Checkpoint> take_refused_checkpoint() override { return std::nullopt; }
  void stopped() override {}
};

}  // namespace florin::test
