// Changes of the cluster: nodes that come, pause and go, and replicas that move. Any node takes them; who leads the
// meta group decides. Each may be given again: what is so already is success.
#include <charconv>

#include "api/json/json_reader.hpp"
#include "api/json/json_writer.hpp"
#include "api/routes/routes.hpp"
#include "base/overloaded.hpp"
#include "runtime/config/node_config.hpp"

namespace florin {
namespace {

enum Field : std::size_t { node, peer, http };
constexpr std::array<std::string_view, 3> node_names{"node", "peer", "http"};

constexpr std::string_view want_number = "must be a node number, 1 to 65535.";
constexpr std::string_view want_address = "must be HOST:PORT, as other machines reach it.";

Problem problem_of(const MembershipError& error) {
  Problem problem(error.code == MembershipRefusal::unknown_node ? EdgeCode::not_found
                                                                : EdgeCode::cluster_conflict);
  problem.detail = error.message;
  return problem;
}

void answer_outcome(Call& call, const CommandOutcome& outcome) {
  if (const auto* error = get_if<MembershipError>(&outcome)) return call.answer(problem_of(*error));
  if (const auto* not_led = get_if<NotLed>(&outcome)) {
    Problem problem(not_led->is_unknown ? EdgeCode::timeout : EdgeCode::no_leader);
    problem.detail = not_led->is_unknown
                         ? "Who leads the meta group has not answered: whether it was done is not "
                           "known. Look at the cluster before you ask again."
                         : "Nothing was done: nobody leads the meta group now. Try again.";
    return call.answer(std::move(problem));
  }
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.key("map_version").number(get<LogIndex>(outcome));
  json.end_object();
  answer_json(call, 200, std::nullopt, std::move(body));
}

void change(const ApiContext& context, const CallPtr& call, ClusterCommand command) {
  if (!context.services.change_cluster) return call->answer(Problem(EdgeCode::not_found));
  context.services.change_cluster(std::move(command), [call](const CommandOutcome& outcome) {
    answer_outcome(*call, outcome);
  });
}

std::optional<InputFault> read_address(Field field, const JsonValue& value, std::string& out) {
  const auto text = json_text(value);
  const auto address = ListenAddress::parse(text.value_or(""));
  if (!address || address->port == 0) return bad_field(node_names[field], want_address);
  out = *text;
  return std::nullopt;
}

Result<ClusterMember, InputFault> read_member(std::string& body) {
  auto object = parse_json_object(body);
  if (!object) return Err{object.error()};
  JsonFields<node_names.size()> fields;
  if (auto fault = read_fields(*object, node_names, fields)) return Err{std::move(*fault)};
  for (std::size_t i = 0; i < node_names.size(); ++i)
    if (!fields.has(i)) return Err{missing_field(node_names[i])};
  ClusterMember member;
  std::uint64_t number = 0;
  if (fields[node].get(number) || number == 0 || number > 65'535)
    return Err{bad_field(node_names[node], want_number)};
  member.node = static_cast<NodeNumber>(number);
  if (auto fault = read_address(peer, fields[peer], member.peer)) return Err{std::move(*fault)};
  if (auto fault = read_address(http, fields[http], member.http)) return Err{std::move(*fault)};
  return member;
}

template <class Command>
void change_node(const ApiContext& context, const CallPtr& call) {
  std::uint16_t number = 0;
  const std::string& text = call->argument;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0)
    return call->answer(Problem(
        InputFault{EdgeCode::invalid_request, std::nullopt, "'node' " + std::string(want_number)}));
  change(context, call, Command{number});
}

}  // namespace

void post_cluster_node(const ApiContext& context, const CallPtr& call) {
  auto member = read_member(call->request.body);
  if (!member) return call->answer(Problem(member.error()));
  change(context, call, AddNode{std::move(*member)});
}

void drain_cluster_node(const ApiContext& context, const CallPtr& call) {
  change_node<DrainNode>(context, call);
}
void resume_cluster_node(const ApiContext& context, const CallPtr& call) {
  change_node<ResumeNode>(context, call);
}
void rejoin_cluster_node(const ApiContext& context, const CallPtr& call) {
  change_node<RejoinNode>(context, call);
}
void remove_cluster_node(const ApiContext& context, const CallPtr& call) {
  change_node<RemoveNode>(context, call);
}

void rebalance_cluster(const ApiContext& context, const CallPtr& call) {
  change(context, call, Rebalance{});
}

}  // namespace florin
