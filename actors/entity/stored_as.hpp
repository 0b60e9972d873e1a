// StoredAs: how a row becomes bytes and back, for a kind of which one member of the row is stored and the rest is only here.
// The kind names the member, and the function that reads it; RowBatch knows the table, key and fields of each such value.
//
//   struct LegEntity : StoredAs<LegRow, &LegRow::leg, decode_leg> {
//
// A kind that stores its rows otherwise declares put, remove or decode itself: what it declares takes the place of this.
#pragma once

#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/result.hpp"
#include "persistence/codec/row_batch.hpp"

namespace florin {

template <class Row, auto Member, auto Decode>
struct StoredAs {
  static void put(RowBatch& rows, const Row& row) { rows.put(row.*Member); }
  static void remove(RowBatch& rows, const auto& key) { rows.remove(key); }
  static Result<Row, Error> decode(std::string_view key, std::string_view value) {
    FLORIN_TRY(stored, Decode(key, value));
    Row row;
    row.*Member = std::move(stored);
    return row;
  }
};

}  // namespace florin
