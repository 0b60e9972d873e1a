// One request and its answer as the pure core sees them.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace florin::sandbox {

struct Call {
  std::string method;  // "GET", "POST", "DELETE", anything
  std::string path;    // not decoded, without query
  std::string query;
  std::string body;
  std::string authorization;
  std::string idempotency_key;  // empty: none
  std::string
      base_url;  // "http://host:port" as the caller reached us: pages' addresses start with it
  std::string request_id;  // req_..., drawn by the shell
};

struct Answer {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;  // not framing, date, request id
  std::string body;
};

}  // namespace florin::sandbox
