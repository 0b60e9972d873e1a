// What a seed makes of a payer.
#include "sim/psp/payer_script.hpp"

namespace florin::sim {
namespace {

class PayerDraw {
 public:
  PayerDraw(std::uint64_t seed, SimTime patience_max)
      : random_(seed), now_(random_.log_between(millisecond, patience_max)), most_(patience_max) {}

  std::vector<PayerStep> run() {
    const std::uint64_t dice = random_.bounded(1'000);
    if (dice < 150) return {};  // never comes
    while (random_.permille(dice < 400 ? 600 : 100)) add(PayerAct::decline);
    if (dice < 200) return steps_;  // gives up
    if (random_.permille(200)) add(PayerAct::ask_action);
    if (dice < 250) return steps_;  // and does not come back from the bank
    if (dice < 450) {
      add(PayerAct::process);
      add(random_.permille(700) ? PayerAct::process_paid : PayerAct::process_failed);
    } else {
      add(PayerAct::pay);
    }
    // Another tab, or the way back.
    if (random_.permille(200)) steps_.push_back({steps_.back().after, PayerAct::pay});
    if (random_.permille(150)) add(random_.permille(700) ? PayerAct::pay : PayerAct::decline);
    return steps_;
  }

 private:
  void add(PayerAct act) {
    steps_.push_back({now_, act});
    now_ += random_.log_between(millisecond, most_);
  }

  SimRandom random_;
  SimTime now_;
  SimTime most_;
  std::vector<PayerStep> steps_;
};

}  // namespace

std::string_view to_string(PayerAct act) {
  switch (act) {
    case PayerAct::pay: return "pay";
    case PayerAct::decline: return "decline";
    case PayerAct::ask_action: return "ask_action";
    case PayerAct::process: return "process";
    case PayerAct::process_paid: return "process_paid";
    case PayerAct::process_failed: return "process_failed";
  }
  return "?";
}

std::vector<PayerStep> draw_payer(std::uint64_t seed, std::string_view order,
                                  SimTime patience_max) {
  std::uint64_t mixed = mix(seed, 0x504159);
  for (const char c : order) mixed = mix(mixed, static_cast<unsigned char>(c));
  return PayerDraw(mixed, patience_max).run();
}

}  // namespace florin::sim
