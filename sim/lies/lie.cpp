// One function for each kind of lie.
#include "sim/lies/lie.hpp"

#include <array>

#include "cluster/consensus/message_bounds.hpp"
#include "cluster/membership/facts_frame.hpp"
#include "cluster/membership/peer_place.hpp"
#include "cluster/replication/node_frame.hpp"
#include "sim/lies/raft_message.hpp"

namespace florin::sim {
namespace {

constexpr std::uint64_t far_beyond = ~std::uint64_t{0};

enum Type : std::uint8_t {
  append = 3,
  append_reply = 4,
  vote = 5,
  snapshot = 7,
  heartbeat = 8,
  timeout_now = 14,
  read_index = 15,
  pre_vote_reply = 18,
};

class Liar {
 public:
  Liar(const LieView& view, SimRandom& random)
      : view_(view), random_(random), group_(view.groups[random.bounded(view.groups.size())]) {}

  Lie tell(LieKind kind) {
    lie_.kind = kind;
    switch (kind) {
      case LieKind::heartbeat_of_a_far_term: far_term(heartbeat); break;
      case LieKind::heartbeat_of_a_far_commit: far_commit(); break;
      case LieKind::heartbeat_of_the_next_term: next_term(); break;
      case LieKind::append_behind_the_end: append_behind_the_end(); break;
      case LieKind::append_of_term_zero: append_of_term_zero(); break;
      case LieKind::append_of_other_bytes: append_of_other_bytes(); break;
      case LieKind::acknowledges_too_much: acknowledges_too_much(); break;
      case LieKind::rejects_with_a_hint: rejects_with_a_hint(); break;
      case LieKind::vote_in_a_far_term: far_vote(); break;
      case LieKind::pre_vote_reply_of_a_far_term: far_pre_vote_reply(); break;
      case LieKind::gives_way_as_no_leader: gives_way(); break;
      case LieKind::snapshot_of_nothing: snapshot_of_nothing(); break;
      case LieKind::read_with_a_term: read_with_a_term(); break;
      case LieKind::group_that_is_none: group_that_is_none(); break;
      case LieKind::replica_of_another: replica_of_another(); break;
      case LieKind::fetch_of_everything: fetch_of_everything(); break;
      case LieKind::entries_without_asking: entries_without_asking(); break;
      case LieKind::no_frame: no_frame(); break;
      case LieKind::facts_of_a_far_term: facts_of_a_far_term(); break;
      case LieKind::facts_of_a_foreign_partition: facts_of_a_foreign_partition(); break;
      case LieKind::facts_of_no_group: facts_of_no_group(); break;
      case LieKind::tell_for_a_foreign_partition: tell_for_a_foreign_partition(); break;
      case LieKind::tell_for_no_partition: tell_for_no_partition(); break;
      case LieKind::tell_of_a_clients_message: tell_of_a_clients_message(); break;
    }
    return std::move(lie_);
  }

 private:
  // --- raft ------------------------------------------------------------------------------------------------
  CraftedMessage message(std::uint8_t type, std::uint64_t term) {
    CraftedMessage m;
    m.type = type;
    m.group = LogStreams::raft_id(group_.group);
    m.from = own_replica();
    m.to = group_.replica;
    m.term = term;
    return m;
  }
  void say(const CraftedMessage& m) { lie_.frame = m.frame(); }

  // Its own there, or one that it never had.
  [[nodiscard]] consensus::ReplicaId own_replica() const {
    for (const auto* list : {&group_.conf.voters, &group_.conf.learners})
      for (const consensus::ReplicaId replica : *list)
        if (node_of(replica) == view_.liar) return replica;
    return replica_id(view_.liar, 0);
  }
  // Above what elections can have reached, or at the end of what can be counted.
  std::uint64_t a_far_term() {
    const std::array<std::uint64_t, 4> terms{
        far_beyond, far_beyond - 1, consensus::term_max + 1,
        group_.term + 4 * consensus::terms_ahead_max + random_.bounded(1 << 20)};
    return random_.one_of(terms);
  }

  void far_term(std::uint8_t type) { say(message(type, a_far_term())); }
  void far_commit() {
    auto m = message(heartbeat, group_.term + 1);
    m.commit = random_.permille(500) ? far_beyond : group_.last + 1'000 + random_.bounded(1'000);
    say(m);
  }
  void next_term() { say(message(heartbeat, group_.term + 1 + random_.bounded(3))); }
  // Raft takes an entry that it does not have for one of term 0.
  void append_behind_the_end() {
    auto m = message(append, group_.term + 1);
    m.index = group_.last + 1'000;
    m.commit = m.index;
    say(m);
  }
  void append_of_term_zero() {
    auto m = message(append, group_.term + 1);
    m.index = group_.last;
    m.log_term = 0;
    m.commit = group_.last + 1'000;
    CraftedEntry entry;
    entry.kind = 0;
    entry.index = group_.last + 1;
    m.entries.push_back(entry);
    say(m);
  }
  void append_of_other_bytes() {
    auto m = message(append, group_.term + 1);
    m.index = 0;
    CraftedEntry entry;
    entry.index = 1;
    entry.term = 1;
    entry.check = random_.next();
    entry.payload.assign(1 + random_.bounded(300), 'x');
    m.entries.push_back(entry);
    if (random_.permille(500)) {  // where it will be taken
      m.index = group_.last;
      m.log_term = group_.term;
      m.entries.front().index = group_.last + 1;
      m.entries.front().term = group_.term + 1;
    }
    say(m);
  }
  void acknowledges_too_much() {
    auto m = message(append_reply, group_.term);
    m.index = random_.permille(500) ? far_beyond : group_.last + 1'000'000;
    say(m);
  }
  void rejects_with_a_hint() {
    auto m = message(append_reply, group_.term);
    m.index = group_.last;
    m.reject = true;
    m.reject_hint = far_beyond;
    say(m);
  }
  void far_vote() {
    auto m = message(vote, a_far_term());
    m.index = m.log_term = 1;
    m.context = "CampaignTransfer";
    say(m);
  }
  void far_pre_vote_reply() {
    auto m = message(pre_vote_reply, a_far_term());
    m.reject = true;
    say(m);
  }
  void gives_way() {
    if (group_.leader == view_.liar) return;
    say(message(timeout_now, group_.term + random_.bounded(2) * 1'000));
  }
  void snapshot_of_nothing() {
    auto m = message(snapshot, group_.term + 1);
    m.snapshot_index = random_.permille(500) ? far_beyond : group_.last + 1'000;
    m.snapshot_term = random_.permille(500) ? 0 : m.term;
    m.voters = group_.conf.voters;
    if (random_.permille(300)) m.voters.assign(3, m.from);
    say(m);
  }
  void read_with_a_term() {
    auto m = message(read_index, random_.permille(500) ? far_beyond : 0);
    m.read = std::string(24, '\x07');
    say(m);
  }
  void group_that_is_none() {
    auto m = message(heartbeat, group_.term + 1);
    const std::array<std::uint64_t, 3> groups{0, view_.partitions + 2U,
                                              (std::uint64_t{1} << 32) + m.group};
    m.group = random_.one_of(groups);
    say(m);
  }
  void replica_of_another() {
    auto m = message(heartbeat, group_.term + 1);
    m.from = replica_id(static_cast<NodeNumber>(view_.liar % 7 + 1), 0);
    if (node_of(m.from) == view_.liar) m.from = replica_id(view_.victim, 0);
    say(m);
  }

  // --- other frames of the log -----------------------------------------------------------------------------
  void fetch_of_everything() {
    lie_.frame = encode_fetch_frame(
        {random_.permille(500) ? LogStreams::raft_id(group_.group) : far_beyond, 1, far_beyond});
  }
  void entries_without_asking() {
    lie_.frame = encode_entries_frame(LogStreams::raft_id(group_.group), group_.commit + 1,
                                      {std::string(100, 'x'), std::string()});
  }
  void no_frame() {
    std::string bytes;
    for (std::uint64_t size = random_.bounded(200); size > 0; --size)
      bytes.push_back(static_cast<char>(random_.next()));
    if (random_.permille(500)) bytes.insert(0, 1, static_cast<char>(1 + random_.bounded(3)));
    lie_.frame = bytes;
  }

  // --- facts -----------------------------------------------------------------------------------------------
  void say_leads(std::uint32_t group, GroupFacts facts) {
    FactsFrame frame;
    if (view_.map == nullptr) return;
    frame.map_version = facts.map_version = view_.map->version;
    frame.led.push_back({group, std::move(facts)});
    lie_.facts = encode_facts(frame);
  }
  void facts_of_a_far_term() {
    say_leads(group_.group, {a_far_term(), 0, {own_replica()}, {}, {group_.replica}});
  }
  // That its replica there is gone for ever, among other things.
  void facts_of_a_foreign_partition() {
    const auto partition = foreign_partition();
    if (!partition) return;
    GroupFacts facts{group_.term + 1, 0, {replica_id(view_.liar, 0)}, {}, {}};
    for (const consensus::ReplicaId replica : view_.map->partitions[*partition].wanted)
      facts.retired.push_back(replica);
    say_leads(*partition, std::move(facts));
  }
  void facts_of_no_group() {
    say_leads(view_.partitions + 1 + static_cast<std::uint32_t>(random_.bounded(2)) * 0x10000U,
              {group_.term, 0, {own_replica()}, {}, {}});
  }
  // One that no replica of the liar can lead, by the victim's map.
  std::optional<PartitionId> foreign_partition() {
    if (view_.map == nullptr || !view_.map->is_formed()) return std::nullopt;
    const auto first = random_.bounded(view_.partitions);
    for (std::uint32_t i = 0; i < view_.partitions; ++i) {
      const auto partition = static_cast<PartitionId>((first + i) % view_.partitions);
      if (!may_lead(*view_.map, partition, view_.liar)) return lie_.foreign = partition;
    }
    return std::nullopt;
  }

  // --- between partitions ------------------------------------------------------------------------------------
  // Money that nobody has sent: a credit to whoever has an account there.
  void tell_leg(PartitionId coordinator) {
    TryLeg leg;
    leg.leg.transfer.partition = coordinator;
    leg.leg.transfer.index = 1 + random_.bounded(1'000'000);
    leg.content.account = AccountId::from_trusted("a");
    leg.content.role = LegRole::credit;
    leg.content.amount = 1'000'000;
    lie_.to = static_cast<PartitionId>(random_.bounded(view_.partitions));
    lie_.messages.emplace_back(leg);
    lie_.messages.emplace_back(ConfirmLeg{leg.leg, leg.content.account});
  }
  void tell_for_a_foreign_partition() {
    const auto partition = foreign_partition();
    if (!partition) return;
    if (random_.permille(500)) return tell_leg(*partition);
    lie_.to = static_cast<PartitionId>(random_.bounded(view_.partitions));
    lie_.messages.emplace_back(AdvanceFence{lie_.to, *partition, consensus::index_max});
  }
  void tell_for_no_partition() {
    if (view_.map == nullptr) return;
    tell_leg(static_cast<PartitionId>(view_.partitions + random_.bounded(1'000)));
  }
  void tell_of_a_clients_message() {
    if (view_.map == nullptr) return;
    ChangeAccount change;
    change.account = AccountId::from_trusted("a");
    lie_.to = static_cast<PartitionId>(random_.bounded(view_.partitions));
    lie_.messages.emplace_back(change);
  }

  const LieView& view_;
  SimRandom& random_;
  const ReplicatedLog::Status& group_;
  Lie lie_;
};

}  // namespace

Lie draw_lie(const LieView& view, SimRandom& random) {
  const auto kind = static_cast<LieKind>(random.bounded(lie_kinds));
  if (view.groups.empty()) return {};
  return Liar(view, random).tell(kind);
}

}  // namespace florin::sim
