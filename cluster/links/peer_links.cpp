// The members of the cluster as seen from here, the door for those who dial us, and the thread. See
// peer_links.hpp.
#include "cluster/links/peer_links.hpp"

#include <algorithm>
#include <map>
#include <thread>

#include "base/assert.hpp"
#include "cluster/links/incoming_link.hpp"
#include "cluster/links/outgoing_link.hpp"

namespace florin::links {
namespace {

Err<Error> invalid(std::string text) { return Err{Error{Errc::invalid, std::move(text)}}; }

Status<Error> check_peer(const PeerLinksOptions& options, const PeerAddress& peer) {
  const std::string name = "cluster node " + std::to_string(peer.node);
  if (peer.node == 0 || peer.node == options.self)
    return invalid(name + ": a peer has a number of 1..65535 which is not our own");
  if (peer.host.empty() || peer.port == 0) return invalid(name + ": a peer needs host and port");
  if (options.tls || is_loopback(peer.host)) return Unit{};
  return invalid(
      name + " at " + peer.host +
      ": links without certificates are only allowed on loopback addresses; make certificates "
      "with `florin cert ca` and `florin cert node` and configure them");
}

Status<Error> check(const PeerLinksOptions& options) {
  if (options.self == 0) return invalid("cluster: this node's number must be 1..65535");
  if (!is_valid_cluster_id(options.cluster))
    return invalid("cluster id \"" + options.cluster + "\": want 1 to 64 of a-z A-Z 0-9 . _ -");
  if (options.partitions == 0) return invalid("cluster: the number of partitions must be known");
  const auto listen = parse_host_port(options.listen);
  if (!listen)
    return invalid("cluster listen address \"" + options.listen + "\": want ip:port or [ip6]:port");
  if (!options.tls && !options.insecure) {
    return invalid(
        "cluster links need certificates: make them with `florin cert ca` and `florin cert node` "
        "and configure "
        "them (for a try on one machine: loopback addresses and insecure = true)");
  }
  if (!options.tls && !is_loopback(listen->host)) {
    return invalid(
        "cluster listen address " + options.listen +
        ": links without certificates are only allowed on loopback addresses; make certificates "
        "with `florin cert ca` and `florin cert node` and configure them");
  }
  for (const PeerAddress& peer : options.peers) FLORIN_TRY_VOID(check_peer(options, peer));
  return Unit{};
}

bool same_address(const PeerAddress& a, const PeerAddress& b) {
  return a.host == b.host && a.port == b.port;
}

}  // namespace

class PeerLinks::Impl final : public Door {
 public:
  Impl(PeerLinksOptions options, std::unique_ptr<LinkLoop> loop, Receiver& receiver)
      : options_(std::move(options)),
        loop_(std::move(loop)),
        context_(options_, *loop_, receiver) {}

  Status<Error> listen();
  void begin();
  bool send(NodeNumber node, Channel channel, std::string frame);
  Status<Error> add_peer(const PeerAddress& address);
  void remove_peer(NodeNumber node, std::uint64_t map_version);
  void need(FormatLevel level);
  void post(std::function<void()> task) { loop_->post(std::move(task)); }
  [[nodiscard]] LinksStatus status() const;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  void stop();

  Result<std::shared_ptr<Peer>, Refused> admit(IncomingLink& link, const Hello& hello) override;
  void gone(IncomingLink& link) override;

 private:
  struct Member {
    std::shared_ptr<Peer> peer;
    std::unique_ptr<OutgoingLink> outgoing;
    std::shared_ptr<IncomingLink> incoming;  // null: none
    ConnectionStamp newest;                  // of those that were admitted
  };

  // Loop thread.
  void accepted(Opened opened);
  void join(const std::shared_ptr<Peer>& peer);
  void leave(NodeNumber node);
  [[nodiscard]] Refused refuse_stranger(NodeNumber node) const;
  void tick_again();
  void kick(NodeNumber node);

  const PeerLinksOptions options_;
  const std::unique_ptr<LinkLoop> loop_;
  LinkContext context_;
  std::uint16_t port_ = 0;
  std::thread thread_;

  mutable std::mutex mutex_;
  std::map<NodeNumber, std::shared_ptr<Peer>> peers_;  // guarded by mutex_

  // Loop thread only; destroyed before the loop.
  std::map<NodeNumber, Member> members_;
  std::map<NodeNumber, std::uint64_t> removed_;           // for ever; by which version of the map
  std::vector<std::shared_ptr<IncomingLink>> strangers_;  // accepted, not admitted yet
  std::shared_ptr<void> tick_;
};

Status<Error> PeerLinks::Impl::listen() {
  const auto on_accepted = [this](Opened opened) { accepted(std::move(opened)); };
  FLORIN_TRY(port, loop_->listen(options_.listen, on_accepted));
  port_ = port;
  for (const PeerAddress& peer : options_.peers) FLORIN_TRY_VOID(add_peer(peer));
  loop_->post([this] { tick_again(); });
  return Unit{};
}

void PeerLinks::Impl::begin() {
  FLORIN_ASSERT(!thread_.joinable(), "links begin once");
  thread_ = std::thread([this] { loop_->run(); });
}

void PeerLinks::Impl::stop() {
  if (!thread_.joinable()) return;
  loop_->stop();
  thread_.join();
  members_.clear();
  strangers_.clear();
  tick_.reset();
  context_.close_all();
  const std::lock_guard lock(mutex_);
  for (const auto& [node, peer] : peers_) {  // send() answers false from now on
    peer->went_down({Refusal::stopped, "this node has stopped its links"});
    peer->incoming_changed(false);
  }
}

bool PeerLinks::Impl::send(NodeNumber node, Channel channel, std::string frame) {
  std::shared_ptr<Peer> peer;
  {
    const std::lock_guard lock(mutex_);
    const auto found = peers_.find(node);
    if (found == peers_.end()) return false;
    peer = found->second;
  }
  const Peer::Push pushed = peer->push(channel, std::move(frame));
  if (pushed == Peer::Push::queued_and_writer_sleeps) loop_->post([this, node] { kick(node); });
  return pushed != Peer::Push::refused;
}

void PeerLinks::Impl::kick(NodeNumber node) {
  const auto member = members_.find(node);
  if (member != members_.end()) member->second.outgoing->kick();
}

Status<Error> PeerLinks::Impl::add_peer(const PeerAddress& address) {
  FLORIN_TRY_VOID(check_peer(options_, address));
  auto peer = std::make_shared<Peer>(address, options_.caps);
  const std::lock_guard lock(mutex_);
  auto& known = peers_[address.node];
  if (known != nullptr && same_address(known->address(), address)) return Unit{};
  known = peer;
  loop_->post([this, peer] { join(peer); });  // under the lock: in the order of the map's changes
  return Unit{};
}

void PeerLinks::Impl::remove_peer(NodeNumber node, std::uint64_t map_version) {
  const std::lock_guard lock(mutex_);
  peers_.erase(node);
  loop_->post([this, node, map_version] {
    if (map_version != 0) removed_[node] = map_version;
    leave(node);
  });
}

void PeerLinks::Impl::need(FormatLevel level) {
  loop_->post([this, level] {
    if (level <= context_.needed()) return;
    context_.need(level);
    for (auto& [node, member] : members_) {
      member.outgoing->need(level);
      if (const auto incoming = member.incoming) incoming->need(level);
    }
  });
}

void PeerLinks::Impl::join(const std::shared_ptr<Peer>& peer) {
  leave(peer->node());
  Member& member = members_[peer->node()];
  member.peer = peer;
  member.outgoing = std::make_unique<OutgoingLink>(context_, peer);
  member.outgoing->dial();
}

void PeerLinks::Impl::leave(NodeNumber node) {
  auto member = members_.extract(node);
  if (member.empty()) return;
  const Refused why{Refusal::stopped,
                    "node " + std::to_string(options_.self) + " has let this peer go"};
  member.mapped().outgoing->leave(why);
  if (member.mapped().incoming != nullptr) member.mapped().incoming->end(why);
}

void PeerLinks::Impl::accepted(Opened opened) {
  if (opened.wire == nullptr) return context_.refused_incoming(0, opened.remote, opened.refused);
  const auto link = std::make_shared<IncomingLink>(context_, *this);
  strangers_.push_back(link);
  link->start(std::move(opened.wire));
}

Result<std::shared_ptr<Peer>, Refused> PeerLinks::Impl::admit(IncomingLink& link,
                                                              const Hello& hello) {
  const auto found = members_.find(hello.from);
  if (found == members_.end()) return Err{refuse_stranger(hello.from)};
  Member& member = found->second;
  const ConnectionStamp stamp{hello.session, hello.attempt};
  if (is_older(stamp, member.newest)) {
    return Err{Refused{Refusal::older_connection, "connection " + std::to_string(hello.attempt) +
                                                      " of node " + std::to_string(hello.from) +
                                                      " came after a newer one"}};
  }
  member.newest = stamp;
  auto self = link.shared_from_this();
  std::erase(strangers_, self);
  const auto old = std::exchange(member.incoming, std::move(self));
  if (old != nullptr) old->end({Refusal::replaced, "the same node has connected anew"});
  return member.peer;
}

// Who was removed must hear it: its own disk says that it is a member, and nobody else tells it.
Refused PeerLinks::Impl::refuse_stranger(NodeNumber node) const {
  const std::string name = "node " + std::to_string(node);
  if (const auto removed = removed_.find(node); removed != removed_.end())
    return {Refusal::removed,
            name + " was removed from the cluster, says node " + std::to_string(options_.self) +
                " by version " + std::to_string(removed->second) + " of the map",
            removed->second};
  return {Refusal::unknown_node,
          name + " is not among the peers of node " + std::to_string(options_.self), 0};
}

void PeerLinks::Impl::gone(IncomingLink& link) {
  const auto is_it = [&link](const auto& other) { return other.get() == &link; };
  std::erase_if(strangers_, is_it);
  for (auto& [node, member] : members_)
    if (is_it(member.incoming)) member.incoming.reset();
}

void PeerLinks::Impl::tick_again() {
  const LinkTimes& times = options_.times;
  const auto shortest =
      std::min({times.handshake_timeout, times.keep_alive_after, times.silent_after});
  const auto again = [this] {
    context_.tick();
    tick_again();
  };
  tick_ = loop_->after(std::clamp(shortest / 4, Milliseconds{5}, Milliseconds{250}), again);
}

LinksStatus PeerLinks::Impl::status() const {
  LinksStatus status;
  status.refusals = context_.refusal_counts();
  const std::lock_guard lock(mutex_);
  for (const auto& [node, peer] : peers_) status.peers.push_back(peer->status());
  return status;
}

Result<std::unique_ptr<PeerLinks>, Error> PeerLinks::make(PeerLinksOptions options,
                                                          Receiver& receiver) {
  FLORIN_TRY_VOID(check(options));
  LinkLoop::Options loop;
  loop.handshake_timeout = options.times.handshake_timeout;
  loop.accepted_max = options.accepted_max;
  if (options.tls) {
    FLORIN_TRY(context, make_tls_context(*options.tls, {options.cluster, options.self}));
    loop.tls = std::move(context);
  }
  auto impl = std::make_unique<Impl>(std::move(options), LinkLoop::make(std::move(loop)), receiver);
  FLORIN_TRY_VOID(impl->listen());
  return std::unique_ptr<PeerLinks>(new PeerLinks(std::move(impl)));
}

PeerLinks::PeerLinks(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PeerLinks::~PeerLinks() { stop(); }
void PeerLinks::begin() { impl_->begin(); }

bool PeerLinks::send(NodeNumber node, Channel channel, std::string frame) {
  return impl_->send(node, channel, std::move(frame));
}
Status<Error> PeerLinks::add_peer(const PeerAddress& peer) { return impl_->add_peer(peer); }
void PeerLinks::remove_peer(NodeNumber node, std::uint64_t map_version) {
  impl_->remove_peer(node, map_version);
}
void PeerLinks::need(FormatLevel level) { impl_->need(level); }
void PeerLinks::post(std::function<void()> task) { impl_->post(std::move(task)); }
LinksStatus PeerLinks::status() const { return impl_->status(); }
std::uint16_t PeerLinks::port() const noexcept { return impl_->port(); }
void PeerLinks::stop() { impl_->stop(); }

}  // namespace florin::links
