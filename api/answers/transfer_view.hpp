// Phase status of one transfer or transaction as clients see it: from its open state, or from the record
// of an ended one and its events in the log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/answers/refused_place.hpp"
#include "api/json/json_writer.hpp"
#include "base/error.hpp"
#include "base/maybe_boxed.hpp"
#include "base/result.hpp"
#include "cluster/partition_map.hpp"
#include "domain/transfer/transfer_notes.hpp"
#include "domain/transfer/transfer_state.hpp"
#include "persistence/event_log.hpp"

namespace florin {

struct TransferView {
  TransferState transfer;  // legs as they are, or as they ended
  TransferStatus status = TransferStatus::trying;
  std::optional<Timestamp> finished_at;
  MaybeBoxed<TransferNotes> notes;
  RefusedPart refused = {};  // what transfer.code is about, as clients were told
};

TransferView view_of_open(const TransferState& transfer);
// Reads the log.
Result<TransferView, Error> view_of_ended(EventLogReader& log, const PartitionMap& map,
                                          const TransferRecord& record);

// As who asks for a transfer sees it: with both parties and the amount, of several postings those of the first.
void write_transfer(JsonWriter& json, const TransferView& view, const Position& position);
// As who asks for a transaction sees it: by its postings, however many they are.
void write_transaction(JsonWriter& json, const TransferView& view, const Position& position);

}  // namespace florin
