// One line for each client's message: a new one does not compile without saying what answers it.
#include "actors/asks/question.hpp"

#include "actors/messages/message_kinds.hpp"
#include "base/assert.hpp"
#include "base/overloaded.hpp"

namespace florin {
namespace {

template <class Body>
constexpr std::uint32_t bit_of() {
  return 1U << ReplyBody(std::in_place_type<Body>).index();
}
template <class... Bodies>
Question answered_by(Subject subject) {
  static const std::uint32_t bits = (bit_of<Bodies>() | ...);
  return {subject, bits};
}

Question question_of_kind(const StartTransfer& m) {
  return answered_by<TransferOutcome, Refused>(subject_of(m));
}
Question question_of_kind(const StartTransaction& m) {
  return answered_by<TransferOutcome, Refused>(subject_of(m));
}
Question question_of_kind(const OpenAccount& m) {
  return answered_by<std::unique_ptr<AccountView>, Refused>(subject_of(m));
}
Question question_of_kind(const ChangeAccount& m) {
  return answered_by<std::unique_ptr<AccountView>, Refused>(subject_of(m));
}
Question question_of_kind(const ChangeMetadata& m) {
  return answered_by<std::unique_ptr<AccountView>, Refused>(subject_of(m));
}
Question question_of_kind(const GetAccount& m) {
  return answered_by<std::unique_ptr<AccountView>, Refused>(subject_of(m));
}
Question question_of_kind(const ListAccounts& m) {
  return answered_by<std::unique_ptr<AccountPage>>(subject_of(m));
}
Question question_of_kind(const CheckLeg& m) { return answered_by<CheckResult>(subject_of(m)); }
Question question_of_kind(const GetTransfer& m) {
  return answered_by<std::unique_ptr<TransferViews>>(subject_of(m));
}
Question question_of_kind(const GetTrialBalance& m) {
  return answered_by<std::unique_ptr<TrialBalance>>(subject_of(m));
}
Question question_of_kind(const GetLedgerSums& m) {
  return answered_by<std::unique_ptr<LedgerSumsView>>(subject_of(m));
}
Question question_of_kind(const GetLedgerBalance& m) {
  return answered_by<std::unique_ptr<LedgerBalanceView>>(subject_of(m));
}
Question question_of_kind(const ListPayments& m) {
  return answered_by<std::unique_ptr<PaymentPage>>(subject_of(m));
}
Question question_of_kind(const GetPaymentKey& m) {
  return answered_by<PaymentKeyView>(subject_of(m));
}
Question question_of_kind(const StartCheckout& m) {
  return answered_by<std::unique_ptr<CheckoutView>, PaymentRefused>(subject_of(m));
}
Question question_of_kind(const GetCheckout& m) {
  return answered_by<std::unique_ptr<CheckoutView>, PaymentRefused>(subject_of(m));
}
Question question_of_kind(const GetPayment& m) {
  return answered_by<std::unique_ptr<PaymentView>, PaymentRefused>(subject_of(m));
}
Question question_of_kind(const CancelPayment& m) {
  return answered_by<std::unique_ptr<PaymentView>, PaymentRefused>(subject_of(m));
}
Question question_of_kind(const TakeHint& m) {
  return answered_by<HintTaken, PaymentRefused>(subject_of(m));
}
template <class Asking>
Question question_of_kind(const FollowerRead<Asking>& m) {
  return question_of_kind(m.question);
}

}  // namespace

Question question_of(const Message& message) {
  return visit(Overloaded{[](const BetweenPartitions auto&) {
                            FLORIN_ASSERT(false, "clients ask clients' questions only");
                            return Question{};
                          },
                          [](const InsideNode auto&) {
                            FLORIN_ASSERT(false, "clients ask clients' questions only");
                            return Question{};
                          },
                          [](const FromClient auto& m) { return question_of_kind(m); }},
               message);
}

bool answers(const Reply& reply, const Question& question) {
  if (holds_alternative<NotAccepted>(reply.body)) return true;
  return (question.bodies >> reply.body.index() & 1U) != 0 && reply.subject == question.subject;
}

}  // namespace florin
