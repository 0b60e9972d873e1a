// florin-psp: the sandbox. Reads its journal, serves HTTP, sends webhooks, stops on SIGINT and SIGTERM. Everything it
// has answered is on disk, so a stop needs no order.
#include <csignal>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "apps/florin_psp/options.hpp"
#include "apps/florin_psp/shell/http_server.hpp"
#include "apps/florin_psp/shell/service.hpp"
#include "apps/florin_psp/shell/shop.hpp"
#include "apps/florin_psp/shell/webhook_sender.hpp"
#include "apps/florin_psp/wire/form.hpp"

namespace florin::sandbox {
namespace {

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int fail(const Error& error) {
  std::fprintf(stderr, "florin-psp: %s\n", error.context.c_str());
  return error.code == Errc::invalid ? exit_usage : exit_cannot_start;
}

void end_on_lost_disk(const Error& error) {
  std::fprintf(stderr, "florin-psp stops: %s\n", error.context.c_str());
  std::_Exit(exit_disk);
}

std::uint64_t seed_of(const Options& options) {
  if (options.seed) return *options.seed;
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

// An endpoint for all events, as POST /_webhook makes it.
void set_webhook(Service& service, const Options& options) {
  if (options.webhook_url.empty()) return;
  Form form;
  form.set("url", options.webhook_url);
  form.set("secret", options.webhook_secret);
  Call call;
  call.method = "POST";
  call.path = "/_webhook";
  call.body = form.canonical();
  const Reply reply = service.handle(std::move(call));
  if (reply.answer.status != 200)
    std::fprintf(stderr, "florin-psp: --webhook: %s\n", reply.answer.body.c_str());
}

// Blocked before any thread exists; SIGPIPE is an error code of its socket.
sigset_t block_stop_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int run(const Options& options, const sigset_t& signals) {
  auto opened = Service::open(
      {options.data_dir, seed_of(options), options.settings, now_ms, end_on_lost_disk});
  if (!opened) return fail(opened.error());
  Service& service = **opened;
  set_webhook(service, options);
  std::atomic<std::uint64_t> orders{0};
  const auto handler = [&](Call call) -> Reply {
    if (!call.path.starts_with("/_shop")) return service.handle(std::move(call));
    const std::string number = std::to_string(now_ms()) + "-" + std::to_string(++orders);
    return {shop_answer(options.shop, call, number), {}, {}};
  };
  auto server = HttpServer::start(options.listen, options.settings.public_url, handler);
  if (!server) return fail(server.error());
  std::thread timers([&] { service.run_timers(); });
  {
    const WebhookSender sender(service);
    std::printf("florin-psp listens on http://%s\n", (*server)->address().c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    service.stop();
  }
  (*server)->stop();
  timers.join();
  return exit_clean;
}

}  // namespace
}  // namespace florin::sandbox

int main(int argc, char** argv) {
  using namespace florin::sandbox;
  const auto parsed = parse_options(argc, argv);
  if (parsed.exit_code) return *parsed.exit_code;
  return run(parsed.options, block_stop_signals());
}
