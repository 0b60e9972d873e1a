// Narrows Beast's parser. Checks of the header run while its fields arrive, the rest when it is complete;
// a body is only begun behind a sound header.
#include "api/http/http_request_parser.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>

namespace florin {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

// a Content-Length is a claim: memory follows the bytes
constexpr std::size_t first_body_bytes = BodyBudget::free_bytes - http_body_padding;
// "0\r\n\r\n", the least that any chunked body ends with
constexpr std::size_t last_chunk_bytes = 5;

std::string_view view(BeastView text) noexcept { return {text.data(), text.size()}; }

bool is_digits(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// reg-name, IPv4 or [IPv6] with an optional port, by its characters (RFC 3986, 3.2.2).
bool is_host(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~%!$&'()*+;=:[]").find(c) != std::string_view::npos;
  });
}

// Collects a request. Every refusal of ours leaves a text in problem_ and an error in ec.
class BeastParser final : public http::basic_parser<true> {
 public:
  [[nodiscard]] HttpRequest& request() noexcept { return request_; }
  [[nodiscard]] std::string_view problem() const noexcept { return problem_; }
  [[nodiscard]] bool expects_continue() const noexcept {
    return expects_continue_ && !is_http_1_0_;
  }
  [[nodiscard]] bool is_http_1_0() const noexcept { return is_http_1_0_; }
  [[nodiscard]] bool is_chunked() const noexcept { return encodings_ != 0; }
  [[nodiscard]] bool has_no_room() const noexcept { return has_no_room_; }

  BeastParser(std::size_t body_bytes_max, std::shared_ptr<BodyBudget> budget)
      : body_bytes_max_(body_bytes_max), room_(std::make_shared<BodyRoom>(std::move(budget))) {}
  // False: it says itself that it will be larger.
  bool limit_body(std::size_t bytes_max) {
    body_bytes_max_ = std::min(body_bytes_max_, bytes_max);
    const auto claimed = content_length();
    return !claimed || *claimed <= body_bytes_max_;
  }
  HttpRequest take() {
    request_.body.reserve(request_.body.size() + http_body_padding);
    request_.body_room = std::move(room_);
    return std::move(request_);
  }

 private:
  void refuse(std::string_view problem, error_code& ec) {
    problem_ = problem;
    ec = http::make_error_code(http::error::bad_value);
  }

  void on_request_impl(http::verb verb, BeastView method, BeastView target, int version,
                       error_code& ec) override {
    request_.method = verb == http::verb::get     ? HttpMethod::get
                      : verb == http::verb::post  ? HttpMethod::post
                      : verb == http::verb::patch ? HttpMethod::patch
                                                  : HttpMethod::other;
    request_.method_name = view(method);
    request_.target = view(target);
    request_.headers.reserve(512, 12);
    is_http_1_0_ = version == 10;
    ec = {};
  }

  void on_field_impl(http::field field, BeastView name, BeastView value, error_code& ec) override {
    ec = {};
    if (in_body_) return check_trailer(field, ec);
    check_field(field, view(value), ec);
    if (!ec) request_.headers.add(view(name), view(value));
  }

  void check_field(http::field field, std::string_view value, error_code& ec) {
    if (field == http::field::host) {
      if (++hosts_ > 1) return refuse("more than one Host field", ec);
      if (!is_host(value)) return refuse("the Host field is not a host", ec);
    } else if (field == http::field::content_length) {
      if (++lengths_ > 1) return refuse("more than one Content-Length field", ec);
      if (!is_digits(value)) return refuse("Content-Length is not a number", ec);
    } else if (field == http::field::transfer_encoding) {
      if (++encodings_ > 1) return refuse("more than one Transfer-Encoding field", ec);
      if (!http_equal_ignoring_case(value, "chunked")) {
        return refuse("Transfer-Encoding is not exactly chunked", ec);
      }
    } else if (field == http::field::expect) {
      if (!http_equal_ignoring_case(value, "100-continue"))
        return refuse("an Expect that is unknown", ec);
      expects_continue_ = true;
    }
  }

  // Trailers are dropped (RFC 9110, 6.5.1), but none may pretend to be framing.
  void check_trailer(http::field field, error_code& ec) {
    if (field == http::field::host || field == http::field::content_length ||
        field == http::field::transfer_encoding) {
      refuse("a field of the header in the trailer", ec);
    }
  }

  void on_header_impl(error_code& ec) override {
    ec = {};
    in_body_ = true;
    if (encodings_ != 0 && lengths_ != 0)
      return refuse("both Transfer-Encoding and Content-Length", ec);
    if (encodings_ != 0 && is_http_1_0_) return refuse("Transfer-Encoding with HTTP/1.0", ec);
    if (hosts_ == 0 && !is_http_1_0_) return refuse("no Host field", ec);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override {
    ec = {};
    claimed_ = length ? static_cast<std::size_t>(*length) : 0;
    request_.body.reserve(std::min(claimed_, first_body_bytes) + http_body_padding);
  }
  std::size_t on_body_impl(BeastView body, error_code& ec) override {
    ec = {};
    const std::size_t needed = request_.body.size() + body.size();
    if (needed > body_bytes_max_) {
      ec = http::make_error_code(http::error::body_limit);
      return 0;
    }
    if (needed + http_body_padding > request_.body.capacity() && !grow(needed)) {
      has_no_room_ = true;
      ec = http::make_error_code(http::error::body_limit);
      return 0;
    }
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  // Doubled, so that a body is copied a few times at most, but no further than it may grow.
  bool grow(std::size_t needed) {
    const std::size_t end = std::max(needed, claimed_ != 0 ? claimed_ : body_bytes_max_);
    const std::size_t bytes =
        std::min(std::max(needed, 2 * request_.body.capacity()), end) + http_body_padding;
    if (!room_->grow_to(bytes)) return false;
    request_.body.reserve(bytes);
    return true;
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code& ec) override { ec = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code& ec) override {
    return on_body_impl(body, ec);
  }
  void on_finish_impl(error_code& ec) override { ec = {}; }
  void on_response_impl(int, BeastView, int, error_code& ec) override { ec = {}; }

  HttpRequest request_;
  std::string_view problem_ = "the request is malformed";
  int hosts_ = 0, lengths_ = 0, encodings_ = 0;
  bool is_http_1_0_ = false, expects_continue_ = false, in_body_ = false;
  std::size_t body_bytes_max_;
  std::size_t claimed_ = 0;  // by Content-Length
  std::shared_ptr<BodyRoom> room_;
  bool has_no_room_ = false;
};

}  // namespace

class HttpRequestParser::Impl {
 public:
  Impl(std::size_t header_bytes_max, std::size_t body_bytes_max, std::shared_ptr<BodyBudget> budget)
      : header_bytes_max_(header_bytes_max),
        body_bytes_max_(body_bytes_max),
        budget_(std::move(budget)) {
    reset();
  }

  void reset() {
    parser.emplace(body_bytes_max_, budget_);
    parser->header_limit(static_cast<std::uint32_t>(header_bytes_max_));
    parser->body_limit(body_bytes_max_);
    parser->eager(false);
    state = HttpParseState::need_header;
  }

  std::size_t parse(std::string_view input) {
    std::size_t taken = 0;
    if (state == HttpParseState::need_header) return put(input);
    while (state == HttpParseState::need_body && !wants_more(input.size() - taken)) {
      const std::size_t more = put(input.substr(taken));
      taken += more;
      if (more == 0) break;
    }
    // Chunk extensions and trailers are not counted by Beast.
    if (state == HttpParseState::need_body && input.size() - taken >= header_bytes_max_) {
      state = HttpParseState::headers_too_large;
    }
    return taken;
  }

  std::optional<BeastParser> parser;
  HttpParseState state = HttpParseState::need_header;

 private:
  // Beast asserts that it sees an empty last chunk whole; no body ends in fewer bytes, so wait for them.
  bool wants_more(std::size_t bytes) const {
    return bytes == 0 || (parser->is_chunked() && bytes < last_chunk_bytes);
  }

  std::size_t put(std::string_view input) {
    error_code ec;
    const std::size_t taken =
        parser->put(boost::asio::const_buffer(input.data(), input.size()), ec);
    if (ec && ec != http::error::need_more) {
      state = ec == http::error::header_limit ? HttpParseState::headers_too_large
              : parser->has_no_room()         ? HttpParseState::no_room
              : ec == http::error::body_limit ? HttpParseState::body_too_large
                                              : HttpParseState::bad_request;
    } else if (parser->is_done()) {
      state = HttpParseState::complete;
    } else if (parser->is_header_done()) {
      state = HttpParseState::need_body;
    }
    return taken;
  }

  std::size_t header_bytes_max_;
  std::size_t body_bytes_max_;
  std::shared_ptr<BodyBudget> budget_;
};

HttpRequestParser::HttpRequestParser(std::size_t header_bytes_max, std::size_t body_bytes_max,
                                     std::shared_ptr<BodyBudget> budget)
    : impl_(std::make_unique<Impl>(header_bytes_max, body_bytes_max, std::move(budget))) {}
HttpRequestParser::~HttpRequestParser() = default;

void HttpRequestParser::reset() { impl_->reset(); }
std::size_t HttpRequestParser::parse(std::string_view input) { return impl_->parse(input); }
HttpParseState HttpRequestParser::state() const noexcept { return impl_->state; }
std::string_view HttpRequestParser::problem() const noexcept { return impl_->parser->problem(); }
bool HttpRequestParser::keep_alive() const noexcept { return impl_->parser->keep_alive(); }
bool HttpRequestParser::is_http_1_0() const noexcept { return impl_->parser->is_http_1_0(); }
bool HttpRequestParser::expects_continue() const noexcept {
  return impl_->parser->expects_continue();
}

const HttpRequest& HttpRequestParser::header() const noexcept { return impl_->parser->request(); }
void HttpRequestParser::limit_body(std::size_t bytes_max) {
  if (!impl_->parser->limit_body(bytes_max)) impl_->state = HttpParseState::body_too_large;
}

HttpRequest HttpRequestParser::take() { return impl_->parser->take(); }

}  // namespace florin
