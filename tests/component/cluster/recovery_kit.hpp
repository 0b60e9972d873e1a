// RecoveryKit: the logs of a small cluster of three nodes in which money has moved between its two partitions, and
// directories of its nodes that have any part of them: what is left after a disaster, made to measure.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cluster/membership/cluster_map.hpp"
#include "cluster/replication/group_state.hpp"
#include "cluster/replication/log_streams.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "runtime/offline/recover_cluster.hpp"
#include "runtime/offline/replay.hpp"
#include "tests/component/persistence/temporary_directory.hpp"
#include "tests/support/partition_kit.hpp"

namespace florin::test {

constexpr std::uint32_t kept_partitions = 2;
constexpr std::uint32_t meta_number = kept_partitions;
const LogStreams kept_streams{kept_partitions};

using Log = std::vector<std::string>;

// The same events as a log of a raft group: every entry of the term that is given for it, and chained.
inline Log chained(PartitionId partition, const std::vector<std::vector<Event>>& entries,
                   consensus::Term term = 1, Log log = {}) {
  for (const auto& events : entries) {
    EntryBuilder builder;
    builder.begin();
    for (const Event& event : events) builder.add(event);
    EntryHeader header;
    header.partition = partition;
    header.term = term;
    header.index = log.size() + 1;
    header.time = words::noon;
    if (!log.empty()) header.previous_hash = chain_hash(log.back());
    log.push_back(builder.finish(header));
  }
  return log;
}

inline std::vector<std::vector<Event>> events_of(const Log& log) {
  std::vector<std::vector<Event>> all;
  for (const std::string& bytes : log) all.push_back(decode_entry(bytes)->events);
  return all;
}

class RecoveryKit : public testing::Test {
 protected:
  // What one node has of each group; by default everything, and knows it.
  struct Copy {
    std::vector<Log> logs;
    std::vector<LogIndex> committed;
    std::vector<consensus::Term> terms = {1, 1, 1};
    bool is_gone = false;
  };

  RecoveryKit() {
    PartitionKit kit(kept_partitions);
    alice_ = kit.account(0, "alice");
    bob_ = kit.account(1, "bob");
    kit.open(alice_, 10'000);
    kit.open(bob_, 5'000);
    kit.send(kit.transfer(alice_, bob_, 700));
    kit.run_until_quiet();
    kit.send(kit.transfer(bob_, alice_, 200, Protocol::saga));
    kit.run_until_quiet();
    for (PartitionId p = 0; p < kept_partitions; ++p)
      truth_.push_back(chained(p, events_of(kit.log(p))));
    const ClusterFormed formed{
        {{1, "a:1", "a:2"}, {2, "b:1", "b:2"}, {3, "c:1", "c:2"}}, 3, kept_partitions};
    truth_.push_back(chained(meta_number, {{formed}}));
  }

  [[nodiscard]] Copy all() const {
    Copy copy{truth_, {}};
    for (const Log& log : truth_) copy.committed.push_back(log.size());
    return copy;
  }
  static void cut(Copy& copy, std::uint32_t group, std::size_t entries) {
    copy.logs[group].resize(copy.logs[group].size() - entries);
    copy.committed[group] = std::min<LogIndex>(copy.committed[group], copy.logs[group].size());
  }
  std::string write(const std::string& name, std::uint16_t node, const Copy& copy,
                    const std::string& cluster = "prod") const {
    const std::string path = dir_ / name;
    auto directory = DataDirectory::open(path, kept_partitions, {cluster, node});
    EXPECT_TRUE(directory.has_value());
    JournalOptions options;
    options.directory = directory->log_path();
    options.end_file = directory->log_end_path();
    options.data_id = directory->identity().id;
    options.partitions = kept_streams.count();
    options.replaceable = true;
    options.segment_bytes = 1 << 20;
    options.prepare_ahead = false;
    auto journal = Journal::open(options);
    EXPECT_TRUE(journal.has_value());
    for (std::uint32_t group = 0; group < kept_streams.groups(); ++group) {
      for (std::size_t i = 0; i < copy.logs[group].size(); ++i) {
        EXPECT_TRUE((*journal)->append({LogStreams::entries(group), i + 1, copy.logs[group][i]}));
        EXPECT_TRUE((*journal)->sync());
      }
      GroupState state;
      state.replica = replica_id(node, 0);
      state.hard = {copy.terms[group], 0, copy.committed[group]};
      state.snapshot.conf.voters = {replica_id(1, 0), replica_id(2, 0), replica_id(3, 0)};
      state.is_gone = copy.is_gone;
      EXPECT_TRUE((*journal)->append({kept_streams.state(group), 1, encode_group_state(state)}));
    }
    EXPECT_TRUE((*journal)->close_cleanly());
    return path;
  }

  [[nodiscard]] RecoverRequest request(std::vector<std::string> from) const {
    RecoverRequest request;
    request.from = std::move(from);
    request.to = to_;
    request.cluster = "prod-2";
    request.founder = {0, "d:1", "d:2"};
    return request;
  }
  Result<RecoverReport, Error> recover(std::vector<std::string> from, bool accept = false) const {
    RecoverRequest wanted = request(std::move(from));
    wanted.accept_missing = accept;
    return recover_cluster(wanted, nullptr);
  }
  std::string refusal(std::vector<std::string> from) const {
    const auto report = recover(std::move(from));
    EXPECT_FALSE(std::filesystem::exists(to_)) << "nothing was written";
    EXPECT_FALSE(std::filesystem::exists(to_ + ".recovering"));
    return report ? "none"
                  : std::string(to_string(report.error().code)) + ": " + report.error().context;
  }
  Minor balance(const AccountId& account) const {
    auto log = OfflineLog::open(to_);
    EXPECT_TRUE(log.has_value());
    const auto found = replay_account(*log, account, {}, nullptr);
    return found ? found->account.available : -1;
  }
  // What the new directory has of a group, with its record.
  [[nodiscard]] Log written(std::uint32_t group, GroupState* state = nullptr) const {
    auto log = OfflineLog::open(to_);
    EXPECT_TRUE(log.has_value()) << log.error().context;
    Log entries;
    const auto last = log->journal->last_index(LogStreams::entries(group));
    for (LogIndex index = 1; index <= last; ++index)
      entries.push_back(log->journal->read(LogStreams::entries(group), index).value());
    if (state != nullptr)
      *state = read_group_state(*log->journal, kept_streams.state(group)).value();
    return entries;
  }
  static void flip(const std::string& file, std::streamoff offset) {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekg(offset);
    const auto byte = static_cast<char>(out.get() ^ 1);
    out.seekp(offset);
    out.put(byte);
  }

  TemporaryDirectory dir_;
  std::string to_ = dir_ / "new";
  std::vector<Log> truth_;  // by group
  AccountId alice_, bob_;
};

}  // namespace florin::test
