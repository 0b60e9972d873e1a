// Settings and callbacks of one handle.
#include "runtime/outside/curl_call.hpp"

#include <algorithm>
#include <cstring>

namespace florin::outside {
namespace {

constexpr std::size_t kept_headers_max = 16;
constexpr std::size_t kept_value_bytes_max = 256;

// The first setting that is not taken ends the list.
class Settings {
 public:
  explicit Settings(CURL* handle) : handle_(handle) {}
  template <class Value>
  Settings& set(CURLoption option, Value value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(handle_, option, value);
    return *this;
  }
  [[nodiscard]] CURLcode code() const { return code_; }

 private:
  CURL* handle_;
  CURLcode code_ = CURLE_OK;
};

std::string joined(const std::vector<std::string>& pins) {
  std::string all;
  for (const std::string& pin : pins) all.append(all.empty() ? "" : ";").append(pin);
  return all;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

Status<Error> begin_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK)
    return Err{Error{Errc::unavailable,
                     std::string("libcurl does not start: ") + curl_easy_strerror(code)}};
  return Unit{};
}

Result<std::unique_ptr<CurlCall>, Error> CurlCall::make(const OutsideParty& party,
                                                        psp::HttpRequest request) {
  std::unique_ptr<CurlCall> call(new CurlCall(party, std::move(request)));
  FLORIN_TRY_VOID(call->set_up());
  return call;
}

CurlCall* CurlCall::of(CURL* handle) {
  char* self = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &self);
  return reinterpret_cast<CurlCall*>(self);
}

// --- settings --------------------------------------------------------------------------------------------------

Status<Error> CurlCall::set_up() {
  easy_.reset(curl_easy_init());
  if (!easy_) return Err{Error{Errc::unavailable, "libcurl has no handle to give"}};
  const std::string url = party_.base_url + request_.target;
  CURLcode code = Settings(easy_.get())
                      .set(CURLOPT_URL, url.c_str())
                      .set(CURLOPT_PATH_AS_IS, 1L)
                      .set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1})
                      .set(CURLOPT_FOLLOWLOCATION, 0L)
                      .set(CURLOPT_PROXY, "")  // whatever the environment says
                      .set(CURLOPT_NOSIGNAL, 1L)
                      .set(CURLOPT_USERAGENT, "florin")
                      .code();
  for (const auto step : {&CurlCall::set_headers, &CurlCall::set_body, &CurlCall::set_bounds,
                          &CurlCall::set_trust, &CurlCall::set_callbacks})
    if (code == CURLE_OK) code = (this->*step)();
  if (code != CURLE_OK)
    return Err{Error{Errc::invalid,
                     "a call to " + party_.port + " cannot be made: " + curl_easy_strerror(code)}};
  return Unit{};
}

// No "Expect: 100-continue": a body is small, and the wait for the word would be ours.
CURLcode CurlCall::set_headers() {
  const auto add = [this](const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
    if (longer == nullptr) return false;
    static_cast<void>(headers_.release());
    headers_.reset(longer);
    return true;
  };
  bool all = add("Expect:") && add("Accept: application/json");
  for (const psp::HttpHeader& one : request_.headers) all = all && add(one.name + ": " + one.value);
  for (const std::string& secret : party_.secret_headers) all = all && add(secret);
  if (!all) return CURLE_OUT_OF_MEMORY;
  return Settings(easy_.get()).set(CURLOPT_HTTPHEADER, headers_.get()).code();
}

// Without CURLOPT_SEEKFUNCTION: that is what keeps libcurl from sending a body again.
CURLcode CurlCall::set_body() {
  if (request_.method == psp::HttpMethod::get)
    return Settings(easy_.get()).set(CURLOPT_HTTPGET, 1L).code();
  return Settings(easy_.get())
      .set(CURLOPT_POST, 1L)
      .set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()))
      .set(CURLOPT_READFUNCTION, &CurlCall::give_body)
      .set(CURLOPT_READDATA, static_cast<void*>(this))
      .code();
}

CURLcode CurlCall::set_bounds() {
  return Settings(easy_.get())
      .set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(party_.connect_time_max.count()))
      .set(CURLOPT_TIMEOUT_MS, static_cast<long>(party_.call_time_max.count()))
      .set(CURLOPT_MAXAGE_CONN, static_cast<long>(party_.idle_connection_max.count()))
      .code();
}

CURLcode CurlCall::set_trust() {
  const bool is_tls = party_.base_url.starts_with("https://");
  Settings settings(easy_.get());
  settings.set(CURLOPT_PROTOCOLS_STR, is_tls ? "https" : "http");
  if (!is_tls) return settings.code();
  settings.set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  settings.set(CURLOPT_SSL_VERIFYPEER, 1L).set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!party_.ca_file.empty()) settings.set(CURLOPT_CAINFO, party_.ca_file.c_str());
  if (!party_.pins.empty()) settings.set(CURLOPT_PINNEDPUBLICKEY, joined(party_.pins).c_str());
  return settings.code();
}

CURLcode CurlCall::set_callbacks() {
  return Settings(easy_.get())
      .set(CURLOPT_PRIVATE, static_cast<void*>(this))
      .set(CURLOPT_WRITEFUNCTION, &CurlCall::take_body)
      .set(CURLOPT_WRITEDATA, static_cast<void*>(this))
      .set(CURLOPT_HEADERFUNCTION, &CurlCall::take_head)
      .set(CURLOPT_HEADERDATA, static_cast<void*>(this))
      .set(CURLOPT_DEBUGFUNCTION, &CurlCall::watch)
      .set(CURLOPT_DEBUGDATA, static_cast<void*>(this))
      .set(CURLOPT_VERBOSE, 1L)  // or nobody calls the function above
      .code();
}

// --- callbacks: on the thread of the multi handle -----------------------------------------------------------------

std::size_t CurlCall::give_body(char* to, std::size_t size, std::size_t count, void* self) {
  auto& call = *static_cast<CurlCall*>(self);
  const std::size_t bytes = std::min(size * count, call.request_.body.size() - call.given_);
  std::memcpy(to, call.request_.body.data() + call.given_, bytes);
  call.given_ += bytes;
  return bytes;
}

std::size_t CurlCall::take_body(char* from, std::size_t size, std::size_t count, void* self) {
  auto& call = *static_cast<CurlCall*>(self);
  const std::size_t bytes = size * count;
  if (call.answer_.body.size() + bytes > call.party_.answer_bytes_max) {
    call.is_too_large_ = true;
    return CURL_WRITEFUNC_ERROR;
  }
  call.answer_.body.append(from, bytes);
  return bytes;
}

std::size_t CurlCall::take_head(char* from, std::size_t size, std::size_t count, void* self) {
  static_cast<CurlCall*>(self)->take_header({from, size * count});
  return size * count;
}

// Each status line begins anew: before the last one there may have been a 100.
void CurlCall::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) return answer_.headers.clear();
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || answer_.headers.size() == kept_headers_max) return;
  std::string name = lower(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (std::ranges::find(party_.answer_headers, name) == party_.answer_headers.end()) return;
  const bool is_plain = std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7F; });
  if (value.size() > kept_value_bytes_max || !is_plain) return;
  answer_.headers.push_back({std::move(name), std::string(value)});
}

// Counts heads only: it also sees the secrets, and keeps nothing.
int CurlCall::watch(CURL* /*handle*/, curl_infotype what, char* from, std::size_t size,
                    void* self) {
  auto& call = *static_cast<CurlCall*>(self);
  const std::string begin = std::string(psp::to_string(call.request_.method)) + " /";
  if (what == CURLINFO_HEADER_OUT && std::string_view(from, size).starts_with(begin))
    ++call.times_sent_;
  return 0;
}

// --- end -------------------------------------------------------------------------------------------------------

psp::HttpAnswer CurlCall::finish(CURLcode code) {
  long status = 0;
  long request_bytes = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &request_bytes);
  const auto known_status = static_cast<std::uint16_t>(std::clamp(status, 0L, 999L));
  const CallEnd end = end_of({.curl_code = code,
                              .status = known_status,
                              .request_bytes = request_bytes,
                              .times_sent = times_sent_,
                              .is_too_large = is_too_large_});
  answer_.end = end.end;
  answer_.fault = end.fault;
  answer_.is_sent_twice = end.is_sent_twice;
  const bool has_status = end.end != psp::HttpEnd::not_sent && end.end != psp::HttpEnd::no_answer;
  answer_.status = has_status ? known_status : std::uint16_t{0};
  if (!has_status) answer_.headers.clear(), answer_.body.clear();
  return std::move(answer_);
}

}  // namespace florin::outside
