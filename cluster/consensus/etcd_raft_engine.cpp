// Commands to bytes, bytes to Readys, and the order of calls that the contract asks for. See glue/ for the rest.
#include "cluster/consensus/etcd_raft_engine.hpp"

#include <cstdlib>
#include <set>
#include <utility>

#include "base/assert.hpp"
#include "cluster/consensus/engine_buffers.hpp"

// Made by `go build`; written out because Go's own header is C with GNU extensions.
extern "C" {
void er_start(int gc_percent, long long memory_limit, int threads_max);
int er_node_new();
void er_node_free(int node);
int er_cycle(int node, void* commands, std::size_t size, void** out, std::size_t* out_size);
void er_seed(long long seed);
}

namespace florin::consensus {
namespace {

// The numbers of glue/node.go.
enum Command : std::uint8_t {
  command_tick_all = 1,
  command_step,
  command_propose,
  command_propose_change,
  command_advance,
  command_read_index,
  command_transfer_leader,
  command_compact,
  command_report_unreachable,
  command_report_snapshot,
  command_report_progress,
  command_open,
  command_close,
  command_campaign,
};

// The numbers of glue/ready.go.
enum Flag : std::uint32_t {
  flag_sync = 1,
  flag_hard_state = 2,
  flag_conf = 4,
  flag_install = 8,
  flag_reference = 16,
  flag_removed = 32,
};

constexpr int rc_panic = -1;

// Raft's numbers of changes, and ours.
ChangeType change_of_raft(std::uint8_t raft) {
  switch (raft) {
    case 0: return ChangeType::promote;
    case 1: return ChangeType::remove;
    default: return ChangeType::add_learner;
  }
}

std::uint8_t change_to_raft(ChangeType type) {
  switch (type) {
    case ChangeType::promote: return 0;
    case ChangeType::remove: return 1;
    case ChangeType::add_learner: return 3;
    case ChangeType::none: break;
  }
  FLORIN_ASSERT(false, "a change entry without a change");
}

void put_entry(CommandWriter& writer, const Entry& entry) {
  writer.put(entry.term);
  writer.put(entry.index);
  writer.put(static_cast<std::uint32_t>(entry.kind));
  writer.put(entry.handle);
  const bool change = entry.kind == EntryKind::change;
  writer.put(change ? change_to_raft(entry.change.type) : std::uint8_t{0});
  writer.put(change ? entry.change.replica : ReplicaId{0});
}

Entry read_entry(ReadyReader& reader) {
  Entry entry;
  entry.term = reader.u64();
  entry.index = reader.u64();
  entry.kind = static_cast<EntryKind>(reader.u32());
  entry.handle = reader.handle();
  const auto type = reader.u8();
  const auto replica = reader.u64();
  if (entry.kind == EntryKind::change) entry.change = {change_of_raft(type), replica};
  return entry;
}

void put_limits(CommandWriter& writer, const GroupLimits& limits) {
  writer.put(limits.election_ticks);
  writer.put(limits.heartbeat_ticks);
  writer.put(limits.entries_per_message_max);
  writer.put(limits.messages_in_flight_max);
  writer.put(limits.entries_uncommitted_max);
  writer.put(limits.entries_committed_per_ready_max);
  writer.put(limits.promotion_lag_max);
}

void put_config(CommandWriter& writer, const GroupConfig& config) {
  writer.put(config.replica);
  writer.put(config.incarnation);
  put_limits(writer, config.limits);
  writer.put(config.hard_state.term);
  writer.put(config.hard_state.vote);
  writer.put(config.hard_state.commit);
  writer.put(config.applied);
  writer.put(config.log_start_index);
  writer.put(config.log_start_term);
  writer.put(config.snapshot.index);
  writer.put(config.snapshot.term);
  writer.put_ids(config.snapshot.conf.voters);
  writer.put_ids(config.snapshot.conf.learners);
  writer.put_ids(config.retired);
  writer.put(static_cast<std::uint32_t>(config.entries.size()));
  for (const auto& entry : config.entries) put_entry(writer, entry);
}

class EtcdRaftEngine final : public ConsensusEngine {
 public:
  explicit EtcdRaftEngine(EngineOptions options) : options_(std::move(options)) {
    er_start(options_.gc_percent, options_.memory_limit_bytes, options_.threads_max);
    node_ = er_node_new();
  }
  ~EtcdRaftEngine() override { er_node_free(node_); }

  CommandNumber open(const GroupConfig& config) override {
    const auto number = writer_.begin(command_open, config.group);
    put_config(writer_, config);
    writer_.end();
    return number;
  }
  CommandNumber close(GroupId group) override {
    out_.erase(group);
    return plain(command_close, group);
  }
  CommandNumber advance(GroupId group) override {
    FLORIN_ASSERT(out_.erase(group) == 1, "advance of a group whose Ready is not out");
    return plain(command_advance, group);
  }
  CommandNumber tick_all() override { return plain(command_tick_all, 0); }
  CommandNumber step(GroupId group, std::string_view message) override {
    const auto number = begin(command_step, group);
    writer_.put_bytes(message);
    writer_.end();
    return number;
  }
  CommandNumber propose(GroupId group, const Handle& handle) override {
    FLORIN_ASSERT(handle.kind == EntryKind::turn);
    const auto number = begin(command_propose, group);
    writer_.put(handle);
    writer_.end();
    return number;
  }
  CommandNumber propose_change(GroupId group, const Change& change, const Handle& handle) override {
    FLORIN_ASSERT(handle.kind == EntryKind::change);
    const auto number = begin(command_propose_change, group);
    writer_.put(static_cast<std::uint8_t>(change.type));
    writer_.put(change.replica);
    writer_.put(handle);
    writer_.end();
    return number;
  }
  CommandNumber read_index(GroupId group, std::uint64_t context) override {
    return with_number(command_read_index, group, context);
  }
  CommandNumber transfer_leader(GroupId group, ReplicaId to) override {
    return with_number(command_transfer_leader, group, to);
  }
  CommandNumber campaign(GroupId group) override {
    begin(command_campaign, group);
    return end();
  }
  CommandNumber compact(GroupId group, LogIndex index) override {
    return with_number(command_compact, group, index);
  }
  CommandNumber report_unreachable(GroupId group, ReplicaId peer) override {
    return with_number(command_report_unreachable, group, peer);
  }
  CommandNumber report_snapshot(GroupId group, ReplicaId peer, bool installed) override {
    const auto number = begin(command_report_snapshot, group);
    writer_.put(peer);
    writer_.put(static_cast<std::uint8_t>(installed));
    writer_.end();
    return number;
  }
  CommandNumber report_progress(GroupId group) override {
    begin(command_report_progress, group);
    return end();
  }

  CycleReport cycle(const std::function<void(const Ready&)>& on_ready) override {
    ReadyReader reader(call());
    read_refusals(reader);
    read_progress(reader);
    for (auto count = reader.u32(); count > 0; --count) {
      read_ready(reader);
      out_.insert(ready_.group);
      on_ready(ready_);
    }
    FLORIN_ASSERT(reader.at_end());
    return {refused_, progress_};
  }

 private:
  // A group stands still while its Ready is out.
  CommandNumber begin(Command command, GroupId group) {
    FLORIN_ASSERT(!out_.contains(group), "a command for a group whose Ready is out: advance() comes first");
    return last_ = writer_.begin(command, group);
  }
  CommandNumber end() {
    writer_.end();
    return last_;
  }
  CommandNumber plain(Command command, GroupId group) {
    last_ = writer_.begin(command, group);
    return end();
  }
  CommandNumber with_number(Command command, GroupId group, std::uint64_t number) {
    begin(command, group);
    writer_.put(number);
    return end();
  }

  std::string_view call() {
    void* out = nullptr;
    std::size_t size = 0;
    // The glue only reads; cgo has no const.
    void* commands = const_cast<char*>(writer_.bytes().data());
    const int rc = er_cycle(node_, commands, writer_.bytes().size(), &out, &size);
    writer_.clear();
    if (rc != 0) die(rc, rc == rc_panic ? std::string_view(static_cast<const char*>(out), size) : "");
    return {static_cast<const char*>(out), size};
  }

  [[noreturn]] void die(int rc, std::string_view why) {
    const std::string text = "the consensus engine returned " + std::to_string(rc) + ": " + std::string(why);
    if (options_.on_panic) options_.on_panic(text);
    assert_failed("er_cycle() == 0", __FILE__, __LINE__, text);
  }

  void read_refusals(ReadyReader& reader) {
    refused_.resize(reader.u32());
    for (auto& refused : refused_) {
      refused.command = reader.u32();
      refused.refusal = static_cast<Refusal>(reader.u32());
    }
  }

  void read_progress(ReadyReader& reader) {
    progress_.resize(reader.u32());
    for (auto& report : progress_) {
      report.group = reader.u64();
      report.peers.resize(reader.u32());
      for (auto& peer : report.peers) {
        peer.replica = reader.u64();
        peer.match = reader.u64();
        peer.next = reader.u64();
        peer.state = static_cast<PeerState>(reader.u8());
        peer.active = reader.u8() != 0;
        peer.learner = reader.u8() != 0;
      }
    }
  }

  void read_ready(ReadyReader& reader) {
    ready_ = Ready{};
    ready_.group = reader.u64();
    const auto flags = reader.u32();
    ready_.must_sync = (flags & flag_sync) != 0;
    ready_.hard_state_changed = (flags & flag_hard_state) != 0;
    ready_.removed = (flags & flag_removed) != 0;
    ready_.hard_state.term = reader.u64();
    ready_.hard_state.vote = reader.u64();
    ready_.hard_state.commit = reader.u64();
    ready_.applied = reader.u64();
    ready_.lead = reader.u64();
    ready_.role = static_cast<Role>(reader.u8());
    if ((flags & flag_conf) != 0) ready_.conf = reader.conf();
    if ((flags & flag_install) != 0) ready_.install = reader.reference();
    else if ((flags & flag_reference) != 0) ready_.reference = reader.reference();
    read_log_part(reader);
    read_messages(reader);
    read_reads(reader);
  }

  void read_log_part(ReadyReader& reader) {
    entries_.resize(reader.u32());
    for (auto& entry : entries_) entry = read_entry(reader);
    ready_.entries = entries_;
    ready_.committed_first = reader.u64();
    ready_.committed_last = reader.u64();
  }

  void read_messages(ReadyReader& reader) {
    messages_.resize(reader.u32());
    for (auto& message : messages_) {
      message.to = reader.u64();
      message.type = static_cast<MessageType>(reader.u8());
      message.first = reader.u64();
      message.count = reader.u32();
      message.bytes = reader.view(reader.u32());
    }
    ready_.messages = messages_;
  }

  void read_reads(ReadyReader& reader) {
    reads_.resize(reader.u32());
    for (auto& read : reads_) {
      read.context = reader.u64();
      read.index = reader.u64();
    }
    ready_.reads = reads_;
  }

  EngineOptions options_;
  int node_ = -1;
  CommandWriter writer_;
  CommandNumber last_ = 0;
  std::set<GroupId> out_;  // groups between their Ready and their advance()

  // What the last cycle gave; reused, so that a steady state does not allocate.
  Ready ready_;
  std::vector<Entry> entries_;
  std::vector<OutMessage> messages_;
  std::vector<ReadState> reads_;
  std::vector<Refused> refused_;
  std::vector<ProgressReport> progress_;
};

}  // namespace

std::unique_ptr<ConsensusEngine> make_etcd_raft_engine(EngineOptions options) {
  return std::make_unique<EtcdRaftEngine>(std::move(options));
}

void seed_elections(std::uint64_t seed) { er_seed(static_cast<long long>(seed)); }

}  // namespace florin::consensus
