// StepActor: has money steps done by the wallets of its partition, and entered in its ledger, for whoever asks (payment orders). A sans-I/O
// state machine: it asks the domain, records the event if there is one, answers. No decision is made here.
//
// Every message may come twice, late, never, or before its predecessor: a repeat is answered from the record, a late one behind the fence is
// `fenced`, an entry that comes before its wallet's step is `not_done`. The same name with other content is never done: an alarm.
//
// Crash: it knows nothing that is not state.
#pragma once

#include <variant>

#include "actors/entity/entity_context.hpp"
#include "actors/entity/uses.hpp"
#include "actors/messages/messages.hpp"
#include "cluster/partition_map.hpp"
#include "domain/ledger/entry_lines.hpp"
#include "domain/ledger/ledger_decide.hpp"
#include "domain/wallet/step_decide.hpp"

namespace florin {

struct StepUses {
  static Uses<ReadsTime, Asks<KnownStep, KnownAccount, IsFenced>,
              Emits<MoneyStepDone, MoneyStepRefused>, Tells<MoneyStepAnswered>, Alarms>
  of(const DoMoneyStep&);
  static Uses<Asks<KnownStep, KnownBalance, IsFenced>, Emits<LedgerEntryPosted>,
              Tells<MoneyStepEntered>, Alarms>
  of(const EnterMoneyStep&);
};

template <class Answers>
class StepActor {
 public:
  StepActor(EntityContext<Answers> context, const PartitionMap& map)
      : context_(context), map_(map) {}

  // payment path 11/12: the seller's wallet, fees and provider in one event, once for a name.
  void on(const DoMoneyStep& message) {
    const StepContent& step = message.step;
    if (!is_asked_by_its_own(step)) return;
    const StepDecision decision = decide_step(context_.ask(step.name, KnownStep{}), is_fenced(step),
                                              step, accounts_of(step), context_.now());
    if (decision.alarm) context_.alarm("a money step contradicts the one of its name", {});
    if (decision.event) emit(*decision.event);
    context_.tell(
        step.asked.partition,
        MoneyStepAnswered{step.name, step.asked, decision.answer.code, decision.answer.rejection});
  }

  // payment path 12/12: the ledger enters what the wallet did; then the order is done, and tells its checkout.
  void on(const EnterMoneyStep& message) {
    const StepContent& step = message.step;
    if (!is_asked_by_its_own(step)) return;
    LedgerView view;
    view.step = context_.ask(step.name, KnownStep{});
    view.is_fenced = is_fenced(step);
    const LedgerBooks books = books_of(step, view.step);
    view.books = &books;
    const EnterDecision decision = decide_enter({step, message.value_date, message.by}, view);
    if (decision.alarm) context_.alarm("a ledger entry contradicts the money step of its name", {});
    if (decision.event) context_.emit(*decision.event);
    context_.tell(step.asked.partition, MoneyStepEntered{step.name, step.asked, decision.code});
  }

 private:
  // Whoever may ask under this name is where the asking event is. A peer that is broken or lies: nobody would hear the answer.
  bool is_asked_by_its_own(const StepContent& step) {
    const auto id = PaymentId::parse(step.name.id);
    const bool is_own = id && step.name.origin == OriginKind::payment &&
                        step.asked.partition == partition_of(*id, map_);
    if (!is_own) context_.alarm("a money step of nobody who can ask for it", {});
    return is_own;
  }
  [[nodiscard]] bool is_fenced(const StepContent& step) const {
    return context_.ask(IsFenced{step.asked});
  }
  [[nodiscard]] StepAccounts accounts_of(const StepContent& step) const {
    StepAccounts accounts;
    if (!is_sound(step)) return accounts;
    accounts.account = context_.ask(step.account, KnownAccount{});
    for (const AccountId& id : system_accounts_of(row_of(step.name.rule), step.currency))
      if (const AccountState* account = context_.ask(id, KnownAccount{}))
        accounts.system.push_back(account);
    return accounts;
  }
  // What the ledger says of the accounts that the entry will name.
  [[nodiscard]] LedgerBooks books_of(const StepContent& step, const MoneyStep* record) const {
    LedgerBooks books;
    if (!is_sound(step)) return books;
    const bool is_alone = record == nullptr && !moves_wallets(row_of(step.name.rule));
    const bool is_done = record != nullptr && record->state == StepState::done;
    if (!is_alone && !is_done) return books;
    if (const Lines lines = is_alone ? lines_of_flows(step) : lines_of_moves(*record))
      for (const LineDraft& line : *lines)
        books.put(context_.ask(LedgerKey{step.currency, line.account}, KnownBalance{}));
    return books;
  }
  void emit(const AnyWalletEvent& event) {
    visit([this](const auto& one) { context_.emit(one); }, event);
  }

  EntityContext<Answers> context_;
  const PartitionMap& map_;
};

}  // namespace florin
