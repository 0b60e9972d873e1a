// MoneyConserved: no event makes or loses money. Every posting is of a transfer that a client asked for, with
// its accounts and amount; each leg is posted at most once and a completed transfer has moved exactly its
// amount, a cancelled one nothing; and after every entry the balances and the clearing of its partition are
// what the postings so far add up to. Own arithmetic: amounts are held against the clients' requests.
//
// Money moves by transfers and legs: each of their events is named, so that a new one is either held against a request or said
// to need none. An account's events are dismissed as a whole: one that moved money after all would be met by compare().
#include <map>
#include <set>
#include <tuple>

#include "domain/postings.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

__extension__ typedef __int128 Wide;

std::uint64_t number_of(const Uuid& id) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < 16; ++i) number = number << 8 | id.bytes[i];
  return number;
}

class MoneyConserved final : public Checker {
 public:
  explicit MoneyConserved(const RunView& run) {
    const Workload& work = run.workload;
    for (const Action& a : work.actions) {
      if (!moves_money(a.kind)) continue;
      const std::string& currency = work.currencies.at(a.currency);
      const std::string outside = "@outside:" + currency;
      const std::string& own = work.accounts.at(a.account).id;
      const std::string& from = a.kind == ActionKind::deposit ? outside : own;
      const std::string& to = a.kind == ActionKind::deposit    ? own
                              : a.kind == ActionKind::withdraw ? outside
                                                               : work.accounts.at(a.other).id;
      asked_.insert({a.transaction, from, to, a.amount, currency});
    }
  }
  [[nodiscard]] std::string_view name() const override { return "money_conserved"; }

  void on_events(const DecodedEntry& entry, PartitionState& follower) override {
    partition_ = entry.header.partition;
    touched_.clear();
    for (std::size_t i = 0; i < entry.events.size(); ++i) {
      at_ = {entry.header.index, static_cast<Ordinal>(i), partition_};
      visit([this](const auto& event) { on(event); }, entry.events[i]);
      for (const Posting& posting : postings_of(entry.events[i])) book(posting);
    }
    for (const std::string& id : touched_) compare(id, follower);
    for (const CurrencySums& sums : follower.sums())
      if (sums.clearing != clearing_[{partition_, std::string(sums.currency.view())}])
        wrong("clearing in " + std::string(sums.currency.view()) + " is not what was posted");
  }

 private:
  using Request = std::tuple<std::uint64_t, std::string, std::string, std::int64_t, std::string>;
  struct Flight {  // a transfer that has started and not ended
    std::string from, to, currency;
    std::int64_t amount = 0;
    bool debited = false, credited = false;
  };

  void wrong(const std::string& what) { fail(at_.to_string() + ": " + what); }

  // --- of which transfer: what posts was asked for, and its leg has not been posted yet ------------------

  void on(const TransferPosted& e) { asked(e.transaction_id, e.from, e.to, e.amount, e.currency); }
  void on(const TransferStarted& e) {
    if (e.legs.size() != 2) return wrong("a transfer with another number of legs than two");
    asked(e.transaction_id, e.legs[0].account, e.legs[1].account, e.legs[0].amount, e.currency);
    if (e.legs[0].amount != e.legs[1].amount) wrong("the legs differ in amount");
    flights_[at_] = {e.legs[0].account.str(), e.legs[1].account.str(),
                     std::string(e.currency.view()), e.legs[0].amount};
  }
  void on(const LegConfirmed& e) { post(e.leg, e.content, true); }
  void on(const StepApplied& e) { post(e.leg, e.content, true); }
  void on(const StepCompensated& e) { post(e.leg, e.content, false); }
  void on(const TransferCompleted& e) { end(e.transfer, true); }
  void on(const TransferCancelled& e) { end(e.transfer, false); }
  // Of no client's request: if one of them posted, its account's balance would say so.
  void on(const AccountEvent auto&) {}
  void on(const TransferRefused&) {}
  void on(const SidedRefusal&) {}
  void on(const TransferNoted&) {}
  void on(const LegNoted&) {}
  void on(const ClientDeadlineGiven&) {}
  void on(const LeaderClockRead&) {}
  void on(const TryAnswered&) {}
  void on(const TransferDecided&) {}
  void on(const CancelDecided&) {}
  void on(const SecondPhaseAnswered&) {}
  void on(const LegTried&) {}
  void on(const LegRefused&) {}
  void on(const LegCancelled&) {}
  void on(const LegCancelledEarly&) {}
  void on(const FenceAdvanced&) {}
  void on(const MembershipEvent auto&) {}
  void on(const WalletEvent auto&) {}
  void on(const LedgerEvent auto&) {}
  void on(const OwnEvent auto&) {}

  void asked(const Uuid& id, const AccountId& from, const AccountId& to, Minor amount,
             Currency currency) {
    if (!asked_.contains(
            {number_of(id), from.str(), to.str(), amount, std::string(currency.view())}))
      wrong("nobody asked to move " + std::to_string(amount) + " from " + from.str() + " to " +
            to.str());
  }

  // `forward`: the leg's own posting; otherwise its reverse.
  void post(const LegKey& leg, const LegContent& content, bool forward) {
    const auto found = flights_.find(leg.transfer);
    if (found == flights_.end())
      return wrong("posts leg of " + leg.transfer.to_string() + ", which is not under way");
    Flight& flight = found->second;
    const bool debit = content.role == LegRole::debit;
    if (content.account.str() != (debit ? flight.from : flight.to) ||
        content.amount != flight.amount || content.currency.view() != flight.currency)
      wrong("posts something else than " + leg.transfer.to_string() + " is about");
    bool& posted = debit ? flight.debited : flight.credited;
    if (posted == forward) wrong("posts the same leg of " + leg.transfer.to_string() + " twice");
    posted = forward;
  }

  // --- how much: the sums of all postings so far -----------------------------------------------------------

  void book(const Posting& posting) {
    const Wide change =
        posting.side == LegRole::credit ? Wide{posting.amount} : -Wide{posting.amount};
    if (posting.is_clearing()) {
      clearing_[{partition_, std::string(posting.currency.view())}] += change;
      return;
    }
    const std::string account = posting.account->str();
    Wide& posted = posted_[{partition_, account}];
    posted += change;
    if (posted != posting.trail->posted_after)
      wrong(account + " does not follow from its last posting");
    touched_.insert(account);
  }

  void end(const TransferId& transfer, bool moved) {
    const auto found = flights_.find(transfer);
    if (found == flights_.end()) return wrong(transfer.to_string() + " ends twice");
    if (found->second.debited != moved || found->second.credited != moved)
      wrong(transfer.to_string() + (moved ? " is completed, but a leg is not posted"
                                          : " is cancelled, but a leg is posted"));
    flights_.erase(found);
  }

  void compare(const std::string& id, PartitionState& follower) {
    const AccountState* account = follower.account(AccountId::from_trusted(id));
    if (account == nullptr) return wrong(id + " was posted to and is not there");
    if (Wide{account->available} + account->held != posted_[{partition_, id}])
      wrong(id + " has another balance than its postings add up to");
  }

  std::set<Request> asked_;
  std::map<std::pair<PartitionId, std::string>, Wide> posted_, clearing_;
  std::map<TransferId, Flight> flights_;
  PartitionId partition_ = 0;
  Position at_;
  std::set<std::string> touched_;
};

}  // namespace

std::unique_ptr<Checker> make_money_conserved(const RunView& run) {
  return std::make_unique<MoneyConserved>(run);
}

}  // namespace florin::sim
