// Disks compared, as ClusterNode does it: the same DiskWatch, its book and the count of starts in files of the simulated
// disk. Inodes are not simulated: a disk that comes back older or empty has them, so to speak, as it had them.
#include <span>

#include "actors/asks/peer_messages.hpp"
#include "persistence/start_record.hpp"
#include "sim/cluster_hosted.hpp"

namespace florin::sim {
namespace {

constexpr const char* starts_file = "/sim/starts";
constexpr const char* book_file = "/sim/disks";

}  // namespace

Status<Error> ClusterProcess::begin_start() {
  FLORIN_TRY(before, read_start_record(node_.disk_, starts_file));
  start_ = before.value_or(StartRecord{});
  if (!before) start_.data_id = process_;
  ++start_.starts;
  return write_start_record(node_.disk_, starts_file, start_);
}

Result<DiskBook, Error> ClusterProcess::read_book() {
  auto file = node_.disk_.open(book_file, OpenMode::read);
  if (!file && file.error().code == Errc::missing) return DiskBook();
  if (!file) return Err{std::move(file).error()};
  FLORIN_TRY(bytes, (*file)->size());
  std::string text(bytes, '\0');
  FLORIN_TRY(size, (*file)->read_at(0, std::span<char>(text)));
  text.resize(size);
  return DiskBook::parse(text);
}

Status<Error> ClusterProcess::begin_disks() {
  FLORIN_TRY(book, read_book());
  bool is_empty = true;
  const LogStreams streams{node_.options_.partitions};
  for (GroupNumber group = 0; group < streams.groups(); ++group)
    is_empty = is_empty && journal_->last_index(LogStreams::entries(group)) == 0;
  disks_.emplace(DiskWatchOptions{.self = static_cast<NodeNumber>(node_.number_ + 1),
                                  .run = {start_.life, start_.starts, process_, start_.data_id},
                                  .is_new = keeper_options().joins && is_empty},
                 std::move(book));
  return Unit{};
}

std::vector<GroupReach> ClusterProcess::reaches() const {
  std::map<GroupNumber, LogIndex> committed;
  for (const auto& one : log_->status()) committed[one.group] = one.commit;
  std::vector<GroupReach> reaches;
  const LogStreams streams{node_.options_.partitions};
  for (GroupNumber group = 0; group < streams.groups(); ++group) {
    const LogIndex last = journal_->last_index(LogStreams::entries(group));
    if (last == 0) continue;
    const auto found = committed.find(group);
    reaches.push_back({group, last, found == committed.end() ? 0 : std::min(found->second, last)});
  }
  return reaches;
}

// Between two rounds: all that the journal has is durable.
void ClusterProcess::tick_disks() {
  for (DiskWatch::Frame& frame : disks_->tick(
           node_.clock_.monotonic_us(),
           keeper_ ? keeper_->map().life_of(static_cast<NodeNumber>(node_.number_ + 1)) : 0,
           other_members(), [this] { return reaches(); }))
    if (knows(frame.to))
      node_.outside_.peer(node_.number_, frame.to - 1U, frame_of(PeerMessage::disk, frame.bytes));
  if (disks_->lost()) return die(Error{Errc::disk_lost, *disks_->lost()});
  // A disk that is full keeps what was there before: the next book has it all.
  if (auto text = disks_->take_book()) (void)replace_file(node_.disk_, book_file, *text);
}

void ClusterProcess::on_disk(std::uint32_t from_node, std::string_view body) {
  const auto from = static_cast<NodeNumber>(from_node + 1);
  const auto taken = disks_->take(from, body, keeper_ ? keeper_->map().life_of(from) : 0);
  if (taken.fault) refused(from, *taken.fault);
  for (const std::string& answer : taken.answers)
    if (knows(from))
      node_.outside_.peer(node_.number_, from_node, frame_of(PeerMessage::disk, answer));
  if (disks_->life() != start_.life) {
    start_.life = disks_->life();
    if (keeper_) keeper_->set_life(start_.life);
    if (has_failed(write_start_record(node_.disk_, starts_file, start_))) return;
  }
  if (disks_->lost()) die(Error{Errc::disk_lost, *disks_->lost()});
}

}  // namespace florin::sim
