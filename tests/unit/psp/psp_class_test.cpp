// The classes of PAYMENTS.md, section 3, against an own copy of its columns: executed, sent again, counted.
#include "psp/psp_class.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace florin::psp {
namespace {

const std::map<std::string, std::string> section_3{
    {"not_sent", "no, later, not counted"},
    {"ok", "yes, never, not counted"},
    {"mismatch", "maybe, never, not counted"},
    {"unknown", "maybe, later, counted"},
    {"refused", "no if first, never, not counted"},
    {"declined", "no, never, not counted"},
    {"key_conflict", "maybe, never, not counted"},
    {"in_progress", "maybe, soon, counted"},
    {"auth", "no, later, not counted"},
    {"throttled", "no, later, not counted"},
    {"absent", "maybe, never, not counted"},
    {"stale", "maybe, never, not counted"},
};

std::string text_of(const ClassMeaning& meaning) {
  const std::map<Executed, std::string> executed{{Executed::no, "no"},
                                                 {Executed::no_if_first, "no if first"},
                                                 {Executed::maybe, "maybe"},
                                                 {Executed::yes, "yes"}};
  const std::map<SendAgain, std::string> again{
      {SendAgain::never, "never"}, {SendAgain::later, "later"}, {SendAgain::soon, "soon"}};
  return executed.at(meaning.executed) + ", " + again.at(meaning.again) + ", " +
         (meaning.is_counted ? "counted" : "not counted");
}

TEST(PspClasses, MeanWhatSection3Says) {
  std::map<std::string, std::string> ours;
  for (const ClassMeaning& meaning : psp_classes) ours.emplace(meaning.name, text_of(meaning));
  EXPECT_EQ(ours, section_3);
}

TEST(PspClasses, EachIsInItsPlace) {
  for (std::size_t i = 0; i < psp_classes.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(psp_classes[i].which), i);
    EXPECT_EQ(meaning_of(psp_classes[i].which).name, psp_classes[i].name);
  }
}

// PAYMENTS.md, rule 5: only what may have arrived counts.
TEST(PspClasses, WhatCertainlyDidNothingIsNotCounted) {
  for (const ClassMeaning& meaning : psp_classes)
    EXPECT_FALSE(meaning.executed == Executed::no && meaning.is_counted) << meaning.name;
}

}  // namespace
}  // namespace florin::psp
