// A partition on a real store whose rows change again and again while nothing is read: by entries that it only follows,
// and by turns. The file must not grow with the number of checkpoints.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "actors/hosting/partition_host.hpp"
#include "persistence/lmdb/lmdb_state_store.hpp"
#include "tests/component/persistence/temporary_directory.hpp"
#include "tests/support/quiet_ports.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

const AccountId followed = AccountId::from_trusted("followed");

class FollowedStore : public testing::Test, protected test::QuietPorts, protected TurnLog {
 protected:
  // One row that fills several pages, so that the file shows what a checkpoint costs.
  void SetUp() override {
    {
      begin_host();
      host_->take_turns(false);
      Metadata metadata;
      for (int i = 0; i < 16; ++i)
        metadata.emplace_back("k" + std::to_string(i), std::string(500, 'v'));
      follow(
          AccountOpened{followed, words::usd, AccountKind::user, false, no_daily_limit, metadata});
      checkpoint();
    }
    begin_host();  // as after a restart: nothing is resident, and loading has read
  }
  void begin_host() {
    host_.reset();
    partition_.reset();
    store_.reset();
    auto opened = LmdbStateStore::open(directory_ / "p");
    ASSERT_TRUE(opened);
    store_ = std::move(opened).value();
    partition_.emplace(0, map_, *store_, PartitionOptions{});
    ASSERT_TRUE(partition_->load());
    partition_->begin_deciding();
    inbox_.set_wake([] {});
    HostPorts& ports = *this;
    TurnLog& log = *this;
    host_.emplace(*partition_, inbox_, ports, log, HostOptions{});
  }
  template <class Event>
  void follow(const Event& event) {
    EntryBuilder builder;
    builder.begin();
    builder.add(event);
    EntryHeader header;
    header.term = 1;
    header.index = partition_->state().last_index() + 1;
    header.previous_hash = partition_->state().last_hash();
    header.time = partition_->state().last_time() + 1;
    ASSERT_TRUE(partition_->replay(builder.finish(header)));
    durable_ = header.index;
  }
  void checkpoint() {
    pass_ += 3'600'000'000;
    host_->tick();
    EXPECT_EQ(checkpoint_, partition_->state().last_index());
    EXPECT_EQ(store_->open_reads(), 0U) << "the host has nothing to do, and no read is open";
    host_->wake();
  }
  void freeze_in_a_turn(bool yes) {
    std::vector<Message> one;
    one.emplace_back(ChangeAccount{.request = 1,
                                   .account = followed,
                                   .change = yes ? AccountChange::freeze : AccountChange::unfreeze,
                                   .reason = {}});
    ASSERT_EQ(inbox_.push_from_clients(one), 1U);
    host_->wake();
    durable_ = partition_->state().last_index();
    host_->wake();
  }
  [[nodiscard]] std::uintmax_t file_bytes() const {
    return std::filesystem::file_size(directory_ / "p/data.mdb");
  }

  // HostPorts and TurnLog
  [[nodiscard]] Timestamp now() const override { return words::noon + pass_; }
  [[nodiscard]] std::int64_t monotonic_us() const override { return pass_; }
  [[nodiscard]] LogIndex durable_index() const override { return durable_; }
  [[nodiscard]] LogIndex checkpoint_index() const override { return checkpoint_; }
  void append(LogEntry) override {}
  void write_checkpoint(Checkpoint checkpoint) override {
    ASSERT_TRUE(store_->write(std::move(checkpoint.writes)));
    checkpoint_ = checkpoint.index;
  }

  test::TemporaryDirectory directory_;
  PartitionMap map_{1};
  Inbox inbox_{100};
  std::unique_ptr<LmdbStateStore> store_;
  std::optional<Partition> partition_;
  std::optional<PartitionHost> host_;
  std::int64_t pass_ = 0;
  LogIndex durable_ = 0;
  LogIndex checkpoint_ = 0;
};

TEST_F(FollowedStore, DoesNotGrowWhileEntriesAreOnlyFollowed) {
  host_->take_turns(false);
  const auto rewrite = [&](int times) {
    for (int i = 0; i < times; ++i) {
      follow(AccountFrozen{followed, ""});
      checkpoint();
      follow(AccountUnfrozen{followed, ""});
      checkpoint();
    }
  };
  rewrite(10);
  const auto before = file_bytes();
  rewrite(100);
  EXPECT_LE(file_bytes(), 2 * before);
}

TEST_F(FollowedStore, DoesNotGrowWhileItsTurnsFindEverythingInMemory) {
  const auto rewrite = [&](int times) {
    for (int i = 0; i < times; ++i) {
      freeze_in_a_turn(true);
      checkpoint();
      freeze_in_a_turn(false);
      checkpoint();
    }
  };
  rewrite(10);
  const auto before = file_bytes();
  rewrite(100);
  EXPECT_LE(file_bytes(), 2 * before);
}

}  // namespace
}  // namespace florin
