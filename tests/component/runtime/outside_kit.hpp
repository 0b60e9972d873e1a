// A party on the loopback that does what a test says, and somebody who waits for answers.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "actors/messages/outside_call.hpp"
#include "psp/http_message.hpp"

namespace florin::test {

// One connection, on a thread of its own. Nothing here throws: what a party that goes away breaks is an empty text.
class Party {
 public:
  Party(int descriptor, int number) : descriptor_(descriptor), number_(number) {}
  // From 1 on, in order of arrival.
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

  // A whole request, head and body; empty: there is none.
  std::string read_request() {
    std::string text;
    for (;;) {
      const std::size_t head = text.find("\r\n\r\n");
      if (head != std::string::npos && text.size() >= head + 4 + body_size(text)) return text;
      char bytes[4096];
      const auto got = ::recv(descriptor_, bytes, sizeof bytes, 0);
      if (got <= 0) return {};
      text.append(bytes, static_cast<std::size_t>(got));
    }
  }
  void send(const std::string& text) const {
    std::size_t sent = 0;
    while (sent < text.size()) {
      const auto now = ::send(descriptor_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return;
      sent += static_cast<std::size_t>(now);
    }
  }
  void answer(const std::string& body, const std::string& status = "200 OK",
              const std::string& headers = "") const {
    send("HTTP/1.1 " + status + "\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  // Until the other side goes.
  void wait_for_end() const {
    char byte = 0;
    while (::recv(descriptor_, &byte, 1, 0) > 0) {}
  }

 private:
  static std::size_t body_size(const std::string& text) {
    const std::size_t at = text.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
  }
  int descriptor_;
  int number_;
};

class PartyServer {
 public:
  using Serve = std::function<void(Party&)>;

  explicit PartyServer(Serve serve) : serve_(std::move(serve)), listener_(listening(port_)) {
    accepting_ = std::thread([this] { accept_all(); });
  }
  ~PartyServer() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    for (std::thread& one : serving_) one.join();
    ::close(listener_);
  }
  PartyServer(const PartyServer&) = delete;
  PartyServer& operator=(const PartyServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  // Where nobody listens.
  static std::string url_of_nobody() {
    std::uint16_t port = 0;
    ::close(listening(port));
    return "http://127.0.0.1:" + std::to_string(port);
  }

 private:
  static int listening(std::uint16_t& port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(descriptor, 64), 0);
    EXPECT_EQ(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port = ntohs(address.sin_port);
    return descriptor;
  }
  void accept_all() {
    for (int number = 1;; ++number) {
      const int descriptor = ::accept(listener_, nullptr, nullptr);
      if (descriptor < 0) return;
      const std::lock_guard lock(mutex_);
      open_.insert(descriptor);
      serving_.emplace_back([this, descriptor, number] {
        Party party(descriptor, number);
        serve_(party);
        const std::lock_guard over(mutex_);
        open_.erase(descriptor);
        ::close(descriptor);
      });
    }
  }

  Serve serve_;
  std::uint16_t port_ = 0;
  int listener_;
  std::mutex mutex_;  // of these:
  std::set<int> open_;
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

// What somebody has counted up to, waited for without a sleep.
class Count {
 public:
  int add() {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    return ++value_;
  }
  bool reaches(int value) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return value_ >= value; });
  }
  int value() {
    const std::lock_guard lock(mutex_);
    return value_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int value_ = 0;
};

// Those who called, as one: answers in the order in which they came.
class Callers {
 public:
  struct Heard {
    CallAnswer answer;
    psp::HttpAnswer http;
  };

  void hear(CallAnswer answer) {
    auto http = psp::parse_answer(answer.bytes);
    EXPECT_TRUE(http.has_value()) << answer.bytes;
    const std::lock_guard lock(mutex_);
    heard_.push_back({std::move(answer), http ? std::move(*http) : psp::HttpAnswer{}});
    changed_.notify_all();
  }
  // Once that many have come; fails the test after a while.
  std::vector<Heard> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(
        changed_.wait_for(lock, std::chrono::seconds(20), [&] { return heard_.size() >= count; }))
        << heard_.size() << " of " << count;
    std::vector<Heard> all = heard_;
    all.resize(std::max(count, all.size()));
    return all;
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return heard_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Heard> heard_;
};

}  // namespace florin::test
