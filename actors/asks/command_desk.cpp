// Commands to the leader of the meta group, and outcomes back.
#include "actors/asks/command_desk.hpp"

#include <utility>

namespace florin {

void CommandDesk::add(ClusterCommand command, CommandDone done, AskTime now) {
  commands_.add(std::move(command), std::move(done), now);
  send();
}

void CommandDesk::tick(AskTime now) {
  commands_.expire(now);
  send();
}

bool CommandDesk::take(NodeNumber from, Incarnation asker, NumberedCommand command) {
  const std::size_t asked = command.command.index();
  if (!commands_.take({from, asker}, command.number)) return false;
  auto answer = [this, from, asker, asked, number = command.number](const CommandOutcome& outcome) {
    ports_.answer(from,
                  frame_of(PeerMessage::outcome, asker, encode_outcome({number, asked, outcome})));
  };
  ports_.decide(std::move(command.command), std::move(answer), {from, asker, command.number});
  return true;
}

// To who leads the meta group, which any node may be asked for.
void CommandDesk::send() {
  const NodeNumber leader = leader_;
  commands_.send_to(leader, [this, leader](const NumberedCommand& command) {
    if (leader != self_)
      return ports_.ask(leader, frame_of(PeerMessage::command, process_, encode_command(command)));
    auto finish = [this, number = command.number,
                   asked = command.command.index()](const CommandOutcome& outcome) {
      commands_.finish({number, asked, outcome});
    };
    ports_.decide(command.command, std::move(finish), {self_, process_, command.number});
    return true;
  });
}

}  // namespace florin
