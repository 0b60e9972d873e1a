// The rows of the state store, byte for byte: tests/golden/state/<format version>_<row>.hex. A node reads what the one
// before it wrote: another order of fields that decodes without an error is another balance. Rows of a new format
// have new files beside these.
#include "persistence/codec/row_batch.hpp"
#include "persistence/codec/state_codec.hpp"
#include "tests/support/golden.hpp"
#include "tests/unit/persistence/codec/codec_examples.hpp"

namespace florin {
namespace {

void expect_golden_row(const std::string& row, const std::string& bytes) {
  const std::string name = "state/" + std::to_string(state_format_version) + "_" + row + ".hex";
  EXPECT_EQ(test::to_hex(test::golden_bytes(name, bytes)), test::to_hex(bytes)) << name;
}

TEST(GoldenState, RowsHaveTheBytesThatOlderNodesWrote) {
  expect_golden_row("account", encode_account(codec_examples::account()));
  expect_golden_row("transfer", encode_transfer(codec_examples::transfer()));
  expect_golden_row("refused_transfer", encode_transfer(codec_examples::refused_transfer()));
  expect_golden_row("leg", encode_leg(codec_examples::stored_leg()));
  expect_golden_row("record", encode_record(codec_examples::record()));
  expect_golden_row("refused_record", encode_record(codec_examples::refused_record()));
  expect_golden_row("sided_record", encode_record(codec_examples::sided_record()));
  expect_golden_row("noted_transfer", encode_transfer(codec_examples::noted_transfer()));
  expect_golden_row("noted_leg", encode_leg(codec_examples::noted_leg()));
  expect_golden_row("noted_record", encode_record(codec_examples::noted_record()));
  expect_golden_row("transaction", encode_transfer(codec_examples::transaction()));
  expect_golden_row("transaction_record", encode_record(codec_examples::transaction_record()));
  RowBatch notes;
  notes.put(NotedTransfer{codec_examples::transfer().id, codec_examples::notes()});
  expect_golden_row("notes", std::string(notes.value(0)));
  expect_golden_row("changed_account", encode_account(codec_examples::changed_account()));
  expect_golden_row("partition_meta", encode_partition_meta(codec_examples::meta()));
}

TEST(GoldenState, KeysHaveTheBytesThatOlderNodesWrote) {
  expect_golden_row("transfer_key", transfer_key(codec_examples::transfer().id));
  expect_golden_row("leg_key", leg_key(codec_examples::leg()));
  expect_golden_row("record_key",
                    record_key(258, codec_examples::uuid(0x60), codec_examples::alice));
  expect_golden_row("epoch_key", epoch_key(258));
  expect_golden_row("due_key", due_key(Timestamp{1'790'000'000'123'456}, 258, "order"));
}

// Of format 1: nine fields of a transfer, and no word of the newest entry with events.
TEST(GoldenState, RowsOfTheFirstFormatAreRead) {
  const auto transfer = decode_transfer(transfer_key(codec_examples::transfer().id),
                                        test::golden_bytes("state/1_transfer.hex"));
  ASSERT_TRUE(transfer) << transfer.error().context;
  EXPECT_TRUE(transfer->client_deadline.is_none());
  EXPECT_EQ(transfer->legs.size(), codec_examples::transfer().legs.size());
  const auto meta = decode_partition_meta(test::golden_bytes("state/1_partition_meta.hex"));
  ASSERT_TRUE(meta) << meta.error().context;
  EXPECT_EQ(meta->format_version, 1U);
  EXPECT_EQ(meta->applied_index, codec_examples::meta().applied_index);
}

// What the audit holds the rows of an older store against.
TEST(GoldenState, AnAccountIsWrittenAsItWasBeforePayments) {
  AccountState account = codec_examples::account();
  EXPECT_EQ(encode_account_before_5(account), std::nullopt) << "it has had payments";
  account.payments_net = account.debt = 0;
  EXPECT_EQ(encode_account_before_5(account), test::golden_bytes("state/4_account.hex"));
}

// Of format 2: as today's, and no checksums behind them. Of format 3: with filters of epochs.
TEST(GoldenState, TheMetaRowsOfLaterFormatsAreRead) {
  for (const std::uint32_t format : {2U, 3U}) {
    const auto meta = decode_partition_meta(
        test::golden_bytes("state/" + std::to_string(format) + "_partition_meta.hex"));
    ASSERT_TRUE(meta) << meta.error().context;
    EXPECT_EQ(meta->format_version, format);
    EXPECT_EQ(meta->last_event_index, codec_examples::meta().last_event_index);
  }
}

// A field that came later is in the rows that it says something of, and in no other: rows that are older are read as they were.
TEST(GoldenState, RowsWithoutALaterFieldAreReadWithoutIt) {
  const std::string version = "state/" + std::to_string(state_format_version);
  const std::string key = record_key(1, codec_examples::uuid(0x60), codec_examples::alice);
  for (const char* row : {"_record.hex", "_refused_record.hex"}) {
    const auto record = decode_record(key, test::golden_bytes(version + row));
    ASSERT_TRUE(record) << record.error().context;
    EXPECT_EQ(record->side, RefusedSide::none);
  }
  const auto sided = decode_record(key, encode_record(codec_examples::sided_record()));
  ASSERT_TRUE(sided) << sided.error().context;
  EXPECT_EQ(sided->side, RefusedSide::to);
  EXPECT_EQ(sided->ended, codec_examples::sided_record().ended);
  const auto account = decode_account("alice", test::golden_bytes(version + "_account.hex"));
  ASSERT_TRUE(account) << account.error().context;
  EXPECT_FALSE(account->metadata_changed);
  const auto changed = decode_account("alice", encode_account(codec_examples::changed_account()));
  ASSERT_TRUE(changed) << changed.error().context;
  EXPECT_TRUE(changed->metadata_changed);
  EXPECT_EQ(*changed->metadata, *codec_examples::changed_account().metadata);
}

}  // namespace
}  // namespace florin
