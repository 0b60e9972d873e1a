// What a cluster's node does about disks: tells the others what is on its own, keeps what they say of theirs, and ends when
// one of them knows that its own is not the one that was there (cluster/disk/).
#include "cluster/disk/group_reaches.hpp"
#include "runtime/cluster/cluster_node_parts.hpp"
#include "runtime/logging/log.hpp"
#include "runtime/metrics/metrics.hpp"

namespace florin {

// On the consensus thread, between two rounds: all that the journal has is durable.
void ClusterNode::tick_disks(const Groups& groups) {
  for (const DiskWatch::Frame& frame :
       disks_.tick(clock_.monotonic_us(), keeper_->map().life_of(self_), other_members(),
                   [&] { return group_reaches(*journal_, streams_, groups); }))
    links_->send(frame.to, links::Channel::messages, frame_of(PeerMessage::disk, frame.bytes));
  if (disks_.lost()) return on_fatal_(Error{Errc::disk_lost, *disks_.lost()});
  if (auto text = disks_.take_book(clock_.monotonic_us())) book_file_.write(std::move(*text));
  if (auto starting = Stage::starting;
      disks_.takes_part() && stage_.compare_exchange_strong(starting, Stage::serving))
    metrics_.ready(is_ready());
}

void ClusterNode::on_peer_disk(NodeNumber from, const std::string& frame) {
  const bool was_strange = disks_.is_strange(from);
  const auto taken = disks_.take(from, frame, keeper_->map().life_of(from));
  if (taken.fault) refused(from, *taken.fault);
  for (const std::string& answer : taken.answers)
    links_->send(from, links::Channel::messages, frame_of(PeerMessage::disk, answer));
  if (disks_.life() != life_) {
    life_ = disks_.life();
    keeper_->set_life(life_);
    if (auto begun = directory_.begin_life(life_); !begun) return on_fatal_(begun.error());
    log_info("this directory takes the place of one that was lost",
             {{"life", std::int64_t{life_}}});
  }
  if (disks_.lost()) return on_fatal_(Error{Errc::disk_lost, *disks_.lost()});
  if (disks_.is_strange(from) && !was_strange)
    log_error(
        "a node came back without its disk: what it sends is not taken",
        {{"node", std::int64_t{from}}, {"to_do", "florin node rejoin " + std::to_string(from)}});
}

}  // namespace florin
