// AccountTerms: what each account allows is what happens. Nobody pays or is paid while frozen or closed, in
// another currency, beyond what is there, beyond the day's limit, or in a transfer that is in no log; no transfer is
// confirmed and no saga's last step sent after a deadline, by the clock that the log itself names; and nothing is
// refused that was allowed, nor with another reason than the first that holds. Read from
// the durable entries alone, with an own idea of every account and own arithmetic. Every answer of a partition is what
// this idea was at the position that it names, and so is what the product makes of the same entries.
#include <map>
#include <set>
#include <variant>

#include "domain/postings.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "sim/checkers/account_ledger.hpp"
#include "sim/checkers/answer_judge.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

struct Started {
  Protocol protocol = Protocol::tcc;
  std::int64_t deadline = 0;
  std::int64_t client_deadline = INT64_MAX;
  std::size_t legs = 0;
  bool decided = false;
};

class AccountTerms final : public Checker {
 public:
  AccountTerms(const RunView& run, bool has_follower)
      : ledgers_(run.options.partitions),
        history_(run.options.partitions),
        judge_(run, history_),
        has_follower_(has_follower) {}
  [[nodiscard]] std::string_view name() const override { return "account_terms"; }

  void on_durable(PartitionId partition, LogIndex index, std::string_view bytes,
                  PartitionState& follower) override {
    const auto entry = decode_entry(bytes);
    if (!entry)
      return fail("p" + std::to_string(partition) + ":" + std::to_string(index) +
                  " cannot be read");
    at_ = {index, 0, partition};
    time_ = client_clock_ = entry->header.time;
    for (const Event& event : entry->events) {
      visit([this](const auto& e) { on(e); }, event);
      note_postings(event);
      for (const std::string& id : ledger().touched()) changed_.insert(id);
      history_.note(event, at_, ledger());
      ++at_.ordinal;
    }
    history_.entry_ended(at_, time_);
    if (has_follower_) compare_with(follower);
    changed_.clear();
  }

  void on_answer(const Operation& operation, const Answer& answer) override {
    if (auto wrong = judge_.wrong_with(operation, answer)) fail(std::move(*wrong));
  }

 private:
  AccountLedger& ledger() { return ledgers_.at(at_.partition); }
  void wrong(const AccountId& account, const std::string& what) {
    fail(at_.to_string() + " " + account.str() + " " + what);
  }
  static std::string text(std::optional<Rejection> why) {
    return why ? std::string(to_string(*why)) : "nothing is against it";
  }

  void require_allowed(const AccountId& account, Minor amount, Currency currency, bool pays,
                       Leaves leaves) {
    const auto why = ledger().why_not(account, amount, currency, pays, leaves, time_);
    if (why)
      wrong(account, std::string(pays ? "pays" : "is paid") + " " + std::to_string(amount) +
                         ", but: " + text(why));
  }
  // A saga's debit may have to be given back; its credit is the last step.
  static Leaves left_by(Protocol protocol, bool pays) {
    if (protocol == Protocol::saga) return pays ? Leaves::room : Leaves::nothing;
    return pays ? Leaves::held : Leaves::room;
  }
  void require_started(const LegKey& leg, const AccountId& account) {
    if (!started_.contains(leg.transfer))
      wrong(account, "takes part in a transfer that is in no log");
  }
  [[nodiscard]] bool is_late(const Started& transfer) const {
    return time_.us > transfer.deadline || client_clock_.us > transfer.client_deadline;
  }

  // Which accounts have a posting in the event: the head of their statements.
  void note_postings(const Event& event) {
    for (const Posting& posting : postings_of(event))
      if (!posting.is_clearing()) ledger().posted(*posting.account, posting.currency, at_);
  }

  // What evolve made of the same entry.
  void compare_with(PartitionState& follower) {
    for (const std::string& name : changed_) {
      const AccountId id = AccountId::from_trusted(name);
      const Terms* mine = ledger().find(id);
      const AccountState* its = follower.account(id);
      if ((mine == nullptr) != (its == nullptr))
        wrong(id, "is there for one of two and not for the other");
      if (mine == nullptr || its == nullptr) continue;
      const Int128 used = std::min<Int128>(mine->used, AccountLedger::largest);
      if (mine->free != its->available || mine->held != its->held || mine->room != its->incoming)
        wrong(id, "has other money than its events gave it");
      if (mine->by_payments != its->payments_net || mine->owes != its->debt)
        wrong(id, "has another sum of payments, or of debts, than its steps gave it");
      if (mine->frozen != its->frozen || mine->closed != its->closed ||
          mine->may_owe != its->allow_negative || mine->limit != its->daily_debit_limit ||
          mine->currency != its->currency)
        wrong(id, "has other terms than its events gave it");
      const Metadata none;
      const Metadata& written = its->metadata ? *its->metadata : none;
      if (mine->metadata_changed != its->metadata_changed ||
          mine->metadata != std::map<std::string, std::string>(written.begin(), written.end()))
        wrong(id, "has other metadata than its events gave it");
      // Without a limit it says little, and is not exact: beyond 64 bits the product counts no further.
      if (mine->limit >= 0 && (used != its->debited_today || mine->day != its->debit_day))
        wrong(id, "has used another part of its daily limit than its events say");
      if (mine->last_posting.index != its->last_posting_index ||
          mine->last_posting.ordinal != its->last_posting_ordinal)
        wrong(id, "has another last posting than its events say");
    }
    static_cast<void>(ledger().take_touched());
  }

  // --- accounts
  void on(const AccountOpened& e) {
    Terms& account = ledger().add(e.account);
    account.currency = e.currency;
    account.may_owe = e.allow_negative;
    account.limit = e.daily_debit_limit;
    account.metadata = {e.metadata.begin(), e.metadata.end()};
  }
  void on(const AccountMetadataChanged& e) {
    Terms& account = ledger().add(e.account);
    if (account.closed) wrong(e.account, "has its metadata changed and is closed");
    if (e.metadata.size() > 16) wrong(e.account, "has more than 16 pairs of metadata");
    account.metadata = {e.metadata.begin(), e.metadata.end()};
    account.metadata_changed = true;
  }
  void on(const AccountFrozen& e) { ledger().add(e.account).frozen = true; }
  void on(const AccountUnfrozen& e) { ledger().add(e.account).frozen = false; }
  void on(const AccountClosed& e) {
    Terms& account = ledger().add(e.account);
    if (account.free + account.held != 0 || account.held != 0 || account.room != 0)
      wrong(e.account, "is closed and not empty");
    account.closed = true;
  }

  // --- inside the partition
  void on(const TransferPosted& e) {
    require_allowed(e.from, e.amount, e.currency, true, Leaves::nothing);
    require_allowed(e.to, e.amount, e.currency, false, Leaves::nothing);
    pay(e.from, e.amount);
    if (Terms* to = ledger().find(e.to)) to->free += e.amount;
  }
  void on(const TransferRefused& e) {
    const auto payer = ledger().why_not(e.from, e.amount, e.currency, true, Leaves::nothing, time_);
    const auto payee = ledger().why_not(e.to, e.amount, e.currency, false, Leaves::nothing, time_);
    const auto why = payer && payee ? std::min(*payer, *payee) : payer ? payer : payee;
    if (why ? *why != e.code : e.code != Rejection::deadline_passed)
      wrong(e.from, "is refused with " + text(e.code) + ", but: " + text(why));
  }

  // The payer where both are to blame.
  void on(const SidedRefusal& e) {
    on(e.refused);
    const TransferRefused& refused = e.refused;
    const auto payer = ledger().why_not(refused.from, refused.amount, refused.currency, true,
                                        Leaves::nothing, time_);
    const auto side = payer == refused.code ? RefusedSide::from : RefusedSide::to;
    if (e.side != side) wrong(refused.from, "is refused, and the other side is blamed for it");
    const bool has_a_side = refused.code == Rejection::account_not_found ||
                            refused.code == Rejection::account_frozen ||
                            refused.code == Rejection::account_closed;
    if (!has_a_side) wrong(refused.from, "is refused with a side that there is none of");
  }

  // --- coordinators
  void on(const TransferStarted& e) {
    started_[at_] = {e.protocol, e.deadline.is_none() ? INT64_MAX : e.deadline.us, INT64_MAX,
                     e.legs.size(), false};
  }
  void on(const TransferNoted&) {}
  void on(const LegNoted&) {}
  void on(const ClientDeadlineGiven& e) { started_[e.transfer].client_deadline = e.deadline.us; }
  void on(const LeaderClockRead& e) { client_clock_ = e.clock; }
  void on(const TransferDecided& e) {
    Started& transfer = started_[e.transfer];
    transfer.decided = true;
    if (e.decision == Decision::confirm && transfer.protocol == Protocol::tcc && is_late(transfer))
      fail(at_.to_string() + " confirms " + e.transfer.to_string() + " after its deadline");
  }
  void on(const CancelDecided& e) { started_[e.transfer].decided = true; }
  void on(const TryAnswered& e) {
    const Started& transfer = started_[e.leg.transfer];
    if (transfer.protocol == Protocol::saga && !transfer.decided && e.answer.is_ok() &&
        e.leg.leg + 2U == transfer.legs && is_late(transfer))
      fail(at_.to_string() + " sends the last step of " + e.leg.transfer.to_string() +
           " after its deadline");
  }
  // A saga's debit stays: no room for its return is needed any more.
  void on(const TransferCompleted& e) {
    if (started_[e.transfer].protocol != Protocol::saga) return;
    auto& open = ledger().open;
    for (auto at = open.lower_bound({e.transfer, 0});
         at != open.end() && at->first.transfer == e.transfer;) {
      if (Terms* account = ledger().find(AccountId::from_trusted(at->second.account)))
        account->room -= at->second.amount;
      at = open.erase(at);
    }
  }
  void on(const SecondPhaseAnswered&) {}
  void on(const TransferCancelled&) {}
  void on(const FenceAdvanced&) {}
  template <AccountCommandEvent E>
  void on(const Commanded<E>& e) {
    on(e.event);
  }
  void on(const MembershipEvent auto&) {}
  void on(const OwnEvent auto&) {}

  // --- payments: whoever is paid may be, nobody pays what is not there, and the fee comes from what came
  void on(const MoneyStepDone& e) {
    for (const PostedMove& posted : e.moves) {
      const MoneyMove& move = posted.move;
      require_allowed(move.to, move.amount, e.step.currency, false, Leaves::nothing);
      Terms* from = ledger().find(move.from);
      if (from == nullptr) return wrong(move.from, "pays and is not there");
      if (!from->may_owe && from->free < move.amount) wrong(move.from, "pays more than it has");
      const bool is_wanted =
          e.step.name.rule == MoneyRule::wallet_debited && move.from == e.step.account;
      if (is_wanted)
        pay(move.from, move.amount);
      else
        from->free -= move.amount;
      if (Terms* to = ledger().find(move.to)) to->free += move.amount;
      note_payment(e.step, move);
    }
  }
  void note_payment(const StepContent& step, const MoneyMove& move) {
    Terms* account = ledger().find(step.account);
    if (account == nullptr) return wrong(step.account, "has a step and is not there");
    if (move.from.view().starts_with("@debt:")) account->owes += move.amount;
    if (move.to.view().starts_with("@debt:")) account->owes -= move.amount;
    if (Terms* from = ledger().find(move.from)) from->by_payments -= move.amount;
    if (Terms* to = ledger().find(move.to)) to->by_payments += move.amount;
  }
  void on(const MoneyStepRefused&) {}   // nothing moves
  void on(const LedgerEntryPosted&) {}  // the other books

  // --- legs
  void on(const LegTried& e) {
    const bool pays = e.content.role == LegRole::debit;
    require_allowed(e.content.account, e.content.amount, e.content.currency, pays,
                    pays ? Leaves::held : Leaves::room);
    require_started(e.leg, e.content.account);
    remember(e.leg, e.content);
    Terms* account = ledger().find(e.content.account);
    if (account == nullptr) return;
    if (pays) {
      pay(e.content.account, e.content.amount);
      account->held += e.content.amount;
    } else {
      account->room += e.content.amount;
    }
  }
  void on(const LegRefused& e) {
    const LegContent& leg = e.content;
    const bool pays = leg.role == LegRole::debit;
    const auto why = ledger().why_not(leg.account, leg.amount, leg.currency, pays,
                                      left_by(started_[e.leg.transfer].protocol, pays), time_);
    if (why != e.code)
      wrong(leg.account, "is refused with " + text(e.code) + ", but: " + text(why));
  }
  void on(const LegConfirmed& e) {
    end_leg(e.leg, [&](Terms& account, const OpenLeg& leg) {
      (leg.pays ? account.held : account.room) -= leg.amount;
      if (!leg.pays) account.free += leg.amount;
    });
  }
  void on(const LegCancelled& e) {
    end_leg(e.leg, [&](Terms& account, const OpenLeg& leg) {
      (leg.pays ? account.held : account.room) -= leg.amount;
      if (!leg.pays) return;
      account.free += leg.amount;
      ledger().give_back(account, leg);
    });
  }
  void on(const LegCancelledEarly&) {}
  void on(const StepApplied& e) {
    const bool pays = e.content.role == LegRole::debit;
    require_allowed(e.content.account, e.content.amount, e.content.currency, pays,
                    pays ? Leaves::room : Leaves::nothing);
    require_started(e.leg, e.content.account);
    Terms* account = ledger().find(e.content.account);
    if (account == nullptr) return;
    if (!pays) {
      account->free += e.content.amount;
      return;
    }
    remember(e.leg, e.content);
    pay(e.content.account, e.content.amount);
    account->room += e.content.amount;
  }
  void on(const StepCompensated& e) {
    end_leg(e.leg, [&](Terms& account, const OpenLeg& leg) {
      account.room -= leg.amount;
      account.free += leg.amount;
      ledger().give_back(account, leg);
    });
  }

  void pay(const AccountId& id, Minor amount) {
    Terms* account = ledger().find(id);
    if (account == nullptr) return;
    account->free -= amount;
    ledger().use(*account, amount, day_of(time_));
  }
  void remember(const LegKey& key, const LegContent& content) {
    ledger().open[key] = {content.account.str(), content.amount, day_of(time_),
                          content.role == LegRole::debit};
  }
  template <class End>
  void end_leg(const LegKey& key, End&& end) {
    const auto leg = ledger().open.find(key);
    if (leg == ledger().open.end())
      return fail(at_.to_string() + " ends leg " + std::to_string(key.leg) + " of " +
                  key.transfer.to_string() + ", which is not open");
    if (Terms* account = ledger().find(AccountId::from_trusted(leg->second.account)))
      end(*account, leg->second);
    ledger().open.erase(leg);
  }

  std::vector<AccountLedger> ledgers_;  // by partition
  LogHistory history_;
  AnswerJudge judge_;
  bool has_follower_;
  std::set<std::string> changed_;  // by the entry that is looked at
  std::map<TransferId, Started> started_;
  Position at_;
  Timestamp time_;
  Timestamp client_clock_;  // what clients' deadlines are compared with
};

}  // namespace

std::unique_ptr<Checker> make_account_terms(const RunView& run, bool has_follower) {
  return std::make_unique<AccountTerms>(run, has_follower);
}

}  // namespace florin::sim
