// A page of a partition's payment orders: awake or asleep, new or stored, each once and in the order of their ids, for a bounded look.
#include <gmock/gmock.h>

#include <memory>

#include "actors/partition/partition.hpp"
#include "persistence/memory/memory_state_store.hpp"
#include "tests/support/wallet_words.hpp"

namespace florin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Remembers that it is not believed any more.
class DistrustedStore final : public StateStore {
 public:
  Result<std::optional<std::string_view>, Error> get(Table table, std::string_view key) override {
    return store_.get(table, key);
  }
  Status<Error> scan_from(
      Table table, std::string_view first,
      const std::function<bool(std::string_view, std::string_view)>& visit) override {
    return store_.scan_from(table, first, visit);
  }
  using StateStore::write;
  Status<Error> write(std::vector<StateWrite> writes, WriteWatch* watch) override {
    return store_.write(std::move(writes), watch);
  }
  [[nodiscard]] bool is_damaged() const override { return is_damaged_; }
  void distrust(const Error&) override { is_damaged_ = true; }

 private:
  MemoryStateStore store_;
  bool is_damaged_ = false;
};

PaymentId order_id(std::string_view text) { return PaymentId::from_trusted(text); }

class PaymentListTest : public testing::Test {
 protected:
  PaymentListTest() : map_(1) { start(); }

  // Nothing of it is awake.
  void start() {
    partition_ = std::make_unique<Partition>(PartitionId{0}, map_, store_, PartitionOptions{});
    ASSERT_TRUE(partition_->load());
  }
  PartitionState& state() { return partition_->state(); }
  void apply(const Event& event) {
    const LogIndex index = state().last_index() + 1;
    state().apply(event, {index, 0, 0}, words::noon);
    state().end_entry(index, words::noon, Hash{});
  }
  void reserve(const std::string& id) {
    apply(OrderReserved{order_id(id), {order_id("co-" + id), {1, 0, 0}}, {}});
  }
  void begin(const std::string& id, std::string_view seller = "shop") {
    reserve(id);
    OrderBegun begun{order_id(id), {}};
    begun.terms.seller = AccountId::from_trusted(seller);
    begun.terms.amount = 1'000;
    apply(begun);
    move(id, OrderPhase::awaiting_payer);
  }
  void move(const std::string& id, OrderPhase to) {
    OrderMoved moved;
    moved.order = order_id(id);
    moved.to = to;
    apply(moved);
  }
  void checkpoint() {
    Checkpoint checkpoint = state().collect_checkpoint();
    ASSERT_TRUE(store_.write(std::move(checkpoint.writes)));
    state().checkpoint_written(checkpoint.index);
  }
  std::size_t awake() {
    std::size_t rows = 0;
    state().for_each_row<OrderEntity>([&](const OrderRow&) { ++rows; });
    return rows;
  }
  PaymentPage page(const OrderFilter& filter = {}, std::string_view behind = "",
                   std::size_t limit = 100, std::size_t rows_max = 1'000) {
    return state().list_payments(filter, order_id(behind), limit, rows_max);
  }
  static std::vector<std::string> ids(const PaymentPage& page) {
    std::vector<std::string> ids;
    for (const PaymentView& view : page.payments) ids.push_back(view.order.str());
    return ids;
  }

  PartitionMap map_;
  DistrustedStore store_;
  std::unique_ptr<Partition> partition_;
};

TEST_F(PaymentListTest, HasThoseThatSleepAndThoseThatAreAwakeEachOnce) {
  begin("b");
  begin("d");
  checkpoint();
  start();  // b and d sleep
  begin("c");
  move("d", OrderPhase::psp_pending);  // awake, newer than stored
  begin("a");
  EXPECT_EQ(awake(), 3U);
  const PaymentPage all = page();
  EXPECT_THAT(ids(all), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(all.payments.at(3).state.phase, OrderPhase::psp_pending);
  EXPECT_TRUE(all.seen_up_to.empty());
  EXPECT_EQ(awake(), 3U) << "who is listed is not woken";
  checkpoint();
  EXPECT_THAT(ids(page()), ElementsAre("a", "b", "c", "d"));
  start();
  EXPECT_THAT(ids(page()), ElementsAre("a", "b", "c", "d"));
}

TEST_F(PaymentListTest, ShowsNobodyWhatIsOnlyReservedOrWasReleased) {
  begin("a");
  reserve("b");
  reserve("c");
  apply(OrderReleased{order_id("c"), {order_id("co-c"), {1, 0, 0}}});
  EXPECT_THAT(ids(page()), ElementsAre("a"));
  checkpoint();
  start();
  EXPECT_THAT(ids(page()), ElementsAre("a"));
}

TEST_F(PaymentListTest, HasTheStateWithoutTheBytesOfItsCall) {
  begin("a");
  OrderCallBegun call;
  call.order = order_id("a");
  call.operation = OrderOperation::registration;
  call.number = 1;
  call.request = "secret";
  apply(call);
  EXPECT_THAT(page().payments.at(0).state.call.request, IsEmpty());
  EXPECT_EQ(state().awake<OrderEntity>(order_id("a"))->state.call.request, "secret");
}

TEST_F(PaymentListTest, GoesOnWhereItEndedWhateverIsAddedMeanwhile) {
  for (const char* id : {"a", "c", "e", "g"}) begin(id);
  checkpoint();
  const PaymentPage first = page({}, "", 2);
  EXPECT_THAT(ids(first), ElementsAre("a", "c"));
  EXPECT_EQ(first.seen_up_to.str(), "c");
  begin("b");  // is on no page any more
  begin("d");
  EXPECT_THAT(ids(page({}, "c", 2)), ElementsAre("d", "e"));
  EXPECT_THAT(ids(page({}, "e", 2)), ElementsAre("g"));
  EXPECT_TRUE(page({}, "e", 2).seen_up_to.empty());
  EXPECT_THAT(ids(page({}, "cc", 9)), ElementsAre("d", "e", "g")) << "behind what is not there";
}

TEST_F(PaymentListTest, LooksAtABoundedNumberAndSaysHowFarItCame) {
  for (char c = 'a'; c <= 'j'; ++c) begin(std::string(1, c), c == 'i' ? "other" : "shop");
  for (const bool is_stored : {false, true}) {
    if (is_stored) checkpoint();
    if (is_stored) start();
    OrderFilter filter;
    filter.seller = AccountId::from_trusted("other");
    const PaymentPage first = page(filter, "", 5, 4);
    EXPECT_THAT(ids(first), IsEmpty());
    EXPECT_EQ(first.seen_up_to.str(), "d");
    const PaymentPage second = page(filter, "d", 5, 4);
    EXPECT_THAT(ids(second), IsEmpty());
    EXPECT_EQ(second.seen_up_to.str(), "h");
    const PaymentPage third = page(filter, "h", 5, 4);
    EXPECT_THAT(ids(third), ElementsAre("i"));
    EXPECT_TRUE(third.seen_up_to.empty());
  }
}

TEST_F(PaymentListTest, ALostRowIsDamageAndNotAShorterPage) {
  for (const char* id : {"a", "b", "c"}) begin(id);
  checkpoint();
  start();
  ASSERT_TRUE(store_.write({{Table::orders, "b", std::nullopt}}));
  static_cast<void>(page());
  EXPECT_TRUE(state().is_damaged());
}

TEST_F(PaymentListTest, ALostNameIsDamage) {
  begin("a");
  checkpoint();
  start();
  const std::string name = OrderEntity::name_key(order_id("a"));
  ASSERT_TRUE(store_.write({{Table::payment_names, name, std::nullopt}}));
  static_cast<void>(page());
  EXPECT_TRUE(state().is_damaged());
}

TEST_F(PaymentListTest, NamesOfCheckoutsAreNotMissedAmongOrders) {
  begin("a");
  CheckoutReceived received;
  received.checkout = order_id("b");
  received.orders.push_back({order_id("a"), {}, {}});
  apply(received);
  checkpoint();
  start();
  EXPECT_THAT(ids(page()), ElementsAre("a"));
  EXPECT_FALSE(state().is_damaged());
}

TEST_F(PaymentListTest, IsALongReadOfTheTurn) {
  for (const char* id : {"a", "b"}) begin(id);
  partition_->begin_deciding();
  partition_->begin(words::noon);
  ListPayments list{7, 0, {}, {}, 1};
  partition_->handle(list);
  EXPECT_TRUE(partition_->has_long_reads());
  SealedTurn turn = partition_->seal();
  ASSERT_EQ(turn.effects.replies.size(), 1U);
  const Reply& reply = turn.effects.replies.front();
  EXPECT_EQ(reply.request, 7U);
  EXPECT_THAT(ids(*get<std::unique_ptr<PaymentPage>>(reply.body)), ElementsAre("a"));
  EXPECT_LE(partition_->last_cost().rows_read, partition_->last_cost().rows_asked + 4);
}

TEST_F(PaymentListTest, ThereIsNothingBehindWhatIsNoId) {
  begin("a");
  partition_->begin_deciding();
  partition_->begin(words::noon);
  partition_->handle(ListPayments{7, 0, {}, order_id("\x01"), 1});  // a peer may say so
  SealedTurn turn = partition_->seal();
  ASSERT_EQ(turn.effects.replies.size(), 1U);
  const auto& body = get<std::unique_ptr<PaymentPage>>(turn.effects.replies.front().body);
  EXPECT_EQ(*body, PaymentPage());
}

}  // namespace
}  // namespace florin
