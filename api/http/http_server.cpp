// Listener, admission and end of life. See http_session.hpp for a connection, http_loop.hpp for threads.
#include "api/http/http_server.hpp"

#include "api/http/http_session.hpp"

#include <charconv>
#include <condition_variable>
#include <future>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>

namespace florin {
namespace {

using namespace http_detail;
namespace asio = boost::asio;
using asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using TlsStream = asio::ssl::stream<Socket>;

constexpr int backlog = 4096;                          // the kernel caps it at net.core.somaxconn
constexpr std::chrono::milliseconds accept_pause{50};  // when out of descriptors

Err<Error> invalid(std::string text) { return Err{Error{Errc::invalid, std::move(text)}}; }

Result<tcp::endpoint, Error> parse_listen(const std::string& listen) {
  const auto colon = listen.rfind(':');
  const std::string help =
      "http listen address \"" + listen + "\": want ip:port, [ip6]:port or localhost:port";
  if (colon == std::string::npos) return invalid(help);
  std::string host = listen.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  ErrorCode error;
  const auto address = asio::ip::make_address(host, error);
  std::uint16_t port = 0;
  const char* const end = listen.data() + listen.size();
  const auto parsed = std::from_chars(listen.data() + colon + 1, end, port);
  if (error || parsed.ec != std::errc{} || parsed.ptr != end) return invalid(help);
  return tcp::endpoint(address, port);
}

// TLS 1.2 with forward secrecy and AEAD only, or 1.3, which OpenSSL prefers.
Result<std::unique_ptr<asio::ssl::context>, Error> make_tls(const HttpServerOptions& options) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* const native = tls->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  ErrorCode error;
  tls->use_certificate_chain_file(options.certificate_file, error);
  if (error) return invalid("certificate " + options.certificate_file + ": " + error.message());
  tls->use_private_key_file(options.key_file, asio::ssl::context::pem, error);
  if (error) return invalid("key " + options.key_file + ": " + error.message());
  if (SSL_CTX_check_private_key(native) != 1) {
    return invalid("key " + options.key_file + " does not belong to " + options.certificate_file);
  }
  return tls;
}

// Fine enough for the shortest deadline, and never a burden: 4 to 200 looks a second.
std::chrono::milliseconds look_every(const HttpServerOptions& o) {
  const auto shortest =
      std::min({o.idle_timeout, o.header_timeout, o.body_timeout, o.body_total_timeout,
                o.write_timeout, o.write_total_timeout, o.linger_timeout});
  return std::clamp(shortest / 16, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(HttpServerOptions options, HttpHandler& handler) : shared_{std::move(options), handler} {
    shared_.bodies = std::make_shared<BodyBudget>(shared_.options.bodies_bytes_max);
  }
  ~Impl() { drain(std::chrono::milliseconds(0)); }

  Status<Error> start();
  void stop_accepting();
  bool drain(std::chrono::milliseconds max);

  [[nodiscard]] const tcp::endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] std::size_t connections() const { return live_; }
  [[nodiscard]] std::size_t body_bytes() const { return shared_.bodies->in_use(); }

 private:
  // Counts a connection from its accept to its end.
  class Admission {
   public:
    explicit Admission(Impl& impl) : impl_(&impl) { impl.connection_began(); }
    Admission(Admission&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
    Admission& operator=(Admission&&) = delete;
    ~Admission() {
      if (impl_ != nullptr) impl_->connection_ended();
    }

   private:
    Impl* impl_;
  };

  Status<Error> listen();
  Awaitable<void> accept_all();
  void admit(Socket socket, std::shared_ptr<HttpLoop> loop);
  void refuse(Socket& socket);
  template <class Stream>
  static Awaitable<void> serve(Admission admission, std::shared_ptr<HttpLoop> loop, Stream stream,
                               HttpShared& shared);
  void connection_began();
  void connection_ended();
  bool wait_for_end(std::chrono::milliseconds max);

  HttpShared shared_;
  std::unique_ptr<asio::ssl::context> tls_;
  std::vector<std::shared_ptr<HttpLoop>> loops_;
  std::unique_ptr<Acceptor> acceptor_;  // touched by the first loop's thread only, once it runs
  tcp::endpoint endpoint_;
  std::atomic<std::size_t> live_{0};
  std::atomic<bool> cut_off_{false};
  bool running_ = false;  // from the end of start() to the end of drain()
  std::mutex end_mutex_;
  std::condition_variable all_ended_;
};

Status<Error> HttpServer::Impl::start() {
  const HttpServerOptions& options = shared_.options;
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return invalid("http TLS: certificate_file and key_file go together");
  }
  if (!options.certificate_file.empty()) {
    FLORIN_TRY(tls, make_tls(options));
    tls_ = std::move(tls);
  }
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options.threads); ++i) {
    loops_.push_back(std::make_shared<HttpLoop>(look_every(options)));
  }
  FLORIN_TRY_VOID(listen());
  asio::co_spawn(loops_.front()->executor(), accept_all(), asio::detached);
  for (const auto& loop : loops_) loop->start();
  running_ = true;
  return Unit{};
}

Status<Error> HttpServer::Impl::listen() {
  FLORIN_TRY(wanted, parse_listen(shared_.options.listen));
  acceptor_ = std::make_unique<Acceptor>(loops_.front()->executor());
  ErrorCode error;
  acceptor_->open(wanted.protocol(), error);
  if (!error) acceptor_->set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(wanted, error);
  if (!error) acceptor_->listen(backlog, error);
  if (!error) endpoint_ = acceptor_->local_endpoint(error);
  if (error) {
    return Err{Error{Errc::io,
                     "http cannot listen on " + shared_.options.listen + ": " + error.message()}};
  }
  return Unit{};
}

Awaitable<void> HttpServer::Impl::accept_all() {
  Timer pause(loops_.front()->executor());
  for (std::size_t next = 0; acceptor_->is_open(); ++next) {
    std::shared_ptr<HttpLoop> loop = loops_[next % loops_.size()];
    Socket socket(loop->executor());
    ErrorCode error;
    co_await acceptor_->async_accept(socket, asio::redirect_error(use_awaitable, error));
    if (!error) {
      admit(std::move(socket), std::move(loop));
    } else if (acceptor_->is_open()) {
      pause.expires_after(accept_pause);
      co_await pause.async_wait(asio::redirect_error(use_awaitable, error));
    }
  }
}

void HttpServer::Impl::admit(Socket socket, std::shared_ptr<HttpLoop> loop) {
  Admission admission(*this);
  ErrorCode error;
  socket.non_blocking(true, error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (error) return;
  if (live_ > shared_.options.connections_max) return refuse(socket);
  const Executor executor = loop->executor();
  if (tls_) {
    TlsStream stream(std::move(socket), *tls_);
    asio::co_spawn(executor,
                   serve(std::move(admission), std::move(loop), std::move(stream), shared_),
                   asio::detached);
  } else {
    asio::co_spawn(executor,
                   serve(std::move(admission), std::move(loop), std::move(socket), shared_),
                   asio::detached);
  }
}

// As much as can be said without waiting for the client.
void HttpServer::Impl::refuse(Socket& socket) {
  if (tls_) return;
  HttpResponse problem = http_problem(503, "overloaded", "too many connections");
  problem.headers.emplace_back("Retry-After", "1");
  std::string text;
  append_http_head(text, problem, HttpConnectionMode::close, loops_.front()->date());
  text += problem.body;
  ErrorCode ignored;
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(Socket::shutdown_send, ignored);
}

template <class Stream>
Awaitable<void> HttpServer::Impl::serve(Admission admission, std::shared_ptr<HttpLoop> loop,
                                        Stream stream, HttpShared& shared) {
  const Admission counted = std::move(admission);
  Session<Stream> session(std::move(loop), std::move(stream), shared);
  if (!shared.draining) co_await session.run();  // else it was accepted in the very last moment
}

void HttpServer::Impl::connection_began() {
  ++live_;
  shared_.handler.connection_opened();
}

// The handler hears of it first: when nothing is live any more, drain() may end and the handler go.
void HttpServer::Impl::connection_ended() {
  shared_.handler.connection_closed();
  if (--live_ != 0) return;
  const std::lock_guard lock(end_mutex_);
  all_ended_.notify_all();
}

void HttpServer::Impl::stop_accepting() {
  if (!running_) return;
  ErrorCode ignored;
  if (loops_.front()->is_this_thread()) {
    acceptor_->close(ignored);
    return;
  }
  std::promise<void> closed;
  asio::post(loops_.front()->executor(), [this, &closed, &ignored] {
    acceptor_->close(ignored);
    closed.set_value();
  });
  closed.get_future().wait();
}

bool HttpServer::Impl::wait_for_end(std::chrono::milliseconds max) {
  std::unique_lock lock(end_mutex_);
  return all_ended_.wait_for(lock, max, [this] { return live_ == 0; });
}

bool HttpServer::Impl::drain(std::chrono::milliseconds max) {
  if (!running_) return !cut_off_;
  stop_accepting();
  shared_.draining = true;
  for (const auto& loop : loops_) loop->close_idle();
  if (!wait_for_end(max)) {
    for (const auto& loop : loops_) loop->abort_all(cut_off_);
  }
  for (const auto& loop : loops_) loop->finish();
  running_ = false;
  return !cut_off_;
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>, Error> HttpServer::start(HttpServerOptions options,
                                                             HttpHandler& handler) {
  try {
    auto impl = std::make_unique<Impl>(std::move(options), handler);
    FLORIN_TRY_VOID(impl->start());
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
  } catch (const std::exception& error) {  // Asio's constructors: no epoll, no thread
    return Err{Error{Errc::io, std::string("http server: ") + error.what()}};
  }
}

std::string HttpServer::address() const {
  const auto& endpoint = impl_->endpoint();
  const std::string ip = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + ip + "]" : ip) + ":" + std::to_string(endpoint.port());
}
std::uint16_t HttpServer::port() const noexcept { return impl_->endpoint().port(); }
std::size_t HttpServer::connections() const noexcept { return impl_->connections(); }
std::size_t HttpServer::body_bytes() const noexcept { return impl_->body_bytes(); }
void HttpServer::stop_accepting() { impl_->stop_accepting(); }
bool HttpServer::drain(std::chrono::milliseconds max) { return impl_->drain(max); }

}  // namespace florin
