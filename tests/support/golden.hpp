// Golden files: bytes as they were written once, in hexadecimal. A file that exists is never rewritten;
// FLORIN_REWRITE_GOLDEN=1 creates those that are missing.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace florin::test {

inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t bytes_per_line = 32;
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += digits[byte >> 4];
    text += digits[byte & 15];
    if ((i + 1) % bytes_per_line == 0 || i + 1 == bytes.size()) text += '\n';
  }
  return text;
}

inline std::string from_hex(std::string_view text) {
  std::string bytes;
  std::string pair;
  for (const char c : text) {
    if (c == '\n') continue;
    pair += c;
    if (pair.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(pair, nullptr, 16));
    pair.clear();
  }
  return bytes;
}

// The bytes of tests/golden/<name>; creates the file from `now` only when it is missing and creating was asked for.
inline std::string golden_bytes(const std::string& name, std::string_view now = {}) {
  const auto path = std::filesystem::path(FLORIN_SOURCE_DIR) / "tests/golden" / name;
  const char* create = std::getenv("FLORIN_REWRITE_GOLDEN");
  if (!std::filesystem::exists(path) && !now.empty() && create != nullptr &&
      std::string_view(create) == "1")
    std::ofstream(path) << to_hex(now);
  std::ifstream file(path);
  EXPECT_TRUE(file) << path << " is missing: run with FLORIN_REWRITE_GOLDEN=1 and commit it";
  return from_hex(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace florin::test
