// LinkLoop on Boost.Asio: plain callbacks, one thread, no strands. The only file of links that sees
// Asio.
#include "cluster/links/link_loop.hpp"

#include <utility>  // before Asio 1.74, which forgets it

#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

namespace florin::links {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket>;

constexpr Milliseconds accept_pause{50};  // when out of descriptors
// Bytes the kernel may hold unsent: what waits there can no longer be overtaken by consensus.
constexpr int unsent_bytes_max = 128 * 1024;

std::string text_of(const ErrorCode& error) {
  if (!error) return {};
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
    return "closed by the peer";
  if (error == asio::error::operation_aborted) return "closed by us";
  return error.message();
}

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
         std::to_string(endpoint.port());
}

tcp::socket& socket_of(tcp::socket& stream) { return stream; }
tcp::socket& socket_of(TlsStream& stream) { return stream.next_layer(); }

template <class Stream>
class StreamWire final : public Wire, public std::enable_shared_from_this<StreamWire<Stream>> {
 public:
  explicit StreamWire(Stream stream) : stream_(std::move(stream)) {}

  void read(char* into, std::size_t size, Done done) override {
    stream_.async_read_some(
        asio::buffer(into, size),
        [self = this->shared_from_this(), done = std::move(done)](
            const ErrorCode& error, std::size_t bytes) { done(text_of(error), bytes); });
  }
  void write(const char* from, std::size_t size, Done done) override {
    asio::async_write(
        stream_, asio::buffer(from, size),
        [self = this->shared_from_this(), done = std::move(done)](
            const ErrorCode& error, std::size_t bytes) { done(text_of(error), bytes); });
  }
  // No close_notify: our frames say themselves where they end.
  void shutdown_send() override {
    ErrorCode ignored;
    socket_of(stream_).shutdown(tcp::socket::shutdown_send, ignored);
  }
  void close() override {
    ErrorCode ignored;
    socket_of(stream_).close(ignored);
  }

  Stream stream_;
  std::shared_ptr<void> slot_;  // counts accepted connections
};

using TcpWire = StreamWire<tcp::socket>;
using TlsWire = StreamWire<TlsStream>;

// Getting one connection open: connect, TLS handshake, a deadline over both. `finish` is called
// once.
struct Opening : std::enable_shared_from_this<Opening> {
  Opening(asio::io_context& context, OnOpened done)
      : deadline(context),
        resolver(context),
        socket(context),
        opened(std::move(done)),
        began(std::chrono::steady_clock::now()) {}

  void arm(Milliseconds timeout) {
    deadline.expires_after(timeout);
    deadline.async_wait([weak = weak_from_this()](const ErrorCode& error) {
      const auto self = weak.lock();
      if (error || self == nullptr) return;
      self->fail(Refusal::handshake_timeout, "no connection and TLS handshake in time");
    });
  }
  void fail(Refusal why, std::string text) { finish({nullptr, {why, std::move(text)}, remote}); }
  void finish(Opened answer) {
    const auto self = shared_from_this();
    cancel();
    if (auto callback = std::exchange(opened, nullptr)) callback(std::move(answer));
  }
  // Afterwards no callback.
  void cancel() {
    ErrorCode ignored;
    deadline.cancel();
    resolver.cancel();
    if (socket.is_open()) socket.close(ignored);
    if (tls != nullptr) tls->close();
  }

  asio::steady_timer deadline;
  tcp::resolver resolver;
  tcp::socket socket;
  std::shared_ptr<TlsWire> tls;
  OnOpened opened;
  SteadyTime began;
  std::string remote;
  std::shared_ptr<void> slot;
};

// Dropping the handle of a dial stops it.
struct DialHandle {
  explicit DialHandle(std::shared_ptr<Opening> o) : opening(std::move(o)) {}
  ~DialHandle() {
    opening->opened = nullptr;
    opening->cancel();
  }
  DialHandle(const DialHandle&) = delete;
  DialHandle& operator=(const DialHandle&) = delete;
  std::shared_ptr<Opening> opening;
};

class AsioLinkLoop final : public LinkLoop {
 public:
  explicit AsioLinkLoop(Options options)
      : options_(std::move(options)), work_(asio::make_work_guard(context_)) {
    if (options_.tls != nullptr) {
      SSL_CTX_up_ref(options_.tls.get());  // Asio's context frees what it is given
      tls_.emplace(options_.tls.get());
    }
  }

  Result<std::uint16_t, Error> listen(const std::string& address, OnOpened accepted) override;
  std::shared_ptr<void> dial(const std::string& host, std::uint16_t port, OnOpened opened) override;
  std::shared_ptr<void> after(Milliseconds delay, std::function<void()> task) override;
  void post(std::function<void()> task) override { asio::post(context_, std::move(task)); }
  void run() override { context_.run(); }
  void stop() override { context_.stop(); }

 private:
  void accept_next();
  void take(tcp::socket socket, const tcp::endpoint& remote);
  void connect(const std::shared_ptr<Opening>& opening, const tcp::endpoint& endpoint);
  void connected(const std::shared_ptr<Opening>& opening,
                 asio::ssl::stream_base::handshake_type side);
  void shake_hands(const std::shared_ptr<Opening>& opening,
                   asio::ssl::stream_base::handshake_type side);
  static void hands_shaken(Opening& opening, const ErrorCode& error);

  Options options_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::optional<asio::ssl::context> tls_;
  std::optional<tcp::acceptor> acceptor_;
  OnOpened accepted_;
  std::shared_ptr<std::size_t> accepted_open_ = std::make_shared<std::size_t>(0);
};

Err<Error> cannot_listen(const std::string& address, const std::string& why) {
  return Err{Error{Errc::invalid, "cluster listen address \"" + address + "\": " + why}};
}

Result<std::uint16_t, Error> AsioLinkLoop::listen(const std::string& address, OnOpened accepted) {
  const auto parts = parse_host_port(address);
  if (!parts) return cannot_listen(address, "want ip:port or [ip6]:port");
  ErrorCode error;
  const auto ip =
      asio::ip::make_address(parts->host == "localhost" ? "127.0.0.1" : parts->host, error);
  if (error) return cannot_listen(address, "want an IP address, not a name");
  const tcp::endpoint endpoint(ip, parts->port);
  acceptor_.emplace(context_);
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(static_cast<int>(options_.accepted_max), error);
  if (error) return cannot_listen(address, error.message());
  accepted_ = std::move(accepted);
  accept_next();
  return acceptor_->local_endpoint().port();
}

void AsioLinkLoop::accept_next() {
  acceptor_->async_accept([this](const ErrorCode& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    ErrorCode gone;
    const tcp::endpoint remote = error ? tcp::endpoint{} : socket.remote_endpoint(gone);
    if (!error && !gone) take(std::move(socket), remote);
    if (!error) return accept_next();
    auto pause = std::make_shared<asio::steady_timer>(context_, accept_pause);
    pause->async_wait([this, pause](const ErrorCode& stopped) {
      if (!stopped) accept_next();
    });
  });
}

void AsioLinkLoop::take(tcp::socket socket, const tcp::endpoint& remote) {
  auto opening = std::make_shared<Opening>(context_, accepted_);
  opening->remote = text_of(remote);
  opening->socket = std::move(socket);
  if (*accepted_open_ >= options_.accepted_max) {
    return opening->fail(Refusal::too_many, "more than " + std::to_string(options_.accepted_max) +
                                                " accepted connections are open");
  }
  ++*accepted_open_;
  opening->slot = std::shared_ptr<void>(nullptr, [count = accepted_open_](void*) { --*count; });
  opening->arm(options_.handshake_timeout);
  connected(opening, asio::ssl::stream_base::server);
}

std::shared_ptr<void> AsioLinkLoop::dial(const std::string& host, std::uint16_t port,
                                         OnOpened opened) {
  auto opening = std::make_shared<Opening>(context_, std::move(opened));
  opening->remote = host + ":" + std::to_string(port);
  opening->arm(options_.handshake_timeout);
  ErrorCode not_an_ip;
  const auto ip = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, not_an_ip);
  if (!not_an_ip) {
    connect(opening, tcp::endpoint(ip, port));
    return std::make_shared<DialHandle>(opening);
  }
  opening->resolver.async_resolve(
      host, std::to_string(port),
      [this, opening](const ErrorCode& error, const tcp::resolver::results_type& found) {
        if (opening->opened == nullptr) return;
        if (error || found.empty())
          return opening->fail(Refusal::unreachable, "no address: " + error.message());
        connect(opening, found.begin()->endpoint());
      });
  return std::make_shared<DialHandle>(opening);
}

void AsioLinkLoop::connect(const std::shared_ptr<Opening>& opening, const tcp::endpoint& endpoint) {
  opening->remote = text_of(endpoint);
  opening->socket.async_connect(endpoint, [this, opening](const ErrorCode& error) {
    if (opening->opened == nullptr) return;
    if (error) return opening->fail(Refusal::unreachable, error.message());
    connected(opening, asio::ssl::stream_base::client);
  });
}

void AsioLinkLoop::connected(const std::shared_ptr<Opening>& opening,
                             asio::ssl::stream_base::handshake_type side) {
  ErrorCode ignored;
  opening->socket.set_option(tcp::no_delay(true), ignored);
  const int descriptor = opening->socket.native_handle();
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes_max,
               sizeof unsent_bytes_max);
  if (tls_) return shake_hands(opening, side);
  auto wire = std::make_shared<TcpWire>(std::move(opening->socket));
  wire->slot_ = std::move(opening->slot);
  wire->remote = opening->remote;
  wire->opened = opening->began;
  opening->finish({std::move(wire), {}, opening->remote});
}

void AsioLinkLoop::shake_hands(const std::shared_ptr<Opening>& opening,
                               asio::ssl::stream_base::handshake_type side) {
  opening->tls = std::make_shared<TlsWire>(TlsStream(std::move(opening->socket), *tls_));
  opening->tls->slot_ = std::move(opening->slot);
  opening->tls->stream_.async_handshake(side, [opening](const ErrorCode& error) {
    if (opening->opened != nullptr) hands_shaken(*opening, error);
  });
}

void AsioLinkLoop::hands_shaken(Opening& opening, const ErrorCode& error) {
  SSL* const ssl = opening.tls->stream_.native_handle();
  if (error) {
    const std::string certificate = verify_error_of(ssl);
    return opening.fail(Refusal::tls, "TLS handshake: " + text_of(error) +
                                          (certificate.empty() ? "" : " (" + certificate + ")"));
  }
  auto identity = identity_of_peer(ssl);
  if (!identity)
    return opening.fail(Refusal::wrong_certificate, "its certificate names no node of Florin");
  auto wire = std::exchange(opening.tls, nullptr);
  wire->certified = std::move(identity);
  wire->remote = opening.remote;
  wire->opened = opening.began;
  opening.finish({std::move(wire), {}, opening.remote});
}

std::shared_ptr<void> AsioLinkLoop::after(Milliseconds delay, std::function<void()> task) {
  auto timer = std::make_shared<asio::steady_timer>(context_, delay);
  timer->async_wait(
      [weak = std::weak_ptr(timer), task = std::move(task)](const ErrorCode& cancelled) {
        const auto alive = weak.lock();  // it may have expired just before it was given up
        if (!cancelled && alive != nullptr) task();
      });
  return timer;
}

}  // namespace

std::unique_ptr<LinkLoop> LinkLoop::make(Options options) {
  return std::make_unique<AsioLinkLoop>(std::move(options));
}

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  ErrorCode error;
  const auto address = asio::ip::make_address(host, error);
  return !error && address.is_loopback();
}

std::optional<HostAndPort> parse_host_port(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* const end = address.data() + address.size();
  const auto parsed = std::from_chars(address.data() + colon + 1, end, port);
  if (host.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return HostAndPort{std::move(host), port};
}

}  // namespace florin::links
