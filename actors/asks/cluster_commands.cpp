// command: u64 number | u8 kind | u16 node | texts; FormCluster never travels. outcome: u64 number | u8 kind | u8 end ...
#include "actors/asks/cluster_commands.hpp"

#include <utility>
#include <vector>

#include "base/little_endian.hpp"
#include "base/overloaded.hpp"

namespace florin {
namespace {

enum class Kind : std::uint8_t { add = 1, drain = 2, resume = 3, remove = 4, rebalance = 5 };
enum class End : std::uint8_t { done = 1, refused = 2, not_led = 3 };

template <class E>
void put_kind(std::string& out, E kind) {
  append_le(out, static_cast<std::uint8_t>(kind));
}

}  // namespace

std::string encode_command(const NumberedCommand& command) {
  std::string out;
  append_le(out, command.number);
  const auto put = [&](Kind kind, NodeNumber node) {
    put_kind(out, kind);
    append_le(out, std::uint16_t{node});
  };
  std::visit(
      Overloaded{[&](const AddNode& c) {
                   put(Kind::add, c.member.node);
                   append_text(out, c.member.peer);
                   append_text(out, c.member.http);
                 },
                 [&](const DrainNode& c) { put(Kind::drain, c.node); },
                 [&](const ResumeNode& c) { put(Kind::resume, c.node); },
                 [&](const RemoveNode& c) { put(Kind::remove, c.node); },
                 [&](const Rebalance&) { put(Kind::rebalance, 0); }, [](const FormCluster&) {}},
      command.command);
  return out;
}

std::optional<NumberedCommand> decode_command(std::string_view body) {
  const auto number = take_le<std::uint64_t>(body);
  const auto kind = take_le<std::uint8_t>(body);
  const auto node = take_le<std::uint16_t>(body);
  if (!number || !kind || !node) return std::nullopt;
  const auto whole = [&](ClusterCommand command) -> std::optional<NumberedCommand> {
    if (!body.empty()) return std::nullopt;
    return NumberedCommand{*number, std::move(command)};
  };
  switch (static_cast<Kind>(*kind)) {
    case Kind::add: {
      auto peer = take_text(body);
      auto http = take_text(body);
      if (!peer || !http) return std::nullopt;
      return whole(AddNode{{*node, std::move(*peer), std::move(*http)}});
    }
    case Kind::drain: return whole(DrainNode{*node});
    case Kind::resume: return whole(ResumeNode{*node});
    case Kind::remove: return whole(RemoveNode{*node});
    case Kind::rebalance: return whole(Rebalance{});
  }
  return std::nullopt;
}

std::string encode_outcome(const NumberedOutcome& outcome) {
  std::string out;
  append_le(out, outcome.number);
  append_le(out, static_cast<std::uint8_t>(outcome.asked));
  std::visit(Overloaded{[&](LogIndex version) {
                          put_kind(out, End::done);
                          append_le(out, std::uint64_t{version});
                        },
                        [&](const MembershipError& error) {
                          put_kind(out, End::refused);
                          put_kind(out, error.code);
                          append_text(out, error.message);
                        },
                        [&](const NotLed&) { put_kind(out, End::not_led); }},
             outcome.outcome);
  return out;
}

std::optional<NumberedOutcome> decode_outcome(std::string_view body) {
  const auto number = take_le<std::uint64_t>(body);
  const auto asked = take_le<std::uint8_t>(body);
  const auto kind = take_le<std::uint8_t>(body);
  if (!number || !asked || !kind || *asked >= std::variant_size_v<ClusterCommand>)
    return std::nullopt;
  const auto whole = [&](CommandOutcome outcome) -> std::optional<NumberedOutcome> {
    if (!body.empty()) return std::nullopt;
    return NumberedOutcome{*number, *asked, std::move(outcome)};
  };
  switch (static_cast<End>(*kind)) {
    case End::done: {
      const auto version = take_le<std::uint64_t>(body);
      return version ? whole(LogIndex{*version}) : std::nullopt;
    }
    case End::refused: {
      const auto code = take_le<std::uint8_t>(body);
      auto message = take_text(body);
      if (!code || !message || *code == 0 ||
          *code > static_cast<std::uint8_t>(MembershipRefusal::last_active_node))
        return std::nullopt;
      return whole(MembershipError{static_cast<MembershipRefusal>(*code), std::move(*message)});
    }
    case End::not_led: return whole(NotLed{});
  }
  return std::nullopt;
}

void ClusterCommands::add(ClusterCommand command, CommandDone done, AskTime now) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(++last_, Waiting{std::move(command), std::move(done), now + patience_});
}

// Marked as sent before it is: the answer may come while `send` runs.
void ClusterCommands::send_to(NodeNumber leader, const Send& send) {
  if (leader == 0) return;
  std::vector<NumberedCommand> out;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [number, waiting] : waiting_) {
      if (std::exchange(waiting.sent_to, leader) != leader)
        out.push_back({number, waiting.command});
    }
  }
  for (const NumberedCommand& command : out) {
    const bool is_sent = send(command);
    const std::lock_guard lock(mutex_);
    const auto waiting = waiting_.find(command.number);
    if (waiting == waiting_.end()) continue;
    if (is_sent)
      waiting->second.may_be_done = true;
    else
      waiting->second.sent_to = 0;
  }
}

bool ClusterCommands::finish(const NumberedOutcome& outcome) {
  CommandDone done;
  {
    const std::lock_guard lock(mutex_);
    const auto waiting = waiting_.find(outcome.number);
    if (waiting == waiting_.end()) return true;
    if (waiting->second.command.index() != outcome.asked) return false;
    if (std::holds_alternative<NotLed>(outcome.outcome)) {
      waiting->second.sent_to = 0;
      return true;
    }
    done = std::move(waiting->second.done);
    waiting_.erase(waiting);
  }
  done(outcome.outcome);
  return true;
}

void ClusterCommands::expire(AskTime now) {
  std::vector<Waiting> over;
  {
    const std::lock_guard lock(mutex_);
    for (auto it = waiting_.begin(); it != waiting_.end();) {
      if (it->second.until > now) {
        ++it;
        continue;
      }
      over.push_back(std::move(it->second));
      it = waiting_.erase(it);
    }
  }
  for (const Waiting& waiting : over) waiting.done(NotLed{waiting.may_be_done});
}

void ClusterCommands::end_all() { expire(AskTime::max()); }

}  // namespace florin
