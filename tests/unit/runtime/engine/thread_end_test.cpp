// Whoever asks for a thread's end is told once.
#include "runtime/engine/control/thread_end.hpp"

#include <gtest/gtest.h>

namespace florin {
namespace {

TEST(ThreadEnd, TellsWhenItHasComeAndOnce) {
  ThreadEnd end;
  int told = 0;
  end.begins();
  end.then([&] { ++told; });
  EXPECT_EQ(told, 0);
  end.has_come();
  end.has_come();
  EXPECT_EQ(told, 1);
}

TEST(ThreadEnd, TellsAtOnceOfAThreadThatDoesNotRun) {
  ThreadEnd end;
  int told = 0;
  end.then([&] { ++told; });
  EXPECT_EQ(told, 1) << "it never began";
  end.begins();
  end.has_come();
  end.then([&] { ++told; });
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace florin
