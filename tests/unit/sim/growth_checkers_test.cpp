// The checkers of what must not grow object to rows that nobody accounts for, and to what waits beyond its bound.
#include "base/limits.hpp"
#include "tests/unit/sim/doctored_history.hpp"
#include "tests/unit/sim/replayed_partition.hpp"

namespace florin::sim {
namespace {

// One account, to which three deposits were made.
class RowsAreLiveTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override { return make_rows_are_live(run_); }

 protected:
  RowsAreLiveTest() {
    partition_.log(
        {AccountOpened{payer(), dollars(), AccountKind::user, false, no_daily_limit, {}}});
    log(0, {AccountOpened{payer(), dollars(), AccountKind::user, false, no_daily_limit, {}}});
    for (int i = 0; i < 3; ++i)
      log(0,
          {TransferPosted{
              id_seven(), AccountId::from_trusted("@outside:USD"), payer(), 5, dollars(), {}, {}}});
    set(Table::accounts, 2);
    set(Table::names, 2);
    set(Table::records, 3);
    set(Table::meta, 2);
  }
  void set(Table table, std::size_t rows) {
    store_seen_.rows.at(static_cast<std::size_t>(table)) = rows;
  }
  void end() {
    store_seen_.state = &partition_.state();
    EndView end{operations_, {}, {}, {}};
    end.stores.push_back(store_seen_);
    checker().at_end(end);
  }

  ReplayedPartition partition_{0, map_};
  StoreSeen store_seen_;
};

TEST_F(RowsAreLiveTest, IsSilentWhenEachRowIsAccountedFor) {
  end();
  expect_fine();
}

TEST_F(RowsAreLiveTest, SeesALegOfAnEndedTransfer) {
  set(Table::legs, 1);
  end();
  expect_wrong("the store has 1 rows of legs, and 0 are accounted for");
}

TEST_F(RowsAreLiveTest, SeesATransferThatHasEnded) {
  set(Table::transfers, 1);
  end();
  expect_wrong("1 rows of transfers");
}

TEST_F(RowsAreLiveTest, SeesARecordTooMany) {
  set(Table::records, 4);
  end();
  expect_wrong("4 rows of records, and 3");
}

TEST_F(RowsAreLiveTest, IsSilentAboutAnIndexOfAsManyRowsAsEntries) {
  set(Table::index, 4);
  set(Table::meta, 3);
  end();
  expect_fine();
}

TEST_F(RowsAreLiveTest, SeesAnIndexOfMoreRowsThanEntries) {
  set(Table::index, 5);
  set(Table::meta, 3);
  end();
  expect_wrong("5 rows of index, and 0");
}

TEST_F(RowsAreLiveTest, SeesAnIndexWithoutItsSummary) {
  set(Table::index, 1);
  end();
  expect_wrong("2 rows of meta, and 3");
}

TEST_F(RowsAreLiveTest, SeesANameWithoutAnAccount) {
  set(Table::names, 3);
  end();
  expect_wrong("3 rows of names, and 2");
}

TEST_F(RowsAreLiveTest, SeesAnAccountThatNobodyHasOpened) {
  set(Table::accounts, 9);
  set(Table::names, 9);
  end();
  expect_wrong("9 rows of accounts, and 1");
}

TEST_F(RowsAreLiveTest, SeesAMetaRowTooMany) {
  set(Table::meta, 3);
  end();
  expect_wrong("3 rows of meta");
}

// p0 starts a transfer with a leg on p1.
class MemoryIsBoundedTest : public DoctoredHistory {
  std::unique_ptr<Checker> make() override {
    options_.inbox_messages_max = 10;
    options_.waiting_reads_max = 5;
    options_.host.round_reads_max = 2;
    options_.host.turns_in_flight_max = 3;
    options_.partition.open_transfers_max = 6;
    return make_memory_is_bounded(run_);
  }

 protected:
  void see(QueuesSeen seen) {
    seen.partition = 1;
    checker().on_queues(seen);
  }
  // Nothing is broken since the beginning.
  void look_at_legs(SimTime at) { see({.deciding = &payees_.state(), .at = at, .healed_for = at}); }
  void begin_transfer() {
    payees_.log({AccountOpened{payee(), dollars(), AccountKind::user, false, no_daily_limit, {}}});
    payees_.log({LegTried{leg(1), content(1)}});
    log(0, {started()});
  }

  ReplayedPartition payees_{1, map_};
  static constexpr SimTime long_time = 5 * limits::resend_backoff_us_max;
};

TEST_F(MemoryIsBoundedTest, IsSilentUpToTheBounds) {
  see({.from_clients = 20, .reads = 7, .in_flight = 4, .open = 6});
  expect_fine();
}

TEST_F(MemoryIsBoundedTest, SeesMoreMessagesOfClientsThanAreLetIn) {
  see({.from_clients = 21});
  expect_wrong("p1: 21 messages of clients wait, and there is room for 20");
}

TEST_F(MemoryIsBoundedTest, SeesMoreReadsThanMayWait) {
  see({.reads = 8});
  expect_wrong("8 reads wait");
}

TEST_F(MemoryIsBoundedTest, SeesMoreOpenTransfersThanThereMayBe) {
  see({.open = 7});
  expect_wrong("7 transfers are open");
}

TEST_F(MemoryIsBoundedTest, SeesTurnsThatRunTooFarAheadOfTheLog) {
  see({.in_flight = 5});
  expect_wrong("5 entries are on their way");
}

TEST_F(MemoryIsBoundedTest, IsSilentWhileTheTransferOfALegOrAnEarlierOneIsOpen) {
  begin_transfer();
  look_at_legs(1);
  look_at_legs(2 * long_time);
  log(0, {TransferCompleted{the_transfer}});
  look_at_legs(2 * long_time + 1);
  look_at_legs(2 * long_time + second);
  expect_fine();
}

TEST_F(MemoryIsBoundedTest, SeesALegThatStaysWhenEverythingHasEnded) {
  begin_transfer();
  log(0, {TransferCompleted{the_transfer}});
  look_at_legs(1);
  look_at_legs(long_time + second);
  expect_wrong("p1 keeps leg 1 of");
}

}  // namespace
}  // namespace florin::sim
