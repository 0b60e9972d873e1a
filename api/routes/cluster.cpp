// GET /v1/cluster: what this node knows of its replicas and peers. For people, `florin cluster status` and
// load generators that look for leaders.
#include "api/json/json_writer.hpp"
#include "api/routes/routes.hpp"

namespace florin {
namespace {

void write_nodes(JsonWriter& json, const std::vector<links::NodeNumber>& nodes) {
  json.begin_array();
  for (const auto node : nodes) json.number(node);
  json.end_array();
}

void write_replica(JsonWriter& json, const ReplicaView& replica) {
  json.begin_object();
  json.key("partition").number(replica.group);
  json.key("role").plain(replica.role);
  json.key("term").number(replica.term);
  json.key("leader").number(replica.leader);
  json.key("commit").number(replica.commit);
  json.key("last").number(replica.last);
  json.key("elections").number(replica.elections);
  json.key("catching_up").boolean(replica.is_fetching);
  write_nodes(json.key("voters"), replica.voters);
  write_nodes(json.key("learners"), replica.learners);
  json.end_object();
}

void write_member(JsonWriter& json, const MemberView& member) {
  json.begin_object();
  json.key("node").number(member.node);
  json.key("peer").string(member.peer);
  json.key("http").string(member.http);
  json.key("state").plain(member.state);
  json.key("up").boolean(member.is_up);
  if (member.reads_format_level) json.key("reads_format_level").number(*member.reads_format_level);
  json.end_object();
}

void write_placement(JsonWriter& json, const PlacementView& placement) {
  json.begin_object();
  json.key("partition").number(placement.partition);
  json.key("settled").boolean(placement.is_settled);
  write_nodes(json.key("wanted"), placement.wanted);
  if (placement.is_known) {
    write_nodes(json.key("voters"), placement.voters);
    write_nodes(json.key("learners"), placement.learners);
  }
  json.key("moves_to_go").number(placement.moves_to_go);
  json.end_object();
}

void write_peer(JsonWriter& json, const PeerView& peer) {
  json.begin_object();
  json.key("node").number(peer.node);
  json.key("address").string(peer.address);
  json.key("up").boolean(peer.is_up);
  json.key("sent_bytes").number(peer.sent_bytes);
  json.key("received_bytes").number(peer.received_bytes);
  json.key("dropped_frames").number(peer.dropped_frames);
  json.end_object();
}

}  // namespace

void get_cluster(const ApiContext& context, const CallPtr& call) {
  if (!context.services.cluster) return call->answer(Problem(EdgeCode::not_found));
  const ClusterView view = context.services.cluster();
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.key("cluster").string(view.id);
  json.key("node").number(view.node);
  json.key("groups").begin_array();
  for (const ReplicaView& replica : view.replicas) write_replica(json, replica);
  json.end_array();
  json.key("standing").string(view.standing);
  if (!view.standing_reason.empty()) json.key("standing_reason").string(view.standing_reason);
  json.key("meta_leader").number(view.meta_leader);
  json.key("map_version").number(view.map_version);
  json.key("format_level").number(view.format_level);
  json.key("reads_format_level").number(view.reads_format_level);
  json.key("moves_to_go").number(view.moves_to_go);
  json.key("nodes").begin_array();
  for (const MemberView& member : view.nodes) write_member(json, member);
  json.end_array().key("partitions").begin_array();
  for (const PlacementView& placement : view.partitions) write_placement(json, placement);
  json.end_array().key("peers").begin_array();
  for (const PeerView& peer : view.peers) write_peer(json, peer);
  json.end_array().key("clock").begin_object();
  json.key("standing").string(view.clock.standing);
  if (view.clock.ahead_us) json.key("ahead_ms").integer(*view.clock.ahead_us / 1000);
  json.end_object().end_object();
  answer_json(*call, 200, std::nullopt, std::move(body));
}

// Heads of the hash chains of this node's replicas, for `florin cluster compare`.
void get_cluster_chains(const ApiContext& context, const CallPtr& call) {
  if (!context.services.chains) return call->answer(Problem(EdgeCode::not_found));
  const ClusterView view = context.services.cluster();
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.key("cluster").string(view.id);
  json.key("node").number(view.node);
  json.key("partitions").begin_array();
  for (const ChainView& chain : context.services.chains()) {
    json.begin_object();
    json.key("partition").number(chain.partition);
    json.key("commit").number(chain.commit);
    json.key("serves").boolean(!chain.stands_apart);
    write_nodes(json.key("differs_from"), chain.differs_from);
    json.key("heads").begin_array();
    for (const ChainHead& head : chain.heads) {
      json.begin_object();
      json.key("index").number(head.index);
      json.key("hash").string(hash_hex(head.hash));
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  answer_json(*call, 200, std::nullopt, std::move(body));
}

}  // namespace florin
