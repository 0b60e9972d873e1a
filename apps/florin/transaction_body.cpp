// See transaction_body.hpp.
#include "apps/florin/transaction_body.hpp"

#include <simdjson.h>

#include <algorithm>
#include <optional>

#include "apps/client/json_text.hpp"

namespace florin::cli {

namespace {

constexpr std::string_view outside_word = "@outside";

Error not_a_posting(std::string_view text) {
  return {Errc::invalid,
          "--posting " + std::string(text) +
              ": FROM:TO:AMOUNT, as alice:bob:12.34; with commas instead if an account "
              "id has a colon"};
}

struct TwoSides {
  std::string_view from, to;
};

// At the only separator that there is.
std::optional<TwoSides> split_once(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos || text.find(separator, at + 1) != std::string_view::npos)
    return std::nullopt;
  return TwoSides{text.substr(0, at), text.substr(at + 1)};
}

// The one id with a colon that everybody uses is known by its name: "@outside:USD:alice", "alice:@outside:USD".
std::optional<TwoSides> split_sides(std::string_view text, char separator) {
  if (const auto sides = split_once(text, separator)) return sides;
  if (separator != ':') return std::nullopt;
  if (text.starts_with("@outside:")) {
    const std::size_t at = text.find(':', outside_word.size() + 1);
    if (at == std::string_view::npos) return std::nullopt;
    const TwoSides sides{text.substr(0, at), text.substr(at + 1)};
    return sides.to.find(':') == std::string_view::npos ? std::optional(sides) : std::nullopt;
  }
  const std::size_t at = text.find(":@outside:");
  if (at == std::string_view::npos || text.find(':') != at) return std::nullopt;
  return TwoSides{text.substr(0, at), text.substr(at + 1)};
}

std::string full_id(std::string_view side, std::string_view currency) {
  std::string id(side);
  if (side == outside_word) id.append(":").append(currency);
  return id;
}

void add_if_said(std::string& json, std::string_view key, const std::string& value) {
  if (!value.empty()) client::add_string(json, key, value);
}

}  // namespace

Result<PostingWords, Error> parse_posting(std::string_view text, std::string_view currency) {
  const char separator = text.find(',') == std::string_view::npos ? ':' : ',';
  const std::size_t last = text.rfind(separator);
  if (last == std::string_view::npos) return Err{not_a_posting(text)};
  const auto sides = split_sides(text.substr(0, last), separator);
  const std::string_view amount = text.substr(last + 1);
  if (!sides || sides->from.empty() || sides->to.empty() || amount.empty())
    return Err{not_a_posting(text)};
  return PostingWords{full_id(sides->from, currency), full_id(sides->to, currency),
                      std::string(amount)};
}

std::string transaction_body(const TransactionWords& words) {
  std::string postings = "[";
  for (const PostingWords& posting : words.postings) {
    std::string one = "{";
    client::add_string(one, "from_account", posting.from);
    client::add_string(one, "to_account", posting.to);
    client::add_string(one, "amount", posting.amount);
    client::add_string(one, "currency", words.currency);
    postings.append(postings.size() > 1 ? "," : "").append(one).append("}");
  }
  std::string body = "{";
  client::add_string(body, "transaction_id", words.id);
  client::add_raw(body, "postings", postings + "]");
  add_if_said(body, "deadline", words.deadline);
  add_if_said(body, "reference", words.reference);
  add_if_said(body, "description", words.description);
  return body + "}";
}

Result<TransactionText, Error> transaction_of(std::string_view json, std::string_view asked_id,
                                              std::string_view id) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS)
    return Err{Error{Errc::invalid, "the file has no JSON object"}};
  std::string_view own_id;
  simdjson::dom::element field;
  if (object["transaction_id"].get(field) != simdjson::SUCCESS) {
    std::string body = "{";
    const std::string chosen(asked_id.empty() ? id : asked_id);
    client::add_string(body, "transaction_id", chosen);
    const std::string_view rest = json.substr(json.find('{') + 1);
    return TransactionText{body.append(object.size() == 0 ? "" : ",").append(rest), chosen};
  }
  if (!asked_id.empty())
    return Err{Error{Errc::invalid, "--id: the file has a transaction_id of its own"}};
  // One that is no text is refused by the server, which says so.
  if (field.get(own_id) != simdjson::SUCCESS) own_id = {};
  return TransactionText{std::string(json), std::string(own_id)};
}

}  // namespace florin::cli
