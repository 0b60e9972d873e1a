// The parts of the edge by themselves: writing and reading JSON, queries, cursors.
#include <gtest/gtest.h>

#include "api/answers/cursor.hpp"
#include "api/json/json_reader.hpp"
#include "api/json/json_writer.hpp"
#include "api/read_worker.hpp"
#include "api/requests/query.hpp"

namespace florin {
namespace {

TEST(JsonWriter, PutsCommasAndEscapes) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("a").string("\"\\\n\t\x01 \xc3\xbc/").key("b").begin_array();
  json.number(0)
      .number(18'446'744'073'709'551'615U)
      .boolean(true)
      .null()
      .begin_object()
      .end_object();
  json.end_array().any_key("c\"d").begin_object().end_object().end_object();
  EXPECT_EQ(out,
            "{\"a\":\"\\\"\\\\\\n\\t\\u0001 \xc3\xbc/\","
            "\"b\":[0,18446744073709551615,true,null,{}],\"c\\\"d\":{}}");
}

TEST(JsonWriter, ReadsBackEveryControlCharacter) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  std::string out;
  JsonWriter(out).begin_object().key("x").string(all).end_object();
  const auto object = parse_json_object(out);
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(json_text(object->at_key("x").value()), all);
}

TEST(JsonReader, RefusesWhatIsNotStrictJson) {
  for (std::string text : {"", " ", "{", "{}x", "{'a':1}", "{\"a\":01}", "{\"a\":NaN}",
                           "{\"a\":1,}", "// x\n{}", "\xef\xbb\xbf{}", "{\"a\":\"\x01\"}",
                           "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":\"\\ud800\"}", "{\"a\":1e999}"}) {
    const auto object = parse_json_object(text);
    ASSERT_FALSE(object.has_value()) << text;
    EXPECT_EQ(object.error().code, EdgeCode::invalid_json) << text;
  }
  std::string deep(100'000, '[');
  EXPECT_FALSE(parse_json_object(deep).has_value());
}

TEST(JsonReader, DoesNotSendAGiantKeyBack) {
  const InputFault fault = unknown_field(std::string(100'000, 'k'));
  EXPECT_LT(fault.detail.size() + fault.param->size(), 600U);
}

TEST(JsonReader, CountsCharactersNotBytes) {
  EXPECT_EQ(characters_in("a\xc3\xbc\xe2\x82\xac\xf0\x9f\x92\xb0"), 4U);
}

TEST(Query, DecodesValuesAndRefusesBrokenEscapes) {
  static constexpr std::array<std::string_view, 2> names{"a", "b"};
  const auto values = read_query("a=1%202+3&&b=", names);
  ASSERT_TRUE(values.has_value());
  EXPECT_EQ((*values)[0], "1 2+3");
  EXPECT_EQ((*values)[1], "");
  EXPECT_FALSE(read_query("a=%2", names).has_value());
  EXPECT_FALSE(read_query("a=%zz", names).has_value());
  EXPECT_FALSE(read_query("c=1", names).has_value());
  EXPECT_FALSE(read_query("a=1&a=1", names).has_value());
}

TEST(Query, UnderstandsThePreferenceToWait) {
  using std::chrono::seconds;
  EXPECT_EQ(preferred_wait("wait=5"), seconds(5));
  EXPECT_EQ(preferred_wait("respond-async, Wait = \"60\"; x=y"), seconds(60));
  EXPECT_EQ(preferred_wait("wait=0"), seconds(0));
  for (const char* ignored : {"", "wait", "wait=61", "wait=-1", "wait=1.5", "wait=x", "waiting=1"})
    EXPECT_EQ(preferred_wait(ignored), std::nullopt) << ignored;
}

TEST(Cursor, ReadsBackWhatItWrote) {
  const std::vector<Position> heads{{1, 0, 0}, {127, 128, 3}, {1'000'000'007, 9'999, 1023}};
  EXPECT_EQ(decode_statement_cursor(encode_statement_cursor(heads)), heads);
  const auto id = AccountId::from_trusted("a.b_c:d-e");
  EXPECT_EQ(decode_account_cursor(encode_account_cursor(id)), id);
  EXPECT_EQ(decode_account_cursor(encode_statement_cursor(heads)), std::nullopt);
  EXPECT_EQ(decode_statement_cursor(encode_account_cursor(id)), std::nullopt);
}

TEST(Cursor, RefusesEverythingElse) {
  const std::string good = encode_statement_cursor({{5, 1, 0}, {7, 2, 1}});
  for (std::size_t i = 0; i < good.size(); ++i) {
    const auto cut = decode_statement_cursor(good.substr(0, i));
    EXPECT_TRUE(!cut || cut->size() < 2) << i;
  }
  EXPECT_EQ(decode_statement_cursor(encode_statement_cursor({{5, 1, 1}, {7, 2, 1}})), std::nullopt);
  EXPECT_EQ(decode_statement_cursor(encode_statement_cursor({{0, 0, 1}})), std::nullopt);
  for (const char* bad : {"", "A", "====", "U/", "%", "\xff"})
    EXPECT_EQ(decode_statement_cursor(bad), std::nullopt);
}

TEST(ReadWorker, RunsEveryJobItTookBeforeItEnds) {
  int done = 0;
  int taken = 0;
  {
    ReadWorker worker;
    for (int i = 0; i < 500; ++i) taken += worker.post([&done] { ++done; });
  }
  EXPECT_EQ(taken, 500);
  EXPECT_EQ(done, taken);
}

}  // namespace
}  // namespace florin
