// What each move does.
#include "sim/explore/hosted/hosted_world.hpp"

#include <algorithm>
#include <utility>

#include "domain/payment/checkout/checkout_evolve.hpp"
#include "domain/payment/order/order_evolve.hpp"

namespace florin::sim {
namespace {

using How = HostedMove::How;
using Page = HostedProvider::Page;
using Registration = HostedProvider::Registration;

constexpr Minor asked_amount = 1'000;
constexpr Position somewhere{1, 0, 0};

PaymentId id_of(const char* text) { return PaymentId::from_trusted(text); }

OrderTerms terms_of(const HostedCase& explored, Timestamp now) {
  OrderTerms terms;
  terms.buyer = AccountId::from_trusted("buyer");
  terms.seller = AccountId::from_trusted("seller");
  terms.amount = terms.psp_amount = asked_amount;
  terms.currency = Currency{{'U', 'S', 'D'}};
  terms.psp = "psp";
  terms.fee = 20;
  terms.expires_at = now + (explored.expires_soon ? hosted_minute / 2 : 10 * hosted_minute);
  return terms;
}

void add_packet(HostedWorld& world, HostedPacket packet) {
  const auto at = std::ranges::upper_bound(world.packets, packet);
  world.packets.insert(at, std::move(packet));
}

bool is_answer_to_call(const HostedPacket& packet) {
  return packet.what == HostedWhat::call_answer || packet.what == HostedWhat::read_answer;
}

// Its process takes with it what comes of its calls.
void order_dies(HostedWorld& world) {
  std::erase_if(world.packets, is_answer_to_call);
  for (HostedPacket& packet : world.packets)
    if (packet.what == HostedWhat::call || packet.what == HostedWhat::read) packet.is_orphan = true;
  std::ranges::sort(world.packets);
}

PspStatus status_of(const HostedProvider& provider) {
  switch (provider.page) {
    case Page::none: return PspStatus::none;
    case Page::expired: return PspStatus::expired;
    case Page::open: return provider.intent == PspStatus::none ? PspStatus::open : provider.intent;
    case Page::complete:
      return provider.intent == PspStatus::failed_attempt ? PspStatus::canceled : provider.intent;
  }
  return PspStatus::none;
}

}  // namespace

HostedRules::HostedRules(HostedCase explored) : case_(std::move(explored)) {}

OrderContext HostedRules::context(const HostedWorld& world) const {
  OrderContext context;
  context.now = world.now;
  OrderPolicy& policy = context.policy;
  policy.has_risk_service = case_.has_risk;
  policy.call_patience_us = policy.backoff_us_first = policy.backoff_us_max = policy.step_again_us =
      hosted_minute;
  policy.poll_awaiting_us = policy.poll_action_us = policy.poll_pending_us =
      policy.poll_cancelling_us = policy.poll_unresolved_us = policy.poll_later_us =
          4 * hosted_minute;
  policy.pending_alert_us = policy.step_alert_us = policy.parked_again_us = 3 * hosted_minute;
  context.psp.key_lifetime_us = hosted_key_life;
  context.psp.session_us_min = hosted_page_life;
  return context;
}

HostedWorld HostedRules::initial(HostedBudget budget) {
  HostedWorld world;
  world.now = Timestamp{1'700'000'000'000'000};
  world.order.id = id_of("po-1");
  world.checkouts.resize(case_.is_contested ? 2 : 1);
  world.is_frozen = case_.is_frozen;
  world.may_cancel = case_.cancels;
  world.acts_left.assign(case_.acts.size(), 1);
  world.left = budget;
  for (std::size_t i = 0; i < world.checkouts.size(); ++i) {
    CheckoutState& checkout = world.checkouts[i];
    checkout.id = id_of(i == 0 ? "co-1" : "co-2");
    CheckoutAsked asked;
    asked.orders.push_back({world.order.id, terms_of(case_, world.now), {}});
    const CheckoutDecision decision = decide(checkout, asked, world.now);
    for (const AnyCheckoutEvent& event : decision.events)
      evolve(checkout, event, {{static_cast<LogIndex>(i + 1), 0, 0}, world.now});
    leave(world, static_cast<std::uint8_t>(i), decision.steps);
  }
  return world;
}

// --- entities ------------------------------------------------------------------------------------------------

void HostedRules::to_order(HostedWorld& world, const OrderNews& news, const HostedPacket& from,
                           How how) {
  if (how == How::dies_before) return order_dies(world);
  note_cells(world, news);
  const OrderPhase before = world.order.phase;
  OrderDecision decision = decide(world.order, news, context(world));
  if (!decision.alarm.empty()) wrong("alarm: " + decision.alarm);
  const auto take = [&](const OrderDecision& taken) {
    for (const AnyOrderEvent& event : taken.events) {
      const OrderCall call = world.order.call;
      evolve(world.order, event, {somewhere, world.now});
      const auto* begun = get_if<OrderCallBegun>(&event);
      if (begun != nullptr && call.operation == begun->operation && call.number == begun->number &&
          (call.may_have_arrived || call.in_flight))
        wrong("other bytes under a key that may have arrived");
    }
  };
  take(decision);
  OrderSteps steps = std::move(decision.steps);
  // Bytes are made in the same turn.
  for (bool has_prepared = true; has_prepared;) {
    has_prepared = false;
    for (const OrderStep& step : OrderSteps(steps)) {
      if (step.kind != OrderStep::Kind::prepare_call) continue;
      const OrderDecision prepared =
          decide(world.order,
                 OrderCallPrepared{step.operation, step.number,
                                   "call " + std::to_string(step.psp_expires_at.us)},
                 context(world));
      if (!prepared.alarm.empty()) wrong("alarm: " + prepared.alarm);
      take(prepared);
      std::erase(steps, step);
      steps.insert(steps.end(), prepared.steps.begin(), prepared.steps.end());
      has_prepared = true;
      break;
    }
  }
  if (before != OrderPhase::failed && world.order.phase == OrderPhase::failed &&
      case_.lie == HostedLie::none &&
      (world.provider.page == Page::open || world.provider.intent == PspStatus::processing ||
       world.provider.captures > 0))
    wrong("FAILED although the payer may pay, or has paid");
  if (how == How::dies_behind) return order_dies(world);
  const bool answers = from.what == HostedWhat::reserve || from.what == HostedWhat::release ||
                       from.what == HostedWhat::begin;
  if (answers && decision.reply != OrderReply::none) {
    HostedPacket reply;
    reply.what = HostedWhat::order_reply;
    reply.checkout = from.checkout;
    reply.attempt = from.attempt;
    reply.reply = decision.reply;
    add_packet(world, reply);
  }
  leave(world, steps);
}

void HostedRules::leave(HostedWorld& world, const OrderSteps& steps) {
  for (const OrderStep& step : steps) {
    HostedPacket packet;
    switch (step.kind) {
      case OrderStep::Kind::prepare_call: wrong("a call was not prepared"); continue;
      case OrderStep::Kind::make_call:
        packet.what = HostedWhat::call;
        packet.operation = world.order.call.operation;
        packet.number = world.order.call.number;
        packet.send = step.number;
        break;
      case OrderStep::Kind::read:
        packet.what = HostedWhat::read;
        packet.number = step.number;
        break;
      case OrderStep::Kind::credit_seller:
        packet.what = HostedWhat::credit;
        packet.number = step.number;
        packet.flow = step.flow;
        break;
      case OrderStep::Kind::post_ledger:
        packet.what = HostedWhat::post;
        packet.number = step.number;
        packet.flow = step.flow;
        break;
      case OrderStep::Kind::tell_checkout:
        packet.what = HostedWhat::word;
        packet.checkout = world.order.claim.checkout == id_of("co-1") ? 0 : 1;
        packet.word = step.word;
        break;
    }
    add_packet(world, packet);
  }
}

void HostedRules::to_checkout(HostedWorld& world, std::uint8_t which, const CheckoutNews& news,
                              const HostedPacket& from, How how) {
  if (how == How::dies_before) return;
  CheckoutState& checkout = world.checkouts.at(which);
  const CheckoutDecision decision = decide(checkout, news, world.now);
  if (!decision.alarm.empty()) wrong("alarm: " + decision.alarm);
  for (const AnyCheckoutEvent& event : decision.events)
    evolve(checkout, event, {checkout.attempt, world.now});
  if (how == How::dies_behind) return;
  if (from.what == HostedWhat::word && decision.reply == CheckoutReply::heard) {
    HostedPacket heard;
    heard.what = HostedWhat::word_heard;
    heard.word = from.word;
    add_packet(world, heard);
  }
  leave(world, which, decision.steps);
}

void HostedRules::leave(HostedWorld& world, std::uint8_t which, const CheckoutSteps& steps) {
  for (const CheckoutStep& step : steps) {
    HostedPacket packet;
    packet.checkout = which;
    packet.attempt = static_cast<std::uint32_t>(world.checkouts[which].attempt.index);
    switch (step.kind) {
      case CheckoutStep::Kind::reserve: packet.what = HostedWhat::reserve; break;
      case CheckoutStep::Kind::release: packet.what = HostedWhat::release; break;
      case CheckoutStep::Kind::begin: packet.what = HostedWhat::begin; break;
      case CheckoutStep::Kind::reserve_key:
      case CheckoutStep::Kind::release_key:
      case CheckoutStep::Kind::keep_key:
        wrong("a checkout that came without a key asks for one");
        continue;
    }
    add_packet(world, packet);
  }
}

// --- packets ---------------------------------------------------------------------------------------------------

void HostedRules::deliver(HostedWorld& world, const HostedPacket& packet, How how) {
  const auto claim = [&] {
    return OrderClaim{world.checkouts.at(packet.checkout).id, {packet.attempt, 0, 0}};
  };
  switch (packet.what) {
    case HostedWhat::reserve: return to_order(world, OrderReserveAsked{claim(), {}}, packet, how);
    case HostedWhat::release: return to_order(world, OrderReleaseAsked{claim()}, packet, how);
    case HostedWhat::begin:
      return to_order(
          world, OrderBeginAsked{claim(), world.checkouts[packet.checkout].orders.front().terms},
          packet, how);
    case HostedWhat::order_reply:
      return to_checkout(
          world, packet.checkout,
          CheckoutOrderAnswered{
              world.order.id, {packet.attempt, 0, 0}, packet.reply, world.order.claim.checkout},
          packet, how);
    case HostedWhat::call:
    case HostedWhat::read: return at_provider(world, packet, how);
    case HostedWhat::call_answer: {
      OrderCallAnswered news{packet.operation, packet.number, packet.send, heard(packet),
                             std::nullopt};
      if (packet.operation == OrderOperation::risk && packet.outcome == PspOutcome::ok)
        news.verdict = packet.verdict == 0 ? RiskVerdict::approve : RiskVerdict::deny;
      return to_order(world, news, packet, how);
    }
    case HostedWhat::read_answer:
      return to_order(world, OrderReadAnswered{packet.number, heard(packet)}, packet, how);
    case HostedWhat::credit: return at_wallet(world, packet);
    case HostedWhat::credit_answer:
      return to_order(
          world,
          OrderCreditAnswered{
              packet.is_refused ? std::optional(Rejection::account_frozen) : std::nullopt,
              packet.flow, packet.number},
          packet, how);
    case HostedWhat::post: return at_ledger(world, packet);
    case HostedWhat::post_answer:
      return to_order(world, OrderLedgerAnswered{packet.flow}, packet, how);
    case HostedWhat::word:
      return to_checkout(world, packet.checkout, CheckoutWordTold{world.order.id, packet.word},
                         packet, how);
    case HostedWhat::word_heard: return to_order(world, OrderWordHeard{packet.word}, packet, how);
    case HostedWhat::hint: {
      OrderHint hint;
      hint.hint = "evt_" + std::to_string(packet.number);
      hint.type = "checkout.session.completed";
      hint.object = hosted_page;
      if (packet.has_payment) hint.payment = "pi_1";
      // Whatever happened: nobody may believe it.
      hint.report.status = PspStatus::succeeded;
      hint.report.order = world.order.id;
      hint.report.amount = hint.report.received = asked_amount;
      hint.report.currency = world.order.terms.currency;
      return to_order(world, hint, packet, how);
    }
    case HostedWhat::cancel: return to_order(world, OrderCancelAsked{}, packet, how);
  }
}

// --- the provider ------------------------------------------------------------------------------------------------

void HostedRules::at_provider(HostedWorld& world, const HostedPacket& call, How how) {
  HostedProvider& provider = world.provider;
  HostedPacket answer = call;
  answer.what = call.what == HostedWhat::call ? HostedWhat::call_answer : HostedWhat::read_answer;
  answer.is_late = false;
  const auto says = [&](PspOutcome outcome, bool shows = false) {
    answer.outcome = outcome;
    if (!shows) return;
    answer.status = status_of(provider);
    answer.declines = provider.declines;
    answer.has_payment = provider.intent != PspStatus::none;
  };
  const bool is_kept = how == How::failed_before || how == How::failed_behind;
  if (how == How::not_sent) {
    says(PspOutcome::not_sent);
  } else if (how == How::throttled) {
    says(PspOutcome::throttled);
  } else if (how == How::busy) {
    says(PspOutcome::in_progress);
  } else if (how == How::failed_once) {
    says(PspOutcome::unknown);
  } else if (call.operation == OrderOperation::risk) {
    says(PspOutcome::ok);
    answer.verdict = how == How::denied ? 1 : 0;
  } else if (call.what == HostedWhat::read) {
    says(provider.pages == 0 ? PspOutcome::absent : PspOutcome::ok, true);
  } else if (call.operation == OrderOperation::registration) {
    answer.is_stored = provider.registration != Registration::unknown;
    if (case_.conflicts) {
      says(PspOutcome::key_conflict);
    } else if (case_.refuses) {
      says(PspOutcome::refused);
    } else if (provider.registration == Registration::unknown) {
      provider.registration = is_kept ? Registration::failed : Registration::made;
      if (how != How::failed_before) {
        provider.page = Page::open;
        provider.ends_at = world.order.call.psp_expires_at;
        ++provider.pages;
      }
      says(is_kept ? PspOutcome::unknown : PspOutcome::ok, !is_kept);
    } else {
      // What is kept is said as it was: of a page that nobody had seen yet.
      says(provider.registration == Registration::made ? PspOutcome::ok : PspOutcome::unknown);
      if (provider.registration == Registration::made) answer.status = PspStatus::open;
    }
  } else if (const auto kept = provider.closes.find(call.number); kept != provider.closes.end()) {
    answer.is_stored = true;
    says(kept->second == 1 ? PspOutcome::ok : PspOutcome::unknown);
    if (kept->second == 1) answer.status = PspStatus::expired;
  } else if (provider.page != Page::open) {
    says(PspOutcome::refused);
  } else {
    provider.closes[call.number] = is_kept ? 2 : 1;
    if (how != How::failed_before) provider.page = Page::expired;
    says(is_kept ? PspOutcome::unknown : PspOutcome::ok, !is_kept);
  }
  if (how == How::unreadable) {
    answer.is_unreadable = true;
    answer.outcome = PspOutcome::unknown;
    answer.status = PspStatus::none;
  }
  if (how == How::lies && answer.outcome == PspOutcome::ok) {
    answer.is_lie = true;
    ++provider.lies;
  }
  if (!call.is_orphan) {
    answer.is_orphan = false;
    add_packet(world, answer);
  }
}

PspAnswerSeen HostedRules::heard(const HostedPacket& answer) const {
  PspAnswerSeen seen;
  seen.outcome = answer.outcome;
  seen.is_stored_answer = answer.is_stored;
  seen.is_unreadable = answer.is_unreadable;
  seen.was_sent_twice = answer.is_twice;
  if (answer.outcome != PspOutcome::ok || answer.operation == OrderOperation::risk) return seen;
  PspReport& report = seen.report;
  report.status = answer.status;
  report.object = hosted_page;
  if (answer.has_payment) report.payment = "pi_1";
  report.order = id_of("po-1");
  report.amount = asked_amount;
  report.received = answer.status == PspStatus::succeeded ? asked_amount : 0;
  report.currency = Currency{{'U', 'S', 'D'}};
  report.url = "https://pay.example/1";
  if (answer.declines > 0) {
    report.attempt = "ch_" + std::to_string(answer.declines);
    report.decline_code = "insufficient_funds";
  }
  if (!answer.is_lie) return seen;
  switch (case_.lie) {
    case HostedLie::none: break;
    case HostedLie::amount: report.amount += 1; break;
    case HostedLie::received: report.received += 1; break;
    case HostedLie::other_object: report.object = hosted_other_page; break;
    case HostedLie::ended: report.status = PspStatus::expired; break;
    case HostedLie::declined: report.status = PspStatus::failed_attempt; break;
  }
  return seen;
}

void HostedRules::act(HostedWorld& world, PayerAct act) {
  HostedProvider& provider = world.provider;
  switch (act) {
    case PayerAct::process_paid:
    case PayerAct::pay:
      provider.page = Page::complete;
      provider.intent = PspStatus::succeeded;
      ++provider.captures;
      break;
    case PayerAct::decline:
      provider.intent = PspStatus::failed_attempt;
      ++provider.declines;
      break;
    case PayerAct::ask_action: provider.intent = PspStatus::action; break;
    case PayerAct::process:
      provider.page = Page::complete;
      provider.intent = PspStatus::processing;
      break;
    case PayerAct::process_failed: provider.intent = PspStatus::failed_attempt; break;
  }
  hint(world);
}

void HostedRules::stray(HostedWorld& world) {
  const OrderClaim other{id_of("co-8"), {8, 0, 0}};
  const OrderClaim released{id_of("co-9"), {9, 0, 0}};
  const HostedPacket nobodys{.what = HostedWhat::word_heard};  // whose answer nobody waits for
  to_order(world, OrderReserveAsked{other, {}}, nobodys, How::well);
  to_order(world, OrderReleaseAsked{released}, nobodys, How::well);
  to_order(world, OrderReserveAsked{released, {}}, nobodys, How::well);
  to_order(world, OrderBeginAsked{world.order.claim, world.order.terms}, nobodys, How::well);
}

void HostedRules::hint(HostedWorld& world) {
  if (!case_.has_webhooks) return;
  HostedPacket packet;
  packet.what = HostedWhat::hint;
  packet.number = ++world.hints;
  packet.has_payment = true;
  add_packet(world, packet);
}

// --- wallet and ledger ---------------------------------------------------------------------------------------------

void HostedRules::at_wallet(HostedWorld& world, const HostedPacket& packet) {
  const auto [done, is_new] =
      world.credits.try_emplace({packet.flow, packet.number}, world.is_frozen);
  HostedPacket answer = packet;
  answer.what = HostedWhat::credit_answer;
  answer.is_refused = done->second;
  answer.is_late = false;
  add_packet(world, answer);
}

void HostedRules::at_ledger(HostedWorld& world, const HostedPacket& packet) {
  const bool is_alone = packet.flow == LedgerFlow::suspense;
  const auto credit = world.credits.find({packet.flow, packet.number});
  if (!is_alone && (credit == world.credits.end() || credit->second))
    return wrong("the ledger is asked for what the wallet has not done");
  world.entries.at(static_cast<std::size_t>(packet.flow)) = 1;
  HostedPacket answer = packet;
  answer.what = HostedWhat::post_answer;
  answer.is_late = false;
  add_packet(world, answer);
}

// --- time ------------------------------------------------------------------------------------------------------

std::optional<Timestamp> HostedRules::next_time(const HostedWorld& world) const {
  std::optional<Timestamp> first = due(world.order);
  for (const CheckoutState& checkout : world.checkouts)
    if (const auto at = due(checkout)) first = earlier(first, *at);
  return first;
}

void HostedRules::pass_time(HostedWorld& world) {
  world.now = std::max(world.now, *next_time(world));
  if (world.provider.page == Page::open && world.now >= world.provider.ends_at)
    world.provider.page = Page::expired;
  for (std::size_t i = 0; i < world.checkouts.size(); ++i) {
    const auto at = due(world.checkouts[i]);
    if (!at || *at > world.now) continue;
    // It asks again, and looks again later.
    world.checkouts[i].changed_at = world.now;
    leave(world, static_cast<std::uint8_t>(i), owed_steps(world.checkouts[i]));
  }
  if (const auto at = due(world.order); at && *at <= world.now)
    to_order(world, OrderTimePassed{}, {}, How::well);
}

// --- moves -----------------------------------------------------------------------------------------------------

std::string HostedRules::make(HostedWorld& world, const HostedMove& move) {
  violation_.clear();
  switch (move.kind) {
    case HostedMove::Kind::deliver: {
      HostedPacket& here = world.packets.at(move.at);
      // Both are of one send, and whoever made it knows that it left twice.
      if (move.how == How::stays && here.what == HostedWhat::call) here.is_twice = true;
      const HostedPacket packet = here;
      if (move.how == How::stays)
        --world.left.duplications;
      else
        world.packets.erase(world.packets.begin() + move.at);
      if (move.how == How::dies_before || move.how == How::dies_behind) --world.left.crashes;
      if (move.how >= How::not_sent && move.how <= How::unreadable) --world.left.losses;
      std::ranges::sort(world.packets);
      deliver(world, packet, move.how);
      break;
    }
    case HostedMove::Kind::late:
      --world.left.losses;
      world.packets.at(move.at).is_late = true;
      std::ranges::sort(world.packets);
      break;
    case HostedMove::Kind::act:
      --world.acts_left.at(move.at);
      act(world, case_.acts.at(move.at));
      break;
    case HostedMove::Kind::cancel: {
      world.may_cancel = false;
      HostedPacket packet;
      packet.what = HostedWhat::cancel;
      add_packet(world, packet);
      break;
    }
    case HostedMove::Kind::thaw: world.is_frozen = false; break;
    case HostedMove::Kind::die:
      --world.left.crashes;
      order_dies(world);
      break;
    case HostedMove::Kind::stray:
      --world.left.duplications;
      stray(world);
      break;
    case HostedMove::Kind::time: pass_time(world); break;
  }
  return violation_.empty() ? check(world) : violation_;
}

}  // namespace florin::sim
