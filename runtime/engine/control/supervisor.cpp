// Watches, asks, and does what the table says.
#include "runtime/engine/control/supervisor.hpp"

#include <utility>

namespace florin {

Supervisor::behavior_type Supervisor::make_behavior() {
  set_down_handler([this](const caf::down_msg& down) { ended(down); });
  delayed_send(this, options_.ask_every, TickAtom::value);
  return {
      [this](WatchAtom, const Watched& watched) { watch(watched); },
      [this](TickAtom) {
        delayed_send(this, options_.ask_every, TickAtom::value);
        ask_everybody();
      },
  };
}

// One that has ended already says so at once.
void Supervisor::watch(Watched watched) {
  monitor(watched.actor);
  const caf::actor_id id = watched.actor.id();
  all_[id].watched = std::move(watched);
}

// Who has not answered the last question is not asked another one: what waits in a queue that stands still stays bounded.
void Supervisor::ask_everybody() {
  for (auto& [id, one] : all_) {
    if (std::exchange(one.is_asked, true)) continue;
    request(one.watched.actor, options_.patience, HealthAtom::value)
        .then([this, id = id](DoneAtom) { heard(id, true); },
              [this, id = id](const caf::error& error) {
                // Of one that has ended the down message speaks.
                if (error == caf::sec::request_timeout) heard(id, false);
              });
  }
}

void Supervisor::heard(caf::actor_id id, bool in_time) {
  const auto found = all_.find(id);
  if (found == all_.end()) return;
  One& one = found->second;
  one.is_asked = false;
  const bool was_silent = std::exchange(one.is_silent, !in_time);
  if (was_silent == in_time) ports_.answers(one.watched, in_time);
}

void Supervisor::ended(const caf::down_msg& down) {
  auto gone = all_.extract(down.source.id());
  if (gone.empty()) return;
  One& one = gone.mapped();
  if (one.is_silent) ports_.answers(one.watched, true);  // nobody is left who could be silent
  if (down.reason == caf::exit_reason::user_shutdown) return;
  const std::string reason = caf::to_string(down.reason);
  switch (verdict_on_end(one.watched.part).what) {
    case AfterEnd::end_node: return ports_.end_node(one.watched, reason);
    case AfterEnd::restart:
      one.watched.actor = one.watched.again();
      ports_.restarted(one.watched, reason);
      return watch(std::move(one.watched));
  }
}

}  // namespace florin
