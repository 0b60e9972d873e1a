// The replica of the meta group: what it proposes about the format level, and what it refuses to follow.
#include "cluster/membership/meta_replica.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persistence/codec/entry_codec.hpp"
#include "tests/unit/cluster/membership_kit.hpp"

namespace florin {
namespace {

using testing::HasSubstr;

constexpr PartitionId stream = 4;

struct MetaKit {
  explicit MetaKit(FormatLevel reads = format_level_own)
      : meta(
            stream,
            [this](std::uint64_t, LogIndex, std::string entry) {
              proposed.push_back(std::move(entry));
            },
            reads) {}
  Status<Error> commit(const Event& event) {
    EntryBuilder builder;
    builder.begin();
    builder.add(event);
    EntryHeader header;
    header.partition = stream;
    header.term = 1;
    header.index = meta.committed_index() + 1;
    header.previous_hash = last;
    return commit_bytes(builder.finish(header));
  }
  Status<Error> commit_bytes(std::string bytes) {
    last = chain_hash(bytes);
    return meta.committed(meta.committed_index() + 1,
                          {std::make_shared<const std::string>(std::move(bytes))});
  }
  void form() {
    ASSERT_TRUE(commit(ClusterFormed{
        {membership_kit::member(1), membership_kit::member(2), membership_kit::member(3)}, 3, 1}));
  }

  std::vector<std::string> proposed;
  MetaReplica meta;
  Hash last = genesis_hash;
};

TEST(MetaReplica, OfTheLeaderRaisesTheLevelInAnEntryOfTheLog) {
  MetaKit kit;
  kit.form();
  kit.meta.leading(1, 1);
  ClusterFacts facts;
  facts.reads = {{1, 1}, {2, 1}};
  kit.meta.work({}, facts);
  EXPECT_TRUE(kit.proposed.empty()) << "node 3 has said nothing";
  facts.reads[3] = 1;
  kit.meta.work({}, facts);
  ASSERT_EQ(kit.proposed.size(), 1U);
  const auto entry = decode_entry(kit.proposed.front());
  ASSERT_TRUE(entry);
  EXPECT_THAT(entry->events, testing::ElementsAre(Event(FormatLevelRaised{1})));
  EXPECT_EQ(kit.meta.map().format_level, 0) << "not before it is committed";
  ASSERT_TRUE(kit.commit_bytes(kit.proposed.front()));
  EXPECT_EQ(kit.meta.map().format_level, 1);
}

TEST(MetaReplica, OfAProgramThatReadsLessEndsAndSaysWhatToStart) {
  MetaKit kit;
  kit.form();
  const auto done = kit.commit(FormatLevelRaised{7});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Errc::mismatch);
  EXPECT_THAT(done.error().context,
              HasSubstr("writes format level 7, and this program reads up to " +
                        std::to_string(format_level_own) +
                        ": start this node with the version of the others"));
}

// As a program from before there were levels would.
TEST(MetaReplica, HeldToTheLevelBeforeDoesNotKnowTheEventThatRaisesIt) {
  MetaKit kit(0);
  kit.form();
  const auto done = kit.commit(FormatLevelRaised{1});
  ASSERT_FALSE(done.has_value());
  EXPECT_THAT(done.error().context, HasSubstr("event number 45 is unknown"));
}

}  // namespace
}  // namespace florin
