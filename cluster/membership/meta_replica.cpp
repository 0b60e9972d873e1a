// The map out of the log, and the next entry of it.
#include "cluster/membership/meta_replica.hpp"

#include <utility>

#include "base/assert.hpp"
#include "cluster/membership/next_choices.hpp"
#include "persistence/codec/entry_codec.hpp"

namespace florin {

Status<Error> MetaReplica::recover(EventLogReader& log, LogIndex committed) {
  for (LogIndex index = 1; index <= committed; ++index) {
    FLORIN_TRY(bytes, log.read(stream_, index));
    FLORIN_TRY_VOID(evolve_entry(bytes));
  }
  return Unit{};
}

Status<Error> MetaReplica::evolve_entry(std::string_view bytes) {
  FLORIN_TRY(entry, decode_entry(bytes, reads_));
  const EntryHeader& header = entry.header;
  const auto damaged = [&](const char* what) {
    return Err{Error{Errc::corrupt,
                     "entry " + std::to_string(header.index) + " of the meta group " + what}};
  };
  if (header.partition != stream_ || header.index != last_ + 1) return damaged("is out of place");
  if (header.previous_hash != last_hash_) return damaged("does not continue the hash chain");
  for (const Event& event : entry.events) {
    const bool is_ours = visit([]<class E>(const E&) { return MembershipEvent<E>; }, event);
    if (!is_ours) return damaged("has an event of a partition");
    evolve(map_, event, header.index);
  }
  last_ = header.index;
  last_hash_ = chain_hash(bytes);
  last_time_ = header.time;
  return check_level();
}

Status<Error> MetaReplica::check_level() const {
  if (map_.format_level <= reads_) return Unit{};
  return Err{Error{Errc::mismatch, "this cluster writes format level " +
                                       std::to_string(map_.format_level) +
                                       ", and this program reads up to " + std::to_string(reads_) +
                                       ": start this node with the version of the others"}};
}

Status<Error> MetaReplica::committed(LogIndex first, const std::vector<EntryBytes>& entries) {
  FLORIN_ASSERT(first == last_ + 1, "committed entries come without gaps");
  for (const EntryBytes& bytes : entries) FLORIN_TRY_VOID(evolve_entry(*bytes));
  if (proposed_ == 0 || last_ < proposed_) return Unit{};
  proposed_ = 0;
  if (const CommandDone done = std::exchange(in_progress_, nullptr)) done(last_);
  return Unit{};
}

void MetaReplica::leading(std::uint64_t reign, std::uint64_t term) {
  reign_ = reign;
  term_ = term;
  proposed_ = 0;
}

void MetaReplica::following() {
  reign_ = proposed_ = 0;
  if (const CommandDone done = std::exchange(in_progress_, nullptr)) done(NotLed{});
  for (const Waiting& waiting : std::exchange(waiting_, {})) waiting.done(NotLed{false});
}

void MetaReplica::command(ClusterCommand command, CommandDone done, CommandId id) {
  if (reign_ == 0) return done(NotLed{false});
  waiting_.push_back({std::move(command), std::move(done), id});
}

void MetaReplica::change(const ReplicaChanged& change, Timestamp now) {
  if (is_idle()) propose({change}, now);
}

void MetaReplica::work(Timestamp now, const ClusterFacts& facts) {
  while (is_idle() && !waiting_.empty()) {
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    auto decided = decide(map_, next.command);
    if (!decided) {
      next.done(decided.error());
    } else if (decided->empty()) {
      next.done(map_.version);  // it is so already
    } else {
      in_progress_ = std::move(next.done);
      std::vector<Event> events;
      for (Event& event : *decided)
        events.push_back(commanded(std::move(event), CommandSource{next.id, {}, {}, {}}));
      propose(events, now);
    }
  }
  if (!is_idle() || !map_.is_formed()) return;
  if (const auto events = next_choices(map_, facts); !events.empty()) propose(events, now);
}

void MetaReplica::propose(const std::vector<Event>& events, Timestamp now) {
  EntryBuilder builder;
  builder.begin();
  FormatLevel level = map_.format_level;
  for (const Event& event : events) {
    if (const auto* raised = get_if<FormatLevelRaised>(&event)) level = raised->level;
    FLORIN_ASSERT(wire::level_of_value(event) <= level, "not every node reads what is proposed");
    builder.add(event);
  }
  EntryHeader header;
  header.partition = stream_;
  header.term = term_;
  header.index = proposed_ = last_ + 1;
  header.time = std::max(now, last_time_);
  header.previous_hash = last_hash_;
  propose_(reign_, header.index, builder.finish(header));
}

}  // namespace florin
