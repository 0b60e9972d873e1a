// TransferPlan: which messages a request for a transfer or a transaction leads to, and what their replies mean to the client.
// Shared by the single calls and the batch; allocates for refused requests and for transactions only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/answers/refused_place.hpp"
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

// A request that is right goes to its owner's partition: as a transfer where it has one posting, whatever form it was sent in. One
// that is itself refused only asks whether a code that comes before its own applies too: the state of all sides, and an earlier
// use of its id.
class TransferPlan {
 public:
  // Adds the messages to `out`; their replies are expected at the same places.
  TransferPlan(const TransferRequest& request, const PartitionMap& map,
               std::vector<Addressed>& out);

  [[nodiscard]] TransferAnswer answer(const AskReplies& replies) const;

 private:
  // A side that was looked at, and the place of what was said of it.
  struct Look {
    std::size_t reply;
    std::size_t posting;
    LegRole role;
  };
  struct RefusedRequest {
    TransferRequest request;
    std::vector<Look> looks;
  };
  [[nodiscard]] TransferAnswer refused(const AskReplies& replies) const;
  [[nodiscard]] std::string place_found(Rejection code, const AskReplies& replies) const;
  void ask_about(RefusedRequest& refused, const PartitionMap& map, std::vector<Addressed>& out);

  std::size_t first_;  // place of the first message
  std::uint32_t count_ = 1;
  SentAs form_;
  std::unique_ptr<const RefusedRequest> refused_;  // null: nothing is wrong with it
};

// The refusal that this request has come to, as a look at its transfer shows: an answer by itself, whose position is
// where it was decided. None: it is not refused, as far as is known, or the id names something else.
std::optional<TransferAnswer> refusal_seen(const TransferViews& views,
                                           const TransferRequest& request);

}  // namespace florin
