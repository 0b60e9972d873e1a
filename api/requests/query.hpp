// What a request says outside its body: path segments, query parameters, the header Prefer.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/problem/problem_details.hpp"
#include "base/result.hpp"

namespace florin {

// Percent-decoding (RFC 3986); nullopt when an escape is broken.
std::optional<std::string> percent_decode(std::string_view text);

// The parameters `names`, decoded, by place; nullopt = not given. Unknown and repeated ones are a fault.
template <std::size_t N>
using QueryValues = std::array<std::optional<std::string>, N>;

// Puts one decoded `name=value` pair where it belongs.
std::optional<InputFault> take_query_pair(std::string_view pair, const std::string_view* names,
                                          std::optional<std::string>* values, std::size_t count);

template <std::size_t N>
Result<QueryValues<N>, InputFault> read_query(std::string_view query,
                                              const std::array<std::string_view, N>& names) {
  QueryValues<N> values;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size() == query.size() ? pair.size() : pair.size() + 1);
    if (pair.empty()) continue;
    if (auto fault = take_query_pair(pair, names.data(), values.data(), N))
      return Err{std::move(*fault)};
  }
  return values;
}

// `limit` of a list: 1-100, 20 when it is not given.
Result<std::uint32_t, InputFault> read_limit(const std::optional<std::string>& text);

// `Prefer: wait=<seconds>` (RFC 7240), 0-60. A preference that is not understood is ignored.
std::optional<std::chrono::seconds> preferred_wait(std::string_view prefer);

}  // namespace florin
