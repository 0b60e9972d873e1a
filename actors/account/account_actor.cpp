// Each message: ask the domain, record the event if there is one, answer. No decision is made here.
#include "actors/account/account_actor.hpp"

#include "actors/messages/subject.hpp"
#include "domain/account/account_decide.hpp"
#include "domain/transfer/participant_decide.hpp"
#include "domain/transfer/transfer_decide.hpp"

namespace florin {

template <class Asked>
void AccountActor::reply_view(const Asked& message, const AccountState& account, bool created) {
  auto view = std::make_unique<AccountView>(make_account_view(account, state_.id()));
  view->created = created;
  context_.reply(
      {message.request, context_.current_position(), std::move(view), subject_of(message)});
}

void AccountActor::on(const OpenAccount& message) {
  if (message.account.empty()) {  // the edge lets none in: a peer that is broken or lies
    context_.alarm("an account without a name", {});
    context_.reply({message.request, context_.current_position(),
                    Refused{Rejection::account_not_found}, subject_of(message)});
    return;
  }
  AccountOpened terms{message.account,        message.currency,          message.kind,
                      message.allow_negative, message.daily_debit_limit, message.metadata};
  auto decision = decide_open(state_.account(message.account), terms);
  if (!decision) {
    context_.reply({message.request, context_.current_position(), Refused{decision.error()},
                    subject_of(message)});
    return;
  }
  const bool created = decision->has_value();
  if (created) context_.emit(commanded(std::move(**decision), {message.command, {}, {}, {}}));
  reply_view(message, *state_.account(message.account), created);
}

void AccountActor::on(const ChangeAccount& message) {
  auto decision = decide_change(state_.account(message.account), message.change, message.reason);
  if (!decision) {
    context_.reply({message.request, context_.current_position(), Refused{decision.error()},
                    subject_of(message)});
    return;
  }
  if (decision->has_value())
    context_.emit(commanded(std::move(**decision), {message.command, {}, {}, {}}));
  reply_view(message, *state_.account(message.account), false);
}

void AccountActor::on(const GetAccount& message) {
  const AccountState* account = state_.account(message.account);
  if (account == nullptr) {
    context_.reply({message.request, context_.current_position(),
                    Refused{Rejection::account_not_found}, subject_of(message)});
    return;
  }
  reply_view(message, *account, false);
}

void AccountActor::on(const CheckLeg& message) {
  const AccountState* account = state_.account(message.account);
  const auto rejection =
      message.role == LegRole::debit
          ? check_debit(account, message.amount, message.currency, context_.now(), DebitBy::hold)
          : check_credit(account, message.amount, message.currency, CreditBy::reservation);
  context_.reply(
      {message.request, context_.current_position(), CheckResult{rejection}, subject_of(message)});
}

void AccountActor::on(const TryLeg& message) {
  if (refused_as_contradiction(message.leg, LegMessage::try_)) return;
  if (answered_as_fenced(message.leg, LegMessage::try_)) return;
  answer(message.leg, LegMessage::try_,
         decide_try(state_.account(message.content.account), state_.leg(message.leg), message.leg,
                    message.content, context_.now()));
}

void AccountActor::on(const ConfirmLeg& message) {
  if (refused_as_contradiction(message.leg, LegMessage::confirm)) return;
  if (answered_as_fenced(message.leg, LegMessage::confirm)) return;
  answer(message.leg, LegMessage::confirm,
         decide_confirm(state_.account(message.account), state_.leg(message.leg), message.leg));
}

void AccountActor::on(const CancelLeg& message) {
  if (refused_as_contradiction(message.leg, LegMessage::cancel)) return;
  if (answered_as_fenced(message.leg, LegMessage::cancel)) return;
  const LegDecision decision = decide_cancel(state_.leg(message.leg), message.leg, message.account);
  // Another leg of this account may have been given back by a lie: then this one's reservation is gone.
  if (decision.event && state_.contradiction(*decision.event, context_.next_position()))
    return refuse(message.leg, LegMessage::cancel, "a reservation is not there");
  answer(message.leg, LegMessage::cancel, decision);
}

void AccountActor::on(const ApplyStep& message) {
  if (refused_as_contradiction(message.leg, LegMessage::apply)) return;
  if (answered_as_fenced(message.leg, LegMessage::apply)) return;
  answer(message.leg, LegMessage::apply,
         decide_apply(state_.account(message.content.account), state_.leg(message.leg), message.leg,
                      message.content, context_.now()));
}

void AccountActor::on(const CompensateStep& message) {
  if (refused_as_contradiction(message.leg, LegMessage::compensate)) return;
  if (answered_as_fenced(message.leg, LegMessage::compensate)) return;
  answer(message.leg, LegMessage::compensate,
         decide_compensate(state_.account(message.account), state_.leg(message.leg), message.leg,
                           message.account));
}

// Tables are looked up by the coordinator's partition. A leg beside its coordinator is one of those that its transfer
// has here, and hears what that transfer has to say as it is. What comes from a peer may say anything.
bool AccountActor::refused_as_contradiction(LegKey leg, LegMessage message) {
  const PartitionId coordinator = leg.transfer.partition;
  const TransferRow* own = coordinator == state_.id() ? state_.transfer(leg.transfer) : nullptr;
  if (state_.can_have_leg(leg) && (own == nullptr || is_answer_of(own->state, message)))
    return false;
  refuse(leg, message, "a message about a leg that cannot be");
  return true;
}

void AccountActor::refuse(LegKey leg, LegMessage message, std::string_view why) {
  context_.alarm(why, leg);
  if (leg.transfer.partition < state_.map().partitions())
    context_.tell(leg.transfer.partition,
                  LegAnswered{leg, message, {AnswerCode::leg_mismatch, std::nullopt}});
}

bool AccountActor::answered_as_fenced(LegKey leg, LegMessage message) {
  if (!state_.is_fenced(leg.transfer) || state_.leg(leg) != nullptr) return false;
  context_.tell(leg.transfer.partition,
                LegAnswered{leg, message, {AnswerCode::fenced, std::nullopt}});
  return true;
}

void AccountActor::answer(LegKey leg, LegMessage answered, const LegDecision& decision) {
  if (decision.alarm) context_.alarm("participant contract violated", leg);
  if (decision.event) context_.emit(*decision.event);
  context_.tell(leg.transfer.partition, LegAnswered{leg, answered, decision.answer});
}

}  // namespace florin
