// What libcurl 7.88.1 was seen to say of a call (measured: see the ADR of the PSP port), and what it means here.
#include "runtime/outside/call_end.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <string>

namespace florin::outside {
namespace {

using psp::HttpEnd;
using psp::HttpFault;

struct Row {
  std::string what;
  CallEvidence evidence;  // code, status, bytes of heads, heads
  CallEnd end;
};

const Row measured[] = {
    {"refused", {CURLE_COULDNT_CONNECT}, {HttpEnd::not_sent, HttpFault::no_connection}},
    {"no such name", {CURLE_COULDNT_RESOLVE_HOST}, {HttpEnd::not_sent, HttpFault::no_name}},
    {"TLS never answers",
     {CURLE_OPERATION_TIMEDOUT},
     {HttpEnd::not_sent, HttpFault::no_connection}},
    {"wrong authority", {CURLE_PEER_FAILED_VERIFICATION}, {HttpEnd::not_sent, HttpFault::no_tls}},
    {"wrong pin", {CURLE_SSL_PINNEDPUBKEYNOTMATCH}, {HttpEnd::not_sent, HttpFault::wrong_pin}},
    {"answer late",
     {CURLE_OPERATION_TIMEDOUT, 0, 152, 1},
     {HttpEnd::no_answer, HttpFault::timed_out}},
    {"closed after the request, fresh connection",
     {CURLE_GOT_NOTHING, 0, 152, 1},
     {HttpEnd::no_answer, HttpFault::closed}},
    {"body cut", {CURLE_PARTIAL_FILE, 200, 152, 1}, {HttpEnd::cut, HttpFault::closed}},
    {"reset during upload", {CURLE_RECV_ERROR, 0, 152, 1}, {HttpEnd::no_answer, HttpFault::closed}},
    {"closed after the request, reused connection, body that can be rewound",
     {CURLE_OK, 200, 304, 2},
     {HttpEnd::whole, HttpFault::none, true}},
    {"the same, and the second one fails",
     {CURLE_RECV_ERROR, 0, 304, 2},
     {HttpEnd::no_answer, HttpFault::closed, true}},
    {"the same, body that cannot be rewound",
     {CURLE_SEND_FAIL_REWIND, 0, 152, 1},
     {HttpEnd::no_answer, HttpFault::resend_refused}},
    {"answered", {CURLE_OK, 200, 152, 1}, {HttpEnd::whole, HttpFault::none}},
    {"no is an answer", {CURLE_OK, 402, 152, 1}, {HttpEnd::whole, HttpFault::none}},
    {"too large", {CURLE_WRITE_ERROR, 200, 152, 1, true}, {HttpEnd::too_large, HttpFault::none}},
    {"late in the middle of a body",
     {CURLE_OPERATION_TIMEDOUT, 200, 152, 1},
     {HttpEnd::cut, HttpFault::timed_out}},
    {"a 100, and then nothing",
     {CURLE_GOT_NOTHING, 100, 152, 1},
     {HttpEnd::no_answer, HttpFault::closed}},
};

TEST(CallEnd, IsWhatTheEvidenceSays) {
  for (const Row& row : measured) EXPECT_EQ(end_of(row.evidence), row.end) << row.what;
}

// Whatever the code is: the return code proves nothing.
TEST(CallEnd, IsNotSentOnlyWithoutAnyByteSent) {
  for (int code = 0; code < CURL_LAST; ++code)
    for (const std::uint16_t status : {std::uint16_t{0}, std::uint16_t{200}})
      for (const std::int64_t bytes : {0, 1, 152})
        for (const std::uint32_t heads : {0U, 1U, 2U}) {
          const CallEnd end = end_of({code, status, bytes, heads, false});
          if (end.end != HttpEnd::not_sent) continue;
          EXPECT_EQ(bytes, 0);
          EXPECT_EQ(heads, 0U);
          EXPECT_EQ(status, 0);
          EXPECT_NE(code, CURLE_OK);
          EXPECT_NE(end.fault, HttpFault::none);
        }
}

TEST(PartyVerdict, SpeaksOfThePartyNotOfTheCall) {
  EXPECT_EQ(verdict_of(HttpEnd::whole, 200), PartyVerdict::good);
  EXPECT_EQ(verdict_of(HttpEnd::whole, 404), PartyVerdict::good);
  EXPECT_EQ(verdict_of(HttpEnd::whole, 409), PartyVerdict::good);
  EXPECT_EQ(verdict_of(HttpEnd::too_large, 200), PartyVerdict::good);
  EXPECT_EQ(verdict_of(HttpEnd::whole, 401), PartyVerdict::denied);
  EXPECT_EQ(verdict_of(HttpEnd::whole, 403), PartyVerdict::denied);
  EXPECT_EQ(verdict_of(HttpEnd::whole, 429), PartyVerdict::throttled);
  EXPECT_EQ(verdict_of(HttpEnd::whole, 500), PartyVerdict::failed);
  EXPECT_EQ(verdict_of(HttpEnd::cut, 200), PartyVerdict::failed);
  EXPECT_EQ(verdict_of(HttpEnd::no_answer, 0), PartyVerdict::failed);
  EXPECT_EQ(verdict_of(HttpEnd::not_sent, 0), PartyVerdict::failed);
}

}  // namespace
}  // namespace florin::outside
