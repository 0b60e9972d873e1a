// Words for the parts of a transfer.
#include "sim/explore/explore_words.hpp"

#include "actors/messages/message_kinds.hpp"
#include "base/overloaded.hpp"
#include "sim/scenarios/scenario_names.hpp"

namespace florin::sim {
namespace {

std::string leg_of(const LegKey& key) { return " leg " + std::to_string(key.leg); }

std::string with_code(const std::optional<Rejection>& code) {
  return code ? " " + std::string(to_string(*code)) : "";
}

std::string text(AnswerCode code) {
  switch (code) {
    case AnswerCode::ok: return "ok";
    case AnswerCode::ok_empty: return "ok_empty";
    case AnswerCode::refused: return "refused";
    case AnswerCode::cancelled: return "cancelled";
    case AnswerCode::cancelled_before_try: return "cancelled_before_try";
    case AnswerCode::leg_mismatch: return "leg_mismatch";
    case AnswerCode::try_not_found: return "try_not_found";
    case AnswerCode::already_confirmed: return "already_confirmed";
    case AnswerCode::already_cancelled: return "already_cancelled";
    case AnswerCode::fenced: return "fenced";
  }
  return "?";
}

std::string fence_of(PartitionId coordinator, LogIndex index) {
  return " of p" + std::to_string(coordinator) + " up to " + std::to_string(index);
}

template <class E>
std::string details(const E& event) {
  std::string out;
  if constexpr (requires { event.leg.leg; }) out += leg_of(event.leg);
  if constexpr (requires { LegAnswer(event.answer).code; }) out += " " + explore_text(event.answer);
  if constexpr (requires { event.decision; })
    out += event.decision == Decision::confirm ? " confirm" : " cancel";
  if constexpr (requires { std::optional<Rejection>(event.code); }) out += with_code(event.code);
  if constexpr (std::is_same_v<E, SidedRefusal>) out += with_code(event.refused.code);
  if constexpr (std::is_same_v<E, FenceAdvanced>) out += fence_of(event.coordinator, event.index);
  return out;
}

}  // namespace

std::string explore_text(LegState state) {
  switch (state) {
    case LegState::none: return "none";
    case LegState::tried: return "tried";
    case LegState::confirmed: return "confirmed";
    case LegState::cancelled: return "cancelled";
    case LegState::cancelled_early: return "cancelled_early";
    case LegState::refused: return "refused";
  }
  return "?";
}

std::string explore_text(TransferStatus status) { return std::string(word_of(status)); }

std::string explore_text(const LegAnswer& answer) {
  return text(answer.code) + with_code(answer.rejection);
}

std::string explore_text(const Message& message) {
  return visit(
      Overloaded{
          [](const StartTransfer&) -> std::string { return "the client's request"; },
          [](const StartNotedTransfer&) -> std::string {
            return "the client's request with notes";
          },
          [](const StartTransaction&) -> std::string { return "the client's transaction"; },
          [](const TryLeg& m) -> std::string { return "try" + leg_of(m.leg); },
          [](const ConfirmLeg& m) -> std::string { return "confirm" + leg_of(m.leg); },
          [](const CancelLeg& m) -> std::string { return "cancel" + leg_of(m.leg); },
          [](const ApplyStep& m) -> std::string { return "apply" + leg_of(m.leg); },
          [](const CompensateStep& m) -> std::string { return "compensate" + leg_of(m.leg); },
          [](const LegAnswered& m) -> std::string {
            return "answer of" + leg_of(m.leg) + " to " + std::string(word_of(m.answered)) + ": " +
                   explore_text(m.answer);
          },
          [](const AdvanceFence& m) -> std::string {
            return "fence" + fence_of(m.coordinator, m.index);
          },
          [](const ChangeAccount& m) -> std::string {
            return (m.change == AccountChange::freeze ? "freeze " : "change ") + m.account.str();
          },
          [](const ChangeMetadata& m) -> std::string { return "metadata of " + m.account.str(); },
          [](const FenceHeard& m) -> std::string {
            return "fence heard by p" + std::to_string(m.participant) +
                   fence_of(m.coordinator, m.index);
          },
          [](const ReserveOrder& m) -> std::string { return "reserve " + m.order.str(); },
          [](const ReleaseOrder& m) -> std::string { return "release " + m.order.str(); },
          [](const BeginOrder& m) -> std::string { return "begin " + m.order.str(); },
          [](const OrderAnswered& m) -> std::string {
            return m.order.str() + " answers " + std::to_string(static_cast<int>(m.reply));
          },
          [](const TellCheckout& m) -> std::string {
            return m.order.str() + " tells " + std::to_string(static_cast<int>(m.word));
          },
          [](const CheckoutHeard& m) -> std::string {
            return m.order.str() + " was heard " + std::to_string(static_cast<int>(m.word));
          },
          [](const ReserveKey& m) -> std::string { return "reserve key " + m.key.str(); },
          [](const ReleaseKey& m) -> std::string { return "release key " + m.key.str(); },
          [](const KeepKey& m) -> std::string { return "keep key " + m.key.str(); },
          [](const KeyAnswered& m) -> std::string {
            return "key of " + m.claim.checkout.str() + " answers " +
                   std::to_string(static_cast<int>(m.reply));
          },
          [](const DoMoneyStep& m) -> std::string { return "do " + to_string(m.step.name); },
          [](const EnterMoneyStep& m) -> std::string { return "enter " + to_string(m.step.name); },
          [](const MoneyStepAnswered& m) -> std::string {
            return to_string(m.name) + " answered " + std::to_string(static_cast<int>(m.code));
          },
          [](const MoneyStepEntered& m) -> std::string {
            return to_string(m.name) + " entered " + std::to_string(static_cast<int>(m.code));
          },
          [](const FromClient auto&) -> std::string { return "other"; },
          [](const InsideNode auto&) -> std::string { return "other"; },
      },
      message);
}

std::string explore_text(const Event& event) {
  return visit([&](const auto& e) { return std::string(event_name(event)) + details(e); }, event);
}

std::string explore_text(const Reply& reply) {
  if (const auto* outcome = get_if<TransferOutcome>(&reply.body))
    return explore_text(outcome->status) + with_code(outcome->code);
  if (const auto* refused = get_if<Refused>(&reply.body)) return "no" + with_code(refused->code);
  return "another reply";
}

}  // namespace florin::sim
