// Rows of the state store: every field survives, keys sort as the log does, damage is refused.
#include "persistence/codec/state_codec.hpp"
#include "persistence/codec/row_batch.hpp"

#include <gtest/gtest.h>

#include "tests/unit/persistence/codec/codec_examples.hpp"

namespace florin {
namespace {

namespace examples = codec_examples;

TEST(StateCodec, AnAccountKeepsAllItsFields) {
  const AccountState account = examples::account();
  const auto decoded = decode_account(account_key(account.id), encode_account(account));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(examples::same(*decoded, account));
}

TEST(StateCodec, AnAccountWithoutMetadataHasNoneAllocated) {
  AccountState account = examples::account();
  account.metadata = nullptr;
  const auto decoded = decode_account("alice", encode_account(account));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->metadata, nullptr);
}

TEST(StateCodec, ATransferKeepsAllItsFields) {
  const TransferState transfer = examples::transfer();
  const auto decoded = decode_transfer(transfer_key(transfer.id), encode_transfer(transfer));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(examples::same(*decoded, transfer));
}

// As f9092b6 stored it: nine fields, the client's deadline not among them.
TEST(StateCodec, ATransferThatWasStoredWithoutAClientsDeadlineIsRead) {
  TransferState transfer = examples::transfer();
  const std::string now = encode_transfer(transfer);
  constexpr std::size_t deadline_bytes = 9;
  ASSERT_EQ(now[0], '\x9a');
  const std::string old = "\x99" + now.substr(1, now.size() - 1 - deadline_bytes);
  const auto decoded = decode_transfer(transfer_key(transfer.id), old);
  ASSERT_TRUE(decoded) << decoded.error().context;
  transfer.client_deadline = {};
  EXPECT_TRUE(examples::same(*decoded, transfer));
}

// A field more, and only then: all other rows keep their bytes.
TEST(StateCodec, ATransferThatWasRefusedKeepsWhere) {
  const TransferState transfer = examples::refused_transfer();
  const std::string row = encode_transfer(transfer);
  EXPECT_EQ(row[0], '\x9b');
  EXPECT_TRUE(row.starts_with("\x9b" + encode_transfer(examples::transfer()).substr(1)));
  const auto decoded = decode_transfer(transfer_key(transfer.id), row);
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(examples::same(*decoded, transfer));
}

TEST(StateCodec, ARecordOfARefusalKeepsItsEnd) {
  const TransferRecord record = examples::refused_record();
  const std::string row = encode_record(record);
  EXPECT_EQ(row[0], '\x9a');
  const auto decoded = decode_record(record_key(258, record.transaction_id, record.owner), row);
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(examples::same(*decoded, record));
}

// What there is of a transaction beside its first posting stands last; all other records keep their bytes.
TEST(StateCodec, ARecordOfATransactionKeepsItsContentAndWhichPostingWasRefused) {
  for (const bool has_notes : {false, true})
    for (const bool has_ended : {false, true}) {
      TransferRecord record = examples::transaction_record();
      record.has_notes = has_notes;
      if (!has_ended) record.ended.reset();
      const std::string row = encode_record(record);
      EXPECT_EQ(row[0], '\x9d');
      const auto decoded = decode_record(record_key(258, record.transaction_id, record.owner), row);
      ASSERT_TRUE(decoded) << decoded.error().context;
      EXPECT_TRUE(examples::same(*decoded, record)) << has_notes << has_ended;
      EXPECT_EQ(decoded->postings(), 2U);
      EXPECT_EQ(decoded->refused_posting(), 1);
    }
  EXPECT_EQ(examples::record().postings(), 1U);
  EXPECT_EQ(examples::record().refused_posting(), no_posting);
}

TEST(StateCodec, ARowWithOneFieldTooManyIsRefused) {
  const std::string transaction = encode_record(examples::transaction_record());
  EXPECT_FALSE(
      decode_record(record_key(0, {}, examples::alice), "\x9e" + transaction.substr(1) + '\0'));
  const std::string record = encode_record(examples::noted_record());
  EXPECT_FALSE(decode_record(record_key(0, {}, examples::alice), "\x9d" + record.substr(1) + '\0'));
  const std::string transfer = encode_transfer(examples::noted_transfer());
  EXPECT_FALSE(decode_transfer(transfer_key({}), "\x9d" + transfer.substr(1) + '\0'));
  const std::string cut = encode_record(examples::record());
  EXPECT_FALSE(decode_record(record_key(0, {}, examples::alice), "\x9a" + cut.substr(1)))
      << "it says that there is one more";
}

// What they are for is in a row of its own; here it is only said that there is one, and of all others nothing is.
TEST(StateCodec, WhatHasNotesSaysSoAndNothingElseChanges) {
  for (const bool is_refused : {false, true}) {
    TransferState transfer = is_refused ? examples::refused_transfer() : examples::transfer();
    const std::string without = encode_transfer(transfer);
    transfer.has_notes = true;
    const auto decoded = decode_transfer(transfer_key(transfer.id), encode_transfer(transfer));
    ASSERT_TRUE(decoded) << decoded.error().context;
    EXPECT_TRUE(examples::same(*decoded, transfer)) << is_refused;
    transfer.has_notes = false;
    EXPECT_EQ(encode_transfer(transfer), without);
  }
  for (TransferRecord record :
       {examples::record(), examples::refused_record(), examples::sided_record()}) {
    const std::string key = record_key(258, record.transaction_id, record.owner);
    const std::string without = encode_record(record);
    record.has_notes = true;
    const auto decoded = decode_record(key, encode_record(record));
    ASSERT_TRUE(decoded) << decoded.error().context;
    EXPECT_TRUE(examples::same(*decoded, record));
    record.has_notes = false;
    EXPECT_EQ(encode_record(record), without);
  }
}

TEST(StateCodec, NotesOfATransferAndOfALegComeBack) {
  const NotedTransfer noted{examples::transfer().id, examples::notes()};
  RowBatch rows;
  rows.put(noted);
  EXPECT_EQ(rows.key(0), transfer_key(noted.transfer));
  const auto decoded = decode_noted_transfer(rows.key(0), rows.value(0));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_EQ(*decoded, noted);
  EXPECT_FALSE(decode_noted_transfer(leg_key(examples::leg()), rows.value(0)));
  const Leg leg = examples::noted_leg();
  const auto decoded_leg = decode_leg(leg_key(leg.key), encode_leg(leg));
  ASSERT_TRUE(decoded_leg) << decoded_leg.error().context;
  EXPECT_TRUE(examples::same(*decoded_leg, leg));
}

// A record that is made again with notes stands where the first one stood.
TEST(StateCodec, TheNewestRowOfABatchIsTakenBack) {
  RowBatch rows;
  rows.put(258, examples::record());
  rows.put(258, examples::refused_record());
  rows.take_back();
  ASSERT_EQ(rows.size(), 1U);
  rows.put(258, examples::noted_record());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.value(0), encode_record(examples::record()));
  EXPECT_EQ(rows.value(1), encode_record(examples::noted_record()));
}

TEST(StateCodec, ALegKeepsAllItsFields) {
  const Leg leg = examples::stored_leg();
  const auto decoded = decode_leg(leg_key(leg.key), encode_leg(leg));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(examples::same(*decoded, leg));
}

TEST(StateCodec, ACancelFlagHasNoContent) {
  const Leg flag{examples::leg(), LegState::cancelled_early, std::nullopt, {}, 0};
  const auto decoded = decode_leg(leg_key(flag.key), encode_leg(flag));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(examples::same(*decoded, flag));
}

TEST(StateCodec, ARecordKeepsAllItsFieldsAndItsEpoch) {
  const TransferRecord record = examples::record();
  const std::string key = record_key(258, record.transaction_id, record.owner);
  const auto decoded = decode_record(key, encode_record(record));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_TRUE(examples::same(*decoded, record));
  EXPECT_EQ(*decode_epoch(key), 258u);
  EXPECT_TRUE(key.starts_with(epoch_key(258)));
}

TEST(StateCodec, PartitionMetaKeepsAllItsFields) {
  const auto decoded = decode_partition_meta(encode_partition_meta(examples::meta()));
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_EQ(*decoded, examples::meta());
}

// The row as version 1 wrote it, byte for byte: it did not say which entry the last event is of.
TEST(StateCodec, ReadsAPartitionMetaOfTheFirstFormat) {
  const std::string bytes = examples::from_hex(examples::meta_of_format_1);
  const auto decoded = decode_partition_meta(bytes);
  ASSERT_TRUE(decoded) << decoded.error().context;
  EXPECT_EQ(decoded->format_version, 1U);
  EXPECT_EQ(decoded->partitions, 2U);
  EXPECT_EQ(decoded->applied_index, 3U);
  EXPECT_EQ(decoded->last_event_index, 0U);
  EXPECT_EQ(decoded->last_hash[31], 31);
  EXPECT_EQ(decoded->last_time.us, 1'790'000'000'123'456);
  EXPECT_EQ(decoded->term, 7U);
  EXPECT_EQ(decoded->records_in_epoch, 5U);
  EXPECT_EQ(decoded->accounts_count, 1U);
}

TEST(StateCodec, RefusesAPartitionMetaOfAFormatToCome) {
  PartitionMeta meta = examples::meta();
  meta.format_version = state_format_version + 1;
  const auto decoded = decode_partition_meta(encode_partition_meta(meta));
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().context.find("format version"), std::string::npos);
}

TEST(StateCodec, SumsOfAnySizeAndSignSurvive) {
  const WideMinor one = 1;
  const WideMinor lowest = -(one << 126) * 2;
  for (const WideMinor sum : {WideMinor{0}, WideMinor{-1}, one << 64, -(one << 64), (one << 64) - 1,
                              lowest, -(lowest + 1)}) {
    PartitionMeta meta = examples::meta();
    meta.sums = {{examples::eur, sum, sum}};
    const auto decoded = decode_partition_meta(encode_partition_meta(meta));
    ASSERT_TRUE(decoded) << decoded.error().context;
    EXPECT_EQ(*decoded, meta);
  }
}

TEST(StateCodec, KeysSortInTheOrderOfTheLog) {
  const std::vector<TransferId> ordered{
      {255, 9, 0}, {256, 0, 0}, {256, 255, 0}, {256, 256, 0}, {1, 0, 1}};
  for (std::size_t i = 0; i + 1 < ordered.size(); ++i) {
    EXPECT_LT(transfer_key(ordered[i]), transfer_key(ordered[i + 1])) << i;
    EXPECT_LT(leg_key({ordered[i], 200}), leg_key({ordered[i + 1], 0})) << i;
  }
  EXPECT_LT(leg_key({ordered[0], 127}), leg_key({ordered[0], 128}));
}

TEST(StateCodec, TimersSortByTimeThenByKindThenByKey) {
  const std::vector<std::string> ordered{
      due_key(Timestamp{0}, 9, "z"),       due_key(Timestamp{255}, 1, "a"),
      due_key(Timestamp{256}, 1, "b"),     due_key(Timestamp{256}, 1, "ba"),
      due_key(Timestamp{256}, 2, "a"),     due_key(Timestamp{256}, 256, "a"),
      due_key(Timestamp{1 << 30}, 0, "a"), due_key(Timestamp{std::int64_t{1} << 60}, 0, "a")};
  EXPECT_TRUE(std::ranges::is_sorted(ordered));
  EXPECT_EQ(due_key(Timestamp{257}, 0, {}), std::string("\0\0\0\0\0\0\1\1\0\0", 10))
      << "where rows begin that are due then or later";
}

TEST(StateCodec, KeysRoundTrip) {
  const std::string timer = due_key(Timestamp{1'790'000'000'123'456}, 258, "order");
  EXPECT_EQ(decode_due_key(timer)->due, Timestamp{1'790'000'000'123'456});
  EXPECT_EQ(decode_due_key(timer)->kind, 258);
  EXPECT_EQ(decode_due_key(timer)->entity, "order");
  const LegKey leg = examples::leg();
  EXPECT_EQ(*decode_leg_key(leg_key(leg)), leg);
  const TransferState transfer = examples::transfer();
  EXPECT_EQ(decode_transfer(transfer_key(transfer.id), encode_transfer(transfer))->id, transfer.id);
}

TEST(StateCodec, KeysOfAWrongLengthAreRefused) {
  const std::string leg = encode_leg(examples::stored_leg());
  EXPECT_FALSE(decode_leg(transfer_key(examples::leg().transfer), leg));
  EXPECT_FALSE(decode_transfer(leg_key(examples::leg()), encode_transfer(examples::transfer())));
  EXPECT_FALSE(decode_account("", encode_account(examples::account())));
  EXPECT_FALSE(decode_account(std::string(66, 'a'), encode_account(examples::account())));
  EXPECT_FALSE(decode_record(std::string(19, 'a'), encode_record(examples::record())));
  EXPECT_FALSE(decode_record(std::string(20 + 66, 'a'), encode_record(examples::record())));
  EXPECT_FALSE(decode_epoch("abc"));
  EXPECT_FALSE(decode_due_key(due_key(Timestamp{1}, 1, {})));
}

TEST(StateCodec, EveryTruncationIsRefused) {
  const auto refuses_all = [](const std::string& bytes, auto decode) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::vector<char> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_FALSE(decode(std::string_view(cut.data(), cut.size()))) << size;
    }
    EXPECT_FALSE(decode(bytes + '\x01'));
    EXPECT_TRUE(decode(bytes));
  };
  using View = std::string_view;
  const std::string record = record_key(1, examples::uuid(1), examples::alice);
  refuses_all(encode_account(examples::account()),
              [](View v) { return decode_account("a", v).has_value(); });
  refuses_all(encode_transfer(examples::transfer()), [](View v) {
    return decode_transfer(transfer_key(examples::leg().transfer), v).has_value();
  });
  refuses_all(encode_leg(examples::stored_leg()),
              [](View v) { return decode_leg(leg_key(examples::leg()), v).has_value(); });
  refuses_all(encode_record(examples::record()),
              [&](View v) { return decode_record(record, v).has_value(); });
  refuses_all(encode_partition_meta(examples::meta()),
              [](View v) { return decode_partition_meta(v).has_value(); });
}

TEST(StateCodec, TheErrorNamesRowAndField) {
  std::string bytes = encode_account(examples::account());
  const std::size_t kind = bytes.find("EUR") + 3;
  bytes[kind] = '\x03';
  const auto decoded = decode_account("alice", bytes);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, Errc::corrupt);
  EXPECT_EQ(decoded.error().context, "stored account: field kind: out of range");
}

}  // namespace
}  // namespace florin
