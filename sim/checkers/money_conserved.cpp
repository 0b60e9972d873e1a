// MoneyConserved: no event makes or loses money. Every posting is of a transfer that a client asked for, with
// its accounts and amount; each leg is posted at most once and a completed transfer has moved exactly its
// amount, a cancelled one nothing; and after every entry the balances and the clearing of its partition are
// what the postings so far add up to. Own arithmetic: amounts come from the clients' requests.
#include <map>
#include <set>
#include <tuple>

#include "base/overloaded.hpp"
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
      std::visit([this](const auto& event) { on(event); }, entry.events[i]);
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

  template <class Event>
  void on(const Event&) {}  // moves nothing

  void on(const TransferPosted& e) {
    asked(e.transaction_id, e.from, e.to, e.amount, e.currency);
    move(e.from, -e.amount, e.debit.posted_after);
    move(e.to, e.amount, e.credit.posted_after);
  }
  void on(const TransferStarted& e) {
    if (e.legs.size() != 2) return wrong("a transfer with another number of legs than two");
    asked(e.transaction_id, e.legs[0].account, e.legs[1].account, e.legs[0].amount, e.currency);
    if (e.legs[0].amount != e.legs[1].amount) wrong("the legs differ in amount");
    flights_[at_] = {e.legs[0].account.str(), e.legs[1].account.str(),
                     std::string(e.currency.view()), e.legs[0].amount};
  }
  void on(const LegConfirmed& e) { post(e.leg, e.content, e.trail, true); }
  void on(const StepApplied& e) { post(e.leg, e.content, e.trail, true); }
  void on(const StepCompensated& e) { post(e.leg, e.content, e.trail, false); }
  void on(const TransferCompleted& e) { end(e.transfer, true); }
  void on(const TransferCancelled& e) { end(e.transfer, false); }

  void asked(const Uuid& id, const AccountId& from, const AccountId& to, Minor amount,
             Currency currency) {
    if (!asked_.contains(
            {number_of(id), from.str(), to.str(), amount, std::string(currency.view())}))
      wrong("nobody asked to move " + std::to_string(amount) + " from " + from.str() + " to " +
            to.str());
  }

  // `forward`: the leg's own posting; otherwise its reverse.
  void post(const LegKey& leg, const LegContent& content, const PostingTrail& trail, bool forward) {
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
    const std::int64_t to_account = debit == forward ? -flight.amount : flight.amount;
    move(content.account, to_account, trail.posted_after);
    clearing_[{partition_, flight.currency}] -= to_account;
  }

  void move(const AccountId& account, std::int64_t amount, Minor posted_after) {
    Wide& posted = posted_[{partition_, account.str()}];
    posted += amount;
    if (posted != posted_after) wrong(account.str() + " does not follow from its last posting");
    touched_.insert(account.str());
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
