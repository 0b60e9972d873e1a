// Commands to bytes, bytes to Readys, and the order of calls that the contract asks for. See glue/ for the rest.
#include "cluster/consensus/etcd_raft_engine.hpp"

#include <cstdlib>
#include <set>
#include <utility>

#include "base/assert.hpp"
#include "cluster/consensus/engine_codec.hpp"

// Made by `go build`; written out because Go's own header is C with GNU extensions.
extern "C" {
void er_start(int gc_percent, long long memory_limit, int threads_max);
int er_node_new();
void er_node_free(int node);
int er_cycle(int node, void* commands, std::size_t size, void** out, std::size_t* out_size);
void er_seed(long long seed);
}

namespace florin::consensus {
namespace {

// The numbers of glue/node.go.
enum Command : std::uint8_t {
  command_tick_all = 1,
  command_step,
  command_propose,
  command_propose_change,
  command_advance,
  command_read_index,
  command_transfer_leader,
  command_compact,
  command_report_unreachable,
  command_report_snapshot,
  command_report_progress,
  command_open,
  command_close,
  command_campaign,
};

constexpr int rc_panic = -1;

class EtcdRaftEngine final : public ConsensusEngine {
 public:
  explicit EtcdRaftEngine(EngineOptions options) : options_(std::move(options)) {
    er_start(options_.gc_percent, options_.memory_limit_bytes, options_.threads_max);
    node_ = er_node_new();
  }
  ~EtcdRaftEngine() override { er_node_free(node_); }

  CommandNumber open(const GroupConfig& config) override {
    const auto number = writer_.begin(command_open, config.group);
    put_config(writer_, config);
    writer_.end();
    opening_.insert(config.group);
    return number;
  }
  CommandNumber close(GroupId group) override {
    out_.erase(group);
    opening_.erase(group);
    return plain(command_close, group);
  }
  CommandNumber advance(GroupId group) override {
    FLORIN_ASSERT(out_.erase(group) == 1, "advance of a group whose Ready is not out");
    return plain(command_advance, group);
  }
  CommandNumber tick_all() override { return plain(command_tick_all, 0); }
  CommandNumber step(GroupId group, std::string_view message) override {
    const auto number = begin(command_step, group);
    writer_.put_bytes(message);
    writer_.end();
    return number;
  }
  CommandNumber propose(GroupId group, const Handle& handle) override {
    FLORIN_ASSERT(handle.kind == EntryKind::turn);
    const auto number = begin(command_propose, group);
    writer_.put(handle);
    writer_.end();
    return number;
  }
  CommandNumber propose_change(GroupId group, const Change& change, const Handle& handle) override {
    FLORIN_ASSERT(handle.kind == EntryKind::change);
    const auto number = begin(command_propose_change, group);
    writer_.put(static_cast<std::uint8_t>(change.type));
    writer_.put(change.replica);
    writer_.put(handle);
    writer_.end();
    return number;
  }
  CommandNumber read_index(GroupId group, std::uint64_t context) override {
    return with_number(command_read_index, group, context);
  }
  CommandNumber hand_over(GroupId group, ReplicaId to) override {
    return with_number(command_transfer_leader, group, to);
  }
  CommandNumber campaign(GroupId group) override {
    begin(command_campaign, group);
    return end();
  }
  CommandNumber compact(GroupId group, LogIndex index) override {
    return with_number(command_compact, group, index);
  }
  CommandNumber report_unreachable(GroupId group, ReplicaId peer) override {
    return with_number(command_report_unreachable, group, peer);
  }
  CommandNumber report_snapshot(GroupId group, ReplicaId peer, bool installed) override {
    const auto number = begin(command_report_snapshot, group);
    writer_.put(peer);
    writer_.put(static_cast<std::uint8_t>(installed));
    writer_.end();
    return number;
  }
  CommandNumber report_progress(GroupId group) override {
    begin(command_report_progress, group);
    return end();
  }

  CycleReport cycle(const std::function<void(const Ready&)>& on_ready) override {
    ReadyReader reader(call());
    opening_.clear();
    contents_.read_report(reader);
    for (auto count = reader.u32(); count > 0; --count) {
      const auto& ready = contents_.read_ready(reader);
      out_.insert(ready.group);
      on_ready(ready);
    }
    FLORIN_ASSERT(reader.at_end());
    return contents_.report();
  }

 private:
  // A group stands still until it has told its configuration, and while its Ready is out.
  CommandNumber begin(Command command, GroupId group) {
    FLORIN_ASSERT(!opening_.contains(group), "a command for a group that was opened in this cycle");
    FLORIN_ASSERT(!out_.contains(group),
                  "a command for a group whose Ready is out: advance() comes first");
    return last_ = writer_.begin(command, group);
  }
  CommandNumber end() {
    writer_.end();
    return last_;
  }
  CommandNumber plain(Command command, GroupId group) {
    last_ = writer_.begin(command, group);
    return end();
  }
  CommandNumber with_number(Command command, GroupId group, std::uint64_t number) {
    begin(command, group);
    writer_.put(number);
    return end();
  }

  std::string_view call() {
    void* out = nullptr;
    std::size_t size = 0;
    // The glue only reads; cgo has no const.
    void* commands = const_cast<char*>(writer_.bytes().data());
    const int rc = er_cycle(node_, commands, writer_.bytes().size(), &out, &size);
    writer_.clear();
    if (rc != 0)
      die(rc, rc == rc_panic ? std::string_view(static_cast<const char*>(out), size) : "");
    return {static_cast<const char*>(out), size};
  }

  [[noreturn]] void die(int rc, std::string_view why) {
    const std::string text =
        "the consensus engine returned " + std::to_string(rc) + ": " + std::string(why);
    if (options_.on_panic) options_.on_panic(text);
    assert_failed("er_cycle() == 0", __FILE__, __LINE__, text);
  }

  EngineOptions options_;
  int node_ = -1;
  CommandWriter writer_;
  CommandNumber last_ = 0;
  std::set<GroupId> opening_;  // opened in this cycle
  std::set<GroupId> out_;      // between their Ready and their advance()

  CycleContents contents_;
};

}  // namespace

std::unique_ptr<ConsensusEngine> make_etcd_raft_engine(EngineOptions options) {
  return std::make_unique<EtcdRaftEngine>(std::move(options));
}

void seed_elections(std::uint64_t seed) { er_seed(static_cast<long long>(seed)); }

}  // namespace florin::consensus
