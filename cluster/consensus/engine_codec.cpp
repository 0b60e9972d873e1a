// The fields of commands and Readys, in the order of glue/open.go, glue/entries.go and glue/ready.go.
#include "cluster/consensus/engine_codec.hpp"

namespace florin::consensus {
namespace {

// The numbers of glue/ready.go.
enum Flag : std::uint32_t {
  flag_sync = 1,
  flag_hard_state = 2,
  flag_conf = 4,
  flag_install = 8,
  flag_reference = 16,
  flag_removed = 32,
};

// The other way round: change_of_raft().
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

}  // namespace

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

void CycleContents::read_report(ReadyReader& reader) {
  read_refusals(reader);
  read_progress(reader);
}

void CycleContents::read_refusals(ReadyReader& reader) {
  refused_.resize(reader.u32());
  for (auto& refused : refused_) {
    refused.command = reader.u32();
    refused.refusal = static_cast<Refusal>(reader.u32());
  }
}

void CycleContents::read_progress(ReadyReader& reader) {
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

const Ready& CycleContents::read_ready(ReadyReader& reader) {
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
  if ((flags & flag_install) != 0)
    ready_.install = reader.reference();
  else if ((flags & flag_reference) != 0)
    ready_.reference = reader.reference();
  read_log_part(reader);
  read_messages(reader);
  read_reads(reader);
  return ready_;
}

void CycleContents::read_log_part(ReadyReader& reader) {
  entries_.resize(reader.u32());
  for (auto& entry : entries_) entry = read_entry(reader);
  ready_.entries = entries_;
  ready_.committed_first = reader.u64();
  ready_.committed_last = reader.u64();
}

void CycleContents::read_messages(ReadyReader& reader) {
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

void CycleContents::read_reads(ReadyReader& reader) {
  reads_.resize(reader.u32());
  for (auto& read : reads_) {
    read.context = reader.u64();
    read.index = reader.u64();
  }
  ready_.reads = reads_;
}

}  // namespace florin::consensus
