// NotExecutedIsKept: "not executed" is a promise. When every request for a transfer has been answered with overloaded,
// stopping or no_leader, the log has nothing of it and never will: the client may do the same under a new id.
// A request without an answer, or whose decision was lost, may still be executed and is not judged; nor is a run in
// which the network brings requests twice, where one is refused and the other taken.
#include <map>
#include <set>

#include "base/overloaded.hpp"
#include "sim/checkers/checkers.hpp"
#include "sim/checkers/log_history.hpp"
#include "sim/sim_clients.hpp"

namespace florin::sim {
namespace {

class NotExecutedIsKept final : public Checker {
 public:
  explicit NotExecutedIsKept(const RunView& run) : run_(run) {}
  [[nodiscard]] std::string_view name() const override { return "not_executed_is_kept"; }

  void on_request(const Operation& operation, SimTime) override {
    if (!moves_money(operation.action.kind)) return;
    Asked& asked = asked_[owned_id_of(run_.workload, operation.action)];
    asked.may_be_executed.insert({operation.number, operation.attempts - 1});
    asked.who =
        "#" + std::to_string(operation.number) + " " + to_string(run_.workload, operation.action);
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    if (!moves_money(operation.action.kind) || !answer.is_promise()) return;
    Asked& asked = asked_[owned_id_of(run_.workload, operation.action)];
    asked.may_be_executed.erase({operation.number, answer.attempt});
    if (taken_.contains(owned_id_of(run_.workload, operation.action))) judge(asked);
  }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    for (const Event& event : entry.events)
      if (const auto id = taken_by(event)) {
        taken_.insert(*id);
        if (const auto asked = asked_.find(*id); asked != asked_.end()) judge(asked->second);
      }
  }

 private:
  struct Asked {
    std::set<std::pair<std::uint32_t, std::uint32_t>> may_be_executed;  // operation and attempt
    std::string who;
  };

  // Of those that take an id for the first time: each event of transfers says whether it is one. Legs come after it, and
  // accounts have no such id.
  static std::optional<OwnedId> taken_by(const Event& event) {
    const auto client = [](const auto& e) {
      return owned_id(e.from.view().starts_with('@') ? e.to : e.from, e.transaction_id);
    };
    using Taken = std::optional<OwnedId>;
    return visit(Overloaded{[&](const TransferPosted& e) -> Taken { return client(e); },
                            [&](const TransferRefused& e) -> Taken { return client(e); },
                            [&](const SidedRefusal& e) -> Taken { return client(e.refused); },
                            [](const TransferStarted& e) -> Taken {
                              return owned_id(e.owner, e.transaction_id);
                            },
                            [](const TransferNoted&) { return Taken(); },
                            [](const ClientDeadlineGiven&) { return Taken(); },
                            [](const LeaderClockRead&) { return Taken(); },
                            [](const TryAnswered&) { return Taken(); },
                            [](const TransferDecided&) { return Taken(); },
                            [](const CancelDecided&) { return Taken(); },
                            [](const SecondPhaseAnswered&) { return Taken(); },
                            [](const TransferCompleted&) { return Taken(); },
                            [](const TransferCancelled&) { return Taken(); },
                            [](const LegEvent auto&) { return Taken(); },
                            [](const AccountEvent auto&) { return Taken(); },
                            [](const MembershipEvent auto&) { return Taken(); },
                            [](const WalletEvent auto&) { return Taken(); },
                            [](const LedgerEvent auto&) { return Taken(); },
                            [](const OwnEvent auto&) { return Taken(); }},
                 event);
  }

  void judge(const Asked& asked) {
    if (!run_.packets_come_twice && asked.may_be_executed.empty())
      fail(asked.who + " was executed, although every request for it was told that it is not");
  }

  const RunView& run_;
  std::map<OwnedId, Asked> asked_;
  std::set<OwnedId> taken_;
};

}  // namespace

std::unique_ptr<Checker> make_not_executed_is_kept(const RunView& run) {
  return std::make_unique<NotExecutedIsKept>(run);
}

}  // namespace florin::sim
