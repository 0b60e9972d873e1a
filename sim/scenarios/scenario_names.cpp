// Names in, words out. No decision and no state of the product in here.
#include "sim/scenarios/scenario_names.hpp"

#include "base/overloaded.hpp"

namespace florin::sim {

// --- names -------------------------------------------------------------------------------------------------

const NamedAccount& ScenarioNames::add_account(const std::string& stem, PartitionId home,
                                               Currency currency) {
  for (int n = 0;; ++n) {
    const auto id = AccountId::from_trusted(n == 0 ? stem : stem + "." + std::to_string(n));
    if (map_.partition_of(id) != home) continue;
    return accounts_.insert_or_assign(stem, NamedAccount{id, home, currency}).first->second;
  }
}

const NamedAccount* ScenarioNames::account(const std::string& name) const {
  const auto found = accounts_.find(name);
  return found == accounts_.end() ? nullptr : &found->second;
}

std::string ScenarioNames::name_of(const AccountId& id) const {
  if (id.is_system()) return "outside";
  for (const auto& [name, account] : accounts_)
    if (account.id == id) return name;
  return id.str();
}

Uuid ScenarioNames::transaction_id(const std::string& transfer) {
  const auto [found, is_new] = transactions_.try_emplace(transfer);
  if (is_new) {
    found->second.bytes[15] = static_cast<std::uint8_t>(transactions_.size());
    found->second.bytes[6] = 0x40;
  }
  return found->second;
}

std::string ScenarioNames::name_of(const Uuid& transaction_id) const {
  for (const auto& [name, id] : transactions_)
    if (id == transaction_id) return name;
  return transaction_id.to_string();
}

void ScenarioNames::learn(const Event& event, Position at) {
  if (const auto* started = get_if<TransferStarted>(&event))
    started_.insert_or_assign(at, *started);
}

const TransferStarted* ScenarioNames::started(const TransferId& id) const {
  const auto found = started_.find(id);
  return found == started_.end() ? nullptr : &found->second;
}

std::string ScenarioNames::name_of(const TransferId& id) const {
  const TransferStarted* known = started(id);
  return known == nullptr ? id.to_string() : name_of(known->transaction_id);
}

std::optional<TransferId> ScenarioNames::transfer_id(const std::string& transfer) const {
  std::optional<TransferId> newest;  // a start that was lost may have had another one
  for (const auto& [id, event] : started_)
    if (name_of(event.transaction_id) == transfer) newest = id;
  return newest;
}

const LegSpec* ScenarioNames::leg(const LegKey& key) const {
  const TransferStarted* known = started(key.transfer);
  return known == nullptr || key.leg >= known->legs.size() ? nullptr : &known->legs[key.leg];
}

std::string ScenarioNames::account_of(const LegKey& key) const {
  const LegSpec* spec = leg(key);
  return spec == nullptr ? "leg " + std::to_string(key.leg) : name_of(spec->account);
}

std::string ScenarioNames::amount_of(const LegKey& key) const {
  const LegSpec* spec = leg(key);
  return spec == nullptr ? "?" : money(started(key.transfer)->currency, spec->amount);
}

// --- small words ---------------------------------------------------------------------------------------------

std::string money(Currency currency, WideMinor minor) {
  return std::string(currency.view()) + " " + format_amount(minor, decimals_of(currency));
}

std::string balance(Currency currency, Minor available, Minor held) {
  std::string text = money(currency, available) + " available";
  if (held != 0) text += ", " + format_amount(held, decimals_of(currency)) + " held";
  return text;
}

std::string code_of(std::optional<Rejection> code) {
  return code ? ": " + std::string(to_string(*code)) : "";
}

std::string words_of(const LegAnswer& answer) {
  switch (answer.code) {
    case AnswerCode::ok: return "ok";
    case AnswerCode::ok_empty: return "ok, but no try was seen: the cancel flag is set";
    case AnswerCode::refused: return "no" + code_of(answer.rejection);
    case AnswerCode::cancelled: return "no: cancelled already";
    case AnswerCode::cancelled_before_try: return "no: the cancel flag is set";
    case AnswerCode::leg_mismatch: return "no: this leg is known with another content";
    case AnswerCode::try_not_found: return "no: no try was seen";
    case AnswerCode::already_confirmed: return "no: confirmed already";
    case AnswerCode::already_cancelled: return "no: cancelled already";
    case AnswerCode::fenced: return "fenced: this transfer is over";
  }
  return "?";
}

std::string_view word_of(LegMessage message) {
  switch (message) {
    case LegMessage::try_: return "try";
    case LegMessage::confirm: return "confirm";
    case LegMessage::cancel: return "cancel";
    case LegMessage::apply: return "apply";
    case LegMessage::compensate: return "compensate";
  }
  return "?";
}

std::string_view word_of(TransferStatus status) {
  switch (status) {
    case TransferStatus::trying: return "trying";
    case TransferStatus::confirming: return "confirming";
    case TransferStatus::cancelling: return "cancelling";
    case TransferStatus::completed: return "completed";
    case TransferStatus::cancelled: return "cancelled";
    case TransferStatus::refused: return "refused";
  }
  return "?";
}

std::string_view word_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::local: return "local";
    case Protocol::tcc: return "TC/C";
    case Protocol::saga: return "saga";
  }
  return "?";
}

std::string_view word_of(LegState state) {
  switch (state) {
    case LegState::none: return "never heard of";
    case LegState::tried: return "tried";
    case LegState::confirmed: return "confirmed";
    case LegState::cancelled: return "cancelled";
    case LegState::cancelled_early: return "cancel flag set";
    case LegState::refused: return "refused";
  }
  return "?";
}

std::string span_of(std::int64_t us) {
  if (us % 1'000'000 == 0) return std::to_string(us / 1'000'000) + " s";
  return std::to_string(us / 1'000) + " ms";
}

// --- events --------------------------------------------------------------------------------------------------

std::string ScenarioNames::event(const Event& event, Timestamp now) const {
  const auto posted = [&](const LegContent& leg, bool reverse) {
    const bool pays = (leg.role == LegRole::debit) != reverse;
    const std::string amount = money(leg.currency, leg.amount);
    return name_of(leg.account) +
           (pays ? " pays " + amount + " into clearing" : " gets " + amount + " from clearing");
  };
  return visit(
      Overloaded{
          [&](const AccountOpened& e) {
            return name_of(e.account) + " opened in " + std::string(e.currency.view());
          },
          [&](const AccountFrozen& e) { return name_of(e.account) + " frozen"; },
          [&](const AccountUnfrozen& e) { return name_of(e.account) + " unfrozen"; },
          [&](const AccountClosed& e) { return name_of(e.account) + " closed"; },
          [&](const AccountMetadataChanged& e) {
            return name_of(e.account) + " has other metadata";
          },
          [&](const TransferPosted& e) {
            return name_of(e.transaction_id) + " posted: " + name_of(e.from) + " pays " +
                   money(e.currency, e.amount) + " to " + name_of(e.to);
          },
          [&](const TransferRefused& e) {
            return name_of(e.transaction_id) + " refused" + code_of(e.code);
          },
          [&](const SidedRefusal& e) { return this->event(Event(e.refused), now); },
          [&](const TransferStarted& e) {
            return name_of(e.transaction_id) + " started (" + std::string(word_of(e.protocol)) +
                   "), deadline in " + span_of(e.deadline.us - now.us);
          },
          [&](const TransferNoted& e) {
            return name_of(e.transfer) + " is for " + e.notes->reference;
          },
          [&](const LegNoted& e) {
            return account_of(e.leg) + " knows what " + name_of(e.leg.transfer) + " is for";
          },
          [&](const ClientDeadlineGiven& e) {
            return name_of(e.transfer) + " must be decided in " + span_of(e.deadline.us - now.us);
          },
          [&](const LeaderClockRead& e) {
            return "the leader's clock is behind by " + span_of(now.us - e.clock.us);
          },
          [&](const TryAnswered& e) {
            return name_of(e.leg.transfer) + " heard " + account_of(e.leg) + ": " +
                   words_of(e.answer);
          },
          [&](const TransferDecided& e) {
            std::string text = name_of(e.transfer);
            if (e.answered_leg != TransferDecided::no_leg)
              text += " heard " + account_of({e.transfer, e.answered_leg}) + ": " +
                      words_of(e.answer) + ";";
            return text + " decided to " +
                   (e.decision == Decision::confirm ? "confirm" : "cancel") + code_of(e.code);
          },
          [&](const CancelDecided& e) { return this->event(Event(as_transfer_decided(e)), now); },
          [&](const SecondPhaseAnswered& e) {
            return name_of(e.leg.transfer) + " heard that " + account_of(e.leg) + " is done" +
                   (e.out_of_order ? " (cancel came before try)" : "");
          },
          [&](const TransferCompleted& e) { return name_of(e.transfer) + " completed"; },
          [&](const TransferCancelled& e) {
            return name_of(e.transfer) + " cancelled" + code_of(e.code);
          },
          [&](const LegTried& e) {
            const std::string amount = money(e.content.currency, e.content.amount);
            return name_of(e.content.account) + (e.content.role == LegRole::debit
                                                     ? " holds " + amount
                                                     : " reserves room for " + amount);
          },
          [&](const LegRefused& e) {
            return name_of(e.content.account) + " refuses" + code_of(e.code);
          },
          [&](const LegConfirmed& e) { return posted(e.content, false); },
          [&](const LegCancelled& e) {
            const bool debit = leg(e.leg) != nullptr && leg(e.leg)->role == LegRole::debit;
            return account_of(e.leg) +
                   (debit ? " has " + amount_of(e.leg) + " available again"
                          : " needs no room for " + amount_of(e.leg) + " any more");
          },
          [&](const LegCancelledEarly& e) { return name_of(e.account) + " sets the cancel flag"; },
          [&](const StepApplied& e) { return posted(e.content, false); },
          [&](const StepCompensated& e) { return posted(e.content, true) + " (compensation)"; },
          [&](const FenceAdvanced& e) {
            return "the legs of finished transfers of p" + std::to_string(e.coordinator) +
                   " are forgotten";
          },
          [&]<AccountCommandEvent E>(const Commanded<E>& e) {
            return this->event(Event(e.event), now);
          },
          [&](const MembershipEvent auto&) { return std::string(event_name(event)); },
          [&](const MoneyStepDone& e) {
            std::string text = to_string(e.step.name) + ":";
            for (const PostedMove& done : e.moves)
              text += " " + name_of(done.move.from) + " pays " +
                      money(e.step.currency, done.move.amount) + " to " + name_of(done.move.to);
            return text;
          },
          [&](const MoneyStepRefused& e) {
            return to_string(e.step.name) + ": " + name_of(e.step.account) + " refuses" +
                   code_of(e.code);
          },
          [&](const LedgerEntryPosted& e) { return to_string(e.step->name) + " is in the ledger"; },
          [&](const OwnEvent auto&) { return std::string(event_name(event)); },
      },
      event);
}

// --- messages and answers --------------------------------------------------------------------------------------

std::string ScenarioNames::answered(const LegAnswered& message) const {
  return account_of(message.leg) + " answers " + std::string(word_of(message.answered)) + " of " +
         name_of(message.leg.transfer) + ": " + words_of(message.answer);
}

std::string ScenarioNames::message(const Message& message) const {
  const auto about = [&](LegMessage kind, const LegKey& key) {
    return std::string(word_of(kind)) + " " + account_of(key) + " of " + name_of(key.transfer);
  };
  const auto with = [&](const LegContent& content) {
    return (content.role == LegRole::debit ? ", debit " : ", credit ") +
           money(content.currency, content.amount);
  };
  if (const auto* m = get_if<TryLeg>(&message))
    return about(LegMessage::try_, m->leg) + with(m->content);
  if (const auto* m = get_if<ApplyStep>(&message))
    return about(LegMessage::apply, m->leg) + with(m->content);
  if (const auto* m = get_if<TryNotedLeg>(&message))
    return about(LegMessage::try_, m->leg) + with(m->content);
  if (const auto* m = get_if<ApplyNotedStep>(&message))
    return about(LegMessage::apply, m->leg) + with(m->content);
  if (const auto* m = get_if<ConfirmLeg>(&message)) return about(LegMessage::confirm, m->leg);
  if (const auto* m = get_if<CancelLeg>(&message)) return about(LegMessage::cancel, m->leg);
  if (const auto* m = get_if<CompensateStep>(&message))
    return about(LegMessage::compensate, m->leg);
  if (const auto* m = get_if<LegAnswered>(&message)) return answered(*m);
  if (holds_alternative<AdvanceFence>(message)) return "fence: what was started before is finished";
  return "fence heard";  // nothing else travels between partitions
}

std::string ScenarioNames::view(const AccountView& view) const {
  std::string text =
      name_of(view.account) + " has " + balance(view.currency, view.available, view.held);
  if (view.frozen) text += ", frozen";
  if (view.closed) text += ", closed";
  return text;
}

std::string ScenarioNames::phase(const TransferState& transfer) const {
  const bool saga = transfer.protocol == Protocol::saga;
  const std::string first = saga ? "apply" : "try";
  const std::string second = transfer.decision == Decision::confirm ? "confirm"
                             : saga                                 ? "compensate"
                                                                    : "cancel";
  std::string text;
  for (const LegPhase& leg : transfer.legs) {
    text += "  " + name_of(leg.spec.account) + ": " + first;
    switch (leg.try_status) {
      case TryStatus::not_sent: text += " not sent"; break;
      case TryStatus::sent: text += " sent"; break;
      case TryStatus::answered: text += " answered: " + words_of(leg.try_answer); break;
    }
    switch (leg.second_phase) {
      case SecondPhaseStatus::none: break;
      case SecondPhaseStatus::sent: text += "; " + second + " sent"; break;
      case SecondPhaseStatus::answered: text += "; " + second + " answered"; break;
    }
    text += leg.out_of_order ? " (cancel came before try)\n" : "\n";
  }
  return text;
}

}  // namespace florin::sim
