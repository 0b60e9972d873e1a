// Open and verify, plan, audit what is between the partitions, and only then write.
#include "runtime/offline/recover_cluster.hpp"

#include <algorithm>

#include "persistence/codec/entry_codec.hpp"
#include "runtime/offline/recovery_plan.hpp"
#include "runtime/offline/recovery_source.hpp"
#include "runtime/offline/recovery_writer.hpp"

namespace florin {
namespace {

constexpr std::size_t cluster_id_max = 32;

Err<Error> invalid_request(std::string text) { return Err{Error{Errc::invalid, std::move(text)}}; }

bool is_cluster_id(std::string_view id) {
  return !id.empty() && id.size() <= cluster_id_max && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_address(std::string_view address) {
  const auto colon = address.rfind(':');
  return colon != std::string_view::npos && colon > 0 && colon + 1 < address.size() &&
         address.size() <= 255 && std::ranges::all_of(address.substr(colon + 1), [](char c) {
           return c >= '0' && c <= '9';
         });
}

Status<Error> check_request(const RecoverRequest& request) {
  if (request.from.empty())
    return invalid_request("--from: name at least one directory of a node that was in the cluster");
  if (!is_cluster_id(request.cluster))
    return invalid_request("--cluster '" + request.cluster +
                           "': the new cluster's name is 1 to 32 characters of a-z 0-9 -");
  for (const std::string& address : {request.founder.peer, request.founder.http})
    if (!is_address(address))
      return invalid_request("'" + address +
                             "' is no address: HOST:PORT, as other nodes (--peer) and "
                             "clients (--http) will reach the new node");
  if (request.founder.peer == request.founder.http)
    return invalid_request(
        request.founder.peer +
        " is given for both other nodes and clients: each needs a port of its own");
  return check_target(request.to);
}

Result<std::vector<RecoverySource>, Error> open_all(const std::vector<std::string>& paths,
                                                    const RecoverProgress& progress) {
  std::vector<RecoverySource> sources;
  for (const std::string& path : paths) {
    FLORIN_TRY(source, RecoverySource::open(path, [&](std::uint64_t done, std::uint64_t all) {
                 if (progress) progress("verify " + path, done, all);
               }));
    sources.push_back(std::move(source));
  }
  FLORIN_TRY_VOID(check_sources(sources));
  return sources;
}

// The kept logs only, each to where it ends.
Result<std::vector<CrossFinding>, Error> audit_between(const std::vector<RecoverySource>& sources,
                                                       const RecoveryPlan& plan,
                                                       const RecoverProgress& progress) {
  CrossAudit audit;
  const std::uint32_t partitions = sources.front().streams().partitions;
  std::vector<LogIndex> ends;
  for (std::uint32_t p = 0; p < partitions; ++p) ends.push_back(plan.ends[p].last);
  for (std::size_t source = 0; source < sources.size(); ++source) {
    if (sources[source].journal == nullptr) continue;
    std::vector<LogIndex> after(sources[source].streams().count(), UINT64_MAX);
    std::size_t left = 0;
    for (std::uint32_t p = 0; p < partitions; ++p) {
      if (plan.chosen[p].log != source || ends[p] == 0) continue;
      after[p] = 0;
      ++left;
    }
    if (left == 0) continue;
    const auto scanned = sources[source].journal->scan(
        after,
        [&](const LogEntryView& view) -> Status<Error> {
          if (view.index > ends[view.partition]) return Unit{};
          if (view.index == ends[view.partition]) --left;
          FLORIN_TRY(entry, decode_entry(view.bytes));
          Ordinal ordinal = 0;
          for (const Event& event : entry.events)
            audit.take(view.partition, {view.index, ordinal++, view.partition}, event);
          return Unit{};
        },
        [&](std::uint64_t done, std::uint64_t all) {
          if (progress) progress("compare partitions", done, all);
        });
    if (!scanned && left > 0) return Err{scanned.error()};
  }
  return audit.finish(ends);
}

Result<ClusterMember, Error> founder_by(const RecoverRequest& request, const RecoveryPlan& plan) {
  ClusterMember founder = request.founder;
  if (founder.node == 0) founder.node = unused_node(plan.map, plan.ends);
  if (founder.node == 0) return invalid_request("every node number has been used");
  if (was_used(plan.map, plan.ends, founder.node))
    return invalid_request(
        "--node " + std::to_string(founder.node) +
        ": a node of the old cluster had this number, and numbers are never used again: "
        "the first free one is " +
        std::to_string(unused_node(plan.map, plan.ends)));
  return founder;
}

}  // namespace

bool RecoverReport::is_complete() const {
  return findings.empty() && std::ranges::none_of(groups, &RecoveredGroup::may_miss);
}

Result<RecoverReport, Error> recover_cluster(const RecoverRequest& request,
                                             const RecoverProgress& progress) {
  FLORIN_TRY_VOID(check_request(request));
  FLORIN_TRY(sources, open_all(request.from, progress));
  const std::string& old_cluster = sources.front().directory.identity().member.cluster;
  if (request.cluster == old_cluster)
    return invalid_request(
        "--cluster " + request.cluster +
        " is the old cluster's name: with another one its nodes can never join the new "
        "cluster, should they come back");
  FLORIN_TRY(plan, plan_recovery(sources));
  FLORIN_TRY(founder, founder_by(request, plan));
  RecoverReport report = report_of(sources, plan);
  report.new_cluster = request.cluster;
  report.founder = founder.node;
  FLORIN_TRY(findings, audit_between(sources, plan, progress));
  report.findings = std::move(findings);
  if (!report.is_complete() && !request.accept_missing) return report;
  FLORIN_TRY_VOID(write_recovered(sources, plan, {request.to, request.cluster, founder}, progress));
  report.is_written = true;
  return report;
}

}  // namespace florin
