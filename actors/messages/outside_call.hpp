// Calls to the outside (a payment provider, a bank), and what comes back. Plain values; nobody here knows who is called.
//
// A call has one id for ever. Whoever is called knows a repeat by it, so making a call again does nothing twice; how often a
// call was made, and by which process, is nowhere kept. What an outcome may mean is less than one would like: `unknown` is
// never "failed", and never a reason for another id.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "actors/messages/messages.hpp"
#include "psp/http_message.hpp"

namespace florin {

struct OutsideCall {
  std::string port;  // whom, by the name under which this cluster knows it
  // The key under which whoever is called knows it: logged before the call leaves, or derived from what is.
  Uuid id;
  std::uint32_t send = 0;                    // which time it leaves; its answer says so again
  std::shared_ptr<const std::string> bytes;  // never null; of a call made again the same ones
  ActorId from;                              // who called, and hears the answer
};

enum class CallOutcome : std::uint8_t {
  not_sent,  // certainly: it may be made again at once, or given up
  answered,  // `bytes` are what was said, yes or no
  unknown,   // it may have been executed: only the same call, under the same id, finds out
};

// What an exchange came to, as far as the caller may rely on it.
constexpr CallOutcome outcome_of(psp::HttpEnd end) {
  switch (end) {
    case psp::HttpEnd::not_sent: return CallOutcome::not_sent;
    case psp::HttpEnd::whole: return CallOutcome::answered;
    case psp::HttpEnd::no_answer:
    case psp::HttpEnd::cut:
    case psp::HttpEnd::too_large: break;
  }
  return CallOutcome::unknown;
}

struct CallAnswer {
  ActorId to;
  std::string port;
  Uuid id;
  std::uint32_t send =
      0;  // of OutsideCall: what is true of an earlier one proves nothing of a later
  CallOutcome outcome = CallOutcome::unknown;
  std::string bytes;
};

// Of a list of messages: one brings such an answer.
template <class List>
concept HearsCallAnswers = requires(const CallAnswer& answer) {
  List::answer_message(answer);
};

// The message by which the actor that called hears it. None: its kind never calls.
std::optional<Message> answer_message(const CallAnswer& answer);

}  // namespace florin
