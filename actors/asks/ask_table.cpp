// Asks from their first sending to their answer.
#include "actors/asks/ask_table.hpp"

#include <algorithm>
#include <utility>

#include "actors/asks/repeats.hpp"
#include "actors/messages/address.hpp"
#include "base/assert.hpp"

namespace florin {
void AskTable::open(std::uint64_t number, std::vector<Addressed>& messages, AskTime now,
                    AskTime patience, Done done) {
  const std::size_t count = messages.size();
  FLORIN_ASSERT(count != 0 && count < ask_id::items_max, "an ask has 1 to 65,535 messages");
  Pending pending;
  pending.replies.resize(count);
  pending.questions.reserve(count);
  pending.remaining = count;
  pending.deadline = now + patience;
  pending.done = std::move(done);
  for (std::size_t item = 0; item < count; ++item) {
    Message& message = messages[item].message;
    const RequestId request = ask_id::make(number, 0, item);
    set_request(message, request);
    set_command(message, {self_.node, self_.incarnation, request});
    pending.questions.push_back(question_of(message));
  }
  if (ask_again_for_.count() > 0) {
    pending.ask_again_until = now + std::min(ask_again_for_, patience);
    pending.kept.reserve(count);
    for (const Addressed& message : messages)
      pending.kept.push_back({message, router_.era(message.to)});
  }
  const bool is_new = pending_.emplace(number & ask_id::number_mask, std::move(pending)).second;
  FLORIN_ASSERT(is_new, "the number of an ask is not in use");
}

// --- replies -----------------------------------------------------------------------------------------------

std::optional<AskTable::Finished> AskTable::deliver(std::uint64_t number,
                                                    std::span<Reply> replies) {
  const auto found = pending_.find(number);
  if (found == pending_.end()) return std::nullopt;  // its patience was over
  for (Reply& reply : replies) take(found->second, reply);
  if (found->second.remaining > 0) return std::nullopt;
  return finish(found);
}

void AskTable::take(Pending& pending, Reply& reply) const {
  const std::size_t item = ask_id::item(reply.request);
  if (item >= pending.replies.size() || !answers(reply, pending.questions[item]))
    return on_unfit_(reply);
  auto& place = pending.replies[item];
  if (place.has_value()) return;
  if (const auto* refused = get_if<NotAccepted>(&reply.body);
      refused != nullptr && !pending.kept.empty()) {
    Kept& kept = pending.kept[item];
    // Of an earlier sending: the newest one may be decided this very moment.
    if (request_of(kept.message.message) != reply.request) return;
    if (keeps_asking(kept, *refused)) return;
  }
  place = std::move(reply);
  --pending.remaining;
}

// Somebody may be leader soon, or be it elsewhere already: take_due() sends it again.
bool AskTable::keeps_asking(Kept& kept, const NotAccepted& refused) {
  switch (refused.why) {
    case NotAccepted::Why::behind: return false;
    case NotAccepted::Why::overloaded:
    // Until all nodes are of one version: longer than a client waits.
    case NotAccepted::Why::level_too_low:
      // "Nothing was executed" would be said of all sendings, and is true of this one only.
      if (!kept.may_be_decided) return false;
      break;
    case NotAccepted::Why::lost:
      kept.may_be_decided = kept.may_be_decided || !is_read(kept.message.message);
      break;
    case NotAccepted::Why::stopping:
    case NotAccepted::Why::rebuilding:    // or somebody else leads soon
    case NotAccepted::Why::clock_unsure:  // it is handing over to a node whose clock is right
    case NotAccepted::Why::no_leader:
      // What may not be sent again was sent once since it was last certain, and that sending has done nothing.
      if (!may_be_sent_again(when_unsure(kept.message.message))) kept.may_be_decided = false;
      break;
  }
  kept.is_refused = true;
  const bool says_more =
      refused.why == NotAccepted::Why::clock_unsure || refused.why == NotAccepted::Why::rebuilding;
  kept.answer = says_more ? refused.why : NotAccepted::Why::no_leader;
  return true;
}

// --- once more ---------------------------------------------------------------------------------------------

std::vector<AskTable::Due> AskTable::take_due(AskTime now, std::vector<Finished>& finished) {
  std::vector<Due> due;
  if (ask_again_for_.count() == 0) return due;
  for (auto at = pending_.begin(); at != pending_.end();) {
    const auto next = std::next(at);
    if (auto messages = due_of(at->second, now); !messages.empty())
      due.push_back({at->first, std::move(messages)});
    if (at->second.remaining == 0) finished.push_back(finish(at));
    at = next;
  }
  return due;
}

std::vector<Addressed> AskTable::due_of(Pending& pending, AskTime now) const {
  std::vector<Addressed> due;
  for (std::size_t item = 0; item < pending.kept.size(); ++item) {
    Kept& kept = pending.kept[item];
    Message& message = kept.message.message;
    if (pending.replies[item].has_value()) continue;
    const std::uint64_t era = router_.era(kept.message.to);
    if (!kept.is_refused && era == kept.era) continue;
    if (!kept.is_refused && !is_read(message)) kept.may_be_decided = true;
    if (kept.may_be_decided && !may_be_sent_again(when_unsure(message))) continue;  // not known
    const RequestId request = request_of(message);
    const std::uint32_t attempt = ask_id::attempt(request) + 1;
    if (now >= pending.ask_again_until || attempt == ask_id::attempts_max) {
      if (kept.may_be_decided || !kept.is_refused) continue;  // patience decides
      refuse(pending, item, kept.answer);
      continue;
    }
    kept.era = era;
    kept.is_refused = false;
    set_request(message, ask_id::make(ask_id::number(request), attempt, item));
    due.push_back(kept.message);
  }
  return due;
}

// --- the end -------------------------------------------------------------------------------------------------

AskTable::Finished AskTable::finish(Asks::iterator at) {
  Finished finished{std::move(at->second.replies), std::move(at->second.done)};
  pending_.erase(at);
  return finished;
}

void AskTable::refuse(Pending& pending, std::size_t item, NotAccepted::Why why) {
  pending.replies[item] =
      Reply{request_of(pending.kept[item].message.message), {}, NotAccepted{why}};
  --pending.remaining;
}

// Of a cluster: a read that nobody has answered is one that no leader could confirm, and it has changed nothing.
void AskTable::name_unanswered_reads(Pending& pending) {
  for (std::size_t item = 0; item < pending.kept.size(); ++item)
    if (!pending.replies[item] && is_read(pending.kept[item].message.message))
      refuse(pending, item, NotAccepted::Why::no_leader);
}

std::vector<AskTable::Finished> AskTable::take_expired(AskTime now) {
  std::vector<Finished> expired;
  for (auto at = pending_.begin(); at != pending_.end();) {
    const auto next = std::next(at);
    if (at->second.deadline <= now) {
      name_unanswered_reads(at->second);
      expired.push_back(finish(at));
    }
    at = next;
  }
  return expired;
}

}  // namespace florin
