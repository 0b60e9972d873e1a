// Words of a command as values: numbers, times, amounts. Errors are texts for the person who wrote the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "domain/money/amount.hpp"
#include "domain/money/currency.hpp"

namespace florin::sim {

Err<std::string> no(std::string what);
std::optional<std::uint32_t> number(const std::string& word);
// "5s", "200ms", "2h", in microseconds.
std::optional<std::int64_t> span(const std::string& word);
// Minor units; a leading '-' is let through, so that a scenario can ask for it.
Result<Minor, std::string> amount(const std::string& word, Currency currency);

}  // namespace florin::sim
