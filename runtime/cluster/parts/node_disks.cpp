// Disks compared: what of it is this node's: files, and what people should know.
#include "runtime/cluster/parts/node_disks.hpp"

#include "cluster/disk/group_reaches.hpp"
#include "runtime/logging/log.hpp"

namespace florin {

NodeDisks::NodeDisks(DiskWatchOptions options, DiskBook book, const Clock& clock, Journal& journal,
                     LogStreams streams, DataDirectory& directory, Ports ports)
    : clock_(clock),
      journal_(journal),
      streams_(streams),
      directory_(directory),
      ports_(std::move(ports)),
      exchange_(options, std::move(book), exchange_ports(options.run.process)),
      book_file_(directory.disks_path(), [](const Error& error) {
        log_error("what the other nodes have on their disks could not be kept",
                  {{"reason", error.context}});
      }) {}

DiskExchange::Ports NodeDisks::exchange_ports(Incarnation process) {
  return {ports_.send,
          ports_.refused,
          [this](std::uint32_t life) { return begin_life(life); },
          [this, process] { return directory_.begin_run(process); },
          [this](std::string book) { book_file_.write(std::move(book)); },
          ports_.failed};
}

Status<Error> NodeDisks::begin_life(std::uint32_t life) {
  ports_.life_begins(life);
  FLORIN_TRY_VOID(directory_.begin_life(life));
  log_info("this directory takes the place of one that was lost", {{"life", std::int64_t{life}}});
  return Unit{};
}

void NodeDisks::tick(const std::vector<ReplicatedLog::Status>& groups, std::uint32_t life,
                     const std::vector<NodeNumber>& others) {
  exchange_.tick(clock_.monotonic_us(), life, others,
                 [&] { return group_reaches(journal_, streams_, groups); });
}

void NodeDisks::on_frame(NodeNumber from, const std::string& frame, std::uint32_t life) {
  const bool was_strange = exchange_.is_strange(from);
  exchange_.on_frame(from, frame, life);
  if (exchange_.is_strange(from) && !was_strange)
    log_error(
        "a node came back without its disk: what it sends is not taken",
        {{"node", std::int64_t{from}}, {"to_do", "florin node rejoin " + std::to_string(from)}});
}

}  // namespace florin
