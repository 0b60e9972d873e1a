// For tests of the links over real sockets: a receiver that remembers, certificates, and a peer
// made by hand that can break every rule. Waits only for sockets and callbacks, each with a
// deadline.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "cluster/links/certificates.hpp"
#include "cluster/links/frame_codec.hpp"
#include "cluster/links/hello.hpp"
#include "cluster/links/peer_links.hpp"

namespace florin::links::testing_kit {

using namespace std::chrono_literals;
constexpr auto patience = 30s;  // far above what anything here takes, sanitizers included

struct Received {
  NodeNumber from;
  Channel channel;
  std::string bytes;
};

class Recorder : public Receiver {
 public:
  void on_frame(NodeNumber from, Channel channel, std::string bytes) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return gate_open_; });
    frames_.push_back({from, channel, std::move(bytes)});
    changed_.notify_all();
  }
  void on_link(NodeNumber node, const LinkChange& change) override {
    const std::lock_guard lock(mutex_);
    links_[{node, change.direction}] = change.up;
    if (change.up) reads_[{node, change.direction}] = change.reads;
    if (!change.up) ended_.push_back(change.reason);
    changed_.notify_all();
  }
  void on_room(NodeNumber, Channel channel) override {
    const std::lock_guard lock(mutex_);
    room_.push_back(channel);
    changed_.notify_all();
  }
  void on_refused(const RefusedPeer& refused) override {
    const std::lock_guard lock(mutex_);
    refused_.push_back(refused);
    changed_.notify_all();
  }

  // While closed, the thread of the links stands in on_frame: a peer that reads slowly.
  void set_gate(bool open) {
    const std::lock_guard lock(mutex_);
    gate_open_ = open;
    changed_.notify_all();
  }

  [[nodiscard]] bool wait(const std::function<bool()>& is_true) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, is_true);
  }
  [[nodiscard]] bool wait_link(NodeNumber node, Direction direction, bool up) {
    return wait([&] {
      const auto found = links_.find({node, direction});
      return found != links_.end() && found->second == up;
    });
  }
  [[nodiscard]] bool wait_frames(std::size_t count) {
    return wait([&] { return frames_.size() >= count; });
  }
  // Text of the first refusal for that reason; "" if none came.
  [[nodiscard]] std::string wait_refused(Refusal why) {
    std::string text;
    const bool found = wait([&] {
      for (const auto& refused : refused_)
        if (refused.reason.why == why) return text = refused.reason.text, true;
      for (const auto& ended : ended_)
        if (ended.why == why) return text = ended.text, true;
      return false;
    });
    return found ? text : "";
  }

  std::vector<Received> frames() {
    const std::lock_guard lock(mutex_);
    return frames_;
  }
  std::vector<Channel> room() {
    const std::lock_guard lock(mutex_);
    return room_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Received> frames_;
  std::map<std::pair<NodeNumber, Direction>, bool> links_;
  std::map<std::pair<NodeNumber, Direction>, FormatLevel> reads_;  // as it has said
  std::vector<Refused> ended_;
  std::vector<Channel> room_;
  std::vector<RefusedPeer> refused_;
  bool gate_open_ = true;
};

class TempDirectory {
 public:
  TempDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "florin-links-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  [[nodiscard]] std::string path(const std::string& name = "") const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// A cluster's authority and certificates of its nodes, made by what `florin cert` uses.
class Certificates {
 public:
  explicit Certificates(const std::string& cluster = "shop") {
    const auto made = make_authority({directory_.path(), cluster});
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().context);
  }
  Tls of(NodeNumber node) {
    NodeCertificateRequest request;
    request.ca_dir = request.out_dir = directory_.path();
    request.node = node;
    const std::string base = directory_.path("node-" + std::to_string(node));
    if (!std::filesystem::exists(base + ".crt")) {
      const auto made = make_node_certificate(request);
      EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().context);
    }
    return {directory_.path("ca.crt"), base + ".crt", base + ".key"};
  }

 private:
  TempDirectory directory_;
};

inline PeerLinksOptions options_of(NodeNumber self, std::optional<Tls> tls = std::nullopt) {
  PeerLinksOptions options;
  options.self = self;
  options.cluster = "shop";
  options.partitions = 16;
  options.listen = "127.0.0.1:0";
  options.insecure = !tls.has_value();
  options.tls = std::move(tls);
  options.times.redial_first = 5ms;
  options.times.redial_max = 50ms;
  return options;
}

struct Node {
  explicit Node(PeerLinksOptions options) {
    auto made = PeerLinks::make(std::move(options), recorder);
    if (!made) throw std::runtime_error(made.error().context);
    links = std::move(made).value();
    links->begin();
  }
  explicit Node(NodeNumber self, std::optional<Tls> tls = std::nullopt)
      : Node(options_of(self, std::move(tls))) {}
  void knows(NodeNumber node, std::uint16_t port) {
    ASSERT_TRUE(links->add_peer({node, "127.0.0.1", port}).has_value());
  }
  Recorder recorder;  // outlives links
  std::unique_ptr<PeerLinks> links;
};

// Nodes 1 and 2 know each other and both links of both are up.
inline void join(Node& one, Node& two) {
  one.knows(2, two.links->port());
  two.knows(1, one.links->port());
  for (const Direction direction : {Direction::outgoing, Direction::incoming}) {
    ASSERT_TRUE(one.recorder.wait_link(2, direction, true));
    ASSERT_TRUE(two.recorder.wait_link(1, direction, true));
  }
}

// A port of loopback that nobody listens on now.
inline std::uint16_t listening_socket(int& descriptor) {
  descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(descriptor, 8), 0);
  EXPECT_EQ(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

// A peer made by hand, plain or with TLS, blocking.
class HandMadePeer {
 public:
  explicit HandMadePeer(std::uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval timeout{30, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~HandMadePeer() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ::close(socket_);
  }
  HandMadePeer(const HandMadePeer&) = delete;
  HandMadePeer& operator=(const HandMadePeer&) = delete;

  // Without checking the other side. False when the handshake fails.
  bool start_tls(const std::optional<Tls>& tls, int max_version = TLS1_3_VERSION) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context_, max_version);
    if (tls) {
      EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context_, tls->cert_file.c_str()), 1);
      EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_, tls->key_file.c_str(), SSL_FILETYPE_PEM), 1);
    }
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_);
    return SSL_connect(ssl_) == 1;
  }

  void write(std::string_view bytes) {
    sent += bytes;
    if (ssl_ != nullptr) {
      SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    } else {
      EXPECT_GE(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
    }
  }
  void write(FrameKind kind, std::string_view body, Channel channel = Channel::consensus) {
    write(frame(kind, body, next_sequence++, channel));
  }
  static std::string frame(FrameKind kind, std::string_view body, std::uint64_t sequence,
                           Channel channel = Channel::consensus) {
    std::string out;
    append_frame(out, {kind, channel, true, 0, sequence}, body);
    return out;
  }

  // The next frame that is no keep-alive; nullopt: closed.
  std::optional<Frame> read() {
    const FrameReader::Sink sink = [this](Frame frame) {
      if (frame.kind != FrameKind::keep_alive) frames_.push_back(std::move(frame));
      return true;
    };
    while (frames_.empty()) {
      char bytes[4096];
      const auto n = ssl_ != nullptr ? SSL_read(ssl_, bytes, sizeof bytes)
                                     : ::recv(socket_, bytes, sizeof bytes, 0);
      if (n <= 0) return std::nullopt;
      EXPECT_FALSE(reader_.feed({bytes, static_cast<std::size_t>(n)}, sink));
    }
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }
  std::optional<Refusal> read_refusal() {
    const auto frame = read();
    if (!frame || frame->kind != FrameKind::refused) return std::nullopt;
    return decode_refused(frame->bytes).why;
  }
  bool is_closed_by_peer() { return !read().has_value(); }

  // Reads the acceptor's hello and answers the nonce in it.
  Hello answer_to_hello(NodeNumber from = 2, NodeNumber to = 1) {
    const auto frame = read();
    if (!frame || frame->kind != FrameKind::hello) throw std::runtime_error("no hello came");
    const auto theirs = decode_hello(frame->bytes);
    Hello mine;
    mine.cluster = "shop";
    mine.partitions = 16;
    mine.from = from;
    mine.to = to;
    mine.session = 1;
    mine.attempt = 1;
    mine.nonce = 1234;
    mine.echo = theirs->nonce;
    return mine;
  }
  // What the node that accepts is said to read, in the version that is spoken.
  static FormatLevel accepted_reads(const Hello& hello) {
    return hello.version >= protocol_version ? format_level_own : FormatLevel{0};
  }
  // As it should be done; true when accepted.
  bool join_as(NodeNumber from, std::uint64_t attempt = 1) {
    Hello hello = answer_to_hello(from);
    hello.attempt = attempt;
    write(FrameKind::hello, encode(hello));
    const auto answer = read();
    return answer && answer->kind == FrameKind::accepted &&
           decode_accepted(answer->bytes, hello.version) ==
               Accepted{hello.nonce, accepted_reads(hello)};
  }

  std::uint64_t next_sequence = 1;
  std::string sent;  // all bytes

 private:
  int socket_ = -1;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  FrameReader reader_{{1U << 20, 1U << 20, 1U << 20}};
  std::deque<Frame> frames_;
};

}  // namespace florin::links::testing_kit
