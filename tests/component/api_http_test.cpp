// The HTTP server over real sockets: strictness, order, deadlines, drain, TLS. Raw bytes both ways, because
// what matters is what a hostile client can send. No waits but for the socket, each with a deadline.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "api/http/http_server.hpp"

namespace florin {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto patience = 20s;  // far above what anything here takes, sanitizers included

// Answers "/echo" with the body at once, "/thread" from another thread, "/hold" when told to, "/drop" never,
// "/throw" by throwing, "/big" with 4 MiB.
class TestHandler final : public HttpHandler {
 public:
  ~TestHandler() override {
    for (std::thread& thread : threads_) thread.join();
  }

  void handle(HttpRequest request, Respond respond) override {
    EXPECT_GE(request.body.capacity() - request.body.size(), http_body_padding);
    ++handled;
    if (request.path() == "/drop") return;
    if (request.path() == "/throw") throw std::runtime_error("a bug in the handler");
    HttpResponse response;
    response.content_type = "text/plain";
    response.body = request.path() == "/big" ? std::string(4 << 20, 'b') : request.body;
    response.headers.emplace_back("X-Seen",
                                  request.method_name + " " + std::string(request.query()));
    const std::lock_guard lock(mutex_);
    if (request.path() == "/thread") {
      threads_.emplace_back(
          [response, respond = std::move(respond)]() mutable { respond(response); });
    } else if (request.path() == "/hold") {
      held_.emplace_back(std::move(respond), std::move(response));
      changed_.notify_all();
    } else {
      respond(std::move(response));
    }
  }
  [[nodiscard]] std::size_t body_bytes_max(const HttpRequest& header) const override {
    return header.path() == "/narrow" ? 100 : SIZE_MAX;
  }
  void observe(const HttpObservation& answer) noexcept override {
    const std::lock_guard lock(mutex_);
    observed_.push_back(answer);
    changed_.notify_all();
  }

  void connection_opened() noexcept override { ++opened; }
  void connection_closed() noexcept override { ++closed; }

  // Waits for a request to "/hold" and takes it.
  std::pair<Respond, HttpResponse> take_held() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, patience, [this] { return !held_.empty(); }));
    auto held = std::move(held_.front());
    held_.pop_front();
    return held;
  }
  HttpObservation wait_for_observation() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, patience, [this] { return !observed_.empty(); }));
    return observed_.front();
  }
  std::atomic<int> handled{0};
  std::atomic<int> opened{0};
  std::atomic<int> closed{0};

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<Respond, HttpResponse>> held_;
  std::vector<HttpObservation> observed_;
  std::vector<std::thread> threads_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  Client(Client&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_) {}
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }
  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int descriptor() const { return socket_; }

  // False once the server has closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Waits for bytes for up to `wait`. False when there were none or the server has closed.
  bool receive_some(std::chrono::milliseconds wait) {
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(wait.count())) != 1) return false;
    char bytes[65536];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    closed_ = got <= 0;
    if (got > 0) text_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }
  std::string receive_until_closed() {
    while (receive_some(patience)) {}
    EXPECT_TRUE(closed_) << "the server kept the connection open";
    return std::exchange(text_, {});
  }
  // One answer, by its Content-Length.
  std::string receive_answer() {
    for (;;) {
      const auto head = text_.find("\r\n\r\n");
      if (head != std::string::npos) {
        const auto field = text_.find("Content-Length: ");
        const std::size_t body =
            field < head ? std::strtoul(text_.c_str() + field + 16, nullptr, 10) : 0;
        if (text_.size() >= head + 4 + body) {
          std::string answer = text_.substr(0, head + 4 + body);
          text_.erase(0, answer.size());
          return answer;
        }
      }
      if (!receive_some(patience)) return "no answer: " + text_;
    }
  }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string text_;
};

std::string post(std::string_view path, std::string_view body, std::string_view more_fields = {}) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more_fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

class HttpServerTest : public testing::Test {
 protected:
  void start(HttpServerOptions options = {}) {
    options.listen = "127.0.0.1:0";
    auto started = HttpServer::start(options, handler);
    ASSERT_TRUE(started) << started.error().context;
    server = std::move(*started);
  }
  Client connect() { return Client(server->port()); }
  // What a fresh connection gets for these bytes, until the server closes.
  std::string refusal(std::string_view bytes) {
    Client client = connect();
    client.send(bytes);
    return client.receive_until_closed();
  }

  TestHandler handler;
  std::unique_ptr<HttpServer> server;
};

TEST_F(HttpServerTest, ServesManyRequestsOnOneConnection) {
  start();
  Client client = connect();
  for (int i = 0; i < 50; ++i) {
    const std::string body = "body " + std::to_string(i);
    client.send(post("/echo?n=1", body));
    const std::string answer = client.receive_answer();
    ASSERT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nServer: florin\r\nDate: "));
    EXPECT_THAT(answer, HasSubstr("X-Seen: POST n=1\r\n"));
    EXPECT_THAT(answer, testing::Not(HasSubstr("Connection:")));
    EXPECT_EQ(body_of(answer), body);
  }
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInTheirOrder) {
  start();
  Client client = connect();
  client.send(post("/hold", "first") + post("/thread", "second") + post("/echo", "third"));
  auto [respond, response] = handler.take_held();
  EXPECT_EQ(handler.handled, 1) << "the second waits for the first";
  respond(std::move(response));
  EXPECT_EQ(body_of(client.receive_answer()), "first");
  EXPECT_EQ(body_of(client.receive_answer()), "second");
  EXPECT_EQ(body_of(client.receive_answer()), "third");
}

TEST_F(HttpServerTest, AnswersFromOtherThreadsOnManyConnectionsAtOnce) {
  HttpServerOptions options;
  options.threads = 2;
  start(options);
  std::vector<Client> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(connect());
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ASSERT_TRUE(clients[i].send(post("/thread", std::to_string(i))));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      ASSERT_EQ(body_of(clients[i].receive_answer()), std::to_string(i));
    }
  }
  EXPECT_EQ(server->connections(), 200U);
}

TEST_F(HttpServerTest, TellsTheHandlerOfEveryConnectionAndOfItsEnd) {
  HttpServerOptions options;
  options.connections_max = 1;
  start(options);
  Client served = connect();
  ASSERT_TRUE(served.send(post("/echo", "here")));
  ASSERT_EQ(body_of(served.receive_answer()), "here");
  EXPECT_EQ(handler.opened, 1);
  EXPECT_EQ(handler.closed, 0);
  EXPECT_THAT(connect().receive_until_closed(), StartsWith("HTTP/1.1 503 "));
  server->drain(0ms);
  EXPECT_EQ(handler.opened, 2);
  EXPECT_EQ(handler.closed, 2);
}

TEST_F(HttpServerTest, RefusesWhatCouldSmuggleASecondRequest) {
  start();
  const std::string line = "POST /echo HTTP/1.1\r\n";
  const std::string host = "Host: a\r\n";
  const std::vector<std::pair<std::string, std::string>> vectors = {
      {"length and chunked",
       line + host + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"},
      {"chunked and length",
       line + host + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n"},
      {"xchunked and length",
       line + host + "Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}"},
      {"xchunked", line + host + "Transfer-Encoding: xchunked\r\n\r\n"},
      {"gzip, chunked", line + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {"chunked, identity", line + host + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
      {"two chunked",
       line + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"chunked in 1.0",
       "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"two lengths", line + host + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x"},
      {"two equal lengths", line + host + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"},
      {"list of lengths", line + host + "Content-Length: 2, 2\r\n\r\n{}"},
      {"length with plus", line + host + "Content-Length: +2\r\n\r\n{}"},
      {"negative length", line + host + "Content-Length: -2\r\n\r\n{}"},
      {"hex length", line + host + "Content-Length: 0x2\r\n\r\n{}"},
      {"empty length", line + host + "Content-Length:\r\n\r\n{}"},
      {"endless length", line + host + "Content-Length: 99999999999999999999999\r\n\r\n{}"},
      {"bare LF", "POST /echo HTTP/1.1\nHost: a\nContent-Length: 2\n\n{}"},
      {"bare LF in a field", line + "Host: a\nContent-Length: 2\r\n\r\n{}"},
      {"blank before colon", line + host + "Content-Length : 2\r\n\r\n{}"},
      {"no host", line + "Content-Length: 2\r\n\r\n{}"},
      {"two hosts", line + host + "Host: b\r\nContent-Length: 2\r\n\r\n{}"},
      {"host with path", line + "Host: a/b\r\nContent-Length: 2\r\n\r\n{}"},
      {"nul in a field", line + host + std::string("X: a\0b\r\n\r\n", 10)},
      {"other version", "POST /echo HTTP/2.0\r\nHost: a\r\n\r\n"},
      {"no version", "GET /echo\r\n\r\n"},
      {"tls on a plain port", "\x16\x03\x01\x02\x01\x01\x01\x01\r\n\r\n"},
      {"bad chunk size", line + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"},
      {"chunk longer than said",
       line + host + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"},
      {"host in the trailer",
       line + host + "Transfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\n\r\n"},
      {"unknown expectation", line + host + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}"},
  };
  for (const auto& [name, bytes] : vectors) {
    const std::string answer = refusal(bytes + post("/echo", "smuggled"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << name;
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n")) << name;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << name;
    EXPECT_THAT(answer,
                HasSubstr(R"("code":"invalid_request","outcome":"not_executed","retry":"same_id")"))
        << name;
  }
  EXPECT_EQ(handler.handled, 0);
}

TEST_F(HttpServerTest, AcceptsChunksHoweverTheyAreCut) {
  start();
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "3;name=value\r\nabc\r\n1\r\nd\r\n0\r\nX-Trailer: t\r\n\r\n";
  Client client = connect();
  client.send(request + request);
  EXPECT_EQ(body_of(client.receive_answer()), "abcd");
  EXPECT_EQ(body_of(client.receive_answer()), "abcd");
  for (const char c : request) {
    client.send({&c, 1});
    client.receive_some(1ms);  // lets single bytes arrive as such
  }
  EXPECT_EQ(body_of(client.receive_answer()), "abcd");
  const std::string empty =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  for (const char c : empty) {
    client.send({&c, 1});
    client.receive_some(1ms);
  }
  EXPECT_EQ(body_of(client.receive_answer()), "");
}

TEST_F(HttpServerTest, BoundsBodyHeaderExtensionsAndTrailers) {
  HttpServerOptions options;
  options.body_bytes_max = 1000;
  options.header_bytes_max = 2000;
  start(options);
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string large(100'000, 'x');
  EXPECT_THAT(refusal(post("/echo", large)), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(refusal(post("/echo", large)), HasSubstr(R"("code":"body_too_large")"));
  EXPECT_THAT(refusal(chunked + "3E8\r\n" + large.substr(0, 1000) + "\r\n1\r\nx\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(refusal(post("/echo", "", "X: " + large + "\r\n")), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(refusal("GET /" + large + " HTTP/1.1\r\nHost: a\r\n\r\n"),
              HasSubstr(R"("code":"headers_too_large")"));
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "X: y\r\n";
  EXPECT_THAT(refusal(post("/echo", "", many)), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(refusal(chunked + "1;" + large), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(refusal(chunked + "0\r\nX: " + large), StartsWith("HTTP/1.1 431 "));
  EXPECT_EQ(handler.handled, 0);

  Client client = connect();
  client.send(post("/echo", large.substr(0, 1000)));
  EXPECT_EQ(body_of(client.receive_answer()).size(), 1000U) << "the limit itself is allowed";
}

// Each body is small enough, all of them together are not.
TEST_F(HttpServerTest, AllBodiesUnderWayShareOneBudget) {
  HttpServerOptions options;
  options.bodies_bytes_max = 600 * 1024;
  start(options);
  const std::string half = post("/echo", std::string(400'000, 'x')).substr(0, 250'000);
  std::vector<Client> holders;
  std::string refused;
  while (refused.empty() && holders.size() < 100) {
    Client& holder = holders.emplace_back(connect());
    const std::size_t before = server->body_bytes();
    holder.send(half);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    // All that was sent has arrived: the next one is the one that does not fit.
    while (refused.empty() && server->body_bytes() < before + 245'000 &&
           std::chrono::steady_clock::now() < deadline)
      if (holder.receive_some(1ms)) refused = holder.receive_until_closed();
  }
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr(R"("code":"overloaded")"));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_LE(holders.size(), 4U) << "600 KiB are not more than two halves";
  EXPECT_LE(server->body_bytes(), options.bodies_bytes_max);
  Client small = connect();
  small.send(post("/echo", "small"));
  EXPECT_EQ(body_of(small.receive_answer()), "small") << "small requests always pass";

  holders.clear();  // they go, and their room is free again
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (server->body_bytes() != 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_EQ(server->body_bytes(), 0U);
  Client large = connect();
  large.send(post("/echo", std::string(400'000, 'y')));
  EXPECT_EQ(body_of(large.receive_answer()).size(), 400'000U);
}

TEST_F(HttpServerTest, AHandlerMayAllowLessForAPath) {
  start();
  EXPECT_THAT(refusal(post("/narrow", std::string(101, 'x'))), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(refusal("POST /narrow HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "))
      << "before any of it came";
  EXPECT_EQ(handler.handled, 0);
  Client client = connect();
  client.send(post("/narrow", std::string(100, 'x')));
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, CarriesLargeBodiesBothWays) {
  start();
  Client client = connect();
  std::string body(3 << 20, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  std::thread sender([&] { client.send(post("/echo", body) + post("/big", "")); });
  EXPECT_EQ(body_of(client.receive_answer()), body);
  EXPECT_EQ(body_of(client.receive_answer()), std::string(4 << 20, 'b'));
  sender.join();
}

TEST_F(HttpServerTest, SendsContinueOnlyWhenTheBodyIsAwaited) {
  start();
  Client client = connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  EXPECT_EQ(body_of(client.receive_answer()), "{}");
  client.send(post("/echo", "ab", "Expect: 100-continue\r\n"));
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, RefusesAnAnnouncedLargeBodyBeforeItIsSent) {
  start();
  EXPECT_THAT(refusal("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
                      "99999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, FollowsTheRulesOfConnection) {
  start();
  EXPECT_THAT(refusal(post("/echo", "a", "Connection: close\r\n")),
              HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(refusal("POST /echo HTTP/1.0\r\nContent-Length: 1\r\n\r\na"),
              HasSubstr("Connection: close\r\n"));
  Client client = connect();
  for (int i = 0; i < 2; ++i) {
    client.send("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na");
    EXPECT_THAT(client.receive_answer(), HasSubstr("Connection: keep-alive\r\n"));
  }
}

TEST_F(HttpServerTest, SendsNoBodyForHead) {
  start();
  Client client = connect();
  client.send("HEAD /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answer = client.receive_until_closed();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 4194304\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, AnswersARequestItsHandlerDroppedOrThrewOn) {
  start();
  Client client = connect();
  for (const char* path : {"/drop", "/throw"}) {
    client.send(post(path, "x"));
    const std::string answer = client.receive_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, HasSubstr(R"("code":"internal_error","outcome":"unknown")"));
  }
}

TEST_F(HttpServerTest, CutsOffAHeaderThatDrips) {
  HttpServerOptions options;
  options.header_timeout = 200ms;
  start(options);
  Client client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nX: ");
  const auto started = std::chrono::steady_clock::now();
  while (client.send("a") && !client.receive_some(20ms) && !client.closed()) {
    ASSERT_LT(std::chrono::steady_clock::now() - started, patience);
  }
  EXPECT_GE(std::chrono::steady_clock::now() - started, 190ms);
  EXPECT_THAT(client.receive_until_closed(), HasSubstr(R"("code":"request_timeout")"));
}

TEST_F(HttpServerTest, CutsOffABodyThatStopsOrDrips) {
  HttpServerOptions options;
  options.body_timeout = 200ms;
  options.body_total_timeout = 500ms;
  start(options);
  EXPECT_THAT(refusal("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"),
              StartsWith("HTTP/1.1 408 "));
  Client client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n");
  const auto started = std::chrono::steady_clock::now();
  while (client.send("a") && !client.receive_some(20ms) && !client.closed()) {
    ASSERT_LT(std::chrono::steady_clock::now() - started, patience);
  }
  EXPECT_THAT(client.receive_until_closed(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, CutsOffAClientThatDoesNotReadItsAnswer) {
  HttpServerOptions options;
  options.write_timeout = 200ms;
  start(options);
  Client client = connect();
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += post("/big", "");
  client.send(requests);
  ASSERT_TRUE(client.receive_some(patience));  // and then no more
  const auto started = std::chrono::steady_clock::now();
  while (server->connections() != 0 && std::chrono::steady_clock::now() - started < patience) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server->connections(), 0U);
  EXPECT_GE(std::chrono::steady_clock::now() - started, 150ms);
}

TEST_F(HttpServerTest, ClosesAnIdleConnectionWithoutAWord) {
  HttpServerOptions options;
  options.idle_timeout = 100ms;
  start(options);
  Client client = connect();
  client.send(post("/echo", "a"));
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(client.receive_until_closed(), "");
}

TEST_F(HttpServerTest, RefusesConnectionsAboveTheLimit) {
  HttpServerOptions options;
  options.connections_max = 2;
  start(options);
  Client first = connect(), second = connect();
  first.send(post("/echo", "1"));
  second.send(post("/echo", "2"));
  EXPECT_THAT(first.receive_answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(second.receive_answer(), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(connect().receive_until_closed(), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, DrainAnswersRequestsInFlightAndClosesTheRest) {
  start();
  Client idle = connect(), busy = connect();
  idle.send(post("/echo", "a"));
  EXPECT_THAT(idle.receive_answer(), StartsWith("HTTP/1.1 200 "));
  busy.send(post("/hold", "money"));
  auto [respond, response] = handler.take_held();
  auto drained = std::async(std::launch::async, [&] { return server->drain(patience); });

  EXPECT_EQ(idle.receive_until_closed(), "") << "at once, while the other is still in flight";
  EXPECT_FALSE(connect().connected());
  respond(std::move(response));
  const std::string answer = busy.receive_until_closed();
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(body_of(answer), "money");
  { const Client gone = std::move(busy); }  // the server lingers until the client has closed too
  EXPECT_TRUE(drained.get());
}

TEST_F(HttpServerTest, DrainCutsOffWhatTakesTooLongAndALateAnswerGoesNowhere) {
  start();
  Client busy = connect();
  busy.send(post("/hold", "x"));
  auto [respond, response] = handler.take_held();
  EXPECT_FALSE(server->drain(10ms));
  EXPECT_EQ(busy.receive_until_closed(), "");
  server.reset();
  respond(std::move(response));
}

TEST_F(HttpServerTest, ObservesEachAnswer) {
  start();
  Client client = connect();
  client.send(post("/echo", "12345"));
  client.receive_answer();
  const HttpObservation seen = handler.wait_for_observation();
  EXPECT_EQ(seen.status, 200);
  EXPECT_FALSE(seen.by_server);
  EXPECT_EQ(seen.request_body_bytes, 5U);
  EXPECT_EQ(seen.response_body_bytes, 5U);
  EXPECT_GT(seen.duration.count(), 0);
}

TEST_F(HttpServerTest, StartNamesWhatIsWrong) {
  HttpServerOptions options;
  for (const char* listen :
       {"", "8080", "nowhere:80", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:8o"}) {
    options.listen = listen;
    auto started = HttpServer::start(options, handler);
    ASSERT_FALSE(started) << listen;
    EXPECT_EQ(started.error().code, Errc::invalid);
  }
  start();
  options.listen = server->address();
  auto taken = HttpServer::start(options, handler);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::io);
  EXPECT_THAT(taken.error().context, HasSubstr(server->address()));
  options.certificate_file = "/nonexistent.pem";
  EXPECT_FALSE(HttpServer::start(options, handler));
  options.key_file = "/nonexistent.pem";
  EXPECT_FALSE(HttpServer::start(options, handler));
}

TEST(HttpRequest, SplitsItsTarget) {
  HttpRequest request;
  const auto split = [&](std::string target) {
    request.target = std::move(target);
    return std::string(request.path()) + " " + std::string(request.query());
  };
  EXPECT_EQ(split("/a/b"), "/a/b ");
  EXPECT_EQ(split("/a?x=1?&y=/"), "/a x=1?&y=/");
  EXPECT_EQ(split("http://host:1/a?x"), "/a x");
  EXPECT_EQ(split("http://host"), "/ ");
  EXPECT_EQ(split("*"), "* ");
  request.headers.add("Content-Type", "a/b");
  request.headers.add("PREFER", "wait=1");
  EXPECT_EQ(request.content_type(), "a/b");
  EXPECT_EQ(request.prefer(), "wait=1");
  EXPECT_EQ(request.headers.find("Content"), "");
}

// A self-signed certificate for "localhost" with a fresh P-256 key, as PEM files in a directory of its own.
class Certificate {
 public:
  Certificate() {
    std::string pattern = (std::filesystem::temp_directory_path() / "florin_tls_XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    if (FILE* const file = std::fopen(certificate_file().c_str(), "w")) {
      PEM_write_X509(file, certificate);
      std::fclose(file);
    }
    if (FILE* const file = std::fopen(key_file().c_str(), "w")) {
      PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
      std::fclose(file);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(directory_); }
  [[nodiscard]] std::string certificate_file() const { return directory_ + "/certificate.pem"; }
  [[nodiscard]] std::string key_file() const { return directory_ + "/key.pem"; }

 private:
  std::string directory_;
};

// A TLS client of at most the given version; empty result when the handshake fails.
struct TlsExchange {
  bool shaken = false;
  std::string version;
  std::string answers;
};

TlsExchange over_tls(const Client& client, int version_max, const std::string& request, int times) {
  TlsExchange result;
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_max_proto_version(context, version_max);
  SSL_CTX_set_security_level(context, 0);
  SSL* const tls = SSL_new(context);
  SSL_set_fd(tls, client.descriptor());
  result.shaken = SSL_connect(tls) == 1;
  result.version = SSL_get_version(tls);
  for (int i = 0; result.shaken && i < times; ++i) {
    SSL_write(tls, request.data(), static_cast<int>(request.size()));
    char bytes[65536];
    const int got = SSL_read(tls, bytes, sizeof bytes);
    if (got > 0) result.answers.append(bytes, static_cast<std::size_t>(got));
  }
  SSL_shutdown(tls);
  SSL_free(tls);
  SSL_CTX_free(context);
  return result;
}

TEST_F(HttpServerTest, ServesTlsFromVersion12On) {
  const Certificate certificate;
  HttpServerOptions options;
  options.certificate_file = certificate.certificate_file();
  options.key_file = certificate.key_file();
  start(options);
  for (const auto& [version, name] :
       {std::pair{TLS1_3_VERSION, "TLSv1.3"}, {TLS1_2_VERSION, "TLSv1.2"}}) {
    const auto result = over_tls(connect(), version, post("/thread", "over tls"), 3);
    EXPECT_EQ(result.version, name);
    std::size_t answers = 0;
    for (auto at = result.answers.find("over tls"); at != std::string::npos;
         at = result.answers.find("over tls", at + 1)) {
      ++answers;
    }
    EXPECT_EQ(answers, 3U) << result.answers;
  }
  EXPECT_FALSE(over_tls(connect(), TLS1_1_VERSION, post("/echo", ""), 1).shaken);
  Client plain = connect();
  plain.send(post("/echo", "not tls"));
  EXPECT_THAT(plain.receive_until_closed(), testing::Not(HasSubstr("HTTP/1.1 200")));
  const Client silent = connect();  // in its handshake: a drain need not wait for it
  EXPECT_TRUE(server->drain(patience));
}

TEST_F(HttpServerTest, RefusesOverTlsToo) {
  const Certificate certificate;
  HttpServerOptions options;
  options.certificate_file = certificate.certificate_file();
  options.key_file = certificate.key_file();
  options.body_bytes_max = 10;
  start(options);
  const auto result = over_tls(connect(), TLS1_3_VERSION, post("/echo", std::string(5000, 'x')), 1);
  EXPECT_THAT(result.answers, StartsWith("HTTP/1.1 413 "));
}

}  // namespace
}  // namespace florin
