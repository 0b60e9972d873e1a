// Numbers messages, and says of each what the rules of exploration ask.
#include "sim/explore/message_book.hpp"

#include "actors/messages/message_kinds.hpp"
#include "base/assert.hpp"
#include "base/overloaded.hpp"
#include "sim/explore/explore_words.hpp"

namespace florin::sim {
namespace {

std::string chain_of(const LegKey& key, LegMessage message) {
  return "leg " + std::to_string(key.leg) + " " + std::to_string(static_cast<int>(message));
}

std::string chain_of(const Message& message) {
  return visit(
      Overloaded{[](const TryLeg& m) { return chain_of(m.leg, LegMessage::try_); },
                 [](const ConfirmLeg& m) { return chain_of(m.leg, LegMessage::confirm); },
                 [](const CancelLeg& m) { return chain_of(m.leg, LegMessage::cancel); },
                 [](const ApplyStep& m) { return chain_of(m.leg, LegMessage::apply); },
                 [](const CompensateStep& m) { return chain_of(m.leg, LegMessage::compensate); },
                 [](const LegAnswered& m) { return chain_of(m.leg, m.answered); },
                 [](const AdvanceFence& m) { return "fence " + std::to_string(m.to); },
                 [](const StartTransfer&) -> std::string { return "request"; },
                 [](const StartNotedTransfer&) -> std::string { return "request"; },
                 [](const StartTransaction&) -> std::string { return "request"; },
                 [](const FenceHeard& m) { return "fence " + std::to_string(m.participant); },
                 // Of payments no world of this explorer has one.
                 [](const ReserveOrder& m) { return "order " + m.order.str(); },
                 [](const ReleaseOrder& m) { return "order " + m.order.str(); },
                 [](const BeginOrder& m) { return "order " + m.order.str(); },
                 [](const OrderAnswered& m) { return "order " + m.order.str(); },
                 [](const TellCheckout& m) { return "word of " + m.order.str(); },
                 [](const CheckoutHeard& m) { return "word of " + m.order.str(); },
                 [](const ReserveKey& m) { return "key " + m.key.str(); },
                 [](const ReleaseKey& m) { return "key " + m.key.str(); },
                 [](const KeepKey& m) { return "key " + m.key.str(); },
                 [](const KeyAnswered& m) { return "key of " + m.claim.checkout.str(); },
                 [](const DoMoneyStep& m) { return "step " + to_string(m.step.name); },
                 [](const EnterMoneyStep& m) { return "entry " + to_string(m.step.name); },
                 [](const MoneyStepAnswered& m) { return "step " + to_string(m.name); },
                 [](const MoneyStepEntered& m) { return "entry " + to_string(m.name); },
                 // Whatever else a client says waits for nobody.
                 [](const FromClient auto&) { return std::string(); },
                 [](const InsideNode auto&) { return std::string(); }},
      message);
}

}  // namespace

MessageId MessageBook::number(PartitionId to, const Message& message) {
  const std::string text = explore_text(message) + " to p" + std::to_string(to);
  for (std::size_t i = 0; i < pages_.size(); ++i)
    if (pages_[i].text == text) return static_cast<MessageId>(i);
  FLORIN_ASSERT(pages_.size() < no_message, "an exploration has few distinct messages");
  Page page{.to = to, .message = message, .text = text, .chain = chain_of(message)};
  const auto* answered = get_if<LegAnswered>(&message);
  page.minds_the_time =
      holds_alternative<StartTransfer>(message) || holds_alternative<StartNotedTransfer>(message) ||
      holds_alternative<StartTransaction>(message) ||
      (answered != nullptr &&
       (answered->answered == LegMessage::try_ || answered->answered == LegMessage::apply));
  page.confirms = holds_alternative<ConfirmLeg>(message);
  page.cancels =
      holds_alternative<CancelLeg>(message) || holds_alternative<CompensateStep>(message);
  page.is_answer = answered != nullptr || holds_alternative<FenceHeard>(message);
  pages_.push_back(std::move(page));
  return static_cast<MessageId>(pages_.size() - 1);
}

}  // namespace florin::sim
