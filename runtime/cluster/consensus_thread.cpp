// Takes what has queued up, runs a round, syncs the journal, ends the round; ticks in between.
#include "runtime/cluster/consensus_thread.hpp"

#include "base/overloaded.hpp"

namespace florin {

using std::chrono::steady_clock;

namespace {

// A round costs hundreds of microseconds of CPU whatever is in it, and what comes while it runs is usually the rest of
// what came before it. So rounds that are full begin at most so often, and take more at once; with few messages the next
// one begins at once, as a lone client would otherwise wait at every step. 64 single transfers in flight on three nodes
// of one machine: 2,400 -> 3,200/s, CPU -25 %.
constexpr std::size_t messages_of_a_full_round = 8;
constexpr std::chrono::microseconds between_full_rounds{1000};
// What is committed reaches the followers of a quiet group after one or two of these.
constexpr std::chrono::milliseconds between_releases{5};

}  // namespace

ConsensusThread::ConsensusThread(ReplicatedLog& log, CountingWriter& journal,
                                 std::chrono::milliseconds tick, Observer observer)
    : log_(log),
      journal_(journal),
      round_(log, journal),
      tick_(tick),
      observer_(std::move(observer)) {}

void ConsensusThread::start() {
  next_tick_ = steady_clock::now() + tick_;
  thread_ = end_.begin([this] { run_rounds(); });
}

void ConsensusThread::propose(GroupNumber group, Reign reign, LogIndex index, std::string entry) {
  push(Propose{group, reign, index, std::move(entry)});
}
void ConsensusThread::confirm(GroupNumber group, Reign reign, std::uint64_t ticket) {
  push(Confirm{group, reign, ticket});
}
void ConsensusThread::receive(NodeNumber from, std::string frame) {
  push(Receive{from, std::move(frame)});
}
void ConsensusThread::unreachable(NodeNumber node) { push(Unreachable{node}); }
void ConsensusThread::hand_over(GroupNumber group, NodeNumber to) { push(HandOver{group, to}); }

void ConsensusThread::run(std::function<void()> task) { push(std::move(task)); }

void ConsensusThread::push(Input input) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    inputs_.push_back(std::move(input));
    wake = sleeping_;
  }
  if (wake) condition_.notify_one();
}

void ConsensusThread::begin_to_end() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  condition_.notify_one();
}

void ConsensusThread::end(std::function<void()> ended) {
  begin_to_end();
  end_.then(std::move(ended));
}

void ConsensusThread::stop() {
  begin_to_end();
  if (thread_.joinable()) thread_.join();
}

// False: stopping.
bool ConsensusThread::take_inputs(bool wait) {
  std::vector<Input> inputs;
  {
    std::unique_lock lock(mutex_);
    if (wait) {
      sleeping_ = true;
      const auto until = log_.holds_commits() ? std::min(next_tick_, next_release_) : next_tick_;
      condition_.wait_until(lock, until, [this] { return stopping_ || !inputs_.empty(); });
      sleeping_ = false;
    }
    if (steady_clock::now() < next_round_)
      condition_.wait_until(lock, next_round_, [this] { return stopping_; });
    if (stopping_) return false;
    inputs.swap(inputs_);
  }
  for (Input& input : inputs)
    visit(Overloaded{
              [this](Propose& i) { log_.propose(i.group, i.reign, i.index, std::move(i.entry)); },
              [this](Confirm& i) { log_.confirm(i.group, i.reign, i.ticket); },
              [this](Receive& i) { log_.receive(i.from, std::move(i.frame)); },
              [this](Unreachable& i) { log_.unreachable(i.node); },
              [this](HandOver& i) { log_.hand_over(i.group, i.to); },
              [](std::function<void()>& task) { task(); },
          },
          input);
  return true;
}

// A machine that stood still must not make up for it with a burst of ticks: that would be an election.
void ConsensusThread::run_rounds() {
  while (take_inputs(!log_.has_work())) {
    if (const auto now = steady_clock::now(); now >= next_tick_) {
      log_.tick();
      next_tick_ = now + tick_;
      if (observer_.looked) observer_.looked(log_.status());
    }
    release_commits();
    if (!log_.has_work()) continue;
    if (auto done = run_round(); !done) return observer_.failed(done.error());
  }
}

void ConsensusThread::release_commits() {
  if (!log_.holds_commits() || steady_clock::now() < next_release_) return;
  log_.release_commits();
  next_release_ = steady_clock::now() + between_releases;
}

Status<Error> ConsensusThread::run_round() {
  if (log_.waiting() >= messages_of_a_full_round)
    next_round_ = steady_clock::now() + between_full_rounds;
  do {
    const bool syncs = round_.next() == LogRound::Step::sync;
    const auto begin = syncs ? steady_clock::now() : steady_clock::time_point();
    FLORIN_TRY_VOID(round_.take_step());
    if (syncs) note_sync(steady_clock::now() - begin);
  } while (round_.is_under_way());
  return Unit{};
}

void ConsensusThread::note_sync(std::chrono::nanoseconds time) {
  const CountingWriter::Counts written = journal_.take_counts();
  if (observer_.synced) observer_.synced(written.entries, written.bytes, time);
}

}  // namespace florin
