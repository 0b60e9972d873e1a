// NothingOpen: after healing every request is answered, no transfer is open, no leg or cancel flag is kept
// (all fences were told and heard), and no account holds or expects money.
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

class NothingOpen final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "nothing_open"; }

  void at_end(EndView& end) override {
    for (const Operation& operation : end.operations)
      if (!operation.answer)
        fail("request #" + std::to_string(operation.number) + " was never answered");
    for (PartitionState* partition : end.live) check(*partition);
  }

 private:
  void check(PartitionState& partition) {
    const std::string where = "p" + std::to_string(partition.id());
    if (partition.open_transfer_count() != 0)
      fail(where + " has " + std::to_string(partition.open_transfer_count()) + " open transfers");
    partition.for_each_leg([&](const Leg& leg) {
      fail(where + " still keeps leg " + std::to_string(leg.key.leg) + " of " +
           leg.key.transfer.to_string());
    });
    partition.for_each_account([&](const AccountState& account) {
      if (account.held != 0 || account.incoming != 0)
        fail(where + " " + account.id.str() + " still holds or expects money");
    });
  }
};

}  // namespace

std::unique_ptr<Checker> make_nothing_open(const RunView&) {
  return std::make_unique<NothingOpen>();
}

}  // namespace florin::sim
