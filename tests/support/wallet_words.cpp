// Short words for accounts, amounts and ids in tests.
#include "tests/support/wallet_words.hpp"

#include "base/overloaded.hpp"

namespace florin::words {
namespace {

std::string leg_of(const LegKey& key) { return " " + std::to_string(key.leg); }

std::string code_of(const std::optional<Rejection>& code) {
  return code ? " " + std::string(to_string(*code)) : "";
}

}  // namespace

AccountId account_in(PartitionId home, std::uint32_t partitions, const std::string& stem) {
  const PartitionMap map(partitions);
  for (int n = 0;; ++n) {
    const auto id = AccountId::from_trusted(n == 0 ? stem : stem + "." + std::to_string(n));
    if (map.partition_of(id) == home) return id;
  }
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

std::string text(const LegAnswer& answer) { return text(answer.code) + code_of(answer.rejection); }

std::string text(LegMessage message) {
  switch (message) {
    case LegMessage::try_: return "try";
    case LegMessage::confirm: return "confirm";
    case LegMessage::cancel: return "cancel";
    case LegMessage::apply: return "apply";
    case LegMessage::compensate: return "compensate";
  }
  return "?";
}

std::string text(TransferStatus status) {
  switch (status) {
    case TransferStatus::trying: return "trying";
    case TransferStatus::confirming: return "confirming";
    case TransferStatus::cancelling: return "cancelling";
    case TransferStatus::completed: return "completed";
    case TransferStatus::cancelled: return "cancelled";
    case TransferStatus::refused: return "refused";
  }
  return "?";
}

std::string text(LegState state) {
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

std::string text(OrderReply reply) {
  switch (reply) {
    case OrderReply::none: return "none";
    case OrderReply::reserved: return "reserved";
    case OrderReply::same: return "same";
    case OrderReply::busy: return "busy";
    case OrderReply::taken: return "taken";
    case OrderReply::released: return "released";
    case OrderReply::begun: return "begun";
    case OrderReply::cancelled: return "cancelled";
    case OrderReply::cancelling: return "cancelling";
    case OrderReply::in_progress: return "in_progress";
    case OrderReply::final_: return "final";
    case OrderReply::not_found: return "not_found";
  }
  return "?";
}

std::string text(OrderWord word) {
  switch (word) {
    case OrderWord::nothing: return "nothing";
    case OrderWord::payable: return "payable";
    case OrderWord::succeeded: return "succeeded";
    case OrderWord::failed: return "failed";
  }
  return "?";
}

std::string text(StepAnswerCode code) {
  switch (code) {
    case StepAnswerCode::done: return "done";
    case StepAnswerCode::refused: return "refused";
    case StepAnswerCode::mismatch: return "mismatch";
    case StepAnswerCode::fenced: return "fenced";
  }
  return "?";
}

std::string text(EnterCode code) {
  switch (code) {
    case EnterCode::entered: return "entered";
    case EnterCode::not_done: return "not_done";
    case EnterCode::refused: return "refused";
    case EnterCode::mismatch: return "mismatch";
    case EnterCode::fenced: return "fenced";
  }
  return "?";
}

std::string text(const Event& event) {
  std::string details = visit(
      [](const auto& e) -> std::string {
        std::string out;
        if constexpr (requires { e.leg.leg; }) out += leg_of(e.leg);
        if constexpr (std::is_same_v<std::decay_t<decltype(e)>, TryAnswered>)
          out += " " + text(e.answer);
        if constexpr (requires { e.decision; })
          out += e.decision == Decision::confirm ? " confirm" : " cancel";
        if constexpr (requires { std::optional<Rejection>(e.code); }) out += code_of(e.code);
        if constexpr (std::is_same_v<std::decay_t<decltype(e)>, SidedRefusal>)
          out += code_of(e.refused.code) + (e.side == RefusedSide::to ? " of to" : " of from");
        if constexpr (requires { e.answered_leg; }) {
          if (e.answered_leg != TransferDecided::no_leg)
            out += " by " + std::to_string(e.answered_leg) + " " + text(e.answer);
        }
        if constexpr (std::is_same_v<std::decay_t<decltype(e)>, SecondPhaseAnswered>)
          out += e.out_of_order ? " out_of_order" : "";
        if constexpr (std::is_same_v<std::decay_t<decltype(e)>, FenceAdvanced>)
          out += " p" + std::to_string(e.coordinator) + " " + std::to_string(e.index);
        return out;
      },
      event);
  return std::string(event_name(event)) + details;
}

std::string text(const Message& message) {
  return visit(
      Overloaded{
          [](const StartTransfer&) -> std::string { return "start"; },
          [](const StartTransaction&) -> std::string { return "start"; },
          [](const TryLeg& m) -> std::string { return "try" + leg_of(m.leg); },
          [](const ConfirmLeg& m) -> std::string { return "confirm" + leg_of(m.leg); },
          [](const CancelLeg& m) -> std::string { return "cancel" + leg_of(m.leg); },
          [](const LegAnswered& m) -> std::string {
            return "answer" + leg_of(m.leg) + " " + text(m.answered) + " " + text(m.answer);
          },
          [](const ApplyStep& m) -> std::string { return "apply" + leg_of(m.leg); },
          [](const CompensateStep& m) -> std::string { return "compensate" + leg_of(m.leg); },
          [](const AdvanceFence& m) -> std::string { return "fence " + std::to_string(m.index); },
          [](const FenceHeard& m) -> std::string {
            return "fence heard " + std::to_string(m.index);
          },
          [](const GetAccount&) -> std::string { return "get_account"; },
          [](const OpenAccount&) -> std::string { return "open_account"; },
          [](const ChangeAccount&) -> std::string { return "change_account"; },
          [](const ChangeMetadata&) -> std::string { return "change_metadata"; },
          [](const CheckLeg&) -> std::string { return "check_leg"; },
          [](const GetTransfer&) -> std::string { return "get_transfer"; },
          [](const GetTrialBalance&) -> std::string { return "get_trial_balance"; },
          [](const ListAccounts&) -> std::string { return "list_accounts"; },
          [](const GetLedgerSums&) -> std::string { return "get_ledger_sums"; },
          [](const GetLedgerBalance& m) -> std::string {
            return "get_ledger_balance " + to_string(m.account);
          },
          [](const ListPayments& m) -> std::string { return "list behind " + m.behind.str(); },
          [](const StartCheckout& m) -> std::string { return "start " + m.checkout.str(); },
          [](const GetCheckout& m) -> std::string { return "get " + m.checkout.str(); },
          [](const GetPayment& m) -> std::string { return "get " + m.order.str(); },
          [](const CancelPayment& m) -> std::string { return "cancel " + m.order.str(); },
          [](const TakeHint& m) -> std::string { return "hint " + m.order.str(); },
          [](const ReserveOrder& m) -> std::string { return "reserve " + m.order.str(); },
          [](const ReleaseOrder& m) -> std::string { return "release " + m.order.str(); },
          [](const BeginOrder& m) -> std::string { return "begin " + m.order.str(); },
          [](const OrderAnswered& m) -> std::string { return m.order.str() + " " + text(m.reply); },
          [](const TellCheckout& m) -> std::string {
            return m.order.str() + " tells " + text(m.word);
          },
          [](const CheckoutHeard& m) -> std::string {
            return m.order.str() + " heard " + text(m.word);
          },
          [](const GetPaymentKey& m) -> std::string { return "get key " + m.key.str(); },
          [](const ReserveKey& m) -> std::string {
            return "reserve the key of " + m.claim.checkout.str();
          },
          [](const ReleaseKey& m) -> std::string {
            return "release the key of " + m.claim.checkout.str();
          },
          [](const KeepKey& m) -> std::string {
            return "keep the key of " + m.claim.checkout.str();
          },
          [](const KeyAnswered& m) -> std::string {
            return "key of " + m.claim.checkout.str() + " " + text(m.reply);
          },
          [](const DoMoneyStep& m) -> std::string { return "do " + to_string(m.step.name); },
          [](const EnterMoneyStep& m) -> std::string { return "enter " + to_string(m.step.name); },
          [](const MoneyStepAnswered& m) -> std::string {
            return to_string(m.name) + " " + text(m.code) + code_of(m.rejection);
          },
          [](const MoneyStepEntered& m) -> std::string {
            return to_string(m.name) + " " + text(m.code);
          },
          []<class Question>(const FollowerRead<Question>& m) -> std::string {
            return text(Message(m.question)) + " from " + std::to_string(m.min_index) + " on";
          },
          [](const InsideNode auto&) -> std::string { return "inside"; },
      },
      message);
}

std::string text(const Reply& reply) {
  const std::string body = visit(
      Overloaded{
          [](const TransferOutcome& o) -> std::string {
            const std::string posting =
                o.refused_posting == no_posting ? "" : " of " + std::to_string(o.refused_posting);
            return text(o.status) + code_of(o.code) + posting + (o.replayed ? " replayed" : "");
          },
          [](const Refused& r) -> std::string { return "no" + code_of(r.code); },
          [](const CheckResult& r) -> std::string { return "check" + code_of(r.rejection); },
          [](const NotAccepted&) -> std::string { return "not_accepted"; },
          [](const std::unique_ptr<AccountView>& v) -> std::string {
            return std::string(v->created ? "created " : "account ") + v->account.str();
          },
          [](const std::unique_ptr<AccountPage>& p) -> std::string {
            std::string ids = "page";
            for (const AccountView& view : p->accounts) ids += " " + view.account.str();
            return ids;
          },
          [](const std::unique_ptr<TransferViews>& v) -> std::string {
            std::string out = "transfers";
            for (const TransferState& t : v->open) out += " open:" + t.owner.str();
            for (const TransferRecord& r : v->ended)
              out += " " + text(r.status) + ":" + r.owner.str();
            return out;
          },
          [](const std::unique_ptr<TrialBalance>&) -> std::string { return "trial_balance"; },
          [](const std::unique_ptr<LedgerSumsView>&) -> std::string { return "ledger_sums"; },
          [](const std::unique_ptr<LedgerBalanceView>&) -> std::string { return "ledger_balance"; },
          [](const std::unique_ptr<CheckoutView>& v) -> std::string {
            return v->checkout.str() + " " + std::string(to_string(v->state.phase)) +
                   (v->created ? " created" : "");
          },
          [](const std::unique_ptr<PaymentView>& v) -> std::string {
            return v->order.str() + " " + std::string(to_string(v->state.phase));
          },
          [](const std::unique_ptr<PaymentPage>& p) -> std::string {
            std::string ids = "page";
            for (const PaymentView& view : p->payments) ids += " " + view.order.str();
            return ids;
          },
          [](const PaymentKeyView& v) -> std::string {
            return v.checkout.empty() ? "key of nobody" : "key of " + v.checkout.str();
          },
          [](const HintTaken&) -> std::string { return "hint_taken"; },
          [](const PaymentRefused& r) -> std::string {
            const std::string which = r.order.empty() ? "" : " " + r.order.str();
            return "no " + std::string(to_string(r.code)) + which;
          },
      },
      reply.body);
  return "reply " + std::to_string(reply.request) + " " + body;
}

}  // namespace florin::words
