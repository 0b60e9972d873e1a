// What the HTTP server costs by itself: answers every request with 120 bytes of JSON from another thread,
// as the engine would. Drive it with: wrk -t1 -c64 -d5 -s post.lua http://<address>/
// Usage: http_bench_server [listen] [threads] [inline]; prints CPU per request when stdin closes.
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "api/http/http_server.hpp"

namespace {

class Bench final : public florin::HttpHandler {
 public:
  explicit Bench(bool in_place) : in_place_(in_place) {}
  ~Bench() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  void handle(florin::HttpRequest request, florin::Respond respond) override {
    if (in_place_) return answer(respond);
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = waiting_.empty();
      waiting_.emplace_back(std::move(request), std::move(respond));
    }
    if (first) wake_.notify_one();
  }
  void observe(const florin::HttpObservation&) noexcept override { ++answers; }
  std::atomic<std::size_t> answers{0};

 private:
  static void answer(florin::Respond& respond) {
    florin::HttpResponse response;
    response.body =
        R"({"Status":"success","Transaction_id":"7f0c2f5e-6a0b-4f0e-9c36-0a5f5c1d2e3f","Position":"p3:1234567:12","padding":"......"})";
    response.headers.emplace_back("Florin-Position", "p3:1234567:12");
    respond(std::move(response));
  }
  void run() {
    std::vector<std::pair<florin::HttpRequest, florin::Respond>> turn;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
        if (stop_) return;
        turn.swap(waiting_);
      }
      for (auto& [request, respond] : turn) answer(respond);
      turn.clear();
    }
  }

  bool in_place_;
  bool stop_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::pair<florin::HttpRequest, florin::Respond>> waiting_;
  std::thread thread_{[this] { run(); }};
};

}  // namespace

int main(int argc, char** argv) {
  florin::HttpServerOptions options;
  if (argc > 1) options.listen = argv[1];
  if (argc > 2) options.threads = static_cast<std::size_t>(std::atoi(argv[2]));
  Bench bench(argc > 3 && std::string_view(argv[3]) == "inline");
  auto server = florin::HttpServer::start(options, bench);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().context.c_str());
    return 1;
  }
  std::printf("%s\n", (*server)->address().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {}
  (*server)->drain(std::chrono::milliseconds(1000));
  const double cpu_us = static_cast<double>(std::clock()) * 1e6 / CLOCKS_PER_SEC;
  const auto answers = static_cast<double>(bench.answers.load());
  std::printf("%.0f answers, %.1f us CPU each\n", answers, answers > 0 ? cpu_us / answers : 0);
}
