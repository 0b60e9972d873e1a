// CurlCall: one HTTP exchange over libcurl, made in a way that a request is sent once, or that we know.
//
// The rules, each of which was paid for (ADR of the PSP port): a body comes through a read callback without a seek callback, so
// that libcurl cannot send it again on another connection; HTTP/1.1; a handle for each call; no redirect, no proxy, no signal.
// Heads that leave are counted.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"
#include "psp/http_message.hpp"
#include "runtime/outside/call_end.hpp"
#include "runtime/outside/outside_party.hpp"

namespace florin::outside {

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlMulti = std::unique_ptr<CURLM, FreeMulti>;

// Once for a process, before the first handle; any thread.
Status<Error> begin_curl();

class CurlCall {
 public:
  // `party` outlives it. `invalid`: libcurl does not take one of the settings.
  static Result<std::unique_ptr<CurlCall>, Error> make(const OutsideParty& party,
                                                       psp::HttpRequest request);
  CurlCall(const CurlCall&) = delete;
  CurlCall& operator=(const CurlCall&) = delete;

  // For the multi handle; no longer than this lives.
  [[nodiscard]] CURL* handle() const { return easy_.get(); }
  // Of a handle that has come back.
  static CurlCall* of(CURL* handle);

  // After the end, or when it is given up (CURLE_OPERATION_TIMEDOUT): what came of it. Once.
  psp::HttpAnswer finish(CURLcode code);
  // Its end does not wait for a name that is being looked up.
  void give_up_name() { curl_easy_setopt(easy_.get(), CURLOPT_QUICK_EXIT, 1L); }

 private:
  CurlCall(const OutsideParty& party, psp::HttpRequest request)
      : party_(party), request_(std::move(request)) {}

  Status<Error> set_up();
  CURLcode set_headers();
  CURLcode set_body();
  CURLcode set_bounds();
  CURLcode set_trust();
  CURLcode set_callbacks();

  void take_header(std::string_view line);
  static std::size_t give_body(char* to, std::size_t size, std::size_t count, void* self);
  static std::size_t take_body(char* from, std::size_t size, std::size_t count, void* self);
  static std::size_t take_head(char* from, std::size_t size, std::size_t count, void* self);
  static int watch(CURL* handle, curl_infotype what, char* from, std::size_t size, void* self);

  const OutsideParty& party_;
  psp::HttpRequest request_;
  std::size_t given_ = 0;  // of the body
  std::uint32_t times_sent_ = 0;
  bool is_too_large_ = false;
  psp::HttpAnswer answer_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<CURL, FreeEasy> easy_;  // goes first: it reads the others
};

}  // namespace florin::outside
