// AskTable: who asked what, what of it has been answered, what is to be sent once more, and whose patience is over.
// Sans-I/O: time comes in, what is to be sent and who is to be told come out. The request desk
// (runtime/engine/request_desk.hpp) keeps some behind mutexes, a simulated node one.
//
// In a cluster (`ask_again_for` > 0) it asks again what found no leader or may have been lost with one. Each sending
// of a message has a number of its own (attempt): a refusal of an earlier sending says nothing about the newest
// one. What may have been decided is sent again only if repeats.hpp says so.
// It says `no_leader` only for what no leader can have decided, reads always; otherwise it says nothing, which means:
// not known.
//
// A reply is held against what was asked (question.hpp) before anybody hears it. One that does not fit is dropped and
// told to `on_unfit`: it is the answer of another question, and the right one may still come.
// One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "actors/asks/asks.hpp"
#include "actors/asks/question.hpp"
#include "actors/asks/router.hpp"

namespace florin {

class AskTable {
 public:
  using Done = std::function<void(AskReplies)>;
  using OnUnfit = std::function<void(const Reply&)>;
  struct Finished {
    AskReplies replies;
    Done done;
  };
  // Messages of one ask that are to be sent once more.
  struct Due {
    std::uint64_t number = 0;
    std::vector<Addressed> messages;
  };

  // `router`: for eras; outlives it. `ask_again_for` 0: each message is sent once. `self`: whose commands they are.
  AskTable(const Router& router, AskTime ask_again_for, OnUnfit on_unfit, PeerProcess self)
      : router_(router),
        ask_again_for_(ask_again_for),
        on_unfit_(std::move(on_unfit)),
        self_(self) {}

  // Numbers the messages, which are then to be sent. `number` is not in use.
  void open(std::uint64_t number, std::vector<Addressed>& messages, AskTime now, AskTime patience,
            Done done);
  // Replies of one ask. None when it still waits, or waits no more.
  std::optional<Finished> deliver(std::uint64_t number, std::span<Reply> replies);
  // What is to be sent once more; what nobody took for too long is answered.
  std::vector<Due> take_due(AskTime now, std::vector<Finished>& finished);
  // Those whose patience is over; answered with what has come.
  std::vector<Finished> take_expired(AskTime now);
  [[nodiscard]] std::size_t size() const { return pending_.size(); }

 private:
  // One message of an ask that may be sent again.
  struct Kept {
    Addressed message;
    std::uint64_t era = 0;        // of its partition, when it was last sent
    bool is_refused = false;      // the newest sending, by somebody who is no leader
    bool may_be_decided = false;  // by a leader that was lost since
    NotAccepted::Why answer = NotAccepted::Why::no_leader;  // when it is given up
  };
  struct Pending {
    AskReplies replies;
    std::vector<Question> questions;
    std::size_t remaining = 0;
    AskTime deadline{0};
    AskTime ask_again_until{0};
    std::vector<Kept> kept;  // empty: nothing is sent again
    Done done;
  };
  using Asks = std::map<std::uint64_t, Pending>;

  void take(Pending& pending, Reply& reply) const;
  static bool keeps_asking(Kept& kept, const NotAccepted& refused);
  std::vector<Addressed> due_of(Pending& pending, AskTime now) const;
  Finished finish(Asks::iterator at);
  static void refuse(Pending& pending, std::size_t item, NotAccepted::Why why);
  static void name_unanswered_reads(Pending& pending);

  const Router& router_;
  AskTime ask_again_for_;
  OnUnfit on_unfit_;
  PeerProcess self_;
  Asks pending_;
};

}  // namespace florin
