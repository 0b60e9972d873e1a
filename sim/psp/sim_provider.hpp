// SimProvider: the payment provider of a simulated cluster, its payers, and the way there and back. It hears the bytes of
// encoded HTTP requests, and says encoded HTTP answers and webhooks, as the real one does.
//
// Fault model, of calls: one certainly does not leave; is lost before it was executed, or its answer after that, and whoever called
// hears so by a time-out, or nothing; is answered late, twice, cut, with an empty body or a page of somebody on the way; is
// executed or not and answered 500, which is kept under its key or not; leaves twice; meets its key being worked on (409), too many others (429),
// a credential that is not taken for a moment (401). Of webhooks: late, twice, in another order, lost, or saying what is
// not true any more, or never was.
// Why the system must survive it: bytes and key are in the log before the first send, so what may have arrived is asked again under
// the same key; a state follows from reads and answers alone, and a webhook only makes it read.
//
// What becomes of a call is a function of seed, id and how often that id was called (as of SimOutsideWorld): a run in which
// nobody pays is as if this was not there.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "actors/messages/outside_call.hpp"
#include "sim/ports/event_queue.hpp"
#include "sim/psp/provider_desk.hpp"
#include "sim/psp/provider_options.hpp"
#include "sim/trace.hpp"

namespace florin::sim {

// By which name orders know it.
inline constexpr const char* sim_provider_name = "sim";

class SimProvider {
 public:
  using Answered = std::function<void(CallAnswer)>;
  struct Ports {
    std::function<void(std::string body)> webhook;  // arrives at the system
    std::function<void(const ProviderCapture& capture)> captured;
    // A page was made: a second one of an order would be seen here.
    std::function<void(const ProviderSession& session)> made;
    // What nobody may do: other bytes under a key that may have arrived.
    std::function<void(std::string what)> wrong;
  };

  // `begins_us`: what the provider's clock shows at the beginning, which is always right.
  SimProvider(EventQueue& events, Trace& trace, std::uint64_t seed, std::int64_t begins_us,
              Ports ports, ProviderOptions options = {});

  // `answered` runs once for each answer that arrives. What is wrong: the bytes are no request.
  std::optional<std::string> call(const OutsideCall& call, Answered answered);
  // No faults from now on; payers and webhooks go on.
  void heal();

  // No payer has anything to do any more, and no webhook is on its way.
  [[nodiscard]] bool is_quiet() const { return under_way_ == 0; }
  [[nodiscard]] const ProviderStore& store() const { return desk_.store(); }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }

 private:
  struct Fate;
  void execute(const OutsideCall& call, const psp::HttpRequest& request, const Fate& fate,
               const Answered& answered);
  psp::HttpAnswer work(const psp::HttpRequest& request, const Fate& fate);
  void answer(SimTime delay, const OutsideCall& call, psp::HttpAnswer answer,
              const Answered& answered);
  // Its payer is on the way.
  void await_payer(const std::string& session);
  void act(const std::string& session, std::uint8_t act);
  void tell(const std::string& type, const std::string& session);
  [[nodiscard]] std::int64_t now_us() const { return begins_us_ + events_.now(); }

  EventQueue& events_;
  Trace& trace_;
  std::uint64_t seed_;
  std::int64_t begins_us_;
  Ports ports_;
  ProviderOptions options_;
  ProviderDesk desk_;
  std::map<Uuid, std::uint32_t> times_;  // each id was called
  std::uint64_t calls_ = 0;
  std::uint64_t webhooks_ = 0;
  std::uint64_t under_way_ = 0;  // steps of payers, and webhooks
};

}  // namespace florin::sim
