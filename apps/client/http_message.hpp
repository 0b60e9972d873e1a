// HTTP/1.1 as our own server speaks it: requests written into a buffer, answers parsed in place.
// Answers are framed by Content-Length only; chunked or close-framed answers are malformed, on purpose:
// a second framing is how request smuggling starts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace florin::client {

// Appends one complete request. `body` empty: no Content-Type and Content-Length unless the method posts.
// `extra_headers`: complete lines, each ended by CRLF.
void append_request(std::string& out, std::string_view method, std::string_view target,
                    std::string_view authority, std::string_view body,
                    std::string_view extra_headers = {});

// One answer; views point into the bytes given to parse().
struct HttpAnswer {
  int status = 0;
  int retry_after_s = -1;  // -1: no such header
  bool close = false;      // the server will close the connection
  bool replayed = false;   // Florin-Replayed: true
  std::string_view body;
};

class HttpAnswerParser {
 public:
  enum class Outcome { need_more, complete, malformed };

  // `data`: all received bytes from the start of this answer on; call again with more of them after
  // need_more. After complete: answer() and consumed() tell what was read; reset() before the next.
  Outcome parse(std::string_view data);
  [[nodiscard]] const HttpAnswer& answer() const noexcept { return answer_; }
  [[nodiscard]] std::size_t consumed() const noexcept { return head_size_ + body_size_; }
  void reset() noexcept { *this = HttpAnswerParser{}; }

 private:
  bool parse_head(std::string_view head);
  bool parse_header(std::string_view name, std::string_view value);

  HttpAnswer answer_;
  std::size_t head_size_ = 0;  // 0: the head is not complete yet
  std::size_t body_size_ = 0;
  std::size_t searched_ = 0;  // no end of head before here
  bool has_length_ = false;
};

}  // namespace florin::client
