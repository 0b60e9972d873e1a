// Accounts over HTTP: opening, reading, freezing, closing, listing, and every malformed way to ask.
#include <gtest/gtest.h>

#include "tests/unit/api/api_kit.hpp"

namespace florin {
namespace {

TEST(AccountsApi, OpensAnAccountOnceAndRepeatsItsTerms) {
  ApiKit kit;
  const std::string body =
      R"({"account_id":"alice","currency":"USD","kind":"merchant","allow_negative":true,
      "daily_debit_limit":"100.00","metadata":{"b":"2","a":"1"}})";
  const Answer created = kit.post("/v1/accounts", body);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(
      created.body,
      R"({"account_id":"alice","currency":"USD","kind":"merchant","posted":"0.00","held":"0.00",)"
      R"("available":"0.00","frozen":false,"closed":false,"allow_negative":true,)"
      R"("daily_debit_limit":"100.00","metadata":{"a":"1","b":"2"},"position":")" +
          created.header("Florin-Position") + R"("})");
  EXPECT_EQ(kit.post("/v1/accounts", body).summary(), "200");
  const Answer other = kit.post("/v1/accounts", R"({"account_id":"alice","currency":"EUR"})");
  EXPECT_EQ(other.summary(), "409 account_exists");
  EXPECT_EQ(other.at("/position"), other.header("Florin-Position"));
}

TEST(AccountsApi, ShowsAnAccountWithoutLimitAsNull) {
  ApiKit kit;
  EXPECT_EQ(
      kit.post("/v1/accounts", R"({"account_id":"a","currency":"JPY","daily_debit_limit":null})")
          .at("/daily_debit_limit"),
      "null");
  EXPECT_EQ(kit.get("/v1/accounts/a").at("/posted"), "0");
}

TEST(AccountsApi, ReadsAnAccountWhoseIdIsPercentEncoded) {
  ApiKit kit;
  kit.open(kit.id("a:b"));
  EXPECT_EQ(kit.get("/v1/accounts/a%3Ab").at("/account_id"), "a:b");
  EXPECT_EQ(kit.get("/v1/accounts/a%3").summary(), "400 invalid_request");
}

TEST(AccountsApi, RefusesWhatDoesNotExist) {
  ApiKit kit;
  for (const char* target : {"/v1/accounts/nobody", "/v1/accounts/@fees",
                             "/v1/accounts/@outside:XXX", "/v1/accounts/nobody/entries"}) {
    const Answer answer = kit.get(target);
    EXPECT_EQ(answer.summary(), "404 account_not_found") << target;
    EXPECT_EQ(answer.at("/instance"), target);
    EXPECT_NE(answer.header("Florin-Position"), "-");
  }
  for (const char* change : {"freeze", "unfreeze", "close"})
    EXPECT_EQ(kit.post(std::string("/v1/accounts/nobody/") + change, "", {}).summary(),
              "404 account_not_found");
}

struct BadAccount {
  const char* why;
  const char* body;
  const char* summary;
  const char* param;
};

TEST(AccountsApi, NamesWhatIsWrongWithARequest) {
  const BadAccount rows[] = {
      {"no JSON", R"({"account_id":)", "400 invalid_json", "-"},
      {"empty", "", "400 invalid_json", "-"},
      {"bad UTF-8", "{\"account_id\":\"\xff\"}", "400 invalid_json", "-"},
      {"text behind", R"({"account_id":"x","currency":"USD"} x)", "400 invalid_json", "-"},
      {"an array", "[]", "400 invalid_request", ""},
      {"unknown key", R"({"account_id":"x","currency":"USD","color":1})", "400 unknown_field",
       "/color"},
      {"unknown key to escape", R"({"a/~b":1})", "400 unknown_field", "/a~1~0b"},
      {"key twice", R"({"account_id":"x","account_id":"x"})", "400 duplicate_field", "/account_id"},
      {"no id", R"({"currency":"USD"})", "400 invalid_request", "/account_id"},
      {"number as id", R"({"account_id":1,"currency":"USD"})", "400 invalid_request",
       "/account_id"},
      {"empty id", R"({"account_id":"","currency":"USD"})", "400 invalid_request", "/account_id"},
      {"id with a space", R"({"account_id":"a b","currency":"USD"})", "400 invalid_request",
       "/account_id"},
      {"no currency", R"({"account_id":"x"})", "400 invalid_request", "/currency"},
      {"unknown currency", R"({"account_id":"x","currency":"XXX"})", "400 invalid_request",
       "/currency"},
      {"lower case", R"({"account_id":"x","currency":"usd"})", "400 invalid_request", "/currency"},
      {"kind", R"({"account_id":"x","currency":"USD","kind":"bank"})", "400 invalid_request",
       "/kind"},
      {"kind null", R"({"account_id":"x","currency":"USD","kind":null})", "400 invalid_request",
       "/kind"},
      {"text for bool", R"({"account_id":"x","currency":"USD","allow_negative":"true"})",
       "400 invalid_request", "/allow_negative"},
      {"number as limit", R"({"account_id":"x","currency":"USD","daily_debit_limit":5})",
       "400 invalid_request", "/daily_debit_limit"},
      {"negative limit", R"({"account_id":"x","currency":"USD","daily_debit_limit":"-5"})",
       "400 invalid_request", "/daily_debit_limit"},
      {"metadata list", R"({"account_id":"x","currency":"USD","metadata":[]})",
       "400 invalid_request", "/metadata"},
      {"metadata number", R"({"account_id":"x","currency":"USD","metadata":{"k":1}})",
       "400 invalid_request", "/metadata/k"},
      {"metadata twice", R"({"account_id":"x","currency":"USD","metadata":{"k":"1","k":"1"}})",
       "400 duplicate_field", "/metadata/k"},
      {"system", R"({"account_id":"@x","currency":"USD"})", "422 system_account", "/account_id"},
      {"outside", R"({"account_id":"@outside:USD","currency":"USD"})", "422 system_account",
       "/account_id"},
      {"system kind", R"({"account_id":"x","currency":"USD","kind":"system"})",
       "422 system_account", "/kind"},
      {"limit decimals", R"({"account_id":"x","currency":"JPY","daily_debit_limit":"1.5"})",
       "422 too_many_decimals", "/daily_debit_limit"},
      {"decimals come before system", R"({"account_id":"x","currency":"JPY","kind":"system",
        "daily_debit_limit":"1.5"})",
       "422 too_many_decimals", "/daily_debit_limit"},
      {"malformed comes before system", R"({"account_id":"@x","currency":"USD","kind":"bank"})",
       "400 invalid_request", "/kind"},
      {"exists comes before system", R"({"account_id":"known","currency":"USD","kind":"system"})",
       "409 account_exists", "-"},
  };
  ApiKit kit;
  kit.open(kit.id("known"));
  for (const BadAccount& row : rows) {
    const Answer answer = kit.post("/v1/accounts", row.body);
    EXPECT_EQ(answer.summary(), row.summary) << row.why;
    EXPECT_EQ(answer.at("/param"), row.param) << row.why;
    EXPECT_EQ(answer.at("/outcome"), "not_executed") << row.why;
  }
  EXPECT_EQ(kit.get("/v1/accounts/x").summary(), "404 account_not_found");
}

TEST(AccountsApi, SaysAllThatIsWrongWithARequestAtOnce) {
  ApiKit kit;
  kit.open(kit.id("known"));
  const std::pair<const char*, const char*> rows[] = {
      {R"({"account_id":"a b","currency":"usd","kind":"bank","allow_negative":1,
           "daily_debit_limit":5,"metadata":{"k":1,"l":"1","m":2},"color":1,"kind":"user"})",
       "unknown_field/color duplicate_field/kind invalid_request/account_id "
       "invalid_request/currency "
       "invalid_request/kind invalid_request/allow_negative invalid_request/daily_debit_limit "
       "invalid_request/metadata/k invalid_request/metadata/m"},
      {"{}", "invalid_request/account_id invalid_request/currency"},
      {R"({"account_id":"x","currency":"USD","metadata":{"k":"1","l":"1","k":"2","l":"2"}})",
       "duplicate_field/metadata/k duplicate_field/metadata/l"},
      {R"({"account_id":"@x","currency":"JPY","kind":"system","daily_debit_limit":"1.5"})",
       "system_account/kind too_many_decimals/daily_debit_limit system_account/account_id"},
      {R"({"account_id":"@x","currency":"JPY","kind":"bank"})",
       "invalid_request/kind system_account/account_id"},
      {R"({"account_id":"known","currency":"JPY","kind":"system"})",
       "account_exists system_account/kind"},
      {R"({"account_id":"x","currency":"USD","kind":"system"})", "system_account/kind"},
      {"[]", ""},
      {"{", ""},
  };
  for (const auto& [body, errors] : rows)
    EXPECT_EQ(kit.post("/v1/accounts", body).errors(), errors) << body;
  EXPECT_EQ(kit.post("/v1/accounts", R"({"account_id":"known","currency":"JPY"})").errors(), "");
}

TEST(AccountsApi, NamesAFewOfAMillionKeysThatAreNotKnown) {
  ApiKit kit;
  std::string body = R"({"account_id":"x")";
  for (int i = 0; i < 5'000; ++i) body.append(",\"k").append(std::to_string(i)).append("\":1");
  const Answer answer = kit.post("/v1/accounts", body + "}");
  EXPECT_EQ(answer.summary(), "400 unknown_field");
  EXPECT_EQ(answer.at("/errors/7/param"), "/k7");
  EXPECT_EQ(answer.at("/errors/8/param"), "/currency");
  EXPECT_EQ(answer.at("/errors/9"), "-");
}

TEST(AccountsApi, HoldsMetadataToItsLimits) {
  ApiKit kit;
  const auto with = [&](const std::string& id, const std::string& metadata) {
    return kit.post("/v1/accounts", R"({"account_id":")" + id +
                                        R"(","currency":"USD","metadata":)" + metadata + "}");
  };
  const auto pairs = [](int count) {
    std::string text = "{";
    for (int i = 0; i < count; ++i)
      text.append(i ? "," : "").append("\"k" + std::to_string(i) + "\":\"v\"");
    return text + "}";
  };
  const auto times = [](const char* text, int count) {
    std::string all;
    while (count-- > 0) all += text;
    return all;
  };
  EXPECT_EQ(with("a", pairs(16)).summary(), "201");
  EXPECT_EQ(with("b", pairs(17)).at("/param"), "/metadata");
  EXPECT_EQ(with("c", "{\"" + times("ü", 40) + "\":\"" + times("€", 500) + "\"}").summary(), "201");
  EXPECT_EQ(with("d", "{\"" + times("k", 41) + "\":\"\"}").summary(), "400 invalid_request");
  EXPECT_EQ(with("e", "{\"k\":\"" + times("€", 501) + "\"}").at("/param"), "/metadata/k");
}

TEST(AccountsApi, FreezesUnfreezesAndCloses) {
  ApiKit kit;
  const AccountId alice = kit.id("alice");
  kit.open(alice);
  EXPECT_EQ(kit.post("/v1/accounts/alice/freeze", "", {}).at("/frozen"), "true");
  EXPECT_EQ(kit.post("/v1/accounts/alice/freeze", R"({"reason":"again"})").summary(), "200");
  EXPECT_EQ(kit.post("/v1/accounts/alice/unfreeze", "").at("/frozen"), "false");
  kit.deposit(alice, "1.00");
  const Answer full = kit.post("/v1/accounts/alice/close", "", {});
  EXPECT_EQ(full.summary(), "422 account_not_empty");
  EXPECT_EQ(full.at("/retry"), "same_id");
  kit.transfer(alice, kit.id("@outside:USD"), "1.00", kit.uuid(1));
  EXPECT_EQ(kit.post("/v1/accounts/alice/close", "{}").at("/closed"), "true");
  for (const char* change : {"freeze", "unfreeze", "close"})
    EXPECT_EQ(kit.post(std::string("/v1/accounts/alice/") + change, "{}").summary(),
              "422 account_closed");
}

TEST(AccountsApi, RefusesMalformedAndForeignChanges) {
  ApiKit kit;
  kit.open(kit.id("a"));
  EXPECT_EQ(kit.post("/v1/accounts/a/freeze", R"({"reason":1})").at("/param"), "/reason");
  EXPECT_EQ(kit.post("/v1/accounts/a/freeze", R"({"why":"x"})").summary(), "400 unknown_field");
  EXPECT_EQ(
      kit.post("/v1/accounts/a/freeze", R"({"reason":")" + std::string(501, 'x') + "\"}").summary(),
      "400 invalid_request");
  EXPECT_EQ(kit.post("/v1/accounts/a/freeze", "hello", {{"Content-Type", "text/plain"}}).summary(),
            "415 unsupported_media_type");
  EXPECT_EQ(kit.post("/v1/accounts/a/freeze", "{}", {}).summary(), "415 unsupported_media_type");
  EXPECT_EQ(kit.post("/v1/accounts/@outside:USD/freeze", "", {}).summary(), "422 system_account");
  EXPECT_EQ(kit.post("/v1/accounts/@fees/close", "", {}).summary(), "422 system_account");
  EXPECT_EQ(kit.post("/v1/accounts/a%20b/close", "", {}).at("/param"), "/account_id");
}

TEST(AccountsApi, ShowsTheOutsideAsOneAccount) {
  ApiKit kit;
  for (PartitionId p = 0; p < 4; ++p) {
    const AccountId account = kit.node.account_in(p);
    kit.open(account);
    kit.deposit(account, "10.00");
  }
  const Answer outside = kit.get("/v1/accounts/%40outside%3AUSD");
  EXPECT_EQ(outside.at("/account_id"), "@outside:USD");
  EXPECT_EQ(outside.at("/posted"), "-40.00");
  EXPECT_EQ(outside.at("/kind"), "system");
  const auto home = kit.node.map().partition_of(kit.id("@outside:USD"));
  EXPECT_TRUE(outside.at("/position").starts_with("p" + std::to_string(home) + ":"));
  EXPECT_EQ(outside.at("/position"), outside.header("Florin-Position"));
  EXPECT_EQ(kit.get("/v1/accounts/@outside:JPY").at("/posted"), "0");
}

TEST(AccountsApi, ListsAllAccountsInPagesById) {
  ApiKit kit;
  for (int i = 0; i < 25; ++i)
    kit.open(kit.id("acc-" + std::string(1, static_cast<char>('a' + i))));
  kit.deposit(kit.id("acc-a"), "1.00");  // makes a system account: not listed
  std::string seen, cursor;
  int pages = 0;
  do {
    const Answer page =
        kit.get("/v1/accounts?limit=10" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.summary(), "200");
    for (int i = 0; page.at("/data/" + std::to_string(i)) != "-"; ++i)
      seen += page.at("/data/" + std::to_string(i) + "/account_id").substr(4);
    cursor = page.at("/next_cursor");
    ++pages;
  } while (cursor != "null");
  EXPECT_EQ(seen, "abcdefghijklmnopqrstuvwxy");
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(kit.get("/v1/accounts").at("/data/19/account_id"), "acc-t");
  EXPECT_EQ(kit.get("/v1/accounts").at("/data/20"), "-");
}

TEST(AccountsApi, RefusesBadPages) {
  ApiKit kit;
  kit.open(kit.id("a"));
  for (const char* list : {"/v1/accounts", "/v1/accounts/a/entries"}) {
    for (const char* bad :
         {"limit=0", "limit=101", "limit=x", "limit=", "limit=-1", "limit=1&limit=1"})
      EXPECT_EQ(kit.get(std::string(list) + "?" + bad).at("/param"), "/limit") << list << bad;
    for (const char* bad : {"cursor=", "cursor=x", "cursor=%20", "cursor=AAAA", "cursor=Unh4"})
      EXPECT_EQ(kit.get(std::string(list) + "?" + bad).at("/param"), "/cursor") << list << bad;
    EXPECT_EQ(kit.get(std::string(list) + "?offset=1").at("/param"), "/offset");
    EXPECT_EQ(kit.get(std::string(list) + "?limit=100").summary(), "200");
  }
}

TEST(AccountsApi, SaysThatTheNodeIsBusyOrSlow) {
  ApiKit kit;
  const AccountId a = kit.node.account_in(1);
  kit.open(a);
  kit.node.refuse(1, NotAccepted::Why::overloaded);
  const Answer busy = kit.get("/v1/accounts/" + a.str());
  EXPECT_EQ(busy.summary(), "503 overloaded");
  EXPECT_EQ(busy.header("Retry-After"), "1");
  EXPECT_EQ(busy.at("/retry"), "same_id");
  kit.node.refuse(1, NotAccepted::Why::stopping);
  EXPECT_EQ(kit.post("/v1/accounts/" + a.str() + "/freeze", "", {}).summary(), "503 not_ready");
  kit.node.refuse(1, std::nullopt);
  kit.node.hold(1);
  PendingAnswer change = kit.start_post("/v1/accounts/" + a.str() + "/freeze", "", {});
  PendingAnswer read = kit.start("GET", "/v1/accounts/" + a.str(), "", {});
  EXPECT_FALSE(change.has_come());
  kit.node.expire();
  const Answer unknown = change.wait();
  EXPECT_EQ(unknown.summary(), "504 timeout");
  EXPECT_EQ(unknown.at("/outcome"), "unknown");
  EXPECT_EQ(read.wait().summary(), "503 overloaded");
  kit.node.release(1);
  EXPECT_EQ(kit.get("/v1/accounts/" + a.str()).at("/frozen"), "true");
}

// --- metadata --------------------------------------------------------------------------------------------

TEST(AccountsApi, MergesMetadataAndSaysWhenThereIsNothingToChange) {
  ApiKit kit;
  kit.post("/v1/accounts", R"({"account_id":"a","currency":"USD","metadata":{"b":"2","a":"1"}})");
  const std::string path = "/v1/accounts/a/metadata";
  const Answer changed = kit.patch(path, R"({"c":"3","a":null,"b":"x","not there":null})");
  EXPECT_EQ(changed.summary(), "200");
  EXPECT_EQ(changed.at("/metadata"), R"({"b":"x","c":"3"})");
  EXPECT_EQ(changed.at("/position"), changed.header("Florin-Position"));
  EXPECT_EQ(changed.header("Florin-Replayed"), "-");
  const Answer again = kit.patch(path, R"({"c":"3","a":null,"b":"x","not there":null})",
                                 {{"Content-Type", "application/merge-patch+json; charset=utf-8"}});
  EXPECT_EQ(again.body, changed.body);
  EXPECT_EQ(again.header("Florin-Replayed"), "true");
  EXPECT_EQ(kit.patch(path, "{}").header("Florin-Replayed"), "true");
  EXPECT_EQ(kit.get("/v1/accounts/a").at("/metadata"), R"({"b":"x","c":"3"})");
  EXPECT_EQ(kit.patch(path, R"({"b":null,"c":null})").at("/metadata"), "{}");
  // Whoever opened it may come again.
  EXPECT_EQ(kit.post("/v1/accounts",
                     R"({"account_id":"a","currency":"USD","metadata":{"b":"2","a":"1"}})")
                .summary(),
            "200");
  EXPECT_EQ(kit.post("/v1/accounts", R"({"account_id":"a","currency":"EUR"})").summary(),
            "409 account_exists");
}

TEST(AccountsApi, HoldsChangedMetadataToItsLimits) {
  ApiKit kit;
  kit.open(kit.id("a"));
  const std::string path = "/v1/accounts/a/metadata";
  const auto keys = [](int from, int to, const char* value) {
    std::string text = "{";
    for (int i = from; i < to; ++i)
      text.append(i > from ? ",\"k" : "\"k").append(std::to_string(i)).append("\":").append(value);
    return text + "}";
  };
  EXPECT_EQ(kit.patch(path, keys(0, 10, R"("v")")).summary(), "200");
  EXPECT_EQ(kit.patch(path, keys(10, 17, R"("v")")).summary(), "422 metadata_full");
  EXPECT_EQ(kit.patch(path, keys(10, 16, R"("v")")).summary(), "200");
  EXPECT_EQ(kit.patch(path, R"({"k16":"v"})").summary(), "422 metadata_full");
  EXPECT_EQ(kit.patch(path, R"({"k16":"v","k0":null})").summary(), "200");
  EXPECT_EQ(kit.patch(path, keys(0, 32, "null")).at("/metadata"), "{}");
  const Answer many = kit.patch(path, keys(0, 33, "null"));
  EXPECT_EQ(many.summary(), "400 invalid_request");
  EXPECT_EQ(many.at("/param"), "");
}

TEST(AccountsApi, SaysAllThatIsWrongWithAPatch) {
  ApiKit kit;
  kit.open(kit.id("a"));
  const std::string path = "/v1/accounts/a/metadata";
  const std::string long_key(41, 'k');
  const std::string long_value(501, 'v');
  const std::pair<std::string, std::string> rows[] = {
      {R"({"a":1,"b":{"c":"d"},"c":"fine","d":[]})",
       "invalid_request/a invalid_request/b invalid_request/d"},
      {"{\"" + long_key + "\":\"v\",\"b\":\"" + long_value + "\"}",
       "invalid_request/" + long_key + " invalid_request/b"},
      {"{\"" + long_key + "\":null}", "invalid_request/" + long_key},
      {R"({"a":"1","b":"1","a":null})", "duplicate_field/a"},
  };
  for (const auto& [body, errors] : rows) EXPECT_EQ(kit.patch(path, body).errors(), errors) << body;
  for (const char* body : {"null", "[]", "\"x\"", "7"})
    EXPECT_EQ(kit.patch(path, body).summary(), "400 invalid_request") << body;
  EXPECT_EQ(kit.patch(path, "").summary(), "400 invalid_json");
  EXPECT_EQ(kit.patch(path, "{}", {{"Content-Type", "text/plain"}}).summary(),
            "415 unsupported_media_type");
  EXPECT_EQ(kit.get("/v1/accounts/a").at("/metadata"), "{}");
}

TEST(AccountsApi, RefusesMetadataOfNobodyOfTheSystemAndOfAClosedAccount) {
  ApiKit kit;
  kit.open(kit.id("a"));
  EXPECT_EQ(kit.patch("/v1/accounts/nobody/metadata", "{}").summary(), "404 account_not_found");
  for (const char* id : {"@fees", "@outside:USD"})
    EXPECT_EQ(kit.patch(std::string("/v1/accounts/") + id + "/metadata", "{}").summary(),
              "422 system_account");
  EXPECT_EQ(kit.patch("/v1/accounts/a%20b/metadata", "{}").at("/param"), "/account_id");
  kit.post("/v1/accounts/a/freeze", "", {});
  EXPECT_EQ(kit.patch("/v1/accounts/a/metadata", R"({"k":"v"})").summary(), "200");
  kit.post("/v1/accounts/a/close", "", {});
  EXPECT_EQ(kit.patch("/v1/accounts/a/metadata", R"({"k":"w"})").summary(), "422 account_closed");
  const Answer wrong = kit.get("/v1/accounts/a/metadata");
  EXPECT_EQ(wrong.summary(), "405 method_not_allowed");
  EXPECT_EQ(wrong.header("Allow"), "PATCH");
}

TEST(AccountsApi, ChangesNoMetadataWhileANodeCouldNotReadIt) {
  FormatLevels levels;
  levels.raise(FormatLevel{metadata_changes_level - 1});
  ApiKit kit(PaymentSettings{}, PartitionOptions{.levels = &levels});
  kit.open(kit.id("a"));
  const Answer early = kit.patch("/v1/accounts/a/metadata", R"({"k":"v"})");
  EXPECT_EQ(early.summary(), "503 not_ready");
  EXPECT_EQ(early.header("Retry-After"), "1");
  EXPECT_EQ(early.at("/outcome"), "not_executed");
  EXPECT_EQ(kit.get("/v1/accounts/a").at("/metadata"), "{}");
  levels.raise(metadata_changes_level);
  EXPECT_EQ(kit.patch("/v1/accounts/a/metadata", R"({"k":"v"})").header("Florin-Replayed"), "-");
}

}  // namespace
}  // namespace florin
