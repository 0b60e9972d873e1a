// libcurl's codes, folded.
#include "runtime/outside/call_end.hpp"

#include <curl/curl.h>

namespace florin::outside {
namespace {

using psp::HttpEnd;
using psp::HttpFault;

constexpr std::uint16_t final_status_min = 200;

HttpFault fault_before_sending(int code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return HttpFault::no_name;
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT: return HttpFault::no_connection;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM: return HttpFault::no_tls;
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return HttpFault::wrong_pin;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return HttpFault::unfit;
    default: return HttpFault::other;
  }
}

HttpFault fault_after_sending(int code) {
  switch (code) {
    case CURLE_OK: return HttpFault::none;
    case CURLE_OPERATION_TIMEDOUT: return HttpFault::timed_out;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return HttpFault::closed;
    case CURLE_SEND_FAIL_REWIND: return HttpFault::resend_refused;
    default: return HttpFault::other;
  }
}

}  // namespace

CallEnd end_of(const CallEvidence& evidence) {
  const bool has_failed = evidence.curl_code != CURLE_OK;
  if (has_failed && evidence.request_bytes == 0 && evidence.times_sent == 0 && evidence.status == 0)
    return {HttpEnd::not_sent, fault_before_sending(evidence.curl_code), false};
  CallEnd end;
  end.is_sent_twice = evidence.times_sent > 1;
  end.fault = evidence.is_too_large ? HttpFault::none : fault_after_sending(evidence.curl_code);
  if (evidence.status < final_status_min)
    end.end = HttpEnd::no_answer;
  else if (evidence.is_too_large)
    end.end = HttpEnd::too_large;
  else
    end.end = has_failed ? HttpEnd::cut : HttpEnd::whole;
  return end;
}

PartyVerdict verdict_of(HttpEnd end, std::uint16_t status) {
  switch (end) {
    case HttpEnd::not_sent:
    case HttpEnd::no_answer:
    case HttpEnd::cut: return PartyVerdict::failed;
    case HttpEnd::too_large:
    case HttpEnd::whole: break;
  }
  if (status == 401 || status == 403) return PartyVerdict::denied;
  if (status == 429) return PartyVerdict::throttled;
  return status >= 500 ? PartyVerdict::failed : PartyVerdict::good;
}

}  // namespace florin::outside
