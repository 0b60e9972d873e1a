// ParticipantTable: no leg ever does what the participant contract (ADR-0005) forbids, and nobody
// says what is not durable. An own copy of the table, as data: which event may change a leg from which state,
// which answer needs which state, which message needs which decision. Also: a decision is taken once, an end
// agrees with all legs, and nothing happens to a leg whose transfer has ended or is behind the fence. A no that its coordinator
// knows of decides in the same entry, and so do legs beside it end.
//
// Seen from outside: durable events of all partitions, and messages as they leave for another one. The log may
// be ahead of a message (entries are published in groups), so an answer is judged by all that its leg has been.
// Each event of transfers and legs is named: a new one changes a leg, or must be said not to. Accounts have no part in it.
#include <array>
#include <map>
#include <set>
#include <vector>

#include "actors/messages/message_kinds.hpp"
#include "sim/checkers/checkers.hpp"

namespace florin::sim {
namespace {

enum State : std::uint8_t { none, tried, confirmed, cancelled, flagged, refused, forgotten };
constexpr std::array state_names{"never heard of", "tried",   "confirmed", "cancelled",
                                 "flagged",        "refused", "forgotten"};
constexpr std::uint8_t bit(State state) { return static_cast<std::uint8_t>(1U << state); }

struct Change {
  std::string_view event;
  State from, to;
};
constexpr std::array changes{Change{"leg_tried", none, tried},
                             Change{"leg_refused", none, refused},
                             Change{"leg_cancelled_early", none, flagged},
                             Change{"leg_confirmed", tried, confirmed},
                             Change{"leg_cancelled", tried, cancelled},
                             Change{"step_applied", none, confirmed},
                             Change{"step_compensated", confirmed, cancelled}};

struct Says {
  LegMessage message;
  AnswerCode answer;
  std::uint8_t needs;  // the leg has been in one of these
};
constexpr std::array answers{
    Says{LegMessage::try_, AnswerCode::ok, bit(tried)},
    Says{LegMessage::try_, AnswerCode::refused, bit(refused)},
    Says{LegMessage::try_, AnswerCode::cancelled, bit(cancelled)},
    Says{LegMessage::try_, AnswerCode::cancelled_before_try, bit(flagged)},
    Says{LegMessage::confirm, AnswerCode::ok, bit(confirmed)},
    Says{LegMessage::cancel, AnswerCode::ok,
         static_cast<std::uint8_t>(bit(cancelled) | bit(refused))},
    Says{LegMessage::cancel, AnswerCode::ok_empty, bit(flagged)},
    Says{LegMessage::apply, AnswerCode::ok, bit(confirmed)},
    Says{LegMessage::apply, AnswerCode::refused, bit(refused)},
    Says{LegMessage::apply, AnswerCode::cancelled, bit(cancelled)},
    Says{LegMessage::apply, AnswerCode::cancelled_before_try, bit(flagged)},
    Says{LegMessage::compensate, AnswerCode::ok,
         static_cast<std::uint8_t>(bit(cancelled) | bit(refused))},
    Says{LegMessage::compensate, AnswerCode::ok_empty, bit(flagged)},
};

std::string name_of(const LegKey& key) {
  return "leg " + std::to_string(key.leg) + " of " + key.transfer.to_string();
}

class ParticipantTable final : public Checker {
 public:
  [[nodiscard]] std::string_view name() const override { return "participant_table"; }

  void on_events(const DecodedEntry& entry, PartitionState&) override {
    partition_ = entry.header.partition;
    for (std::size_t i = 0; i < entry.events.size(); ++i) {
      at_ = {entry.header.index, static_cast<Ordinal>(i), partition_};
      const Event& event = entry.events[i];
      what_ = event_name(event);
      visit([this](const auto& e) { on(e); }, event);
    }
    entry_ended();
  }

  void on_told(PartitionId from, PartitionId to, const Message& message) override {
    partition_ = from;
    visit([this, to](const auto& m) { told(m, to); }, message);
  }

 private:
  struct LegSeen {
    State now = none;
    std::uint8_t been = 0;
    LegContent content;
    std::optional<Rejection> rejection;
  };
  struct Transfer {
    ByLeg<LegSpec> legs;
    Protocol protocol = Protocol::tcc;
    Decision decision = Decision::none;
    bool ended = false;
  };

  void wrong(const std::string& what) { fail("p" + std::to_string(partition_) + ": " + what); }
  void wrong_event(const std::string& what) {
    fail(at_.to_string() + " " + std::string(what_) + ": " + what);
  }

  // --- events ------------------------------------------------------------------------------------------

  void on(const TransferStarted& e) {
    transfers_[at_] = {e.legs, e.protocol};
    for (const LegSpec& leg : e.legs) open_[{partition_, leg.partition}].insert(at_);
  }
  void on(const TransferDecided& e) {
    if (e.decision == Decision::cancel) return decide_to_cancel(e.transfer);
    decide(e.transfer, Decision::confirm);
    Transfer& transfer = transfers_[e.transfer];
    const std::uint8_t yes = bit(transfer.protocol == Protocol::saga ? confirmed : tried);
    for_each_leg(e.transfer, [&](const LegKey& key, const LegSeen& leg) {
      if ((leg.been & yes) == 0) wrong_event(name_of(key) + " has not said yes");
    });
  }
  void on(const CancelDecided& e) { decide_to_cancel(e.transfer); }
  void on(const TransferCompleted& e) {
    end(e.transfer, Decision::confirm, [this](const LegKey& key, const LegSeen& leg) {
      if (leg.now != confirmed) wrong_event(name_of(key) + " is " + state_names.at(leg.now));
    });
  }
  void on(const TransferCancelled& e) {
    end(e.transfer, Decision::cancel, [this](const LegKey& key, const LegSeen& leg) {
      if (leg.now == tried || leg.now == confirmed)
        wrong_event(name_of(key) + " is " + state_names.at(leg.now));
    });
  }
  void on(const LegTried& e) { change(e.leg).content = e.content; }
  void on(const LegRefused& e) {
    LegSeen& leg = change(e.leg);
    leg.content = e.content;
    leg.rejection = e.code;
    if (e.leg.transfer.partition == partition_) of_this_entry_.push_back(e.leg.transfer);
  }
  void on(const TryAnswered& e) {
    if (!e.answer.is_ok()) wrong_event(name_of(e.leg) + " has said no, and that decides nothing");
  }
  // All legs have said yes by then: no posting is paid by what another one of its transaction brings.
  void on(const LegConfirmed& e) {
    same_content(e.leg, change(e.leg), e.content);
    if (transfers_[e.leg.transfer].decision != Decision::confirm)
      wrong_event(name_of(e.leg) + " is posted before that is decided");
  }
  void on(const LegCancelled& e) { change(e.leg); }
  void on(const LegCancelledEarly& e) { change(e.leg); }
  void on(const StepApplied& e) { change(e.leg).content = e.content; }
  void on(const StepCompensated& e) { same_content(e.leg, change(e.leg), e.content); }
  void on(const FenceAdvanced& e) {
    LogIndex& fence = fences_[{partition_, e.coordinator}];
    if (e.index <= fence) wrong_event("the fence does not advance");
    fence = e.index;
    auto& keys = legs_of_[{partition_, e.coordinator}];
    for (auto key = keys.begin(); key != keys.end() && key->transfer.index <= e.index;
         key = keys.erase(key)) {
      if (!transfers_[key->transfer].ended)
        wrong_event(name_of(*key) + " is forgotten before its transfer ended");
      legs_[*key].now = forgotten;
    }
  }

  // Not about legs, or of what a leg has said already.
  void on(const SecondPhaseAnswered&) {}
  void on(const TransferNoted&) {}
  void on(const LegNoted&) {}
  void on(const ClientDeadlineGiven&) {}
  void on(const LeaderClockRead&) {}
  void on(const TransferPosted&) {}
  void on(const TransferRefused&) {}
  void on(const SidedRefusal&) {}
  void on(const AccountEvent auto&) {}
  void on(const MembershipEvent auto&) {}
  void on(const WalletEvent auto&) {}
  void on(const LedgerEvent auto&) {}
  void on(const OwnEvent auto&) {}

  LegSeen& change(const LegKey& key) {
    LegSeen& leg = legs_[key];
    const auto transfer = transfers_.find(key.transfer);
    if (transfer == transfers_.end()) {
      wrong_event(name_of(key) + " belongs to no transfer");
      return leg;
    }
    if (transfer->second.ended) wrong_event(name_of(key) + ": its transfer has ended");
    if (key.leg >= transfer->second.legs.size() ||
        transfer->second.legs[key.leg].partition != partition_)
      wrong_event(name_of(key) + " does not live here");
    for (const Change& allowed : changes) {
      if (allowed.event != what_) continue;
      if (leg.now != allowed.from) wrong_event(name_of(key) + " is " + state_names.at(leg.now));
      leg.now = allowed.to;
      leg.been |= bit(allowed.to);
    }
    legs_of_[{partition_, key.transfer.partition}].insert(key);
    return leg;
  }

  void decide(const TransferId& id, Decision decision) {
    Transfer& transfer = transfers_[id];
    if (transfer.decision != Decision::none) wrong_event(id.to_string() + " was decided before");
    transfer.decision = decision;
  }
  void decide_to_cancel(const TransferId& id) {
    decide(id, Decision::cancel);
    of_this_entry_.push_back(id);
  }
  // Of those that a leg beside them has refused, or that were decided to cancel.
  void entry_ended() {
    for (const TransferId& id : of_this_entry_) {
      const Transfer& transfer = transfers_[id];
      if (transfer.decision != Decision::cancel)
        wrong(id.to_string() + " was refused beside its coordinator, and is not decided so");
      for_each_leg(id, [&](const LegKey& key, const LegSeen& leg) {
        if (transfer.legs[key.leg].partition == partition_ && leg.now == tried)
          wrong(name_of(key) + " is reserved behind the entry that decides to cancel");
      });
    }
    of_this_entry_.clear();
  }

  void same_content(const LegKey& key, const LegSeen& leg, const LegContent& content) {
    if (!(leg.content == content))
      wrong_event(name_of(key) + " is about something else than when it began");
  }

  template <class Visit>
  void for_each_leg(const TransferId& id, Visit&& visit) {
    const std::size_t count = transfers_[id].legs.size();
    for (std::size_t i = 0; i < count; ++i) {
      const LegKey key{id, static_cast<std::uint8_t>(i)};
      visit(key, legs_[key]);
    }
  }

  template <class Visit>
  void end(const TransferId& id, Decision decision, Visit&& visit) {
    Transfer& transfer = transfers_[id];
    if (transfer.ended || transfer.decision != decision)
      wrong_event(id.to_string() + " was not decided so");
    for_each_leg(id, visit);
    transfer.ended = true;
    for (const LegSpec& leg : transfer.legs) open_[{id.partition, leg.partition}].erase(id);
    // Legs beside their coordinator go with it.
    for_each_leg(id, [&](const LegKey& key, const LegSeen&) {
      if (transfer.legs[key.leg].partition == id.partition) legs_[key].now = forgotten;
    });
  }

  // --- messages ----------------------------------------------------------------------------------------

  void told(const TryLeg& m, PartitionId to) { started("a Try", m, to); }
  void told(const ApplyStep& m, PartitionId to) { applied(m, to); }
  void told(const ConfirmLeg& m, PartitionId) { decided("a Confirm", m.leg, Decision::confirm); }
  void told(const CancelLeg& m, PartitionId) { decided("a Cancel", m.leg, Decision::cancel); }
  void told(const CompensateStep& m, PartitionId) {
    decided("a Compensate", m.leg, Decision::cancel);
  }
  void told(const LegAnswered& m, PartitionId) { answered(m); }
  void told(const AdvanceFence& m, PartitionId to) { fence_told(m, to); }
  void told(const FenceHeard& m, PartitionId) { fence_heard(m); }
  // Of payments: their checkers know what may follow from what.
  void told(const ReserveOrder&, PartitionId) {}
  void told(const ReleaseOrder&, PartitionId) {}
  void told(const BeginOrder&, PartitionId) {}
  void told(const OrderAnswered&, PartitionId) {}
  void told(const TellCheckout&, PartitionId) {}
  void told(const CheckoutHeard&, PartitionId) {}
  void told(const ReserveKey&, PartitionId) {}
  void told(const ReleaseKey&, PartitionId) {}
  void told(const KeepKey&, PartitionId) {}
  void told(const KeyAnswered&, PartitionId) {}
  void told(const DoMoneyStep&, PartitionId) {}
  void told(const EnterMoneyStep&, PartitionId) {}
  void told(const MoneyStepAnswered&, PartitionId) {}
  void told(const MoneyStepEntered&, PartitionId) {}
  template <class M>
  requires FromClient<M>
  void told(const M&, PartitionId) { wrong("a client's message left for another partition"); }
  template <class M>
  requires InsideNode<M>
  void told(const M&, PartitionId) { wrong("what is for this node left for another partition"); }

  template <class M>
  void started(std::string_view what, const M& m, PartitionId to) {
    const auto found = transfers_.find(m.leg.transfer);
    if (found == transfers_.end() || m.leg.transfer.partition != partition_ ||
        m.leg.leg >= found->second.legs.size())
      return wrong(std::string(what) + " left for " + name_of(m.leg) +
                   ", and no such transfer is in the log");
    const LegSpec& spec = found->second.legs[m.leg.leg];
    if (m.content.account != spec.account || m.content.amount != spec.amount ||
        m.content.role != spec.role || spec.partition != to)
      wrong(std::string(what) + " for " + name_of(m.leg) + " is about something else");
  }
  void applied(const ApplyStep& m, PartitionId to) {
    started("an Apply", m, to);
    for (std::uint8_t before = 0; before < m.leg.leg; ++before)
      if (const LegKey key{m.leg.transfer, before}; (legs_[key].been & bit(confirmed)) == 0)
        wrong("an Apply left for " + name_of(m.leg) + " before " + name_of(key) + " was applied");
  }
  void decided(std::string_view what, const LegKey& key, Decision decision) {
    const auto found = transfers_.find(key.transfer);
    if (found == transfers_.end() || found->second.decision != decision)
      wrong(std::string(what) + " left for " + name_of(key) +
            ", and the log does not say that it was decided");
  }

  void answered(const LegAnswered& m) {
    const LegSeen& leg = legs_[m.leg];
    const std::string what = name_of(m.leg) + " answered " +
                             std::to_string(static_cast<int>(m.answered)) + " with " +
                             std::to_string(static_cast<int>(m.answer.code));
    if (m.answer.code == AnswerCode::fenced) {
      if (m.leg.transfer.index > fences_[{partition_, m.leg.transfer.partition}])
        wrong(what + ", and there is no such fence");
      return;
    }
    for (const Says& allowed : answers) {
      if (allowed.message != m.answered || allowed.answer != m.answer.code) continue;
      if ((leg.been & allowed.needs) == 0) wrong(what + ", and the log does not say so");
      if (m.answer.rejection !=
          (m.answer.code == AnswerCode::refused ? leg.rejection : std::nullopt))
        wrong(what + ", with another reason than the log's");
      return;
    }
    wrong(what + ", which the table does not know");
  }

  void fence_told(const AdvanceFence& m, PartitionId to) {
    const auto& open = open_[{m.coordinator, to}];
    if (m.coordinator != partition_ || m.to != to ||
        (!open.empty() && open.begin()->index <= m.index))
      wrong("a fence at " + std::to_string(m.index) +
            " was told, and an older transfer is open with a leg there");
  }
  void fence_heard(const FenceHeard& m) {
    const auto& keys = legs_of_[{partition_, m.coordinator}];
    if (m.participant != partition_ || (!keys.empty() && keys.begin()->transfer.index <= m.index))
      wrong("a fence at " + std::to_string(m.index) + " was answered, and older legs are kept");
  }

  PartitionId partition_ = 0;
  Position at_;
  std::string_view what_;
  std::vector<TransferId> of_this_entry_;  // decided to cancel, or refused beside their coordinator
  std::map<TransferId, Transfer> transfers_;
  // coordinator, participant: open with a leg there
  std::map<std::pair<PartitionId, PartitionId>, std::set<TransferId>> open_;
  std::map<LegKey, LegSeen> legs_;
  // participant, coordinator: kept
  std::map<std::pair<PartitionId, PartitionId>, std::set<LegKey>> legs_of_;
  std::map<std::pair<PartitionId, PartitionId>, LogIndex> fences_;  // the same
};

}  // namespace

std::unique_ptr<Checker> make_participant_table(const RunView&) {
  return std::make_unique<ParticipantTable>();
}

}  // namespace florin::sim
