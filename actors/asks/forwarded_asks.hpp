// ForwardedAsks: clients' messages that a peer has sent here because a partition is led here. Gives each a
// number of this node, and finds the asker again when the reply is released. Thread-safe.
//
// An asker is a process, not a node: numbers begin again with each start. A frame of an asker is taken once,
// and from the first frame of its next incarnation on what is owed to the one before is dropped, and frames of it
// that come late are refused.
// What is never answered (its partition was lost, and so the asker asks again) is forgotten after a while.
// Nothing of this survives a crash here: who asked hears nothing, and asks whoever leads then.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "actors/asks/asks.hpp"
#include "actors/asks/peer_processes.hpp"

namespace florin {

class ForwardedAsks {
 public:
  explicit ForwardedAsks(AskTime kept_for) : kept_for_(kept_for) {}

  // Gives the messages of the asker's `frame` (numbered from 1) their numbers here. False: it has come before, or its
  // process is gone: nothing is to be done.
  bool take(PeerProcess from, std::uint64_t frame, std::vector<Message>& messages, AskTime now);
  // Takes replies to forwarded messages out of `replies`, by asker, with the asker's numbers.
  std::map<PeerProcess, std::vector<Reply>> give_back(std::vector<Reply>& replies);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Owed {
    PeerProcess to;
    RequestId request;
    AskTime asked;
  };
  void forget_old(AskTime now);

  AskTime kept_for_;
  mutable std::mutex mutex_;
  std::map<RequestId, Owed> owed_;  // by the number here
  PeerProcesses askers_;
  RequestId last_ = 0;
  AskTime next_look_{0};
};

}  // namespace florin
