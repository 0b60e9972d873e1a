// DeadlinesAreTrue: `deadline_passed` is said only when the deadline had passed, and nothing is decided to happen
// after it. A participant never says it. Judged by the time that was true when the deciding node handed the entry to
// its log; of a lone node, which has no other clock, by its own at that moment.
//
// In a cluster the clocks of most nodes must have been right all the time for that, within a quarter of
// HostOptions::clock_offset_max_us: whom a majority misleads cannot know. Of those that may decide, the worst is off
// by a little more than twice the setting: in agreement with a middle that agrees with a right one.
//
// Each event of transfers and legs is named: a new one may decide something, or say why not. Accounts know no deadline.
#include <map>
#include <string_view>
#include <variant>

#include "cluster/partition_map.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

struct Moment {
  std::int64_t reference_us = 0;  // the true time, or the lone node's
  bool counts = false;            // most clocks were right
};

struct Began {
  Moment moment;
  Timestamp entry_time;
  Uuid transaction;
  Protocol protocol = Protocol::tcc;
  std::size_t legs = 0;
  bool decided = false;
};

std::uint64_t transaction_number(const Uuid& id) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < 16; ++i) number = number << 8 | id.bytes[i];
  return number;
}

class DeadlinesAreTrue final : public Checker {
 public:
  explicit DeadlinesAreTrue(const RunView& run)
      : is_alone_(run.options.replication == 0),
        slack_us_(3 * run.options.host.clock_offset_max_us),
        try_timeout_us_(run.options.partition.try_timeout_us) {
    for (const Action& action : run.workload.actions) {
      if (!moves_money(action.kind)) continue;
      const bool has_deadline = action.deadline >= 0;
      asked_.emplace(action.transaction,
                     has_deadline ? run.options.begins_us + action.deadline : never);
    }
  }
  [[nodiscard]] std::string_view name() const override { return "deadlines_are_true"; }

  void on_decided(const DecidedEntry& seen) override {
    decided_[{seen.partition, seen.index}][hash64(seen.bytes)] = {
        is_alone_ ? seen.clock_us : seen.truth_us, is_alone_ || seen.most_clocks_are_right};
  }

  void on_durable(PartitionId partition, LogIndex index, std::string_view bytes,
                  PartitionState&) override {
    const auto known = decided_.find({partition, index});
    if (known == decided_.end()) return;  // raft's own
    const auto one = known->second.find(hash64(bytes));
    if (one == known->second.end()) return;
    now_ = one->second;
    decided_.erase(known);
    const auto entry = decode_entry(bytes);
    if (!entry) return fail("an entry cannot be read");
    at_ = {index, 0, partition};
    time_ = entry->header.time;
    for (const Event& event : entry->events) {
      visit([this](const auto& e) { on(e); }, event);
      ++at_.ordinal;
    }
  }

 private:
  static constexpr std::int64_t never = INT64_MAX;

  // Some client's deadline for that id has passed, or will have within the slack.
  [[nodiscard]] bool may_be_late(const Uuid& transaction) const {
    const auto [from, to] = asked_.equal_range(transaction_number(transaction));
    const std::int64_t slack = is_alone_ ? slack_us_ / 3 : slack_us_;
    for (auto at = from; at != to; ++at)
      if (at->second != never && at->second < now_.reference_us + slack) return true;
    return false;
  }
  // Every client that asked for that id gave a deadline, and all of them have passed.
  [[nodiscard]] bool is_late(const Uuid& transaction) const {
    const auto [from, to] = asked_.equal_range(transaction_number(transaction));
    const std::int64_t slack = is_alone_ ? 0 : slack_us_;
    for (auto at = from; at != to; ++at)
      if (at->second == never || at->second >= now_.reference_us - slack) return false;
    return from != to;
  }
  void wrong(const std::string& what) { fail(at_.to_string() + " " + what); }
  void require_in_time(const Uuid& transaction, const char* what) {
    if (now_.counts && is_late(transaction)) wrong(std::string(what) + " after the deadline");
  }

  void on(const TransferPosted& e) { require_in_time(e.transaction_id, "is posted"); }
  void on(const TransferRefused& e) {
    if (e.code == Rejection::deadline_passed && now_.counts && !may_be_late(e.transaction_id))
      wrong("is refused with deadline_passed, before the deadline");
  }
  void on(const SidedRefusal& e) { on(e.refused); }
  void on(const LegRefused& e) {
    if (e.code == Rejection::deadline_passed) wrong("a participant judges a deadline");
  }
  void on(const TransferStarted& e) {
    began_[at_] = {now_, time_, e.transaction_id, e.protocol, e.legs.size(), false};
  }
  void on(const TransferDecided& e) {
    const auto found = began_.find(e.transfer);
    if (found == began_.end()) return;
    Began& began = found->second;
    began.decided = true;
    if (e.decision == Decision::confirm) {
      if (began.protocol != Protocol::saga)
        require_in_time(began.transaction, "is decided to confirm");
      return;
    }
    cancel(began, e.code);
  }
  void on(const CancelDecided& e) {
    const auto found = began_.find(e.transfer);
    if (found == began_.end()) return;
    found->second.decided = true;
    cancel(found->second, e.code);
  }
  void cancel(const Began& began, std::optional<Rejection> code) {
    if (code != Rejection::deadline_passed || !now_.counts || !began.moment.counts) return;
    if (!may_be_late(began.transaction) && !try_is_over(began))
      wrong("is cancelled with deadline_passed, before the deadline: " +
            std::to_string(now_.reference_us - began.moment.reference_us) +
            " us after it began, in the partition's time " +
            std::to_string(time_.us - began.entry_time.us) + " us");
  }
  // A saga's last step leaves: from here on it is only retried forward.
  void on(const TryAnswered& e) {
    const auto found = began_.find(e.leg.transfer);
    if (found == began_.end() || found->second.decided || !e.answer.is_ok()) return;
    if (found->second.protocol == Protocol::saga && e.leg.leg + 2U == found->second.legs)
      require_in_time(found->second.transaction, "sends its last step");
  }
  void on(const TransferNoted&) {}
  void on(const LegNoted&) {}
  void on(const ClientDeadlineGiven&) {}
  void on(const LeaderClockRead&) {}
  void on(const AccountEvent auto&) {}
  void on(const SecondPhaseAnswered&) {}
  void on(const TransferCompleted&) {}
  void on(const TransferCancelled&) {}
  void on(const LegTried&) {}
  void on(const LegConfirmed&) {}
  void on(const LegCancelled&) {}
  void on(const LegCancelledEarly&) {}
  void on(const StepApplied&) {}
  void on(const StepCompensated&) {}
  void on(const FenceAdvanced&) {}
  void on(const MembershipEvent auto&) {}
  void on(const WalletEvent auto&) {}
  void on(const LedgerEvent auto&) {}
  void on(const OwnEvent auto&) {}

  // It runs in the partition's time. In a cluster that must not run away from the true time.
  [[nodiscard]] bool try_is_over(const Began& began) const {
    if (is_alone_) return time_.us - began.entry_time.us >= try_timeout_us_;
    return now_.reference_us - began.moment.reference_us >= try_timeout_us_ - slack_us_;
  }

  bool is_alone_;
  std::int64_t slack_us_;
  std::int64_t try_timeout_us_;
  std::multimap<std::uint64_t, std::int64_t> asked_;  // by transaction: deadlines
  std::map<std::pair<PartitionId, LogIndex>, std::map<std::size_t, Moment>> decided_;
  std::map<TransferId, Began> began_;
  Moment now_;
  Position at_;
  Timestamp time_;
};

}  // namespace

std::unique_ptr<Checker> make_deadlines_are_true(const RunView& run) {
  return std::make_unique<DeadlinesAreTrue>(run);
}

}  // namespace florin::sim
