// MoneyConserved: no event makes or loses money. Every posting is of a transfer that a client asked for, with
// its accounts and amount, of a transaction with exactly the postings that one request has; each leg is posted at most once and
// a completed transfer has moved exactly its amount, a cancelled one nothing, and in the end all have ended; and after every entry the balances and the clearing of its partition are
// what the postings so far add up to. Own arithmetic: amounts are held against the clients' requests.
//
// Money moves by transfers and legs: each of their events is named, so that a new one is either held against a request or said
// to need none. An account's events are dismissed as a whole: one that moved money after all would be met by compare().
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

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
      const auto name = [&](std::uint32_t party) {
        return party_name(work, party) +
               (party == ActionPosting::outside ? ":" + currency : std::string());
      };
      Moves moves;
      for (const ActionPosting& p : moves_of(a))
        moves.emplace_back(name(p.from), name(p.to), p.amount);
      asked_.insert({a.transaction, currency, std::move(moves)});
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

  // What has moved some of its postings and never ends has moved no whole.
  void at_end(EndView&) override {
    for (const auto& [transfer, flight] : flights_)
      fail(transfer.to_string() + " has no end, with " + posted_of(flight) + " legs posted");
  }

 private:
  // From, to, amount of each posting, in the client's order.
  using Moves = std::vector<std::tuple<std::string, std::string, std::int64_t>>;
  using Request = std::tuple<std::uint64_t, std::string, Moves>;
  struct FlyingLeg {
    std::string account, other;
    LegRole role = LegRole::debit;
    std::int64_t amount = 0;
    bool posted = false;
  };
  struct Flight {  // a transfer that has started and not ended
    std::string currency;
    std::vector<FlyingLeg> legs;
  };

  static std::string posted_of(const Flight& flight) {
    const auto posted = std::ranges::count_if(flight.legs, &FlyingLeg::posted);
    return std::to_string(posted) + " of " + std::to_string(flight.legs.size());
  }
  void wrong(const std::string& what) { fail(at_.to_string() + ": " + what); }

  // --- of which transfer: what posts was asked for, and its leg has not been posted yet ------------------

  void on(const TransferPosted& e) {
    asked(e.transaction_id, e.currency, {{e.from.str(), e.to.str(), e.amount}});
  }
  void on(const TransferStarted& e) {
    const std::size_t postings = e.legs.size() / 2;
    if (postings == 0 || e.legs.size() % 2 != 0) return wrong("a transfer whose legs are no pairs");
    Moves moves;
    for (std::size_t i = 0; i < postings; ++i) {
      const LegSpec& debit = e.legs[i];
      const LegSpec& credit = e.legs[postings + i];
      moves.emplace_back(debit.account.str(), credit.account.str(), debit.amount);
      if (debit.amount != credit.amount) wrong("the legs differ in amount");
      if (debit.role != LegRole::debit || credit.role != LegRole::credit)
        wrong("a leg goes the wrong way");
      const bool has_outside =
          debit.account.view().starts_with('@') || credit.account.view().starts_with('@');
      if (has_outside && debit.partition != credit.partition)
        wrong("the outside of a posting is in another partition than its other side");
    }
    asked(e.transaction_id, e.currency, moves);
    Flight& flight = flights_[at_];
    flight = {std::string(e.currency.view()), {}};
    for (std::size_t i = 0; i < e.legs.size(); ++i) {
      const LegSpec& leg = e.legs[i];
      const LegSpec& other = e.legs[(i + postings) % e.legs.size()];
      flight.legs.push_back({leg.account.str(), other.account.str(), leg.role, leg.amount});
    }
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

  // All postings of one request: a transaction with one less, one more or another order is one that nobody asked for.
  void asked(const Uuid& id, Currency currency, const Moves& moves) {
    if (asked_.contains({number_of(id), std::string(currency.view()), moves})) return;
    std::string text;
    for (const auto& [from, to, amount] : moves)
      text += (text.empty() ? "" : ", ") + std::to_string(amount) + " from " + from + " to " + to;
    wrong("nobody asked to move " + text);
  }

  // `forward`: the leg's own posting; otherwise its reverse.
  void post(const LegKey& leg, const LegContent& content, bool forward) {
    const auto found = flights_.find(leg.transfer);
    if (found == flights_.end())
      return wrong("posts leg of " + leg.transfer.to_string() + ", which is not under way");
    Flight& flight = found->second;
    if (leg.leg >= flight.legs.size())
      return wrong("posts a leg that " + leg.transfer.to_string() + " has not");
    FlyingLeg& flying = flight.legs[leg.leg];
    if (content.account.str() != flying.account || content.role != flying.role ||
        content.counterparty.str() != flying.other || content.amount != flying.amount ||
        content.currency.view() != flight.currency)
      wrong("posts something else than " + leg.transfer.to_string() + " is about");
    if (flying.posted == forward)
      wrong("posts the same leg of " + leg.transfer.to_string() + " twice");
    flying.posted = forward;
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
    if (std::ranges::any_of(found->second.legs,
                            [&](const FlyingLeg& leg) { return leg.posted != moved; }))
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
