// Start, calls, stop.
#include "runtime/outside/node_outside.hpp"

#include "actors/messages/address.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/outside/outside_actor.hpp"

namespace florin {
namespace {

// Behind a drain, which has waited already: what is given up then may have been executed, and is asked for again.
constexpr std::chrono::milliseconds last_answers_time{500};

// As the message of the kind that called. A kind that never calls gets none: nobody asked for it.
void tell_answer(const NodeOutside::Ports& ports, const CallAnswer& answer) {
  auto message = answer_message(answer);
  if (!message)
    return log_error("an answer from outside is nobody's",
                     {{"port", answer.port}, {"call", answer.id}, {"actor", to_string(answer.to)}});
  std::vector<Message> messages;
  messages.push_back(std::move(*message));
  ports.tell(answer.to.partition, std::move(messages));
}

}  // namespace

Status<Error> NodeOutside::start(std::vector<outside::OutsideParty> parties, Ports ports) {
  if (parties.empty()) return Unit{};
  outside::ExecutorOptions options;
  options.parties = std::move(parties);
  options.drain_time_max = last_answers_time;
  if (ports.keep_raw)
    options.keep_raw = [keep = ports.keep_raw](const OutsideCall&, const psp::HttpAnswer& answer) {
      keep(answer.body);
    };
  options.answered = [ports = std::move(ports)](const CallAnswer& answer) {
    tell_answer(ports, answer);
  };
  FLORIN_TRY(executor, outside::OutsideExecutor::start(std::move(options)));
  executor_ = std::move(executor);
  metrics_.outside(&executor_->metrics());
  outside::OutsideExecutor& thread = *executor_;
  const OutsidePorts actor_ports{
      .thread = {.pass = [&thread](ThreadPorts::Told told) { thread.pass(std::move(told)); },
                 .end = [&thread](ThreadPorts::Told told) { thread.end(std::move(told)); },
                 .is_drained = [&thread] { return thread.is_drained(); }},
      .submit = [&thread](OutsideCall call) { thread.submit(std::move(call)); }};
  controls_.put_control_before(NodePart::outside, "the thread of calls outside",
                               [actor_ports](caf::actor_system& actors) {
                                 return ThreadControl(actors.spawn<OutsideActor>(actor_ports));
                               });
  return Unit{};
}

void NodeOutside::call(std::vector<OutsideCall> calls) {
  const ThreadControl control = controls_.control_of(NodePart::outside);
  if (control)
    return caf::anon_send(caf::actor_cast<OutsideControl>(control), CallAtom::value,
                          OwedCalls{std::move(calls)});
  for (const OutsideCall& call : calls)
    log_error("a call to the outside was not made: this node has nobody who makes it",
              {{"port", call.port}, {"call", call.id}, {"actor", to_string(call.from)}});
}

bool NodeOutside::drain(std::chrono::milliseconds time_max) {
  return executor_ == nullptr || controls_.drain(NodePart::outside, time_max);
}

void NodeOutside::stop() {
  if (executor_ == nullptr) return;
  controls_.stop(NodePart::outside);
  executor_->stop();
  metrics_.outside(nullptr);
}

}  // namespace florin
