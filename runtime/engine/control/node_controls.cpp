// The supervisor and the control actors of one node.
#include "runtime/engine/control/node_controls.hpp"

#include <algorithm>
#include <utility>

#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

std::string manager_name(std::uint32_t partition) {
  return "the manager of partition " + std::to_string(partition);
}

// --- start ---------------------------------------------------------------------------------------------------

void NodeControls::start(caf::actor_system& actors, SupervisorOptions options) {
  actors_ = &actors;
  supervisor_ = actors.spawn<Supervisor>(supervisor_ports(), options);
  // Who watches the others is watched without an actor.
  supervisor_->attach_functor([this](const caf::error& reason) {
    if (reason != caf::exit_reason::user_shutdown)
      ended(NodePart::supervisor, "the supervisor", caf::to_string(reason));
  });
}

SupervisorPorts NodeControls::supervisor_ports() {
  SupervisorPorts ports;
  ports.end_node = [this](const Watched& who, const std::string& reason) {
    ended(who.part, who.name, reason);
  };
  ports.restarted = [this](const Watched& who, const std::string& reason) {
    metrics_.part_restarted(who.part);
    log_error("an actor of this node has ended and was made again",
              {{"actor", who.name}, {"reason", reason}});
  };
  ports.answers = [this](const Watched& who, bool answers) { note(who, answers); };
  return ports;
}

void NodeControls::put_before(NodePart thread, std::string name, ThreadPorts ports) {
  put_control_before(thread, std::move(name),
                     [ports = std::move(ports)](caf::actor_system& actors) {
                       return ThreadControl(actors.spawn<ThreadControlActor>(ports));
                     });
}

void NodeControls::put_control_before(NodePart thread, std::string name, MakeControl make) {
  Watched watched;
  watched.part = thread;
  watched.name = std::move(name);
  watched.actor = make_control(thread, make);
  watched.again = [this, thread, make = std::move(make)] { return make_control(thread, make); };
  caf::anon_send(supervisor_, WatchAtom::value, std::move(watched));
}

HealthActor NodeControls::make_control(NodePart thread, const MakeControl& make) {
  const ThreadControl control = make(*actors_);
  const std::lock_guard lock(mutex_);
  controls_[thread] = control;
  return control;
}

ThreadControl NodeControls::control_of(NodePart thread) const {
  const std::lock_guard lock(mutex_);
  const auto found = controls_.find(thread);
  return found == controls_.end() ? ThreadControl{} : found->second;
}

// --- questions -------------------------------------------------------------------------------------------------

template <class Question>
bool NodeControls::ask(NodePart thread, std::chrono::milliseconds time_max, Question question) {
  const ThreadControl control = control_of(thread);
  if (!control) return false;
  bool is_done = false;
  caf::scoped_actor self(*actors_);
  self->request(control, time_max, question)
      .receive([&](DoneAtom) { is_done = true; },
               [&](const caf::error& error) {
                 log_warning("a thread of this node did not do in time what it was asked for",
                             {{"thread", std::string(to_string(thread))},
                              {"question", caf::to_string(question)},
                              {"reason", caf::to_string(error)}});
               });
  return is_done;
}

template bool NodeControls::ask(NodePart, std::chrono::milliseconds, CheckpointAtom);
template bool NodeControls::ask(NodePart, std::chrono::milliseconds, DrainAtom);
template bool NodeControls::ask(NodePart, std::chrono::milliseconds, StopAtom);

void NodeControls::wait_for(const std::vector<caf::strong_actor_ptr>& actors) {
  caf::scoped_actor self(*actors_);
  self->wait_for(actors);
}

// --- news ------------------------------------------------------------------------------------------------------

void NodeControls::ended(NodePart part, const std::string& name, const std::string& reason) {
  log_error("an actor of this node has ended unasked: the node ends",
            {{"actor", name},
             {"reason", reason},
             {"exit_code", static_cast<std::int64_t>(verdict_on_end(part).exit_code)}});
  end_node_(Error{Errc::unavailable, name + " has ended: " + reason});
}

void NodeControls::note(const Watched& who, bool answers) {
  {
    const std::lock_guard lock(mutex_);
    if (answers)
      silent_.erase(who.actor.id());
    else
      silent_.insert_or_assign(who.actor.id(), Silent{who.part, who.name});
    const auto silent = std::ranges::count_if(
        silent_, [&](const auto& one) { return one.second.part == who.part; });
    metrics_.parts_silent(who.part, static_cast<std::size_t>(silent));
    can_serve_ = std::ranges::none_of(silent_, [](const auto& one) {
      return verdict_on_silence(one.second.part) == WhileSilent::not_ready;
    });
    metrics_.stands_still(!can_serve_);
  }
  say(who, answers);
}

void NodeControls::say(const Watched& who, bool answers) {
  if (answers) return log_info("a part of this node answers again", {{"part", who.name}});
  const bool serves = verdict_on_silence(who.part) == WhileSilent::only_said;
  log_error("a part of this node does not answer",
            {{"part", who.name},
             {"effect", serves ? "the rest of the node goes on"
                               : "the node is not ready until it answers again"}});
}

std::string NodeControls::why_not() const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, silent] : silent_)
    if (verdict_on_silence(silent.part) == WhileSilent::not_ready)
      return "This node stands still: " + silent.name + " does not answer.";
  return {};
}

// --- stop ------------------------------------------------------------------------------------------------------

void NodeControls::stop_watching() {
  if (supervisor_) caf::anon_send_exit(supervisor_, caf::exit_reason::user_shutdown);
}

void NodeControls::leave() {
  const std::lock_guard lock(mutex_);
  for (const auto& [thread, control] : controls_)
    caf::anon_send_exit(control, caf::exit_reason::user_shutdown);
  controls_.clear();
  supervisor_ = nullptr;
}

}  // namespace florin
