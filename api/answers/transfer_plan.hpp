// TransferPlan: which messages a transfer request leads to, and what their replies mean to the client.
// Shared by the single call and the batch; allocates for refused requests only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/problem/problem_details.hpp"
#include "api/requests/transfer_request.hpp"
#include "runtime/gateway.hpp"

namespace florin {

// How a transfer request ended for its client.
struct TransferAnswer {
  enum class Kind : std::uint8_t { success, failed, pending } kind = Kind::pending;
  const ProblemKind* problem = nullptr;  // with failed
  std::optional<Position> position;
  bool replayed = false;
  MaybeBoxed<LegNotes> notes = {};  // with success: those that are recorded, without metadata
  std::string param = {};           // with failed: the place of what is to blame; empty: none is
  std::vector<ProblemPart> errors = {};  // all that is wrong with a request that is refused itself
};

// A request that is right goes to its owner's partition. One that is itself refused only asks whether a code
// that comes before its own applies too: the state of both sides, and an earlier use of its id.
class TransferPlan {
 public:
  // Adds the messages to `out`; their replies are expected at the same places.
  TransferPlan(const TransferRequest& request, const PartitionMap& map,
               std::vector<Addressed>& out);

  [[nodiscard]] TransferAnswer answer(const AskReplies& replies) const;

 private:
  [[nodiscard]] TransferAnswer refused(const AskReplies& replies) const;
  void ask_about(const PartitionMap& map, std::vector<Addressed>& out);

  std::size_t first_;  // place of the first message
  std::size_t count_ = 1;
  std::unique_ptr<const TransferRequest> refused_;  // null: nothing is wrong with it
};

// The refusal that this request has come to, as a look at its transfer shows: an answer by itself, whose position is
// where it was decided. None: it is not refused, as far as is known, or the id names something else.
std::optional<TransferAnswer> refusal_seen(const TransferViews& views,
                                           const TransferRequest& request);

}  // namespace florin
