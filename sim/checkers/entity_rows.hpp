// The rows of a partition's entities as a checkpoint has them, kind by kind over the product's list: checkers that compare
// states with each other compare a kind that they know nothing of.
#pragma once

#include <concepts>
#include <set>
#include <string>
#include <type_traits>

#include "actors/partition/entity_kinds.hpp"
#include "actors/partition/partition_state.hpp"
#include "persistence/codec/row_batch.hpp"

namespace florin::sim {

// Key and value.
inline std::string row_text(const RowBatch& rows) {
  return std::string(rows.key(0)) + " " + std::string(rows.value(0));
}
template <class Kind>
std::string row_text(const typename Kind::Row& row) {
  RowBatch rows;
  Kind::put(rows, row);
  return row_text(rows);
}

// Of the entity with this key; one that sleeps is woken. Empty: there is none, or nobody can say.
template <class Kind>
std::string row_text_of(PartitionState& state, const typename Kind::Key& key) {
  if constexpr (std::same_as<Kind, AccountEntity>) {
    const AccountState* account = state.account(key);
    if (account == nullptr) return {};
    RowBatch rows;
    rows.put(*account);
    return row_text(rows);
  } else {
    const auto* row = state.template awake<Kind>(key);
    return row == nullptr ? std::string() : row_text<Kind>(*row);
  }
}

// All that are awake: of a kind that never sleeps, all.
template <class Kind>
std::set<std::string> rows_awake(PartitionState& state) {
  std::set<std::string> rows;
  state.for_each_row<Kind>(
      [&](const typename Kind::Row& row) { rows.insert(row_text<Kind>(row)); });
  return rows;
}

// `act(std::type_identity<Kind>)` for each that never sleeps, or for each that can.
template <class Act>
void for_each_kind_awake(Act&& act) {
  EntityTables::for_each_kind([&]<class Kind>(std::type_identity<Kind> kind) {
    if constexpr (!CanSleep<typename Kind::Row>) act(kind);
  });
}
template <class Act>
void for_each_kind_that_sleeps(Act&& act) {
  EntityTables::for_each_kind([&]<class Kind>(std::type_identity<Kind> kind) {
    if constexpr (CanSleep<typename Kind::Row>) act(kind);
  });
}

}  // namespace florin::sim
