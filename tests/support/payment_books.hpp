// One partition's wallet and ledger in a test: accounts, the records of their money steps, the books, and the fence. Asks the
// domain, holds each event against the state as replay would, applies it, and counts positions. No actors, no log.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "domain/account/system_account.hpp"
#include "domain/ledger/ledger_decide.hpp"
#include "domain/ledger/trial_balance.hpp"
#include "domain/ledger/wallet_comparison.hpp"
#include "domain/wallet/step_check.hpp"
#include "domain/wallet/step_decide.hpp"
#include "domain/wallet/step_evolve.hpp"

namespace florin::payment_words {

inline const AccountId seller = AccountId::from_trusted("seller");
inline const AccountId buyer = AccountId::from_trusted("buyer");
inline const Currency usd{{'U', 'S', 'D'}};
inline const Currency eur{{'E', 'U', 'R'}};
inline constexpr std::int32_t day = 20'000;
inline constexpr Timestamp noon{std::int64_t{day} * 86'400'000'000 + 43'200'000'000};
inline constexpr PartitionId orders_partition = 3;  // where those live who ask for steps

inline AccountState account_of(const AccountId& id, Minor available = 0) {
  AccountState account;
  account.id = id;
  account.currency = usd;
  account.available = available;
  return account;
}

// Of order po-<order>, asked by its event `asked`. Names of PSP and reason are there where the rule has them.
inline StepContent step_of(MoneyRule rule, Minor amount, Minor fee = 0, std::uint64_t order = 1,
                           LogIndex asked = 1) {
  const MoneyRow& row = row_of(rule);
  StepContent step;
  step.name = {OriginKind::payment, "po-" + std::to_string(order), rule, 1};
  step.asked = {asked, 0, orders_partition};
  if (names(row, Party::account)) step.account = seller;
  step.currency = usd;
  step.amount = amount;
  step.fee = fee;
  if (names(row, Party::psp) || names(row, Party::suspense)) step.holder = "sandbox";
  if (names(row, Party::suspense)) step.reason = "parked";
  return step;
}

inline EnterStep enter_of(const StepContent& step) { return {step, day, "florin"}; }

class PaymentBooks {
 public:
  AccountState& open(AccountState account) {
    return accounts_[account.id.str()] = std::move(account);
  }
  // System accounts are there without being opened.
  AccountState& account(const AccountId& id) {
    if (auto system = accounts_.contains(id.str()) ? std::nullopt : new_system_account(id))
      return open(std::move(*system));
    return accounts_.at(id.str());
  }
  AccountState& system(SystemAccount name, Currency currency = usd) {
    return account(system_account_id(name, currency));
  }
  [[nodiscard]] const MoneyStep* record(const StepName& name) const {
    const auto found = steps_.find(name);
    return found == steps_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const LedgerBooks& books() const { return books_; }
  [[nodiscard]] const OwedToLedger& owed() const { return owed_; }
  [[nodiscard]] Minor balance(const LedgerAccount& account) const {
    return static_cast<Minor>(books_.of(account, usd).balance);
  }
  [[nodiscard]] LogIndex last_index() const { return index_; }

  StepDecision ask(const StepContent& step) {
    const StepAccounts accounts = accounts_for(step);
    const MoneyStep* known = record(step.name);
    StepDecision decision = decide_step(known, is_fenced(step), step, accounts, noon);
    if (!decision.event) return decision;
    if (const auto* moved = get_if<MoneyStepDone>(&*decision.event)) {
      EXPECT_STREQ(against_step(*moved, known, is_fenced(step), accounts), nullptr);
      apply(*moved);
    } else {
      const auto& refused = get<MoneyStepRefused>(*decision.event);
      EXPECT_STREQ(against_step(refused, known, is_fenced(step)), nullptr);
      steps_[step.name] = evolve_refused(refused, next());
    }
    return decision;
  }

  EnterDecision enter(const EnterStep& command) {
    const LedgerView view{record(command.step.name), is_fenced(command.step), &books_,
                          closed_until};
    EnterDecision decision = decide_enter(command, view);
    if (!decision.event) return decision;
    EXPECT_STREQ(against_entry(*decision.event, view), nullptr);
    decision.entry = next();
    entries.push_back(*decision.event);
    books_.apply(*decision.event, decision.entry);
    if (const auto found = steps_.find(command.step.name); found != steps_.end()) {
      owed_.entered(found->second);
      evolve_entered(found->second, decision.entry);
    } else {
      steps_[command.step.name] = evolve_entered_alone(*decision.event, decision.entry);
    }
    return decision;
  }

  // Who asks has logged the end of all that it came to owe up to this event.
  void advance_fence(LogIndex index) {
    fence_ = std::max(fence_, index);
    std::erase_if(steps_, [&](const auto& item) {
      const bool covered = is_fenced(item.second.content);
      EXPECT_TRUE(!covered || is_finished(item.second)) << "a fence never covers what is owed";
      return covered;
    });
  }

  // What must be true after every event, whatever came before.
  void expect_whole() {
    LedgerTrialBalance trial;
    for (const LedgerBalance& balance : books_.all()) trial.add(balance);
    EXPECT_FALSE(trial.unbalanced().has_value()) << "the books balance";
    std::map<Currency, WideMinor> posted;
    for (auto& [id, account] : accounts_) {
      EXPECT_TRUE(invariants_hold(account)) << id;
      posted[account.currency] += account.posted();
      if (const auto comparison = compare_wallet(account, books_, owed_)) {
        EXPECT_TRUE(comparison->agrees())
            << id << ": wallet " << static_cast<Minor>(comparison->payments_net) << ", ledger "
            << static_cast<Minor>(comparison->ledger_credit) << ", owed "
            << static_cast<Minor>(comparison->owed);
      }
    }
    OwedToLedger again;
    for (const auto& [name, step] : steps_)
      if (is_owed_to_ledger(step)) again.done(step);
    for (auto& [id, account] : accounts_)
      EXPECT_EQ(again.of(account.id), owed_.of(account.id)) << "what is owed follows from records";
    for (const auto& [currency, sum] : posted) EXPECT_TRUE(sum == opened_) << "no money is made";
  }
  // Of all accounts together at the beginning.
  void set_opened(Minor sum) { opened_ = sum; }

  std::vector<LedgerEntryPosted> entries;
  std::int32_t closed_until = nothing_closed;
  std::vector<MoneyStepDone> done;

 private:
  Position next() { return {++index_, 0, 0}; }
  [[nodiscard]] bool is_fenced(const StepContent& step) const {
    return step.asked.partition == orders_partition && step.asked.index <= fence_;
  }
  StepAccounts accounts_for(const StepContent& step) {
    StepAccounts accounts;
    for (const AccountId& id : system_accounts_of(row_of(step.name.rule), step.currency))
      accounts.system.push_back(&account(id));
    const auto found = accounts_.find(step.account.str());
    accounts.account = found == accounts_.end() ? nullptr : &found->second;
    return accounts;
  }
  void apply(const MoneyStepDone& event) {
    const Position at = next();
    done.push_back(event);
    evolve_accounts(event, day, at,
                    [&](const AccountId& id, const auto& how) { how(account(id)); });
    owed_.done(steps_[event.step.name] = evolve_done(event, at));
  }

  std::map<std::string, AccountState> accounts_;
  std::map<StepName, MoneyStep> steps_;
  LedgerBooks books_;
  OwedToLedger owed_;
  LogIndex index_ = 0;
  LogIndex fence_ = 0;
  WideMinor opened_ = 0;
};

}  // namespace florin::payment_words
