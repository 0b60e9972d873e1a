// The sandbox's form encoding, JSON errors, signature and test cards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/florin_psp/core/input.hpp"
#include "apps/florin_psp/model/currency_rules.hpp"
#include "apps/florin_psp/model/test_cards.hpp"
#include "apps/florin_psp/wire/form.hpp"
#include "apps/florin_psp/wire/signature.hpp"
#include "apps/florin_psp/wire/stripe_error.hpp"

namespace florin::sandbox {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(PspForm, ReadsBracketsBareAndEscapedBlanksAsPercentAndPlus) {
  const auto form = Form::parse("a[b][0]=x%20y&c%5Bd%5D=x+y&description=[x]&empty=&flag");
  ASSERT_TRUE(form);
  EXPECT_EQ(*form->find("a[b][0]"), "x y");
  EXPECT_EQ(*form->find("c[d]"), "x y");
  EXPECT_EQ(*form->find("description"), "[x]");
  EXPECT_EQ(*form->find("empty"), "");
  EXPECT_EQ(*form->find("flag"), "");
  EXPECT_EQ(form->find("none"), nullptr);
}

TEST(PspForm, SplitsAtTheFirstEqualsSign) {
  EXPECT_EQ(*Form::parse("q=metadata['a']='b'")->find("q"), "metadata['a']='b'");
}

TEST(PspForm, GivesTheDirectChildrenOfAName) {
  const auto form = Form::parse("m[a]=1&m[b]=2&m[c][d]=3&mm[e]=4&m=5");
  EXPECT_THAT(form->children("m"), ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(PspForm, KeepsTheLastOfANameThatComesTwice) {
  EXPECT_EQ(*Form::parse("a=1&a=2")->find("a"), "2");
}

TEST(PspForm, RefusesWhatIsNoUtf8OrNoEscape) {
  for (const char* bad :
       {"a=%FF", "a=%C0%80", "a=%ED%A0%80", "a=%F5%80%80%80", "a=%C3", "a=%4", "a=%zz", "=x"})
    EXPECT_FALSE(Form::parse(bad)) << bad;
  EXPECT_TRUE(Form::parse("a=%C3%A4%F0%9F%98%80"));
}

TEST(PspForm, SaysTheSameInTheSameBytesWhateverTheOrder) {
  EXPECT_EQ(Form::parse("b=2&a[x]=1")->canonical(), Form::parse("a%5Bx%5D=1&b=2")->canonical());
  EXPECT_NE(Form::parse("a=1")->canonical(), Form::parse("a=2")->canonical());
}

TEST(PspForm, BoundsTheNumberOfParameters) {
  std::string many;
  for (std::size_t i = 0; i <= Form::entries_max; ++i) many += "a" + std::to_string(i) + "=&";
  EXPECT_FALSE(Form::parse(many));
}

TEST(PspSignature, IsTheFieldNotesVector) {
  EXPECT_EQ(
      stripe_signature("whsec_abc", 1'700'000'000, R"({"id":"evt_1","object":"event","type":"x"})"),
      "t=1700000000,v1=5ef6904438eb4c6269b254e751e7d64a8a82cd7e445000a54b52c18f9667f2ba");
}

TEST(PspErrors, AllHaveAMemberErrorWithTypeAndMessage) {
  for (const StripeError& error :
       {missing_parameter("a"), no_such("charge", "ch_1"), wrong_state("c", "m"),
        http_refusal(404, "x"), http_refusal(405, "x"), http_refusal(413, "x"),
        http_refusal(431, "x"), http_refusal(500, "x")}) {
    const Answer answer = to_answer(error);
    EXPECT_EQ(answer.status, error.status);
    EXPECT_TRUE(answer.body.starts_with("{\"error\":{\"type\":\"")) << answer.body;
    EXPECT_NE(answer.body.find("\"message\":"), std::string::npos);
  }
}

TEST(PspCards, AreFoundByNumberWithBlanksAndDashes) {
  ASSERT_NE(card_of_number("4242 4242-42424242"), nullptr);
  EXPECT_EQ(card_of_number("4242 4242-42424242")->token, "pm_card_visa");
  EXPECT_EQ(card_of_number("4242424242424241"), nullptr);
  EXPECT_EQ(card_of_number(""), nullptr);
  EXPECT_EQ(card_of_number("42424242424242424242424242"), nullptr);
}

TEST(PspCards, NumbersAreGoneBeforeAnythingIsKept) {
  EXPECT_EQ(without_card_number("card_number=4242+4242+4242+4242&expiry=12%2F34&cvc=123&x=1"),
            "card=pm_card_visa&x=1");
  EXPECT_EQ(without_card_number("card_number=4111111111111111&cvc=1"), "card=unknown");
}

TEST(PspCards, EachNumberPassesLuhnAndNoTwoShareOne) {
  for (const TestCard& card : test_cards()) {
    int sum = 0;
    for (std::size_t i = 0; i < card.number.size(); ++i) {
      int digit = card.number[card.number.size() - 1 - i] - '0';
      if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
      sum += digit;
    }
    EXPECT_EQ(sum % 10, 0) << card.token;
    EXPECT_EQ(card_of_number(card.number), &card);
    EXPECT_EQ(card_of_token(card.token), &card);
  }
}

TEST(PspCurrencies, HaveStripesDecimalsMinimaAndSteps) {
  EXPECT_FALSE(amount_fault(50, "usd", "amount"));
  EXPECT_EQ(amount_fault(49, "usd", "amount")->code, "amount_too_small");
  EXPECT_EQ(amount_fault(amount_max + 1, "usd", "amount")->code, "amount_too_large");
  EXPECT_EQ(amount_fault(12'345, "kwd", "amount")->code, "parameter_invalid_integer");
  EXPECT_FALSE(amount_fault(12'340, "kwd", "amount"));
  EXPECT_EQ(amount_fault(500'050, "ugx", "amount")->code, "parameter_invalid_integer");
  EXPECT_FALSE(amount_fault(50, "jpy", "amount"));
  EXPECT_EQ(amount_text(1'099, "usd"), "10.99 USD");
  EXPECT_EQ(amount_text(5, "usd"), "0.05 USD");
  EXPECT_EQ(amount_text(500, "jpy"), "500 JPY");
  EXPECT_EQ(amount_text(18'600, "kwd"), "18.600 KWD");
  EXPECT_EQ(currency_of("USD"), "usd");
  EXPECT_FALSE(currency_of("u d"));
  EXPECT_FALSE(currency_of("xxx"));
  EXPECT_FALSE(currency_of(""));
}

TEST(PspInput, ComesBackFromItsLine) {
  Input input{.kind = InputKind::call, .at_ms = 12};
  input.call = {"POST", "/v1/refunds", "q=1", "a=1&b=%20", {}, "key 1", "http://x", "req_1"};
  input.fault.kind = FaultKind::error_500;
  const auto back = decode_input(encode_input(input));
  ASSERT_TRUE(back);
  EXPECT_EQ(encode_input(*back), encode_input(input));
  EXPECT_EQ(back->call.body, "a=1&b=%20");
  EXPECT_EQ(back->fault.kind, FaultKind::error_500);
  EXPECT_FALSE(decode_input("kind=unheard&at=1"));
  EXPECT_FALSE(decode_input("kind=tick&at=x"));
}

}  // namespace
}  // namespace florin::sandbox
