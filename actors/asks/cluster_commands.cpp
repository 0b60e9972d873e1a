// command: u64 number | u8 kind | u16 node | texts; FormCluster never travels. outcome: u64 number | u8 kind | u8 end ...
#include "actors/asks/cluster_commands.hpp"

#include <utility>
#include <vector>

#include "actors/asks/repeats.hpp"
#include "base/little_endian.hpp"
#include "base/overloaded.hpp"

namespace florin {
namespace {

enum class Kind : std::uint8_t {
  add = 1,
  drain = 2,
  resume = 3,
  remove = 4,
  rebalance = 5,
  rejoin = 6,
};
enum class End : std::uint8_t { done = 1, refused = 2, not_led = 3, unknown = 4 };

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
  visit(Overloaded{[&](const AddNode& c) {
                     put(Kind::add, c.member.node);
                     append_text(out, c.member.peer);
                     append_text(out, c.member.http);
                   },
                   [&](const DrainNode& c) { put(Kind::drain, c.node); },
                   [&](const ResumeNode& c) { put(Kind::resume, c.node); },
                   [&](const RemoveNode& c) { put(Kind::remove, c.node); },
                   [&](const Rebalance&) { put(Kind::rebalance, 0); },
                   [&](const RejoinNode& c) { put(Kind::rejoin, c.node); },
                   [](const FormCluster&) {}},
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
    case Kind::rejoin: return whole(RejoinNode{*node});
  }
  return std::nullopt;
}

std::string encode_outcome(const NumberedOutcome& outcome) {
  std::string out;
  append_le(out, outcome.number);
  append_le(out, static_cast<std::uint8_t>(outcome.asked));
  visit(Overloaded{
            [&](LogIndex version) {
              put_kind(out, End::done);
              append_le(out, std::uint64_t{version});
            },
            [&](const MembershipError& error) {
              put_kind(out, End::refused);
              put_kind(out, error.code);
              append_text(out, error.message);
            },
            [&](const NotLed& e) { put_kind(out, e.is_unknown ? End::unknown : End::not_led); }},
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
    case End::not_led: return whole(NotLed{false});
    case End::unknown: return whole(NotLed{true});
  }
  return std::nullopt;
}

void ClusterCommands::add(ClusterCommand command, CommandDone done, AskTime now) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(++last_, Waiting{std::move(command), std::move(done), now + patience_});
}

// Marked as sent before it is: the outcome may come while `send` runs. Under a new number: whatever is still said of an
// earlier sending is about nothing.
void ClusterCommands::send_to(NodeNumber leader, const Send& send) {
  if (leader == 0) return;
  std::vector<NumberedCommand> out;
  {
    const std::lock_guard lock(mutex_);
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, waiting] : waiting_)
      if (!waiting.may_be_done) numbers.push_back(number);
    for (const std::uint64_t number : numbers) {
      auto node = waiting_.extract(number);
      node.key() = ++last_;
      node.mapped().may_be_done = true;
      out.push_back({node.key(), node.mapped().command});
      waiting_.insert(std::move(node));
    }
  }
  for (const NumberedCommand& command : out) {
    if (send(command)) continue;
    const std::lock_guard lock(mutex_);
    const auto waiting = waiting_.find(command.number);
    if (waiting != waiting_.end()) waiting->second.may_be_done = false;
  }
}

bool ClusterCommands::finish(const NumberedOutcome& outcome) {
  CommandDone done;
  {
    const std::lock_guard lock(mutex_);
    const auto waiting = waiting_.find(outcome.number);
    if (waiting == waiting_.end()) return true;
    if (waiting->second.command.index() != outcome.asked) return false;
    const auto* not_led = get_if<NotLed>(&outcome.outcome);
    const bool may_repeat = may_be_sent_again(when_unsure(waiting->second.command));
    if (not_led != nullptr && (!not_led->is_unknown || may_repeat)) {
      waiting->second.may_be_done = false;
      return true;
    }
    done = std::move(waiting->second.done);
    waiting_.erase(waiting);
  }
  done(outcome.outcome);
  return true;
}

bool ClusterCommands::take(PeerProcess from, std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  return askers_.hear(from, number) != PeerProcesses::Heard::not_again;
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
