// See text_table.hpp.
#include "apps/client/text_table.hpp"

#include <algorithm>

namespace florin::client {

namespace {
std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

void append_cell(std::string& line, std::string_view text, std::size_t width, Align align) {
  const std::size_t pad = width - std::min(width, display_width(text));
  if (align == Align::right) line.append(pad, ' ');
  line.append(text);
  if (align == Align::left) line.append(pad, ' ');
}

void end_line(std::string& out, std::string& line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  out.append(line).append("\n");
  line.clear();
}
}  // namespace

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return out;
}

void TextTable::add_row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::to_string() const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = display_width(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[c]));
    widths.push_back(width);
  }
  std::string out;
  std::string line;
  const auto append_line = [&](const auto& cell_of) {
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (c != 0) line.append("  ");
      append_cell(line, cell_of(c), widths[c], columns_[c].align);
    }
    end_line(out, line);
  };
  append_line([&](std::size_t c) -> std::string { return columns_[c].title; });
  append_line([&](std::size_t c) { return std::string(widths[c], '-'); });
  for (const auto& row : rows_) append_line([&](std::size_t c) -> std::string { return row[c]; });
  return out;
}

}  // namespace florin::client
