// The object `Account` of api/openapi.yaml.
#pragma once

#include "actors/messages/messages.hpp"
#include "api/json/json_writer.hpp"

namespace florin {

// Balances apart from the view: those of @outside:<CURRENCY> are sums over partitions.
struct AccountBalance {
  WideMinor available = 0;
  WideMinor held = 0;
};

void write_account(JsonWriter& json, const AccountView& view, const AccountBalance& balance,
                   const Position& position);
inline void write_account(JsonWriter& json, const AccountView& view, const Position& position) {
  write_account(json, view, {view.available, view.held}, position);
}

}  // namespace florin
