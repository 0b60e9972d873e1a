// CreditedOnce: a seller is credited exactly once for each payment that its payer has made, over all attempts, in its own
// partition, the amount less the fee; never without a payment, never before the SUCCESS that owes it is durable, never twice; and
// what was paid and is no seller's is in suspense. Read from durable entries and from what the provider has captured.
#include <map>
#include <set>

#include "sim/checkers/checkers.hpp"
#include "sim/checkers/payment_facts.hpp"

namespace florin::sim {
namespace {

class CreditedOnce final : public Checker {
 public:
  explicit CreditedOnce(const RunView& run) : facts_(run.workload) {}
  [[nodiscard]] std::string_view name() const override { return "credited_once"; }

  void on_captured(const ProviderCapture& capture) override { facts_.captured(capture); }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    at_ = {entry.header.index, 0, entry.header.partition};
    for (const Event& event : entry.events) {
      if (const auto* moved = get_if<OrderMoved>(&event)) on(*moved);
      if (const auto* due = get_if<OrderCreditDue>(&event)) owed_.insert(at_), on_due(*due);
      if (const auto* done = get_if<MoneyStepDone>(&event)) on(*done);
      if (const auto* posted = get_if<LedgerEntryPosted>(&event)) on(*posted);
      if (const auto* raised = get_if<OrderAttentionRaised>(&event)) on(*raised);
      ++at_.ordinal;
    }
  }

  // What is asked of a wallet is asked because of an entry that is durable.
  void on_told(PartitionId, PartitionId, const Message& message) override {
    if (const auto* asked = get_if<DoMoneyStep>(&message)) require_owed(asked->step);
    if (const auto* asked = get_if<EnterMoneyStep>(&message)) require_owed(asked->step);
  }

  void at_end(EndView&) override {
    for (const auto& [order, amount] : facts_.all_paid()) {
      const bool is_credited = credited_.contains(order);
      if (!is_credited && !in_suspense_.contains(order))
        fail(order + " was paid, its seller has nothing, and it is in no suspense");
      if (is_credited && !successes_.contains(order)) fail(order + " is credited, and no SUCCESS");
    }
  }

 private:
  void wrong(const std::string& what) { fail(at_.to_string() + ": " + what); }

  void on(const OrderMoved& e) {
    const std::string& order = e.order.str();
    if (e.to == OrderPhase::crediting) {
      owed_.insert(at_);
      successes_.insert(order);
      if (failed_.contains(order)) wrong(order + " has FAILED, and is a SUCCESS");
      if (facts_.paid(order) == 0) wrong(order + " is a SUCCESS, and nobody has paid");
    }
    if (e.to == OrderPhase::parked || e.to == OrderPhase::mismatch) owed_.insert(at_);
    if (e.to == OrderPhase::done && !credited_.contains(order))
      wrong(order + " is done, and its seller has nothing");
    if (e.to == OrderPhase::failed) failed_.insert(order);
    if (e.to == OrderPhase::failed && successes_.contains(order))
      wrong(order + " was a SUCCESS, and FAILED");
  }
  void on_due(const OrderCreditDue& e) {
    if (!successes_.contains(e.order.str()))
      wrong(e.order.str() + " owes a credit, and no SUCCESS");
  }
  void on(const OrderAttentionRaised& e) {
    if (e.attention == OrderAttention::late_success) owed_.insert(at_);
  }

  void on(const MoneyStepDone& e) {
    if (e.step.name.origin != OriginKind::payment) return wrong("a step of no payment");
    const std::string& order = e.step.name.id;
    require_owed(e.step);
    if (!credited_.insert(order).second) return wrong(order + " is credited a second time");
    const OrderAsked* asked = facts_.asked(order, facts_.paid(order));
    if (facts_.paid(order) == 0) return wrong(order + " is credited, and nobody has paid");
    if (asked == nullptr) return wrong(order + " is credited, and nobody asked for what was paid");
    std::map<std::string, std::int64_t> net;
    for (const PostedMove& posted : e.moves) {
      net[posted.move.from.str()] -= posted.move.amount;
      net[posted.move.to.str()] += posted.move.amount;
    }
    const std::int64_t seller = net[asked->seller];
    const std::int64_t provider = net["@psp:" + asked->currency];
    const std::int64_t fees = net["@fees:" + asked->currency];
    if (seller != asked->amount - asked->fee || fees != asked->fee || provider != -asked->amount)
      wrong(order + " gives " + asked->seller + " " + std::to_string(seller) + " of " +
            std::to_string(asked->amount) + " less " + std::to_string(asked->fee));
  }

  void on(const LedgerEntryPosted& e) {
    const StepContent& step = *e.step;
    if (step.name.rule != MoneyRule::parked) return;
    const std::string& order = step.name.id;
    if (!in_suspense_.insert(order).second) return wrong(order + " is in suspense a second time");
    if (step.amount != facts_.paid(order))
      wrong(order + " is in suspense with " + std::to_string(step.amount) + ", and was paid " +
            std::to_string(facts_.paid(order)));
  }

  void require_owed(const StepContent& step) {
    if (!owed_.contains(step.asked))
      wrong(step.name.id + " asks for money because of " + step.asked.to_string() +
            ", which owes nothing, or is not durable");
  }

  PaymentFacts facts_;
  std::set<Position> owed_;  // events that make a step of money owed
  std::set<std::string> successes_, failed_, credited_, in_suspense_;
  Position at_;
};

}  // namespace

std::unique_ptr<Checker> make_credited_once(const RunView& run) {
  return std::make_unique<CreditedOnce>(run);
}

}  // namespace florin::sim
