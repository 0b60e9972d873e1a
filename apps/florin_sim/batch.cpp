// Worker processes: worker j of n runs the seeds first + j, first + j + n, ...; reports come back on a pipe.
#include "apps/florin_sim/batch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "sim/checkers/same_trace.hpp"
#include "sim/plan/plan_file.hpp"

namespace florin::sim {
namespace {

constexpr std::size_t text_max = 1'500;

// A report as it goes through the pipe: at most PIPE_BUF bytes, so that it arrives whole.
struct Packet {
  RunReport numbers() const;
  std::uint64_t seed, trace_hash, events, entries, requests, completed, refused, crashes, packets,
      packets_lost, simulated_us;
  std::uint8_t outcome;
  RunKind kind;
  char checker[64];
  char what[text_max];
};
static_assert(sizeof(Packet) < 4'096);

void copy_text(char* to, std::size_t size, const std::string& from) {
  std::memset(to, 0, size);
  std::memcpy(to, from.data(), std::min(from.size(), size - 1));
}

Packet packet_of(const RunReport& r) {
  Packet p{};
  p.seed = r.seed;
  p.kind = r.kind;
  p.trace_hash = r.trace_hash;
  p.events = r.events;
  p.entries = r.entries;
  p.requests = r.requests;
  p.completed = r.completed;
  p.refused = r.refused;
  p.crashes = r.crashes;
  p.packets = r.packets;
  p.packets_lost = r.packets_lost;
  p.simulated_us = r.simulated_us;
  p.outcome = static_cast<std::uint8_t>(r.outcome);
  copy_text(p.checker, sizeof(p.checker), r.checker);
  copy_text(p.what, sizeof(p.what), r.what);
  return p;
}

RunReport Packet::numbers() const {
  RunReport r;
  r.seed = seed;
  r.kind = kind;
  r.trace_hash = trace_hash;
  r.events = events;
  r.entries = entries;
  r.requests = requests;
  r.completed = completed;
  r.refused = refused;
  r.crashes = crashes;
  r.packets = packets;
  r.packets_lost = packets_lost;
  r.simulated_us = simulated_us;
  r.outcome = static_cast<Outcome>(outcome);
  r.checker = checker;
  r.what = what;
  return r;
}

RunReport run_one_seed(std::uint64_t seed, RunKind kind, bool twice) {
  RunReport report = run_seed(seed, kind);
  if (!twice || report.outcome != Outcome::ok) return report;
  if (auto differs = check_same_trace(report)) {
    report.outcome = Outcome::correctness;
    report.checker = "same_trace";
    report.what = std::move(*differs);
  }
  return report;
}

bool write_packet(const RunReport& report) {
  const Packet packet = packet_of(report);
  return ::write(STDOUT_FILENO, &packet, sizeof(packet)) == sizeof(packet);
}

// In the child: becomes this program with these arguments. -1 leaves a standard stream as it is.
[[noreturn]] void become_worker(std::vector<std::string> arguments, int input, int output,
                                int errors) {
  if (input >= 0) ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  if (errors >= 0) ::dup2(errors, STDERR_FILENO);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a seed that never ends must not outlive who waits for it
  arguments.insert(arguments.begin(), "florin-sim");
  arguments.push_back("--worker");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::execv("/proc/self/exe", argv.data());
  ::_exit(1);
}

struct Worker {
  pid_t process = -1;
  int pipe = -1;
  int errors = -1;         // its stderr: what an assert said
  std::uint64_t next = 0;  // the seed it is at
  std::uint64_t stride = 1;
  std::string received;
  std::string said;
};

class Batch {
 public:
  Batch(const BatchOptions& options, const std::function<bool(const RunReport&)>& on_report)
      : options_(options), on_report_(on_report), end_(options.first_seed + options.count) {}

  void run() {
    const std::uint64_t jobs = std::min<std::uint64_t>(std::max(1U, options_.jobs), options_.count);
    workers_.resize(jobs);
    for (std::uint64_t j = 0; j < jobs; ++j) {
      workers_[j].next = options_.first_seed + j;
      workers_[j].stride = jobs;
      start(workers_[j]);
    }
    while (go_on_ && any_running()) wait_for_some();
    for (Worker& worker : workers_) {
      if (worker.process < 0) continue;
      ::kill(worker.process, SIGKILL);
      finish(worker);
    }
  }

 private:
  [[nodiscard]] bool any_running() const {
    for (const Worker& worker : workers_)
      if (worker.process >= 0) return true;
    return false;
  }

  void start(Worker& worker) {
    int reports[2];
    int errors[2];
    if (::pipe2(reports, O_CLOEXEC) != 0 || ::pipe2(errors, O_CLOEXEC) != 0) return;
    std::vector<std::string> arguments{"--seed",   std::to_string(worker.next),
                                       "--count",  std::to_string(end_ - worker.next),
                                       "--stride", std::to_string(worker.stride)};
    if (options_.kind == RunKind::cluster) arguments.emplace_back("--cluster");
    if (options_.twice) arguments.emplace_back("--twice");
    worker.process = ::fork();
    if (worker.process == 0) become_worker(std::move(arguments), -1, reports[1], errors[1]);
    ::close(reports[1]);
    ::close(errors[1]);
    ::fcntl(errors[0], F_SETFL, O_NONBLOCK);
    worker.pipe = reports[0];
    worker.errors = errors[0];
  }

  void wait_for_some() {
    std::vector<pollfd> polled;
    std::vector<Worker*> of;
    for (Worker& worker : workers_) {
      if (worker.process < 0) continue;
      polled.push_back({worker.pipe, POLLIN, 0});
      of.push_back(&worker);
    }
    if (::poll(polled.data(), polled.size(), 200) <= 0) return;
    for (std::size_t i = 0; i < polled.size() && go_on_; ++i)
      if (polled[i].revents != 0) receive(*of[i]);
  }

  void receive(Worker& worker) {
    char buffer[1 << 16];
    drain_errors(worker);
    const ssize_t got = ::read(worker.pipe, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) return ended(worker);
    worker.received.append(buffer, static_cast<std::size_t>(got));
    while (go_on_ && worker.received.size() >= sizeof(Packet)) {
      Packet packet;
      std::memcpy(&packet, worker.received.data(), sizeof(packet));
      worker.received.erase(0, sizeof(packet));
      worker.next = packet.seed + worker.stride;
      go_on_ = on_report_(packet.numbers());
    }
  }

  void drain_errors(Worker& worker) {
    char buffer[4'096];
    for (ssize_t got = 0; (got = ::read(worker.errors, buffer, sizeof(buffer))) > 0;)
      worker.said.append(buffer, static_cast<std::size_t>(got));
  }

  int finish(Worker& worker) {
    int status = 0;
    ::waitpid(worker.process, &status, 0);
    drain_errors(worker);
    ::close(worker.pipe);
    ::close(worker.errors);
    worker.process = -1;
    return status;
  }

  // Done with all its seeds, or dead in the middle of one.
  void ended(Worker& worker) {
    const int status = finish(worker);
    if (worker.next >= end_) return;
    RunReport crash;
    crash.seed = worker.next;
    crash.kind = options_.kind;
    crash.outcome = Outcome::crash;
    crash.checker = "crash";
    crash.what = WIFSIGNALED(status)
                     ? "signal " + std::to_string(WTERMSIG(status)) + ": " + worker.said
                     : "exit code " + std::to_string(WEXITSTATUS(status)) + ": " + worker.said;
    crash.what.resize(std::min<std::size_t>(crash.what.size(), text_max));
    worker.said.clear();
    worker.received.clear();
    worker.next += worker.stride;
    go_on_ = on_report_(crash);
    if (go_on_ && worker.next < end_) start(worker);
  }

  const BatchOptions& options_;
  const std::function<bool(const RunReport&)>& on_report_;
  const std::uint64_t end_;
  std::vector<Worker> workers_;
  bool go_on_ = true;
};

}  // namespace

int run_worker_seeds(const BatchOptions& options) {
  for (std::uint64_t i = 0; i < options.count; i += options.stride)
    if (!write_packet(run_one_seed(options.first_seed + i, options.kind, options.twice))) return 1;
  return 0;
}

int run_worker_plan(const RunPlan& plan) { return write_packet(run_plan(plan)) ? 0 : 1; }

RunReport run_in_process(const RunPlan& plan) {
  RunReport crash;
  crash.seed = plan.options.seed;
  crash.kind = plan.kind();
  crash.outcome = Outcome::crash;
  crash.checker = "crash";
  const std::string text = write_plan(plan, {});
  const int file = ::memfd_create("plan", MFD_CLOEXEC);
  int reports[2];
  if (file < 0 || ::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::lseek(file, 0, SEEK_SET) != 0 || ::pipe2(reports, O_CLOEXEC) != 0)
    return crash;
  const pid_t process = ::fork();
  if (process == 0) become_worker({"--replay", "/dev/stdin"}, file, reports[1], -1);
  ::close(file);
  ::close(reports[1]);
  Packet packet;
  ssize_t got = 0;
  do got = ::read(reports[0], &packet, sizeof(packet));
  while (got < 0 && errno == EINTR);
  ::close(reports[0]);
  int status = 0;
  ::waitpid(process, &status, 0);
  if (got == sizeof(packet)) return packet.numbers();
  crash.what =
      WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : "the process ended";
  return crash;
}

void run_batch(const BatchOptions& options,
               const std::function<bool(const RunReport&)>& on_report) {
  Batch(options, on_report).run();
}

}  // namespace florin::sim
