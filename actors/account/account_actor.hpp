// AccountActor: the entity actor of one account, and so the participant of transfers. A sans-I/O state machine: it handles
// one message, records events, and answers by messages. It owns the account's state; nobody else decides about that
// money. Each message: ask the domain, record the event if there is one, answer. No decision is made here.
//
// Every message may come twice, late, never, or before its predecessor: repeats are answered from the leg's
// recorded state (participant_table.hpp), a Cancel before its Try leaves the cancel flag, and a late Try
// of a transfer that has ended is refused by that flag or by the coordinator's fence.
//
// Crash: it knows nothing that is not state.
#pragma once

#include <memory>
#include <utility>

#include "actors/account/account_answers.hpp"
#include "actors/account/account_rules.hpp"
#include "actors/account/account_view.hpp"
#include "actors/entity/entity_context.hpp"
#include "actors/entity/uses.hpp"
#include "actors/messages/subject.hpp"
#include "domain/account/account_decide.hpp"
#include "domain/transfer/participant_decide.hpp"

namespace florin {

// What the handlers do beyond reading their own account.
struct AccountUses {
  using AsksOfLegs = Asks<MaySay, KnownLeg>;

  static Uses<Emits<Commanded<AccountOpened>>, Replies, Alarms> of(const OpenAccount&);
  static Uses<Emits<Commanded<AccountFrozen>, Commanded<AccountUnfrozen>, Commanded<AccountClosed>>,
              Replies>
  of(const ChangeAccount&);
  static Uses<Emits<Commanded<AccountMetadataChanged>>, Replies> of(const ChangeMetadata&);
  static Uses<Replies> of(const GetAccount&);
  static Uses<ReadsTime, Replies> of(const CheckLeg&);
  static Uses<ReadsTime, AsksOfLegs, Emits<LegTried, LegRefused>, Tells<LegAnswered>, Alarms> of(
      const TryLeg&);
  static Uses<ReadsTime, AsksOfLegs, Emits<LegTried, LegRefused, LegNoted>, Tells<LegAnswered>,
              Alarms>
  of(const TryNotedLeg&);
  static Uses<AsksOfLegs, Emits<LegConfirmed, LegNoted>, Tells<LegAnswered>, Alarms> of(
      const ConfirmLeg&);
  static Uses<AsksOfLegs, Emits<LegCancelled, LegCancelledEarly>, Tells<LegAnswered>, Alarms> of(
      const CancelLeg&);
  static Uses<ReadsTime, AsksOfLegs, Emits<StepApplied, LegRefused>, Tells<LegAnswered>, Alarms> of(
      const ApplyStep&);
  static Uses<ReadsTime, AsksOfLegs, Emits<StepApplied, LegRefused, LegNoted>, Tells<LegAnswered>,
              Alarms>
  of(const ApplyNotedStep&);
  static Uses<AsksOfLegs, Emits<StepCompensated, LegCancelledEarly, LegNoted>, Tells<LegAnswered>,
              Alarms>
  of(const CompensateStep&);
};

// `Own`: the account that the message is for. state() wakes it, and is null when there is none; before_event() is the same
// for what its event will say again, and counts as no use of it.
template <class Own, class Answers>
class AccountActor {
 public:
  AccountActor(Own own, EntityContext<Answers> context, const AccountRules& rules = {})
      : own_(own), context_(context), rules_(rules) {}

  void on(const OpenAccount& message) {
    if (message.account.empty()) {  // the edge lets none in: a peer that is broken or lies
      context_.alarm("an account without a name", {});
      return refuse(message, Rejection::account_not_found);
    }
    AccountOpened terms{message.account,        message.currency,          message.kind,
                        message.allow_negative, message.daily_debit_limit, message.metadata};
    auto decision = decide_open(own_.state(), terms);
    if (!decision) return refuse(message, decision.error());
    const bool created = decision->has_value();
    if (created) context_.emit(commanded(std::move(**decision), {message.command, {}, {}, {}}));
    reply_view(message, *own_.state(), created);
  }

  void on(const ChangeAccount& message) {
    auto decision = decide_change(own_.state(), message.change, message.reason);
    if (!decision) return refuse(message, decision.error());
    if (decision->has_value())
      context_.emit(commanded(std::move(**decision), {message.command, {}, {}, {}}));
    reply_view(message, *own_.state(), false);
  }

  // While a node of the cluster could not read it, nothing is recorded: the same request may come again.
  void on(const ChangeMetadata& message) {
    if (!rules_.may_change_metadata()) {
      context_.reply({message.request, {}, NotAccepted{NotAccepted::Why::level_too_low}});
      return;
    }
    auto decision = decide_metadata(own_.state(), message.patch);
    if (!decision) return refuse(message, decision.error());
    const bool changed = decision->has_value();
    if (changed) context_.emit(commanded(std::move(**decision), {message.command, {}, {}, {}}));
    reply_view(message, *own_.state(), changed);
  }

  void on(const GetAccount& message) {
    const AccountState* account = own_.state();
    if (account == nullptr) return refuse(message, Rejection::account_not_found);
    reply_view(message, *account, false);
  }

  void on(const CheckLeg& message) {
    const AccountState* account = own_.state();
    const auto rejection =
        message.role == LegRole::debit
            ? check_debit(account, message.amount, message.currency, context_.now(), DebitBy::hold)
            : check_credit(account, message.amount, message.currency, CreditBy::reservation);
    context_.reply_to(message, CheckResult{rejection});
  }

  void on(const TryLeg& message) { on_try(message, nullptr); }
  // Its sender's node has heard that all nodes read LegNoted; this one may hear it later. The Try comes again.
  void on(const TryNotedLeg& message) {
    if (rules_.may_note()) on_try(message, &*message.notes);
  }

  void on(const ConfirmLeg& message) {
    const auto leg = heard(message.leg, LegMessage::confirm);
    if (!leg) return;
    answer_leg(message.leg, LegMessage::confirm, decide_confirm(own_.state(), *leg, message.leg),
               notes_of(*leg));
  }

  void on(const CancelLeg& message) {
    const auto leg = heard(message.leg, LegMessage::cancel);
    if (!leg) return;
    const LegDecision decision = decide_cancel(*leg, message.leg, message.account);
    if (gives_back(decision) && !can_give_back((*leg)->content))
      return refuse_leg(message.leg, LegMessage::cancel, "a reservation is not there");
    answer_leg(message.leg, LegMessage::cancel, decision);
  }

  void on(const ApplyStep& message) { on_apply(message, nullptr); }
  // As a Try with notes.
  void on(const ApplyNotedStep& message) {
    if (rules_.may_note()) on_apply(message, &*message.notes);
  }

  void on(const CompensateStep& message) {
    const auto leg = heard(message.leg, LegMessage::compensate);
    if (!leg) return;
    answer_leg(message.leg, LegMessage::compensate,
               decide_compensate(own_.state(), *leg, message.leg, message.account), notes_of(*leg));
  }

 private:
  void on_try(const TryLeg& message, const LegNotes* notes) {
    const auto leg = heard(message.leg, LegMessage::try_);
    if (!leg) return;
    answer_leg(message.leg, LegMessage::try_,
               decide_try(own_.state(), *leg, message.leg, message.content, context_.now()), notes);
  }
  void on_apply(const ApplyStep& message, const LegNotes* notes) {
    const auto leg = heard(message.leg, LegMessage::apply);
    if (!leg) return;
    answer_leg(message.leg, LegMessage::apply,
               decide_apply(own_.state(), *leg, message.leg, message.content, context_.now()),
               notes);
  }

  // The leg as it is (null: never heard of), if its sender may say this of it. None: nothing is to be done. What no
  // coordinator can have sent was refused with an alarm, and what is over and forgotten was answered as `fenced`.
  std::optional<const Leg*> heard(const LegKey& key, LegMessage message) {
    switch (context_.ask(key.transfer, MaySay{key.leg, message})) {
      case LegSender::open: return context_.ask(key, KnownLeg{});
      case LegSender::ended:
        if (const Leg* leg = context_.ask(key, KnownLeg{})) return leg;
        tell_sender(key, message, {AnswerCode::fenced, std::nullopt});
        break;
      case LegSender::denies: refuse_leg(key, message, cannot_be); break;
      case LegSender::nobody: context_.alarm(cannot_be, key); break;
    }
    return std::nullopt;
  }

  static bool gives_back(const LegDecision& decision) {
    return decision.event && holds_alternative<LegCancelled>(*decision.event);
  }
  // Another leg of this account may have been given back by a lie: then this one's reservation is gone.
  [[nodiscard]] bool can_give_back(const LegContent& leg) const {
    return against_move(own_.before_event(), leg.currency, leg.amount,
                        move_released(leg.role, leg.amount)) == nullptr;
  }

  static const LegNotes* notes_of(const Leg* leg) {
    return leg == nullptr ? nullptr : leg->notes.get();
  }
  // What is tried or posted is noted; of all else no statement speaks.
  static bool is_noted(const Event& event) {
    return holds_alternative<LegTried>(event) || holds_alternative<LegConfirmed>(event) ||
           holds_alternative<StepApplied>(event) || holds_alternative<StepCompensated>(event);
  }
  // `notes`: what the transfer is for; null: it does not say.
  void answer_leg(const LegKey& key, LegMessage answered, const LegDecision& decision,
                  const LegNotes* notes = nullptr) {
    if (decision.alarm) context_.alarm("participant contract violated", key);
    if (decision.event && notes != nullptr && is_noted(*decision.event)) {
      const LegNoted noted{key, *notes};  // before the leg changes, whose they may be
      context_.emit(*decision.event);
      context_.emit(noted);
    } else if (decision.event) {
      context_.emit(*decision.event);
    }
    tell_sender(key, answered, decision.answer);
  }
  void refuse_leg(const LegKey& key, LegMessage message, std::string_view why) {
    context_.alarm(why, key);
    tell_sender(key, message, {AnswerCode::leg_mismatch, std::nullopt});
  }
  void tell_sender(const LegKey& key, LegMessage answered, const LegAnswer& answer) {
    context_.tell(key.transfer.partition, LegAnswered{key, answered, answer});
  }

  template <class Asked>
  void reply_view(const Asked& message, const AccountState& account, bool created) {
    auto view = std::make_unique<AccountView>(make_account_view(account, context_.partition()));
    view->created = created;
    context_.reply_to(message, std::move(view));
  }
  template <class Asked>
  void refuse(const Asked& message, Rejection why) {
    context_.reply_to(message, Refused{why});
  }

  static constexpr std::string_view cannot_be = "a message about a leg that cannot be";

  Own own_;
  EntityContext<Answers> context_;
  AccountRules rules_;
};

}  // namespace florin
