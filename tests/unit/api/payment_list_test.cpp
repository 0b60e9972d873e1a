// GET /v1/payments: one list of all partitions, its pages, its filters, and what is wrong with a question.
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/api/payment_kit.hpp"

namespace florin {
namespace {

class PaymentListApi : public testing::Test {
 protected:
  void begin(const std::string& number, std::string_view seller = "shop",
             std::string_view more = "") {
    const std::string text = kit.body("co-" + number, "po-" + number, more, "10.00", seller);
    ASSERT_EQ(kit.pay_request(text).summary(), "201") << number;
  }
  static std::string ids(const Answer& page) {
    std::string ids;
    for (int i = 0; page.at("/data/" + std::to_string(i)) != "-"; ++i)
      ids += (i == 0 ? "" : " ") + page.at("/data/" + std::to_string(i) + "/payment_order_id");
    return ids;
  }
  Answer list(const std::string& query = "") {
    return kit.api.get("/v1/payments" + (query.empty() ? "" : "?" + query));
  }
  std::string listed(const std::string& query) {
    const Answer page = list(query);
    return page.status == 200 ? ids(page) : page.summary() + " " + page.at("/param");
  }

  PaymentKit kit;
};

TEST_F(PaymentListApi, ListsThoseOfAllPartitionsById) {
  EXPECT_EQ(listed(""), "");
  for (const char* number : {"3", "1", "5", "2", "4"}) begin(number);
  const Answer page = list();
  EXPECT_EQ(ids(page), "po-1 po-2 po-3 po-4 po-5");
  EXPECT_EQ(page.at("/next_cursor"), "null");
  EXPECT_EQ(page.at("/position"), page.header("Florin-Position"));
  std::set<char> partitions;
  for (int i = 0; i < 5; ++i) {
    const std::string one = "/data/" + std::to_string(i);
    const Answer itself = kit.payment(page.at(one + "/payment_order_id"));
    for (const char* field : {"/position", "/sub_status", "/payer_url", "/created_at"})
      EXPECT_EQ(page.at(one + field), itself.at(field)) << field;
    partitions.insert(page.at(one + "/position").at(1));
  }
  EXPECT_GT(partitions.size(), 1U) << "or nothing was merged";
}

TEST_F(PaymentListApi, GoesOnFromPageToPageWhileOthersAreAdded) {
  for (const char* number : {"1", "3", "5", "7", "9"}) begin(number);
  Answer page = list("limit=2");
  EXPECT_EQ(ids(page), "po-1 po-3");
  begin("2");  // before the cursor: on no page
  begin("4");
  page = list("limit=2&cursor=" + page.at("/next_cursor"));
  EXPECT_EQ(ids(page), "po-4 po-5");
  page = list("limit=3&cursor=" + page.at("/next_cursor"));
  EXPECT_EQ(ids(page), "po-7 po-9");
  EXPECT_EQ(page.at("/next_cursor"), "null");
}

TEST_F(PaymentListApi, FiltersByWhatAPaymentShows) {
  kit.api.open(kit.api.id("other"), "USD", R"(,"kind":"merchant")");
  kit.api.open(kit.api.id("alice"));
  begin("1");
  begin("2", "other");
  begin("3", "shop", R"(,"buyer_info":{"buyer_account":"alice"})");
  kit.psp.pay("po-1");
  ASSERT_EQ(kit.webhook(kit.event("po-1")).summary(), "200");
  ASSERT_EQ(kit.api.post("/v1/payments/po-2/cancel", "{}").summary(), "202");

  EXPECT_EQ(listed("status=SUCCESS"), "po-1");
  EXPECT_EQ(listed("status=FAILED"), "po-2");
  EXPECT_EQ(listed("status=EXECUTING"), "po-3");
  EXPECT_EQ(listed("status=NOT_STARTED"), "");
  EXPECT_EQ(listed("sub_status=done"), "po-1");
  EXPECT_EQ(listed("sub_status=canceled"), "po-2");
  EXPECT_EQ(listed("seller_account=shop"), "po-1 po-3");
  EXPECT_EQ(listed("buyer_account=alice"), "po-3");
  EXPECT_EQ(listed("checkout_id=co-2"), "po-2");
  EXPECT_EQ(listed("psp=sandbox"), "po-1 po-2 po-3");
  EXPECT_EQ(listed("psp=another"), "");
  EXPECT_EQ(listed("attention=dead_letter"), "");
  EXPECT_EQ(listed("seller_account=shop&status=SUCCESS"), "po-1") << "all must fit";
  const std::string page = kit.payment("po-1").at("/psp/reference");
  EXPECT_EQ(listed("psp_reference=" + page), "po-1");
}

TEST_F(PaymentListApi, FiltersByTimeFromInclusiveToExclusive) {
  begin("1");
  const std::string first = kit.payment("po-1").at("/created_at");
  kit.api.node.set_time(kit.api.node.time() + 60'000'000);
  begin("2");
  const std::string second = kit.payment("po-2").at("/created_at");
  EXPECT_EQ(listed("from=" + first), "po-1 po-2");
  EXPECT_EQ(listed("from=" + second), "po-2");
  EXPECT_EQ(listed("to=" + second), "po-1");
  EXPECT_EQ(listed("to=" + first), "");
  EXPECT_EQ(listed("from=" + first + "&to=" + second), "po-1");
}

TEST_F(PaymentListApi, NamesWhatIsWrongWithTheQuestion) {
  for (const char* query :
       {"status=done", "sub_status=paid", "seller_account=a%20b", "buyer_account=",
        "checkout_id=a:b", "psp=a%20b", "psp_reference=", "psp_reference=cs%201", "attention=none",
        "from=yesterday", "to=2026-11-22", "limit=0", "limit=101", "cursor=nonsense",
        "consistency=any", "min_position=p0:0:0", "account=shop", "status=FAILED&status=FAILED"}) {
    const std::string text = query;
    const std::string name = text.substr(0, text.find('='));
    EXPECT_EQ(listed(text), "400 invalid_request /" + name) << query;
  }
  EXPECT_EQ(list("psp_reference=4111111111111111").summary(), "422 card_data");
}

TEST_F(PaymentListApi, TakesNoCursorOfAnotherList) {
  begin("1");
  begin("2");
  kit.api.open(kit.api.id("another"));
  const std::string accounts = kit.api.get("/v1/accounts?limit=1").at("/next_cursor");
  ASSERT_NE(accounts, "null");
  EXPECT_EQ(listed("cursor=" + accounts), "400 invalid_request /cursor");
}

TEST_F(PaymentListApi, AsksAnyReplicaToo) {
  begin("1");
  EXPECT_EQ(listed("consistency=follower"), "po-1");
}

// Each partition looks at two orders for a page: what is shown is what all of them have seen.
TEST(PaymentListBounds, AShortPageHasACursorAndNothingIsLostOrTwice) {
  PartitionOptions options = PaymentKit::partition_options();
  options.payments_seen_max = 2;
  ApiKit api(PaymentKit::settings(), options);
  HandPsp psp;
  api.node.with_outside([&](const OutsideCall& call) { return std::optional(psp.answer(call)); });
  api.open(ApiKit::id("shop"), "USD", R"(,"kind":"merchant")");
  std::string all;
  for (int i = 10; i < 40; ++i) {
    const std::string number = std::to_string(i);
    const std::string text = PaymentKit::body("co-" + number, "po-" + number);
    ASSERT_EQ(api.post("/v1/payments", text).summary(), "201");
    all += "po-" + number + " ";
  }
  std::string seen;
  std::size_t pages = 0;
  for (std::string cursor; cursor != "null"; ++pages) {
    ASSERT_LT(pages, 40U) << "each page goes on";
    const Answer page =
        api.get("/v1/payments?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.status, 200);
    for (int i = 0; page.at("/data/" + std::to_string(i)) != "-"; ++i)
      seen += page.at("/data/" + std::to_string(i) + "/payment_order_id") + " ";
    cursor = page.at("/next_cursor");
  }
  EXPECT_EQ(seen, all);
  EXPECT_GT(pages, 3U);
  const Answer empty = api.get("/v1/payments?status=SUCCESS");
  EXPECT_EQ(empty.at("/data/0"), "-");
  EXPECT_NE(empty.at("/next_cursor"), "null") << "nothing found yet, and not at the end";
}

}  // namespace
}  // namespace florin
