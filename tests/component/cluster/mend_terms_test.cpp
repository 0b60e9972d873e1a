// florin mend-term on a real directory: what it writes, and when it refuses.
#include "runtime/offline/mend_terms.hpp"

#include <gtest/gtest.h>

#include "cluster/consensus/message_bounds.hpp"
#include "persistence/codec/entry_codec.hpp"
#include "persistence/data_directory.hpp"
#include "persistence/journal/journal.hpp"
#include "tests/component/persistence/temporary_directory.hpp"

namespace florin {
namespace {

constexpr std::uint32_t partitions = 2;
constexpr consensus::Term poison = ~consensus::Term{0};
const LogStreams streams{partitions};

class MendTerms : public testing::Test {
 protected:
  static JournalOptions options_of(const DataDirectory& directory) {
    JournalOptions options;
    options.directory = directory.log_path();
    options.data_id = directory.identity().id;
    options.partitions = streams.count();
    options.replaceable = true;
    options.segment_bytes = 1 << 20;
    options.prepare_ahead = false;
    return options;
  }
  static GroupState state(consensus::Term term) {
    GroupState state;
    state.replica = replica_id(2, 0);
    state.incarnation = 5;
    state.hard = {term, replica_id(3, 0), 1};
    state.snapshot.conf.voters = {replica_id(1, 0), replica_id(2, 0), replica_id(3, 0)};
    return state;
  }
  static std::string entry(GroupNumber group, consensus::Term term) {
    EntryBuilder builder;
    builder.begin();
    builder.add(AccountFrozen{AccountId::from_trusted("a"), "test"});
    EntryHeader header;
    header.partition = LogStreams::entries(group);
    header.term = term;
    header.index = 1;
    return builder.finish(header);
  }
  // A node that was stopped: groups 0 and 2 (the meta group) are poisoned, group 1 is not.
  void make(consensus::Term entry_term = 7) {
    auto directory = DataDirectory::open(path_, partitions, {"prod", 2});
    ASSERT_TRUE(directory.has_value());
    auto journal = Journal::open(options_of(*directory));
    ASSERT_TRUE(journal.has_value());
    for (GroupNumber group = 0; group < streams.groups(); ++group) {
      ASSERT_TRUE((*journal)->append({LogStreams::entries(group), 1, entry(group, entry_term)}));
      ASSERT_TRUE((*journal)->append(
          {streams.state(group), 1, encode_group_state(state(group == 1 ? 7 : poison))}));
    }
    ASSERT_TRUE((*journal)->close_cleanly());
  }
  GroupState stored(GroupNumber group) {
    const auto directory = DataDirectory::open_existing(path_, DirectoryUse::read);
    auto options = options_of(*directory);
    options.read_only = true;
    auto journal = Journal::open(options);
    EXPECT_EQ((*journal)->last_index(LogStreams::entries(group)), 1U);
    return read_group_state(**journal, streams.state(group)).value();
  }

  test::TemporaryDirectory dir_;
  std::string path_ = dir_ / "data";
};

TEST_F(MendTerms, OnlyTheTermAndTheVoteOfAPoisonedGroupChange) {
  make();
  const auto mended = mend_terms(path_);
  ASSERT_TRUE(mended.has_value()) << mended.error().context;
  ASSERT_EQ(mended->size(), 2U);
  EXPECT_EQ(mended->at(0).group, 0U);
  EXPECT_EQ(mended->at(1).group, partitions);
  EXPECT_EQ(mended->at(0).before, poison);
  EXPECT_EQ(mended->at(0).after, consensus::term_mended);
  GroupState expected = state(consensus::term_mended);
  expected.hard.vote = 0;
  EXPECT_EQ(stored(0), expected);
  EXPECT_EQ(stored(2), expected);
  EXPECT_EQ(stored(1), state(7));
}

TEST_F(MendTerms, ASecondTimeThereIsNothingToMend) {
  make();
  ASSERT_TRUE(mend_terms(path_).has_value());
  const auto again = mend_terms(path_);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, Errc::invalid);
  EXPECT_EQ(stored(0).hard.term, consensus::term_mended);
}

TEST_F(MendTerms, ALogWithEntriesOfALaterTermIsLeftAlone) {
  make(consensus::term_mended);
  const auto refused = mend_terms(path_);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::corrupt);
  EXPECT_EQ(stored(0), state(poison)) << "nothing was written";
}

TEST_F(MendTerms, NotWhileANodeUsesTheDirectory) {
  make();
  const auto used = DataDirectory::open_existing(path_, DirectoryUse::read);
  ASSERT_TRUE(used.has_value());
  const auto refused = mend_terms(path_);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::locked);
}

TEST_F(MendTerms, OneNodeForItselfHasNoTerms) {
  ASSERT_TRUE(DataDirectory::open(path_, partitions).has_value());
  const auto refused = mend_terms(path_);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::mismatch);
}

}  // namespace
}  // namespace florin
