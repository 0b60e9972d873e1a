// Flattens msgpack values into tokens; what no stored value may hold (floats, maps, nil) is refused here.
#include "persistence/codec/tokens.hpp"

#include <exception>
#include <msgpack/null_visitor.hpp>
#include <msgpack/unpack.hpp>  // parse() needs its helpers

namespace florin::codec {
namespace {

constexpr const char* malformed = "not well-formed msgpack, or cut short";
constexpr const char* trailing = "bytes behind the end";

class TokenVisitor : public msgpack::null_visitor {
 public:
  explicit TokenVisitor(TokenList& tokens) : tokens_(tokens) { tokens_.clear(); }

  bool visit_nil() { return false; }
  bool visit_float32(float) { return false; }
  bool visit_float64(double) { return false; }
  bool visit_ext(const char*, std::uint32_t) { return false; }
  bool start_map(std::uint32_t) { return false; }
  bool visit_boolean(bool value) { return push(Token::Kind::boolean, value ? 1 : 0); }
  bool visit_positive_integer(std::uint64_t value) { return push(Token::Kind::positive, value); }
  bool visit_negative_integer(std::int64_t value) {
    return push(Token::Kind::negative, static_cast<std::uint64_t>(value));
  }
  bool visit_str(const char* data, std::uint32_t size) {
    return push(Token::Kind::text, size, data);
  }
  bool visit_bin(const char* data, std::uint32_t size) {
    return push(Token::Kind::binary, size, data);
  }
  bool start_array(std::uint32_t size) {
    return ++depth_ <= depth_max && push(Token::Kind::array, size);
  }
  bool end_array() {
    --depth_;
    return true;
  }

 protected:
  bool push(Token::Kind kind, std::uint64_t number, const char* data = nullptr) {
    Token& token = tokens_.append();
    token.kind = kind;
    token.number = number;
    token.data = data;
    return true;
  }
  TokenList& tokens_;
  int depth_ = 0;
};

class EntryVisitor : public TokenVisitor {
 public:
  EntryVisitor(TokenList& tokens, EntryHandler& handler)
      : TokenVisitor(tokens), handler_(handler) {}

  bool start_array(std::uint32_t size) {
    if (!TokenVisitor::start_array(size)) return false;
    if (depth_ != 2 || header_done_) return true;
    header_done_ = true;
    return hand_over(&EntryHandler::on_header);
  }
  bool end_array() {
    (void)TokenVisitor::end_array();
    if (depth_ == 2) return hand_over(&EntryHandler::on_event);
    return depth_ != 0 || (header_done_ && tokens_.empty());  // nothing but events among the events
  }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  bool hand_over(bool (EntryHandler::*piece)(std::span<const Token>)) {
    stopped_ = !(handler_.*piece)(tokens_.all());
    tokens_.clear();
    return !stopped_;
  }
  EntryHandler& handler_;
  bool header_done_ = false;
  bool stopped_ = false;
};

// True when `bytes` is one value. msgpack throws on one malformed extension header: caught here.
template <class Visitor>
const char* parse(std::string_view bytes, Visitor& visitor) {
  try {
    std::size_t offset = 0;
    if (bytes.empty() || !msgpack::parse(bytes.data(), bytes.size(), offset, visitor))
      return malformed;
    return offset == bytes.size() ? nullptr : trailing;
  } catch (const std::exception&) {
    return malformed;
  }
}

}  // namespace

const char* tokenize(std::string_view bytes, TokenList& tokens) {
  TokenVisitor visitor(tokens);
  return parse(bytes, visitor);
}

const char* tokenize_entry(std::string_view bytes, EntryHandler& handler) {
  thread_local TokenList tokens;
  EntryVisitor visitor(tokens, handler);
  const char* reason = parse(bytes, visitor);
  return visitor.stopped() ? nullptr : reason;
}

}  // namespace florin::codec
