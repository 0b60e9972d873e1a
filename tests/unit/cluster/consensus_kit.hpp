// ConsensusKit: a cluster of engines on one thread, with a message bus that loses, doubles and reorders, and
// replicas that crash and come back from what was durable. It checks what must always hold while it runs: one
// leader per term, one entry per committed index, entries applied in order, a reference after each change.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/consensus/etcd_raft_engine.hpp"

namespace florin::consensus::test {

constexpr GroupId group_id = 7;

// xorshift64*: the kit's own chance.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1DULL;
  }
  std::uint64_t below(std::uint64_t bound) { return next() / 2 % bound; }
  bool percent(std::uint64_t chance) { return below(100) < chance; }

 private:
  std::uint64_t state_;
};

inline Handle turn(std::uint64_t number) {
  return {number, number * 0x9E3779B97F4A7C15ULL, static_cast<std::uint32_t>(number % 100000),
          EntryKind::turn};
}
inline Handle change_handle(std::uint64_t number) {
  return {number, number * 77, static_cast<std::uint32_t>(number % 1000), EntryKind::change};
}

struct Faults {
  std::uint64_t drop = 0, repeat = 0, delay = 0;  // per cent
};

struct Replica {
  ReplicaId id = 0;
  std::unique_ptr<ConsensusEngine> engine;  // nullptr: down
  std::uint64_t incarnation = 0;

  // Durable.
  HardState hard, hard_synced;
  LogIndex log_start_index = 0;
  Term log_start_term = 0;
  std::vector<Entry> log;
  SnapshotRef reference;
  LogIndex applied = 0;

  // Told by Readys since the last open.
  Role role = Role::follower;
  ReplicaId lead = 0;
  ConfState conf;
  bool removed = false;
  std::vector<ReadState> reads;
  std::vector<OutMessage> sent;  // of the last pump; `bytes` are gone
  int installs = 0;

  [[nodiscard]] bool up() const { return engine != nullptr; }
  [[nodiscard]] LogIndex last() const { return log_start_index + log.size(); }
  [[nodiscard]] const Entry& entry(LogIndex index) const {
    return log.at(index - log_start_index - 1);
  }
};

class ConsensusKit {
 public:
  ConsensusKit(std::uint64_t seed, ReplicaId replicas) : chance_(seed) {
    seed_elections(seed);
    ConfState first;
    for (ReplicaId id = 1; id <= replicas; ++id) first.voters.push_back(id);
    for (const auto id : first.voters) {
      add_blank(id, first);
      open(id);
    }
  }

  Faults faults;
  GroupLimits limits;

  Replica& at(ReplicaId id) { return replicas_.at(id); }
  std::map<ReplicaId, Replica>& all() { return replicas_; }
  [[nodiscard]] std::uint64_t trace() const { return trace_; }
  [[nodiscard]] const std::map<LogIndex, Entry>& committed() const { return committed_; }
  // Messages as they went by, newest last.
  std::vector<std::string> tape;
  bool taping = false;

  void add_blank(ReplicaId id, const ConfState& conf) {
    auto& replica = replicas_[id];
    replica.id = id;
    replica.reference.conf = conf;
  }

  GroupConfig config_of(const Replica& replica) const {
    GroupConfig config;
    config.group = group_id;
    config.replica = replica.id;
    config.incarnation = replica.incarnation;
    config.limits = limits;
    config.hard_state = replica.hard_synced;
    config.applied = replica.applied;
    config.log_start_index = replica.log_start_index;
    config.log_start_term = replica.log_start_term;
    config.snapshot = replica.reference;
    config.entries = replica.log;
    return config;
  }

  void open(ReplicaId id) {
    auto& replica = at(id);
    ++replica.incarnation;
    replica.engine = make_etcd_raft_engine();
    replica.hard = replica.hard_synced;
    replica.engine->open(config_of(replica));
    ASSERT_TRUE(pump(id).empty()) << "open refused";
  }

  // What was not synced is lost; what was applied is known up to some point.
  void crash(ReplicaId id) {
    auto& replica = at(id);
    replica.engine.reset();
    replica.reads.clear();
    replica.applied =
        replica.reference.index + chance_.below(replica.applied - replica.reference.index + 1);
  }

  void restart(ReplicaId id) {
    crash(id);
    open(id);
  }

  // Runs cycles until the replica has nothing more to say; the refusals of the first.
  std::vector<Refused> pump(ReplicaId id) {
    auto& replica = at(id);
    replica.sent.clear();
    std::vector<Refused> refused;
    for (bool first = true, more = true; more; first = false) {
      more = false;
      const auto report = replica.engine->cycle([&](const Ready& ready) {
        more = true;
        write(replica, ready);
        send(replica, ready);
        apply(replica, ready);
      });
      if (first) refused.assign(report.refused.begin(), report.refused.end());
      if (more) replica.engine->advance(group_id);
    }
    return refused;
  }

  void tick() {
    for (auto& [id, replica] : replicas_) {
      if (!replica.up()) continue;
      replica.engine->tick_all();
      pump(id);
    }
  }

  // Delivers what is on the bus, once; what is sent meanwhile waits for the next call.
  void deliver() {
    std::deque<std::string> now;
    now.swap(bus_);
    while (!now.empty()) {
      const auto pick = faults.delay > 0 ? chance_.below(now.size()) : 0;
      std::string message = std::move(now[pick]);
      now.erase(now.begin() + static_cast<std::ptrdiff_t>(pick));
      if (chance_.percent(faults.drop)) {
        report_snapshot(message, false);
        continue;
      }
      if (chance_.percent(faults.delay)) {
        bus_.push_back(std::move(message));
        continue;
      }
      if (chance_.percent(faults.repeat)) bus_.push_back(message);
      hand_over(message);
    }
  }

  void hand_over(const std::string& message) {
    const auto view = MessageView::parse(message);
    ASSERT_TRUE(view);
    const auto found = replicas_.find(view->to());
    const bool reachable = found != replicas_.end() && found->second.up() &&
                           !cut_.contains(view->to()) && !cut_.contains(view->from());
    if (reachable) {
      found->second.engine->step(group_id, message);
      pump(view->to());
    }
    report_snapshot(message, reachable);
  }

  void run(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      tick();
      for (int hop = 0; hop < 4; ++hop) deliver();
    }
  }

  // The leader of the highest term; 0 when there is none.
  ReplicaId leader() {
    ReplicaId found = 0;
    Term term = 0;
    for (auto& [id, replica] : replicas_) {
      if (!replica.up() || replica.role != Role::leader || replica.hard.term <= term) continue;
      found = id;
      term = replica.hard.term;
    }
    return found;
  }

  ReplicaId elect() {
    for (int i = 0; i < 300; ++i) {
      run(1);
      const auto id = leader();
      if (id != 0 && at(id).applied > 0 && committed_.at(at(id).applied).term == at(id).hard.term)
        return id;
    }
    ADD_FAILURE() << "no leader";
    return 0;
  }

  std::vector<Refused> propose(ReplicaId id, std::uint64_t number) {
    at(id).engine->propose(group_id, turn(number));
    return pump(id);
  }
  std::vector<Refused> propose_change(ReplicaId id, ChangeType type, ReplicaId target) {
    at(id).engine->propose_change(group_id, {type, target}, change_handle(1000 + target));
    return pump(id);
  }

  void isolate(ReplicaId id) { cut_[id] = true; }
  void heal() {
    cut_.clear();
    faults = {};
  }

  void expect_all_equal() {
    for (auto& [id, replica] : replicas_) {
      if (replica.up() && !replica.removed) {
        EXPECT_EQ(replica.applied, committed_.rbegin()->first) << "replica " << id;
      }
    }
  }

 private:
  // Until it is told how a snapshot ended, a leader sends that follower nothing.
  void report_snapshot(const std::string& message, bool installed) {
    const auto view = MessageView::parse(message);
    if (view->type() != MessageType::snapshot || !at(view->from()).up()) return;
    at(view->from()).engine->report_snapshot(group_id, view->to(), installed);
    pump(view->from());
  }

  void note(std::uint64_t value) { trace_ = (trace_ ^ value) * 0x100000001B3ULL; }
  void note(std::string_view bytes) {
    for (const unsigned char c : bytes) note(std::uint64_t{c});
  }

  void write(Replica& replica, const Ready& ready) {
    replica.hard = ready.hard_state;
    replica.role = ready.role;
    replica.lead = ready.lead;
    replica.removed = ready.removed;
    if (ready.must_sync) replica.hard_synced = replica.hard;
    EXPECT_TRUE(ready.must_sync ||
                (replica.hard.term == replica.hard_synced.term &&
                 replica.hard.vote == replica.hard_synced.vote && ready.entries.empty()));
    note(replica.id * 64 + static_cast<std::uint64_t>(ready.role));
    note(ready.hard_state.term * 1000003 + ready.hard_state.commit);
    if (ready.role == Role::leader) {
      const auto [it, fresh] = leaders_.emplace(ready.hard_state.term, replica.id);
      EXPECT_EQ(it->second, replica.id) << "two leaders in term " << ready.hard_state.term;
    }
    if (ready.conf) replica.conf = *ready.conf;
    if (ready.install) install(replica, *ready.install);
    if (ready.reference) {
      EXPECT_LE(ready.reference->index, replica.applied);
      EXPECT_GE(ready.reference->index, replica.reference.index);
      replica.reference = *ready.reference;
    }
    append(replica, ready);
    replica.reads.insert(replica.reads.end(), ready.reads.begin(), ready.reads.end());
  }

  // The state itself is what any replica has applied, which is in committed_.
  void install(Replica& replica, const SnapshotRef& ref) {
    EXPECT_TRUE(committed_.contains(ref.index));
    ++replica.installs;
    replica.log.clear();
    replica.log_start_index = ref.index;
    replica.log_start_term = ref.term;
    replica.reference = ref;
    replica.applied = ref.index;
  }

  static void append(Replica& replica, const Ready& ready) {
    if (ready.entries.empty()) return;
    const auto first = ready.entries.front().index;
    EXPECT_GT(first, replica.log_start_index);
    EXPECT_LE(first, replica.last() + 1);
    replica.log.resize(first - replica.log_start_index - 1);
    replica.log.insert(replica.log.end(), ready.entries.begin(), ready.entries.end());
  }

  void send(Replica& replica, const Ready& ready) {
    for (const auto& message : ready.messages) {
      const auto view = MessageView::parse(message.bytes);
      ASSERT_TRUE(view);
      EXPECT_EQ(view->type(), message.type);
      EXPECT_EQ(view->to(), message.to);
      EXPECT_EQ(view->from(), replica.id);
      EXPECT_EQ(view->entries(), message.count);
      for (std::uint32_t i = 0; i < view->entries(); ++i)
        expect_carried(replica, view->entry(i), message.first + i);
      note(message.bytes);
      replica.sent.push_back(message);
      bus_.emplace_back(message.bytes);
      if (taping) tape.emplace_back(message.bytes);
    }
  }

  static void expect_carried(const Replica& replica, const CarriedEntry& carried, LogIndex index) {
    EXPECT_EQ(carried.index, index);
    const auto& own = replica.entry(index);
    EXPECT_EQ(carried.term, own.term);
    EXPECT_EQ(carried.kind, own.kind);
    if (own.kind != EntryKind::empty) {
      EXPECT_EQ(carried.length, own.handle.length);
    }
  }

  void apply(Replica& replica, const Ready& ready) {
    for (auto index = ready.committed_first; index <= ready.committed_last; ++index) {
      // After a restart in the middle raft never goes back behind `applied`.
      ASSERT_EQ(index, replica.applied + 1) << "replica " << replica.id;
      const auto& entry = replica.entry(index);
      const auto [it, fresh] = committed_.emplace(index, entry);
      EXPECT_EQ(it->second.term, entry.term) << "committed entries differ at " << index;
      EXPECT_EQ(it->second.kind, entry.kind);
      EXPECT_EQ(it->second.handle, entry.handle);
      EXPECT_EQ(it->second.change, entry.change);
      replica.applied = index;
      note(index);
    }
  }

  Chance chance_;
  std::map<ReplicaId, Replica> replicas_;
  std::deque<std::string> bus_;
  std::map<ReplicaId, bool> cut_;
  std::map<Term, ReplicaId> leaders_;
  std::map<LogIndex, Entry> committed_;
  std::uint64_t trace_ = 0xCBF29CE484222325ULL;
};

}  // namespace florin::consensus::test
