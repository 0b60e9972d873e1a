// ReplicationKit: a small cluster of replicated logs in one thread, each with a real journal on a disk in memory
// and the real engine; a bus that loses, doubles and delays; nodes that crash before, between and after the parts
// of a round and come back from what was synced. Everything from one seed. It plays the replicas: decides when it
// leads, follows what is committed, and checks what ReplicatedLog promises while it runs.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/consensus/etcd_raft_engine.hpp"
#include "cluster/replication/replicated_log.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/memory/memory_file_system.hpp"
#include "tests/unit/cluster/consensus_kit.hpp"

namespace florin::test {

using consensus::test::Chance;

struct BusFaults {
  std::uint64_t lose = 0, repeat = 0, delay = 0;  // per cent
};

struct KitOptions {
  std::uint32_t partitions = 2;
  NodeNumber nodes = 3;
  NodeNumber founders = 0;  // that have a replica of every group at the beginning; 0: all
  std::uint64_t log_kept = 1000;
  std::size_t piece_bytes = 4 << 20;
  std::size_t tail_bytes = 32 << 20;
  std::uint32_t uncommitted_max = 4096;
  std::size_t round_bytes_soft = limits::round_bytes_soft;
};

// What the kit plays of one replica.
struct Member {
  std::vector<std::string> log;  // as decided or given, from index 1
  LogIndex committed = 0;
  LogIndex store = 0;  // what its state store has, durable
  Reign reign = 0;     // 0: follows
  consensus::Term term = 0;
  std::uint64_t last_ticket = 0;
  // ticket: entries committed anywhere when it was asked
  std::map<std::uint64_t, std::size_t> asked;
  std::uint64_t confirmed = 0;
};

class ReplicationKit;

class LogNode final : public ReplicatedLogPorts {
 public:
  LogNode(ReplicationKit& kit, NodeNumber number) : kit_(kit), number_(number) {}

  [[nodiscard]] bool up() const { return log != nullptr; }
  [[nodiscard]] NodeNumber number() const { return number_; }
  void start();
  void crash();
  [[nodiscard]] bool hosts(GroupNumber group) const { return members.contains(group); }
  // A new replica here, as the map of the cluster would ask for it. It has never been anywhere.
  void host(GroupNumber group);
  // The group says that this one is gone for ever.
  void drop(GroupNumber group);
  [[nodiscard]] std::optional<ReplicatedLog::Status> status(GroupNumber group) const;

  bool send(NodeNumber to, bool bulk, std::string frame) override;
  void committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) override;
  void leading(GroupNumber group, Reign reign, consensus::Term term) override;
  void following(GroupNumber group) override;
  void confirmed(GroupNumber group, Reign reign, std::uint64_t ticket) override;
  void leader_seen(GroupNumber, consensus::Term, NodeNumber) override {}
  void refused(NodeNumber from, PeerFault fault) override { faults.emplace_back(from, fault); }

  MemoryFileSystem disk;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<consensus::ConsensusEngine> engine;
  std::unique_ptr<ReplicatedLog> log;
  std::map<GroupNumber, Member> members;        // of the replicas here
  std::map<GroupNumber, std::uint64_t> newest;  // generation of the last one that was made here
  std::vector<std::pair<NodeNumber, PeerFault>> faults;  // what peers were refused for
  bool cut = false;
  std::uint64_t fetch_frames = 0;  // sent
  int crash_at = 0;  // 1: before the sync of the next round, 2: behind it, 3: behind its end
  int down_for = 0;  // steps

 private:
  void open(GroupNumber group);

  ReplicationKit& kit_;
  NodeNumber number_;
};

class ReplicationKit {
 public:
  ReplicationKit(std::uint64_t seed, KitOptions kit_options)
      : options(kit_options), streams{kit_options.partitions}, chance(seed) {
    consensus::seed_elections(seed);
    if (options.founders == 0) options.founders = options.nodes;
    for (NodeNumber n = 1; n <= options.nodes; ++n) {
      nodes[n] = std::make_unique<LogNode>(*this, n);
      for (GroupNumber group = 0; group < options.partitions && n <= options.founders; ++group)
        nodes[n]->members[group];
      nodes[n]->start();
    }
  }

  struct Packet {
    NodeNumber from, to;
    std::string frame;
    int wait;
  };

  // One step: ticks, packets, a round for everybody.
  void step() {
    for (auto& [n, node] : nodes)
      if (node->up()) {
        node->log->tick();
        node->log->release_commits();
      }
    for (int hop = 0; hop < 4; ++hop) {
      deliver();
      for (auto& [n, node] : nodes) round(*node);
    }
  }
  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFatalFailure(); ++i) step();
  }

  void round(LogNode& node) {
    if (!node.up() || !node.log->has_work()) return;
    ASSERT_TRUE(node.log->begin_round());
    if (node.crash_at == 1) return node.crash();
    if (node.log->needs_sync()) {
      ASSERT_TRUE(node.journal->sync());
    }
    if (node.crash_at == 2) return node.crash();
    ASSERT_TRUE(node.log->end_round());
    if (node.crash_at == 3) return node.crash();
  }

  void deliver() {
    std::vector<Packet> now;
    now.swap(bus);
    for (Packet& packet : now) {
      if (packet.wait-- > 0) {
        bus.push_back(std::move(packet));
        continue;
      }
      LogNode& to = *nodes.at(packet.to);
      if (!to.up() || to.cut || nodes.at(packet.from)->cut || chance.percent(faults.lose)) continue;
      if (chance.percent(faults.repeat))
        bus.push_back({packet.from, packet.to, packet.frame, int(chance.below(40))});
      EXPECT_TRUE(to.log->receive(packet.from, std::move(packet.frame)));
    }
  }

  // A decision of whoever leads: one entry with one event, as a Partition would make it.
  bool propose(LogNode& node, GroupNumber group) {
    return log_event(
        node, group,
        AccountFrozen{AccountId::from_trusted("a"), "decision " + std::to_string(++decisions)});
  }
  bool log_event(LogNode& node, GroupNumber group, const Event& event) {
    if (!node.up() || !node.hosts(group)) return false;
    Member& member = node.members.at(group);
    if (member.reign == 0) return false;
    EntryBuilder builder;
    builder.begin();
    builder.add(event);
    EntryHeader header;
    header.partition = static_cast<PartitionId>(group);
    header.term = member.term;
    header.index = member.log.size() + 1;
    header.time = Timestamp{1000};
    if (!member.log.empty()) header.previous_hash = chain_hash(member.log.back());
    member.log.push_back(builder.finish(header));
    node.log->propose(group, member.reign, header.index, member.log.back());
    return true;
  }
  void ask(LogNode& node, GroupNumber group) {
    if (!node.up() || !node.hosts(group)) return;
    Member& member = node.members.at(group);
    if (member.reign == 0) return;
    member.asked[++member.last_ticket] = truth[group].size();
    node.log->confirm(group, member.reign, member.last_ticket);
  }

  LogNode* leader(GroupNumber group) {
    LogNode* found = nullptr;
    for (auto& [n, node] : nodes)
      if (node->up() && node->hosts(group) && node->members[group].reign != 0 &&
          (found == nullptr || found->members[group].term < node->members[group].term))
        found = node.get();
    return found;
  }
  LogNode* elect(GroupNumber group) {
    for (int i = 0; i < 400 && leader(group) == nullptr; ++i) step();
    if (leader(group) == nullptr) ADD_FAILURE() << "group " << group << " has no leader";
    return leader(group);
  }
  void commit(GroupNumber group, int count) {
    for (int i = 0; i < count; ++i) {
      LogNode* node = elect(group);
      ASSERT_NE(node, nullptr);
      propose(*node, group);
      if (i % 4 == 3) step();
    }
    run(5);
  }

  void heal() {
    faults = {};
    for (auto& [n, node] : nodes) {
      node->cut = false;
      node->crash_at = 0;
      if (!node->up()) node->start();
    }
  }
  // Everybody has everything, and each group takes decisions.
  void expect_all_serve() {
    heal();
    run(150);
    for (GroupNumber group = 0; group < options.partitions; ++group) {
      const std::size_t before = truth[group].size();
      commit(group, 3);
      run(60);
      EXPECT_GE(truth[group].size(), before + 3) << "group " << group << " does not serve";
      LogNode* at = elect(group);
      ASSERT_NE(at, nullptr);
      for (const consensus::ReplicaId replica : replicas(group)) {
        const LogNode& node = *nodes.at(node_of(replica));
        ASSERT_TRUE(node.hosts(group) && node.status(group)->replica == replica)
            << "node " << node.number();
        EXPECT_EQ(node.members.at(group).committed, truth[group].size())
            << "node " << node.number() << " group " << group;
      }
      ask(*at, group);
      const std::uint64_t ticket = at->members[group].last_ticket;
      run(20);
      EXPECT_GE(at->members[group].confirmed, ticket);
    }
  }

  // A node says that this entry is committed.
  void learn(GroupNumber group, LogIndex index, const std::string& bytes, NodeNumber node) {
    std::vector<std::string>& known = truth[group];
    if (index <= known.size()) {
      ASSERT_EQ(bytes, known[index - 1])
          << "node " << node << " group " << group << " entry " << index;
      return;
    }
    const auto entry = decode_entry(bytes);
    ASSERT_TRUE(entry);
    ASSERT_EQ(entry->header.partition, group);
    ASSERT_EQ(entry->header.index, index);
    ASSERT_EQ(index, known.size() + 1) << "node " << node << " group " << group;
    ASSERT_EQ(entry->header.previous_hash, known.empty() ? genesis_hash : chain_hash(known.back()))
        << "group " << group << " entry " << index << ": decided on something else";
    for (const Event& event : entry->events)
      if (const auto* frozen = get_if<AccountFrozen>(&event)) {
        ASSERT_TRUE(decided.insert(frozen->reason).second) << "decided twice";
      }
    known.push_back(bytes);
  }

  // Voters and learners as the leader has them.
  std::vector<consensus::ReplicaId> replicas(GroupNumber group) {
    LogNode* at = elect(group);
    if (at == nullptr) return {};
    const consensus::ConfState conf = at->status(group)->conf;
    std::vector<consensus::ReplicaId> all = conf.voters;
    all.insert(all.end(), conf.learners.begin(), conf.learners.end());
    return all;
  }

  // What the map of the cluster and the keeper of a node do in Florin, by chance: a step of one group's membership.
  void change_something(GroupNumber group) {
    LogNode* at = leader(group);
    if (at == nullptr) return;
    const auto status = *at->status(group);
    const consensus::ConfState& conf = status.conf;
    const auto log = [&](ReplicaChange change, consensus::ReplicaId replica) {
      log_event(*at, group, ReplicaChanged{change, replica});
    };
    for (const consensus::ReplicaId learner : conf.learners)
      if (std::ranges::find(status.caught_up, learner) != status.caught_up.end() &&
          chance.percent(60))
        return log(ReplicaChange::promote, learner);
    LogNode& other = *nodes.at(static_cast<NodeNumber>(1 + chance.below(options.nodes)));
    if (!other.up() || &other == at) return;
    if (!other.hosts(group)) {
      if (conf.learners.size() > 1) return;
      other.host(group);
      return log(ReplicaChange::add_learner, other.status(group)->replica);
    }
    const consensus::ReplicaId replica = other.status(group)->replica;
    const bool is_voter = std::ranges::find(conf.voters, replica) != conf.voters.end();
    const bool is_learner = std::ranges::find(conf.learners, replica) != conf.learners.end();
    if (!is_voter && !is_learner) {
      if (std::ranges::find(status.retired, replica) == status.retired.end())
        log(ReplicaChange::add_learner, replica);
    } else if (conf.voters.size() > 2 || is_learner) {
      log(ReplicaChange::remove, replica);
    }
  }
  // Replicas that any replica of the group knows to be retired go.
  void drop_the_gone() {
    for (GroupNumber group = 0; group < options.partitions; ++group)
      for (auto& [n, node] : nodes) {
        if (!node->up() || !node->hosts(group) || !node->log->hosts(group)) continue;
        const auto own = *node->status(group);
        bool is_gone = own.is_removed;
        for (auto& [m, other] : nodes) {
          if (!other->up() || !other->hosts(group) || !other->log->hosts(group)) continue;
          const auto status = *other->status(group);
          is_gone |= std::ranges::count(status.retired, own.replica) != 0;
        }
        if (is_gone) node->drop(group);
      }
  }

  KitOptions options;
  LogStreams streams;
  Chance chance;
  BusFaults faults;
  std::map<NodeNumber, std::unique_ptr<LogNode>> nodes;
  std::vector<Packet> bus;
  // what was ever committed, by whoever was first
  std::map<GroupNumber, std::vector<std::string>> truth;
  std::set<std::string> decided;                  // events of it
  std::map<consensus::Term, NodeNumber> leaders;  // key: term * 16 + group
  std::uint64_t decisions = 0;
};

inline void LogNode::start() {
  JournalOptions options;
  options.directory = "/data/log";
  options.data_id = 70U + number_;
  options.partitions = kit_.streams.count();
  options.replaceable = true;
  options.segment_bytes = 64 * 1024;
  options.prepare_ahead = false;
  options.files = &disk;
  auto opened = Journal::open(options);
  ASSERT_TRUE(opened) << opened.error().context;
  journal = std::move(*opened);
  engine = consensus::make_etcd_raft_engine();
  ReplicatedLogOptions log_options;
  log_options.self = number_;
  log_options.streams = kit_.streams;
  log_options.log_kept = kit_.options.log_kept;
  log_options.piece_bytes = kit_.options.piece_bytes;
  log_options.tail_bytes = kit_.options.tail_bytes;
  log_options.round_bytes_soft = kit_.options.round_bytes_soft;
  log_options.limits.entries_uncommitted_max = kit_.options.uncommitted_max;
  log = std::make_unique<ReplicatedLog>(log_options, *engine, *journal, *journal, *this);
  const auto known = members;
  for (const auto& [group, member] : known) {
    const auto state = read_group_state(*journal, kit_.streams.state(group));
    ASSERT_TRUE(state) << state.error().context;
    if (state->is_gone && generation_of(state->replica) == newest[group])
      members.erase(group);
    else
      open(group);
  }
}

inline void LogNode::open(GroupNumber group) {
  Member& member = members[group];
  auto state = read_group_state(*journal, kit_.streams.state(group));
  ASSERT_TRUE(state) << state.error().context;
  const LogIndex was = member.committed;
  const LogIndex store = member.store;
  member = Member{};
  member.store = store;
  member.committed = ReplicatedLog::committed_index(*state, store);
  EXPECT_LE(member.committed, std::max(was, state->hard.commit));
  for (LogIndex index = 1; index <= member.committed; ++index) {
    auto bytes = journal->read(LogStreams::entries(group), index);
    ASSERT_TRUE(bytes) << "a committed entry is gone: " << bytes.error().context;
    kit_.learn(group, index, *bytes, number_);  // nobody may have been given it yet
    member.log.push_back(std::move(*bytes));
  }
  ReplicaHere hosted{group, replica_id(number_, newest[group]), {}};
  for (NodeNumber n = 1; n <= kit_.options.founders; ++n)
    hosted.first_conf.voters.push_back(replica_id(n, 0));
  auto status = log->open(hosted, *state, member.committed);
  ASSERT_TRUE(status) << status.error().context;
}

inline void LogNode::host(GroupNumber group) {
  ++newest[group];
  open(group);
}

inline void LogNode::drop(GroupNumber group) {
  log->close(group);
  kit_.round(*this);
  if (up()) members.erase(group);
}

inline std::optional<ReplicatedLog::Status> LogNode::status(GroupNumber group) const {
  for (const auto& status : log->status())
    if (status.group == group) return status;
  return std::nullopt;
}

// What was not synced is gone; the state store has any part of what was committed.
inline void LogNode::crash() {
  log.reset();
  engine.reset();
  journal.reset();
  disk.lose_unsynced();
  crash_at = 0;
  for (auto& [group, member] : members)
    if (member.committed > member.store && kit_.chance.percent(50))
      member.store += kit_.chance.below(member.committed - member.store + 1);
}

inline bool LogNode::send(NodeNumber to, bool bulk, std::string frame) {
  // A link takes no larger frame: a piece, or one entry.
  constexpr std::size_t one_entry = 250;
  if (bulk) ++fetch_frames;
  EXPECT_TRUE(!bulk || frame.size() <= std::max(kit_.options.piece_bytes, one_entry))
      << frame.size();
  if (kit_.chance.percent(2)) return false;
  kit_.bus.push_back({number_, to, std::move(frame),
                      kit_.chance.percent(kit_.faults.delay) ? int(kit_.chance.below(30)) : 0});
  return true;
}

inline void LogNode::committed(GroupNumber group, LogIndex first, std::vector<EntryBytes> entries) {
  Member& member = members.at(group);
  ASSERT_EQ(first, member.committed + 1) << "node " << number_ << " group " << group;
  for (const EntryBytes& bytes : entries) {
    const LogIndex index = ++member.committed;
    if (member.reign != 0) {
      ASSERT_LE(index, member.log.size()) << "a leader is given what it has not decided";
      ASSERT_EQ(*bytes, member.log[index - 1]) << "a leader is given what it has not decided";
    } else {
      member.log.resize(index - 1);
      member.log.push_back(*bytes);
    }
    auto there = journal->read(LogStreams::entries(group), index);
    ASSERT_TRUE(there);
    ASSERT_EQ(*there, *bytes) << "given before it is durable";
    kit_.learn(group, index, *bytes, number_);
  }
}

inline void LogNode::leading(GroupNumber group, Reign reign, consensus::Term term) {
  Member& member = members.at(group);
  EXPECT_EQ(member.reign, 0U);
  const auto [it, fresh] = kit_.leaders.emplace(term * 16 + group, number_);
  EXPECT_EQ(it->second, number_) << "two leaders in term " << term << " of group " << group;
  member.reign = reign;
  member.term = term;
  member.log.resize(member.committed);
  member.last_ticket = member.confirmed = 0;
  member.asked.clear();
  const auto& truth = kit_.truth[group];
  for (LogIndex index = member.committed + 1; index <= truth.size(); ++index)
    EXPECT_GT(decode_entry_header(truth[index - 1])->term, term) << "leads without entry " << index;
}

inline void LogNode::following(GroupNumber group) {
  Member& member = members.at(group);
  EXPECT_NE(member.reign, 0U);
  member.reign = 0;
  member.log.resize(member.committed);
}

inline void LogNode::confirmed(GroupNumber group, Reign reign, std::uint64_t ticket) {
  Member& member = members.at(group);
  EXPECT_EQ(reign, member.reign);
  EXPECT_LE(ticket, member.last_ticket);
  EXPECT_GT(ticket, member.confirmed);
  const std::size_t committed_then = member.asked.at(ticket);
  ASSERT_LE(committed_then, member.log.size()) << "a deposed leader is told that it leads";
  for (std::size_t i = 0; i < committed_then; ++i) ASSERT_EQ(member.log[i], kit_.truth[group][i]);
  member.confirmed = ticket;
}

}  // namespace florin::test
