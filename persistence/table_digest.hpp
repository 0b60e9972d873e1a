// TableDigest: all rows of one table of a store, in any order: how many, and the sum of their checksums.
#pragma once

#include <array>
#include <cstdint>

#include "domain/money/amount.hpp"
#include "persistence/state_store.hpp"

namespace florin {

struct TableDigest {
  std::uint64_t rows = 0;
  UnsignedWideMinor sum = 0;  // of their checksums, modulo 2^128
  bool operator==(const TableDigest&) const = default;
};
using TableDigests = std::array<TableDigest, table_count>;  // of all but Table::meta

}  // namespace florin
