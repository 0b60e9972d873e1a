// Aligned columns for people. Widths count UTF-8 code points; control characters never reach the terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace florin::client {

enum class Align { left, right };

class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // As many cells as columns; missing ones are empty.
  void add_row(std::vector<std::string> cells);
  // Title line, rule, rows; columns are two spaces apart, no trailing spaces; ends with a newline.
  [[nodiscard]] std::string to_string() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Replaces control characters by '?': answers of a server are shown on a terminal.
std::string printable(std::string_view text);

}  // namespace florin::client
