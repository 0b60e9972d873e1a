// What is stored behind checksums: the bytes, what is noticed, and what becomes of older and newer stores.
#include "persistence/checked_state_store.hpp"

#include <gtest/gtest.h>

#include "persistence/codec/state_codec.hpp"
#include "persistence/row_checksum.hpp"
#include "tests/support/checked_disk.hpp"

namespace florin {
namespace {

using test::CheckedDisk;
using test::CheckedDiskPlace;

constexpr auto opened = test::open_checked;

std::string text_of(StateStore& store, Table table, std::string_view key) {
  auto value = store.get(table, key);
  if (!value) return "error " + std::string(to_string(value.error().code));
  return *value ? std::string(**value) : "none";
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

PartitionMeta meta_of_format(std::uint32_t version) {
  PartitionMeta meta;
  meta.format_version = version;
  meta.partitions = 1;
  return meta;
}

// A whole store with two accounts and a record.
void fill(CheckedDisk& disk) {
  const auto store = opened(disk);
  const std::string meta = encode_partition_meta(meta_of_format(state_format_version));
  ASSERT_TRUE(store->write({{Table::meta, partition_meta_key, meta},
                            {Table::accounts, "alice", "100"},
                            {Table::accounts, "bob", "7"},
                            {Table::records, "0001", "sent"}}));
}

using test::raw;

TEST(CheckedStateStore, BytesOfARowAndOfTheSumsAreThese) {
  CheckedDisk disk;
  fill(disk);
  EXPECT_EQ(hex_of(raw(disk, Table::accounts, "alice")), "313030ad6ec7299290e86f");
  EXPECT_EQ(hex_of(raw(disk, Table::meta, digest_key)),
            "0200000000000000497fd2fd1abf248a000000000000000000000000000000000000000000000000"
            "00000000000000000000000000000000000000000000000000000000000000000100000000000000"
            "61afbd6323742db10000000000000000000000000000000000000000000000000000000000000000"
            "000000000000000000000000000000000000000000000000755c7b3397c4f9e8");
}

TEST(CheckedStateStore, GivesBackWhatWasWrittenAlsoAfterAnotherOpening) {
  CheckedDisk disk;
  fill(disk);
  const auto store = opened(disk);
  EXPECT_FALSE(store->is_damaged());
  EXPECT_EQ(text_of(*store, Table::accounts, "alice"), "100");
  EXPECT_EQ(text_of(*store, Table::accounts, "carol"), "none");
  std::string seen;
  EXPECT_TRUE(store->scan(Table::accounts, "", [&](auto key, auto value) {
    seen.append(key).append("=").append(value).append(" ");
    return true;
  }));
  EXPECT_EQ(seen, "alice=100 bob=7 ");
  EXPECT_EQ(disk.set_aside, 0);
}

TEST(CheckedStateStore, EveryFlippedBitOfAValueIsNoticed) {
  CheckedDisk whole;
  fill(whole);
  const std::size_t bits = 8 * raw(whole, Table::accounts, "alice").size();
  for (std::size_t bit = 0; bit < bits; ++bit) {
    CheckedDisk disk;
    fill(disk);
    test::flip(disk, Table::accounts, "alice", bit);
    const auto store = opened(disk);
    EXPECT_EQ(text_of(*store, Table::accounts, "bob"), "7");
    EXPECT_EQ(text_of(*store, Table::accounts, "alice"), "error corrupt") << "bit " << bit;
    EXPECT_TRUE(store->is_damaged());
    EXPECT_EQ(text_of(*store, Table::accounts, "bob"), "error corrupt") << "nothing of it is used";
    EXPECT_FALSE(store->write({{Table::accounts, "bob", "8"}})) << "nor written";
  }
}

TEST(CheckedStateStore, AValueUnderAnotherKeyOrTableIsNoticed) {
  CheckedDisk disk;
  fill(disk);
  const std::string value = raw(disk, Table::accounts, "alice");
  ASSERT_TRUE(disk.rows->write({{Table::accounts, "alicf", value}, {Table::legs, "alice", value}}));
  EXPECT_EQ(text_of(*opened(disk), Table::accounts, "alicf"), "error corrupt");
  EXPECT_EQ(text_of(*opened(disk), Table::legs, "alice"), "error corrupt");
  const auto scanned = opened(disk);
  EXPECT_FALSE(scanned->scan(Table::accounts, "", [](auto, auto) { return true; }));
  EXPECT_TRUE(scanned->is_damaged());
}

TEST(CheckedStateStore, ADamagedRowIsNoticedWhenItIsWrittenAgain) {
  CheckedDisk disk;
  fill(disk);
  test::flip(disk, Table::accounts, "alice", 3);
  const auto store = opened(disk);
  const auto written =
      store->write({{Table::accounts, "bob", "8"}, {Table::accounts, "alice", "99"}});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::corrupt);
  EXPECT_TRUE(store->is_damaged());
  EXPECT_EQ(raw(disk, Table::accounts, "bob").substr(0, 1), "7") << "nothing of the write stands";
}

TEST(CheckedStateStore, AMissingRowIsNoticedByWhoeverReadsThemAll) {
  for (const std::string_view lost : {"alice", "bob"}) {
    CheckedDisk disk;
    fill(disk);
    ASSERT_TRUE(disk.rows->write({{Table::accounts, lost, std::nullopt}}));
    const auto store = opened(disk);
    EXPECT_TRUE(store->scan_all(Table::records, [](auto, auto) { return true; }));
    EXPECT_FALSE(store->scan_all(Table::accounts, [](auto, auto) { return true; })) << lost;
    EXPECT_TRUE(store->is_damaged());
  }
}

// Also while it is open: a replica reads its store again when its leadership has ended.
TEST(CheckedStateStore, AMetaRowThatWasThereIsMissed) {
  CheckedDisk disk;
  const auto store = opened(disk);
  EXPECT_EQ(text_of(*store, Table::meta, partition_meta_key), "none") << "a new one has none";
  ASSERT_TRUE(store->write({{Table::meta, partition_meta_key, "m"}}));
  ASSERT_TRUE(disk.rows->write({{Table::meta, partition_meta_key, std::nullopt}}));
  EXPECT_EQ(text_of(*store, Table::meta, partition_meta_key), "error corrupt");
  EXPECT_TRUE(store->is_damaged());
  ASSERT_TRUE(store->begin_again());
  EXPECT_EQ(text_of(*store, Table::meta, partition_meta_key), "none");
}

TEST(CheckedStateStore, OneThatCannotBeBegunAgainIsRefusedAndNotTouched) {
  CheckedDisk disk;
  fill(disk);
  const auto store = opened(disk);
  store->distrust({Errc::corrupt, "a test"});
  disk.refuses = Error{Errc::io, "no such disk"};
  EXPECT_FALSE(store->begin_again());
  EXPECT_TRUE(store->is_damaged());
  EXPECT_EQ(text_of(*store, Table::accounts, "alice"), "error corrupt");
  EXPECT_FALSE(store->scrub(10));
}

TEST(CheckedStateStore, BeginsAgainEmptyAndWhole) {
  CheckedDisk disk;
  fill(disk);
  test::flip(disk, Table::accounts, "alice", 3);
  const auto store = opened(disk);
  EXPECT_EQ(text_of(*store, Table::accounts, "alice"), "error corrupt");
  ASSERT_TRUE(store->begin_again());
  EXPECT_EQ(disk.set_aside, 1);
  EXPECT_FALSE(store->is_damaged());
  EXPECT_EQ(text_of(*store, Table::accounts, "alice"), "none");
  EXPECT_TRUE(store->write({{Table::accounts, "alice", "1"}}));
  EXPECT_EQ(text_of(*store, Table::accounts, "alice"), "1");
}

TEST(CheckedStateStore, WithoutItsMetaRowOrItsSumsAStoreIsDamaged) {
  for (const std::string_view lost : {partition_meta_key, digest_key}) {
    CheckedDisk disk;
    fill(disk);
    ASSERT_TRUE(disk.rows->write({{Table::meta, lost, std::nullopt}}));
    EXPECT_TRUE(opened(disk)->is_damaged()) << lost;
  }
}

TEST(CheckedStateStore, AnOlderStoreIsBegunAgainAndANewerOneRefused) {
  CheckedDisk older;
  ASSERT_TRUE(older.rows->write(
      {{Table::meta, partition_meta_key, encode_partition_meta(meta_of_format(2))},
       {Table::accounts, "alice", "100"}}));
  const auto store = opened(older);
  EXPECT_EQ(store->older_format(), 2U);
  EXPECT_FALSE(store->is_damaged());
  EXPECT_EQ(older.set_aside, 1);
  EXPECT_EQ(text_of(*store, Table::accounts, "alice"), "none");

  // Of a format that had checksums, too.
  CheckedDisk third;
  const std::string old_meta = encode_partition_meta(meta_of_format(3));
  ASSERT_TRUE(opened(third)->write(
      {{Table::meta, partition_meta_key, old_meta}, {Table::accounts, "alice", "100"}}));
  {
    const auto read = CheckedStateStore::read_only(*third.rows);
    ASSERT_TRUE(read);
    ASSERT_NE(*read, nullptr) << "who only reads checks it, and sees no checksum";
    EXPECT_EQ((*read)->older_format(), 3U);
    EXPECT_EQ(text_of(**read, Table::accounts, "alice"), "100");
  }
  const auto again = opened(third);
  EXPECT_EQ(again->older_format(), 3U);
  EXPECT_EQ(third.set_aside, 1);
  EXPECT_EQ(text_of(*again, Table::accounts, "alice"), "none");

  CheckedDisk newer;
  const std::string meta = encode_partition_meta(meta_of_format(state_format_version + 1));
  ASSERT_TRUE(opened(newer)->write({{Table::meta, partition_meta_key, meta}}));
  const auto refused = CheckedStateStore::open(std::make_unique<CheckedDiskPlace>(newer));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::mismatch);
  EXPECT_NE(refused.error().context.find("format " + std::to_string(state_format_version + 1)),
            std::string::npos)
      << refused.error().context;
  EXPECT_EQ(newer.set_aside, 0);
}

TEST(CheckedStateStore, WhatCannotBeOpenedIsDamagedOnlyIfTheLogCanMendIt) {
  CheckedDisk disk;
  disk.refuses = Error{Errc::corrupt, "a process has died inside it"};
  EXPECT_TRUE(opened(disk)->is_damaged());
  disk.refuses = Error{Errc::disk_full, "no space"};
  EXPECT_FALSE(CheckedStateStore::open(std::make_unique<CheckedDiskPlace>(disk)));
}

TEST(CheckedStateStore, SumsFollowEveryKindOfWrite) {
  CheckedDisk disk;
  fill(disk);
  {
    const auto store = opened(disk);
    ASSERT_TRUE(store->write({{Table::accounts, "alice", "1"},
                              {Table::accounts, "alice", "2"},
                              {Table::accounts, "bob", std::nullopt},
                              {Table::accounts, "nobody", std::nullopt},
                              {Table::legs, "l", ""}}));
  }
  std::string sums = raw(disk, Table::meta, digest_key);
  sums.resize(sums.size() - row_checksum_size);
  const auto digests = decode_digests(sums);
  ASSERT_TRUE(digests);
  const auto digest_of = [&](Table table) { return (*digests)[static_cast<std::size_t>(table)]; };
  EXPECT_EQ(digest_of(Table::accounts),
            (TableDigest{1, row_checksum(Table::accounts, "alice", "2")}));
  EXPECT_EQ(digest_of(Table::legs), (TableDigest{1, row_checksum(Table::legs, "l", "")}));
  EXPECT_EQ(digest_of(Table::records).rows, 1U);
}

// What a program from before there were timers wrote, and reads: the tables that it knows, and no more.
TEST(CheckedStateStore, ATableThatCameLaterIsInTheSumsOnlyWhileItHasRows) {
  CheckedDisk disk;
  fill(disk);
  const std::string before = raw(disk, Table::meta, digest_key);
  const std::string timer = due_key(Timestamp{1'000}, 1, "order");
  ASSERT_TRUE(opened(disk)->write({{Table::due, timer, ""}}));
  EXPECT_EQ(raw(disk, Table::meta, digest_key).size(), before.size() + 24);
  EXPECT_EQ(text_of(*opened(disk), Table::due, timer), "");
  ASSERT_TRUE(opened(disk)->write({{Table::due, timer, std::nullopt}}));
  EXPECT_EQ(raw(disk, Table::meta, digest_key), before);
  EXPECT_FALSE(opened(disk)->is_damaged());
}

TEST(CheckedStateStore, SumsOfTooManyTablesAreNotRead) {
  TableDigests digests;
  digests.back().rows = 1;
  const std::string bytes = encode_digests(digests);
  EXPECT_TRUE(decode_digests(bytes));
  EXPECT_FALSE(decode_digests(bytes + std::string(24, '\1')));
  EXPECT_FALSE(decode_digests(bytes.substr(0, bytes.size() - 1)));
  EXPECT_FALSE(decode_digests(bytes.substr(0, encode_digests({}).size() - 24)));
}

// --- the scrub --------------------------------------------------------------------------------------------

// Steps until a round is over; how many rows were looked at, or the error.
std::string round_of(CheckedStateStore& store, std::size_t rows_max = 2) {
  std::uint64_t rows = 0;
  for (int steps = 0; steps < 1'000; ++steps) {
    const auto step = store.scrub(rows_max);
    if (!step) return step.error().context;
    rows += step->rows;
    if (step->is_round_over) return std::to_string(rows);
  }
  return "never over";
}

AccountState account_with(std::string_view id, Minor available) {
  AccountState account;
  account.id = AccountId::from_trusted(id);
  account.currency = *parse_currency("USD");
  account.available = available;
  return account;
}

// Accounts as they are, and a meta row that says what they add up to.
void write_accounts(CheckedStateStore& store,
                    const std::vector<std::pair<std::string_view, Minor>>& accounts,
                    WideMinor sum) {
  std::vector<std::string> values;
  for (const auto& [id, available] : accounts)
    values.push_back(encode_account(account_with(id, available)));
  std::vector<StateWrite> writes;
  for (std::size_t i = 0; i < accounts.size(); ++i)
    writes.push_back({Table::accounts, accounts[i].first, values[i]});
  PartitionMeta meta = meta_of_format(state_format_version);
  meta.sums = {{*parse_currency("USD"), sum, -sum}};
  const std::string row = encode_partition_meta(meta);
  writes.push_back({Table::meta, partition_meta_key, row});
  ASSERT_TRUE(store.write(std::move(writes)));
}

TEST(CheckedStateStore, TheScrubMissesWhatNobodyReads) {
  for (const Table table : {Table::records, Table::names, Table::index, Table::due}) {
    CheckedDisk disk;
    const auto store = opened(disk);
    write_accounts(*store, {{"alice", 5}}, 5);
    ASSERT_TRUE(store->write({{table, "one", "1"}, {table, "three", "3"}, {table, "two", "2"}}));
    EXPECT_EQ(round_of(*store), "4");
    ASSERT_TRUE(disk.rows->write({{table, "two", std::nullopt}}));
    EXPECT_NE(round_of(*store).find("rows are missing"), std::string::npos);
    EXPECT_TRUE(store->is_damaged());
  }
}

TEST(CheckedStateStore, TheScrubGoesOnWhileRowsChangeBeforeAndBehindIt) {
  CheckedDisk disk;
  const auto store = opened(disk);
  write_accounts(*store, {{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}, {"e", 5}}, 15);
  ASSERT_TRUE(store->scrub(3));  // a, b, c
  write_accounts(*store, {{"b", 20}, {"d", 40}, {"bb", 100}}, 169);
  ASSERT_TRUE(store->write({{Table::records, "r", "1"}}));
  EXPECT_EQ(round_of(*store), "3") << "d, e and the record";
  EXPECT_EQ(round_of(*store), "7");
  EXPECT_FALSE(store->is_damaged());
}

TEST(CheckedStateStore, TheScrubComparesTheAccountsWithTheRunningSums) {
  CheckedDisk disk;
  const auto store = opened(disk);
  write_accounts(*store, {{"alice", 5}, {"bob", 6}}, 12);
  EXPECT_NE(round_of(*store).find("do not add up"), std::string::npos);
}

}  // namespace
}  // namespace florin
