// What a transfer is for, over HTTP: read, refused, shown by repeats, the status and both sides' statements.
#include <gtest/gtest.h>

#include "tests/unit/api/api_kit.hpp"

namespace florin {
namespace {

constexpr const char* notes_of_all =
    R"(,"reference":"invoice 4711","description":"caf\u00e9","metadata":{"cost":"17","a\"b":"c"})";

struct NotesKit : ApiKit {
  using ApiKit::ApiKit;
  AccountId alice = node.account_in(0, "alice");
  AccountId bob = node.account_in(0, "bob");
  AccountId carol = node.account_in(1, "carol");
  void open_all() {
    open(alice);
    open(bob);
    open(carol);
    deposit(alice, "100.00");
  }
  Answer pay(const AccountId& to, unsigned id, const std::string& more) {
    return transfer(alice, to, "1.00", uuid(id), "USD", more);
  }
  Answer newest_line(const AccountId& account) {
    return get("/v1/accounts/" + account.str() + "/entries?limit=1");
  }
  Answer status(unsigned id) { return get("/v1/wallet/balance_transfers/" + uuid(id)); }
};

// As answers to requests show it.
void expect_short(const Answer& answer, const std::string& place) {
  EXPECT_EQ(answer.at(place + "/reference"), "invoice 4711") << answer.body;
  EXPECT_EQ(answer.at(place + "/description"), "caf\u00e9");
  EXPECT_EQ(answer.at(place + "/metadata"), "-");
  EXPECT_EQ(answer.at(place + "/by"), "-");
}
// As the status does.
void expect_all(const Answer& answer, const std::string& place) {
  EXPECT_EQ(answer.at(place + "/reference"), "invoice 4711") << answer.body;
  EXPECT_EQ(answer.at(place + "/description"), "caf\u00e9");
  EXPECT_EQ(answer.at(place + "/metadata/cost"), "17");
  EXPECT_EQ(answer.at(place + "/metadata/a\"b"), "c");
  EXPECT_EQ(answer.at(place + "/by"), "-");
}

TEST(TransferNotesApi, AreShownByTheAnswerItsRepeatsAndTheStatus) {
  for (const char* protocol : {"", R"(,"protocol":"saga")"}) {
    NotesKit kit;
    kit.open_all();
    for (const AccountId& payee : {kit.bob, kit.carol}) {
      const unsigned id = payee == kit.bob ? 1 : 2;
      const Answer first = kit.pay(payee, id, std::string(notes_of_all) + protocol);
      EXPECT_EQ(first.summary(), "200") << first.body;
      expect_short(first, "");
      const Answer again = kit.pay(payee, id, R"(,"reference":"another")");
      EXPECT_EQ(again.header("Florin-Replayed"), "true");
      EXPECT_EQ(again.body, first.body) << "the first's";
      EXPECT_EQ(kit.pay(payee, id, "").body, first.body);
      expect_all(kit.status(id), "");
    }
  }
}

TEST(TransferNotesApi, AreOnBothStatementsWithoutTheMetadata) {
  for (const char* protocol : {"", R"(,"protocol":"saga")"}) {
    NotesKit kit;
    kit.open_all();
    for (const AccountId& payee : {kit.bob, kit.carol}) {
      kit.pay(payee, payee == kit.bob ? 1 : 2, std::string(notes_of_all) + protocol);
      for (const AccountId& side : {kit.alice, payee}) {
        const Answer line = kit.newest_line(side);
        EXPECT_EQ(line.at("/data/0/reference"), "invoice 4711") << line.body;
        EXPECT_EQ(line.at("/data/0/description"), "caf\u00e9");
        EXPECT_EQ(line.at("/data/0/metadata"), "-");
        EXPECT_EQ(line.at("/data/0/kind"), "transfer");
      }
      kit.pay(payee, payee == kit.bob ? 3 : 4, protocol);
      EXPECT_EQ(kit.newest_line(payee).at("/data/0/reference"), "-") << "of the one before";
    }
  }
}

// The payer's money goes and comes back; both lines say what it was for, and which is which.
TEST(TransferNotesApi, ASagaThatIsTakenBackIsMarked) {
  NotesKit kit;
  kit.open_all();
  const AccountId nobody = kit.node.account_in(1, "nobody");
  const std::string saga = R"(,"protocol":"saga","reference":"rent")";
  EXPECT_EQ(kit.pay(nobody, 1, saga).summary(), "404 account_not_found");
  const Answer lines = kit.get("/v1/accounts/" + kit.alice.str() + "/entries");
  EXPECT_EQ(lines.at("/data/0/kind"), "compensation") << lines.body;
  EXPECT_EQ(lines.at("/data/0/direction"), "credit");
  EXPECT_EQ(lines.at("/data/0/reference"), "rent");
  EXPECT_EQ(lines.at("/data/1/kind"), "transfer");
  EXPECT_EQ(lines.at("/data/1/reference"), "rent");
  EXPECT_EQ(lines.at("/data/2/reference"), "-");
  EXPECT_EQ(kit.status(1).at("/reference"), "rent");
}

TEST(TransferNotesApi, OfARefusalAreShownByItsStatus) {
  NotesKit kit;
  kit.open_all();
  const Answer refused =
      kit.transfer(kit.bob, kit.alice, "1.00", kit.uuid(1), "USD", R"(,"reference":"too much")");
  EXPECT_EQ(refused.summary(), "422 insufficient_available");
  EXPECT_EQ(kit.status(1).at("/reference"), "too much");
}

TEST(TransferNotesApi, OfItemsOfABatchAreEachItsOwn) {
  NotesKit kit;
  kit.open_all();
  const auto item = [&](unsigned id, const std::string& more) {
    std::string body = kit.transfer_body(kit.alice, kit.carol, "1.00", kit.uuid(id));
    body.insert(body.size() - 1, more);
    return body;
  };
  const std::string body = R"({"transfers":[)" + item(1, notes_of_all) + "," + item(2, "") + "," +
                           item(3, R"(,"reference":7)") + "]}";
  const Answer answer = kit.post("/v1/wallet/balance_transfers", body);
  expect_short(answer, "/results/0");
  EXPECT_EQ(answer.at("/results/1/Status"), "success");
  EXPECT_EQ(answer.at("/results/1/reference"), "-");
  EXPECT_EQ(answer.at("/results/2/code"), "invalid_request");
  EXPECT_EQ(answer.at("/results/2/param"), "/transfers/2/reference");
  expect_all(kit.status(1), "");
}

TEST(TransferNotesApi, AreRefusedWithThePlaceOfWhatIsWrong) {
  NotesKit kit;
  kit.open_all();
  const auto text = [](std::size_t size) { return std::string(size, 'x'); };
  std::string pairs;
  for (int i = 0; i < 17; ++i) pairs += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + R"(":"v")";
  const struct {
    std::string more, code, param;
  } rows[] = {
      {R"(,"reference":7)", "400 invalid_request", "/reference"},
      {R"(,"reference":")" + text(65) + '"', "400 invalid_request", "/reference"},
      {R"(,"description":")" + text(256) + '"', "400 invalid_request", "/description"},
      {R"(,"description":null)", "400 invalid_request", "/description"},
      {R"(,"metadata":[])", "400 invalid_request", "/metadata"},
      {R"(,"metadata":{"k":7})", "400 invalid_request", "/metadata/k"},
      {R"(,"metadata":{"k":"a","k":"b"})", "400 duplicate_field", "/metadata/k"},
      {R"(,"metadata":{")" + text(41) + R"(":"v"})", "400 invalid_request",
       "/metadata/" + text(41)},
      {R"(,"metadata":{"k":")" + text(501) + R"("})", "400 invalid_request", "/metadata/k"},
      {R"(,"metadata":{)" + pairs + "}", "400 invalid_request", "/metadata"},
      {R"(,"by":"me")", "400 unknown_field", "/by"},
  };
  for (const auto& row : rows) {
    const Answer answer = kit.pay(kit.bob, 1, row.more);
    EXPECT_EQ(answer.summary(), row.code) << answer.body;
    EXPECT_EQ(answer.at("/param"), row.param);
  }
  EXPECT_EQ(
      kit.pay(kit.bob, 1, R"(,"reference":")" + text(64) + R"(","description":")" + text(255) + '"')
          .summary(),
      "200")
      << "none of them was recorded";
}

// 16 digits with a right check digit: named by their place only.
TEST(TransferNotesApi, WithACardsNumberAreRefusedAndNotRepeated) {
  NotesKit kit;
  kit.open_all();
  const std::string card = "4111 1111 1111 1111";
  const std::pair<std::string, std::string> rows[] = {
      {R"(,"reference":"paid by )" + card + '"', "/reference"},
      {R"(,"description":")" + card + '"', "/description"},
      {R"(,"metadata":{"a":"b","card":")" + card + R"("})", "/metadata/card"},
      {R"(,"metadata":{")" + card + R"(":"b"})", "/metadata"},
  };
  for (const auto& [more, param] : rows) {
    const Answer answer = kit.pay(kit.bob, 1, more);
    EXPECT_EQ(answer.summary(), "422 card_data") << answer.body;
    EXPECT_EQ(answer.at("/param"), param);
    EXPECT_EQ(answer.body.find("1111"), std::string::npos);
  }
  EXPECT_EQ(kit.status(1).summary(), "404 transfer_not_found");
}

TEST(TransferNotesApi, ThatAreEmptyAreNone) {
  NotesKit kit;
  kit.open_all();
  const Answer plain = kit.pay(kit.bob, 1, R"(,"reference":"","description":"","metadata":{})");
  EXPECT_EQ(plain.summary(), "200");
  EXPECT_EQ(plain.at("/reference"), "-");
  EXPECT_EQ(kit.status(1).at("/metadata"), "-");
}

TEST(TransferNotesApi, AreNotReadyWhileANodeDoesNotReadThem) {
  FormatLevels levels;
  levels.raise(FormatLevel{notes_level - 1});
  NotesKit kit(PaymentSettings{}, PartitionOptions{.levels = &levels});
  kit.open_all();
  EXPECT_EQ(kit.pay(kit.bob, 1, R"(,"reference":"a")").summary(), "503 not_ready");
  EXPECT_EQ(kit.status(1).summary(), "404 transfer_not_found") << "nothing is recorded";
  levels.raise(notes_level);
  EXPECT_EQ(kit.pay(kit.bob, 1, R"(,"reference":"a")").at("/reference"), "a");
}

}  // namespace
}  // namespace florin
